import { parseInstant } from "../../domain/feedback/instant.ts";
import type { ShopFact } from "../../domain/feedback/shop-event.ts";
import type { Told } from "../../domain/feedback/told.ts";
import type { OperationId, PlantId, ProductionOrderId, WorkCenterId } from "../../domain/ids.ts";
import { time, Unclear } from "./event-fields.ts";
import {
  GIVE_IDS,
  levelIn,
  narrowed,
  notRead,
  plantAndOrder,
  WORK_CENTERS,
  WORK_UNITS,
  type Around,
} from "./event-place.ts";
import { jobResponse } from "./job-response.ts";
import { child, childrenOf, textOf, type XmlElement } from "./xml.ts";

/**
 * The events that a message tells: of responses to job orders, and of operations events. Null when `root` is neither
 * such a message nor such an object by itself. `system` stands for a sender that does not name itself.
 */
export function toTold(root: XmlElement, system: string): readonly Told[] | null {
  const area = child(root, "ApplicationArea");
  const source = textOf(child(area, "Sender"), "LogicalID") ?? system;
  const around: Around = { source, told: parseInstant(textOf(area, "CreationDateTime") ?? ""), scopes: [] };
  if (Object.hasOwn(READERS, root.name)) return toldOf(root, around);
  const verb = VERBS.find((one) => root.name.startsWith(one));
  const noun = verb === undefined ? "" : root.name.slice(verb.length);
  if (!Object.hasOwn(READERS, noun)) return null;
  return childrenOf(child(root, "DataArea"), noun).flatMap((element) => toldOf(element, around));
}

/** That tell what is so. The others ask, answer or take back. */
const VERBS = ["Process", "Sync", "Change", "Show", "Notify"];

type Reader = (element: XmlElement, around: Around) => readonly Told[];

/** By the name of the object. */
const READERS: Readonly<Record<string, Reader>> = {
  WorkPerformance: inside("WorkResponse", "WorkPerformanceChild"),
  WorkPerformanceChild: inside("WorkResponse", "WorkPerformanceChild"),
  WorkResponse: inside("JobResponse", "WorkResponseChild"),
  WorkResponseChild: inside("JobResponse", "WorkResponseChild"),
  JobResponseList: inside("JobResponse"),
  JobResponse: jobResponse,
  OperationsEventInformation: inside("OperationsEvent"),
  OperationsEvent: operationsEvent,
  OperationsEventChild: operationsEvent,
};

function toldOf(element: XmlElement, around: Around): readonly Told[] {
  return Object.hasOwn(READERS, element.name) ? (READERS[element.name]?.(element, around) ?? []) : [];
}

function inside(...names: readonly string[]): Reader {
  return (element, around) => {
    const within = narrowed(element, around);
    return element.children.flatMap((one) => (names.includes(one.name) ? toldOf(one, within) : []));
  };
}

/** What an operations event is about stands in the records of it; what kind of event it is, in its category. */
function operationsEvent(element: XmlElement, around: Around): readonly Told[] {
  const within = narrowed(element, { ...around, source: textOf(element, "Source") ?? around.source });
  const entries = childrenOf(element, "OperationsEventRecord").flatMap(entriesOf);
  const objects = entries.flatMap((entry) => child(entry, "InformationObject").children);
  const about = objects.flatMap((one) => toldOf(one, within));
  const children = childrenOf(element, "OperationsEventChild").flatMap((one) => toldOf(one, within));
  const told = [...about, ...children];
  const id = textOf(element, "ID");
  const key = { source: within.source, id };
  try {
    const own = ownEvent(element, id, entries, within);
    if (own !== null) return [own, ...told];
    if (told.length > 0) return told;
    throw new Unclear("Category", "Nothing in the event is of a kind that Heddle keeps.", CATEGORIES_FIX);
  } catch (error) {
    return [notRead(error, element, key), ...told];
  }
}

const CATEGORIES = ["Downtime", "PlannedDowntime", "Nonconformance", "Held", "Resumed"] as const;
const CATEGORIES_FIX = `Send a Category of ${CATEGORIES.join(", ")}, or records with job responses.`;

function entriesOf(record: XmlElement): readonly XmlElement[] {
  const deeper = (entry: XmlElement): readonly XmlElement[] => [
    entry,
    ...childrenOf(entry, "OperationsRecordEntryChild").flatMap(deeper),
  ];
  return [
    ...childrenOf(record, "OperationsRecordEntry").flatMap(deeper),
    ...childrenOf(record, "OperationsRecordChild").flatMap(entriesOf),
  ];
}

function ownEvent(element: XmlElement, id: string | null, entries: readonly XmlElement[], around: Around): Told | null {
  const categories = childrenOf(element, "Category").map(({ text }) => text.trim());
  const kind = CATEGORIES.find((one) => categories.includes(one));
  if (kind === undefined) return null;
  if (id === null) throw new Unclear("ID", "The event has no ID, so it could not be told from others.", GIVE_IDS);
  const reference = (type: string) =>
    entries
      .filter((entry) => textOf(entry, "InformationObjectType") === type)
      .map((entry) => textOf(entry, "ExternalReferenceID"))
      .find((one) => one !== null) ?? null;
  const { scopes, source, told } = around;
  const { plant, order } = plantAndOrder(reference("Job Order"), null, levelIn(scopes, ["Site"]));
  const [record] = childrenOf(element, "OperationsEventRecord");
  const began = time(element, "EffectiveTimeStamp");
  const recordEnd = record === undefined ? null : time(record, "EffectiveEndDate");
  const at = recordEnd ?? (kind.endsWith("owntime") ? null : began) ?? time(element, "RecordTimeStamp") ?? told;
  if (at === null) throw new Unclear("EffectiveTimeStamp", "It does not say when it was.", "Send EffectiveTimeStamp.");
  const reason = textOf(element, "OperationsDefinitionID") ?? textOf(element, "Description");
  return {
    kind: "event",
    event: {
      kind: "occurrence",
      source,
      id,
      since: kind.endsWith("owntime") ? began : null,
      at,
      plant: plant as PlantId,
      order: order as ProductionOrderId | null,
      job: null,
      item: null,
      revision: null,
      operation: reference("Operations Segment") as OperationId | null,
      workCenter: levelIn(scopes, WORK_CENTERS) as WorkCenterId | null,
      station: levelIn(scopes, WORK_UNITS),
      operator: reference("Person"),
      serials: [],
      lot: reference("Material Lot"),
      fact: ownFact(kind, reason, textOf(element, "Description"), element),
    },
  };
}

function ownFact(
  kind: (typeof CATEGORIES)[number],
  reason: string | null,
  text: string | null,
  element: XmlElement,
): ShopFact {
  switch (kind) {
    case "Downtime":
      return { kind: "downtime", reason, planned: false };
    case "PlannedDowntime":
      return { kind: "downtime", reason, planned: true };
    case "Held":
      return { kind: "held", reason };
    case "Resumed":
      return { kind: "resumed" };
    case "Nonconformance": {
      if (reason === null)
        throw new Unclear("OperationsDefinitionID", "It is missing.", "Name the nonconformance by its code.");
      const isAlarm = textOf(element, "OperationsEventType") === "Alarm";
      return { kind: "nonconformance", code: reason, text, severity: isAlarm ? "critical" : null };
    }
  }
}

import { parseInstant, type Instant } from "../../domain/feedback/instant.ts";
import type { Occurrence, OutputCounted, ShopFact } from "../../domain/feedback/shop-event.ts";
import { unreadable, UNREADABLE_TEXT_MAX, type Told } from "../../domain/feedback/told.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../../domain/ids.ts";
import { PARAMETERS, PROPERTIES } from "./edition.ts";
import {
  ACTUAL_PROPERTIES,
  time,
  onlyOne,
  serialsOf,
  quantityOf,
  durationOf,
  truthOf,
  valueOf,
  propertyOf,
  Unclear,
} from "./event-fields.ts";
import { SCRAPPED } from "./mapping.ts";
import { child, childrenOf, textOf, xmlText, type XmlElement } from "./xml.ts";

/** Names of `JobResponseData`, beside those of job orders in `PARAMETERS` and `PROPERTIES`. */
const RESPONSE_DATA = {
  /** Time that setting up took, and time of processing without setup and waiting; with a unit of time or as PT5M. */
  setup: "SetupTime",
  run: "RunTime",
  reason: "Reason",
} as const;

/** How `MaterialActual` says that pieces go to rework, for which the schema has no use of its own. */
const REWORK = "Rework";

/** What a message's surroundings say of the responses in it. */
type Around = {
  /** Sender's logical id. */
  readonly source: string;
  /** When the message was made: where nothing in it says better. */
  readonly told: Instant | null;
  /** Hierarchy scopes of what contains it, the nearest first. */
  readonly scopes: readonly XmlElement[];
};

const WORK_CENTERS = ["WorkCenter", "ProductionLine", "ProcessCell", "ProductionUnit", "StorageZone"];
const WORK_UNITS = ["WorkUnit", "WorkCell", "Unit", "StorageUnit"];

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

function narrowed(element: XmlElement, around: Around): Around {
  // One that cannot be read is no loss: it is asked only where nothing better is said.
  const told = parseInstant(textOf(element, "PublishedDate") ?? "") ?? around.told;
  return { ...around, told, scopes: [...scopeChain(element), ...around.scopes] };
}

/** An element's hierarchy scope with what is named within it, the innermost first. */
function scopeChain(element: XmlElement): readonly XmlElement[] {
  const chain: XmlElement[] = [];
  let [scope] = childrenOf(element, "HierarchyScope");
  while (scope !== undefined) {
    chain.unshift(scope);
    [scope] = childrenOf(scope, "HierarchyScopeChild");
  }
  return chain;
}

function levelIn(scopes: readonly XmlElement[], levels: readonly string[]): string | null {
  const scope = scopes.find((one) =>
    levels.includes(textOf(one, "EquipmentLevel") ?? textOf(one, "EquipmentElementLevel") ?? ""),
  );
  return scope === undefined ? null : textOf(scope, "EquipmentID");
}

/** What each event of a response has in common. */
type Response = {
  readonly id: string;
  readonly source: string;
  readonly place: Omit<Occurrence, "since" | "at" | "serials" | "lot" | "fact">;
  readonly start: Instant | null;
  readonly end: Instant | null;
  /** When its figures were so: its end, or when it was told. */
  readonly at: Instant;
  readonly data: ReadonlyMap<string, XmlElement>;
};

/** One thing that a response tells, before it is known whether it can be read. */
type Piece = { readonly id: string; readonly from: XmlElement; readonly read: () => Partial<Occurrence> | null };

function jobResponse(element: XmlElement, around: Around): readonly Told[] {
  const id = textOf(element, "ID");
  const name = [textOf(element, "JobOrderID"), id].filter((part) => part !== null).join("/");
  const key = { source: around.source, id: id === null ? null : name };
  try {
    if (id === null)
      throw new Unclear("ID", "The response has no ID, so its events could not be told from others.", GIVE_IDS);
    const response = readResponse(element, name, narrowed(element, around));
    return piecesOf(element, response).flatMap((piece) => toldPiece(piece, response));
  } catch (error) {
    return [notRead(error, element, key)];
  }
}

const GIVE_IDS = "Let the MES give each response an ID that stays the same when it is told again.";

function toldPiece({ id, from, read }: Piece, response: Response): readonly Told[] {
  const key = { source: response.source, id: `${response.id}/${id}` };
  try {
    const told = read();
    if (told === null) return [];
    const { place, at } = response;
    const occurrence = { ...place, since: null, at, serials: [], lot: null, ...told } as Occurrence;
    return [{ kind: "event", event: { kind: "occurrence", ...key, ...occurrence } }];
  } catch (error) {
    return [notRead(error, from, key)];
  }
}

function notRead(
  error: unknown,
  element: XmlElement,
  key: { readonly source: string; readonly id: string | null },
): Told {
  if (!(error instanceof Unclear)) throw error;
  return unreadable(xmlText(element, UNREADABLE_TEXT_MAX), [error.fault], key);
}

function readResponse(element: XmlElement, id: string, { source, told, scopes }: Around): Response {
  const start = time(element, "StartTime");
  const end = time(element, "EndTime");
  const at = end ?? told ?? start;
  if (at === null) {
    const cause = "Neither the response nor the message says when it was.";
    throw new Unclear("EndTime", cause, "Send EndTime, PublishedDate or the message's CreationDateTime.");
  }
  const data = new Map(
    childrenOf(element, "JobResponseData").flatMap((one) => {
      const name = textOf(one, "ID");
      return name === null ? [] : [[name, one] as const];
    }),
  );
  return { id, source, place: placeOf(element, data, scopes), start, end, at, data };
}

function placeOf(
  element: XmlElement,
  data: ReadonlyMap<string, XmlElement>,
  scopes: readonly XmlElement[],
): Response["place"] {
  const told = (name: string) => valueOf(data.get(name));
  const equipment = childrenOf(element, "EquipmentActual");
  const near = [...scopes, ...equipment.flatMap(scopeChain)];
  const { plant, order } = plantAndOrder(
    textOf(element, "JobOrderID"),
    told(PARAMETERS.order),
    levelIn(near, ["Site"]),
  );
  const used = equipment.map((one) => textOf(one, "EquipmentID")).find((one) => one !== null) ?? null;
  const center = levelIn(near, WORK_CENTERS);
  const operation = told(PROPERTIES.operation) ?? equipment.map((one) => propertyOf(one, PROPERTIES.operation))[0];
  const persons = childrenOf(element, "PersonnelActual").map((one) => textOf(one, "PersonID"));
  return {
    plant: plant as PlantId,
    order: order as ProductionOrderId | null,
    job: told(PARAMETERS.number),
    item: null,
    revision: null,
    operation: (operation ?? null) as OperationId | null,
    workCenter: (center ?? used) as WorkCenterId | null,
    station: levelIn(near, WORK_UNITS) ?? (center === null || used === center ? null : used),
    operator: persons.find((one) => one !== null) ?? null,
  };
}

/** Jobs are named as Heddle names them, `1000:MO-5001`, or by the bare order beside the scope of a site. */
function plantAndOrder(job: string | null, named: string | null, site: string | null) {
  const colon = job?.indexOf(":") ?? -1;
  if (job !== null && site !== null && job.startsWith(`${site}:`))
    return { plant: site, order: job.slice(site.length + 1) };
  if (job !== null && site === null && colon > 0) return { plant: job.slice(0, colon), order: job.slice(colon + 1) };
  if (site !== null) return { plant: site, order: named ?? job };
  const cause = "Nothing says at which plant it was.";
  throw new Unclear("HierarchyScope", cause, "Send the plant as HierarchyScope of level Site, or in JobOrderID.");
}

function piecesOf(element: XmlElement, response: Response): readonly Piece[] {
  const { start, data } = response;
  const started: Piece = {
    id: "started",
    from: element,
    read: () => (start === null ? null : { at: start, fact: { kind: "operation started" } }),
  };
  const setup = data.get(RESPONSE_DATA.setup);
  const setUp: Piece = {
    id: "setup",
    from: setup ?? element,
    read() {
      if (setup === undefined) return null;
      const workedMs = durationOf(setup, RESPONSE_DATA.setup);
      const at = start === null ? response.at : new Date(Date.parse(start) + workedMs).toISOString();
      return { at, fact: { kind: "setup completed", workedMs } };
    },
  };
  const state: Piece = { id: "state", from: element, read: () => stateOf(element, response) };
  return [started, setUp, ...materialPieces(element, response), ...testPieces(element), state];
}

/** That it stands or is over. That it runs is told by its start. */
function stateOf(element: XmlElement, { end, data }: Response): Partial<Occurrence> | null {
  const state = child(element, "JobState");
  const word = state.text.trim();
  const said = word === "Other" ? (state.attributes["OtherValue"] ?? word) : word;
  switch (said.toLowerCase()) {
    case "":
    case "waiting":
    case "ready":
    case "running":
      return null;
    case "held":
    case "holding":
    case "paused":
    case "suspended":
      return { fact: { kind: "held", reason: valueOf(data.get(RESPONSE_DATA.reason)) } };
    case "completed":
    case "closed":
      return ended(end, false);
    case "aborted":
    case "cancelled":
      return ended(end, true);
    default:
      throw new Unclear("JobState", `"${said}" is no state of B2MML.`, "Send Running, Held, Completed or Aborted.");
  }
}

function ended(end: Instant | null, early: boolean): Partial<Occurrence> {
  if (end !== null) return { at: end, fact: { kind: "operation completed", early } };
  throw new Unclear("EndTime", "The job is over, but not said since when.", "Send EndTime with the end of a job.");
}

function materialPieces(element: XmlElement, response: Response): readonly Piece[] {
  const actuals = childrenOf(element, "MaterialActual");
  // The time of all pieces together is told once, with the first of them.
  const timed = actuals.find((one) => useOf(one) === "good") ?? actuals.find((one) => isOutput(useOf(one)));
  return actuals.flatMap((one, at) => actualPieces(one, nameOf(one, "material", at), one === timed, null, response));
}

/** Edition 6 has no id of an actual, so its place in the response stands for it. */
function nameOf(element: XmlElement, kind: string, at: number): string {
  return `${kind}/${textOf(element, "ID") ?? at + 1}`;
}

/** An actual, and what went into its pieces: that is consumed of them and nobody else's. */
function actualPieces(
  actual: XmlElement,
  id: string,
  isTimed: boolean,
  into: XmlElement | null,
  response: Response,
): readonly Piece[] {
  const parts = childrenOf(actual, "AssemblyActual").flatMap((part, at) =>
    actualPieces(part, `${id}/${nameOf(part, "part", at)}`, false, actual, response),
  );
  return [{ id, from: actual, read: () => readActual(actual, isTimed, into, response) }, ...parts];
}

type Use = "good" | "scrap" | "rework" | "consumed";

function isOutput(use: Use | null): use is OutputCounted["kind"] {
  return use !== null && use !== "consumed";
}

/** Null for a use of which Heddle keeps nothing. */
function useOf(actual: XmlElement): Use | null {
  const use = child(actual, "MaterialUse");
  switch (use.text.trim()) {
    case "Produced":
    case "Material Produced":
    case "Yield Produced":
      return "good";
    case "Consumed":
    case "Material Consumed":
    case "Consumable":
      return "consumed";
    case "Other":
      if (use.attributes["OtherValue"] === SCRAPPED) return "scrap";
      return use.attributes["OtherValue"] === REWORK ? "rework" : null;
    default:
      return null;
  }
}

function readActual(
  actual: XmlElement,
  isTimed: boolean,
  into: XmlElement | null,
  { place, data, start, end }: Response,
): Partial<Occurrence> {
  const use = into === null ? useOf(actual) : "consumed";
  if (use === null) {
    const said = child(actual, "MaterialUse").text.trim();
    throw new Unclear("MaterialUse", `Heddle keeps nothing of a material of use "${said}".`, USES);
  }
  const operation = (propertyOf(actual, PROPERTIES.operation) ?? place.operation) as OperationId | null;
  const item = onlyOne(actual, "MaterialDefinitionID") as ItemId | null;
  const revision = propertyOf(actual, PROPERTIES.revision) as Revision | null;
  const quantity = quantityOf(actual);
  const lot = onlyOne(actual, "MaterialLotID");
  const serials = serialsOf(actual);
  if (use === "consumed") {
    if (item === null) throw new Unclear("MaterialDefinitionID", "It is missing.", "Name the item that was used.");
    const line = propertyOf(actual, PROPERTIES.line);
    const fact: ShopFact = { kind: use, item, revision, quantity, line, lot, serials };
    return into === null
      ? { operation, fact }
      : { operation, serials: serialsOf(into), lot: onlyOne(into, "MaterialLotID"), fact };
  }
  const run = isTimed ? data.get(RESPONSE_DATA.run) : undefined;
  const fact: ShopFact = {
    kind: use,
    quantity,
    reason:
      use === "good" ? null : (propertyOf(actual, ACTUAL_PROPERTIES.reason) ?? valueOf(data.get(RESPONSE_DATA.reason))),
    workedMs: run === undefined ? null : durationOf(run, RESPONSE_DATA.run),
    reworked: truthOf(actual, ACTUAL_PROPERTIES.reworked),
  };
  return { since: isTimed && end !== null ? start : null, item, revision, operation, lot, serials, fact };
}

const USES = `Send Produced, Consumed, or Other with OtherValue ${SCRAPPED} or ${REWORK}.`;

/** Results of tests of what was made. */
function testPieces(element: XmlElement): readonly Piece[] {
  return childrenOf(element, "MaterialActual").flatMap((actual, at) =>
    childrenOf(actual, "TestResult").map((result, nth): Piece => ({
      id: `${nameOf(actual, "material", at)}/${nameOf(result, "test", nth)}`,
      from: result,
      read: () => testOf(result, actual),
    })),
  );
}

function testOf(result: XmlElement, actual: XmlElement): Partial<Occurrence> {
  const test = textOf(result, "OperationsTestRequirementID") ?? textOf(result, "ID");
  if (test === null) throw new Unclear("OperationsTestRequirementID", "It is missing.", "Name the test.");
  const values = childrenOf(result, "PropertyMeasurement").flatMap(
    (one) => textOf(child(one, "Value"), "ValueString") ?? [],
  );
  const passed = TEST_WORDS.get((textOf(result, "EvaluatedCriterionResult") ?? "").toLowerCase());
  if (passed === undefined) {
    const cause = "It does not say whether the test was passed.";
    throw new Unclear("EvaluatedCriterionResult", cause, `Send one of ${[...TEST_WORDS.keys()].join(", ")}.`);
  }
  const at = time(result, "EvaluationDate");
  return {
    ...(at === null ? {} : { at }),
    lot: onlyOne(actual, "MaterialLotID"),
    serials: serialsOf(actual),
    fact: { kind: "tested", test, passed, result: values.length === 0 ? null : values.join("; ") },
  };
}

const TEST_WORDS: ReadonlyMap<string, boolean> = new Map([
  ["pass", true],
  ["passed", true],
  ["true", true],
  ["fail", false],
  ["failed", false],
  ["false", false],
]);

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

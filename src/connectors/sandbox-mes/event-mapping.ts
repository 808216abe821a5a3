import type { EventFault } from "../../domain/feedback/event-fault.ts";
import { parseInstant, type Instant } from "../../domain/feedback/instant.ts";
import type { Occurrence, ShopEvent, ShopEventKey, ShopFact } from "../../domain/feedback/shop-event.ts";
import type {
  ItemId,
  OperationId,
  PlantId,
  ProductionOrderId,
  Revision,
  SystemId,
  WorkCenterId,
} from "../../domain/ids.ts";
import type { Quantity } from "../../domain/quantity.ts";
import { parseRational, type Rational } from "../../domain/rational.ts";
import { KNOWN_UNITS, parseUnit } from "../../domain/unit.ts";
import type { Told } from "../../domain/feedback/told.ts";
import { shortened } from "../shortened.ts";
import { CONTRACTS } from "./wire.ts";
import type * as Wire from "./wire.ts";

/** What is kept of something that cannot be read. */
const TEXT_MAX = 4_000;
const FIX = "Correct what the terminal or the MES sends in this field, then have it told again under another id.";

const SEVERITY = { MINOR: "minor", MAJOR: "major" } as const;

/** Why an event cannot be read; caught where the event began. */
class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly fault: EventFault;

  constructor(field: string, cause: string) {
    super(`${field}: ${cause}`);
    this.fault = { field, cause, fix: FIX };
  }
}

/** An event as the MES recorded it, whatever that is. Its source is unique over several MES: `mes:ASM-1/2`. */
export function toTold(recorded: unknown, system: SystemId): Told {
  const read = CONTRACTS.shopEvent(recorded);
  if (!("value" in read)) return unreadable(recorded, system, { ...read, cause: `${read.field} ${read.problem}.` });
  try {
    return { kind: "event", event: toShopEvent(read.value, system) };
  } catch (error) {
    if (error instanceof Unreadable) return unreadable(recorded, system, error.fault);
    throw error;
  }
}

function unreadable(recorded: unknown, system: SystemId, { field, cause }: Pick<EventFault, "field" | "cause">): Told {
  const { source, id } = Object(recorded) as Partial<Record<string, unknown>>;
  return {
    kind: "unreadable",
    source: typeof source === "string" ? sourceOf(source, system) : null,
    id: typeof id === "string" ? id : null,
    text: shortened(JSON.stringify(recorded), TEXT_MAX),
    faults: [{ field, cause, fix: FIX }],
  };
}

function sourceOf(source: string, system: SystemId): string {
  return `${system}:${source}`;
}

function toKey({ source, id }: ShopEventKey, system: SystemId): ShopEventKey {
  return { source: sourceOf(source, system), id };
}

function toShopEvent(event: Wire.ShopEvent, system: SystemId): ShopEvent {
  const key = toKey(event, system);
  const { type, operator, reason } = event;
  if (type === "CORRECTION") {
    const instead = toOccurrence(present(event.instead, "instead"), "instead.");
    return {
      ...key,
      kind: "correction",
      corrects: aboutOf(event, system),
      at: toInstant(event, ""),
      operator,
      instead,
    };
  }
  if (type === "REVERSAL") {
    return { ...key, kind: "reversal", reverses: aboutOf(event, system), at: toInstant(event, ""), operator, reason };
  }
  return { ...key, kind: "occurrence", ...toOccurrence({ ...event, type }, "") };
}

function aboutOf({ about }: Wire.ShopEvent, system: SystemId): ShopEventKey {
  return toKey(present(about, "about"), system);
}

/** @param within where the content stands in the event: `instead.` of a correction. */
function toOccurrence(content: Wire.EventContent, within: string): Occurrence {
  return {
    since: null,
    at: toInstant(content, within),
    plant: content.plant as PlantId,
    order: content.order as ProductionOrderId,
    job: content.jobNumber,
    item: content.itemCode as ItemId,
    revision: content.revision as Revision | null,
    operation: content.operation as OperationId,
    workCenter: content.workCenter as WorkCenterId,
    station: content.station,
    operator: content.operator,
    serials: content.serials,
    lot: content.lot,
    fact: toFact(content, within),
  };
}

function toFact(content: Wire.EventContent, within: string): ShopFact {
  const { type, reason } = content;
  switch (type) {
    case "OPERATION_STARTED":
      return { kind: "operation started" };
    case "SETUP_COMPLETED":
      return { kind: "setup completed", workedMs: workedMs(content) };
    case "GOOD":
      return counted("good", content, within);
    case "SCRAP":
      return counted("scrap", content, within);
    case "REWORK":
      return counted("rework", content, within);
    case "CONSUMED":
      return consumed(content, within);
    case "MEASURED":
      return measured(content, within);
    case "DEFECT": {
      const { code, text, severity } = present(content.defect, `${within}defect`);
      return { kind: "nonconformance", code, text, severity: SEVERITY[severity] };
    }
    case "INTERRUPTED":
      return { kind: "held", reason };
    case "RESUMED":
      return { kind: "resumed" };
    case "OPERATION_COMPLETED":
      // The MES gives a reason only where an operation ended before all was made.
      return { kind: "operation completed", early: reason !== null };
  }
}

function counted(kind: "good" | "scrap" | "rework", content: Wire.EventContent, within: string): ShopFact {
  const quantities = present(content.quantities, `${within}quantities`);
  const quantity = toQuantity(quantities[kind], content.unit, `${within}unit`);
  const { reason, reworked } = content;
  return { kind, quantity, reason: kind === "good" ? null : reason, workedMs: workedMs(content), reworked };
}

function consumed({ material }: Wire.EventContent, within: string): ShopFact {
  const { itemCode, quantity, unit, line, lot, serials } = present(material, `${within}material`);
  return {
    kind: "consumed",
    item: itemCode as ItemId,
    revision: null,
    quantity: toQuantity(quantity, unit, `${within}material.unit`),
    line,
    lot,
    serials,
  };
}

function measured({ measurement }: Wire.EventContent, within: string): ShopFact {
  const { characteristic, value, unit, lower, upper, passed } = present(measurement, `${within}measurement`);
  return {
    kind: "measured",
    characteristic,
    value: toRational(value),
    unit,
    lower: toRational(lower),
    upper: toRational(upper),
    passed,
  };
}

/** To the millisecond: the MES tells seconds. */
function workedMs({ workSeconds }: Wire.EventContent): number | null {
  return workSeconds === null ? null : Math.round(workSeconds * 1000);
}

function present<T>(member: T | null, field: string): T {
  if (member === null) throw new Unreadable(field, `${field} is missing in an event of this type.`);
  return member;
}

function toInstant({ time }: { readonly time: string }, within: string): Instant {
  const instant = parseInstant(time);
  if (instant === null) throw new Unreadable(`${within}time`, `"${time}" is not an ISO 8601 instant with an offset.`);
  return instant;
}

function toQuantity(amount: string, code: string, field: string): Quantity {
  const unit = parseUnit(code);
  if (unit === null) {
    throw new Unreadable(field, `The unit "${code}" is unknown; Heddle knows ${KNOWN_UNITS.join(", ")}.`);
  }
  return { amount: toRational(amount), unit };
}

/** @throws RangeError: the wire's schema lets only decimals through, so anything else is a bug. */
function toRational(text: string): Rational {
  const number = parseRational(text);
  if (number === null) throw new RangeError(`"${text}" is not a decimal number`);
  return number;
}

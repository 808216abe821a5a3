import type { ItemId, OperationId, PlantId, ProductionOrderId, WorkCenterId } from "../ids.ts";
import type { Item } from "../item.ts";
import { quantityText, type Quantity } from "../quantity.ts";
import { compare, sign } from "../rational.ts";
import { itemConversionFactor } from "../unit.ts";
import { elapsed, isInstant, millisecondsOf, type Instant } from "./instant.ts";
import { sameEvent, type Occurrence, type ShopEvent, type ShopEventKey, type ShopFact } from "./shop-event.ts";

/** Why an event is kept apart instead of being counted. */
export type EventFinding = {
  readonly code: EventFindingCode;
  /** In the event, `fact.quantity`; of a correction `instead.fact.quantity`. */
  readonly field: string;
  /** What is so, in a sentence. */
  readonly cause: string;
  /** What to do about it, in a sentence. */
  readonly fix: string;
  /** Whether it may pass without a new event: what this one names may be on its way. */
  readonly mayPass: boolean;
};

type EventFindingCode =
  | "clock-ahead"
  | "clock-behind"
  | "content-differs"
  | "duration-implausible"
  | "duration-negative"
  | "ends-before-start"
  | "events-retired"
  | "instant-unreadable"
  | "item-not-made-by-order"
  | "item-unknown"
  | "key-missing"
  | "limits-crossed"
  | "names-itself"
  | "operation-missing"
  | "operation-unknown"
  | "order-missing"
  | "order-unknown"
  | "plant-unknown"
  | "quantity-negative"
  | "serial-repeated"
  | "serial-reused"
  | "source-too-fast"
  | "target-unknown"
  | "unit-not-convertible"
  | "work-center-unknown";

/** What the intake knows beside the event. Look-ups answer null for what it does not know. */
export type IntakeContext = {
  readonly receivedAt: Instant;
  readonly limits: IntakeLimits;
  readonly order: (plant: PlantId, order: ProductionOrderId) => KnownOrder | null;
  readonly item: (item: ItemId) => Pick<Item, "unit" | "unitFactors"> | null;
  readonly hasWorkCenter: (plant: PlantId, workCenter: WorkCenterId) => boolean;
  /** The orders that made or reworked the piece with a serial number. */
  readonly madeBy: (plant: PlantId, item: ItemId, serial: string) => readonly ProductionOrderId[];
};

type IntakeLimits = {
  /** How far a source's clock may be ahead of the hub's, or behind the order's release. */
  readonly clockMs: number;
  /** The longest that one event can plausibly tell of. */
  readonly spanMs: number;
};

export const USUAL_LIMITS: IntakeLimits = { clockMs: 15 * 60_000, spanMs: 31 * 86_400_000 };

type KnownOrder = {
  readonly item: ItemId;
  /** The order that it was split from or whose pieces it reworks. */
  readonly from: ProductionOrderId | null;
  /** When the MES could know it at the earliest; null where nobody noted it. */
  readonly sentAt: Instant | null;
  readonly operations: ReadonlyMap<OperationId, KnownOperation>;
};

/** When it was told to have started and to be complete; null while it was not. */
type KnownOperation = { readonly startedAt: Instant | null; readonly completedAt: Instant | null };

/** All that is wrong with an event; empty when it can be counted. Never throws, whatever the event holds. */
export function checkEvent(event: ShopEvent, context: IntakeContext): readonly EventFinding[] {
  const key = [...keyFindings(event, ""), ...(event.kind === "occurrence" ? [] : targetFindings(event))];
  switch (event.kind) {
    case "occurrence":
      return [...key, ...occurrenceFindings(event, context)];
    case "correction": {
      const instead = occurrenceFindings(event.instead, context);
      return [
        ...key,
        ...momentFindings("at", event.at, context),
        ...instead.map((finding) => ({ ...finding, field: `instead.${finding.field}` })),
      ];
    }
    case "reversal":
      return [...key, ...momentFindings("at", event.at, context)];
  }
}

function keyFindings({ source, id }: ShopEventKey, of: string): readonly EventFinding[] {
  return [...(source === "" ? [missingKey(`${of}source`)] : []), ...(id === "" ? [missingKey(`${of}id`)] : [])];
}

function missingKey(field: string): EventFinding {
  return found(
    "key-missing",
    field,
    "It is empty, so the event could not be told from others.",
    "Let the source give every event a name and an id that stay the same when it is told again.",
  );
}

function targetFindings(event: Exclude<ShopEvent, { kind: "occurrence" }>): readonly EventFinding[] {
  const [field, target] =
    event.kind === "correction" ? (["corrects", event.corrects] as const) : (["reverses", event.reverses] as const);
  if (!sameEvent(event, target)) return keyFindings(target, `${field}.`);
  return [
    found(
      "names-itself",
      field,
      `Event ${event.id} names itself.`,
      "Name the event that was wrong, and give this one an id of its own.",
    ),
  ];
}

function occurrenceFindings(event: Occurrence, context: IntakeContext): readonly EventFinding[] {
  const moments = momentFindings("at", event.at, context);
  if (event.since !== null) moments.push(...momentFindings("since", event.since, context));
  return [
    ...moments,
    ...(moments.length === 0 ? spanFindings(event, context.limits) : []),
    ...factFindings(event.fact, context),
    ...placeFindings(event, context),
    ...orderFindings(event, context, moments.length === 0),
    ...repeatedSerials(event),
  ];
}

function momentFindings(field: string, at: Instant, { receivedAt, limits }: IntakeContext): EventFinding[] {
  if (!isInstant(at)) {
    const cause = `"${at}" is not an instant in UTC to the millisecond.`;
    return [found("instant-unreadable", field, cause, "Send ISO 8601 with an offset, 2026-02-01T12:00:00.000Z.")];
  }
  const ahead = elapsed(receivedAt, at);
  if (ahead <= limits.clockMs) return [];
  const cause = `It is ${spanText(ahead)} after the event came in.`;
  return [found("clock-ahead", field, cause, "Set the clock and time zone of the source, then correct its events.")];
}

function spanFindings({ since, at, fact }: Occurrence, { spanMs }: IntakeLimits): readonly EventFinding[] {
  if (since === null) {
    if (fact.kind !== "downtime") return [];
    const cause = "It does not say when the station stopped.";
    return [found("instant-unreadable", "since", cause, "Send the instant at which the downtime began.")];
  }
  const span = elapsed(since, at);
  if (span < 0) return [endsBeforeStart("since", since, at)];
  return span > spanMs ? [implausible("since", span, spanMs)] : [];
}

function endsBeforeStart(field: string, start: Instant, end: Instant): EventFinding {
  const cause = `It starts at ${start} and ends ${spanText(elapsed(end, start))} before that.`;
  return found("ends-before-start", field, cause, "Correct whichever of the two instants is wrong.");
}

function implausible(field: string, span: number, most: number): EventFinding {
  const cause = `${spanText(span)} is more than the ${spanText(most)} that an event may tell of.`;
  return found("duration-implausible", field, cause, "Correct it, or raise the limit if work does take so long.");
}

function factFindings(fact: ShopFact, context: IntakeContext): readonly EventFinding[] {
  switch (fact.kind) {
    case "good":
    case "scrap":
    case "rework":
      return [...workedFindings(fact.workedMs, context.limits), ...negativeFindings(fact.quantity)];
    case "setup completed":
      return workedFindings(fact.workedMs, context.limits);
    case "consumed":
      return itemFindings("fact.item", fact.item, fact.quantity, context);
    case "measured":
      if (fact.lower === null || fact.upper === null || compare(fact.lower, fact.upper) <= 0) return [];
      return [
        found(
          "limits-crossed",
          "fact.lower",
          `The lower limit of ${fact.characteristic} is above the upper one.`,
          "Correct the limits that the gauge or test plan holds.",
        ),
      ];
    case "tested":
    case "nonconformance":
    case "held":
    case "resumed":
    case "downtime":
    case "operation started":
    case "operation completed":
      return [];
  }
}

function workedFindings(workedMs: number | null, { spanMs }: IntakeLimits): readonly EventFinding[] {
  if (workedMs === null) return [];
  if (!Number.isSafeInteger(workedMs) || workedMs < 0) {
    const cause = `${workedMs} ms is not a duration in whole milliseconds.`;
    return [found("duration-negative", "fact.workedMs", cause, "Correct the time; send none where it is not known.")];
  }
  return workedMs > spanMs ? [implausible("fact.workedMs", workedMs, spanMs)] : [];
}

function negativeFindings(quantity: Quantity): readonly EventFinding[] {
  if (sign(quantity.amount) >= 0) return [];
  const cause = `${quantityText(quantity)} cannot come out of an operation.`;
  return [found("quantity-negative", "fact.quantity", cause, "Reverse or correct the event that counted too many.")];
}

function itemFindings(field: string, item: ItemId, of: Quantity, { item: find }: IntakeContext): EventFinding[] {
  const known = find(item);
  if (known === null) return [notYet("item-unknown", field, `Item ${item} is not known.`, "item")];
  if (itemConversionFactor(of.unit, known.unit, known.unitFactors) !== null) return [];
  const cause = `${of.unit} of ${item} cannot be converted to ${known.unit}.`;
  return [
    found("unit-not-convertible", "fact.quantity", cause, `Count it in ${known.unit}, or give the item a conversion.`),
  ];
}

function placeFindings({ plant, workCenter }: Occurrence, { hasWorkCenter }: IntakeContext): readonly EventFinding[] {
  if (workCenter === null || hasWorkCenter(plant, workCenter)) return [];
  const cause = `Plant ${plant} has no work center ${workCenter}.`;
  return [notYet("work-center-unknown", "workCenter", cause, "work center")];
}

function orderFindings(event: Occurrence, context: IntakeContext, isTimed: boolean): readonly EventFinding[] {
  const { plant, order, fact } = event;
  if (order === null) {
    if (fact.kind === "downtime") return [];
    const cause = `What is told, ${fact.kind}, is always of an order.`;
    return [found("order-missing", "order", cause, "Let the source name the production order or its job.")];
  }
  const known = context.order(plant, order);
  if (known === null) {
    return [notYet("order-unknown", "order", `Plant ${plant} has no order ${order}.`, "order")];
  }
  return [
    ...madeItemFindings(event, known, context),
    ...operationFindings(event, known, isTimed),
    ...(isTimed ? releaseFindings(event, known, context.limits) : []),
    ...reusedSerials(event, known, context),
  ];
}

function madeItemFindings({ item, fact }: Occurrence, known: KnownOrder, context: IntakeContext): EventFinding[] {
  if (item !== null && item !== known.item) {
    const cause = `The order makes ${known.item}, not ${item}.`;
    return [found("item-not-made-by-order", "item", cause, "Correct the item or the order.")];
  }
  if (fact.kind !== "good" && fact.kind !== "scrap" && fact.kind !== "rework") return [];
  return itemFindings("item", known.item, fact.quantity, context);
}

/** Facts that are of one operation, and mean nothing without it. */
const OF_AN_OPERATION: ReadonlySet<ShopFact["kind"]> = new Set([
  "operation started",
  "setup completed",
  "good",
  "scrap",
  "rework",
  "operation completed",
]);

function operationFindings(event: Occurrence, { operations }: KnownOrder, isTimed: boolean): readonly EventFinding[] {
  const { operation, order, at, fact } = event;
  if (operation === null) {
    if (!OF_AN_OPERATION.has(fact.kind)) return [];
    const cause = `What is told, ${fact.kind}, is always of an operation.`;
    return [found("operation-missing", "operation", cause, "Let the source name the operation.")];
  }
  const known = operations.get(operation);
  if (known === undefined) {
    const cause = `Order ${order} has no operation ${operation}.`;
    return [notYet("operation-unknown", "operation", cause, "operation")];
  }
  const { startedAt, completedAt } = known;
  if (!isTimed) return [];
  if (fact.kind === "operation completed" && startedAt !== null && at < startedAt) {
    return [{ ...endsBeforeStart("at", startedAt, at), mayPass: true }]; // the start may be corrected, or reversed
  }
  if (fact.kind === "operation started" && completedAt !== null && completedAt < at) {
    return [{ ...endsBeforeStart("at", at, completedAt), mayPass: true }];
  }
  return [];
}

/** A clock that is behind looks like events that are late, until they are of an order that was not there yet. */
function releaseFindings({ since, at, order }: Occurrence, known: KnownOrder, limits: IntakeLimits): EventFinding[] {
  const { sentAt } = known;
  if (sentAt === null) return [];
  const before = millisecondsOf(sentAt) - millisecondsOf(since ?? at);
  if (before <= limits.clockMs) return [];
  const cause = `It is ${spanText(before)} before order ${order} was sent to the shop floor.`;
  const field = since === null ? "at" : "since";
  return [found("clock-behind", field, cause, "Set the clock and time zone of the source, then correct its events.")];
}

function repeatedSerials({ serials, fact }: Occurrence): readonly EventFinding[] {
  return [
    ...repeatedIn("serials", serials),
    ...(fact.kind === "consumed" ? repeatedIn("fact.serials", fact.serials) : []),
  ];
}

function repeatedIn(field: string, serials: readonly string[]): readonly EventFinding[] {
  const seen = new Set<string>();
  const twice = serials.find((serial) => seen.size === seen.add(serial).size);
  if (twice === undefined) return [];
  return [found("serial-repeated", field, `Serial number ${twice} is there twice.`, "Send each serial number once.")];
}

function reusedSerials({ plant, order, serials }: Occurrence, known: KnownOrder, context: IntakeContext) {
  return serials.flatMap((serial) => {
    const makers = context.madeBy(plant, known.item, serial);
    const [maker] = makers;
    if (maker === undefined || makers.some((each) => each === order || each === known.from)) return [];
    const cause = `Serial number ${serial} of ${known.item} was made by order ${maker}.`;
    return [found("serial-reused", "serials", cause, "Find out which of the two pieces has the wrong number.")];
  });
}

function found(code: EventFindingCode, field: string, cause: string, fix: string): EventFinding {
  return { code, field, cause, fix, mayPass: false };
}

function notYet(code: EventFindingCode, field: string, cause: string, what: string): EventFinding {
  const fix = `Correct the ${what}, or replay the event once the hub knows it.`;
  return { code, field, cause, fix, mayPass: true };
}

/** `2 h 5 min`; the coarser of two units first. */
function spanText(milliseconds: number): string {
  const units = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1_000],
    ["ms", 1],
  ] as const;
  const first = units.findIndex(([, size]) => milliseconds >= size);
  const parts: string[] = [];
  let rest = milliseconds;
  for (const [unit, size] of first < 0 ? [] : units.slice(first, first + 2)) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole > 0) parts.push(`${whole} ${unit}`);
  }
  return parts.length === 0 ? "0 ms" : parts.join(" ");
}

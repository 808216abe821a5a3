import type { Day } from "../calendar.ts";
import type { ItemId, OperationId, Revision } from "../ids.ts";
import type { Item } from "../item.ts";
import { naturalOrder, plainOrder } from "../natural-order.ts";
import type { Quantity } from "../quantity.ts";
import { isZero, plus, type Rational, sign, times, ZERO } from "../rational.ts";
import { itemConversionFactor, type Unit, type UnitFactor } from "../unit.ts";
import { elementsOfEvents, type KpiContext } from "./elements-of-events.ts";
import type { Instant } from "./instant.ts";
import type { KpiCells } from "./kpi-elements.ts";
import { byInstant, type Occurrence, type OutputCounted, type ShopOccurrence } from "./shop-event.ts";

/** What was really made and used for one production order: sums, kept as JSON by `toJson` and `fromJson`. */
export type OrderActuals = {
  /** What the order counts in: `good`, `scrap` and all quantities of its operations. */
  readonly unit: Unit;
  /** In the order's sequence; operations that it does not have come after, by their number. */
  readonly operations: readonly OperationActuals[];
  /** One for each line, item, operation and lot, and unit where one cannot be converted. */
  readonly consumption: readonly ConsumptionActuals[];
  /** Out of which finished pieces come; null while the order has none and nothing was told of any. */
  readonly lastOperation: OperationId | null;
  /** What came good out of the last operation. */
  readonly good: Quantity;
  /** What was scrapped, over all operations. */
  readonly scrap: Quantity;
  /** Lots that good pieces of the last operation belong to. */
  readonly lots: readonly string[];
  /** Good pieces by serial number: those of the last operation, or of all where the last one names none. */
  readonly serials: readonly string[];
  /** Whether the last operation is complete, and no other that was begun is open. */
  readonly isComplete: boolean;
  /** When the newest of it happened; null while nothing did. */
  readonly lastAt: Instant | null;
};

export type OperationActuals = {
  readonly operation: OperationId;
  readonly good: Quantity;
  readonly scrap: Quantity;
  readonly rework: Quantity;
  /** Milliseconds of setting up: AUST of ISO 22400-2. */
  readonly setupMs: number;
  /** Milliseconds of processing, APT of ISO 22400-2, and of rework. */
  readonly runMs: number;
  readonly startedAt: Instant | null;
  /** When it was complete; null while it is not. */
  readonly completedAt: Instant | null;
  readonly isComplete: boolean;
  /** Whether it is complete because it was aborted or cancelled. */
  readonly isEarly: boolean;
};

export type ConsumptionActuals = {
  /** The order's line; null for an item that the order does not plan. */
  readonly line: string | null;
  readonly item: ItemId;
  readonly operation: OperationId | null;
  readonly lot: string | null;
  /** In the line's unit, else the item's; as it was told where it cannot be converted. */
  readonly quantity: Quantity;
  readonly serials: readonly string[];
};

/** What the hub knows of the order. */
export type ActualsPlan = {
  readonly item: ItemId;
  readonly revision: Revision | null;
  /** What the order counts in, and the item's own conversions to it. */
  readonly unit: Unit;
  readonly unitFactors: readonly UnitFactor[];
  /** In sequence. */
  readonly operations: readonly OperationId[];
  readonly components: readonly PlannedComponent[];
  /** Null for an item that the hub does not know. */
  readonly itemOf: (item: ItemId) => Pick<Item, "unit" | "unitFactors"> | null;
};

type PlannedComponent = {
  readonly line: string;
  readonly item: ItemId;
  readonly unit: Unit;
  readonly operation: OperationId | null;
};

/**
 * The sums of one order's events that count, as `effectiveEvents` gives them. Quantities and times are those of the
 * KPIs: `cells` are the order's, where the caller has them from `elementsOfEvents` already.
 *
 * @throws RangeError as `elementsOfEvents` does
 */
export function orderActuals(
  occurrences: readonly ShopOccurrence[],
  plan: ActualsPlan,
  cells: KpiCells = elementsOfEvents(occurrences, withoutShifts(plan)),
): OrderActuals {
  const events = occurrences.toSorted(byInstant);
  const sums = sumsByOperation(cells);
  const names = new Set([...plan.operations, ...[...sums.keys()].toSorted(naturalOrder)]);
  const operations = [...names]
    .map((operation) => operationActuals(operation, events, sums.get(operation) ?? NOTHING, plan.unit))
    .filter((each) => sums.has(each.operation) || each.startedAt !== null || each.isComplete);
  const last = plan.operations.at(-1) ?? operations.at(-1)?.operation ?? null;
  const atLast = operations.find(({ operation }) => operation === last);
  const made = goodPieces(events, last);
  return {
    unit: plan.unit,
    operations,
    consumption: consumptionOf(events, plan),
    lastOperation: last,
    good: atLast?.good ?? { amount: ZERO, unit: plan.unit },
    scrap: { amount: operations.reduce((sum, { scrap }) => plus(sum, scrap.amount), ZERO), unit: plan.unit },
    ...made,
    isComplete: atLast?.isComplete === true && operations.every((each) => each.isComplete || each.startedAt === null),
    lastAt: events.at(-1)?.at ?? null,
  };
}

/** All of it as one shift: the sums are the same in whatever shifts they count. */
function withoutShifts({ item, revision, unit, unitFactors }: ActualsPlan): KpiContext {
  const planned = { item, revision, unit, unitFactors, runMs: new Map<OperationId, number>() };
  return {
    order: () => planned,
    shiftAt: (_plant, at) => ({ day: at.slice(0, 10) as Day, shift: null, until: null }),
    changesFor: () => [],
  };
}

type Sums = Record<"good" | "scrap" | "rework", Rational> & { readonly setupMs: number; readonly runMs: number };

const NOTHING: Sums = { good: ZERO, scrap: ZERO, rework: ZERO, setupMs: 0, runMs: 0 };

function sumsByOperation(cells: KpiCells): ReadonlyMap<OperationId, Sums> {
  const sums = new Map<OperationId, Sums>();
  for (const { key, elements } of cells.values()) {
    if (key.operation === null || key.item === null) continue;
    const { good, scrap, rework, setupMs, runMs } = sums.get(key.operation) ?? NOTHING;
    sums.set(key.operation, {
      good: plus(good, elements.good),
      scrap: plus(scrap, elements.scrap),
      rework: plus(rework, elements.rework),
      setupMs: setupMs + elements.setupMs,
      runMs: runMs + elements.productionMs + elements.reworkMs,
    });
  }
  return sums;
}

function operationActuals(
  operation: OperationId,
  events: readonly ShopOccurrence[],
  { good, scrap, rework, setupMs, runMs }: Sums,
  unit: Unit,
): OperationActuals {
  const own = events.filter((event) => event.operation === operation && isWork(event));
  const begins = own.map(({ since, at }) => since ?? at).toSorted(plainOrder);
  const started = own.findLast(({ fact }) => fact.kind === "operation started");
  const completed = own.findLast(({ fact }) => fact.kind === "operation completed");
  // What is begun again after its completion is open again.
  const isComplete = completed !== undefined && (started === undefined || started.at <= completed.at);
  return {
    operation,
    good: { amount: good, unit },
    scrap: { amount: scrap, unit },
    rework: { amount: rework, unit },
    setupMs,
    runMs,
    startedAt: begins[0] ?? null,
    completedAt: isComplete ? completed.at : null,
    isComplete,
    isEarly: isComplete && completed.fact.kind === "operation completed" && completed.fact.early,
  };
}

function isWork({ fact }: Occurrence): boolean {
  return (
    isOutput(fact) ||
    fact.kind === "operation started" ||
    fact.kind === "setup completed" ||
    fact.kind === "operation completed"
  );
}

function isOutput(fact: Occurrence["fact"]): fact is OutputCounted {
  return fact.kind === "good" || fact.kind === "scrap" || fact.kind === "rework";
}

/** A piece is what was said of it last: good at the last operation, it may still be scrapped by a later inspection. */
function goodPieces(events: readonly ShopOccurrence[], last: OperationId | null) {
  const fates = new Map<string, { readonly isGood: boolean; readonly isLast: boolean }>();
  const lots = new Set<string>();
  for (const { fact, operation, serials, lot } of events) {
    if (!isOutput(fact)) continue;
    const isGood = fact.kind === "good";
    const isLast = operation === last;
    if (isGood && isLast && lot !== null) lots.add(lot);
    for (const serial of serials) fates.set(serial, { isGood, isLast });
  }
  const good = [...fates].filter(([, { isGood }]) => isGood);
  const isNamedAtLast = [...fates.values()].some(({ isLast }) => isLast);
  const serials = good.filter(([, { isLast }]) => isLast || !isNamedAtLast).map(([serial]) => serial);
  return { lots: [...lots].toSorted(naturalOrder), serials: serials.toSorted(naturalOrder) };
}

type OpenConsumption = Omit<ConsumptionActuals, "serials" | "quantity"> & {
  readonly unit: Unit;
  amount: Rational;
  /** By serial number: what was used less what was given back. */
  readonly serials: Map<string, number>;
};

function consumptionOf(events: readonly ShopOccurrence[], plan: ActualsPlan): readonly ConsumptionActuals[] {
  const open = new Map<string, OpenConsumption>();
  for (const event of events) {
    const { fact } = event;
    if (fact.kind !== "consumed") continue;
    const component = componentFor(event, fact, plan.components);
    const line = component?.line ?? fact.line;
    const operation = event.operation ?? component?.operation ?? null;
    const { amount, unit } = inUnitOf(fact.item, fact.quantity, component, plan);
    const key = JSON.stringify([line, fact.item, operation, fact.lot, unit]);
    const sum = open.get(key) ?? {
      line,
      item: fact.item,
      operation,
      lot: fact.lot,
      unit,
      amount: ZERO,
      serials: new Map<string, number>(),
    };
    sum.amount = plus(sum.amount, amount);
    const count = sign(amount) < 0 ? -1 : 1;
    for (const serial of fact.serials) sum.serials.set(serial, (sum.serials.get(serial) ?? 0) + count);
    open.set(key, sum);
  }
  return [...open.values()].map(closed).filter(isAnything).toSorted(byPlace);
}

/** The order's line: that which the source names, else one of the item, rather at the operation that used it. */
function componentFor(
  { operation }: Occurrence,
  { line, item }: { readonly line: string | null; readonly item: ItemId },
  components: readonly PlannedComponent[],
): PlannedComponent | undefined {
  if (line !== null) return components.find((each) => each.line === line);
  const ofItem = components.filter((each) => each.item === item);
  return ofItem.find((each) => each.operation === operation) ?? ofItem[0];
}

function inUnitOf(item: ItemId, told: Quantity, component: PlannedComponent | undefined, plan: ActualsPlan): Quantity {
  const known = plan.itemOf(item);
  const own = known?.unitFactors ?? [];
  const planned = component?.item === item ? [component.unit] : [];
  for (const unit of [...planned, ...(known === null ? [] : [known.unit])]) {
    const factor = itemConversionFactor(told.unit, unit, own);
    if (factor !== null) return { amount: times(told.amount, factor), unit };
  }
  return told;
}

function closed({ unit, amount, serials, ...place }: OpenConsumption): ConsumptionActuals {
  const used = [...serials].filter(([, count]) => count > 0).map(([serial]) => serial);
  return { ...place, quantity: { amount, unit }, serials: used.toSorted(naturalOrder) };
}

function isAnything({ quantity, serials }: ConsumptionActuals): boolean {
  return !isZero(quantity.amount) || serials.length > 0;
}

function byPlace(a: ConsumptionActuals, b: ConsumptionActuals): number {
  return (
    naturalOrder(a.line ?? "", b.line ?? "") ||
    naturalOrder(a.item, b.item) ||
    naturalOrder(a.operation ?? "", b.operation ?? "") ||
    naturalOrder(a.lot ?? "", b.lot ?? "") ||
    plainOrder(a.quantity.unit, b.quantity.unit) ||
    plainOrder(a.line === null ? "" : "line", b.line === null ? "" : "line")
  );
}

import type { Day } from "../calendar.ts";
import type { ChangeId, ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../ids.ts";
import { plainOrder } from "../natural-order.ts";
import { dividedBy, equals, plus, rational, sign, times, toNumber, ZERO, type Rational } from "../rational.ts";
import { itemConversionFactor, type Unit, type UnitFactor } from "../unit.ts";
import { sketchOf } from "./duration-sketch.ts";
import { instantAt, millisecondsOf, type Instant } from "./instant.ts";
import {
  cellsOf,
  keyText,
  mergedElements,
  NO_ELEMENTS,
  type KpiCell,
  type KpiCells,
  type KpiElements,
  type KpiKey,
} from "./kpi-elements.ts";
import { passesOf, type Output, type Pass } from "./passes.ts";
import type { ShiftTime } from "./shift-time.ts";
import { byInstant, type Occurrence, type OutputCounted, type ShopOccurrence } from "./shop-event.ts";
import { cut, lengthOf, without, type Span } from "./spans.ts";

/** What the hub knows beside the events. The same answers give the same elements. */
export type KpiContext = {
  /** Null for an order that the hub does not know. */
  readonly order: (plant: PlantId, order: ProductionOrderId) => PlannedOrder | null;
  /** As `shiftTimes` tells it by the plant's calendar. */
  readonly shiftAt: (plant: PlantId, at: Instant) => ShiftTime;
  /** Changes that were in force for what an event tells of. */
  readonly changesFor: (event: Occurrence) => readonly ChangeId[];
};

type PlannedOrder = {
  readonly item: ItemId;
  readonly revision: Revision | null;
  /** What the order counts in, and the item's own conversions to it. */
  readonly unit: Unit;
  readonly unitFactors: readonly UnitFactor[];
  /** PRI, planned run time per item: whole milliseconds for one `unit`, of each operation that has one. */
  readonly runMs: ReadonlyMap<OperationId, number>;
};

/**
 * The elements of events that count, as `effectiveEvents` gives them, each key with its own. Events of one order are
 * to be given together; orders may be worked out apart and merged. What has no span of its own counts in the shift in
 * which it happened; spans are cut where shifts change.
 *
 * @throws RangeError for an event that `checkEvent` finds wrong: of an unknown order, or in a unit that cannot be
 * converted.
 */
export function elementsOfEvents(events: readonly ShopOccurrence[], context: KpiContext): KpiCells {
  const cells = new Map<string, OpenCell>();
  for (const ofOrder of grouped(events, ({ plant, order }) => JSON.stringify([plant, order]))) {
    addOrder(ofOrder.toSorted(byInstant), context, cells);
  }
  return cellsOf([...cells.values()].map(closed));
}

/** Planned busy time, PBT, of a work center in one shift: operating time less what is planned for maintenance. */
export function plannedBusyCell(
  { plant, workCenter, day, shift }: { plant: PlantId; workCenter: WorkCenterId; day: Day; shift: string | null },
  plannedBusyMs: number,
): KpiCell {
  const key = { ...ofNoOrder(plant, workCenter), day, shift };
  return { key, elements: { ...NO_ELEMENTS, plannedBusyMs } };
}

/** A cell to which more is added; its sketch is made once, at the end. */
type OpenCell = { readonly key: KpiKey; elements: KpiElements; readonly cycleTimesMs: number[] };

type OrderAtWork = {
  readonly plan: PlannedOrder | null;
  readonly context: KpiContext;
  readonly cells: Map<string, OpenCell>;
};

function addOrder(events: readonly ShopOccurrence[], context: KpiContext, cells: Map<string, OpenCell>): void {
  const [first] = events;
  if (first === undefined) return;
  const { plant, order } = first;
  const plan = order === null ? null : context.order(plant, order);
  if (order !== null && plan === null)
    throw new RangeError(`plant ${plant} has no order ${order} for event ${first.id}`);
  const work: OrderAtWork = { plan, context, cells };
  addDowntimes(work, events);
  if (plan === null) return;
  addExecution(work, events);
  const interruptions = (operation: OperationId | null) =>
    interruptionsOf(events.filter((event) => event.operation === null || event.operation === operation));
  for (const ofOperation of grouped(events, ({ operation }) => JSON.stringify(operation))) {
    const operation = ofOperation[0]?.operation ?? null;
    addOperation(work, plan, ofOperation, interruptions(operation));
  }
}

/** ADET of stations at an order, ADOT of others; planned downtime apart from both. */
function addDowntimes(work: OrderAtWork, events: readonly ShopOccurrence[]): void {
  for (const event of events) {
    if (event.fact.kind !== "downtime" || event.since === null) continue;
    const element = event.fact.planned ? "plannedDownMs" : event.order === null ? "downMs" : "delayMs";
    addSpans(work, event, [spanOf(event.since, event.at)], element);
  }
}

/** AOET: each completion of an operation closes the time since the one before it, the first since the order's start. */
function addExecution(work: OrderAtWork, events: readonly ShopOccurrence[]): void {
  const starts = events.filter(({ fact }) => fact.kind === "operation started");
  const begins = (starts.length > 0 ? starts : events).map(({ since, at }) => millisecondsOf(since ?? at));
  let from = begins.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  for (const event of events) {
    if (event.fact.kind !== "operation completed") continue;
    const until = Math.max(from, millisecondsOf(event.at));
    addSpans(work, event, [{ from, until }], "executionMs");
    from = until;
  }
}

/** While an order is on hold, or its station is down. A hold that nobody ends lasts until the operation starts again. */
function interruptionsOf(events: readonly ShopOccurrence[]): readonly Span[] {
  const spans: Span[] = [];
  let heldSince: number | null = null;
  for (const { fact, since, at } of events) {
    if (fact.kind === "downtime" && since !== null) spans.push(spanOf(since, at));
    if (fact.kind === "held") heldSince ??= millisecondsOf(at);
    if ((fact.kind === "resumed" || fact.kind === "operation started") && heldSince !== null) {
      spans.push({ from: heldSince, until: millisecondsOf(at) });
      heldSince = null;
    }
  }
  return heldSince === null ? spans : [...spans, { from: heldSince, until: Number.POSITIVE_INFINITY }];
}

/** An operation's quantities and times. Between its start and its completion is a run: of that its times may follow. */
function addOperation(
  work: OrderAtWork,
  plan: PlannedOrder,
  events: readonly ShopOccurrence[],
  interruptions: readonly Span[],
): void {
  const passes = new Map(passesOf(outputsOf(events, plan)).map((pass) => [pass.event, pass]));
  let begun: Instant | null = null;
  let untimed = ZERO;
  let isTimed = false;
  for (const event of events) {
    const { fact, since, at } = event;
    const worked = (from: Instant) => without(spanOf(from, at), interruptions);
    const pass = passes.get(event);
    if (pass !== undefined) {
      const workedMs = pass.fact.workedMs ?? (since === null ? null : lengthOf(worked(since)));
      addOutput(work, plan, pass, workedMs);
      if (workedMs === null) untimed = plus(untimed, pass.first);
      else isTimed = true;
    } else if (fact.kind === "operation started") {
      begun ??= since ?? at;
    } else if (fact.kind === "setup completed") {
      const from = since ?? begun;
      if (fact.workedMs !== null) add(work, event, at, { setupMs: fact.workedMs });
      else if (from !== null) addSpans(work, event, worked(from), "setupMs");
      begun = at;
    } else if (fact.kind === "operation completed") {
      if (!isTimed && begun !== null) addRun(work, plan, event, worked(begun), untimed);
      [begun, untimed, isTimed] = [null, ZERO, false];
    }
  }
}

function outputsOf(events: readonly ShopOccurrence[], { unit, unitFactors }: PlannedOrder): readonly Output[] {
  return events.flatMap((event) => {
    const { fact } = event;
    if (!isOutput(fact)) return [];
    const factor = itemConversionFactor(fact.quantity.unit, unit, unitFactors);
    if (factor === null) {
      throw new RangeError(`event ${event.id} counts in ${fact.quantity.unit}, its order in ${unit}`);
    }
    return [{ event, fact, amount: times(fact.quantity.amount, factor) }];
  });
}

function isOutput(fact: Occurrence["fact"]): fact is OutputCounted {
  return fact.kind === "good" || fact.kind === "scrap" || fact.kind === "rework";
}

/** Quantities, and of the time that a source told of: APT as far as the pieces came for the first time. */
function addOutput(work: OrderAtWork, plan: PlannedOrder, pass: Pass, workedMs: number | null): void {
  const { event, fact, amount, first } = pass;
  const quantities = { [fact.kind]: amount, inspected: first, goodAtFirst: fact.kind === "good" ? first : ZERO };
  if (workedMs === null) {
    add(work, event, event.at, quantities);
    return;
  }
  const productionMs = shareOf(workedMs, first, amount);
  const spent = { productionMs, reworkMs: workedMs - productionMs, ...planned(plan, event, first, productionMs) };
  const cell = add(work, event, event.at, { ...quantities, ...spent });
  if (sign(first) > 0) cell.cycleTimesMs.push(productionMs / toNumber(first));
}

/** Where no source tells how long pieces took: from the end of setup to completion, without interruptions. */
function addRun(
  work: OrderAtWork,
  plan: PlannedOrder,
  event: ShopOccurrence,
  spans: readonly Span[],
  first: Rational,
): void {
  addSpans(work, event, spans, "productionMs");
  if (sign(first) <= 0) return;
  const ms = lengthOf(spans);
  add(work, event, event.at, planned(plan, event, first, ms)).cycleTimesMs.push(ms / toNumber(first));
}

/** PRI × PQ, and the time that it was planned for. */
function planned({ runMs }: PlannedOrder, event: Occurrence, made: Rational, ms: number): Partial<KpiElements> {
  const each = event.operation === null ? undefined : runMs.get(event.operation);
  return each === undefined ? {} : { plannedRunMs: times(made, rational(BigInt(each))), withPlanMs: ms };
}

type SpanElement = "setupMs" | "productionMs" | "delayMs" | "downMs" | "plannedDownMs" | "executionMs";

function addSpans(work: OrderAtWork, event: ShopOccurrence, spans: readonly Span[], element: SpanElement): void {
  const shiftAt = (moment: number) => {
    const { until } = work.context.shiftAt(event.plant, instantAt(moment));
    return { until: until === null ? null : millisecondsOf(until) };
  };
  for (const span of spans) {
    for (const { from, until } of cut(span, shiftAt)) add(work, event, instantAt(from), { [element]: until - from });
  }
}

function add(work: OrderAtWork, event: ShopOccurrence, at: Instant, more: Partial<KpiElements>): OpenCell {
  const cell = cellAt(work, event, at);
  cell.elements = mergedElements(cell.elements, { ...NO_ELEMENTS, ...more });
  return cell;
}

/** The cell of what an event tells of, in the shift at a moment. */
function cellAt({ plan, context, cells }: OrderAtWork, event: ShopOccurrence, at: Instant): OpenCell {
  const { day, shift } = context.shiftAt(event.plant, at);
  const ofNone = ofNoOrder(event.plant, event.workCenter);
  const key: KpiKey =
    plan === null
      ? { ...ofNone, day, shift }
      : {
          ...ofNone,
          item: plan.item,
          revision: event.revision ?? plan.revision,
          operation: event.operation,
          changes: context.changesFor(event).toSorted(plainOrder),
          day,
          shift,
          unit: plan.unit,
        };
  const text = keyText(key);
  const held = cells.get(text);
  if (held !== undefined) return held;
  const cell = { key, elements: NO_ELEMENTS, cycleTimesMs: [] };
  cells.set(text, cell);
  return cell;
}

function closed({ key, elements, cycleTimesMs }: OpenCell): KpiCell {
  return { key, elements: { ...elements, cycleTimes: sketchOf(cycleTimesMs) } };
}

function ofNoOrder(plant: PlantId, workCenter: WorkCenterId | null): KpiKey {
  return {
    plant,
    item: null,
    revision: null,
    operation: null,
    workCenter,
    changes: [],
    day: null,
    shift: null,
    unit: null,
  };
}

function spanOf(since: Instant, at: Instant): Span {
  return { from: millisecondsOf(since), until: millisecondsOf(at) };
}

/** Whole milliseconds of so many that fall to a part of a whole; all of them when the whole is nothing. */
function shareOf(ms: number, part: Rational, whole: Rational): number {
  if (equals(part, whole)) return ms;
  const share = dividedBy(times(rational(ms), part), whole);
  return Number(BigInt(share.num) / BigInt(share.den));
}

function grouped<Value>(values: readonly Value[], by: (value: Value) => string): Iterable<readonly Value[]> {
  return Map.groupBy(values, by).values();
}

import type { ChangeId, ItemId, OperationId, ProductionOrderId } from "../ids.ts";
import { naturalOrder } from "../natural-order.ts";
import { isCount, type Unit } from "../unit.ts";
import { judgedMetrics, type ChangeCutIn, type JudgedMetric, type Metric } from "./change-effect.ts";
import { quantile } from "./duration-sketch.ts";
import { effectSentence } from "./effect-sentence.ts";
import type { Instant } from "./instant.ts";
import type { KpiElements } from "./kpi-elements.ts";
import { producedQuantity } from "./kpis.ts";
import { timeSample } from "./median-effect.ts";
import type { OrderCount } from "./proportion-effect.ts";
import { toNumber } from "../rational.ts";

/** What one finished order of an item came to, on one side of a change's cut-in. */
export type OrderOutcome = {
  readonly order: ProductionOrderId;
  readonly finishedAt: Instant;
  readonly side: "before" | "after";
  readonly changes: readonly ChangeId[];
  readonly operations: ReadonlyMap<OperationId, OperationOutcome>;
};

/** All of an operation's elements in one order, over shifts, work centers and revisions. */
export type OperationOutcome = { readonly elements: KpiElements; readonly unit: Unit | null };

/** An item that a change touches in a plant, with its orders around the cut-in. */
export type ItemOutcome = {
  readonly item: ItemId;
  /** As a sentence names it: `serial FX-000123`; null where it is not known. */
  readonly from: string | null;
  readonly orders: readonly OrderOutcome[];
};

const MEASURES = ["run time", "scrap", "rework", "first-pass yield"] as const;
type Measure = (typeof MEASURES)[number];

/** One figure of one order, for a chart. */
type OutcomePoint = Pick<OrderOutcome, "order" | "finishedAt" | "side"> & {
  /** Seconds for a piece, or a share of 1. */
  readonly value: number;
  /** What a share is of: `count` of `of` pieces; null of a time. */
  readonly share: OrderCount | null;
};

export type MeasuredOutcome = {
  readonly item: ItemId;
  readonly operation: OperationId;
  readonly measure: Measure;
  readonly judged: JudgedMetric;
  readonly sentence: string;
  /** The earliest first. */
  readonly points: readonly OutcomePoint[];
};

/**
 * What a change did to each measure at each operation of the items that it touches: run time by one median for each order,
 * scrap, rework and first-pass yield by counts for each order. All of them are judged together, because one person reads
 * all of them as the outcome of one change.
 */
export function changeOutcome(change: ChangeId, items: readonly ItemOutcome[]): readonly MeasuredOutcome[] {
  const measured = items.flatMap((one) => measuresOf(one, items.length > 1));
  const judged = judgedMetrics(measured.map(({ metric }) => metric));
  return measured.flatMap(({ item, operation, measure, points, from }, at) => {
    const verdict = judged[at];
    if (verdict === undefined) return [];
    const since: ChangeCutIn = { change, from };
    return [{ item, operation, measure, judged: verdict, sentence: effectSentence(since, verdict), points }];
  });
}

/**
 * Other changes that came into force with the orders after this one, and in how many of them: what they did cannot be told
 * from what this one did.
 */
export function alongside(
  change: ChangeId,
  orders: readonly OrderOutcome[],
): readonly { readonly change: ChangeId; readonly orders: number }[] {
  const known = new Set(orders.flatMap(({ side, changes }) => (side === "before" ? changes : [])));
  const counts = new Map<ChangeId, number>();
  for (const { side, changes } of orders) {
    if (side === "before") continue;
    for (const other of changes) {
      if (other !== change && !known.has(other)) counts.set(other, (counts.get(other) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([other, count]) => ({ change: other, orders: count }))
    .toSorted((a, b) => naturalOrder(a.change, b.change));
}

type Measured = {
  readonly item: ItemId;
  readonly from: string | null;
  readonly operation: OperationId;
  readonly measure: Measure;
  readonly metric: Metric;
  readonly points: readonly OutcomePoint[];
};

function measuresOf({ item, from, orders }: ItemOutcome, isOneOfMany: boolean): readonly Measured[] {
  const operations = [...new Set(orders.flatMap((order) => [...order.operations.keys()]))].toSorted(naturalOrder);
  return operations.flatMap((operation) =>
    MEASURES.flatMap((measure): readonly Measured[] => {
      const points = orders.flatMap((order) => pointOf(order, operation, measure));
      if (points.length === 0) return [];
      const unit = orders.find((order) => order.operations.has(operation))?.operations.get(operation)?.unit ?? null;
      const name = `${measure}${isOneOfMany ? ` of ${item}` : ""} at operation ${operation}`;
      return [{ item, from, operation, measure, metric: metricOf(measure, name, points, unit), points }];
    }),
  );
}

function pointOf(
  { order, finishedAt, side, operations }: OrderOutcome,
  operation: OperationId,
  measure: Measure,
): readonly OutcomePoint[] {
  const made = operations.get(operation);
  if (made === undefined) return [];
  const at = { order, finishedAt, side };
  const { elements } = made;
  if (measure === "run time") {
    const medianMs = quantile(elements.cycleTimes, 0.5);
    return medianMs === null ? [] : [{ ...at, value: medianMs / 1_000, share: null }];
  }
  const share = countOf(elements, measure);
  return share.of <= 0 ? [] : [{ ...at, value: share.count / share.of, share }];
}

function countOf(elements: KpiElements, measure: Exclude<Measure, "run time">): OrderCount {
  const inspected = toNumber(elements.inspected);
  switch (measure) {
    case "scrap":
      return { count: toNumber(elements.scrap), of: toNumber(producedQuantity(elements)) };
    case "rework":
      // Pieces that are sent to rework again and again are one share of the pieces all the same.
      return { count: Math.min(toNumber(elements.rework), inspected), of: inspected };
    case "first-pass yield":
      return { count: toNumber(elements.goodAtFirst), of: inspected };
  }
}

function metricOf(measure: Measure, name: string, points: readonly OutcomePoint[], unit: Unit | null): Metric {
  const of = (side: OutcomePoint["side"]) => points.filter((point) => point.side === side);
  const [before, after] = [of("before"), of("after")];
  if (measure === "run time") {
    const times = (side: readonly OutcomePoint[]) => timeSample(side.map(({ value }) => value));
    return { kind: "time", name, better: "lower", counted: "orders", before: times(before), after: times(after) };
  }
  const counts = (side: readonly OutcomePoint[]) => side.flatMap(({ share }) => (share === null ? [] : [share]));
  return {
    kind: "share",
    name,
    better: measure === "first-pass yield" ? "higher" : "lower",
    counted: unit === null || isCount(unit) ? "pieces" : unit,
    before: counts(before),
    after: counts(after),
  };
}

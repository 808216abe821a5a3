import type { ChangeId } from "../ids.ts";
import { holmAdjusted } from "./holm.ts";
import { medianEffect, sizeOf, type TimeEffect, type TimeSample } from "./median-effect.ts";
import { shareEffect, sharesOfOrders, type OrderCount, type ShareEffect } from "./proportion-effect.ts";

/** A figure of production that a change may have moved, before its cut-in and after. */
export type Metric = ShareMetric | TimeMetric;

type ShareMetric = {
  readonly kind: "share";
  /** As a sentence begins with it: `scrap at operation 0020`. */
  readonly name: string;
  readonly better: "lower" | "higher";
  /** What is counted, for the sentence: `pieces`. */
  readonly counted: string;
  /** One count for each order; for each shift or day where pieces belong to no order. */
  readonly before: readonly OrderCount[];
  readonly after: readonly OrderCount[];
};

type TimeMetric = {
  readonly kind: "time";
  readonly name: string;
  readonly better: "lower" | "higher";
  /** What has one time each, for the sentence: `orders`. */
  readonly counted: string;
  /** One time for each order, for instance its median: pieces of an order are not independent. */
  readonly before: TimeSample;
  readonly after: TimeSample;
};

/**
 * The least on each side for a share: orders, because fewer do not show how much orders scatter, and pieces, because
 * below a hundred one single piece moves the share by more than a point.
 */
export const ORDERS_LEAST = 5;
export const PIECES_LEAST = 100;

/**
 * The least times on each side. With eight and eight the smallest p that there can be is 2 in 12,870, which counts even
 * among three hundred metrics; with four and four it is 0.029, which never counts beside one other metric.
 */
export const TIMES_LEAST = 8;

/** The chance that any verdict is given where nothing changed. */
export const LEVEL = 0.05;

/** What the change did to one metric. */
export type JudgedMetric =
  | { readonly verdict: "too few"; readonly metric: Metric; readonly sizes: Sizes }
  | {
      readonly verdict: "better" | "worse" | "no difference shown";
      readonly metric: Metric;
      readonly sizes: Sizes;
      readonly effect: MetricEffect;
      /** Holm's, over the metrics that were judged together. */
      readonly adjustedP: number;
      /** How many those were. */
      readonly together: number;
    };

export type MetricEffect = ({ readonly kind: "share" } & ShareEffect) | ({ readonly kind: "time" } & TimeEffect);

/** How much each side has of what is counted; `orders` as well for a share. */
type Sizes = { readonly before: Side; readonly after: Side };
type Side = { readonly counted: number; readonly orders: number | null };

/**
 * What a change did to each metric, in the order given. All metrics that one person reads as the outcome of one change
 * belong into one call: the correction is over these, so that any false alarm among them has about the chance `LEVEL` at
 * most (3.5 to 5.5 % in seeded runs of 5 to 100 orders a side). It compares times, and cannot tell causes apart: another
 * change that cut in at the same time shows as this one.
 */
export function judgedMetrics(metrics: readonly Metric[]): readonly JudgedMetric[] {
  const tested = metrics.map((metric) => ({ metric, sizes: sizesOf(metric), effect: effectOn(metric) }));
  const adjusted = holmAdjusted(tested.flatMap(({ effect }) => (effect === null ? [] : [effect.p])));
  let at = 0;
  return tested.map(({ metric, sizes, effect }) => {
    if (effect === null) return { verdict: "too few", metric, sizes };
    const adjustedP = adjusted[at++] ?? 1;
    const verdict = adjustedP > LEVEL ? "no difference shown" : directionOf(metric, effect);
    return { verdict, metric, sizes, effect, adjustedP, together: adjusted.length };
  });
}

/** Null when there is too little to judge. */
function effectOn(metric: Metric): MetricEffect | null {
  const { before, after } = sizesOf(metric);
  if (!isEnough(metric, before) || !isEnough(metric, after)) return null;
  if (metric.kind === "time") return { kind: "time", ...medianEffect(metric.before, metric.after, 1 - LEVEL) };
  const shares = sharesOfOrders(metric.before, metric.after);
  return { kind: "share", ...shareEffect(shares.before, shares.after, 1 - LEVEL) };
}

function sizesOf(metric: Metric): Sizes {
  if (metric.kind === "share") return { before: piecesOf(metric.before), after: piecesOf(metric.after) };
  return {
    before: { counted: sizeOf(metric.before), orders: null },
    after: { counted: sizeOf(metric.after), orders: null },
  };
}

function piecesOf(orders: readonly OrderCount[]): Side {
  const made = orders.filter(({ of }) => of > 0);
  return { counted: made.reduce((sum, { of }) => sum + of, 0), orders: made.length };
}

function isEnough({ kind }: Metric, { counted, orders }: Side): boolean {
  if (kind === "time") return counted >= TIMES_LEAST;
  return counted >= PIECES_LEAST && (orders ?? 0) >= ORDERS_LEAST;
}

function directionOf(metric: Metric, effect: MetricEffect): "better" | "worse" {
  return hasRisen(effect) === (metric.better === "higher") ? "better" : "worse";
}

/** By the test's own sign: the shift may be 0 where ranks still differ. */
export function hasRisen(effect: MetricEffect): boolean {
  return effect.kind === "share" ? effect.difference > 0 : effect.longer > 0.5;
}

/** Which change a sentence speaks of, and where it cut in: `serial FX-000123`; null where that is not known. */
export type ChangeCutIn = { readonly change: ChangeId; readonly from: string | null };

import { naturalOrder, plainOrder } from "../domain/natural-order.ts";
import { compare, dividedBy, isZero, plus, readRational, toNumber, ZERO, type Rational } from "../domain/rational.ts";
import type { LossSum } from "../store/losses.ts";
import type { LossRow } from "./contract.ts";

/** Losses as bars of Pareto charts: one chart for each plant, kind and unit, the most first. */
export function lossRows(sums: readonly LossSum[]): LossRow[] {
  const charts = Map.groupBy(sums, ({ plant, kind, unit }) => JSON.stringify([plant, kind, unit]));
  return [...charts].toSorted(([a], [b]) => plainOrder(a, b)).flatMap(([, chart]) => bars(chart));
}

function bars(chart: readonly LossSum[]): LossRow[] {
  const sized = chart.map((sum) => ({ sum, amount: readRational(sum.quantity) ?? ZERO }));
  const whole = sized.reduce((total, { amount }) => plus(total, amount), ZERO);
  let before = ZERO;
  return sized
    .toSorted((a, b) => compare(b.amount, a.amount) || naturalOrder(nameOf(a.sum), nameOf(b.sum)))
    .map(({ sum, amount }) => {
      before = plus(before, amount);
      return { ...sum, share: shareOf(amount, whole), cumulative: shareOf(before, whole) };
    });
}

function nameOf({ reason, item, operation, workCenter }: LossSum): string {
  return [reason, item, operation, workCenter].join(" ");
}

function shareOf(part: Rational, whole: Rational): number {
  return isZero(whole) ? 0 : toNumber(dividedBy(part, whole));
}

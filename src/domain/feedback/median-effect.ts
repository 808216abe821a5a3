import { bothTails, criticalValue } from "./normal-distribution.ts";
import type { Interval } from "./proportion-effect.ts";

/**
 * Times in seconds with how often each was seen, the shortest first, no time twice. A sketch's bins fit as well: what
 * comes out is then as exact as its bins. Estimates are floats.
 */
export type TimeSample = readonly { readonly seconds: number; readonly count: number }[];

/** What became of a time. */
export type TimeEffect = {
  readonly medianBefore: number;
  readonly medianAfter: number;
  /**
   * How many seconds longer it takes: the median of all differences after − before (Hodges and Lehmann). Not the
   * difference of the two medians, but less at the mercy of gaps between times.
   */
  readonly shift: number;
  readonly interval: Interval;
  /** Two-sided. */
  readonly p: number;
  readonly test: "exact Mann-Whitney" | "Mann-Whitney";
  /**
   * The chance that a time after is longer than one before, ties halved (A. Vargha and H. Delaney, 2000): 0.5 is no
   * effect, 0.56 small, 0.64 medium, 0.71 large.
   */
  readonly longer: number;
};

/**
 * Up to this many times on either side, and no two alike, the test counts all arrangements. Their number, at most
 * C(50, 25) = 1.26e14, is still exact in a float; above it the normal approximation errs by less than it matters.
 */
const EXACT_MAX = 25;

/** Times as a sample. */
export function timeSample(seconds: readonly number[]): TimeSample {
  const counts = new Map<number, number>();
  for (const one of seconds) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].map(([time, count]) => ({ seconds: time, count })).toSorted((a, b) => a.seconds - b.seconds);
}

export function sizeOf(sample: TimeSample): number {
  return sample.reduce((sum, { count }) => sum + count, 0);
}

/**
 * Compares times by their ranks, so one machine that stood for a night moves nothing. Estimate and interval: J. L. Hodges
 * and E. L. Lehmann, "Estimates of Location Based on Rank Tests", Annals of Mathematical Statistics 34, 1963; the interval
 * as in M. Hollander and D. A. Wolfe, Nonparametric Statistical Methods, 4.3: between two of the ordered differences,
 * picked by the test's own distribution; with ties it is a little wide. Test: H. B. Mann and D. R. Whitney, "On a Test of
 * Whether One of Two Random Variables Is Stochastically Larger Than the Other", 1947; exact for small samples without
 * ties, else normal with the variance corrected for ties and half a step for continuity.
 *
 * It takes the times for independent. Pieces of one order are not: give one time for each order.
 *
 * Nothing is thinned out: the m·n differences are never listed, only counted up to a bound, in one pass over both
 * samples, as often as it takes to halve down to one of them. So it costs at most some 70 passes over the distinct times
 * for each of estimate and interval's ends.
 *
 * Below four times a side even the widest interval there is holds less than the confidence asked for.
 *
 * @throws RangeError when a sample is empty, or not in the order that counting relies on.
 */
export function medianEffect(before: TimeSample, after: TimeSample, confidence = 0.95): TimeEffect {
  const [m, n] = [sizeOf(before), sizeOf(after)];
  if (m === 0 || n === 0) throw new RangeError(`no times ${m === 0 ? "before" : "after"}: nothing to compare`);
  if (!isAscending(before) || !isAscending(after)) throw new RangeError("times are not in ascending order, each once");
  const pairs = m * n;
  // Mann and Whitney's U: the pairs in which the time after is longer, ties halved.
  const longer =
    pairs - (differencesUpTo(before, after, 0, "or equal") + differencesUpTo(before, after, 0, "less")) / 2;
  const exact = m <= EXACT_MAX && n <= EXACT_MAX && tieSum(before, after) === 0;
  const arrangements = exact ? arrangementsByU(m, n) : null;
  const rank = arrangements === null ? normalRank(m, n, confidence) : exactRank(arrangements, confidence);
  return {
    medianBefore: medianOf(before),
    medianAfter: medianOf(after),
    shift: midmost(pairs, (nth) => nthDifference(before, after, nth)),
    interval: { low: nthDifference(before, after, rank), high: nthDifference(before, after, pairs + 1 - rank) },
    p: arrangements === null ? normalP(before, after, longer) : exactP(arrangements, longer),
    test: exact ? "exact Mann-Whitney" : "Mann-Whitney",
    longer: longer / pairs,
  };
}

function isAscending(sample: TimeSample): boolean {
  return sample.every(({ seconds }, at) => at === 0 || seconds > (sample[at - 1]?.seconds ?? Infinity));
}

/** Of a sample that is not empty; halfway between the two in the middle of an even number. */
export function medianOf(sample: TimeSample): number {
  return midmost(sizeOf(sample), (nth) => nthTime(sample, nth));
}

function midmost(size: number, nth: (rank: number) => number): number {
  const [low, high] = [Math.floor((size + 1) / 2), Math.floor(size / 2) + 1];
  return low === high ? nth(low) : (nth(low) + nth(high)) / 2;
}

function nthTime(sample: TimeSample, nth: number): number {
  let seen = 0;
  for (const { seconds, count } of sample) if ((seen += count) >= nth) return seconds;
  return sample.at(-1)?.seconds ?? 0;
}

/** How many differences after − before are below `bound`, or at it; one pass over each sample. */
function differencesUpTo(before: TimeSample, after: TimeSample, bound: number, reach: "less" | "or equal"): number {
  let at = 0;
  let shorter = 0;
  let differences = 0;
  for (const { seconds, count } of before) {
    for (let next = after[at]; next !== undefined; next = after[++at]) {
      const difference = next.seconds - seconds;
      if (difference > bound || (difference === bound && reach === "less")) break;
      shorter += next.count;
    }
    differences += count * shorter;
  }
  return differences;
}

/** The nth smallest difference after − before, from 1. */
function nthDifference(before: TimeSample, after: TimeSample, nth: number): number {
  let low = (after[0]?.seconds ?? 0) - (before.at(-1)?.seconds ?? 0);
  let high = (after.at(-1)?.seconds ?? 0) - (before[0]?.seconds ?? 0);
  if (differencesUpTo(before, after, low, "or equal") >= nth) return low;
  // More than `low` has, and not more than `high`: halved until nothing but rounding is left between them.
  const fine = Math.max(Math.abs(low), Math.abs(high)) * 1e-15;
  for (let bound = (low + high) / 2; high - low > fine && bound > low && bound < high; bound = (low + high) / 2) {
    if (differencesUpTo(before, after, bound, "or equal") >= nth) high = bound;
    else low = bound;
  }
  return leastDifferenceAbove(before, after, low);
}

function leastDifferenceAbove(before: TimeSample, after: TimeSample, bound: number): number {
  let at = 0;
  let least = Infinity;
  for (const { seconds } of before) {
    while (at < after.length && (after[at]?.seconds ?? 0) - seconds <= bound) at++;
    const next = after[at];
    if (next !== undefined) least = Math.min(least, next.seconds - seconds);
  }
  return least;
}

/** Σ (t³ − t) over the times that are seen t times in both samples together; 0 without ties. */
function tieSum(before: TimeSample, after: TimeSample): number {
  const counts = new Map<number, number>();
  for (const { seconds, count } of [...before, ...after]) counts.set(seconds, (counts.get(seconds) ?? 0) + count);
  return [...counts.values()].reduce((sum, count) => sum + (count ** 3 - count), 0);
}

/**
 * How many arrangements of m and n times without ties have each U from 0 to m·n: the coefficients of the Gaussian
 * binomial, built up as in E. F. Harding, "An Efficient, Minimal-Storage Procedure for Calculating the Mann-Whitney U,
 * Generalized U and Similar Distributions", Applied Statistics 33, 1984.
 */
function arrangementsByU(m: number, n: number): readonly number[] {
  const counts: number[] = Array.from({ length: m * n + 1 }, (_, u) => (u === 0 ? 1 : 0));
  for (let i = 1; i <= m; i++) {
    for (let u = m * n; u >= n + i; u--) counts[u] = (counts[u] ?? 0) - (counts[u - n - i] ?? 0);
    for (let u = i; u <= m * n; u++) counts[u] = (counts[u] ?? 0) + (counts[u - i] ?? 0);
  }
  return counts;
}

function exactP(arrangements: readonly number[], u: number): number {
  const least = Math.min(u, arrangements.length - 1 - u);
  const [tail, all] = [total(arrangements.slice(0, least + 1)), total(arrangements)];
  return Math.min(1, (2 * tail) / all);
}

/** The rank from below of the difference that begins the interval: the tail left out holds at most its share. */
function exactRank(arrangements: readonly number[], confidence: number): number {
  const allowed = ((1 - confidence) / 2) * total(arrangements);
  let rank = 0;
  let tail = arrangements[0] ?? 0;
  while (tail <= allowed) tail += arrangements[++rank] ?? 0;
  return Math.max(1, rank);
}

function normalRank(m: number, n: number, confidence: number): number {
  const reach = criticalValue(confidence) * Math.sqrt((m * n * (m + n + 1)) / 12);
  return Math.max(1, Math.floor((m * n) / 2 - reach));
}

function normalP(before: TimeSample, after: TimeSample, u: number): number {
  const [m, n] = [sizeOf(before), sizeOf(after)];
  const size = m + n;
  const variance = ((m * n) / 12) * (size + 1 - tieSum(before, after) / (size * (size - 1)));
  const distance = Math.max(0, Math.abs(u - (m * n) / 2) - 0.5);
  return distance === 0 ? 1 : bothTails(distance / Math.sqrt(variance));
}

function total(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0);
}

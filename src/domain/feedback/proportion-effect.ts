import { bothTails, criticalValue } from "./normal-distribution.ts";

/**
 * How many of a number of pieces something is true of: scrapped, good at the first pass. Estimates from it are floats.
 */
export type ShareSample = {
  readonly count: number;
  readonly of: number;
  /**
   * How many times more the share varies than it would if each piece fared by itself; 1 where each does. See
   * `shareOfOrders`, which finds it.
   */
  readonly designEffect: number;
};

/** An estimate with the interval that holds it, with the confidence that was asked for. */
export type Interval = { readonly low: number; readonly high: number };

/** What became of a share. Differences are after − before, as shares: 0.02 is two points. */
export type ShareEffect = {
  readonly before: number;
  readonly after: number;
  readonly difference: number;
  readonly interval: Interval;
  /** Two-sided. */
  readonly p: number;
  readonly test: "Fisher's exact" | "score";
  /** Cohen's h; 0.2 is small, 0.5 medium, 0.8 large. */
  readonly h: number;
};

/**
 * Twice the 5 of W. G. Cochran's rule ("Some Methods for Strengthening the Common χ² Tests", Biometrics 10, 1954): where
 * many metrics are tested, p is asked for far out in the tail, where the score test is the first to promise too much.
 */
const EXPECTED_LEAST = 10;

/** What came out of one order. */
export type OrderCount = Pick<ShareSample, "count" | "of">;

/**
 * Adds up orders before and after, and finds how much their shares scatter. Scrap comes in stretches: one bad setup
 * spoils fifty pieces, and a test that takes these for fifty witnesses finds a difference in up to half of all
 * comparisons where there is none. The design effect is the ratio of the share's variance between orders to the binomial
 * one, by J. N. K. Rao and A. J. Scott, "A Simple Method for the Analysis of Clustered Binary Data", Biometrics 48, 1992;
 * never below 1, so orders that happen to agree prove no more. Both sides get the same one, weighted by pieces: a side
 * of few orders, or without scrap by luck, could not tell its own.
 */
export function sharesOfOrders(
  before: readonly OrderCount[],
  after: readonly OrderCount[],
): { readonly before: ShareSample; readonly after: ShareSample } {
  const [b, a] = [scatterOf(before), scatterOf(after)];
  const pieces = b.of + a.of;
  const designEffect = pieces === 0 ? 1 : (b.designEffect * b.of + a.designEffect * a.of) / pieces;
  return { before: { ...b, designEffect }, after: { ...a, designEffect } };
}

function scatterOf(orders: readonly OrderCount[]): ShareSample {
  const made = orders.filter(({ of }) => of > 0);
  const count = total(made.map((order) => order.count));
  const of = total(made.map((order) => order.of));
  if (made.length < 2 || count === 0 || count === of) return { count, of, designEffect: 1 };
  const share = count / of;
  const squares = total(made.map((order) => (order.count - order.of * share) ** 2));
  const between = ((made.length / (made.length - 1)) * squares) / of ** 2;
  return { count, of, designEffect: Math.max(1, between / ((share * (1 - share)) / of)) };
}

/**
 * Compares two shares. Interval: Newcombe's hybrid score (method 10 of R. G. Newcombe, "Interval Estimation for the
 * Difference Between Independent Proportions", Statistics in Medicine 17, 1998, pages 873–890), which holds for rare
 * events and never leaves −1 to 1. Test: Fisher's exact where a cell of the table expects fewer than `EXPECTED_LEAST`,
 * else the score test, which is Pearson's chi-squared without correction. Counts are first divided by the
 * design effect (Rao and Scott, as above); Fisher's are rounded to whole ones. The interval and the test are different methods: close
 * to the level one may say yes where the other says no.
 *
 * @throws RangeError when a sample is empty or counts more than it has: the caller knows the order, not this.
 */
export function shareEffect(before: ShareSample, after: ShareSample, confidence = 0.95): ShareEffect {
  const [b, a] = [effective(before), effective(after)];
  const [shareBefore, shareAfter] = [b.count / b.of, a.count / a.of];
  const exact = expectedLeast(b, a) < EXPECTED_LEAST;
  return {
    before: shareBefore,
    after: shareAfter,
    difference: shareAfter - shareBefore,
    interval: differenceInterval(b, a, confidence),
    p: exact ? fisher(whole(b), whole(a)) : scoreTest(b, a),
    test: exact ? "Fisher's exact" : "score",
    h: 2 * Math.asin(Math.sqrt(shareAfter)) - 2 * Math.asin(Math.sqrt(shareBefore)),
  };
}

/**
 * The interval of one share, by E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
 * Journal of the American Statistical Association 22, 1927.
 */
export function shareInterval({ count, of }: OrderCount, confidence = 0.95): Interval {
  const z = criticalValue(confidence);
  const centre = 2 * count + z * z;
  const reach = z * Math.sqrt(z * z + 4 * count * (1 - count / of));
  const width = 2 * (of + z * z);
  return {
    low: count === 0 ? 0 : (centre - reach) / width,
    high: count === of ? 1 : (centre + reach) / width,
  };
}

/** As many independent pieces as tell the same; not always a whole number of them. */
function effective({ count, of, designEffect }: ShareSample): OrderCount {
  const sound = of > 0 && count >= 0 && count <= of && designEffect >= 1;
  if (!sound) throw new RangeError(`${count} of ${of} with design effect ${designEffect} is no share`);
  return { count: count / designEffect, of: of / designEffect };
}

function whole({ count, of }: OrderCount): OrderCount {
  const pieces = Math.max(1, Math.round(of));
  return { count: Math.min(pieces, Math.round(count)), of: pieces };
}

function differenceInterval(before: OrderCount, after: OrderCount, confidence: number): Interval {
  const [b, a] = [before.count / before.of, after.count / after.of];
  const [ofBefore, ofAfter] = [shareInterval(before, confidence), shareInterval(after, confidence)];
  return {
    low: a - b - Math.hypot(a - ofAfter.low, ofBefore.high - b),
    high: a - b + Math.hypot(ofAfter.high - a, b - ofBefore.low),
  };
}

/** The smallest count expected in the four cells, were there no difference. */
function expectedLeast(b: OrderCount, a: OrderCount): number {
  const counted = b.count + a.count;
  return (Math.min(b.of, a.of) * Math.min(counted, b.of + a.of - counted)) / (b.of + a.of);
}

function scoreTest(before: OrderCount, after: OrderCount): number {
  const pooled = (before.count + after.count) / (before.of + after.of);
  const variance = pooled * (1 - pooled) * (1 / before.of + 1 / after.of);
  return bothTails((after.count / after.of - before.count / before.of) / Math.sqrt(variance));
}

/**
 * R. A. Fisher, "Statistical Methods for Research Workers", § 21.02: all tables with the same margins that are no more
 * probable than the one seen. Their probabilities come one from the next, from the most probable outwards, so nothing
 * overflows; the tables number at most as the smallest margin.
 */
function fisher(before: OrderCount, after: OrderCount): number {
  const counted = before.count + after.count;
  const [low, high] = [Math.max(0, counted - before.of), Math.min(counted, after.of)];
  const ratio = (k: number): number => ((counted - k) * (after.of - k)) / ((k + 1) * (before.of - counted + k + 1));
  const mode = Math.min(high, Math.max(low, Math.floor(((counted + 1) * (after.of + 1)) / (before.of + after.of + 2))));
  const weights = new Map([[mode, 1]]);
  for (let k = mode, weight = 1; k < high; k++) weights.set(k + 1, (weight *= ratio(k)));
  for (let k = mode, weight = 1; k > low; k--) weights.set(k - 1, (weight /= ratio(k - 1)));
  // A little above the one seen: tables that are as probable must not be lost to rounding.
  const seen = (weights.get(after.count) ?? 0) * (1 + 1e-7);
  const all = [...weights.values()];
  return Math.min(1, total(all.filter((weight) => weight <= seen)) / total(all));
}

function total(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0);
}

/**
 * How durations are spread, in little space: a DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable
 * quantile sketch with relative-error guarantees", PVLDB 12, 2019) for milliseconds.
 *
 * A duration goes into bucket i when it is in (γ^(i−1), γ^i] with γ = (1 + α) / (1 − α), so each quantile is right
 * within the share α of its value. Buckets are bounded by the range of durations, not by collapsing some when they
 * become many: so merging is commutative and associative to the last count.
 *
 * Plain data in one form: equal sketches have equal JSON.
 */
export type DurationSketch = {
  /** Durations shorter than `SHORTEST_MS`. */
  readonly instantly: number;
  /** Bucket and count, by rising bucket, each count above zero. */
  readonly buckets: readonly (readonly [bucket: number, count: number])[];
};

/** α: how far a quantile may be from the exact one, as a share of it. */
export const RELATIVE_ERROR = 0.01;

/** What is shorter counts as no time at all. */
const SHORTEST_MS = 1;
/** What is longer counts as so long: ten years, far beyond what the intake takes for plausible. */
const LONGEST_MS = 10 * 366 * 86_400_000;

const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
const LAST_BUCKET = bucketOf(LONGEST_MS);
/** The most buckets that a sketch can have. */
export const BUCKETS_MAX = LAST_BUCKET + 1;

export const NO_DURATIONS: DurationSketch = { instantly: 0, buckets: [] };

/** @throws RangeError for a duration that is negative or not a number: a bug of the caller, see `checkEvent`. */
export function sketchOf(durationsMs: readonly number[]): DurationSketch {
  const counts = new Map<number, number>();
  let instantly = 0;
  for (const duration of durationsMs) {
    if (!(duration >= 0)) throw new RangeError(`${duration} ms is not a duration`);
    if (duration < SHORTEST_MS) instantly += 1;
    else count(counts, bucketOf(Math.min(duration, LONGEST_MS)), 1);
  }
  return { instantly, buckets: inOrder(counts) };
}

/** @throws RangeError as `sketchOf`. For many at once use that. */
export function added(sketch: DurationSketch, durationMs: number): DurationSketch {
  return merged(sketch, sketchOf([durationMs]));
}

/** The sketch of all durations of both. */
export function merged(a: DurationSketch, b: DurationSketch): DurationSketch {
  return mergedAll([a, b]);
}

/** The sketch of all durations of all of them, in one go. */
export function mergedAll(sketches: readonly DurationSketch[]): DurationSketch {
  const [first = NO_DURATIONS, ...others] = sketches.filter((sketch) => countOf(sketch) > 0);
  if (others.length === 0) return first;
  const counts: number[] = [];
  let instantly = 0;
  for (const sketch of [first, ...others]) {
    instantly += sketch.instantly;
    // An array with holes: the buckets of real work stand close together.
    for (const [bucket, held] of sketch.buckets) counts[bucket] = (counts[bucket] ?? 0) + held;
  }
  const buckets: [number, number][] = [];
  counts.forEach((held, bucket) => buckets.push([bucket, held]));
  return { instantly, buckets };
}

export function countOf({ instantly, buckets }: DurationSketch): number {
  return buckets.reduce((sum, [, held]) => sum + held, instantly);
}

/**
 * The duration in milliseconds that a share of all does not exceed: the one of rank 1 + ⌊share × (n − 1)⌋, right
 * within `RELATIVE_ERROR` of it; null when there is none.
 *
 * @throws RangeError when `share` is not from 0 to 1.
 */
export function quantile(sketch: DurationSketch, share: number): number | null {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`${share} is not a share from 0 to 1`);
  const all = countOf(sketch);
  if (all === 0) return null;
  const rank = 1 + Math.floor(share * (all - 1)); // not ⌊1 + …⌋: adding one first rounds a share just below 1 up
  let below = sketch.instantly;
  if (rank <= below) return 0;
  for (const [bucket, held] of sketch.buckets) {
    below += held;
    if (rank <= below) return middleOf(bucket);
  }
  throw new Error(`no duration of rank ${rank} among ${all}`);
}

/** Reads back a sketch that was kept as JSON; null when `json` is not one. */
export function parseSketch(json: unknown): DurationSketch | null {
  if (typeof json !== "object" || json === null || !("instantly" in json) || !("buckets" in json)) return null;
  const { instantly, buckets } = json;
  if (!isCount(instantly) || !Array.isArray(buckets)) return null;
  const read: [number, number][] = [];
  for (const pair of buckets as readonly unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2) return null;
    const [bucket, held] = pair as readonly unknown[];
    const last = read.at(-1)?.[0] ?? -1;
    if (!isCount(bucket) || bucket <= last || bucket > LAST_BUCKET || !isCount(held) || held === 0) return null;
    read.push([bucket, held]);
  }
  return { instantly, buckets: read };
}

function bucketOf(durationMs: number): number {
  return Math.ceil(Math.log(durationMs) / LOG_GAMMA);
}

/** The value that is as far, as a share, from either end of the bucket. */
function middleOf(bucket: number): number {
  return (2 * GAMMA ** bucket) / (GAMMA + 1);
}

function count(counts: Map<number, number>, bucket: number, more: number): void {
  counts.set(bucket, (counts.get(bucket) ?? 0) + more);
}

function inOrder(counts: ReadonlyMap<number, number>): [number, number][] {
  return [...counts].sort(([a], [b]) => a - b);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

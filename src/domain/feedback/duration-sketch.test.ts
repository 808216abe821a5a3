import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  added,
  BUCKETS_MAX,
  countOf,
  merged,
  NO_DURATIONS,
  parseSketch,
  quantile,
  RELATIVE_ERROR,
  sketchOf,
} from "./duration-sketch.ts";

const DAY_MS = 86_400_000;
/** From a millisecond to a month, as many short as long ones. */
const durations = fc.array(
  fc.double({ min: 0, max: Math.log(31 * DAY_MS), noNaN: true }).map((log) => Math.max(1, Math.exp(log))),
  { minLength: 1, maxLength: 200 },
);
const anyDurations = fc.array(fc.double({ min: 0, max: 1e15, noNaN: true }), { maxLength: 50 });
const shares = fc.double({ min: 0, max: 1, noNaN: true });

/** As the sketch ranks: the (1 + ⌊share × (n − 1)⌋)th. */
function exactQuantile(of: readonly number[], share: number): number {
  const sorted = of.toSorted((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

describe("a quantile", () => {
  it("tells the median of 41 cycles of about a minute", () => {
    const cycles = Array.from({ length: 41 }, (_, at) => 50_000 + at * 500);
    const median = quantile(sketchOf(cycles), 0.5) ?? 0;
    expect(Math.abs(median - 60_000)).toBeLessThanOrEqual(600);
  });

  it("is right within one percent of the exact one", () => {
    fc.assert(
      fc.property(durations, shares, (some, share) => {
        const exact = exactQuantile(some, share);
        const told = quantile(sketchOf(some), share) ?? Number.NaN;
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * RELATIVE_ERROR * (1 + 1e-9));
      }),
    );
  });

  it("is the last one only for the whole", () => {
    expect(quantile(sketchOf([1, 1_000]), 0.999_999_999_999_999_9)).toBeLessThan(2);
    expect(quantile(sketchOf([1, 1_000]), 1)).toBeGreaterThan(900);
  });

  it("does not fall as the share rises", () => {
    fc.assert(
      fc.property(durations, shares, shares, (some, one, other) => {
        const sketch = sketchOf(some);
        const low = quantile(sketch, Math.min(one, other)) ?? Number.NaN;
        expect(low).toBeLessThanOrEqual(quantile(sketch, Math.max(one, other)) ?? Number.NaN);
      }),
    );
  });

  it("is none of no durations, and zero of what took no time", () => {
    expect(quantile(NO_DURATIONS, 0.5)).toBeNull();
    expect(quantile(sketchOf([0, 0, 5_000]), 0.5)).toBe(0);
  });

  it("is not of a share outside 0 to 1", () => {
    expect(() => quantile(NO_DURATIONS, 1.01)).toThrow(RangeError);
    expect(() => quantile(NO_DURATIONS, Number.NaN)).toThrow(RangeError);
  });
});

describe("merging", () => {
  it("is the sketch of all durations together", () => {
    fc.assert(
      fc.property(anyDurations, anyDurations, (some, others) => {
        expect(merged(sketchOf(some), sketchOf(others))).toEqual(sketchOf([...some, ...others]));
      }),
    );
  });

  it("is commutative and associative, and nothing merged changes nothing", () => {
    fc.assert(
      fc.property(
        ...([anyDurations.map(sketchOf), anyDurations.map(sketchOf), anyDurations.map(sketchOf)] as const),
        (a, b, c) => {
          expect(merged(a, b)).toEqual(merged(b, a));
          expect(merged(merged(a, b), c)).toEqual(merged(a, merged(b, c)));
          expect(merged(a, NO_DURATIONS)).toEqual(a);
        },
      ),
    );
  });

  it("comes to the same when durations are added one by one, in any order", () => {
    fc.assert(
      fc.property(anyDurations, (some) => {
        const oneByOne = some.toReversed().reduce(added, NO_DURATIONS);
        expect(oneByOne).toEqual(sketchOf(some));
        expect(countOf(oneByOne)).toBe(some.length);
      }),
    );
  });
});

it("has no more buckets than durations of ten years need", () => {
  const many = Array.from({ length: 20_000 }, (_, at) => 1.003 ** at); // up to 1e26 ms
  const { buckets } = sketchOf(many);
  expect(buckets.length).toBeLessThanOrEqual(BUCKETS_MAX);
  expect(BUCKETS_MAX).toBeLessThan(1_400);
});

it.each([-1, Number.NaN])("does not take %s for a duration", (duration) => {
  expect(() => sketchOf([duration])).toThrow(RangeError);
});

describe("JSON", () => {
  it("brings the same sketch back", () => {
    fc.assert(
      fc.property(anyDurations.map(sketchOf), (sketch) => {
        expect(parseSketch(JSON.parse(JSON.stringify(sketch)))).toEqual(sketch);
      }),
    );
  });

  it.each([
    null,
    [],
    { instantly: 1 },
    { instantly: -1, buckets: [] },
    { instantly: 0, buckets: [[1]] },
    { instantly: 0, buckets: [[1, 0]] },
    { instantly: 0, buckets: [[1.5, 2]] },
    {
      instantly: 0,
      buckets: [
        [7, 1],
        [7, 1],
      ],
    },
    { instantly: 0, buckets: [[BUCKETS_MAX, 1]] },
  ])("is not read from %j", (json) => {
    expect(parseSketch(json)).toBeNull();
  });
});

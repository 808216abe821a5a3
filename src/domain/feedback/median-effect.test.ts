import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { medianEffect, medianOf, timeSample, type TimeSample } from "./median-effect.ts";

/** Permeability of the chorioamnion, 12 to 26 weeks and at term: Hollander and Wolfe (1973), page 69; R's wilcox.test. */
const EARLY = timeSample([1.15, 0.88, 0.9, 0.74, 1.21]);
const TERM = timeSample([0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]);

/** Ozone in New York in May and in August 1973 (Chambers and others, 1983), with ties: R's wilcox.test. */
const MAY = timeSample([
  41, 36, 12, 18, 28, 23, 19, 8, 7, 16, 11, 14, 18, 14, 34, 6, 30, 11, 1, 11, 4, 32, 23, 45, 115, 37,
]);
const AUGUST = timeSample([
  39, 9, 16, 78, 35, 66, 122, 89, 110, 44, 28, 65, 22, 59, 23, 31, 44, 21, 9, 45, 168, 73, 76, 118, 84, 85,
]);

describe("published examples", () => {
  it("small and without ties: all arrangements are counted", () => {
    const effect = medianEffect(EARLY, TERM);
    expect(effect.test).toBe("exact Mann-Whitney");
    expect(effect.longer).toBeCloseTo(35 / 50, 12);
    expect(effect.p).toBeCloseTo(2 * 0.1272, 3);
    expect(effect.shift).toBeCloseTo(0.305, 12);
    expect(effect.interval.low).toBeCloseTo(-0.15, 12);
    expect(effect.interval.high).toBeCloseTo(0.76, 12);
  });

  it("larger and with ties", () => {
    const effect = medianEffect(MAY, AUGUST);
    expect(effect.test).toBe("Mann-Whitney");
    expect(effect.longer).toBeCloseTo(1 - 127.5 / 676, 12);
    expect(effect.p).toBeCloseTo(0.0001208, 7);
    expect(effect.shift).toBe(32);
    expect([effect.medianBefore, effect.medianAfter]).toEqual([18, 52]);
  });

  it("tell critical values of U as the tables do", () => {
    // Mann and Whitney, 1947: for 8 and 8, U of 13 is significant at 5 % on both sides, and 14 is not.
    expect(pOfU(13)).toBeLessThanOrEqual(0.05);
    expect(pOfU(14)).toBeGreaterThan(0.05);
    expect(pOfU(0)).toBeCloseTo(2 / 12_870, 12);
  });
});

function pOfU(u: number): number {
  return medianEffect(...arrangedFor(u)).p;
}

/** Eight times and eight, so that in `u` pairs the one after is longer. */
function arrangedFor(u: number): [TimeSample, TimeSample] {
  const after = Array.from({ length: 8 }, (_, at) => {
    const over = Math.max(0, Math.min(8, u - at * 8));
    return over + 0.5 + at / 100;
  });
  return [timeSample([1, 2, 3, 4, 5, 6, 7, 8]), timeSample(after)];
}

it("is not moved by a machine that stood for a night", () => {
  const calm = [60, 61, 62, 63, 64, 65, 66, 67, 68, 69];
  const before = timeSample(calm);
  const after = timeSample(calm.map((seconds) => seconds - 8));
  const night = timeSample([...calm.slice(0, 9).map((seconds) => seconds - 8), 40_000]);
  expect(medianEffect(before, after).shift).toBe(-8);
  expect(medianEffect(before, night).shift).toBe(-8);
  expect(medianEffect(before, night).p).toBeLessThan(0.01);
});

it("says what it cannot compare", () => {
  expect(() => medianEffect(timeSample([]), EARLY)).toThrow("no times before: nothing to compare");
  expect(() => medianEffect(EARLY, timeSample([]))).toThrow("no times after: nothing to compare");
  expect(() => medianEffect(EARLY, TERM.toReversed())).toThrow("times are not in ascending order, each once");
});

const anyTimes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 });

it("finds the median of all differences, and the interval among them, though it never lists them", () => {
  fc.assert(
    fc.property(anyTimes, anyTimes, (before, after) => {
      const effect = medianEffect(timeSample(before), timeSample(after));
      const listed = after.flatMap((one) => before.map((other) => one - other)).toSorted((a, b) => a - b);
      expect(effect.shift).toBe(medianOf(timeSample(listed)));
      expect(listed).toContain(effect.interval.low);
      expect(listed).toContain(effect.interval.high);
      expect(effect.interval.low).toBeLessThanOrEqual(effect.shift);
      expect(effect.interval.high).toBeGreaterThanOrEqual(effect.shift);
    }),
  );
});

it("gives the mirror image when before and after are exchanged, and the shift that was put in", () => {
  fc.assert(
    fc.property(anyTimes, anyTimes, fc.integer({ min: -50, max: 50 }), (before, after, more) => {
      const there = medianEffect(timeSample(before), timeSample(after));
      const back = medianEffect(timeSample(after), timeSample(before));
      expect(back.shift).toBeCloseTo(-there.shift, 12);
      expect(back.p).toBeCloseTo(there.p, 12);
      expect(back.longer).toBeCloseTo(1 - there.longer, 12);
      const later = medianEffect(timeSample(before), timeSample(after.map((seconds) => seconds + more)));
      expect(later.shift).toBe(there.shift + more);
    }),
  );
});

it("takes a sketch's bins for the times in them", () => {
  const once = [10, 12, 14, 16, 18, 20];
  const bins = timeSample(once).map(({ seconds }) => ({ seconds, count: 3 }));
  expect(medianEffect(timeSample([...once, ...once, ...once]), EARLY)).toEqual(medianEffect(bins, EARLY));
});

it("compares a hundred thousand times with as many", () => {
  const effect = medianEffect(everyMillisecondFrom(50), everyMillisecondFrom(51));
  expect(effect.shift).toBeCloseTo(1, 9);
  expect(effect.interval.high - effect.interval.low).toBeLessThan(1);
  expect(effect.p).toBeLessThan(0.001);
});

function everyMillisecondFrom(first: number): TimeSample {
  return Array.from({ length: 100_000 }, (_, at) => ({ seconds: first + at * 0.001, count: 1 }));
}

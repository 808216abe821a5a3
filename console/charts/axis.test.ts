import fc from "fast-check";
import { expect, it } from "vitest";
import { axisOf, dayTicks, labelRows, place } from "./axis.ts";

it("has round numbers at its ticks", () => {
  expect(axisOf(0, 0.034).ticks).toEqual([0, 0.01, 0.02, 0.03, 0.04]);
  expect(axisOf(58.2, 77.9).ticks).toEqual([55, 60, 65, 70, 75, 80]);
  expect(axisOf(0, 1).ticks).toEqual([0, 0.5, 1]);
  expect(axisOf(60, 60).ticks).toEqual([20, 40, 60, 80, 100]);
  expect(axisOf(0, 0)).toMatchObject({ low: 0 });
  expect(axisOf(125_000, 185_000, { unit: 60_000 }).ticks).toEqual([120_000, 150_000, 180_000, 210_000]);
});

it("holds every value, whatever they are", () => {
  const value = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((number) => number / 1_000);
  fc.assert(
    fc.property(value, value, (one, other) => {
      const [low, high] = one < other ? [one, other] : [other, one];
      const axis = axisOf(low, high);
      const slack = Math.max(Math.abs(low), Math.abs(high)) * 1e-6;
      expect(axis.low).toBeLessThanOrEqual(low + slack);
      expect(axis.high).toBeGreaterThanOrEqual(high - slack);
      expect(axis.ticks.length).toBeGreaterThan(1);
      expect(axis.ticks.length).toBeLessThan(12);
    }),
  );
});

it("places a value between its ends, the first at the start", () => {
  const axis = { low: 10, high: 20 };
  expect([10, 15, 20].map((value) => place(value, axis, 200, 0))).toEqual([200, 100, 0]);
});

it("names days, Mondays, every other one or months, as many as there is room for", () => {
  expect(dayTicks("2026-02-02", "2026-02-04", 8)).toEqual(["2026-02-02", "2026-02-03", "2026-02-04"]);
  expect(dayTicks("2026-02-02", "2026-02-20", 8)).toEqual(["2026-02-02", "2026-02-09", "2026-02-16"]);
  expect(dayTicks("2026-02-02", "2026-03-27", 6)).toEqual(["2026-02-02", "2026-02-16", "2026-03-02", "2026-03-16"]);
  expect(dayTicks("2025-12-15", "2026-04-20", 6)).toEqual(["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"]);
  expect(dayTicks("2020-01-01", "2026-01-01", 8)).toHaveLength(7);
  expect(dayTicks("2026-02-02", "2026-02-02", 8)).toEqual(["2026-02-02"]);
});

it("puts labels that would cover each other into rows of their own", () => {
  const labels = [0, 30, 60, 200].map((start) => ({ start, width: 50 }));
  expect(labelRows(labels)).toEqual([0, 1, 0, 0]);
});

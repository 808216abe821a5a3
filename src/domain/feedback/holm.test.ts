import fc from "fast-check";
import { expect, it } from "vitest";
import { holmAdjusted } from "./holm.ts";

it("multiplies the smallest by all, the next by one less, and never falls", () => {
  // As R's p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
  const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
  expect(adjusted.map((p) => p.toFixed(3))).toEqual(["0.030", "0.060", "0.060", "0.020"]);
  expect(holmAdjusted([0.7, 0.6])).toEqual([1, 1]);
  expect(holmAdjusted([0.03])).toEqual([0.03]);
  expect(holmAdjusted([])).toEqual([]);
});

it("never makes anything surer, nor less sure than Bonferroni would", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }), (ps) => {
      for (const [at, p] of holmAdjusted(ps).entries()) {
        expect(p).toBeGreaterThanOrEqual(ps[at] ?? 2);
        expect(p).toBeLessThanOrEqual(Math.min(1, (ps[at] ?? 2) * ps.length));
      }
    }),
  );
});

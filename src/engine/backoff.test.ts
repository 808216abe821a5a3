import { assert as always, double, integer, property } from "fast-check";
import { expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";

const random = double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

it("doubles the longest wait with each try, up to five minutes", () => {
  const longest = [1, 2, 3, 8, 9, 1_000].map((attempt) => backoffMs({ attempt, random: 0.999_999_999 }));

  expect(longest).toEqual([2_000, 4_000, 8_000, 256_000, 300_000, 300_000]);
});

it("waits at least as long as the system asked, also beyond five minutes", () => {
  always(
    property(
      integer({ min: 1, max: 100 }),
      random,
      integer({ min: 1, max: 3_600_000 }),
      (attempt, chance, atLeastMs) => {
        expect(backoffMs({ attempt, random: chance, atLeastMs })).toBeGreaterThanOrEqual(atLeastMs);
      },
    ),
  );
});

it("spreads those that failed together over the whole wait", () => {
  always(
    property(integer({ min: 1, max: 100 }), random, random, (attempt, one, other) => {
      const [a, b] = [backoffMs({ attempt, random: one }), backoffMs({ attempt, random: other })];
      expect(Math.sign(a - b) * Math.sign(one - other)).toBeGreaterThanOrEqual(0);
      expect(a).toBeLessThanOrEqual(300_000);
    }),
  );
  expect(backoffMs({ attempt: 5, random: 0 })).toBe(0);
});

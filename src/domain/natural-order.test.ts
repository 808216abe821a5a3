import * as fc from "fast-check";
import { expect, it } from "vitest";
import { naturalOrder, plainOrder } from "./natural-order.ts";

it("sorts numbers in text as people count", () => {
  const sorted = ["L10", "L9", "10", "9", "M3x20", "M3x8", "L9a", "010", ""].toSorted(naturalOrder);
  expect(sorted).toEqual(["", "9", "010", "10", "L9", "L9a", "L10", "M3x8", "M3x20"]);
});

it.each([
  ["", "A"],
  ["L", "L1"],
  ["L1", "L1a"],
  ["L1", "La"],
  ["1a", "1b"],
  ["M3x8", "M4x1"],
  ["9", "10"],
  ["a2b2", "a2b10"],
  // Equal as numbers: the plain order of texts decides.
  ["09", "9"],
  ["a01b", "a1b"],
  // More digits than a float holds.
  ["99999999999999999999", "100000000000000000000"],
  ["10000000000000000000000001", "10000000000000000000000002"],
])("puts %j before %j", (first, second) => {
  expect(naturalOrder(first, second)).toBeLessThan(0);
  expect(naturalOrder(second, first)).toBeGreaterThan(0);
});

it("has a plain order beside it, by code units", () => {
  expect(["10", "9", "a", "B"].toSorted(plainOrder)).toEqual(["10", "9", "B", "a"]);
  expect(plainOrder("a", "a")).toBe(0);
});

it("is a total order", () => {
  const text = fc.string({ unit: fc.constantFrom("0", "1", "2", "a", "-") });
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      expect(naturalOrder(a, b) === 0).toBe(a === b);
      expect(Math.sign(naturalOrder(a, b)) + Math.sign(naturalOrder(b, a))).toBe(0);
      if (naturalOrder(a, b) < 0 && naturalOrder(b, c) < 0) expect(naturalOrder(a, c)).toBeLessThan(0);
    }),
  );
});

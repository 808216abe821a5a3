import * as fc from "fast-check";
import { expect, it } from "vitest";
import { naturalOrder } from "./natural-order.ts";

it("sorts numbers in text as people count", () => {
  const sorted = ["L10", "L9", "10", "9", "M3x20", "M3x8", "L9a", "010", ""].toSorted(naturalOrder);
  expect(sorted).toEqual(["", "9", "010", "10", "L9", "L9a", "L10", "M3x8", "M3x20"]);
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

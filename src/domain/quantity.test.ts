import { expect, it } from "vitest";
import { equals, multiplied, parseQuantity, plus, quantityText, type Quantity } from "./quantity.ts";
import { ONE, rational } from "./rational.ts";
import type { Unit } from "./unit.ts";

function quantity(text: string, unit: Unit): Quantity {
  const parsed = parseQuantity(text, unit);
  if (parsed === null) throw new Error(`"${text}" was not read`);
  return parsed;
}

it("reads plain numbers and nothing else", () => {
  expect(parseQuantity("0.35", "KGM")).toEqual({ amount: rational(7n, 20n), unit: "KGM" });
  expect(parseQuantity("a few", "EA")).toBeNull();
  expect(parseQuantity("1.5 kg", "KGM")).toBeNull();
});

it("adds and multiplies in one unit", () => {
  expect(plus(quantity("0.9", "KGM"), quantity("0.1", "KGM"))).toEqual({ amount: ONE, unit: "KGM" });
  expect(multiplied(quantity("1/3", "MTR"), rational(3n))).toEqual({ amount: ONE, unit: "MTR" });
});

it("refuses to add two units", () => {
  expect(() => plus(quantity("900", "GRM"), quantity("0.1", "KGM"))).toThrow("cannot add GRM and KGM");
});

it("calls two units two figures, and 1.0 and 1 one", () => {
  expect(equals(quantity("1000", "GRM"), quantity("1", "KGM"))).toBe(false);
  expect(equals(quantity("1", "GRM"), quantity("1", "KGM"))).toBe(false);
  expect(equals(quantity("1", "KGM"), quantity("2", "KGM"))).toBe(false);
  expect(equals(quantity("1.0", "KGM"), quantity("1", "KGM"))).toBe(true);
});

it("writes amount and unit", () => {
  expect(quantityText(quantity("0.350", "KGM"))).toBe("0.35 KGM");
});

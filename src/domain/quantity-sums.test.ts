import * as fc from "fast-check";
import { expect, it } from "vitest";
import { quantity } from "./bom/bom-builder.ts";
import { quantityText } from "./quantity.ts";
import { sameInSum, sumsOf } from "./quantity-sums.ts";

function summed(...texts: readonly string[]): readonly string[] {
  return sumsOf(texts.map(quantity)).map(quantityText);
}

it("adds up in the unit that came first", () => {
  expect(summed("1 DZN", "6 EA")).toEqual(["1.5 DZN"]);
});

it("keeps a sum for each dimension", () => {
  expect(summed("2 EA", "0.5 KGM", "1 EA", "500 GRM")).toEqual(["3 EA", "1 KGM"]);
});

it("leaves out what comes to nothing", () => {
  expect(summed("0 EA", "2 KGM")).toEqual(["2 KGM"]);
});

it.each([
  ["12 EA is 1 DZN", ["12 EA"], ["1 DZN"], true],
  ["two lines of 4 are one of 8", ["4 EA", "4 EA"], ["8 EA"], true],
  ["nothing is none of it", ["0 EA"], [], true],
  ["8 are not 9", ["8 EA"], ["9 EA"], false],
  ["a piece is not a kilogram", ["1 EA"], ["1 KGM"], false],
  ["a piece and a kilogram are more than a piece", ["1 EA", "1 KGM"], ["1 EA"], false],
])("knows that %s", (_, some, others, same) => {
  expect(sameInSum(some.map(quantity), others.map(quantity))).toBe(same);
  expect(sameInSum(others.map(quantity), some.map(quantity))).toBe(same);
});

it("comes to the same in whatever order", () => {
  const quantities = fc.array(fc.constantFrom("1 EA", "1/3 EA", "2 DZN", "0.5 KGM", "7 GRM", "0 MTR").map(quantity));
  fc.assert(
    fc.property(
      quantities.chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length }))),
      ([some, shuffled]) => {
        expect(sameInSum(some, shuffled)).toBe(true);
      },
    ),
  );
});

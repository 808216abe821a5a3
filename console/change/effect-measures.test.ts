import { expect, it } from "vitest";
import { measuresShown, sizesText, type Measure } from "./effect-measures.ts";

function measure(verdict: Measure["verdict"], more: Partial<Measure> = {}): Measure {
  return {
    item: "FX-110",
    operation: "0020",
    measure: "scrap",
    better: "lower",
    verdict,
    sentence: "",
    sizes: { before: { counted: 240, orders: 12 }, after: { counted: 1, orders: 1 } },
    effect: null,
    points: [],
    ...more,
  };
}

it("shows first what became worse, and last what cannot be judged", () => {
  const all = [measure("too few"), measure("better"), measure("no difference shown"), measure("worse")];
  expect(measuresShown(all, {}).map(({ verdict }) => verdict)).toEqual([
    "worse",
    "better",
    "no difference shown",
    "too few",
  ]);
});

it("shows those of one item and operation alone", () => {
  const all = [measure("worse"), measure("worse", { item: "FX-120" }), measure("worse", { operation: "0010" })];
  expect(measuresShown(all, { item: "FX-110" })).toHaveLength(2);
  expect(measuresShown(all, { item: "FX-110", operation: "0010" })).toHaveLength(1);
});

it("says how much stands behind a comparison", () => {
  expect(sizesText(measure("worse"))).toBe("Before: 240 pieces in 12 orders. After: 1 piece in 1 order.");
  const times = { before: { counted: 12, orders: null }, after: { counted: 10, orders: null } };
  expect(sizesText(measure("worse", { measure: "run time", sizes: times }))).toBe(
    "Before: 12 orders. After: 10 orders.",
  );
});

import * as fc from "fast-check";
import { expect, it } from "vitest";
import { fromJson, toJson } from "../json.ts";
import { rational } from "../rational.ts";
import { sketchOf } from "./duration-sketch.ts";
import { mergedElements, NO_ELEMENTS, readElements, sumOfElements, type KpiElements } from "./kpi-elements.ts";

const quantity = fc
  .record({ numerator: fc.bigInt({ min: 0n, max: 10_000n }), denominator: fc.bigInt({ min: 1n, max: 12n }) })
  .map(({ numerator, denominator }) => rational(numerator, denominator));
const time = fc.integer({ min: 0, max: 10_000_000 });
const anyElements: fc.Arbitrary<KpiElements> = fc
  .record({
    good: quantity,
    scrap: quantity,
    plannedRunMs: quantity,
    setupMs: time,
    productionMs: time,
    plannedDownMs: time,
    cycleTimes: fc.array(time, { maxLength: 20 }).map(sketchOf),
  })
  .map((some) => ({ ...NO_ELEMENTS, ...some }));

it("is read back as it was kept", () => {
  fc.assert(
    fc.property(anyElements, (elements) => {
      const json: unknown = JSON.parse(JSON.stringify(toJson(elements)));
      expect(readElements(json)).toEqual(elements);
      expect(readElements(json)).toEqual(fromJson(json));
    }),
  );
});

it("adds up to the same at once as one after the other, in any order", () => {
  fc.assert(
    fc.property(fc.array(anyElements, { maxLength: 8 }), (parts) => {
      const oneByOne = parts.toReversed().reduce((sum, part) => mergedElements(sum, part), NO_ELEMENTS);
      expect(JSON.stringify(toJson(sumOfElements(parts)))).toBe(JSON.stringify(toJson(oneByOne)));
    }),
  );
});

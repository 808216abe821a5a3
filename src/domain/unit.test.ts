import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ONE, rational, times } from "./rational.ts";
import {
  conversionFactor,
  isCount,
  itemConversionFactor,
  KNOWN_UNITS,
  parseUnit,
  unitName,
  type Unit,
} from "./unit.ts";

const units = fc.constantFrom(...KNOWN_UNITS);

describe("units", () => {
  it("reads Recommendation 20 codes exactly as written", () => {
    expect(parseUnit("KGM")).toBe("KGM");
    for (const text of ["kgm", "kg", "", "constructor", "__proto__", "toString"]) expect(parseUnit(text)).toBeNull();
  });

  it("names every unit", () => {
    for (const unit of KNOWN_UNITS) expect(unitName(unit)).toMatch(/^[A-Za-z ]+$/);
    expect(KNOWN_UNITS).toEqual(KNOWN_UNITS.toSorted());
  });

  it("knows what counts pieces", () => {
    expect(KNOWN_UNITS.filter(isCount)).toEqual(["C62", "CEN", "DZN", "EA", "H87", "MIL", "PR", "SET"]);
  });
});

describe("conversion", () => {
  it.each<[Unit, Unit, [bigint, bigint]]>([
    ["INH", "MMT", [254n, 10n]],
    ["FOT", "INH", [12n, 1n]],
    ["YRD", "FOT", [3n, 1n]],
    ["LBR", "GRM", [45_359_237n, 100_000n]],
    ["LBR", "ONZ", [16n, 1n]],
    ["GRM", "KGM", [1n, 1_000n]],
    ["TNE", "KGM", [1_000n, 1n]],
    ["GLL", "CMQ", [3_785_411_784n, 1_000_000n]],
    ["FTK", "CMK", [92_903_04n, 10_000n]],
    ["LTR", "MLT", [1_000n, 1n]],
    ["MTQ", "LTR", [1_000n, 1n]],
    ["DZN", "EA", [12n, 1n]],
    ["HUR", "MIN", [60n, 1n]],
  ])("one %s is exactly so many %s", (from, to, [numerator, denominator]) => {
    expect(conversionFactor(from, to)).toEqual(rational(numerator, denominator));
  });

  it("is undone by the way back, and goes through any third unit", () => {
    fc.assert(
      fc.property(units, units, units, (a, b, c) => {
        const [there, on, direct] = [conversionFactor(a, b), conversionFactor(b, c), conversionFactor(a, c)];
        const back = conversionFactor(b, a);
        if (there === null || back === null) {
          expect([there, back]).toEqual([null, null]);
          return;
        }
        expect(times(there, back)).toEqual(ONE);
        if (on !== null) expect(times(there, on)).toEqual(direct);
      }),
    );
  });

  it("crosses dimensions only by the item's own factor, in both directions and through other units", () => {
    const bracket = [{ from: "EA", to: "KGM", factor: rational(35n, 100n) }] as const;
    expect(itemConversionFactor("EA", "KGM", [])).toBeNull();
    expect(itemConversionFactor("EA", "GRM", bracket)).toEqual(rational(350n));
    expect(itemConversionFactor("DZN", "KGM", bracket)).toEqual(rational(42n, 10n));
    expect(itemConversionFactor("GRM", "EA", bracket)).toEqual(rational(1n, 350n));
    expect(itemConversionFactor("EA", "MTR", bracket)).toBeNull();
    expect(itemConversionFactor("GRM", "KGM", bracket)).toEqual(rational(1n, 1_000n));
  });

  it("takes the first of the item's own factors that leads there", () => {
    const sheet = [
      { from: "EA", to: "LTR", factor: rational(3n) },
      { from: "MTK", to: "KGM", factor: rational(785n, 100n) },
      { from: "MTK", to: "KGM", factor: rational(9n) },
    ] as const;
    expect(itemConversionFactor("MTK", "KGM", sheet)).toEqual(rational(785n, 100n));
    expect(itemConversionFactor("KGM", "CMK", sheet)).toEqual(rational(1_000_000n, 785n));
    expect(itemConversionFactor("MTR", "KGM", sheet)).toBeNull();
  });
});

it("lists its units in order, for messages", () => {
  expect(KNOWN_UNITS.slice(0, 3)).toEqual(["C62", "CEN", "CMK"]);
  expect(KNOWN_UNITS).toEqual(KNOWN_UNITS.toSorted());
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalText, fromJson, toJson } from "./json.ts";
import { rational } from "./rational.ts";

describe("domain values as JSON", () => {
  it("writes exact numbers as text, and maps as objects", () => {
    expect(toJson({ amount: rational(7n, 20n), third: rational(1n, 3n) })).toEqual({
      amount: { $exact: "0.35" },
      third: { $exact: "1/3" },
    });
    expect(
      toJson(
        new Map([
          ["b", rational(1n)],
          ["a", rational(2n)],
        ]),
      ),
    ).toEqual({ a: { $exact: "2" }, b: { $exact: "1" } });
  });

  it("leaves out what is undefined", () => {
    expect(toJson({ a: undefined, b: null })).toEqual({ b: null });
  });

  it("refuses what it would lose in silence", () => {
    const lost: unknown[] = [10n, () => 1, Symbol("x"), [undefined], new Set([1]), new Date(0), Number.NaN, Infinity];
    for (const value of lost) expect(() => toJson(value)).toThrow(TypeError);
  });

  it("says what it refuses", () => {
    expect(() => toJson(Number.NaN)).toThrow("NaN has no JSON");
    expect(() => toJson(new Set([1]))).toThrow("this kind of object has no JSON");
    expect(() => toJson(10n)).toThrow("this kind of bigint has no JSON");
  });

  it("takes for an exact number only what is one", () => {
    const alike = [{ num: 1 }, { den: 2 }, { num: "1", den: "2" }, { $exact: 5 }, { exact: "1/2" }];
    for (const value of alike) {
      expect(toJson(value)).toEqual(value);
      expect(fromJson(value)).toEqual(value);
    }
  });

  it("keeps a key that scripts have another use for", () => {
    const json = JSON.parse('{"__proto__":{"a":1},"b":2}') as unknown;
    expect(canonicalText(json)).toBe('{"__proto__":{"a":1},"b":2}');
    const read = fromJson<Record<string, unknown>>(json);
    expect(Object.keys(read)).toEqual(["__proto__", "b"]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it("reads back what it wrote", () => {
    const value = {
      lines: [{ quantity: { amount: rational(-5n, 3n), unit: "KGM" }, designators: ["R1"] }],
      none: null,
    };
    expect(fromJson(JSON.parse(canonicalText(value)))).toEqual(value);
    expect(() => fromJson({ $exact: "a few" })).toThrow('"a few" is not an exact number');
  });

  it("keeps exact numbers of any length", () => {
    const tiny = rational(1n, 2n ** 200n);
    expect(fromJson(toJson(tiny))).toEqual(tiny);
  });

  it("gives one text whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false })), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalText(turned)).toBe(canonicalText(value));
      }),
    );
    expect(canonicalText({ b: 1, a: { d: 2, c: 3 } })).toBe('{"a":{"c":3,"d":2},"b":1}');
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedKeys, sameData } from "./same-data.ts";

describe("the same data", () => {
  it("is a copy, however deep, and nothing else", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(sameData(one, structuredClone(one))).toBe(true);
        // A JSON text has one zero; the data has two.
        const alike = JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
        if (!alike) expect(sameData(one, other)).toBe(false);
      }),
    );
  });

  it("tells a missing field from one that holds nothing, and a list from an object", () => {
    expect(sameData({ a: 1 }, { a: 1, b: undefined })).toBe(false);
    expect(sameData({ a: undefined }, { b: undefined })).toBe(false);
    expect(sameData([], {})).toBe(false);
    expect(sameData(null, {})).toBe(false);
  });

  it("compares maps by what they hold, and functions by which they are", () => {
    const held = { of: () => 1 };
    expect(sameData(new Map([["a", { ...held }]]), new Map([["a", { ...held }]]))).toBe(true);
    expect(sameData(new Map([["a", 1]]), new Map([["b", 1]]))).toBe(false);
    expect(sameData(held, { of: () => 1 })).toBe(false);
    expect(sameData(new Date(0), new Date(0))).toBe(false);
  });
});

it("names the keys that came, went or hold something else", () => {
  const before = new Map([
    ["kept", { at: 1 }],
    ["changed", { at: 1 }],
    ["gone", { at: 1 }],
  ]);
  const after = new Map([
    ["came", { at: 1 }],
    ["kept", { at: 1 }],
    ["changed", { at: 2 }],
  ]);
  expect([...changedKeys(before, after)].toSorted()).toEqual(["came", "changed", "gone"]);
  expect(changedKeys(before, new Map(before)).size).toBe(0);
});

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== "object") return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, held]) => [key, inOrder(held)]);
}

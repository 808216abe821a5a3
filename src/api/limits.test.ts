import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BODY_LIMITS, tooComplex } from "./limits.ts";

const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const withKeys = (count: number) => JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [n, 0])));

describe("tooComplex", () => {
  it("accepts exactly as many levels and keys as the limits say, and no more", () => {
    expect(tooComplex(nested(BODY_LIMITS.depth))).toBeNull();
    expect(tooComplex(nested(BODY_LIMITS.depth + 1))).toBe("The body is nested deeper than 32 levels.");
    expect(tooComplex(withKeys(BODY_LIMITS.keys))).toBeNull();
    expect(tooComplex(withKeys(BODY_LIMITS.keys + 1))).toBe("The body has more than 10000 keys.");
  });

  it("counts levels that are open at once, not brackets", () => {
    expect(tooComplex(`[${Array.from({ length: 1000 }, () => "{}").join()}]`)).toBeNull();
  });

  it("sees no brackets inside strings, whatever is escaped there", () => {
    const text = JSON.stringify({ note: `"\\${"[{:".repeat(20_000)}\\"` });
    expect(tooComplex(text)).toBeNull();
  });

  it("judges any JSON value by its depth", () => {
    // Random values are shallow, so each is put inside up to 40 arrays and objects.
    const deep = fc
      .tuple(fc.jsonValue({ maxDepth: 3 }), fc.array(fc.option(fc.string()), { maxLength: 40 }))
      .map(([value, around]) =>
        around.reduce<unknown>((held, key) => (key === null ? [held] : { [key]: held }), value),
      );
    fc.assert(
      fc.property(deep, (value) => {
        expect(tooComplex(JSON.stringify(value)) === null).toBe(depthOf(value) <= BODY_LIMITS.depth);
      }),
    );
  });
});

function depthOf(value: unknown): number {
  return typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
}

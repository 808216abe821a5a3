import * as fc from "fast-check";
import { expect, it } from "vitest";
import { contentDigest } from "./content-digest.ts";

it("is a whole number that PostgreSQL and JSON hold exactly, and the same for the same text", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(Number.isSafeInteger(contentDigest(text))).toBe(true);
      expect(contentDigest(text)).toBe(contentDigest(text));
    }),
  );
});

it("differs where one character does", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (some, other) => {
      fc.pre(some !== other);
      expect(contentDigest(some)).not.toBe(contentDigest(other));
    }),
  );
});

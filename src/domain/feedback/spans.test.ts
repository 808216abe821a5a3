import * as fc from "fast-check";
import { expect, it } from "vitest";
import { cut, lengthOf, without } from "./spans.ts";

const span = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 30 }))
  .map(([from, length]) => ({ from, until: from + length }));

it("leaves a span's time that is in none of the others", () => {
  expect(
    without({ from: 0, until: 100 }, [
      { from: 40, until: 60 },
      { from: 10, until: 20 },
      { from: 50, until: 70 },
    ]),
  ).toEqual([
    { from: 0, until: 10 },
    { from: 20, until: 40 },
    { from: 70, until: 100 },
  ]);
});

it("counts each unit of time as one by one", () => {
  fc.assert(
    fc.property(span, fc.array(span), (whole, others) => {
      const left = Array.from({ length: 100 }, (_, at) => at).filter(
        (at) => at >= whole.from && at < whole.until && !others.some(({ from, until }) => at >= from && at < until),
      );
      expect(lengthOf(without(whole, others))).toBe(left.length);
    }),
  );
});

/** Hours until two, then one that does not end. */
function hourAt(at: number): { readonly hour: number; readonly until: number | null } {
  const hour = Math.floor(at / 60);
  return { hour, until: at < 120 ? (hour + 1) * 60 : null };
}

it("cuts where something else begins to hold, and loses nothing", () => {
  expect(cut({ from: 50, until: 500 }, hourAt).map(({ from, until, part }) => [part.hour, from, until])).toEqual([
    [0, 50, 60],
    [1, 60, 120],
    [2, 120, 500],
  ]);
  expect(() => cut({ from: 50, until: 500 }, () => ({ until: 50 }))).toThrow(RangeError);
});

import { expect, it } from "vitest";
import { extent, inWords, type Series } from "./series.ts";

const SERIES: Series = {
  name: "0010",
  points: [
    { day: "2026-02-02", value: 60, band: { low: 55, high: 66 } },
    { day: "2026-02-03", value: null, band: null },
    { day: "2026-02-04", value: 75, band: { low: 70, high: 90 } },
  ],
};
const seconds = (value: number) => `${value} s`;

it("reaches over all values and their bands", () => {
  expect(extent([SERIES])).toEqual({ low: 55, high: 90 });
  expect(extent([{ name: "", points: [] }])).toBeNull();
});

it("is told in words, day without value aside", () => {
  expect(inWords([SERIES], seconds)).toBe(
    "0010: 60 s on 2026-02-02, 75 s on 2026-02-04, between 60 s and 75 s on 2 days.",
  );
  expect(inWords([{ name: "", points: SERIES.points.slice(0, 1) }], seconds)).toBe("60 s on 2026-02-02.");
  expect(inWords([], seconds)).toBe("No value yet.");
});

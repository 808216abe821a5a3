import * as fc from "fast-check";
import { expect, it } from "vitest";
import { daysAfter, holdsOn, type Day } from "./calendar.ts";
import { joinedDays } from "./joined-days.ts";

const day = (text: string) => text as Day;
const span = (from: string | null, until: string | null) => ({ from: from as Day | null, until: until as Day | null });

it("joins what overlaps and what follows on, and leaves gaps open", () => {
  expect(joinedDays([])).toEqual([]);
  expect(joinedDays([span("2026-04-01", null), span(null, "2026-03-31")])).toEqual([span(null, null)]);
  expect(joinedDays([span("2026-01-01", "2026-03-31"), span("2026-02-01", "2026-02-28")])).toEqual([
    span("2026-01-01", "2026-03-31"),
  ]);
  expect(joinedDays([span("2026-05-02", null), span(null, "2026-04-30")])).toEqual([
    span(null, "2026-04-30"),
    span("2026-05-02", null),
  ]);
});

it("holds on just the days that any of them holds, and on none twice", () => {
  const days = fc.option(fc.integer({ min: 0, max: 20 }).map((after) => daysAfter(day("2026-03-01"), after)));
  const spans = fc
    .tuple(days, days)
    .filter(([from, until]) => from === null || until === null || from <= until)
    .map(([from, until]) => ({ from, until }));
  fc.assert(
    fc.property(fc.array(spans, { maxLength: 6 }), fc.integer({ min: -2, max: 22 }), (held, after) => {
      const on = daysAfter(day("2026-03-01"), after);
      const joined = joinedDays(held).filter((one) => holdsOn(one, on));
      expect(joined).toHaveLength(held.some((one) => holdsOn(one, on)) ? 1 : 0);
    }),
  );
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ALWAYS,
  dayBefore,
  daysAfter,
  holdsFor,
  holdsOn,
  intersection,
  isAlways,
  parseDay,
  type Day,
  type Effectivity,
} from "./calendar.ts";
import type { ItemId } from "./ids.ts";
import type { NumberConstraint } from "./number-ranges.ts";

function span(from: string | null, until: string | null): Effectivity {
  return { from: from as Day | null, until: until as Day | null };
}

function holds(effectivity: Effectivity | null, day: string): boolean {
  if (effectivity === null) return false;
  const { from, until } = effectivity;
  return (from === null || from <= day) && (until === null || day <= until);
}

describe("days", () => {
  it("reads days that exist, leap days too", () => {
    for (const text of ["2026-01-31", "2026-06-01", "2024-02-29", "2000-02-29", "1999-12-31"])
      expect(parseDay(text)).toBe(text);
  });

  it.each([
    "2026-02-29",
    "1900-02-29",
    "2026-04-31",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "26-01-01",
    "2026-1-1",
    "",
    "2026-01-01T00:00",
  ])("does not read %j", (text) => {
    expect(parseDay(text)).toBeNull();
  });
});

describe("days before and after", () => {
  it.each([
    ["2026-03-01", "2026-02-28"],
    ["2024-03-01", "2024-02-29"],
    ["2026-01-01", "2025-12-31"],
  ])("before %s is %s", (day, before) => {
    expect(dayBefore(day as Day)).toBe(before);
    expect(daysAfter(before as Day, 1)).toBe(day);
  });

  it("counts days over months", () => {
    expect(daysAfter("2026-02-27" as Day, 3)).toBe("2026-03-02");
    expect(daysAfter("2026-03-02" as Day, -3)).toBe("2026-02-27");
    expect(daysAfter("2026-03-02" as Day, 0)).toBe("2026-03-02");
  });
});

const UNITS: NumberConstraint = { counts: "unit", of: "TRAIN" as ItemId, ranges: [{ from: "5", until: "9" }] };

describe("effectivity", () => {
  it("is always only where nothing limits it", () => {
    expect(isAlways(ALWAYS)).toBe(true);
    expect(isAlways({ ...ALWAYS, numbers: [] })).toBe(true);
    expect(isAlways(span("2026-01-01", null))).toBe(false);
    expect(isAlways(span(null, "2026-01-01"))).toBe(false);
    expect(isAlways({ ...ALWAYS, numbers: [UNITS] })).toBe(false);
  });

  it("holds on its first and on its last day, not before and not after", () => {
    const june = span("2026-06-01", "2026-06-30");
    const held = ["2026-05-31", "2026-06-01", "2026-06-30", "2026-07-01"].map((day) => holdsOn(june, day as Day));
    expect(held).toEqual([false, true, true, false]);
    expect(holdsOn(span(null, "2026-06-30"), "2026-07-01" as Day)).toBe(false);
    expect(holdsOn(span("2026-06-01", null), "2026-05-31" as Day)).toBe(false);
    expect(holdsOn(ALWAYS, "2026-05-31" as Day)).toBe(true);
  });

  it("keeps the numbers of either side, and says nothing of numbers where neither does", () => {
    const numbered = { ...span("2026-01-01", null), numbers: [UNITS] };
    expect(intersection(numbered, ALWAYS)).toEqual(numbered);
    expect(intersection(ALWAYS, numbered)).toEqual(numbered);
    expect(Object.keys(intersection(ALWAYS, { ...ALWAYS, numbers: [] }) ?? {})).toEqual(["from", "until"]);
    const later = { ...UNITS, ranges: [{ from: "10", until: null }] };
    expect(intersection(numbered, { ...ALWAYS, numbers: [later] })).toBeNull();
  });

  it("is built into what has a number in its ranges, on its days", () => {
    const numbered = { ...span("2026-06-01", null), numbers: [UNITS] };
    expect(holdsFor(numbered, built("2026-06-01", "5"))).toBe(true);
    expect(holdsFor(numbered, built("2026-06-01", "10"))).toBe(false);
    expect(holdsFor(numbered, built("2026-05-31", "5"))).toBe(false);
    expect(holdsFor(numbered, built("2026-06-01", null))).toBe(false);
    expect(holdsFor(ALWAYS, built("2026-06-01", null))).toBe(true);
  });

  it("takes the days that both hold", () => {
    const first = span("2026-01-01", "2026-06-30");
    expect(intersection(first, span("2026-04-01", null))).toEqual(span("2026-04-01", "2026-06-30"));
    expect(intersection(first, span(null, "2026-01-01"))).toEqual(span("2026-01-01", "2026-01-01"));
    expect(intersection(first, ALWAYS)).toEqual(first);
  });

  it("is null when no day has both, or the one has none", () => {
    expect(intersection(span("2026-01-01", "2026-06-30"), span("2026-07-01", null))).toBeNull();
    expect(intersection(ALWAYS, span("2026-02-02", "2026-02-01"))).toBeNull();
  });

  it("holds a day exactly when both do", () => {
    const days = fc.integer({ min: 10, max: 28 }).map((at) => `2026-01-${at}`);
    const spans = fc.tuple(fc.option(days), fc.option(days)).map(([from, until]) => span(from, until));
    fc.assert(
      fc.property(spans, spans, days, (a, b, day) => {
        expect(holds(intersection(a, b), day)).toBe(holds(a, day) && holds(b, day));
      }),
    );
  });
});

/** A unit that is built on a day; null where it has no number. */
function built(day: string, number: string | null) {
  return { day: day as Day, numberOf: () => number };
}

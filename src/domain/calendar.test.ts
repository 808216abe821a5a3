import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALWAYS, intersection, parseDay, type Day, type Effectivity } from "./calendar.ts";

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
    for (const text of ["2026-01-31", "2024-02-29", "2000-02-29", "1999-12-31"]) expect(parseDay(text)).toBe(text);
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

describe("effectivity", () => {
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

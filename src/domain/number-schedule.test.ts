import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALWAYS, daysAfter, holdsOn, type Day, type Effectivity } from "./calendar.ts";
import { effectivityText } from "./effectivity-text.ts";
import type { ItemId } from "./ids.ts";
import { isInRanges, orderedRanges } from "./number-ranges.ts";
import { inDays, scheduledText, type NumberSchedule } from "./number-schedule.ts";

const TODAY = "2026-03-01" as Day;
const FAN = "FAN" as ItemId;

/** `{ "SN-100": "2026-04-01" }` */
function schedule(days: Readonly<Record<string, string>>): NumberSchedule {
  return Object.entries(days).map(([number, day]) => ({ counts: "serial", of: FAN, number, day: day as Day }));
}

const PLAN = schedule({
  "SN-100": "2026-02-01",
  "SN-110": "2026-04-01",
  "SN-120": "2026-04-03",
  "SN-130": "2026-04-10",
});

function serials(...ranges: readonly (readonly [string, string | null])[]): Effectivity {
  return {
    ...ALWAYS,
    numbers: [{ counts: "serial", of: FAN, ranges: ranges.map(([from, until]) => ({ from, until })) }],
  };
}

/** What to do where the schedule does not say. */
function remedy(effectivity: Effectivity, plan: NumberSchedule = PLAN): string {
  const found = inDays(effectivity, plan, TODAY);
  return found.kind === "unscheduled" ? found.fix : "";
}

function said(effectivity: Effectivity, plan: NumberSchedule = PLAN): string {
  const found = inDays(effectivity, plan, TODAY);
  return found.kind === "days" ? effectivityText(found.effectivity) : found.kind === "never" ? "never" : found.problem;
}

describe("serials by the plant's schedule", () => {
  it("hold from the day that the first one is planned for", () => {
    expect(said(serials(["SN-120", null]))).toBe("from 2026-04-03");
  });

  it("hold until the day before the next one", () => {
    expect(said(serials(["SN-110", "SN-119"]))).toBe("from 2026-04-01 until 2026-04-02");
  });

  it("that go on from one range to the next hold from the first day on, also once the first range is over", () => {
    const both = serials(["SN-100", "SN-109"], ["SN-110", "SN-119"]);
    for (const today of ["2026-01-15", "2026-03-31", "2026-04-01"]) {
      const found = inDays(both, PLAN, today as Day);
      expect("effectivity" in found && effectivityText(found.effectivity)).toBe("from 2026-02-01 until 2026-04-02");
    }
  });

  it("say which rows of the schedule made the days", () => {
    const found = inDays(serials(["SN-110", "SN-119"]), PLAN, TODAY);
    expect("planned" in found ? found.planned.map(scheduledText) : []).toEqual([
      "serial SN-110 of FAN is planned for 2026-04-01",
      "serial SN-120 of FAN is planned for 2026-04-03",
    ]);
  });

  it("hold as long as the line's own days do", () => {
    expect(said({ ...serials(["SN-110", null]), until: "2026-04-05" as Day })).toBe("from 2026-04-01 until 2026-04-05");
    expect(said({ ...serials(["SN-120", null]), until: "2026-04-01" as Day })).toBe("never");
  });

  it("that were built before the schedule begins hold from then on", () => {
    expect(said(serials(["SN-1", null]))).toBe("always");
    expect(said(serials(["SN-1", "SN-50"]))).toBe("until 2026-01-31");
  });

  it("leave out ranges that are over", () => {
    expect(said(serials(["SN-1", "SN-50"], ["SN-120", null]))).toBe("from 2026-04-03");
  });

  it("that are all over ended the day before the next one, or before the schedule begins", () => {
    const plan = schedule({ "SN-9": "2026-01-01", "SN-10": "2026-01-05", "SN-20": "2026-02-01" });
    expect(said(serials(["SN-10", "SN-19"]), plan)).toBe("from 2026-01-05 until 2026-01-31");
    expect(said(serials(["SN-1", "SN-2"], ["SN-3", "SN-4"]), plan)).toBe("until 2025-12-31");
  });

  it("still hold on the last day, and not on the next", () => {
    const plan = schedule({ "SN-10": "2026-02-01", "SN-20": "2026-03-02" });
    expect(said(serials(["SN-10", "SN-19"]), plan)).toBe("from 2026-02-01 until 2026-03-01");
    const today = schedule({ "SN-10": "2026-02-01", "SN-20": "2026-03-01" });
    expect(said(serials(["SN-10", "SN-19"]), today)).toBe("from 2026-02-01 until 2026-02-28");
  });

  it("are found in a schedule of any order, beside units and other end items", () => {
    const others = schedule({ "SN-110": "2020-01-01", "SN-120": "2020-01-02" });
    const units = others.map((row) => ({ ...row, counts: "unit" as const }));
    const trains = others.map((row) => ({ ...row, of: "TRAIN" as ItemId }));
    const plan = [...units, ...trains, ...PLAN.toReversed()];
    expect(said(serials(["SN-110", "SN-119"]), plan)).toBe("from 2026-04-01 until 2026-04-02");
    expect(said(serials(["SN-115", null]), plan)).toContain("begin with SN-110 on 2026-04-01");
  });

  it("keep leading zeros", () => {
    const plan = schedule({ "SN-0008": "2026-04-01", "SN-0010": "2026-04-05" });
    expect(said(serials(["SN-0008", "SN-0009"]), plan)).toBe("from 2026-04-01 until 2026-04-04");
  });

  it("that begin today with the schedule hold from the beginning for those before", () => {
    expect(said(serials(["SN-1", null]), schedule({ "SN-10": TODAY }))).toBe("always");
  });

  it("leave out ranges that do not meet the line's own days, or are over when the plan begins", () => {
    const apart = serials(["SN-110", "SN-119"], ["SN-130", null]);
    expect(said({ ...apart, from: "2026-04-08" as Day })).toBe("from 2026-04-10");
    expect(said({ ...apart, until: "2026-04-09" as Day })).toBe("from 2026-04-01 until 2026-04-02");
    expect(said({ ...apart, from: "2026-04-04" as Day, until: "2026-04-06" as Day })).toBe("never");
    const later = inDays(apart, PLAN, TODAY, "2026-04-05" as Day);
    expect("effectivity" in later && effectivityText(later.effectivity)).toBe("from 2026-04-10");
  });

  it("ended with the last of the ranges where all are over", () => {
    const found = inDays(
      serials(["SN-110", "SN-119"], ["SN-125", "SN-129"]),
      [...PLAN, ...schedule({ "SN-125": "2026-04-05" })],
      TODAY,
      "2026-05-01" as Day,
    );
    expect("effectivity" in found && found.effectivity.until).toBe("2026-04-09");
  });

  it("join ranges in whatever order they are given", () => {
    expect(said(serials(["SN-120", "SN-129"], ["SN-110", "SN-119"]))).toBe("from 2026-04-01 until 2026-04-09");
    expect(said(serials(["SN-110", null], ["SN-120", "SN-129"]))).toBe("from 2026-04-01");
  });

  it("join ranges whose days follow each other", () => {
    expect(said(serials(["SN-110", "SN-119"], ["SN-120", "SN-129"]))).toBe("from 2026-04-01 until 2026-04-09");
  });
});

describe("a schedule that does not say", () => {
  it("blocks for an end item that it does not know", () => {
    const numbers = [{ counts: "serial" as const, of: "TRAIN" as ItemId, ranges: [{ from: "1", until: null }] }];
    expect(said({ ...ALWAYS, numbers })).toBe("No day is planned for any serial of TRAIN.");
  });

  it("blocks beyond its end", () => {
    expect(said(serials(["SN-131", null]))).toBe("The plan ends with SN-130 on 2026-04-10, before serial SN-131.");
    expect(said(serials(["SN-120", "SN-140"]))).toBe("The plan ends with SN-130 on 2026-04-10, before serial SN-141.");
  });

  it("blocks before its beginning, where that is still to come", () => {
    const plan = schedule({ "SN-110": "2026-04-01" });
    expect(said(serials(["SN-100", null]), plan)).toBe(
      "The plan begins with SN-110 on 2026-04-01, after serial SN-100.",
    );
  });

  it("blocks for a serial between two that it names", () => {
    expect(said(serials(["SN-115", null]))).toBe(
      "Serial SN-115 of FAN is built with those that begin with SN-110 on 2026-04-01, on a day that the plan does not name.",
    );
  });

  it("blocks where one day has serials on both sides", () => {
    const plan = schedule({ "SN-1": "2026-04-01", "SN-2": "2026-04-01", "SN-3": "2026-04-02" });
    expect(said(serials(["SN-2", null]), plan)).toBe(
      "Serials SN-1 and SN-2 of FAN are both planned for 2026-04-01: a day cannot tell them apart.",
    );
    expect(said(serials(["SN-3", null]), plan)).toBe("from 2026-04-02");
  });

  it("blocks for a gap that one line cannot say", () => {
    expect(said(serials(["SN-110", "SN-119"], ["SN-130", null]))).toBe(
      "Serials SN-110 to SN-119 and from SN-130 of FAN are built from 2026-04-01 to 2026-04-02 and 2026-04-10 to later: one line cannot hold on both sides of a gap.",
    );
  });

  it("blocks where no figure ends the last serial", () => {
    expect(said(serials(["SN-110", "SN-119-X"]))).toBe(
      "Serial SN-119-X of FAN does not end in a figure, so nobody can say which one follows it.",
    );
  });

  it("holds in no days where one of two constraints never does", () => {
    const gone = { ...serials(["SN-110", null]), until: "2026-03-31" as Day };
    expect(said({ ...gone, numbers: [...(gone.numbers ?? []), ...(serials(["SN-120", null]).numbers ?? [])] })).toBe(
      "never",
    );
  });

  it("says what to do", () => {
    const sameDay = schedule({ "SN-1": "2026-04-01", "SN-2": "2026-04-01" });
    expect(remedy(serials(["SN-2", null]), sameDay)).toBe(
      "Plan serial SN-2 for a later day in the plant's serialSchedule in heddle.yaml, or move the line's range to the first serial of a day.",
    );
    expect(remedy(serials(["SN-110", "SN-119-X"]))).toBe(
      "Let the range end at a serial with a figure at its end, or leave its end open.",
    );
    expect(remedy(serials(["SN-110", "SN-119"], ["SN-130", null]))).toBe(
      "Split the line in engineering, one range each.",
    );
    expect(remedy(serials(["SN-115", null]))).toBe(
      "Add the day that serial SN-115 of FAN is planned for to the plant's serialSchedule in heddle.yaml.",
    );
  });
});

it("never puts a serial into a line that is not for it, nor leaves one out", () => {
  const steps = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 12 });
  const range = fc
    .tuple(fc.integer({ min: 0, max: 14 }), fc.option(fc.integer({ min: 0, max: 8 })))
    .map(([from, more]) => ({ from: `${from}`, until: more === null ? null : `${from + more}` }));
  fc.assert(
    fc.property(steps, fc.array(range, { minLength: 1, maxLength: 3 }), (gaps, ranges) => {
      let day = TODAY;
      // Serial by serial, the schedule says of each one when it is built.
      const plan = gaps.map((gap, number) => {
        day = daysAfter(day, gap);
        return { counts: "serial" as const, of: FAN, number: `${number}`, day };
      });
      const numbers = [{ counts: "serial" as const, of: FAN, ranges: orderedRanges(ranges) }];
      const found = inDays({ ...ALWAYS, numbers }, plan, TODAY);
      if (found.kind === "unscheduled") return;
      for (const { number, day: on } of plan) {
        const holds = found.kind === "days" && holdsOn(found.effectivity, on);
        expect(holds).toBe(isInRanges(number, ranges));
      }
    }),
  );
});

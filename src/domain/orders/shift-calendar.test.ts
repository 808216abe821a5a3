import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import {
  lastShiftStart,
  nextShiftStart,
  shiftStartsBetween,
  WEEKDAYS,
  type Shift,
  type ShiftCalendar,
  type ShiftStart,
  type Weekday,
} from "./shift-calendar.ts";

const MON_TO_FRI = WEEKDAYS.slice(0, 5);

function shift(name: string, start: string, days: readonly Weekday[] = WEEKDAYS): Shift {
  return { name, start, days };
}

function calendar(timeZone: string, shifts: readonly Shift[], closed: readonly string[] = []): ShiftCalendar {
  return { timeZone, shifts, closed: closed as Day[] };
}

/** `2027-03-28 night 01:00Z +02:00`: the plant's day, the shift, the instant and the plant's offset from UTC then. */
function drawn(starts: readonly ShiftStart[], { timeZone }: ShiftCalendar): readonly string[] {
  return starts.map(({ day, shift: name, at }) => {
    const { offset } = Temporal.Instant.from(at).toZonedDateTimeISO(timeZone);
    const utc = at.startsWith(day) ? at.slice(11, 16) : `${at.slice(0, 10)} ${at.slice(11, 16)}`;
    return `${day} ${name} ${utc}Z ${offset}`;
  });
}

function startsOver(plant: ShiftCalendar, from: string, until: string): readonly string[] {
  const midnight = (day: string) => Temporal.PlainDate.from(day).toZonedDateTime(plant.timeZone).toInstant().toString();
  return drawn(shiftStartsBetween(plant, midnight(from), midnight(until)), plant);
}

describe("a week at a plant", () => {
  const plant = calendar(
    "Europe/Berlin",
    [shift("late", "14:00", MON_TO_FRI), shift("early", "06:00", MON_TO_FRI), shift("weekend", "08:00", ["sat"])],
    ["2026-12-25", "2026-12-26"],
  );

  const last = (from: string, until: string) => lastShiftStart(plant, from, until)?.at ?? null;

  it("has each shift on its days, in the order of the clock, and none on holidays", () => {
    expect(startsOver(plant, "2026-12-23", "2026-12-30")).toEqual([
      "2026-12-23 early 05:00Z +01:00",
      "2026-12-23 late 13:00Z +01:00",
      "2026-12-24 early 05:00Z +01:00",
      "2026-12-24 late 13:00Z +01:00",
      "2026-12-28 early 05:00Z +01:00",
      "2026-12-28 late 13:00Z +01:00",
      "2026-12-29 early 05:00Z +01:00",
      "2026-12-29 late 13:00Z +01:00",
    ]);
  });

  it("goes on after the holidays", () => {
    expect(nextShiftStart(plant, "2026-12-24T13:00:00Z")).toMatchObject({ day: "2026-12-24", shift: "late" });
    expect(nextShiftStart(plant, "2026-12-24T13:00:00.001Z")).toMatchObject({ day: "2026-12-28", shift: "early" });
    expect(nextShiftStart(plant, "2026-12-24T13:00:00.0001Z")).toMatchObject({ day: "2026-12-28", shift: "early" });
  });

  it("counts the start at the first instant, and not the one at the last", () => {
    expect(shiftStartsBetween(plant, "2026-12-28T05:00:00Z", "2026-12-28T13:00:00Z")).toEqual([
      { shift: "early", day: "2026-12-28", at: "2026-12-28T05:00:00.000Z" },
    ]);
    expect(shiftStartsBetween(plant, "2026-12-28T05:00:00Z", "2026-12-28T05:00:00Z")).toEqual([]);
    expect(shiftStartsBetween(plant, "2026-12-29T05:00:00Z", "2026-12-28T05:00:00Z")).toEqual([]);
  });

  it("finds the last start up to an instant, within bounds", () => {
    expect(last("2026-12-01T00:00:00Z", "2026-12-28T13:00:00Z")).toBe("2026-12-28T13:00:00.000Z");
    expect(last("2026-12-01T00:00:00Z", "2026-12-28T12:59:59Z")).toBe("2026-12-28T05:00:00.000Z");
    expect(last("2026-12-01T00:00:00Z", "2026-12-27T12:00:00Z")).toBe("2026-12-24T13:00:00.000Z");
    expect(last("2026-12-24T13:00:00.001Z", "2026-12-27T12:00:00Z")).toBeNull();
  });

  it("never begins a shift where there is none, or none on any day", () => {
    expect(nextShiftStart(calendar("UTC", []), "2027-01-01T00:00:00Z")).toBeNull();
    expect(nextShiftStart(calendar("UTC", [shift("idle", "06:00", [])]), "2027-01-01T00:00:00Z")).toBeNull();
  });
});

describe("the days the clocks change", () => {
  const shifts = [shift("night", "22:00"), shift("early", "06:00"), shift("cleaning", "02:30")];

  it("in Berlin, March 2027: 02:30 does not come, so cleaning begins as the clock goes to 03:00", () => {
    expect(startsOver(calendar("Europe/Berlin", shifts), "2027-03-27", "2027-03-30")).toEqual([
      "2027-03-27 cleaning 01:30Z +01:00",
      "2027-03-27 early 05:00Z +01:00",
      "2027-03-27 night 21:00Z +01:00",
      "2027-03-28 cleaning 01:00Z +02:00",
      "2027-03-28 early 04:00Z +02:00",
      "2027-03-28 night 20:00Z +02:00",
      "2027-03-29 cleaning 00:30Z +02:00",
      "2027-03-29 early 04:00Z +02:00",
      "2027-03-29 night 20:00Z +02:00",
    ]);
  });

  it("in Berlin, October 2027: 02:30 comes twice, and cleaning begins the first time", () => {
    expect(startsOver(calendar("Europe/Berlin", shifts), "2027-10-30", "2027-11-02")).toEqual([
      "2027-10-30 cleaning 00:30Z +02:00",
      "2027-10-30 early 04:00Z +02:00",
      "2027-10-30 night 20:00Z +02:00",
      "2027-10-31 cleaning 00:30Z +02:00",
      "2027-10-31 early 05:00Z +01:00",
      "2027-10-31 night 21:00Z +01:00",
      "2027-11-01 cleaning 01:30Z +01:00",
      "2027-11-01 early 05:00Z +01:00",
      "2027-11-01 night 21:00Z +01:00",
    ]);
  });

  it("in Chicago, March 2027", () => {
    expect(startsOver(calendar("America/Chicago", shifts), "2027-03-13", "2027-03-16")).toEqual([
      "2027-03-13 cleaning 08:30Z -06:00",
      "2027-03-13 early 12:00Z -06:00",
      "2027-03-13 night 2027-03-14 04:00Z -06:00",
      "2027-03-14 cleaning 08:00Z -05:00",
      "2027-03-14 early 11:00Z -05:00",
      "2027-03-14 night 2027-03-15 03:00Z -05:00",
      "2027-03-15 cleaning 07:30Z -05:00",
      "2027-03-15 early 11:00Z -05:00",
      "2027-03-15 night 2027-03-16 03:00Z -05:00",
    ]);
  });

  it("in Chicago, November 2027: 01:30 comes twice", () => {
    const early = [shift("cleaning", "01:30"), shift("early", "06:00")];
    expect(startsOver(calendar("America/Chicago", early), "2027-11-06", "2027-11-09")).toEqual([
      "2027-11-06 cleaning 06:30Z -05:00",
      "2027-11-06 early 11:00Z -05:00",
      "2027-11-07 cleaning 06:30Z -05:00",
      "2027-11-07 early 12:00Z -06:00",
      "2027-11-08 cleaning 07:30Z -06:00",
      "2027-11-08 early 12:00Z -06:00",
    ]);
  });

  it("on Lord Howe Island, where half an hour goes and comes back", () => {
    const night = calendar("Australia/Lord_Howe", [shift("cleaning", "02:15"), shift("watch", "01:45")]);
    expect(startsOver(night, "2027-10-03", "2027-10-04")).toEqual([
      "2027-10-03 watch 2027-10-02 15:15Z +10:30",
      "2027-10-03 cleaning 2027-10-02 15:30Z +11:00",
    ]);
    expect(startsOver(night, "2027-04-04", "2027-04-05")).toEqual([
      "2027-04-04 watch 2027-04-03 14:45Z +11:00",
      "2027-04-04 cleaning 2027-04-03 15:45Z +10:30",
    ]);
  });

  it("when midnight is skipped, the start is still the old day's", () => {
    // Toronto's clocks went from 23:30 on 30 March 1919 to 00:30 on the 31st.
    expect(startsOver(calendar("America/Toronto", [shift("watch", "23:45")]), "1919-03-30", "1919-04-01")).toEqual([
      "1919-03-30 watch 1919-03-31 04:30Z -04:00",
      "1919-03-31 watch 1919-04-01 03:45Z -04:00",
    ]);
  });

  it("when a day is left out, it has no shift: Samoa had no 30 December 2011", () => {
    expect(startsOver(calendar("Pacific/Apia", [shift("early", "06:00")]), "2011-12-29", "2012-01-01")).toEqual([
      "2011-12-29 early 16:00Z -10:00",
      "2011-12-31 early 2011-12-30 16:00Z +14:00",
    ]);
  });
});

const anyZone = fc.constantFrom(
  "Europe/Berlin",
  "America/Chicago",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Pacific/Apia",
);

const anyShifts = fc.uniqueArray(
  fc.record({
    minute: fc.oneof(fc.integer({ min: 0, max: 24 * 60 - 1 }), fc.integer({ min: 0, max: 3 * 60 })), // clocks change early
    days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
  }),
  { minLength: 1, maxLength: 4, selector: ({ minute }) => minute },
);

const anyPlant = fc.record({ zone: anyZone, shifts: anyShifts }).map(({ zone, shifts }) =>
  calendar(
    zone,
    shifts.map(({ minute, days: on }, index) => {
      const start = new Date(minute * 60_000).toISOString().slice(11, 16);
      return shift(`shift ${index}`, start, on);
    }),
  ),
);

/** Thirteen months from any day from 2008 on, so that both clock changes and Samoa's move are among them. */
const anySpan = fc
  .integer({ min: 0, max: 30 * 366 })
  .map((after) => Temporal.PlainDate.from("2008-01-01").add({ days: after }))
  .map((first) => ({ first, until: first.add({ months: 13 }) }));

describe("at every plant, over every year", () => {
  const closing = fc.array(fc.integer({ min: 0, max: 390 }), { maxLength: 20 });
  const cases = fc.tuple(anyPlant, anySpan, closing).map(([open, span, offsets]) => {
    const closed = offsets.map((offset) => span.first.add({ days: offset }).toString());
    const at = (day: Temporal.PlainDate) => day.toZonedDateTime(open.timeZone).toInstant().toString();
    return { plant: calendar(open.timeZone, open.shifts, closed), ...span, from: at(span.first), to: at(span.until) };
  });

  it("each shift begins exactly once on each of its working days", () => {
    fc.assert(
      fc.property(cases, ({ plant, first, until, from, to }) => {
        const expected: string[] = [];
        for (let day = first; Temporal.PlainDate.compare(day, until) < 0; day = day.add({ days: 1 })) {
          const neverWas = plant.timeZone === "Pacific/Apia" && day.toString() === "2011-12-30";
          if (neverWas || plant.closed.some((each) => each === day.toString())) continue;
          for (const { name, days: on } of plant.shifts) {
            if (on.includes(WEEKDAYS[day.dayOfWeek - 1] ?? "mon")) expected.push(`${day.toString()} ${name}`);
          }
        }
        const starts = shiftStartsBetween(plant, from, to).map(({ day, shift: name }) => `${day} ${name}`);
        expect(starts.toSorted()).toEqual(expected.toSorted());
      }),
      { numRuns: 60 },
    );
  });

  it("at its time by the plant's clock, or at the change that skips it, and never before a shift with an earlier time", () => {
    fc.assert(
      fc.property(cases, ({ plant, from, to }) => {
        const timeOf = new Map(plant.shifts.map(({ name, start }) => [name, start]));
        const starts = shiftStartsBetween(plant, from, to).map(({ at, day, shift: name }) => {
          const shown = Temporal.Instant.from(at).toZonedDateTimeISO(plant.timeZone);
          return { at, due: `${day}T${timeOf.get(name)}`, shown, skipped: isMomentOfChange(shown) };
        });
        for (const { due, shown, skipped } of starts) {
          const clock = shown.toPlainDateTime().toString({ smallestUnit: "minute" });
          expect(skipped ? clock >= due : clock === due).toBe(true);
        }
        for (const [index, { at, due, skipped }] of starts.slice(1).entries()) {
          const before = starts[index];
          if (before === undefined) continue;
          expect(due > before.due).toBe(true);
          // Two shifts begin together only where one change of the clock skips both their times.
          expect(at > before.at || (skipped && at === before.at)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("the next start and the last are those of the list, from wherever one asks", () => {
    const moments = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(cases, moments, ({ plant, from, to }, parts) => {
        const starts = shiftStartsBetween(plant, from, to);
        const [first, end] = [Date.parse(from), Date.parse(to)];
        const anywhere = parts.map((part) => new Date(first + Math.round(part * (end - first))).toISOString());
        const exactly = parts.flatMap((part) => starts[Math.trunc(part * starts.length)]?.at ?? []);
        for (const moment of [...anywhere, ...exactly]) {
          const later = starts.find(({ at }) => at >= moment);
          if (later !== undefined) expect(nextShiftStart(plant, moment)).toEqual(later);
          const earlier = starts.findLast(({ at }) => at <= moment);
          expect(lastShiftStart(plant, from, moment)).toEqual(earlier ?? null);
          const [before, after] = [shiftStartsBetween(plant, from, moment), shiftStartsBetween(plant, moment, to)];
          expect([...before, ...after]).toEqual(starts);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function isMomentOfChange(shown: Temporal.ZonedDateTime): boolean {
  return shown.subtract({ nanoseconds: 1 }).offset !== shown.offset;
}

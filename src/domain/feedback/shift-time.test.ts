import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import type { ShiftCalendar } from "../orders/shift-calendar.ts";
import { instantAt } from "./instant.ts";
import { shiftTimes } from "./shift-time.ts";

/** In Berlin, Monday to Friday; 2026-03-29 is the Sunday on which clocks go forward. */
const plant: ShiftCalendar = {
  timeZone: "Europe/Berlin",
  shifts: ["early 06:00", "late 14:00", "night 22:00"].map((text) => {
    const [name = "", start = ""] = text.split(" ");
    return { name, start, days: ["mon", "tue", "wed", "thu", "fri"] };
  }),
  closed: ["2026-03-25" as Day],
};

it.each([
  ["2026-03-24T05:00:00.000Z", "2026-03-24 early until 2026-03-24T13:00:00.000Z"],
  ["2026-03-24T12:59:59.999Z", "2026-03-24 early until 2026-03-24T13:00:00.000Z"],
  ["2026-03-24T13:00:00.000Z", "2026-03-24 late until 2026-03-24T21:00:00.000Z"],
  // The night shift is of the day it began on; the next day is closed, so it lasts a day.
  ["2026-03-25T02:00:00.000Z", "2026-03-24 night until 2026-03-25T21:00:00.000Z"],
  ["2026-03-25T21:00:00.000Z", "2026-03-25 null until 2026-03-25T23:00:00.000Z"],
  ["2026-03-25T21:30:00.000Z", "2026-03-25 null until 2026-03-25T23:00:00.000Z"],
  ["2026-03-25T23:30:00.000Z", "2026-03-26 null until 2026-03-26T05:00:00.000Z"],
  // Sunday is an hour short.
  ["2026-03-28T23:30:00.000Z", "2026-03-29 null until 2026-03-29T22:00:00.000Z"],
  ["2026-03-30T04:00:00.000Z", "2026-03-30 early until 2026-03-30T12:00:00.000Z"],
])("at %s it is %s", (at, expected) => {
  const { day, shift, until } = shiftTimes(plant)(at);
  expect(`${day} ${shift} until ${until}`).toBe(expected);
});

it("does not take the next shift for the one it remembers", () => {
  const shiftAt = shiftTimes(plant);
  const asked = ["2026-03-24T12:00:00.000Z", "2026-03-24T13:00:00.000Z", "2026-03-24T12:30:00.000Z"].map(shiftAt);
  expect(asked.map(({ shift }) => shift)).toEqual(["early", "late", "early"]);
});

it("has days alone where there are no shifts", () => {
  const { day, shift, until } = shiftTimes({ ...plant, shifts: [] })("2026-03-28T23:30:00.000Z");
  expect([day, shift, until]).toEqual(["2026-03-29", null, "2026-03-29T22:00:00.000Z"]);
});

it("holds until it says, and remembers nothing wrong", () => {
  const moments = fc.integer({ min: Date.UTC(2026, 2, 20), max: Date.UTC(2026, 3, 10) }).map(instantAt);
  const remembering = shiftTimes(plant);
  fc.assert(
    fc.property(moments, (at) => {
      const { day, shift, until } = shiftTimes(plant)(at);
      expect(remembering(at)).toMatchObject({ day, shift, until });
      const last = instantAt(Date.parse(until ?? "") - 1);
      expect(shiftTimes(plant)(last)).toMatchObject({ day, shift, until });
    }),
  );
});

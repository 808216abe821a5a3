import { expect, it } from "vitest";
import type { Day } from "../domain/calendar.ts";
import { beginOf, todayIn } from "./systems.ts";

it.each([
  ["Europe/Berlin", "2026-06-01", "2026-05-31T22:00:00.000Z"],
  ["America/Chicago", "2026-01-15", "2026-01-15T06:00:00.000Z"],
  // In Beirut the clock goes from midnight to one: that day begins an hour late.
  ["Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00.000Z"],
])("a day in %s begins at the plant's midnight: %s", (timeZone, day, at) => {
  expect(beginOf(day as Day, { timeZone })).toBe(at);
  expect(todayIn({ timeZone }, new Date(at))).toBe(day);
  expect(todayIn({ timeZone }, new Date(Date.parse(at) - 1))).not.toBe(day);
});

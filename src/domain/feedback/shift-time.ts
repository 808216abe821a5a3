import type { Day } from "../calendar.ts";
import { lastShiftStart, nextShiftStart, type ShiftCalendar } from "../orders/shift-calendar.ts";
import { instantAt, millisecondsOf, type Instant } from "./instant.ts";

/** The plant's shift at a moment, or the day alone where none is on; until an instant, or for good (null). */
export type ShiftTime = { readonly day: Day; readonly shift: string | null; readonly until: Instant | null };

/** A calendar tells when shifts begin, not when they end: without another one, after a day at most. */
const LONGEST_MS = 24 * 3_600_000;

/**
 * Tells the shift of any moment by a plant's calendar. A night shift is of the day it begins on, until the next shift
 * begins. It remembers what it found, for calendars are slow and events many: make one for each calendar.
 */
export function shiftTimes(calendar: ShiftCalendar): (at: Instant) => ShiftTime {
  const found = new Map<string, (ShiftTime & { readonly since: Instant })[]>();
  return (at) => {
    const utcDay = at.slice(0, 10);
    const known = found.get(utcDay) ?? [];
    const fits = known.find(({ since, until }) => since <= at && (until === null || at < until));
    if (fits !== undefined) return fits;
    const time = { ...shiftTimeAt(calendar, at), since: at };
    found.set(utcDay, [...known, time]);
    return time;
  };
}

function shiftTimeAt(calendar: ShiftCalendar, at: Instant): ShiftTime {
  const last = lastShiftStart(calendar, after(at, 1 - LONGEST_MS), at);
  if (last === null) return freeTimeAt(calendar, at);
  const next = nextShiftStart(calendar, after(last.at, 1))?.at ?? null;
  return { day: last.day, shift: last.shift, until: earlier(next, after(last.at, LONGEST_MS)) };
}

/** Until midnight at the plant, or until a shift begins. */
function freeTimeAt(calendar: ShiftCalendar, at: Instant): ShiftTime {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(calendar.timeZone);
  const midnight = local.add({ days: 1 }).startOfDay().toInstant().epochMilliseconds;
  const day = local.toPlainDate().toString() as Day;
  return { day, shift: null, until: earlier(nextShiftStart(calendar, at)?.at ?? null, instantAt(midnight)) };
}

function after(at: Instant, milliseconds: number): Instant {
  return instantAt(millisecondsOf(at) + milliseconds);
}

function earlier(at: Instant | null, other: Instant): Instant {
  return at !== null && at < other ? at : other;
}

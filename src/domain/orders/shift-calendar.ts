import type { Day } from "../calendar.ts";

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/** A shift begins at most once on each day of the plant; a night shift belongs to the day it begins on. */
export type Shift = {
  readonly name: string;
  /** By the plant's clock, `HH:MM`. */
  readonly start: string;
  readonly days: readonly Weekday[];
  /** How long work is planned in it, breaks not counted; left out: until the next shift begins. */
  readonly hours?: number;
};

export type ShiftCalendar = {
  /** IANA name. */
  readonly timeZone: string;
  readonly shifts: readonly Shift[];
  /** Days on which no shift begins: holidays, works shutdowns. */
  readonly closed: readonly Day[];
};

/** One shift on one day. The shift and the day together name it, whatever the clock did. */
export type ShiftStart = {
  readonly shift: string;
  /** The plant's day. */
  readonly day: Day;
  /** ISO 8601 in UTC, to the millisecond. */
  readonly at: string;
};

/** The first start at or after an instant; null where no shift ever begins. */
export function nextShiftStart(calendar: ShiftCalendar, after: string): ShiftStart | null {
  if (!calendar.shifts.some(({ days }) => days.length > 0)) return null;
  const earliest = utc(after);
  for (let day = dayBefore(after, calendar); ; day = day.add({ days: 1 })) {
    const next = startsOn(day, calendar).find(({ at }) => at >= earliest);
    if (next !== undefined) return next;
  }
}

/** The last start at or after `from` and at or before `until`; null when there is none. */
export function lastShiftStart(calendar: ShiftCalendar, from: string, until: string): ShiftStart | null {
  const [earliest, latest] = [utc(from), utc(until)];
  const firstDay = dayBefore(from, calendar);
  for (let day = dayAt(until, calendar); !isBefore(day, firstDay); day = day.subtract({ days: 1 })) {
    const last = startsOn(day, calendar).findLast(({ at }) => at <= latest);
    if (last !== undefined) return last.at >= earliest ? last : null;
  }
  return null;
}

/** Every start at or after `from` and before `until`, in order. */
export function shiftStartsBetween(calendar: ShiftCalendar, from: string, until: string): ShiftStart[] {
  const [earliest, end] = [utc(from), utc(until)];
  const lastDay = dayAt(until, calendar);
  const starts: ShiftStart[] = [];
  for (let day = dayBefore(from, calendar); !isBefore(lastDay, day); day = day.add({ days: 1 })) {
    starts.push(...startsOn(day, calendar).filter(({ at }) => at >= earliest && at < end));
  }
  return starts;
}

/** In order; shifts that begin at the same instant stay in the order of their times on the clock. */
function startsOn(date: Temporal.PlainDate, { timeZone, shifts, closed }: ShiftCalendar): readonly ShiftStart[] {
  const day = date.toString() as Day;
  const weekday = WEEKDAYS[date.dayOfWeek - 1];
  const today = shifts.filter(({ days }) => days.some((each) => each === weekday));
  if (today.length === 0 || closed.includes(day) || !isInUse(date, timeZone)) return [];
  return today
    .toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
    .map(({ name, start }) => ({ shift: name, day, at: firstShowing(date.toPlainDateTime(start), timeZone) }));
}

/**
 * The first instant at which the plant's clock shows a time, or a later one. So a start that the clock skips is
 * when it has been skipped, a start that the clock shows twice is the first of the two, and no later time on the
 * clock ever comes before an earlier one.
 */
function firstShowing(time: Temporal.PlainDateTime, timeZone: string): string {
  const shown = time.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  if (shown.toPlainDateTime().equals(time)) return utc(shown.toInstant());
  const skipped = shown.getTimeZoneTransition("next"); // "earlier" went back to before the gap
  if (skipped === null) throw new Error(`${timeZone} does not have ${time.toString()}, nor a change that skips it`);
  return utc(skipped.toInstant());
}

/** False for a day that the plant never had: Samoa went from 29 to 31 December 2011. */
function isInUse(date: Temporal.PlainDate, timeZone: string): boolean {
  return date.toZonedDateTime(timeZone).toPlainDate().equals(date);
}

function dayAt(instant: string, { timeZone }: ShiftCalendar): Temporal.PlainDate {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDate();
}

/** A clock change at midnight can move the last start of a day into the next one. */
function dayBefore(instant: string, calendar: ShiftCalendar): Temporal.PlainDate {
  return dayAt(instant, calendar).subtract({ days: 1 });
}

function isBefore(day: Temporal.PlainDate, other: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(day, other) < 0;
}

/** In one precision, so that instants compare as text; what is finer than a millisecond is rounded up. */
function utc(instant: string | Temporal.Instant): string {
  return Temporal.Instant.from(instant).toString({ smallestUnit: "millisecond", roundingMode: "ceil" });
}

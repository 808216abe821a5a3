import { commonNumbers, isInRanges, type NumberConstraint } from "./number-ranges.ts";

/** A calendar day as `YYYY-MM-DD`; compares as text. The domain has no clock: days come in as data. */
export type Day = string & { readonly __day: true };

/** Null when `text` is not a day of the Gregorian calendar. */
export function parseDay(text: string): Day | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days ? (text as Day) : null;
}

export function dayBefore(day: Day): Day {
  return daysAfter(day, -1);
}

const DAY_MS = 86_400_000;

/** The day so many days later; earlier where `days` is below zero. */
export function daysAfter(day: Day, days: number): Day {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10) as Day;
}

/**
 * When a line or revision holds: from the first day, until the last day, both included; null is open. Where
 * it also counts serial or unit numbers, all of `numbers` must hold; absent where every number does.
 */
export type Effectivity = {
  readonly from: Day | null;
  readonly until: Day | null;
  readonly numbers?: readonly NumberConstraint[];
};

export const ALWAYS: Effectivity = { from: null, until: null };

export function isAlways({ from, until, numbers }: Effectivity): boolean {
  return from === null && until === null && (numbers === undefined || numbers.length === 0);
}

/** What both hold, days and numbers; null when there is none. */
export function intersection(a: Effectivity, b: Effectivity): Effectivity | null {
  // Nearly all lines hold always, and then one object says so for all of them.
  if (a.numbers === undefined && isAlways(a) && isAlways(b)) return a;
  const from = a.from === null ? b.from : b.from === null || a.from >= b.from ? a.from : b.from;
  const until = a.until === null ? b.until : b.until === null || a.until <= b.until ? a.until : b.until;
  if (from !== null && until !== null && from > until) return null;
  if (a.numbers === undefined && b.numbers === undefined) return { from, until };
  const numbers = commonNumbers(a.numbers ?? [], b.numbers ?? []);
  return numbers === null ? null : { from, until, ...(numbers.length === 0 ? {} : { numbers }) };
}

/** Whether a line holds on a day, whatever the number of what is built. */
export function holdsOn({ from, until }: Effectivity, day: Day): boolean {
  return (from === null || from <= day) && (until === null || day <= until);
}

/** Something built: the day, and its number by each end item and way of counting; null where it has none. */
export type Built = {
  readonly day: Day;
  readonly numberOf: (counted: Pick<NumberConstraint, "counts" | "of">) => string | null;
};

/** Whether a line is built into something. What has no number that the line asks for is built without it. */
export function holdsFor(effectivity: Effectivity, { day, numberOf }: Built): boolean {
  const isCounted = (constraint: NumberConstraint): boolean => {
    const number = numberOf(constraint);
    return number !== null && isInRanges(number, constraint.ranges);
  };
  return holdsOn(effectivity, day) && (effectivity.numbers ?? []).every(isCounted);
}

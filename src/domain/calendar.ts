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

/** When a line or revision holds: from the first day, until the last day, both included; null is open. */
export type Effectivity = { readonly from: Day | null; readonly until: Day | null };

export const ALWAYS: Effectivity = { from: null, until: null };

/** The days that both hold; null when there are none. */
export function intersection(a: Effectivity, b: Effectivity): Effectivity | null {
  const from = a.from === null ? b.from : b.from === null || a.from >= b.from ? a.from : b.from;
  const until = a.until === null ? b.until : b.until === null || a.until <= b.until ? a.until : b.until;
  return from !== null && until !== null && from > until ? null : { from, until };
}

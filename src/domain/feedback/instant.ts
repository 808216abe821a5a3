import { parseDay } from "../calendar.ts";

/** A moment as ISO 8601 in UTC to the millisecond, `2026-02-01T12:00:00.000Z`, so that instants compare as text. */
export type Instant = string;

/** Null when `text` is not an ISO 8601 date and time with its offset: without one it could be any zone's. */
export function parseInstant(text: string): Instant | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) return null;
  const milliseconds = Date.parse(text);
  // It takes 30 February for 2 March, and 24:00 for the next day.
  if (Number.isNaN(milliseconds) || parseDay(text.slice(0, 10)) === null || text.startsWith("T24", 10)) return null;
  return instantAt(milliseconds);
}

/** Whether `text` is in the one form that the domain compares. */
export function isInstant(text: string): boolean {
  return PLAIN.test(text) || parseInstant(text) === text;
}

/** That form, on a day that every month has: most instants need no calendar. */
const PLAIN = /^2\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Milliseconds since 1970. */
export function millisecondsOf(instant: Instant): number {
  return Date.parse(instant);
}

export function instantAt(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString();
}

/** Milliseconds from one instant to another; negative when the second is earlier. */
export function elapsed(from: Instant, until: Instant): number {
  return millisecondsOf(until) - millisecondsOf(from);
}

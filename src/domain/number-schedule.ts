import { dayBefore, intersection, type Day, type Effectivity } from "./calendar.ts";
import type { ItemId } from "./ids.ts";
import { joinedDays } from "./joined-days.ts";
import { naturalOrder } from "./natural-order.ts";
import { rangeText, type NumberConstraint, type NumberRange } from "./number-ranges.ts";

/** The first day that an end item with this number, and those after it, is planned to be built in a plant. */
export type ScheduledNumber = {
  readonly counts: NumberConstraint["counts"];
  readonly of: ItemId;
  readonly number: string;
  readonly day: Day;
};

/** When a plant plans to build which numbers of its end items; for each, numbers and days go up together. */
export type NumberSchedule = readonly ScheduledNumber[];

/** A line's numbers as days, for a target that knows only those; or why the schedule cannot say them. */
export type InDays =
  | { readonly kind: "days"; readonly effectivity: Effectivity; readonly planned: readonly ScheduledNumber[] }
  | { readonly kind: "never"; readonly planned: readonly ScheduledNumber[] }
  /** `problem` and `fix` are sentences. */
  | Unscheduled;

export type Unscheduled = { readonly kind: "unscheduled"; readonly problem: string; readonly fix: string };

/**
 * The days on which a line holds, by the plant's plan of which number is built when. Nothing is rounded: where
 * a day would hold numbers that the line is not for, or the plan does not name the first number of a range,
 * the answer is that it cannot say.
 *
 * @param begin the first day that is planned for: what is over by then says nothing any more.
 */
export function inDays(effectivity: Effectivity, schedule: NumberSchedule, today: Day, begin: Day = today): InDays {
  const { numbers = [], from, until } = effectivity;
  const planned: ScheduledNumber[] = [];
  let gaps: NumberConstraint | null = null;
  let days: readonly Effectivity[] = [{ from, until }];
  for (const constraint of numbers) {
    const found = daysOf(constraint, schedule, today);
    if ("kind" in found) return found;
    planned.push(...found.planned);
    if (gaps === null && found.spans.length > 1) gaps = constraint;
    days = days.flatMap((one) => found.spans.flatMap((span) => intersection(one, span) ?? []));
  }
  const ahead = days.filter((one) => one.until === null || one.until >= begin);
  if (gaps !== null && ahead.length > 1) return severalSpans(gaps, ahead);
  // A line that is over ended when the last of its ranges did.
  const [only] = ahead.length > 0 ? ahead : days.toSorted((a, b) => lastDay(b).localeCompare(lastDay(a)));
  return only === undefined ? { kind: "never", planned } : { kind: "days", effectivity: only, planned };
}

function lastDay({ until }: Span): string {
  return until ?? "9999-12-31";
}

type Spans = { readonly spans: readonly Span[]; readonly planned: readonly ScheduledNumber[] };

/** The days on which numbers in the ranges are built, ranges that follow each other as one. */
function daysOf(constraint: NumberConstraint, schedule: NumberSchedule, today: Day): Spans | Unscheduled {
  const { counts, of } = constraint;
  const rows = schedule
    .filter((row) => row.counts === counts && row.of === of)
    .toSorted((a, b) => naturalOrder(a.number, b.number));
  const planned: ScheduledNumber[] = [];
  const spans: Span[] = [];
  for (const range of constraint.ranges) {
    const span = spanOf(range, constraint, rows, today);
    if ("kind" in span) return span;
    planned.push(...span.planned);
    spans.push(span);
  }
  return { spans: joinedDays(spans), planned };
}

/** As the schedule's rows say it: `serial SN-120 of FX-200 is planned for 2026-04-03`. */
export function scheduledText({ counts, of, number, day }: ScheduledNumber): string {
  return `${counts} ${number} of ${of} is planned for ${day}`;
}

type Span = Pick<Effectivity, "from" | "until">;

function spanOf(
  { from, until }: NumberRange,
  constraint: NumberConstraint,
  rows: NumberSchedule,
  today: Day,
): (Span & { readonly planned: readonly ScheduledNumber[] }) | Unscheduled {
  const begin = cutBefore(from, constraint, rows, today);
  if ("kind" in begin) return begin;
  if (until === null) return { from: begin.day, until: null, planned: begin.planned };
  const next = following(until);
  if (next === null) return noFollowing(until, constraint);
  const end = cutBefore(next, constraint, rows, today);
  if ("kind" in end) return end;
  const over = end.day ?? rows[0]?.day ?? today;
  return { from: begin.day, until: dayBefore(over), planned: [...begin.planned, ...end.planned] };
}

type Cut = { readonly day: Day | null; readonly planned: readonly ScheduledNumber[] };

/** The day that a number begins, with all before it built by then; a day of null is before the schedule. */
function cutBefore(number: string, constraint: NumberConstraint, rows: NumberSchedule, today: Day): Cut | Unscheduled {
  const at = rows.findIndex((row) => row.number === number);
  const [row, before] = [rows[at], rows[at - 1]];
  if (row !== undefined) {
    return before?.day === row.day ? sameDay(before, row) : { day: row.day, planned: [row] };
  }
  const first = rows[0];
  // What the schedule no longer lists was built before it begins.
  if (first !== undefined && naturalOrder(number, first.number) < 0 && first.day <= today) {
    return { day: null, planned: [] };
  }
  return notPlanned(number, constraint, rows);
}

/** `SN-119` → `SN-120`; null where a number does not end in digits. */
function following(number: string): string | null {
  const match = /^(.*?)(\d+)$/s.exec(number);
  if (match === null) return null;
  const [, head = "", digits = ""] = match;
  return `${head}${String(BigInt(digits) + 1n).padStart(digits.length, "0")}`;
}

function unscheduled(problem: string, fix: string): Unscheduled {
  return { kind: "unscheduled", problem, fix };
}

const WHERE = "the plant's serialSchedule in heddle.yaml";

function notPlanned(number: string, { counts, of }: NumberConstraint, rows: NumberSchedule): Unscheduled {
  const add = `Add the day that ${counts} ${number} of ${of} is planned for to ${WHERE}.`;
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) {
    return unscheduled(`No day is planned for any ${counts} of ${of}.`, add);
  }
  if (naturalOrder(number, first.number) < 0) {
    return unscheduled(`The plan begins with ${scheduledWords(first)}, after ${counts} ${number}.`, add);
  }
  const before = rows.findLast((row) => naturalOrder(row.number, number) < 0) ?? last;
  if (before === last)
    return unscheduled(`The plan ends with ${scheduledWords(last)}, before ${counts} ${number}.`, add);
  const cause = `${capital(counts)} ${number} of ${of} is built with those that begin with ${scheduledWords(before)}, on a day that the plan does not name.`;
  return unscheduled(cause, add);
}

function sameDay(before: ScheduledNumber, row: ScheduledNumber): Unscheduled {
  const { counts, of, day } = row;
  return unscheduled(
    `${capital(counts)}s ${before.number} and ${row.number} of ${of} are both planned for ${day}: a day cannot tell them apart.`,
    `Plan ${counts} ${row.number} for a later day in ${WHERE}, or move the line's range to the first ${counts} of a day.`,
  );
}

function noFollowing(number: string, { counts, of }: NumberConstraint): Unscheduled {
  return unscheduled(
    `${capital(counts)} ${number} of ${of} does not end in a figure, so nobody can say which one follows it.`,
    `Let the range end at a ${counts} with a figure at its end, or leave its end open.`,
  );
}

function severalSpans({ counts, of, ranges }: NumberConstraint, spans: readonly Span[]): Unscheduled {
  const days = spans.map(({ from, until }) => `${from ?? "before"} to ${until ?? "later"}`).join(" and ");
  return unscheduled(
    `${capital(counts)}s ${ranges.map(rangeText).join(" and ")} of ${of} are built from ${days}: one line cannot hold on both sides of a gap.`,
    "Split the line in engineering, one range each.",
  );
}

function scheduledWords({ number, day }: ScheduledNumber): string {
  return `${number} on ${day}`;
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
}

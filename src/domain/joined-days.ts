import { dayBefore, type Day, type Effectivity } from "./calendar.ts";

type Span = Pick<Effectivity, "from" | "until">;

/** The days on which any of these holds, as the fewest spans that leave no gap of their own; in order. */
export function joinedDays(held: readonly Span[]): readonly Span[] {
  const inOrder = held.toSorted((a, b) => firstDay(a).localeCompare(firstDay(b)));
  const spans: { from: Day | null; until: Day | null }[] = [];
  for (const { from, until } of inOrder) {
    const last = spans.at(-1);
    if (last === undefined || !reaches(last.until, from)) spans.push({ from, until });
    else if (last.until !== null && (until === null || until > last.until)) last.until = until;
  }
  return spans;
}

/** Sorts before every day where it is open. */
function firstDay({ from }: Span): string {
  return from ?? "";
}

/** Whether the day before `from` is still in, so that nothing is between. */
function reaches(until: Day | null, from: Day | null): boolean {
  return until === null || from === null || until >= dayBefore(from);
}

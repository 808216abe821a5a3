/** Where values and days stand on a chart. */

const DAY_MS = 86_400_000;

/** Values from `low` to `high`, with a round number at each tick. */
export type Axis = { readonly low: number; readonly high: number; readonly ticks: readonly number[] };

/** An axis that holds both ends, with about `count` steps of 1, 2 or 5 times a power of ten. */
export function axisOf(low: number, high: number, count = 4): Axis {
  // One value alone stands in the middle of something.
  const span = high > low ? high - low : Math.abs(high) || 1;
  const [from, to] =
    high > low ? [low, high] : [low < 0 ? low - span / 2 : Math.max(0, low - span / 2), high + span / 2];
  const step = roundStep(span / count);
  const [first, last] = [Math.floor(from / step + 1e-9), Math.ceil(to / step - 1e-9)];
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  // Multiples are rounded to the step's own decimals: 3 × 0.1 is 0.3.
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toFixed(decimals)));
  return { low: ticks[0] ?? from, high: ticks.at(-1) ?? to, ticks };
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return (factor > 5 ? 10 : factor > 2 ? 5 : factor > 1 ? 2 : 1) * power;
}

/** From a value to its place between `start` and `end`. */
export function place(value: number, { low, high }: Pick<Axis, "low" | "high">, start: number, end: number): number {
  return high === low ? (start + end) / 2 : start + ((value - low) / (high - low)) * (end - start);
}

/** A day of a calendar as a number of days. */
export function dayNumber(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

function dayText(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** Days to name below a chart, at most `most`: each day, each Monday, or the first of months. */
export function dayTicks(first: string, last: string, most: number): readonly string[] {
  const [from, to] = [dayNumber(first), dayNumber(last)];
  const days = Array.from({ length: to - from + 1 }, (_, at) => dayText(from + at));
  const choices: readonly ((day: string) => boolean)[] = [
    () => true,
    (day) => new Date(day).getUTCDay() === 1,
    ...[1, 3, 6, 12].map((months) => (day: string) => {
      return day.endsWith("-01") && (Number(day.slice(5, 7)) - 1) % months === 0;
    }),
  ];
  for (const isNamed of choices) {
    const named = days.filter(isNamed);
    if (named.length > 0 && named.length <= most) return named;
  }
  return [first, last].slice(0, Math.max(1, most));
}

/** In which row each label goes so that none covers another: `starts` in rising order, in pixels. */
export function labelRows(labels: readonly { readonly start: number; readonly width: number }[]): readonly number[] {
  const ends: number[] = [];
  return labels.map(({ start, width }) => {
    const free = ends.findIndex((end) => end <= start);
    const row = free === -1 ? ends.length : free;
    ends[row] = start + width;
    return row;
  });
}

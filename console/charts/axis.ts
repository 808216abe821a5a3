/** Where values and days stand on a chart. */

const DAY_MS = 86_400_000;

/** Values from `low` to `high`, with a round number at each tick. */
export type Axis = { readonly low: number; readonly high: number; readonly ticks: readonly number[] };

/**
 * An axis that holds both ends, with about `count` steps of 1, 2 or 5 times a power of ten of `unit`: milliseconds that
 * are told in minutes have round minutes.
 */
export function axisOf(low: number, high: number, { count = 4, unit = 1 } = {}): Axis {
  const { ticks, ...ends } = plainAxis(low / unit, high / unit, count);
  return { low: ends.low * unit, high: ends.high * unit, ticks: ticks.map((tick) => tick * unit) };
}

function plainAxis(low: number, high: number, count: number): Axis {
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

/** Days to name below a chart, at most `most`: each day, each Monday, every other one, or the first of months. */
export function dayTicks(first: string, last: string, most: number): readonly string[] {
  const [from, to] = [dayNumber(first), dayNumber(last)];
  const days = Array.from({ length: to - from + 1 }, (_, at) => from + at);
  for (const isNamed of [() => true, isMondayOf(1), isMondayOf(2), ...[1, 3, 6, 12].map(isFirstOf)]) {
    const named = days.filter(isNamed);
    if (named.length > 0 && named.length <= most) return named.map(dayText);
  }
  return [first, last].slice(0, Math.max(1, most));
}

/** Day 0, 1 January 1970, was a Thursday. */
function isMondayOf(weeks: number): (day: number) => boolean {
  return (day) => (day - 4) % (7 * weeks) === 0;
}

/** The first day of every so many months of a year. */
function isFirstOf(months: number): (day: number) => boolean {
  return (day) => {
    const text = dayText(day);
    return text.endsWith("-01") && (Number(text.slice(5, 7)) - 1) % months === 0;
  };
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

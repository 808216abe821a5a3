/** One value of a day; `low` and `high` are the band around it. */
export type Point = {
  readonly day: string;
  readonly value: number | null;
  readonly band: { readonly low: number; readonly high: number } | null;
};

/** The same figure of one operation, say, from day to day; the earliest first. */
export type Series = { readonly name: string; readonly points: readonly Point[] };

/** What is drawn of a series: points with a value. */
export type Drawn = Point & { readonly value: number };

export function drawnOf({ points }: Series): readonly Drawn[] {
  return points.filter((point): point is Drawn => point.value !== null);
}

/** The least and the most of all series, bands included; null where nothing is drawn. */
export function extent(all: readonly Series[]): { readonly low: number; readonly high: number } | null {
  let [low, high] = [Infinity, -Infinity];
  for (const { value, band } of all.flatMap(drawnOf)) {
    low = Math.min(low, value, band?.low ?? value);
    high = Math.max(high, value, band?.high ?? value);
  }
  return low > high ? null : { low, high };
}

/** What a chart shows, for those who do not see it: `0010: 60.0 s on 2026-02-02 to 75.0 s on 2026-03-01, …` */
export function inWords(all: readonly Series[], format: (value: number) => string): string {
  const sentences = all.flatMap((series) => {
    const drawn = drawnOf(series);
    const [first, last] = [drawn[0], drawn.at(-1)];
    if (first === undefined || last === undefined) return [];
    const name = series.name === "" ? "" : `${series.name}: `;
    if (drawn.length === 1) return [`${name}${format(first.value)} on ${first.day}.`];
    const values = drawn.map(({ value }) => value);
    const range = `between ${format(least(values))} and ${format(most(values))}`;
    return [
      `${name}${format(first.value)} on ${first.day}, ${format(last.value)} on ${last.day}, ${range} on ${drawn.length} days.`,
    ];
  });
  return sentences.length === 0 ? "No value yet." : sentences.join(" ");
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}

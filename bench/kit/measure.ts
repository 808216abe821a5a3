/** The middle one of several measurements: one slow run, or one lucky one, does not move it. */
export function median(figures: readonly number[]): number {
  if (figures.length === 0) throw new RangeError("a median needs at least one figure");
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

/** Median milliseconds of each task. `keep` is handed every result, so that nothing is optimised away. */
export function medianTimes<Name extends string>(
  tasks: Readonly<Record<Name, () => unknown>>,
  runs: number,
  keep: (result: unknown) => void,
): Readonly<Record<Name, number>> {
  const names = Object.keys(tasks) as Name[];
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  // The first round warms the machine up. Rounds interleave, so that its moods fall on every task alike.
  for (let run = 0; run <= runs; run++) {
    for (const name of names) {
      const start = performance.now();
      keep(tasks[name]());
      if (run > 0) times.get(name)?.push(performance.now() - start);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<Name, number>;
}

/** The exponent k of the power law y = c·xᵏ that fits the points best: 1 where y grows in proportion to x. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const logs = points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const [meanX, meanY] = [mean(logs.map(({ x }) => x)), mean(logs.map(({ y }) => y))];
  const spread = mean(logs.map(({ x }) => (x - meanX) ** 2));
  if (!(spread > 0)) throw new RangeError("a slope needs points at two places at least");
  return mean(logs.map(({ x, y }) => (x - meanX) * (y - meanY))) / spread;
}

function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

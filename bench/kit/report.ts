/** One line of a benchmark's result: a figure in a unit, and how many times the bare limit that is. */
export type Figure = { readonly name: string; readonly figure: number; readonly unit: string; readonly ratio: number };

/** `plan.full 412 ms 4.1` for each figure, or all of them as JSON: a benchmark's last lines. */
export function report(figures: readonly Figure[], json: boolean): string {
  if (json)
    return JSON.stringify(
      figures.map((line) => ({ ...line, figure: rounded(line.figure), ratio: rounded(line.ratio) })),
    );
  return figures
    .map(({ name, figure, unit, ratio }) => `${name} ${rounded(figure)} ${unit} ${rounded(ratio)}`)
    .join("\n");
}

/** Three digits: as exact as a measurement is. */
function rounded(figure: number): number {
  const scale = Math.abs(figure) >= 100 ? 1 : Math.abs(figure) >= 10 ? 10 : Math.abs(figure) >= 1 ? 100 : 1000;
  return Math.round(figure * scale) / scale;
}

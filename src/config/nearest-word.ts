/** The word that `typed` most likely was meant to be; null when none is near. */
export function nearestWord(typed: string, words: readonly string[]): string | null {
  const lower = typed.toLowerCase();
  const near = words
    .map((word) => ({ word, edits: editDistance(lower, word.toLowerCase()) }))
    .filter(({ word, edits }) => edits <= Math.max(1, Math.floor(Math.max(word.length, typed.length) / 3)))
    .toSorted((a, b) => a.edits - b.edits);
  return near[0]?.word ?? null;
}

/** `did you mean "exclude"?`, or the words to choose from. */
export function didYouMean(typed: string, words: readonly string[]): string {
  const near = nearestWord(typed, words);
  return near === null ? `use one of: ${words.join(", ")}` : `did you mean "${near}"?`;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const cell = (row: number, column: number) => rows[row]?.[column] ?? Infinity;
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          cell(row - 1, column) + 1,
          cell(row, column - 1) + 1,
          cell(row - 1, column - 1) + (same ? 0 : 1),
          swapped ? cell(row - 2, column - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return cell(a.length, b.length);
}

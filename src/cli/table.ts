/** Rows as aligned columns, two spaces apart; columns that are empty throughout are left out. */
export function table(rows: readonly (readonly string[])[], { indent = "", right = [0] }: TableStyle = {}): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) => {
    const cells = row.flatMap((cell, column) => {
      const width = widths[column] ?? 0;
      if (width === 0) return [];
      return [right.includes(column) ? cell.padStart(width) : cell.padEnd(width)];
    });
    return `${indent}${cells.join("  ")}`.trimEnd();
  });
  return lines.join("\n");
}

export type TableStyle = {
  readonly indent?: string;
  /** Columns that are aligned to the right. */
  readonly right?: readonly number[];
};

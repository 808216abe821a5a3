import type { Column } from "./find-header.ts";
import type { Flaw } from "./flaw.ts";
import type { ExportRow } from "./read-rows.ts";

export type LevelledRow = { readonly row: ExportRow; readonly level: number };

/**
 * Levels as systems write them: `2`, or with dots or spaces before it, `..2`, or as outline numbers, `1.2.1`.
 * Whether `2` is a level or the second outline number of the first level, the whole column decides.
 */
export function levelsByColumn(rows: readonly ExportRow[], column: Column): { rows: LevelledRow[]; flaws: Flaw[] } {
  const isOutline = rows.some((row) => /^\d+(\.\d+)+\.?$/.test(row.text("level")));
  const flaws: Flaw[] = [];
  const levelled = rows.flatMap((row) => {
    const text = row.text("level");
    const level = isOutline ? outlineDepth(text) : plainLevel(text);
    if (level !== null) return [{ row, level }];
    if (!row.isBroken || text === "") {
      const fix = `Write the level as ${isOutline ? "1.2.1" : "2 or ..2"}, like the other rows.`;
      flaws.push(structureFlaw(row, column, `"${text}" is not a level`, fix));
    }
    return [];
  });
  return { rows: levelled, flaws };
}

function outlineDepth(text: string): number | null {
  return /^\d+(\.\d+)*\.?$/.test(text) ? text.replace(/\.$/, "").split(".").length : null;
}

function plainLevel(text: string): number | null {
  const match = /^[.\s_>-]*(\d{1,3})$/.exec(text);
  return match === null ? null : Number(match[1]);
}

/** Levels by how far the item numbers are indented; a step may be of any width. */
export function levelsByIndent(rows: readonly ExportRow[], column: Column): { rows: LevelledRow[]; flaws: Flaw[] } {
  const flaws: Flaw[] = [];
  const widths: number[] = [];
  const levelled = rows.flatMap((row) => {
    let left: number | null = null;
    while ((widths.at(-1) ?? -1) >= row.indent) left = widths.pop() ?? null;
    if (left !== null && left !== row.indent) {
      widths.push(left);
      const fix = "Indent it like the row above that it stands beside.";
      flaws.push(structureFlaw(row, column, `"${row.item}" is indented like no row above it`, fix));
      return [];
    }
    widths.push(row.indent);
    return [{ row, level: widths.length }];
  });
  return { rows: levelled, flaws };
}

export function structureFlaw(row: ExportRow, column: Column | null, problem: string, fix: string): Flaw {
  return { about: "data", code: "data-unreadable", item: null, row: row.number, column, problem, fix };
}

import type { ItemId } from "../../domain/ids.ts";
import type { ExportMapping } from "./config.ts";
import { cellOf, normal, type Column, type Header } from "./find-header.ts";
import type { Flaw } from "./flaw.ts";
import type { Cell, Table, TableRow } from "./wire.ts";

/** A row of the export by what its mapping makes of the columns. */
export type ExportRow = {
  readonly number: number;
  readonly item: ItemId;
  /** Characters that indent the item number, where that shows the structure. */
  readonly indent: number;
  /** Trimmed text of a field; empty where the row says nothing, or there is no such column. */
  readonly text: (field: string) => string;
  readonly cell: (field: string) => Cell | null;
  /** A cell of it cannot be read, which has been told: the row holds its place in the structure and no more. */
  readonly isBroken: boolean;
};

/** Rows that a spreadsheet puts below the last line, unless the mapping names others. */
const TOTALS = ["Total", "Totals", "Grand total", "Sum", "Summe", "Gesamt"];
const FORMULA_ERROR = /^#(REF!|VALUE!|NAME\?|DIV\/0!|N\/A|NULL!|NUM!|SPILL!|CALC!)$/;
const INDENTATION = /^[\s.·•>|└├│─–—-]*/u;

/** Everything below the header row that is a line, and what is wrong with its cells. */
export function readRows(table: Table, header: Header, mapping: ExportMapping): { rows: ExportRow[]; flaws: Flaw[] } {
  const rows: ExportRow[] = [];
  const flaws: Flaw[] = [];
  // Rows without an item number are mistakes between lines, and totals or remarks below them.
  let nameless: TableRow[] = [];
  for (const row of linesBelow(table, header, mapping.endsAt ?? TOTALS)) {
    const read = toExportRow(row, header, mapping, flaws);
    if (read === null) nameless.push(row);
    else {
      flaws.push(...nameless.map((one) => namelessFlaw(one, header)));
      nameless = [];
      rows.push(read);
    }
  }
  return { rows, flaws };
}

function linesBelow(table: Table, header: Header, endsAt: readonly string[]): readonly TableRow[] {
  const ends = new Set(endsAt.map((word) => word.toLowerCase()));
  const columns = [...header.columns.values()];
  const below = table.rows.filter(({ number }) => number > header.row);
  const end = below.findIndex(({ cells }) => ends.has(firstWords(cells)));
  return (end < 0 ? below : below.slice(0, end)).filter((row) =>
    columns.some((column) => normal(cellOf(row, column)?.text ?? "") !== ""),
  );
}

function firstWords(cells: readonly Cell[]): string {
  const first = cells.find(({ text }) => text.trim() !== "")?.text ?? "";
  return normal(first).replace(/\s*:$/, "").toLowerCase();
}

function toExportRow(row: TableRow, header: Header, mapping: ExportMapping, flaws: Flaw[]): ExportRow | null {
  const before = flaws.length;
  for (const column of header.columns.values()) flaws.push(...cellFlaws(row, column));
  const cell = (field: string) => cellOf(row, header.columns.get(field));
  const shown = cell("item")?.text ?? "";
  const indent = mapping.indented === true ? (INDENTATION.exec(shown)?.[0].length ?? 0) : 0;
  const item = normal(shown.slice(indent));
  if (item === "" && flaws.length === before) return null;
  return {
    number: row.number,
    item: item as ItemId,
    indent,
    cell,
    text: (field) => normal(cell(field)?.text ?? ""),
    isBroken: flaws.length > before,
  };
}

function cellFlaws({ number, cells }: TableRow, column: Column): Flaw[] {
  const cell = cells[column.at];
  const flaw = (problem: string, fix: string): Flaw[] => [
    { about: "data", code: "data-unreadable", item: null, row: number, column, problem, fix },
  ];
  if (cell === undefined) return [];
  if (cell.mergedInto !== null) {
    return flaw(
      `the cell is merged with ${cell.mergedInto}, so it says nothing`,
      "Unmerge the cells and fill in each.",
    );
  }
  if (FORMULA_ERROR.test(cell.text.trim())) {
    return flaw(`"${cell.text.trim()}" is the error of a formula`, "Correct the formula, or type the value.");
  }
  return [];
}

function namelessFlaw(row: TableRow, header: Header): Flaw {
  const said = [...header.columns.values()].map((column) => normal(cellOf(row, column)?.text ?? "")).filter(Boolean);
  return {
    about: "data",
    code: "data-unreadable",
    item: null,
    row: row.number,
    column: header.columns.get("item") ?? null,
    problem: `"" is no item number; the row says ${said.map((text) => `"${text}"`).join(", ")}`,
    fix: "Fill in the item number, or delete the row.",
  };
}

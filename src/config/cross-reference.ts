import type { ItemId } from "../domain/ids.ts";
import { compare, ONE, parseRational, ZERO, type Rational } from "../domain/rational.ts";
import { csvRows, type CsvRow } from "./csv-rows.ts";
import type { Loaded, Mistake } from "./mistake.ts";
import { didYouMean } from "./nearest-word.ts";
import { loopsIn } from "./replacement-loops.ts";

/** What takes the place of each of engineering's items, and how much of it. */
export type CrossReference = ReadonlyMap<ItemId, { readonly with: ItemId; readonly factor: Rational }>;

const COLUMNS = ["item", "with", "factor", "note"] as const;
type Column = (typeof COLUMNS)[number];

/**
 * Reads a cross-reference table: CSV with a header, the columns `item` and `with`, and `factor` and `note` if
 * wanted, parted by comma, semicolon or tab. All mistakes in one go, each with row and column; chains that go round
 * in a circle are among them.
 */
export function loadCrossReference(file: string, text: string): Loaded<CrossReference> {
  const mistakes: Mistake[] = [];
  const note = (line: number, message: string, fix: string) => {
    mistakes.push({ file, line, column: 1, message, fix });
  };
  const { rows: all, fault } = csvRows(text);
  if (fault !== null) note(fault.line, fault.message, fault.fix);
  const [header, ...rows] = all;
  const columns = header === undefined ? null : readHeader(header, note);
  if (header === undefined && mistakes.length === 0) note(1, "an empty table", "write a header: item,with,factor");
  const table = columns === null ? new Map() : readRows(rows, columns, note);
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, value: table };
}

type Note = (line: number, message: string, fix: string) => void;
/** Where each column stands; null where one that is needed is not there. */
function readHeader({ line, cells }: CsvRow, note: Note): ReadonlyMap<Column, number> | null {
  const columns = new Map<Column, number>();
  for (const [at, cell] of cells.entries()) {
    const column = COLUMNS.find((name) => name === cell.toLowerCase());
    if (column === undefined) note(line, `unknown column "${cell}"`, didYouMean(cell, COLUMNS));
    else if (columns.has(column)) note(line, `column "${column}" comes twice`, "keep one of them");
    else columns.set(column, at);
  }
  const missing = (["item", "with"] as const).filter((name) => !columns.has(name));
  for (const name of missing) note(line, `no column "${name}"`, "the first row names the columns: item,with,factor");
  return missing.length === 0 ? columns : null;
}

function readRows(rows: readonly CsvRow[], columns: ReadonlyMap<Column, number>, note: Note): CrossReference {
  const table = new Map<ItemId, { readonly with: ItemId; readonly factor: Rational }>();
  const lines = new Map<string, number>();
  for (const { line, cells } of rows) {
    const cell = (column: Column) => cells[columns.get(column) ?? cells.length] ?? "";
    const [item, by] = [cell("item") as ItemId, cell("with") as ItemId];
    const factor = readFactor(cell("factor"), line, note);
    const first = lines.get(item);
    if (item === "" || by === "") {
      note(line, `column "${item === "" ? "item" : "with"}" is empty`, "fill it in, or remove the row");
    } else if (first !== undefined) {
      note(line, `column "item": ${item} stands in row ${first} already`, "keep one of the rows");
    } else if (item === by) {
      note(line, `column "with": ${item} is replaced by itself`, "name another item, or remove the row");
    } else {
      lines.set(item, line);
      table.set(item, { with: by, factor });
    }
  }
  for (const path of loopsIn(table)) {
    const closing = lines.get(path.at(-2) ?? "") ?? 1;
    note(closing, `the replacements go round in a circle: ${path.join(" → ")}`, "remove one of these rows");
  }
  return table;
}

function readFactor(text: string, line: number, note: Note): Rational {
  if (text === "") return ONE;
  const factor = parseRational(text);
  if (factor !== null && compare(factor, ZERO) > 0) return factor;
  const what = factor === null ? "is not a number" : "is not above zero";
  note(line, `column "factor": "${text}" ${what}`, "write a decimal number above zero, such as 0.35");
  return ONE;
}

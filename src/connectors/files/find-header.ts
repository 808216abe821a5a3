import { fileFlaw, type Flaw } from "./flaw.ts";
import type { ExportMapping } from "./config.ts";
import { HEADER_ROWS_MAX } from "./limits.ts";
import type { Cell, Table, TableRow } from "./wire.ts";

export type Column = {
  /** As the header writes it. */
  readonly name: string;
  /** From 0. */
  readonly at: number;
};

export type Header = {
  readonly row: number;
  readonly columns: ReadonlyMap<string, Column>;
  /** What stands in brackets after the quantity's name: `Qty [kg]`. */
  readonly unit: string | null;
};

/** Column names that a mapping wants, by what they are read as; attributes as `attribute colour`. */
function wantedColumns({ columns, attributes = {} }: ExportMapping): ReadonlyMap<string, string> {
  return new Map([
    ...Object.entries(columns),
    ...Object.entries(attributes).map(([name, column]) => [`attribute ${name}`, column] as const),
  ]);
}

/** How many of the wanted columns the best of the first rows has. */
export function headerFit(table: Table, mapping: ExportMapping): number {
  const wanted = wantedColumns(mapping);
  return Math.max(0, ...table.rows.slice(0, HEADER_ROWS_MAX).map((row) => matches(row, wanted).size));
}

/** The first row that has every wanted column; what stands above it is a title. */
export function findHeader(table: Table, mapping: ExportMapping): Header | { readonly flaw: Flaw } {
  const wanted = wantedColumns(mapping);
  const rows = table.rows.slice(0, HEADER_ROWS_MAX);
  const scored = rows.map((row) => ({ row, found: matches(row, wanted) }));
  const best = scored.toSorted((a, b) => b.found.size - a.found.size)[0];
  if (best === undefined || best.found.size < wanted.size) return { flaw: noHeader(wanted, best) };
  const twice = [...best.found.values()].find((columns) => columns.length > 1);
  if (twice !== undefined) {
    const problem = `the header has the column "${twice[0]?.name}" ${twice.length} times`;
    const fix = "Give the columns names of their own in the export.";
    return { flaw: { ...fileFlaw(problem, fix, "mapping"), row: best.row.number } };
  }
  const columns = new Map(
    [...best.found]
      .flatMap(([field, [column]]) => (column === undefined ? [] : [[field, column] as const]))
      .toSorted(([, a], [, b]) => a.at - b.at),
  );
  return { row: best.row.number, columns, unit: bracketed(columns.get("quantity")?.name ?? "") };
}

function matches(row: TableRow, wanted: ReadonlyMap<string, string>): ReadonlyMap<string, readonly Column[]> {
  const byName = Map.groupBy(
    row.cells.flatMap(({ text }, at) => (text.trim() === "" ? [] : [{ name: normal(text), at }])),
    ({ name }) => name.toLowerCase(),
  );
  const found = new Map<string, readonly Column[]>();
  for (const [field, name] of wanted) {
    const exact = byName.get(normal(name).toLowerCase());
    const columns = exact ?? (field === "quantity" ? withUnit(byName, name) : undefined);
    if (columns !== undefined) found.set(field, columns);
  }
  return found;
}

/** `Qty [kg]` and `Qty (kg)` where `Qty` is wanted. */
function withUnit(byName: ReadonlyMap<string, readonly Column[]>, name: string): readonly Column[] | undefined {
  const wanted = normal(name).toLowerCase();
  const found = [...byName.values()]
    .flat()
    .filter((column) => bracketed(column.name) !== null && unbracketed(column.name).toLowerCase() === wanted);
  return found.length === 0 ? undefined : found;
}

const BRACKETS = /^(.*?)\s*[[(]\s*([^[\]()]+?)\s*[\])]$/;

function bracketed(name: string): string | null {
  return BRACKETS.exec(name)?.[2] ?? null;
}

function unbracketed(name: string): string {
  return BRACKETS.exec(name)?.[1] ?? name;
}

function noHeader(
  wanted: ReadonlyMap<string, string>,
  best: { readonly row: TableRow; readonly found: ReadonlyMap<string, unknown> } | undefined,
): Flaw {
  if (best === undefined || best.found.size === 0) {
    const names = [...wanted.values()].map((name) => `"${name}"`).join(", ");
    const fix = "Name the columns in the mapping as the export's header row does.";
    return fileFlaw(`none of its first rows has the columns ${names}`, fix, "mapping");
  }
  const missing = [...wanted].filter(([field]) => !best.found.has(field)).map(([, name]) => `"${name}"`);
  const present = best.row.cells.map(({ text }) => normal(text)).filter(Boolean);
  const problem = `the header row lacks ${missing.join(", ")}; it has ${present.map((name) => `"${name}"`).join(", ")}`;
  const fix = "Correct the column's name in the mapping, or export it too.";
  return { ...fileFlaw(problem, fix, "mapping"), row: best.row.number };
}

/** One line, without spaces at its ends. */
export function normal(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}

export function cellOf(row: TableRow, column: Column | undefined): Cell | null {
  return column === undefined ? null : (row.cells[column.at] ?? null);
}

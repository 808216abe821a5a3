import { CsvError, parse } from "csv-parse/sync";
import { fileFlaw, type Flaw } from "./flaw.ts";
import { HEADER_ROWS_MAX, ROWS_MAX } from "./limits.ts";
import { textCell, type Table } from "./wire.ts";

const SEPARATORS = { comma: ",", semicolon: ";", tab: "\t", pipe: "|" } as const;
export type Separator = keyof typeof SEPARATORS;

/** Spreadsheet programs may name the separator in a first line of its own. */
const SEPARATOR_LINE = /^sep=(.)\r?\n/i;

/**
 * Reads CSV as spreadsheet programs write it. Without a given separator, the one by which `fitsHeader` says
 * that the first rows hold the most of the wanted columns.
 */
export function readCsv(
  text: string,
  separator: Separator | undefined,
  headerFit: (start: Table) => number,
): { table: Table } | { flaw: Flaw } {
  const named = SEPARATOR_LINE.exec(text);
  const body = named === null ? text : text.slice(named[0].length);
  const skipped = named === null ? 0 : 1;
  const chosen = separator === undefined ? (named?.[1] ?? likeliest(body, headerFit)) : SEPARATORS[separator];
  const read = records(body, chosen, ROWS_MAX + 1);
  if ("flaw" in read) return read;
  if (read.records.length > ROWS_MAX) {
    return { flaw: fileFlaw(`it has more than ${ROWS_MAX} rows`, "Export one product a file.") };
  }
  return { table: toTable(read.records, skipped) };
}

function likeliest(body: string, headerFit: (start: Table) => number): string {
  const fits = Object.values(SEPARATORS).map((separator) => {
    const read = records(body, separator, HEADER_ROWS_MAX);
    return { separator, fit: "flaw" in read ? 0 : headerFit(toTable(read.records, 0)) };
  });
  return fits.toSorted((a, b) => b.fit - a.fit)[0]?.separator ?? ",";
}

function toTable(rows: readonly (readonly string[])[], skipped: number): Table {
  return { rows: rows.map((fields, at) => ({ number: at + 1 + skipped, cells: fields.map(textCell) })) };
}

function records(text: string, delimiter: string, to: number): { records: string[][] } | { flaw: Flaw } {
  try {
    // A quote inside an unquoted field is an inch mark more often than a mistake.
    return { records: parse(text, { delimiter, to, relax_quotes: true, relax_column_count: true }) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const row = typeof error["records"] === "number" ? error["records"] + 1 : null;
    const fix = "Close the quotation mark in that row, or the one before it, and export again.";
    return { flaw: { ...fileFlaw("a quotation mark is opened and not closed, or followed by more text", fix), row } };
  }
}

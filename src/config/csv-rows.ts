import { CsvError, parse } from "csv-parse/sync";

/** A row that says something, with the line that it ends on. */
export type CsvRow = { readonly line: number; readonly cells: readonly string[] };

/** What is wrong with a table that cannot be read at all, and where. */
export type CsvFault = { readonly line: number; readonly message: string; readonly fix: string };

/** Rows of a CSV file, parted by comma, semicolon or tab as its first row is; blanks around a cell are left out. */
export function csvRows(text: string): { readonly rows: readonly CsvRow[]; readonly fault: CsvFault | null } {
  const delimiter = [";", "\t"].find((sign) => text.split("\n", 1)[0]?.includes(sign)) ?? ",";
  try {
    const options = { bom: true, delimiter, info: true, relax_column_count: true, skip_empty_lines: true, trim: true };
    const records = parse(text, options) as unknown as readonly {
      record: readonly string[];
      info: { lines: number };
    }[];
    return { rows: records.map(({ record, info }) => ({ line: info.lines, cells: record })), fault: null };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const message = `the table cannot be read: ${error.message}`;
    return { rows: [], fault: { line: Number(error["lines"] ?? 1), message, fix: "correct the quotes of the row" } };
  }
}

import { utils, write } from "@e965/xlsx";

/** A number stays one in a spreadsheet, so that it can be added up; text stays as it is, `0012` included. */
export type SheetCell = string | number | null;
export type Sheet = { readonly head: readonly string[]; readonly rows: readonly (readonly SheetCell[])[] };

/** What spreadsheets take for the beginning of a formula, tab and carriage return included. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * CSV by RFC 4180, in UTF-8 with a byte order mark, without which Excel takes it for its old code page. Text that would
 * be run as a formula is preceded by an apostrophe: much of it was typed at a terminal on the shop floor.
 */
export function csvOf({ head, rows }: Sheet): string {
  const lines = [head, ...rows].map((row) => row.map(csvCell).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

function csvCell(cell: SheetCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** An Excel workbook of one sheet. Its texts are typed as text, so none of them is run as a formula. */
export function xlsxOf({ head, rows }: Sheet, name: string): Buffer {
  const book = utils.book_new(utils.aoa_to_sheet([head, ...rows].map((row) => [...row])), name);
  return write(book, { type: "buffer", bookType: "xlsx", compression: true }) as Buffer;
}

/** An exact number as a spreadsheet can hold it: as text where a binary number would be another. */
export function exactCell(text: string): SheetCell {
  return String(Number(text)) === text ? Number(text) : text;
}

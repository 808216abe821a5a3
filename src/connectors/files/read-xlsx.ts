import { read, utils, type CellObject, type WorkSheet } from "@e965/xlsx";
import { fileFlaw, type Flaw } from "./flaw.ts";
import { COLUMNS_MAX, ROWS_MAX } from "./limits.ts";
import { cellName, type Cell, type Table, type TableRow } from "./wire.ts";
import { zipProblem } from "./zip-size.ts";

const SAVE_AGAIN = "Save it again as an Excel workbook (.xlsx), without a password, and export that.";

/** A sheet of an Excel workbook (.xlsx). Formulas count as the value that Excel worked out last. */
export function readXlsx(bytes: Uint8Array, sheet: string | undefined): { table: Table } | { flaw: Flaw } {
  const problem = zipProblem(bytes);
  if (problem !== null) return { flaw: fileFlaw(`the workbook ${problem}`, SAVE_AGAIN) };
  const book = parsed(bytes);
  if (book === null) return { flaw: fileFlaw("it is damaged or no Excel workbook", SAVE_AGAIN) };
  const name = sheet ?? book.SheetNames[0] ?? "";
  const found = book.Sheets[name];
  if (found === undefined) {
    const fix = `Name one of its sheets in the mapping: ${book.SheetNames.join(", ")}.`;
    return { flaw: fileFlaw(`it has no sheet "${name}"`, fix, "mapping") };
  }
  const rows: readonly (readonly (CellObject | undefined)[])[] = found["!data"] ?? [];
  if (rows.length > ROWS_MAX) {
    return { flaw: fileFlaw(`it has more than ${ROWS_MAX} rows`, "Export one product a file.") };
  }
  return { table: toTable(rows, mergedCells(found)) };
}

function parsed(bytes: Uint8Array) {
  try {
    return read(bytes, {
      type: "array",
      dense: true,
      cellNF: true,
      cellFormula: false,
      cellHTML: false,
      sheetRows: ROWS_MAX + 1,
    });
  } catch (error) {
    // The package throws plain errors of many kinds at a file that it cannot make sense of.
    if (error instanceof Error) return null;
    throw error;
  }
}

function toTable(rows: readonly (readonly (CellObject | undefined)[])[], merged: ReadonlyMap<string, string>): Table {
  const made: TableRow[] = [];
  const width = Math.min(
    COLUMNS_MAX,
    rows.reduce((widest, row) => Math.max(widest, row?.length ?? 0), 0),
  );
  for (let at = 0; at < rows.length; at++) {
    const cells = rows[at] ?? [];
    made.push({
      number: at + 1,
      cells: Array.from({ length: width }, (_, column) =>
        toCell(cells[column], merged.get(cellName(column, at + 1)) ?? null),
      ),
    });
  }
  return { rows: made };
}

function toCell(cell: CellObject | undefined, mergedInto: string | null): Cell {
  if (cell === undefined) return { text: "", number: null, mergedInto };
  if (cell.t !== "n" || typeof cell.v !== "number") return { text: cell.w ?? plain(cell.v), number: null, mergedInto };
  const number = decimalText(cell.v);
  // "General" shortens long numbers to 1.2E+11; a format such as 0000 shows a part number as it is meant.
  const text = cell.z === undefined || cell.z === "General" ? number : (cell.w ?? number);
  return { text, number, mergedInto };
}

function plain(value: CellObject["v"]): string {
  return value === undefined || value instanceof Date ? "" : String(value);
}

/** Excel keeps 15 digits: what a binary number has beyond them is the noise of sums such as 0.1 + 0.2. */
function decimalText(value: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(14).split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = mantissa.replace("-", "").replace(".", "").replace(/0+$/, "");
  const point = Number(exponent) + 1;
  if (digits === "") return "0";
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (digits.length <= point) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Cells hidden under a merged one, with the name of its first. */
function mergedCells(sheet: WorkSheet): ReadonlyMap<string, string> {
  const hidden = new Map<string, string>();
  for (const { s: first, e: last } of sheet["!merges"] ?? []) {
    for (let row = first.r; row <= Math.min(last.r, ROWS_MAX); row++) {
      for (let column = first.c; column <= Math.min(last.c, COLUMNS_MAX); column++) {
        if (row !== first.r || column !== first.c) hidden.set(cellName(column, row + 1), utils.encode_cell(first));
      }
    }
  }
  return hidden;
}

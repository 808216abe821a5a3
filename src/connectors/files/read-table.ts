import type { ExportMapping } from "./config.ts";
import { decodeText } from "./decode-text.ts";
import { fileFlaw, type Flaw } from "./flaw.ts";
import { FILE_BYTES_MAX } from "./limits.ts";
import { readCsv } from "./read-csv.ts";
import { readXlsx } from "./read-xlsx.ts";
import type { Table } from "./wire.ts";

/** The table in a file, by what the file is and not by what it is called. */
export function readTable(
  bytes: Uint8Array,
  mapping: ExportMapping,
  headerFit: (start: Table) => number,
): { table: Table } | { flaw: Flaw } {
  if (bytes.length > FILE_BYTES_MAX) return { flaw: tooLarge(bytes.length) };
  if (bytes.length === 0) return { flaw: emptyFile() };
  if (startsWith(bytes, 0x50, 0x4b)) return readXlsx(bytes, mapping.sheet);
  if (startsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) {
    const fix = "Save it as an Excel workbook (.xlsx) without a password, or as CSV.";
    return { flaw: fileFlaw("it is an Excel file of the old kind (.xls), or has a password", fix) };
  }
  const decoded = decodeText(bytes, mapping.encoding);
  if ("flaw" in decoded) return decoded;
  if (/^\s*<(!doctype|html|\?xml|table)/i.test(decoded.text)) {
    const fix = "Export it as CSV or as an Excel workbook; an error or sign-in page may have been saved instead.";
    return { flaw: fileFlaw("it is a web page (HTML or XML), whatever it is called", fix) };
  }
  if (decoded.text.trim() === "") return { flaw: emptyFile() };
  return readCsv(decoded.text, mapping.separator, headerFit);
}

const mebibytes = (size: number) => Math.ceil(size / 1024 / 1024);

export function tooLarge(bytes: number): Flaw {
  const problem = `it is ${mebibytes(bytes)} MiB long; Heddle reads exports of up to ${mebibytes(FILE_BYTES_MAX)} MiB`;
  return fileFlaw(problem, "Export one product a file, without pictures.");
}

function emptyFile(): Flaw {
  return { ...fileFlaw("the file is empty: it has no lines", "Export the structure again."), code: "bom-empty" };
}

function startsWith(bytes: Uint8Array, ...magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

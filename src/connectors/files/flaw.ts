import type { Finding, FindingCode } from "../../domain/finding.ts";
import type { ItemId } from "../../domain/ids.ts";
import { cellName } from "./wire.ts";

/** Something wrong with an export: where, what, and what to do. */
export type Flaw = {
  /** `mapping`: the file does not fit its mapping at all; `data`: what it says is wrong. */
  readonly about: "mapping" | "data";
  readonly code: FindingCode;
  /** The assembly that it is about; null for the whole export. */
  readonly item: ItemId | null;
  /** As a spreadsheet program counts, from 1. */
  readonly row: number | null;
  readonly column: { readonly name: string; readonly at: number } | null;
  /** What is so, in words that follow the place: `"two" is not a number`. */
  readonly problem: string;
  /** What to do about it, in a sentence. */
  readonly fix: string;
};

/** A flaw of the file as a whole. */
export function fileFlaw(problem: string, fix: string, about: Flaw["about"] = "data"): Flaw {
  return { about, code: "data-unreadable", item: null, row: null, column: null, problem, fix };
}

/** `rev-b.csv, row 12, column "Qty" (C12): "two" is not a decimal number.` */
export function flawText(file: string, { row, column, problem }: Flaw): string {
  const cell = row === null || column === null ? "" : ` (${cellName(column.at, row)})`;
  const place = [
    file,
    row === null ? "" : `row ${row}`,
    column === null ? "" : `column "${column.name}"${cell}`,
  ].filter(Boolean);
  return `${place.join(", ")}: ${problem}.`;
}

export function toFinding(flaw: Flaw, file: string, top: ItemId, system: string): Finding {
  return {
    severity: "blocked",
    code: flaw.code,
    system,
    item: flaw.item ?? top,
    line: flaw.row === null ? null : `row ${flaw.row}`,
    field: flaw.column?.name ?? null,
    cause: flawText(file, flaw),
    fix: flaw.fix,
  };
}

import { daysAfter, parseDay, type Day, type Effectivity } from "../../domain/calendar.ts";
import type { ItemId } from "../../domain/ids.ts";
import { orderedRanges, rangeFaults, type NumberConstraint, type NumberRange } from "../../domain/number-ranges.ts";
import type { ExportRow } from "./read-rows.ts";

/** Tells what is wrong with a row's field, and what to do. */
export type NoteField = (field: string, problem: string, fix: string) => void;

/**
 * When the line of a row holds. Numbers are those of the end item that the row names, else of `product`,
 * which the export is of.
 */
export function toEffectivity(row: ExportRow, product: ItemId, hasEndItems: boolean, note: NoteField): Effectivity {
  const from = toDay(row, "effectiveFrom", note);
  const until = toDay(row, "effectiveUntil", note);
  if (from !== null && until !== null && from > until) {
    note("effectiveUntil", `its last day ${until} comes before ${from}, the first`, "Swap or correct the two days.");
  }
  const endItem = hasEndItems ? (row.text("endItem") as ItemId) : product;
  const numbers = [
    ...toConstraint("serial", "serialFrom", toSerials(row, note), endItem, note),
    ...toConstraint("unit", "units", toUnitNumbers(row, note), endItem, note),
  ];
  return { from, until, ...(numbers.length === 0 ? {} : { numbers }) };
}

/** As text `2026-04-01`, or as a date that a workbook holds. */
function toDay(row: ExportRow, field: string, note: NoteField): Day | null {
  const text = row.text(field);
  if (text === "") return null;
  const held = row.cell(field)?.number ?? null;
  const day = parseDay(text) ?? (held === null ? null : dayOfWorkbook(held));
  if (day === null) note(field, `"${text}" is not a day`, "Write it as 2026-03-31.");
  return day;
}

const WORKBOOK_DAY_0 = "1899-12-30" as Day;

/** Workbooks count days from 30 December 1899; before March 1900 programs do not agree on them. */
function dayOfWorkbook(number: string): Day | null {
  const days = Number(number);
  if (!Number.isInteger(days) || days < 61 || days > 2_958_465) return null;
  return daysAfter(WORKBOOK_DAY_0, days);
}

function toSerials(row: ExportRow, note: NoteField): NumberRange[] {
  const [from, until] = [row.text("serialFrom"), row.text("serialUntil")];
  if (from !== "") return [{ from, until: until === "" ? null : until }];
  if (until !== "") note("serialFrom", `it ends at serial ${until}, but has no first one`, "Fill in the first serial.");
  return [];
}

/** Unit numbers are digits, so a hyphen can only be a range: `1-20, 31-, 7`. */
function toUnitNumbers(row: ExportRow, note: NoteField): NumberRange[] {
  const text = row.text("units");
  if (text === "") return [];
  return text.split(/[,;]/).flatMap((part): NumberRange[] => {
    const match = /^\s*(\d+)\s*(?:([-–])\s*(\d+)?)?\s*$/u.exec(part);
    const [, from, dash, until] = match ?? [];
    if (from !== undefined) return [{ from, until: dash === undefined ? from : (until ?? null) }];
    note("units", `"${part.trim()}" is no range of unit numbers`, "Write ranges such as 1-20, 31-.");
    return [];
  });
}

function toConstraint(
  counts: NumberConstraint["counts"],
  field: string,
  ranges: readonly NumberRange[],
  of: ItemId,
  note: NoteField,
): NumberConstraint[] {
  if (ranges.length === 0) return [];
  for (const { problem, fix } of rangeFaults(counts, ranges)) note(field, problem, fix);
  if (of === "") note("endItem", `it is for ${counts}s, but of no end item`, "Fill in the end item that they number.");
  return [{ counts, of, ranges: orderedRanges(ranges) }];
}

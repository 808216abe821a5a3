import type { BomComparison } from "./compare-boms.ts";
import { editWords, type RecheckedAccount } from "./recheck-account.ts";

/** A table for a spreadsheet or a CSV file: all text, because quantities are exact and carry their unit. */
export type TextSheet = { readonly head: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] };

export function comparisonSheet({ from, to, lines }: Pick<BomComparison, "from" | "to" | "lines">): TextSheet {
  return {
    head: ["Difference", "Line", "Item", from, to, "Changed", "Why"],
    rows: lines.map(({ what, line, item, from: was, to: is, fields, why }) => [
      what,
      line,
      item,
      was,
      is,
      fields.map(fieldWords).join("; ") || null,
      why,
    ]),
  };
}

/** `quantity 4 EA → 6 EA` */
export function fieldWords({ field, from, to }: BomComparison["lines"][number]["fields"][number]): string {
  return `${field} ${from} → ${to}`;
}

export function accountSheet({ lines, edits }: Pick<RecheckedAccount, "lines" | "edits">): TextSheet {
  return {
    head: [
      "Kind",
      "Line",
      "Item",
      "Required",
      "Placed",
      "Rounding",
      "Scrap",
      "Unplaced",
      "Balanced",
      "What became of it",
    ],
    rows: [
      ...lines.map(({ line, item, required, placed, rounding, scrap, unplaced, problem, why }) => [
        "eBOM line",
        line,
        item,
        required,
        placed.join("; ") || null,
        rounding,
        scrap.join("; ") || null,
        unplaced,
        problem === null ? "yes" : `no: ${problem}`,
        why,
      ]),
      ...edits.map((edit) => [`plant's edit`, edit.line, edit.item, ...EMPTY, editWords(edit)]),
    ],
  };
}

const EMPTY = [null, null, null, null, null, null] as const;

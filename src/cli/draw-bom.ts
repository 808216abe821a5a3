import type { BomAccount } from "../api/contract.ts";
import { fieldWords } from "../domain/bom/bom-sheets.ts";
import type { BomComparison, ComparedLine } from "../domain/bom/compare-boms.ts";
import { instantText } from "./instant.ts";
import { table } from "./table.ts";

/** As the hub tells it, or as it is worked out from files. */
export type ShownComparison = Omit<BomComparison, "item" | "plant"> & { readonly item: string; readonly plant: string };

const MARKS = { same: "", changed: "~", added: "+", removed: "-" } as const;
/** Lines in the order in which they are counted. */
const KINDS = ["changed", "added", "removed", "same"] as const;

/** A comparison as a manufacturing engineer reads it: what differs, and with an eBOM why. */
export function drawComparison({ item, plant, from, to, lines }: ShownComparison, all: boolean): string {
  const shown = lines.filter(({ what, why }) => all || what !== "same" || why !== null);
  const rows = shown.map((line) => [
    MARKS[line.what],
    line.line,
    line.from ?? "",
    line.what === "same" && line.why === null ? "" : (line.to ?? ""),
    line.fields.map(fieldWords).join(", "),
    shortWhy(line),
  ]);
  const counts = KINDS.map((kind) => [lines.filter(({ what }) => what === kind).length, kind] as const);
  const summary = counts.flatMap(([count, kind]) => (count === 0 ? [] : `${count} ${kind}`)).join(", ");
  const head = ["", "Line", from, to, "Differs in", "Why"];
  return [
    `${item} in plant ${plant}: ${from} → ${to}`,
    rows.length === 0 ? "" : headed(head, rows),
    summary === ""
      ? "Both are empty."
      : lines.every(({ what }) => what === "same")
        ? `No difference: ${summary}.`
        : `${summary}.`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** A table under its head; a column that says nothing has none. */
function headed(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const heads = head.map((text, column) => (rows.some((row) => row[column] !== "") ? text : ""));
  return table([heads, ...rows], { indent: "  ", right: [] });
}

/** What the row says already is left out of its sentence. */
function shortWhy({ line, item, why }: ComparedLine): string {
  const known = `Line ${line}, ${item}, `;
  return why?.startsWith(known) === true ? why.slice(known.length) : (why ?? "");
}

/** An account as an auditor reads it: each eBOM quantity, what became of it, and whether the sum comes out. */
export function drawAccount(account: BomAccount): string {
  const { item, plant, revision, change, number, publishedAt, lines, edits, notes } = account;
  const rows = lines.map(({ line, item: component, required, placed, rounding, scrap, unplaced, problem }) => [
    problem === null ? "ok" : "NO",
    line,
    component,
    required,
    [
      ...placed,
      rounding === null ? [] : [`${rounding} by rounding up`],
      scrap.map((each) => `scrap ${each}`),
      unplaced === null ? [] : [`nowhere ${unplaced}`],
    ]
      .flat()
      .join("; "),
    problem ?? "",
  ]);
  const open = lines.filter(({ problem }) => problem !== null).length;
  const edited = edits.map(({ what, line, planned, standing }) => [
    { changed: "~", added: "+", removed: "-" }[what],
    line,
    planned ?? "",
    standing ?? "",
  ]);
  return [
    `${item} rev ${revision} in plant ${plant}, published by ${change} as ${number} on ${instantText(publishedAt)}`,
    headed(["", "Line", "Item", "Required", "What became of it", "Does not balance because"], rows),
    edits.length === 0 ? "" : `Changed in the plant\n${headed(["", "Line", "Planned", "Now"], edited)}`,
    notes.map((note) => `Note: ${note}`).join("\n"),
    open === 0
      ? `It balances: ${lines.length} eBOM lines accounted for.`
      : `It does not balance: ${open} of ${lines.length} eBOM lines.`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

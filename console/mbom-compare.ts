import type { MbomChange } from "../src/domain/change-plan.ts";
import type { MbomField } from "../src/domain/bom/mbom-diff.ts";
import type { MbomLine } from "../src/domain/mbom.ts";

/** One row of a side-by-side compare: an item's heading, or one line before and after. */
export type CompareRow = { readonly kind: "heading"; readonly change: MbomChange } | CompareLine;

export type CompareLine = {
  readonly kind: "added" | "removed" | "changed" | "same";
  readonly change: MbomChange;
  readonly before: MbomLine | null;
  readonly after: MbomLine | null;
  readonly fields: readonly MbomField[];
};

/**
 * The lines of one mBOM in the order of the new one; a removed line stands where it stood, behind the
 * line that it followed. Linear in the number of lines.
 */
export function compareLines(change: MbomChange): readonly CompareLine[] {
  const kinds = new Map<MbomLine, CompareLine>();
  for (const line of change.diff.added)
    kinds.set(line, { kind: "added", change, before: null, after: line, fields: [] });
  for (const line of change.diff.same) kinds.set(line, { kind: "same", change, before: line, after: line, fields: [] });
  for (const { from, to, fields } of change.diff.changed) {
    kinds.set(to, { kind: "changed", change, before: from, after: to, fields });
  }
  return withRemoved(change, sortedAsAfter(change, [...kinds.values()]));
}

/** Rows of several mBOMs, each under its heading. `wanted` picks lines; an item with none is left out. */
export function compareRows(
  changes: readonly MbomChange[],
  wanted: (line: CompareLine) => boolean,
): readonly CompareRow[] {
  return changes.flatMap((change) => {
    const lines = compareLines(change).filter(wanted);
    return lines.length === 0 ? [] : [{ kind: "heading" as const, change }, ...lines];
  });
}

function sortedAsAfter({ after }: MbomChange, lines: readonly CompareLine[]): readonly CompareLine[] {
  const places = new Map(after.lines.map(({ key }, index) => [key, index]));
  const place = (line: CompareLine) => (line.after === null ? 0 : (places.get(line.after.key) ?? after.lines.length));
  return lines.toSorted((a, b) => place(a) - place(b));
}

function withRemoved(change: MbomChange, lines: readonly CompareLine[]): readonly CompareLine[] {
  const removed = new Set(change.diff.removed.map(({ key }) => key));
  const anchors = new Set(lines.flatMap(({ before }) => (before === null ? [] : [before.key])));
  const behind = new Map<string | null, CompareLine[]>();
  let anchor: string | null = null;
  for (const line of change.before?.lines ?? []) {
    if (removed.has(line.key)) {
      const row: CompareLine = { kind: "removed", change, before: line, after: null, fields: [] };
      const rows = behind.get(anchor);
      if (rows === undefined) behind.set(anchor, [row]);
      else rows.push(row);
    } else if (anchors.has(line.key)) anchor = line.key;
  }
  const following = ({ before }: CompareLine) => (before === null ? [] : (behind.get(before.key) ?? []));
  return [...(behind.get(null) ?? []), ...lines.flatMap((line) => [line, ...following(line)])];
}

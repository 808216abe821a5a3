import { itemRevision, type Ebom, type EbomLine, type ItemRevisionKey } from "../ebom.ts";
import type { ItemId, LineId } from "../ids.ts";
import type { Item } from "../item.ts";
import { canonicalText } from "../json.ts";
import { naturalOrder, plainOrder } from "../natural-order.ts";

/** An eBOM in one order, whatever order its maps and lines came in. */
export type Structure = {
  readonly item: (key: ItemRevisionKey) => Item | undefined;
  /**
   * The lines of an assembly by find number, then id; undefined when engineering has none for the key.
   * Ids are unique within it: of lines that share one, the second is called `id#2`, the third `id#3`.
   */
  readonly lines: (key: ItemRevisionKey) => readonly EbomLine[] | undefined;
  /** The line of an assembly with that id. */
  readonly line: (key: ItemRevisionKey, id: LineId) => EbomLine | undefined;
  /** Revisions of an item in the eBOM, the newest last. */
  readonly revisions: (item: ItemId) => readonly ItemRevisionKey[];
};

export function structureOf(ebom: Ebom): Structure {
  const ordered = new Map<ItemRevisionKey, readonly EbomLine[]>();
  const byId = new Map<ItemRevisionKey, ReadonlyMap<LineId, EbomLine>>();
  let byItem: ReadonlyMap<ItemId, ItemRevisionKey[]> | null = null;
  const lines = (key: ItemRevisionKey) => {
    const known = ordered.get(key);
    if (known !== undefined) return known;
    const assembly = ebom.assemblies.get(key);
    if (assembly === undefined) return undefined;
    const sorted = withUniqueIds(assembly.lines.toSorted(lineOrder));
    ordered.set(key, sorted);
    return sorted;
  };
  return {
    item: (key) => ebom.items.get(key),
    lines,
    line(key, id) {
      const known = byId.get(key) ?? new Map(lines(key)?.map((line) => [line.id, line]));
      byId.set(key, known);
      return known.get(id);
    },
    revisions(item) {
      byItem ??= revisionsByItem(ebom);
      return byItem.get(item) ?? [];
    },
  };
}

/** The item revision that a line calls for. */
export function calledFor(line: EbomLine): ItemRevisionKey {
  return itemRevision(line.item, line.revision);
}

function lineOrder(a: EbomLine, b: EbomLine): number {
  // Only lines that share number and id, which a PLM should not send, need the costly comparison.
  return (
    naturalOrder(a.findNumber, b.findNumber) ||
    naturalOrder(a.id, b.id) ||
    plainOrder(canonicalText(a), canonicalText(b))
  );
}

function withUniqueIds(lines: readonly EbomLine[]): readonly EbomLine[] {
  const taken = new Set<LineId>(lines.map((line) => line.id));
  if (taken.size === lines.length) return lines;
  const seen = new Set<LineId>();
  return lines.map((line) => {
    const id = seen.has(line.id) ? numbered(line.id, taken) : line.id;
    seen.add(id);
    taken.add(id);
    return id === line.id ? line : { ...line, id };
  });
}

/** `text`, or the first of `text#2`, `text#3` … that is not taken. */
export function numbered<Text extends string>(text: Text, taken: ReadonlySet<Text>): Text {
  let candidate = text;
  for (let number = 2; taken.has(candidate); number++) candidate = `${text}#${number}` as Text;
  return candidate;
}

function revisionsByItem(ebom: Ebom): ReadonlyMap<ItemId, ItemRevisionKey[]> {
  const byItem = Map.groupBy(ebom.items, ([, { item }]) => item);
  return new Map(
    [...byItem].map(([item, held]) => [
      item,
      held.toSorted(([, a], [, b]) => naturalOrder(a.revision, b.revision)).map(([key]) => key),
    ]),
  );
}

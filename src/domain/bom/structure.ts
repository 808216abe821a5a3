import { itemRevision, type Ebom, type EbomLine, type ItemRevisionKey } from "../ebom.ts";
import type { ItemId, LineId, Revision } from "../ids.ts";
import type { Item } from "../item.ts";
import { canonicalText } from "../json.ts";
import { naturalOrder, plainOrder } from "../natural-order.ts";
import { noAnswers, type Answers } from "./rule-phases.ts";

/** An item revision that lines call for, looked up once for all of them. */
export type CalledFor = {
  readonly key: ItemRevisionKey;
  /** Undefined when engineering does not have it. */
  readonly item: Item | undefined;
  /** As `Structure.lines`. */
  readonly lines: readonly EbomLine[] | undefined;
  /** What the rules of the plan have answered about the item. */
  readonly answers: Answers | undefined;
};

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
  /** What a line calls for. Much faster than to make a key of it and look that up. */
  readonly called: (line: EbomLine) => CalledFor;
  /** What each line of an assembly calls for, in their order. */
  readonly calledBy: (assembly: CalledFor) => readonly CalledFor[];
  readonly node: (key: ItemRevisionKey) => CalledFor;
  /** Revisions of an item in the eBOM, the newest last. */
  readonly revisions: (item: ItemId) => readonly ItemRevisionKey[];
};

export function structureOf(ebom: Ebom, revisions: Structure["revisions"] = revisionIndex(ebom.items).of): Structure {
  const nodes = new Map<ItemRevisionKey, CalledFor>();
  const byRevision = new Map<Revision, Map<ItemId, CalledFor>>();
  const children = new Map<CalledFor, readonly CalledFor[]>();

  const node = (key: ItemRevisionKey) => {
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const lines = ebom.assemblies.get(key)?.lines;
    const item = ebom.items.get(key);
    const made = {
      key,
      item,
      lines: lines === undefined ? undefined : inOrder(lines),
      answers: item === undefined ? undefined : noAnswers(item),
    };
    nodes.set(key, made);
    return made;
  };
  const called = (line: EbomLine) => {
    let ofRevision = byRevision.get(line.revision);
    if (ofRevision === undefined) byRevision.set(line.revision, (ofRevision = new Map()));
    const known = ofRevision.get(line.item);
    if (known !== undefined) return known;
    const made = node(calledFor(line));
    ofRevision.set(line.item, made);
    return made;
  };
  const calledBy = (assembly: CalledFor) => {
    if (assembly.lines === undefined) return NONE;
    const known = children.get(assembly);
    if (known !== undefined) return known;
    const made = assembly.lines.map(called);
    children.set(assembly, made);
    return made;
  };
  return {
    item: (key) => node(key).item,
    lines: (key) => node(key).lines,
    line: (key, id) => node(key).lines?.find((line) => line.id === id),
    node,
    called,
    calledBy,
    revisions,
  };
}

const NONE: readonly CalledFor[] = [];

/** The lines as they came where that is their order already, as it mostly is. */
function inOrder(lines: readonly EbomLine[]): readonly EbomLine[] {
  const isSorted = lines.every((line, at) => at === 0 || lineOrder(lines[at - 1] ?? line, line) <= 0);
  return withUniqueIds(isSorted ? lines : lines.toSorted(lineOrder));
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

/** Revisions by item, indexed when first asked for, and kept up when items change. */
export type RevisionIndex = {
  readonly of: Structure["revisions"];
  /** Takes in what is changed under some keys. */
  readonly change: (keys: Iterable<ItemRevisionKey>, items: Ebom["items"]) => void;
};

export function revisionIndex(items: Ebom["items"]): RevisionIndex {
  let held = items;
  let byItem: Map<ItemId, readonly ItemRevisionKey[]> | null = null;
  const inOrderOf = (keys: Iterable<ItemRevisionKey>) =>
    [...keys].toSorted((a, b) => naturalOrder(held.get(a)?.revision ?? "", held.get(b)?.revision ?? ""));
  return {
    of(item) {
      if (byItem === null) {
        const grouped = Map.groupBy(held.keys(), (key) => held.get(key)?.item ?? ("" as ItemId));
        byItem = new Map(grouped.entries().map(([each, keys]) => [each, keys.length === 1 ? keys : inOrderOf(keys)]));
      }
      return byItem.get(item) ?? [];
    },
    change(keys, after) {
      const before = held;
      held = after;
      for (const key of keys) {
        const [had, has] = [before.get(key)?.item, after.get(key)?.item];
        if (had !== undefined)
          byItem?.set(
            had,
            (byItem.get(had) ?? []).filter((other) => other !== key),
          );
        if (has !== undefined) byItem?.set(has, inOrderOf([...(byItem.get(has) ?? []), key]));
      }
    },
  };
}

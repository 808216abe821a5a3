import type { ItemId, Revision } from "../ids.ts";
import type { Mbom } from "../mbom.ts";
import type { Telltale } from "./cut-in.ts";

/**
 * What can tell units that were built by an mBOM from those by the one before it, the surest first: the unit's own
 * revision, where the change gave it another; components that only one of the two has. Revisions that were published
 * before and after these two count as old and new.
 */
export function telltalesOf(before: Mbom | null, after: Mbom, published: readonly Revision[]): readonly Telltale[] {
  return [...byRevision(before, after, published), ...byComponent(before, after)];
}

function byRevision(before: Mbom | null, after: Mbom, published: readonly Revision[]): readonly Telltale[] {
  if (before === null || before.revision === after.revision) return [];
  const at = published.indexOf(after.revision);
  const earlier = at < 0 ? [] : published.slice(0, at);
  const later = at < 0 ? [] : published.slice(at + 1);
  const old = [...new Set([...earlier, before.revision])].filter((revision) => revision !== after.revision);
  const fresh = [...new Set([after.revision, ...later])].filter((revision) => !old.includes(revision));
  return [{ by: "revision", old, new: fresh }];
}

function byComponent(before: Mbom | null, after: Mbom): readonly Telltale[] {
  if (before === null) return [];
  const [had, has] = [itemsOf(before), itemsOf(after)];
  const removed = [...had].filter((item) => !has.has(item));
  const added = [...has].filter((item) => !had.has(item));
  if (removed.length + added.length === 0) return [];
  return [{ by: "component", old: removed.map(ofAnyRevision), new: added.map(ofAnyRevision) }];
}

function ofAnyRevision(item: ItemId) {
  return { item, revision: null };
}

function itemsOf({ lines }: Mbom): ReadonlySet<ItemId> {
  return new Set(lines.map(({ item }) => item));
}

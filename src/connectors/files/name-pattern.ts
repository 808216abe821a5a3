import type { ItemId, Revision } from "../../domain/ids.ts";
import { toItemId, toRevision } from "./mapping.ts";

/** What a name says: `GEARBOX_revB.csv` by `{item}_rev{revision}.csv`. */
export type Named = { readonly item: ItemId | null; readonly revision: Revision };

/** Reads names by a pattern of `{item}`, `{revision}` and `*`. Null for a name that does not fit. */
export function nameReader(pattern: string): (name: string) => Named | null {
  const parts = pattern.split(/(\{item\}|\{revision\}|\*)/).map((part) => GROUPS[part] ?? RegExp.escape(part));
  const expression = new RegExp(`^${parts.join("")}$`, "su");
  return (name) => {
    const { item, revision } = expression.exec(name)?.groups ?? {};
    if (revision === undefined) return null;
    return { item: item === undefined ? null : toItemId(item), revision: toRevision(revision) };
  };
}

const GROUPS: Readonly<Record<string, string>> = {
  "{item}": "(?<item>.+)",
  "{revision}": "(?<revision>.+?)",
  "*": ".*",
};

import type { Effectivity } from "./calendar.ts";
import type { ItemId, LineId, Revision } from "./ids.ts";
import type { Item } from "./item.ts";
import type { Quantity } from "./quantity.ts";
import type { Option } from "./variant/option.ts";

/**
 * One use of an item in an assembly. The same item may stand on several lines: they are different uses,
 * told apart by `id`, and all of them survive.
 */
export type EbomLine = {
  readonly id: LineId;
  readonly findNumber: string;
  readonly item: ItemId;
  readonly revision: Revision;
  readonly quantity: Quantity;
  readonly basis: QuantityBasis;
  readonly referenceDesignators: readonly string[];
  readonly effectivity: Effectivity;
  /** Items that may stand in for this one, the first choice first. */
  readonly alternates: readonly ItemId[];
  /** The variants that the line is meant for; absent where it is meant for all. */
  readonly option?: Option;
  /** The place in the assembly that lines with the same name are choices for: every variant takes exactly one. */
  readonly place?: string;
};

/** What a line's quantity is counted for: one assembly, or one lot (order) whatever its size; or it has no fixed figure. */
type QuantityBasis = "per assembly" | "per lot" | "as required";

/** The single level below one immutable item revision. */
export type EbomAssembly = {
  readonly item: ItemId;
  readonly revision: Revision;
  readonly lines: readonly EbomLine[];
};

/**
 * A product's structure as engineering released it: single-level assemblies, which together form a
 * directed acyclic graph, and every item that they name. Keys are `itemRevision(item, revision)`.
 */
export type Ebom = {
  readonly assemblies: ReadonlyMap<ItemRevisionKey, EbomAssembly>;
  readonly items: ReadonlyMap<ItemRevisionKey, Item>;
};

declare const key: unique symbol;
/** `BRACKET rev C`: an item revision as a map's key and in a sentence. */
export type ItemRevisionKey = string & { readonly [key]: "ItemRevisionKey" };

export function itemRevision(item: ItemId, revision: Revision): ItemRevisionKey {
  return `${item} rev ${revision}` as ItemRevisionKey;
}

import type { Effectivity } from "./calendar.ts";
import type { ItemId, LineId, MbomLineKey, OperationId, PlantId, Revision, RuleName } from "./ids.ts";
import type { Quantity } from "./quantity.ts";
import type { Rational } from "./rational.ts";
import type { Option } from "./variant/option.ts";

/** The single level that one plant builds one item from. */
export type Mbom = {
  readonly plant: PlantId;
  readonly item: ItemId;
  /** The engineering revision this mBOM builds. */
  readonly revision: Revision;
  readonly lines: readonly MbomLine[];
};

export type MbomLine = {
  /**
   * The line's identity, the same each time it is planned: the path of eBOM line ids that led to it
   * (`L10/L3` through a collapsed assembly), or `+rule` or `+rule:path` for a line that a rule added. A line
   * that ends where a change takes effect has the day behind it, `L10~2026-03-31`: see `datedMbom`.
   */
  readonly key: MbomLineKey;
  readonly item: ItemId;
  /** Net of scrap, per one assembly or per order as `basis` says. */
  readonly quantity: Quantity;
  readonly basis: MbomBasis;
  readonly operation: OperationId | null;
  readonly supply: SupplyType | null;
  readonly scrap: Scrap;
  /** True where the ERP explodes through the component instead of stocking it. */
  readonly phantom: boolean;
  readonly referenceDesignators: readonly string[];
  readonly alternates: readonly ItemId[];
  readonly effectivity: Effectivity;
  /** The variants that the line is meant for, in an mBOM that holds all of them; absent where it is meant for all. */
  readonly option?: Option;
  readonly origin: Origin;
  /** What comes out beside the item itself, and is never consumed. Absent: a component. */
  readonly output?: Output;
  /** How often each item is used on the line, its own first; adds to 100 %. Absent where nobody says. */
  readonly usage?: readonly ItemUsage[];
};

/** ISA-95's words: a co-product is made on purpose with the item, a by-product falls off. */
export type Output = "co-product" | "by-product";

/** An item's usage probability in percent, and how much of it stands in for one of the line's item. */
export type ItemUsage = { readonly item: ItemId; readonly percent: Rational; readonly factor: Rational };

export type MbomBasis = "per assembly" | "per order";

/** How components reach the line: issued ahead, called for, kept in bulk, or posted on completion. */
export type SupplyType = "push" | "pull" | "bulk" | "backflush";

/**
 * Loss planned on top of the net quantity. Percentages are of the net quantity, as text of the ERP
 * would write them: 5 means 5 %.
 */
export type Scrap = {
  readonly componentPercent: Rational | null;
  readonly operationPercent: Rational | null;
  readonly fixedPerOrder: Rational | null;
};

export const NO_SCRAP: Scrap = { componentPercent: null, operationPercent: null, fixedPerOrder: null };

/** Where an mBOM line came from. */
export type Origin =
  | { readonly kind: "engineering"; readonly from: readonly EngineeringSource[] }
  | { readonly kind: "rule"; readonly rule: RuleName; readonly driver: readonly LineId[] | null }
  | { readonly kind: "planner" };

/** One eBOM line's part in an mBOM line: its path from the mBOM's item, what it gave, and by which rules. */
export type EngineeringSource = {
  readonly path: readonly LineId[];
  readonly quantity: Quantity;
  readonly rules: readonly RuleName[];
  /** The item that the mBOM line's item is one variant of; absent where it is not one. */
  readonly variantOf?: ItemId;
};

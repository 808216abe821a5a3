import type { MbomLine } from "../mbom.ts";

/** A single-level comparison of two mBOMs of one item. */
export type MbomDiff = {
  readonly added: readonly MbomLine[];
  readonly removed: readonly MbomLine[];
  readonly changed: readonly ChangedLine[];
  readonly same: readonly MbomLine[];
};

export type ChangedLine = { readonly from: MbomLine; readonly to: MbomLine; readonly fields: readonly MbomField[] };

/** Fields that make two lines different to whoever builds from them; origin is not one. */
export type MbomField =
  | "item"
  | "quantity"
  | "basis"
  | "operation"
  | "supply"
  | "scrap"
  | "phantom"
  | "reference designators"
  | "alternates"
  | "usage"
  | "effectivity"
  | "option"
  | "output";

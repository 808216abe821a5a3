import type { ItemId, Revision, SupplierId } from "./ids.ts";
import type { Money } from "./money.ts";
import type { Unit, UnitFactor } from "./unit.ts";

/** Where an item revision stands in engineering. Only `released` may be built or bought. */
export type ItemState = "in work" | "released" | "obsolete";

/** An item revision as engineering knows it. Immutable once released. */
export type Item = {
  readonly item: ItemId;
  readonly revision: Revision;
  readonly name: string;
  /** The PLM's own classification, for instance `assembly`, `fastener`, `document`. */
  readonly type: string;
  readonly state: ItemState;
  /** The unit the item is stocked and counted in. */
  readonly unit: Unit;
  readonly attributes: Readonly<Record<string, string>>;
  /** The item's own conversions across dimensions, for instance 1 EA = 0.35 KGM. */
  readonly unitFactors: readonly UnitFactor[];
  /** Engineering's approved sources, the preferred one first. Empty for what is made. */
  readonly approvedSources: readonly ApprovedSource[];
};

/** A supplier's item that engineering approved for an item. */
export type ApprovedSource = {
  readonly supplier: SupplierId;
  readonly supplierItem: string;
  readonly leadTimeDays: number;
  readonly price: Money | null;
};

/** How a plant comes by an item. A phantom is never stocked: the ERP explodes through it. */
export type Procurement = "make" | "buy" | "subcontract" | "phantom";

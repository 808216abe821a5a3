import type { ItemId, PlantId, Revision, SupplierId } from "./ids.ts";
import type { Procurement } from "./item.ts";
import type { Mbom } from "./mbom.ts";
import type { Money } from "./money.ts";
import type { Unit } from "./unit.ts";

/**
 * What the target says a record's state was when it was read. Opaque; a write that names an old one is
 * refused by the target, so nobody's later work is overwritten.
 */
export type VersionToken = string;

/** A record as it stood in the ERP when it was read. */
export type Held<T> = { readonly value: T; readonly version: VersionToken };

/** An item as one plant's ERP holds it. */
export type PlantItem = {
  readonly item: ItemId;
  readonly plant: PlantId;
  readonly name: string;
  /** Engineering revision the plant builds or buys now; null where the ERP holds none. */
  readonly revision: Revision | null;
  readonly unit: Unit;
  /** Decimal places the ERP keeps of this item's quantities. */
  readonly decimals: number;
  readonly procurement: Procurement;
};

/** From whom a plant buys an item. */
export type ProcurementRecord = {
  readonly item: ItemId;
  readonly plant: PlantId;
  readonly supplier: SupplierId;
  readonly supplierItem: string;
  readonly leadTimeDays: number;
  readonly price: Money | null;
};

/** Standard cost of one unit of an item, split as it is rolled up. */
export type StandardCost = {
  readonly item: ItemId;
  readonly plant: PlantId;
  /** Purchase price, or components' cost rolled up. */
  readonly material: Money;
  /** Labour and overhead of making it: not touched by a change of material. */
  readonly conversion: Money;
};

/** An mBOM as the ERP holds it, with the ERP's own number for it. */
export type PublishedMbom = Mbom & {
  /** The ERP's number, for instance `BOM-000047`. */
  readonly number: string;
};

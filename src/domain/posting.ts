import type { Instant } from "./feedback/instant.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId } from "./ids.ts";
import type { ProductionOrderState } from "./order.ts";
import type { Quantity } from "./quantity.ts";

/** What the ERP holds of a production order's production. */
export type OrderProduction = {
  readonly order: ProductionOrderId;
  readonly state: ProductionOrderState;
  /** Postings of Heddle, oldest first; what people booked in the ERP is not among them. */
  readonly postings: readonly Posting[];
};

export type Posting = {
  /** Heddle's: `MO-5001:3`. At most 48 characters. */
  readonly id: string;
  readonly order: ProductionOrderId;
  readonly plant: PlantId;
  /** When the newest of what it books happened. */
  readonly at: Instant;
  readonly confirmations: readonly OperationConfirmation[];
  readonly consumptions: readonly MaterialConsumption[];
};

/** One line for each operation. Quantities are in the order's unit. */
export type OperationConfirmation = {
  readonly operation: OperationId;
  readonly good: Quantity;
  readonly scrap: Quantity;
  readonly rework: Quantity;
  /** Milliseconds of setting up, and of processing with rework. */
  readonly setupMs: number;
  readonly runMs: number;
  /** Whether the operation is complete with it. */
  readonly isFinal: boolean;
};

/** One line for each component, operation and lot. */
export type MaterialConsumption = {
  /** The order's line; null for an item that the order does not plan. */
  readonly line: string | null;
  readonly item: ItemId;
  readonly operation: OperationId | null;
  readonly quantity: Quantity;
  readonly lot: string | null;
  readonly serials: readonly string[];
};

export type OrderCompletion = {
  readonly order: ProductionOrderId;
  readonly plant: PlantId;
  readonly at: Instant;
  /** What goes into stock, in the order's unit. */
  readonly good: Quantity;
  readonly scrap: Quantity;
  /** The lot and serials that were made; null and none where pieces have none. */
  readonly lot: string | null;
  readonly serials: readonly string[];
};

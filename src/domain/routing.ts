import type { ItemId, OperationId, PlantId, WorkCenterId } from "./ids.ts";

/** How a plant makes an item: operations in sequence. */
export type Routing = {
  readonly plant: PlantId;
  readonly item: ItemId;
  /** The ERP's number of this routing as it is now: another one after every edit. Null where it numbers none. */
  readonly number: string | null;
  readonly operations: readonly Operation[];
};

export type Operation = {
  readonly operation: OperationId;
  readonly name: string;
  /** Null where the ERP leaves the choice to the shop floor. */
  readonly workCenter: WorkCenterId | null;
  /** Seconds once per order; null where the ERP keeps none. */
  readonly setupSeconds: number | null;
  /** Seconds for each unit of the item; null where the ERP keeps none. */
  readonly runSeconds: number | null;
};

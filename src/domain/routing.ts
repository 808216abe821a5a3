import type { ItemId, OperationId, PlantId, WorkCenterId } from "./ids.ts";

/** How a plant makes an item: operations in sequence. */
export type Routing = {
  readonly plant: PlantId;
  readonly item: ItemId;
  readonly operations: readonly Operation[];
};

type Operation = {
  readonly operation: OperationId;
  readonly name: string;
  readonly workCenter: WorkCenterId;
  /** Seconds once per order. */
  readonly setupSeconds: number;
  /** Seconds for each unit of the item. */
  readonly runSeconds: number;
};

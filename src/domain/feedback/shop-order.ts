import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../ids.ts";
import type { SupplyType } from "../mbom.ts";
import type { ProductionOrder } from "../order.ts";
import type { Quantity } from "../quantity.ts";
import type { Operation } from "../routing.ts";
import type { UnitFactor } from "../unit.ts";
import type { Instant } from "./instant.ts";

/** An order as feedback knows it: what events may name, and what they are held against. */
export type ShopOrder = {
  readonly plant: PlantId;
  readonly order: ProductionOrderId;
  readonly item: ItemId;
  /** The order that it was split from, or whose pieces it reworks. */
  readonly from: ProductionOrderId | null;
  readonly plan: ShopOrderPlan;
};

/** What the order was to make, and how; as it was when it was sent to the shop floor, or read from the ERP. */
export type ShopOrderPlan = {
  readonly revision: Revision | null;
  readonly quantity: Quantity;
  /** The item's own conversions across dimensions. */
  readonly unitFactors: readonly UnitFactor[];
  /** The ERP's number of the mBOM that its components were worked out from. */
  readonly mbom: string | null;
  /** When the shop floor could know the order at the earliest; null where nobody noted it. */
  readonly sentAt: Instant | null;
  readonly operations: readonly ShopOperation[];
  readonly components: readonly ShopComponent[];
};

type ShopOperation = {
  readonly operation: OperationId;
  readonly workCenter: WorkCenterId | null;
  /** Planned, in whole milliseconds; null where the ERP keeps none. Run time is for one unit of the item. */
  readonly setupMs: number | null;
  readonly runMs: number | null;
};

/** What the whole order needs of a component. */
type ShopComponent = {
  readonly line: string;
  readonly item: ItemId;
  readonly required: Quantity;
  readonly operation: OperationId | null;
  readonly supply: SupplyType | null;
};

/** The plan of an order as its ERP tells it. `steps` are the routing's where the order has none of its own. */
export function shopOrderOf(
  order: ProductionOrder,
  steps: readonly Operation[],
  unitFactors: readonly UnitFactor[],
): ShopOrder {
  return {
    plant: order.plant,
    order: order.id,
    item: order.item,
    from: order.from?.order ?? null,
    plan: {
      revision: order.revision,
      quantity: order.quantity,
      unitFactors,
      mbom: order.mbom,
      sentAt: null,
      operations: (order.operations ?? steps).map(shopOperation),
      components: order.components.map(({ line, item, required, operation, supply }) => ({
        line,
        item,
        required,
        operation,
        supply,
      })),
    },
  };
}

export function shopOperation({
  operation,
  workCenter,
  setupSeconds,
  runSeconds,
}: Pick<Operation, "operation" | "workCenter" | "setupSeconds" | "runSeconds">): ShopOperation {
  return { operation, workCenter, setupMs: inMs(setupSeconds), runMs: inMs(runSeconds) };
}

function inMs(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1_000);
}

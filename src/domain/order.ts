import type { Day } from "./calendar.ts";
import type {
  ItemId,
  OperationId,
  PlantId,
  ProductionOrderId,
  PurchaseOrderLineId,
  Revision,
  SupplierId,
} from "./ids.ts";
import type { SupplyType } from "./mbom.ts";
import type { Money } from "./money.ts";
import type { Quantity } from "./quantity.ts";
import type { Operation } from "./routing.ts";

/** An order that a flag can stand on. */
export type OrderRef =
  | { readonly kind: "purchase-order line"; readonly id: PurchaseOrderLineId }
  | { readonly kind: "production order"; readonly id: ProductionOrderId };

/** A line of a purchase order that a plant placed. */
export type PurchaseOrderLine = {
  readonly id: PurchaseOrderLineId;
  readonly plant: PlantId;
  readonly supplier: SupplierId;
  readonly item: ItemId;
  readonly revision: Revision | null;
  readonly ordered: Quantity;
  readonly received: Quantity;
  /** Price of one `ordered.unit`. */
  readonly price: Money;
  readonly due: Day | null;
  /** `closed` and `cancelled` lines take no more goods. */
  readonly state: "open" | "closed" | "cancelled";
  readonly buyer: string | null;
};

/** ISA-95 calls this a production request; ERPs a production order or manufacturing order. */
export type ProductionOrder = {
  readonly id: ProductionOrderId;
  readonly plant: PlantId;
  readonly item: ItemId;
  /** Engineering revision that it was planned for; null where the ERP keeps none. */
  readonly revision: Revision | null;
  readonly quantity: Quantity;
  readonly completed: Quantity;
  readonly state: ProductionOrderState;
  readonly onHold: boolean;
  readonly start: Day | null;
  /** When work may begin and must end: ISO 8601 in UTC, to the second; null where the ERP plans no times. */
  readonly startAt: string | null;
  readonly endAt: string | null;
  /** From 0; a higher one goes first. 0 where the ERP knows no priorities. */
  readonly priority: number;
  /** The ERP's kind of order, in small letters: `standard`, `rework`. */
  readonly type: string;
  /** The order that this one was split from, or whose pieces it reworks. */
  readonly from: OrderOrigin | null;
  readonly planner: string | null;
  /** The ERP's number of the mBOM that its components were worked out from; null where it keeps none. */
  readonly mbom: string | null;
  /** The ERP's number of the routing that its operations were taken from, as `Routing.number`; null where it keeps none. */
  readonly routing: string | null;
  /** Its own operations, in sequence; null where the routing of its item holds for it. */
  readonly operations: readonly Operation[] | null;
  readonly components: readonly OrderComponent[];
};

export type OrderOrigin = { readonly order: ProductionOrderId; readonly because: "split" | "rework" };

/** From a plan that may be re-exploded, through released and started, to finished for good. */
export type ProductionOrderState = "planned" | "released" | "started" | "finished" | "cancelled";

/** A component that an order is to need. */
export type NeededComponent = Pick<OrderComponent, "item" | "required" | "operation">;

/** What an order needs of a component: for the whole order, scrap included. */
export type OrderComponent = {
  /** The ERP's own line number in the order. */
  readonly line: string;
  readonly item: ItemId;
  readonly required: Quantity;
  readonly issued: Quantity;
  readonly operation: OperationId | null;
  /** How it reaches the line; null where the ERP keeps it with the mBOM only, or not at all. */
  readonly supply: SupplyType | null;
  /** The lot that must be used; null leaves it to the shop floor. */
  readonly lot: string | null;
};

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
import type { Money } from "./money.ts";
import type { Quantity } from "./quantity.ts";

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
  readonly quantity: Quantity;
  readonly completed: Quantity;
  readonly state: ProductionOrderState;
  readonly onHold: boolean;
  readonly start: Day | null;
  readonly planner: string | null;
  readonly components: readonly OrderComponent[];
};

/** From a plan that may be re-exploded, through released and started, to finished for good. */
type ProductionOrderState = "planned" | "released" | "started" | "finished" | "cancelled";

/** What an order needs of a component: for the whole order, scrap included. */
export type OrderComponent = {
  /** The ERP's own line number in the order. */
  readonly line: string;
  readonly item: ItemId;
  readonly required: Quantity;
  readonly issued: Quantity;
  readonly operation: OperationId | null;
};

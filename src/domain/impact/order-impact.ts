import type { ItemId, ProductionOrderId, PurchaseOrderLineId } from "../ids.ts";
import type { DispositionChoice } from "../change.ts";
import type { Money } from "../money.ts";
import type { ProductionOrder, PurchaseOrderLine } from "../order.ts";

/** How a change touches one component of what a plant builds. */
export type ComponentEffect = {
  readonly item: ItemId;
  /** Several may hold: a component may be revised and its quantity changed. */
  readonly effects: readonly ("removed" | "quantity changed" | "unit changed" | "revised" | "replaced")[];
  /** Items whose mBOM shows it. */
  readonly in: readonly ItemId[];
  readonly replacedBy: ItemId | null;
};

/** One open order line judged against a change, with the facts it was judged on. */
export type OrderImpact = PurchaseImpact | ProductionImpact;

export type PurchaseImpact = {
  readonly kind: "purchase";
  readonly line: PurchaseOrderLineId;
  /** The line as it stood when it was judged. */
  readonly facts: PurchaseOrderLine;
  readonly effect: ComponentEffect;
  readonly disposition: DispositionChoice;
  readonly status: ImpactStatus;
  /** (ordered − received) × price: what is still to be paid for. */
  readonly exposure: Money;
  /** One sentence for the buyer. */
  readonly text: string;
};

export type ProductionImpact = {
  readonly kind: "production";
  readonly order: ProductionOrderId;
  readonly facts: ProductionOrder;
  readonly effects: readonly ComponentEffect[];
  readonly treatment: "re-explode" | "replace components" | "hold" | "return or deviation" | "trace only";
  readonly status: ImpactStatus;
  /** One sentence for the planner. */
  readonly text: string;
};

/** `none`: engineering lets it run on. `resolved`: nothing of it is open any more. */
export type ImpactStatus = "none" | "action required" | "resolved";

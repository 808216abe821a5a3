import { Type, type Static, type TProperties } from "typebox";
import { optional, Reference } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { conflict, refused } from "../http/errors.ts";
import { checkedQuantity } from "./checks.ts";
import { withLotsOf } from "./component-details.ts";
import { compare, decimal, decimalText, plus } from "./decimal.ts";
import { itemOf } from "./item.ts";
import {
  explosion,
  recordAction,
  type OrderAction,
  type OrderComponent,
  type OrderState,
  type ProductionOrder,
} from "./production-order.ts";
import type { Erp } from "./state.ts";

const Text = Type.String({ maxLength: 100 });
const Reason = Type.String({ minLength: 1, maxLength: 500 });

export const Bare = noted({});
export const WithReason = noted({ reason: Reason });
export const Issue = noted({ line: Text, quantity: Text });
export const Finish = noted({ completedQuantity: Text });

/** The body of a write to an order: its members and a note for the log. */
export function noted<Members extends TProperties>(members: Members) {
  return Type.Object({ ...members, note: optional(Reference) }, { additionalProperties: false });
}

/** One step of an order's life: what it becomes, or ApiError 409 or 422. */
export type OrderStep = {
  readonly action: OrderAction;
  readonly after: (before: Stored<ProductionOrder>) => ProductionOrder;
};

/** Takes a step and logs it. Call it inside `erp.write`. */
export function applied(erp: Erp, before: Stored<ProductionOrder>, { action, after }: OrderStep, note: string | null) {
  const stored = erp.productionOrders.replace(before, after(before));
  recordAction(erp, stored, action, note);
  return stored;
}

/** @throws ApiError 409 when the order is in another state. */
export function requireState({ number, value }: Stored<ProductionOrder>, states: readonly OrderState[]): void {
  if (!states.includes(value.state)) {
    throw conflict("ORDER_STATE", `${number} is ${value.state}; this needs ${states.join(" or ")}`);
  }
}

export function moved(from: readonly OrderState[], to: "RELEASED" | "STARTED"): OrderStep {
  return {
    action: to,
    after(order) {
      requireState(order, from);
      if (order.value.onHold) throw conflict("ORDER_ON_HOLD", `${order.number} is on hold: ${order.value.holdReason}`);
      return { ...order.value, state: to };
    },
  };
}

export function issued(erp: Erp, { line, quantity }: Pick<Static<typeof Issue>, "line" | "quantity">): OrderStep {
  return {
    action: "ISSUED",
    after(order) {
      requireState(order, ["RELEASED", "STARTED"]);
      requireLine(order, line, "line");
      return {
        ...order.value,
        components: order.value.components.map((one) =>
          one.line === line ? issuedComponent(erp, order.value.plant, one, quantity) : one,
        ),
      };
    },
  };
}

/** @throws ApiError 422 when the order has no such component line. */
export function requireLine({ number, value }: Stored<ProductionOrder>, line: string, field: string): void {
  if (value.components.some((component) => component.line === line)) return;
  throw refused("LINE_UNKNOWN", `${number} has no component line ${line}`, field);
}

export function finished(erp: Erp, { completedQuantity }: Pick<Static<typeof Finish>, "completedQuantity">): OrderStep {
  return {
    action: "FINISHED",
    after(order) {
      requireState(order, ["STARTED"]);
      const item = itemOf(erp, order.value.plant, order.value.itemCode, "itemCode");
      const completed = checkedQuantity(item, completedQuantity, "completedQuantity", "zero");
      return { ...order.value, state: "FINISHED", completedQuantity: completed };
    },
  };
}

export function cancelled(reason: string): OrderStep {
  return {
    action: "CANCELLED",
    after(order) {
      requireState(order, ["PLANNED", "RELEASED", "STARTED"]);
      return { ...order.value, state: "CANCELLED", cancelReason: reason };
    },
  };
}

export function reExploded(erp: Erp): OrderStep {
  return {
    action: "RE_EXPLODED",
    after(order) {
      requireState(order, ["PLANNED"]);
      if (order.value.reworkOf !== null) {
        const message = `${order.number} reworks pieces of ${order.value.reworkOf}: a BOM does not say what it needs`;
        throw conflict("ORDER_REWORK", message);
      }
      const now = explosion(erp, order.value);
      return { ...order.value, ...now, components: withLotsOf(order.value.components, now.components) };
    },
  };
}

export function held(reason: string): OrderStep {
  return {
    action: "HELD",
    after(order) {
      requireState(order, ["PLANNED", "RELEASED", "STARTED"]);
      if (order.value.onHold) throw conflict("ORDER_ON_HOLD", `${order.number} is on hold: ${order.value.holdReason}`);
      return { ...order.value, onHold: true, holdReason: reason };
    },
  };
}

export const unheld: OrderStep = {
  action: "UNHELD",
  after(order) {
    if (!order.value.onHold) throw conflict("ORDER_NOT_ON_HOLD", `${order.number} is not on hold`);
    return { ...order.value, onHold: false, holdReason: null };
  },
};

function issuedComponent(erp: Erp, plant: string, component: OrderComponent, quantity: string): OrderComponent {
  const item = itemOf(erp, plant, component.itemCode, "itemCode");
  const total = plus(decimal(component.issuedQuantity), decimal(checkedQuantity(item, quantity, "quantity")));
  if (compare(total, decimal(component.requiredQuantity)) > 0) {
    const message = `${decimalText(total)} issued of ${component.requiredQuantity} required`;
    throw refused("OVER_ISSUE", message, "quantity");
  }
  return { ...component, issuedQuantity: decimalText(total) };
}

import { Type, type Static } from "typebox";
import { optional } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { refused } from "../http/errors.ts";
import { checkedQuantity } from "./checks.ts";
import { compare, decimal, decimalText, minus } from "./decimal.ts";
import { itemOf } from "./item.ts";
import { checkedComponents, resizedComponents, WrittenComponent } from "./order-components.ts";
import { resized } from "./order-edit.ts";
import { applied, noted, requireState } from "./order-steps.ts";
import {
  checkedTimes,
  createdOrder,
  Priority,
  recordAction,
  type OrderComponent,
  type ProductionOrder,
} from "./production-order.ts";
import type { RoutingOperation } from "./routing.ts";
import type { Erp } from "./state.ts";

const Text = Type.String({ maxLength: 100 });

export const Split = noted({ quantity: Text });

export const Rework = noted({
  quantity: Text,
  operations: optional(Type.Array(Text, { minItems: 1, maxItems: 500 })),
  components: optional(Type.Array(WrittenComponent, { maxItems: 9999 })),
  priority: optional(Priority),
  startTime: optional(Text),
  endTime: optional(Text),
  planner: optional(Text),
});

/** Takes a quantity off a released order into a new one, released too. Call it inside `erp.write`. */
export function splitOff(
  erp: Erp,
  original: Stored<ProductionOrder>,
  { quantity: written, note = null }: Static<typeof Split>,
): Stored<ProductionOrder> {
  requireState(original, ["RELEASED"]);
  const order = original.value;
  const quantity = quantityOf(erp, original, written);
  if (compare(decimal(quantity), decimal(order.quantity)) === 0) {
    throw refused(
      "QUANTITY_INVALID",
      `nothing would be left of the ${order.quantity} of ${original.number}`,
      "quantity",
    );
  }
  const rest = decimalText(minus(decimal(order.quantity), decimal(quantity)));
  applied(erp, original, { action: "SPLIT", after: () => resized(erp, order, rest) }, note);

  const components = resizedComponents(erp, order, quantity).map(notIssued);
  const part = { ...order, quantity, components, splitFrom: original.number, externalReference: null };
  const made = createdOrder(erp, part, note);
  recordAction(erp, made, "RELEASED", note);
  return made;
}

/**
 * Plans an order that works on pieces of another one again: by the other's design, over all of its operations or
 * some, and with no material but what the planner adds. Call it inside `erp.write`.
 */
export function reworkOrder(
  erp: Erp,
  original: Stored<ProductionOrder>,
  written: Static<typeof Rework>,
): Stored<ProductionOrder> {
  requireState(original, ["RELEASED", "STARTED", "FINISHED"]);
  const order = original.value;
  const { startTime = null, endTime = null } = written;
  const operations = operationsAgain(original, written.operations ?? null);
  const rework: ProductionOrder = {
    ...order,
    orderType: "REWORK",
    quantity: quantityOf(erp, original, written.quantity),
    completedQuantity: "0",
    state: "PLANNED",
    onHold: false,
    holdReason: null,
    priority: written.priority ?? order.priority,
    ...checkedTimes({ startDate: null, startTime, endTime }),
    planner: written.planner ?? order.planner,
    splitFrom: null,
    reworkOf: original.number,
    externalReference: null,
    operations,
    components: checkedComponents(erp, { ...order, operations }, written.components ?? []),
  };
  return createdOrder(erp, rework, written.note ?? null);
}

/** @throws ApiError 422 for more than the order is for. */
function quantityOf(erp: Erp, { number, value }: Stored<ProductionOrder>, written: string): string {
  const item = itemOf(erp, value.plant, value.itemCode, "itemCode");
  const quantity = checkedQuantity(item, written, "quantity");
  if (compare(decimal(quantity), decimal(value.quantity)) <= 0) return quantity;
  throw refused("QUANTITY_INVALID", `${number} is for ${value.quantity}, fewer than ${quantity}`, "quantity");
}

function operationsAgain(
  { number, value }: Stored<ProductionOrder>,
  wanted: readonly string[] | null,
): readonly RoutingOperation[] {
  if (wanted === null) return value.operations;
  wanted.forEach((operation, at) => {
    if (value.operations.some((one) => one.operation === operation)) return;
    throw refused("OPERATION_UNKNOWN", `${number} has no operation ${operation}`, `operations[${at}]`);
  });
  return value.operations.filter(({ operation }) => wanted.includes(operation));
}

function notIssued(component: OrderComponent): OrderComponent {
  return { ...component, issuedQuantity: "0" };
}

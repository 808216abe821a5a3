import { Type, type Static } from "typebox";
import { optional } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { checkedQuantity } from "./checks.ts";
import { itemOf } from "./item.ts";
import { checkIssued, Lot, resizedComponents } from "./order-components.ts";
import { noted, requireLine, requireState, type OrderStep } from "./order-steps.ts";
import { checkedTimes, Priority, type OrderComponent, type ProductionOrder } from "./production-order.ts";
import type { Erp } from "./state.ts";

const Text = Type.String({ maxLength: 100 });
const ComponentEdit = Type.Object({ line: Text, lot: Type.Union([Lot, Type.Null()]) }, { additionalProperties: false });

/** What is left out stays as it is; days, times, planner and lots are taken away by null. */
export const OrderEdit = noted({
  quantity: Type.Optional(Text),
  priority: Type.Optional(Priority),
  startDate: optional(Text),
  startTime: optional(Text),
  endTime: optional(Text),
  planner: optional(Text),
  components: Type.Optional(Type.Array(ComponentEdit, { maxItems: 9999 })),
});
type OrderEdit = Static<typeof OrderEdit>;

/** A planner's own edit of an order that has not started. */
export function edited(erp: Erp, edit: OrderEdit): OrderStep {
  return {
    action: "EDITED",
    after(order) {
      requireState(order, ["PLANNED", "RELEASED"]);
      const { value } = order;
      const { priority = value.priority, planner = value.planner } = edit;
      const sized = edit.quantity === undefined ? value : resized(erp, value, edit.quantity);
      const components = withLots(order, sized.components, edit.components ?? []);
      return { ...sized, priority, planner, components, ...timesOf(value, edit) };
    },
  };
}

/** The order for another quantity. @throws ApiError 422 */
export function resized(erp: Erp, order: ProductionOrder, written: string): ProductionOrder {
  const item = itemOf(erp, order.plant, order.itemCode, "itemCode");
  const quantity = checkedQuantity(item, written, "quantity");
  const components = resizedComponents(erp, order, quantity);
  checkIssued(components);
  return { ...order, quantity, components };
}

/** A new time brings its own day, unless the planner says another. */
function timesOf(before: ProductionOrder, { startDate, startTime, endTime }: OrderEdit) {
  const dayBefore = startTime == null ? before.startDate : null;
  return checkedTimes({
    startDate: startDate === undefined ? dayBefore : startDate,
    startTime: startTime === undefined ? before.startTime : startTime,
    endTime: endTime === undefined ? before.endTime : endTime,
  });
}

function withLots(
  order: Stored<ProductionOrder>,
  components: readonly OrderComponent[],
  edits: NonNullable<OrderEdit["components"]>,
): OrderComponent[] {
  edits.forEach(({ line }, at) => requireLine(order, line, `components[${at}].line`));
  const lots = new Map(edits.map(({ line, lot }) => [line, lot]));
  return components.map((component) => {
    const lot = lots.get(component.line);
    return lot === undefined ? component : { ...component, lot };
  });
}

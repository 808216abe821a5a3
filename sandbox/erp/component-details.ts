import type { OrderComponent } from "./production-order.ts";

/** With the lots that a planner chose before, where the new component names none. */
export function withLotsOf(before: readonly OrderComponent[], after: readonly OrderComponent[]): OrderComponent[] {
  return after.map((component) => ({ ...component, lot: component.lot ?? sameItem(before, component)?.lot ?? null }));
}

/** With the lots and supply types that an item had before, where the new component names none. */
export function withDetailsOf(before: readonly OrderComponent[], after: readonly OrderComponent[]): OrderComponent[] {
  return withLotsOf(before, after).map((component) => ({
    ...component,
    supplyType: component.supplyType ?? sameItem(before, component)?.supplyType ?? null,
  }));
}

/** The component of the same item; at the same operation, where there are several. */
function sameItem(
  components: readonly OrderComponent[],
  { itemCode, operation }: OrderComponent,
): OrderComponent | undefined {
  const ofItem = components.filter((component) => component.itemCode === itemCode);
  return ofItem.find((component) => component.operation === operation) ?? ofItem[0];
}

import { isDeepStrictEqual } from "node:util";
import { Type, type Static } from "typebox";
import { optional } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { conflict, refused } from "../http/errors.ts";
import { activeBom, SupplyType, type Bom } from "./bom.ts";
import { checkedQuantity, checkUnitOf } from "./checks.ts";
import { withDetailsOf, withLotsOf } from "./component-details.ts";
import { compare, decimal, decimalText, proportionUp } from "./decimal.ts";
import { exploded, nothingIssued } from "./explosion.ts";
import { itemOf } from "./item.ts";
import { noted, requireState, type OrderStep } from "./order-steps.ts";
import { operationsOf } from "./routing.ts";
import { bomOfItem, type OrderComponent, type ProductionOrder } from "./production-order.ts";
import type { Erp } from "./state.ts";

const Text = Type.String({ maxLength: 100 });

export const Lot = Type.String({ minLength: 1, maxLength: 100 });

export const WrittenComponent = Type.Object(
  {
    itemCode: Text,
    unit: Text,
    requiredQuantity: Text,
    operation: optional(Text),
    supplyType: optional(SupplyType),
    lot: optional(Lot),
  },
  { additionalProperties: false },
);

export const Components = noted({
  components: Type.Array(WrittenComponent, { maxItems: 9999 }),
  bomNumber: optional(Text),
});

/**
 * Replaces what a released order needs. When that is just what the BOM in force explodes to, the order goes by
 * that BOM from then on; else it keeps the number that it has, unless the planner names another.
 */
export function withComponents(erp: Erp, { components, bomNumber }: Static<typeof Components>): OrderStep {
  return {
    action: "COMPONENTS_REPLACED",
    after(order) {
      requireState(order, ["RELEASED"]);
      if (!nothingIssued(order.value.components)) {
        throw conflict("ORDER_ISSUED", `material was issued to ${order.number} already`);
      }
      const { plant, itemCode } = order.value;
      const written = checkedComponents(erp, order.value, components);
      const kept = { ...order.value, components: withDetailsOf(order.value.components, written) };
      if (bomNumber != null) return { ...kept, ...named(bomOfItem(erp, plant, itemCode, bomNumber)) };

      const active = activeBom(erp, plant, itemCode);
      const byActive = active === null ? [] : explodedFor(erp, active, order.value, order.value.quantity);
      if (active === null || !needsTheSame(byActive, written)) return kept;
      return { ...kept, ...named(active), components: withLotsOf(kept.components, byActive) };
    },
  };
}

function named(bom: Stored<Bom>): Pick<ProductionOrder, "bomNumber" | "revisionLevel"> {
  return { bomNumber: bom.number, revisionLevel: bom.value.revisionLevel };
}

/** Components of an order as they are kept, lines numbered anew. @throws ApiError 422 */
export function checkedComponents(
  erp: Erp,
  order: Pick<ProductionOrder, "plant" | "itemCode" | "operations">,
  written: readonly Static<typeof WrittenComponent>[],
): OrderComponent[] {
  return written.map((component, at) => checkedComponent(erp, order, component, at));
}

function checkedComponent(
  erp: Erp,
  order: Pick<ProductionOrder, "plant" | "itemCode" | "operations">,
  { itemCode, unit, requiredQuantity, operation, supplyType, lot }: Static<typeof WrittenComponent>,
  at: number,
): OrderComponent {
  const { plant, operations } = order;
  const field = (member: string) => `components[${at}].${member}`;
  const item = itemOf(erp, plant, itemCode, field("itemCode"));
  checkUnitOf(item, unit, field("unit"));
  const known = [...operations.map((one) => one.operation), ...(operationsOf(erp, plant, order.itemCode) ?? [])];
  if (operation != null && known.length > 0 && !known.includes(operation)) {
    const message = `neither the order nor its item's routing has an operation ${operation}`;
    throw refused("OPERATION_UNKNOWN", message, field("operation"));
  }
  return {
    line: String((at + 1) * 10).padStart(4, "0"),
    itemCode,
    unit,
    requiredQuantity: checkedQuantity(item, requiredQuantity, field("requiredQuantity")),
    issuedQuantity: "0",
    operation: operation ?? null,
    supplyType: supplyType ?? null,
    lot: lot ?? null,
  };
}

/**
 * What an order needs for another quantity: by its BOM, where it needs just what that says, so that what is needed
 * once per order stays as it is; else in proportion.
 */
export function resizedComponents(erp: Erp, order: ProductionOrder, quantity: string): OrderComponent[] {
  const bom = erp.boms.get(order.bomNumber);
  const [now, then] =
    bom === null ? [[], []] : [order.quantity, quantity].map((each) => explodedFor(erp, bom, order, each));
  const isByBom = isDeepStrictEqual((now ?? []).map(needText), order.components.map(needText));
  return order.components.map((component, at) => {
    const required = isByBom ? then?.[at]?.requiredQuantity : null;
    return { ...component, requiredQuantity: required ?? proportional(erp, order, component, quantity) };
  });
}

function proportional(erp: Erp, order: ProductionOrder, component: OrderComponent, quantity: string): string {
  const { decimals } = itemOf(erp, order.plant, component.itemCode, "itemCode");
  const [required, from, to] = [component.requiredQuantity, order.quantity, quantity].map(decimal);
  if (required === undefined || from === undefined || to === undefined) return component.requiredQuantity;
  return decimalText(proportionUp(required, to, from, decimals));
}

/** @throws ApiError 422 when more of a component has left the store than is needed. */
export function checkIssued(components: readonly OrderComponent[]): void {
  for (const { line, itemCode, issuedQuantity, requiredQuantity } of components) {
    if (compare(decimal(issuedQuantity), decimal(requiredQuantity)) <= 0) continue;
    const message = `${issuedQuantity} of ${itemCode} are issued on line ${line}, and ${requiredQuantity} would be needed`;
    throw refused("OVER_ISSUE", message, "quantity");
  }
}

function explodedFor(erp: Erp, bom: Stored<Bom>, { startDate }: ProductionOrder, quantity: string): OrderComponent[] {
  return exploded(erp, bom.value, decimal(quantity), startDate);
}

function needsTheSame(some: readonly OrderComponent[], others: readonly OrderComponent[]): boolean {
  return isDeepStrictEqual(some.map(needText).toSorted(), others.map(needText).toSorted());
}

function needText({ itemCode, requiredQuantity, unit, operation }: OrderComponent): string {
  return JSON.stringify([itemCode, requiredQuantity, unit, operation]);
}

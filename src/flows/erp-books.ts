import type { Connector, Items, Production, ProductionOrders, Routings } from "../connectors/port.ts";
import type { PostingInput } from "../domain/feedback/plan-posting.ts";
import { differenceOf, isNothing, sumsOf } from "../domain/feedback/posting-sums.ts";
import type { OrderActuals } from "../domain/feedback/order-actuals.ts";
import type { ItemId, OperationId } from "../domain/ids.ts";
import type { ProductionOrder } from "../domain/order.ts";
import type { Posting } from "../domain/posting.ts";
import type { OrderPlace } from "../store/bookings.ts";

/** An ERP that takes what was made and used. */
export type Bookkeeper = {
  readonly system: string;
  readonly production: Production;
  readonly productionOrders: Pick<ProductionOrders, "read">;
  /** Null where the ERP keeps none. */
  readonly items: Pick<Items, "read"> | null;
  readonly routings: Routings | null;
};

/** Null for a system that takes no production. */
export function bookkeeper({ system, production, productionOrders, items, routings }: Connector): Bookkeeper | null {
  if (production === undefined || productionOrders === undefined) return null;
  return { system, production, productionOrders, items: items ?? null, routings: routings ?? null };
}

/** What an order's events come to, and what they made. */
export type Counted = {
  readonly item: ItemId | null;
  readonly actuals: OrderActuals;
  /** When anything new was told of it last. */
  readonly countedAt: string;
};

/** What the ERP has of an order, as far as booking must know it. */
export type ErpBooks = Pick<PostingInput, "production" | "erpOrder" | "operations" | "issuesOnTop" | "decimalsOf">;

/** @throws ConnectorError */
export async function readBooks(erp: Bookkeeper, { plant, order }: OrderPlace, counted: Counted): Promise<ErpBooks> {
  const used = counted.actuals.consumption.map(({ item }) => item);
  const items = [...new Set([...used, ...(counted.item === null ? [] : [counted.item])])];
  const [held, orders, known] = await Promise.all([
    erp.production.read([order]),
    erp.productionOrders.read([order]),
    erp.items?.read(items, plant),
  ]);
  const erpOrder = orders[0]?.value ?? null;
  return {
    production: held.get(order)?.value ?? null,
    erpOrder,
    operations: erpOrder === null ? null : await operationsOf(erpOrder, erp),
    issuesOnTop: erp.production.issuesOnTop === true,
    decimalsOf: (item) => known?.get(item)?.value.decimals ?? null,
  };
}

async function operationsOf(
  { item, plant, operations }: ProductionOrder,
  { routings }: Bookkeeper,
): Promise<readonly OperationId[] | null> {
  const own = operations ?? (await routings?.read([item], plant))?.get(item)?.operations ?? null;
  return own === null ? null : own.map(({ operation }) => operation);
}

/** Whether the ERP reads back what it has taken. */
export function isBooked(posting: Posting, { production }: Pick<ErpBooks, "production">): boolean {
  const held = production?.postings.find(({ id }) => id === posting.id);
  return held !== undefined && isNothing(differenceOf(sumsOf([posting]), sumsOf([held])));
}

import { everyOne, type Sandbox } from "./sandbox.ts";

/** Everything that an ERP holds, list by list, without what tells only of when: two that went through the same are equal. */
export type ErpBooks = Readonly<Record<string, readonly unknown[]>>;

const LISTS = {
  items: "/erp/v1/items",
  suppliers: "/erp/v1/suppliers",
  purchasingInfo: "/erp/v1/purchasing-info",
  boms: "/erp/v1/boms?expand=lines",
  routings: "/erp/v1/routings",
  itemCosts: "/erp/v1/item-costs",
  purchaseOrders: "/erp/v1/purchase-orders",
  productionOrders: "/erp/v1/production-orders",
  alerts: "/erp/v1/alerts",
} as const;

export async function readErpBooks(erp: Sandbox): Promise<ErpBooks> {
  const books: Record<string, readonly unknown[]> = {};
  for (const [name, path] of Object.entries(LISTS)) books[name] = (await everyOne(erp, path)).map(timeless);
  const orders = await everyOne<{ number: string }>(erp, LISTS.productionOrders);
  for (const { number } of orders) {
    books[`log of ${number}`] = (await everyOne(erp, `/erp/v1/production-orders/${number}/log`)).map(timeless);
  }
  return books;
}

const TELLS_WHEN = new Set(["at", "createdAt", "activatedAt", "closedAt"]);

function timeless(record: unknown): unknown {
  return JSON.parse(JSON.stringify(record, (name, value: unknown) => (TELLS_WHEN.has(name) ? undefined : value)));
}

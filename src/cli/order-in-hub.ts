import type { OrderPage, OrderRow, OrderState, OrderView } from "../api/contract.ts";
import { CliFailure } from "./failure.ts";
import type { HubClient } from "./hub-client.ts";

/** An order in one plant, as the hub names it. */
export type OrderInPlant = Pick<OrderRow, "order" | "plant">;

/** Narrows the list of orders, as `OrderQuery` does. */
export type OrderFilter = {
  readonly plant?: string | undefined;
  readonly state?: OrderState | undefined;
  /** The instant of a shift's start. */
  readonly shift?: string | undefined;
  readonly text?: string | undefined;
};

const PAGE = 200;

/** Page by page, so that neither side holds a batch of 10,000 at once. */
export async function* pagesOfOrders(hub: HubClient, filter: OrderFilter): AsyncGenerator<readonly OrderRow[]> {
  let after: string | null = null;
  do {
    const given = Object.entries({ ...filter, after }).flatMap(([name, value]) => (value ? [[name, value]] : []));
    const query = new URLSearchParams([...given, ["limit", String(PAGE)]]);
    const page: OrderPage = await hub.call<OrderPage>(`GET /api/orders?${query.toString()}`);
    yield page.orders;
    after = page.next;
  } while (after !== null);
}

/** All that match, or as many as asked for. */
export async function listOrders(hub: HubClient, filter: OrderFilter, limit = Infinity): Promise<readonly OrderRow[]> {
  const orders: OrderRow[] = [];
  for await (const page of pagesOfOrders(hub, filter)) {
    orders.push(...page);
    if (orders.length >= limit) break;
  }
  return orders.slice(0, limit);
}

/** The order that is meant where only one plant has the number. @throws CliFailure */
export async function findOrder(hub: HubClient, order: string, plant: string | undefined): Promise<OrderInPlant> {
  if (plant !== undefined) return { order, plant };
  const known = await listOrders(hub, { text: order });
  const planned = await listOrders(hub, { text: order, state: "not released" });
  const found = [...known, ...planned].filter((row) => row.order === order);
  const plants = [...new Set(found.map((row) => row.plant))].toSorted();
  const [first, ...more] = plants;
  if (first === undefined) {
    throw new CliFailure(`the hub knows no order ${order}`, {
      system: "heddle",
      field: "order",
      fix: "see which orders it knows: npx heddle orders. An order is known once the ERP has shown it to the hub",
    });
  }
  if (more.length === 0) return { order, plant: first };
  throw new CliFailure(`the number ${order} stands in ${plants.length} plants: ${plants.join(", ")}`, {
    field: "--plant",
    fix: `say which one is meant: --plant ${first}`,
  });
}

export async function readOrder(hub: HubClient, at: OrderInPlant): Promise<OrderView> {
  return hub.call<OrderView>(`GET ${orderPath(at)}`);
}

export function orderPath({ order, plant }: OrderInPlant): string {
  return `/api/orders/${encodeURIComponent(plant)}/${encodeURIComponent(order)}`;
}

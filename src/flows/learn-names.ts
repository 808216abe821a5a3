import type { Connector } from "../connectors/port.ts";
import { shopOrderOf, type ShopOrder } from "../domain/feedback/shop-order.ts";
import type { ItemId, PlantId } from "../domain/ids.ts";
import type { ProductionOrder } from "../domain/order.ts";
import type { Database } from "../store/database.ts";
import { hastenApart } from "../store/kept-apart.ts";
import { answeredNames, learnItems, learnOrders, namesToAskFor, type ShopItem } from "../store/shop-orders.ts";
import type { ShopKnowledge } from "./shop-knowledge.ts";

export type LearningHub = {
  readonly database: Database;
  readonly plant: PlantId;
  readonly erp: Connector;
  /** What is learned is forgotten there, to be read anew. */
  readonly knowledge: Pick<ShopKnowledge, "forgetOrder" | "forgetItem">;
};

/** Names that are asked for in one go. */
const AT_ONCE = 200;

/**
 * Asks a plant's ERP for orders and items that events name and the hub does not know. True when it has learned some, so
 * that events kept apart for them may pass.
 */
export async function learnNames({ database, plant, erp, knowledge }: LearningHub): Promise<boolean> {
  const names = await namesToAskFor(database.pool, plant, AT_ONCE);
  if (names.length === 0) return false;
  const orders = await readOrders(
    erp,
    plant,
    names.flatMap((name) => (name.kind === "order" ? [name.id] : [])),
  );
  const asked = names.flatMap((name) => (name.kind === "item" ? [name.id] : []));
  const items = await readItems(erp, plant, [...new Set([...asked, ...orders.map(({ item }) => item)])]);
  const known = new Set([...orders.map(({ order }) => `order ${order}`), ...items.map(({ item }) => `item ${item}`)]);
  await database.transaction(async (tx) => {
    await learnOrders(tx, orders);
    await learnItems(tx, items);
    await hastenApart(tx, plant, {
      orders: orders.map(({ order }) => order),
      items: items.map(({ item }) => item).filter((item) => asked.includes(item)),
    });
    await answeredNames(tx, names, ({ kind, id }) => known.has(`${kind} ${id}`));
  });
  for (const { order } of orders) knowledge.forgetOrder(plant, order);
  for (const { item } of items) knowledge.forgetItem(plant, item);
  return known.size > 0;
}

async function readOrders(
  { productionOrders, routings }: Connector,
  plant: PlantId,
  ids: readonly ProductionOrder["id"][],
): Promise<readonly ShopOrder[]> {
  if (ids.length === 0 || productionOrders === undefined) return [];
  const orders = (await productionOrders.read(ids)).map(({ value }) => value).filter((order) => order.plant === plant);
  const without = [...new Set(orders.filter(({ operations }) => operations === null).map(({ item }) => item))];
  const found = without.length === 0 ? undefined : await routings?.read(without, plant);
  return orders.map((order) => shopOrderOf(order, found?.get(order.item)?.operations ?? [], []));
}

/** ERPs keep the unit of an item; its conversions across dimensions only engineering knows. */
async function readItems({ items }: Connector, plant: PlantId, ids: readonly ItemId[]): Promise<readonly ShopItem[]> {
  if (ids.length === 0 || items === undefined) return [];
  const found = await items.read(ids, plant);
  return [...found.values()].map(({ value: { item, unit } }) => ({ plant, item, unit, unitFactors: [] }));
}

import type { ShopOrderPlan } from "../domain/feedback/shop-order.ts";
import type { BuiltOrder } from "../domain/effectivity-findings.ts";
import type { ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import { fromJson } from "../domain/json.ts";
import type { Db } from "./database.ts";

/** More orders than this are a number to a reader, not a list. */
const ORDERS_MAX = 1_000;

/** Orders of these items that the shop floor told of since an instant, the last told of first. */
export async function builtOrders(
  db: Db,
  { plant, items, since }: { readonly plant: PlantId; readonly items: readonly ItemId[]; readonly since: string },
): Promise<readonly BuiltOrder[]> {
  if (items.length === 0) return [];
  type Row = { order: ProductionOrderId; item: ItemId; plan: unknown; finished: boolean };
  const { rows } = await db.query<Row>(
    `select production."order", production.item, known.plan, production.finished_at is not null as finished
       from order_production production
       join shop_orders known on known.plant = production.plant and known."order" = production."order"
      where production.plant = $1 and production.item = any($2) and production.last_at >= $3
      order by production.last_at desc, production."order" limit $4`,
    [plant, items, since, ORDERS_MAX],
  );
  return rows.map(({ order, item, plan, finished }) => ({
    order,
    item,
    quantity: fromJson<ShopOrderPlan>(plan).quantity,
    state: finished ? "finished" : "started",
  }));
}

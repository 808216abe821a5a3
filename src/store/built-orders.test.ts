import { afterAll, beforeAll, expect, it } from "vitest";
import { quantity } from "../domain/bom/bom-builder.ts";
import type { ItemId, PlantId } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import { quantityText } from "../domain/quantity.ts";
import { builtOrders } from "./built-orders.ts";
import type { Database } from "./database.ts";
import { testDatabase } from "./testing.ts";

let database: Database;

beforeAll(async () => {
  database = await testDatabase();
  await told("MO-1", "PUMP", "2026-02-01T12:00:00Z", "2026-02-01T12:00:00Z");
  await told("MO-2", "PUMP", "2026-02-10T12:00:00Z", "2026-02-10T12:00:00Z");
  await told("MO-3", "PUMP", "2026-02-11T12:00:00Z", null);
  await told("MO-4", "DOOR", "2026-02-11T12:00:00Z", null);
});
afterAll(() => database.close());

async function told(order: string, item: string, last: string, finished: string | null): Promise<void> {
  const plan = JSON.stringify(toJson({ quantity: quantity("10") }));
  await database.pool.query(`insert into shop_orders (plant, "order", item, plan) values ('1000', $1, $2, $3)`, [
    order,
    item,
    plan,
  ]);
  await database.pool.query(
    `insert into order_production (plant, "order", item, events, first_at, last_at, finished_at)
     values ('1000', $1, $2, 1, $3, $3, $4)`,
    [order, item, last, finished],
  );
}

function since(instant: string, items: readonly string[]) {
  return builtOrders(database.pool, { plant: "1000" as PlantId, items: items as ItemId[], since: instant });
}

it("knows what the shop floor built of an item since an instant, the last first", async () => {
  const built = await since("2026-02-05T00:00:00Z", ["PUMP"]);
  expect(built.map(({ order, item, quantity: of, state }) => [order, item, quantityText(of), state])).toEqual([
    ["MO-3", "PUMP", "10 EA", "started"],
    ["MO-2", "PUMP", "10 EA", "finished"],
  ]);
});

it("knows nothing of no items, nor of days to come", async () => {
  expect(await since("2026-02-05T00:00:00Z", [])).toEqual([]);
  expect(await since("2026-03-01T00:00:00Z", ["PUMP", "DOOR"])).toEqual([]);
});

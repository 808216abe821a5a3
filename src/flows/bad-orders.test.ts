import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { counted, event } from "../domain/feedback/testing.ts";
import type { ProductionOrderId } from "../domain/ids.ts";
import { dueCounts } from "../store/shop-events.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import { feedbackOn, PLANT, shopOrder } from "./feedback-harness.ts";

let database: TestDatabase;
let feedback: ReturnType<typeof feedbackOn>;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    "truncate shop_event_keys, shop_events, kept_apart, kept_apart_keys, count_wakes, order_production, built_units",
  );
  feedback = feedbackOn(database);
  await feedback.know(shopOrder(), shopOrder({ order: "MO-2" }));
});

const good = (id: string, order: string, serials: readonly string[] = []) =>
  event(id, "08:30", counted("good", 1), { order: order as ProductionOrderId, serials });

async function onRecord() {
  const { rows } = await database.pool.query<{ order: string; events: number; fault: string | null }>(
    `select "order", events, fault from order_production order by 1`,
  );
  return rows;
}

it("counts the other orders of a plant when an event of one cannot be read, and says which", async () => {
  await feedback.tell(good("1", "MO-1"), good("2", "MO-2"));
  await database.pool.query(`update shop_events set events = '{"of": "a newer hub"}' where "order" = 'MO-1'`);
  await feedback.count();
  expect(await onRecord()).toEqual([
    { order: "MO-1", events: 0, fault: expect.stringContaining("cannot be read") },
    { order: "MO-2", events: 1, fault: null },
  ]);
  expect(feedback.faults).toHaveLength(1);
});

it("counts the other orders of a plant when the database refuses what one comes to", async () => {
  await database.pool.query("alter table built_units add constraint no_piece check (id <> 'F-13')");
  await feedback.tell(good("1", "MO-1", ["F-13"]), good("2", "MO-2", ["F-14"]));
  await feedback.count();
  expect(await onRecord()).toEqual([
    { order: "MO-1", events: 0, fault: expect.stringContaining("no_piece") },
    { order: "MO-2", events: 1, fault: null },
  ]);
  await database.pool.query("alter table built_units drop constraint no_piece");
});

it("leaves an order's figures as they were when it cannot be counted any more", async () => {
  await feedback.tell(good("1", "MO-1", ["F-1"]));
  await feedback.count();
  await database.pool.query(`update shop_events set events = '{}'`);
  await database.pool.query(`insert into count_wakes (plant, "order") values ('P1', 'MO-1')`);
  await feedback.count();
  expect(await onRecord()).toEqual([{ order: "MO-1", events: 1, fault: expect.stringContaining("cannot be read") }]);
  expect((await database.pool.query("select id from built_units")).rows).toEqual([{ id: "F-1" }]);
});

it("takes on no more events at once than it can think through, also of orders that were never counted", async () => {
  await database.pool.query(
    `with told as (
       insert into shop_events (plant, "order", intake, count, events)
       select 'P1', 'MO-' || of, of, 15000, '' from generate_series(1, 3) as of returning plant, "order")
     insert into count_wakes (plant, "order") select plant, "order" from told order by 2`,
  );
  const due = await database.transaction((tx) => dueCounts(tx, PLANT, { orders: 100, events: 20_000 }));
  expect(due.map(({ order }) => order)).toEqual(["MO-1"]);
});

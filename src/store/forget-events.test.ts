import { afterEach, beforeEach, expect, it } from "vitest";
import { counted, event, key, occurrence } from "../domain/feedback/testing.ts";
import type { ProductionOrderId } from "../domain/ids.ts";
import { feedbackOn, shopOrder } from "../flows/feedback-harness.ts";
import { forgetEvents } from "./shop-events.ts";
import { testDatabase, type TestDatabase } from "./testing.ts";

let database: TestDatabase;
let feedback: ReturnType<typeof feedbackOn>;

beforeEach(async () => {
  database = await testDatabase();
  feedback = feedbackOn(database);
  await feedback.know(shopOrder(), shopOrder({ order: "MO-2" }));
});
afterEach(() => database.close());

const good = (id: string, order: string) =>
  event(id, "08:30", counted("good", 1), { order: order as ProductionOrderId });

/** As if all that is stored had come in March 2020. */
async function growOld(): Promise<void> {
  await database.pool.query(
    `create table if not exists shop_events_2020_03 partition of shop_events
       for values from ('2020-03-01T00:00Z') to ('2020-04-01T00:00Z')`,
  );
  await database.pool.query("update shop_events set received_at = '2020-03-15T00:00Z'");
}

const forget = () => forgetEvents(database, new Date("2021-01-01T00:00Z"));

async function eventsOf(order: string): Promise<number | undefined> {
  await feedback.count();
  const { rows } = await database.pool.query<{ events: number }>(
    `select events from order_production where "order" = $1`,
    [order],
  );
  return rows[0]?.events;
}

async function keys(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ id: string }>("select id from shop_event_keys order by id");
  return rows.map(({ id }) => id);
}

it("drops what came in before, with its keys, and keeps the figures", async () => {
  await feedback.tell(good("1", "MO-1"), good("2", "MO-1"));
  expect(await eventsOf("MO-1")).toBe(2);
  await growOld();
  await feedback.tell(good("3", "MO-2"));
  expect(await forget()).toEqual(["shop_events_2020_03"]);
  expect(await keys()).toEqual(["3"]);
  expect(await eventsOf("MO-1")).toBe(2);
});

it("keeps what is told of an order apart whose events are gone, instead of counting it from the rest", async () => {
  await feedback.tell(good("1", "MO-1"), good("2", "MO-1"));
  expect(await eventsOf("MO-1")).toBe(2);
  await growOld();
  await forget();
  expect(await feedback.tell(good("3", "MO-1"), good("4", "MO-2"))).toMatchObject({
    stored: 1,
    apart: [{ at: 0, code: "events-retired", field: "order" }],
  });
  await database.pool.query(`insert into count_wakes (plant, "order") values ('P1', 'MO-1')`);
  expect(await eventsOf("MO-1")).toBe(2);
});

it("keeps all events of an order that goes on, however long", async () => {
  await feedback.tell(good("1", "MO-1"), good("2", "MO-2"));
  await growOld();
  await feedback.tell(good("3", "MO-1"));
  await forget();
  expect(await eventsOf("MO-1")).toBe(2);
  expect(await keys()).toEqual(["1", "2", "3"]); // 2 came in the same commit as 1
  expect(await feedback.tell(good("1", "MO-1"))).toMatchObject({ known: 1 });
  const at = "2026-02-02T11:00:00.000Z";
  const reversal = { kind: "reversal", ...key("4"), reverses: key("1"), at, operator: null, reason: null } as const;
  expect(await feedback.tell(reversal)).toMatchObject({ stored: 1 });
  expect(await eventsOf("MO-1")).toBe(1);
});

it("keeps the events of an order that goes on where a correction had moved them from another", async () => {
  await feedback.tell(good("1", "MO-1"));
  const instead = occurrence("08:30", counted("good", 1), { order: "MO-2" as ProductionOrderId });
  const at = "2026-02-02T10:00:00.000Z";
  await feedback.tell({ kind: "correction", ...key("c"), corrects: key("1"), at, operator: null, instead });
  await growOld();
  await feedback.tell(good("2", "MO-2"));
  await forget();
  expect(await eventsOf("MO-2")).toBe(2);
  await growOld();
  await forget();
  expect((await feedback.tell(good("3", "MO-2"))).apart).toMatchObject([{ code: "events-retired" }]);
  expect((await feedback.tell(good("5", "MO-1"))).apart).toMatchObject([{ code: "events-retired" }]);
  expect(await eventsOf("MO-2")).toBe(2);
});

it("lets go of what waits to be counted first", async () => {
  await feedback.tell(good("1", "MO-1"));
  await growOld();
  await forget();
  expect(await eventsOf("MO-1")).toBe(1);
});

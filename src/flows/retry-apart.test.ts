import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { counted, event } from "../domain/feedback/testing.ts";
import type { ProductionOrderId } from "../domain/ids.ts";
import { hastenApart } from "../store/kept-apart.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import { feedbackOn, shopOrder, PLANT } from "./feedback-harness.ts";
import { retryApart } from "./retry-apart.ts";

let database: TestDatabase;
let feedback: ReturnType<typeof feedbackOn>;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    "truncate shop_event_keys, shop_events, kept_apart, kept_apart_keys, unknown_names, shop_orders",
  );
  feedback = feedbackOn(database);
});

const good = (id: string, order: string) =>
  event(id, "08:30", counted("good", 1), { order: order as ProductionOrderId });

async function retry(): Promise<readonly string[]> {
  const faults: string[] = [];
  await retryApart(feedback.intake, database, (_, group) => faults.push(group));
  return faults;
}

async function states() {
  const { rows } = await database.pool.query<{ order: string; state: string }>(
    `select "order", state from kept_apart order by 1`,
  );
  return Object.fromEntries(rows.map(({ order, state }) => [order, state]));
}

it("gives the other groups to the intake when one cannot be read at all, and says which", async () => {
  await feedback.tell(good("1", "MO-1"), good("2", "MO-2"));
  await feedback.know(shopOrder(), shopOrder({ order: "MO-2" }));
  const { rows } = await database.pool.query<{ id: string }>(
    `update kept_apart set events = 'cut off' where "order" = 'MO-1' returning id::text`,
  );
  expect(await retry()).toEqual(rows.map(({ id }) => id));
  expect(await states()).toEqual({ "MO-1": "waiting", "MO-2": "replayed" });
});

it("lets rest what did not pass, until what it waits for is learned", async () => {
  await feedback.tell(good("1", "MO-1"));
  expect(await retry()).toEqual([]);
  await feedback.know(shopOrder());
  await retry();
  expect(await states()).toEqual({ "MO-1": "waiting" });
  await database.transaction((tx) => hastenApart(tx, PLANT, { orders: ["MO-1"], items: [] }));
  await retry();
  expect(await states()).toEqual({ "MO-1": "replayed" });
});

it("has the ERP asked for some names of a sender that makes them up, not for all", async () => {
  const mad = Array.from({ length: 2_000 }, (_, at) => ({ ...good(`m-${at}`, `MAD-${at}`), source: `S-${at % 10}` }));
  expect((await feedback.tell(...mad)).apart).toHaveLength(2_000);
  const { rows } = await database.pool.query<{ asked: number }>("select count(*)::int as asked from unknown_names");
  expect(rows).toEqual([{ asked: 500 }]);
});

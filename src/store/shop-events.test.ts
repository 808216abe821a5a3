import { afterAll, beforeAll, expect, it } from "vitest";
import { placesOfEvents } from "./shop-events.ts";
import { testDatabase, type TestDatabase } from "./testing.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("finds what a hundred corrections are about among many commits without reading these", async () => {
  await database.pool.query(
    `with commits as (
       insert into shop_events (plant, "order", intake, count, events)
       select 'P1', 'MO-' || i / 30, i, 1, '{"source":"S-1","id":"' || i || '","x":"' || repeat('x', 150) || '"}' from generate_series(1, 200000) as i
       returning intake)
     insert into shop_event_keys select 'S-1', intake::text, intake, 0 from commits`,
  );
  await database.pool.query("analyze shop_events, shop_event_keys");
  const keys = Array.from({ length: 100 }, (_, at) => ({ source: "S-1", id: String(1 + at * 1_900) }));
  const found = await database.transaction(async (tx) => {
    await tx.query("set local statement_timeout = '300ms'");
    return placesOfEvents(tx, keys);
  });
  expect(found.toSorted((a, b) => a.at - b.at).map(({ order }) => order)).toEqual(
    keys.map(({ id }) => `MO-${Math.floor(Number(id) / 30)}`),
  );
});

import { afterAll, beforeAll, expect, it } from "vitest";
import { kpiTotals, TooMuchProduction } from "./kpis.ts";
import { lossSums } from "./losses.ts";
import { testDatabase, type TestDatabase } from "./testing.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("adds up losses exactly, also thirds", async () => {
  await database.pool.query(
    `insert into losses (plant, "order", item, operation, day, kind, reason, quantity, unit)
     select '1000', 'MO-1', 'FX-200', '0010', '2026-02-02', 'scrap', 'bent', quantity, 'EA'
       from unnest('{0.1,0.2,1/3,1/3,2}'::text[]) as quantity`,
  );
  const sum = { plant: "1000", kind: "scrap", reason: "bent", unit: "EA", quantity: "89/30", times: 5 };
  expect(await lossSums(database.pool, {}, [])).toEqual([{ ...sum, item: null, operation: null, workCenter: null }]);
  expect(await lossSums(database.pool, { item: "FX-200" }, ["item", "operation"])).toEqual([
    { ...sum, item: "FX-200", operation: "0010", workCenter: null },
  ]);
  expect(await lossSums(database.pool, { kind: "downtime" }, [])).toEqual([]);
  expect(await lossSums(database.pool, { from: "2026-02-03" }, [])).toEqual([]);
});

it("refuses to add up more than a request may", async () => {
  await database.pool.query(
    `insert into kpi_totals (key, plant, item, changes, day, orders, elements)
     select number, '1000', 'FX-' || number % 2, '{}', '2026-02-02', 1, '{}' from generate_series(1, 100001) as number`,
  );
  await expect(kpiTotals(database.pool, { plant: "1000" }, [])).rejects.toThrow(TooMuchProduction);
});

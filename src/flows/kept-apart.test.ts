import { afterAll, beforeAll, expect, it } from "vitest";
import { listAudit } from "../store/audit.ts";
import { apartLines, apartPage, apartThatMayPass } from "../store/kept-apart.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import { dismissApart, replayApart, type Settler } from "./kept-apart.ts";
import { openShopFloor, type ShopFloor } from "./shop-floor-harness.ts";

let database: TestDatabase;
let floor: ShopFloor;

beforeAll(async () => {
  database = await testDatabase();
  floor = await openShopFloor(database);
});
afterAll(() => database.close());

const ada: Settler & object = { who: "ada", reason: "the order was released late" };
const TIME = "2026-02-02T08:00:00.000Z";

function good(id: string, order: string, more: object = {}) {
  return { id, order, operation: "0010", at: TIME, fact: { kind: "good", quantity: "5", unit: "EA" }, ...more };
}

const order = (number: string) => ({
  order: number,
  item: "FX-200",
  quantity: "40",
  operations: { "0010": { workCenter: "ASSY", runMinutes: 3 } },
});

/** The one group of an order that waits, with its events. */
async function waiting(number: string) {
  const { rows } = await apartPage(database.pool, { state: "waiting", order: number }, { limit: 10 });
  const [group] = await Promise.all(rows.map(({ id }) => apartLines(database.pool, id)));
  if (group === undefined || group === null) throw new Error(`nothing of ${number} is kept apart`);
  return group;
}

it("counts what was told of an order before the hub knew it, and notes who replayed it and why", async () => {
  const { apart } = await floor.tell(good("early-1", "MO-1"), good("early-2", "MO-1"));
  expect(apart.map(({ code, mayPass }) => ({ code, mayPass }))).toEqual([
    { code: "order-unknown", mayPass: true },
    { code: "order-unknown", mayPass: true },
  ]);
  await floor.learn(order("MO-1"));
  const group = await waiting("MO-1");

  expect(await replayApart(floor.intake, database, group, ada)).toEqual({ stored: 2, known: 0, apart: 0 });

  expect(await apartLines(database.pool, group.id)).toMatchObject({
    state: "replayed",
    settledBy: "ada",
    reason: ada.reason,
    count: 2,
  });
  expect((await listAudit(database.pool, { limit: 1 })).entries[0]).toMatchObject({
    who: "ada",
    what: "kept-apart events replayed",
    detail: { group: group.id, reason: ada.reason, stored: 2, known: 0, apart: 0 },
  });
});

it("stores nothing twice when a replay is repeated, as after a crash before its end", async () => {
  await floor.tell(good("again-1", "MO-2"));
  await floor.learn(order("MO-2"));
  const group = await waiting("MO-2");
  await replayApart(floor.intake, database, group, "heddle");

  expect(await replayApart(floor.intake, database, group, ada)).toEqual({ stored: 0, known: 1, apart: 0 });
  expect(await apartLines(database.pool, group.id)).toMatchObject({ settledBy: "heddle", reason: null });
});

it("keeps what does not pass, with the reason that holds now", async () => {
  const wrongItem = good("late-2", "MO-3", { item: "FX-999" });
  const otherOperation = good("late-3", "MO-3", { operation: "0099" });
  await floor.tell(good("late-1", "MO-3"), wrongItem, otherOperation);
  await floor.learn(order("MO-3"));
  const group = await waiting("MO-3");
  expect(group).toMatchObject({ code: "order-unknown", count: 3 });

  expect(await replayApart(floor.intake, database, group, ada)).toEqual({ stored: 1, known: 0, apart: 2 });

  const { rows } = await apartPage(database.pool, { state: "waiting", order: "MO-3" }, { limit: 10 });
  expect(rows.map(({ code, count, mayPass, cause }) => ({ code, count, mayPass, cause }))).toEqual(
    expect.arrayContaining([
      { code: "item-not-made-by-order", count: 1, mayPass: false, cause: "The order makes FX-200, not FX-999." },
      { code: "operation-unknown", count: 1, mayPass: true, cause: "Order MO-3 has no operation 0099." },
    ]),
  );
  expect(await apartLines(database.pool, group.id)).toMatchObject({ state: "replayed" });
});

it("leaves a group alone whose reason still holds, and takes out of it what passes", async () => {
  await floor.tell(good("some-1", "MO-4", { operation: "0099" }));
  await floor.learn(order("MO-4"));
  const unknown = await waiting("MO-4");
  await replayApart(floor.intake, database, unknown, "heddle");
  const group = await waiting("MO-4");
  expect(group.code).toBe("operation-unknown");

  expect(await replayApart(floor.intake, database, group, "heddle")).toEqual({ stored: 0, known: 0, apart: 1 });

  expect(await waiting("MO-4")).toEqual(group);
  expect((await apartThatMayPass(database.pool, 10)).map(({ id }) => id)).toContain(group.id);
});

it("keeps what cannot be read once, however often it is replayed", async () => {
  await floor.tell({ id: "odd", at: "yesterday", fact: { kind: "good", quantity: "1", unit: "EA" } });
  const { rows } = await apartPage(database.pool, { code: "unreadable" }, { limit: 10 });
  const group = await apartLines(database.pool, rows[0]?.id ?? "");
  if (group === null) throw new Error("it was not kept");

  expect(await replayApart(floor.intake, database, group, ada)).toEqual({ stored: 0, known: 0, apart: 1 });

  const after = await apartPage(database.pool, { code: "unreadable" }, { limit: 10 });
  expect(after.rows).toEqual(rows);
});

it("dismisses a group once, with the reason", async () => {
  await floor.tell(good("never", "MO-5"));
  const group = await waiting("MO-5");
  const why = { who: "ada", reason: "a test of the terminal" };

  expect(await dismissApart(database, group.id, why)).toBe(true);
  expect(await dismissApart(database, group.id, why)).toBe(false);

  expect(await apartLines(database.pool, group.id)).toMatchObject({ state: "dismissed", reason: why.reason });
  expect((await listAudit(database.pool, { limit: 1 })).entries[0]).toMatchObject({
    who: "ada",
    what: "kept-apart events dismissed",
    detail: { group: group.id, reason: why.reason },
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { Database } from "./database.ts";
import {
  dueOrders,
  hastenRetries,
  nextDueMs,
  ORDERS_CHANNEL,
  wakeOrders,
  wakeOrdersIn,
  wakeOrdersOf,
  wakeSplits,
  workOff,
  type DueOrder,
  type WorkedOff,
} from "./order-wakes.ts";
import { recordOrders } from "./orders.ts";
import { settledOrder, testDatabase } from "./testing.ts";

const P1 = "P1" as PlantId;
const ids = (...orders: string[]) => orders as ProductionOrderId[];

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("truncate order_wakes, orders"));

async function due(limit = 100, except: readonly ProductionOrderId[] = []): Promise<DueOrder[]> {
  return dueOrders(database.pool, P1, { limit, except });
}

async function dueNames(): Promise<string[]> {
  return (await due()).map(({ order }) => order);
}

/** Ends a look; without `more` it came to rest. */
async function worked(one: Pick<DueOrder, "order" | "asked">, more: Partial<WorkedOff> = {}): Promise<void> {
  const { order, asked } = one;
  const rest = { order, asked, priority: 0, againMs: null, why: null, attempt: 0, ...more };
  await database.transaction((tx) => workOff(tx, P1, [rest]));
}

async function onlyDue(): Promise<DueOrder> {
  const [one, ...others] = await due();
  if (one === undefined || others.length > 0) throw new Error("not just one order is due");
  return one;
}

describe("wake-ups of an order", () => {
  it("become one while they wait, and the last one's reason is told", async () => {
    await wakeOrders(database.pool, P1, ids("MO-1"), { why: "released" });
    await wakeOrders(database.pool, P1, ids("MO-1", "MO-1"), { why: "changed" });

    expect(await due()).toEqual([
      { order: "MO-1", asked: expect.stringMatching(/^\d+$/) as string, why: "changed", by: null, attempt: 0 },
    ]);
  });

  it("are gone after a look that came to rest", async () => {
    await wakeOrders(database.pool, P1, ids("MO-1"), { why: "released" });
    await worked(await onlyDue());

    expect(await due()).toEqual([]);
    expect(await nextDueMs(database.pool, P1)).toBeNull();
  });

  it("that come during a look are not lost with it", async () => {
    await wakeOrders(database.pool, P1, ids("MO-1"), { why: "released" });
    const look = await onlyDue();
    await wakeOrders(database.pool, P1, ids("MO-1"), { why: "changed" });
    await worked(look);

    expect(await onlyDue()).toMatchObject({ order: "MO-1", why: "changed" });
  });

  it("that come during a look that wants another one later are looked at now", async () => {
    await wakeOrders(database.pool, P1, ids("MO-1"), { why: "released" });
    const look = await onlyDue();
    await wakeOrders(database.pool, P1, ids("MO-1"), { why: "changed", by: "pia" });
    await worked(look, { againMs: 3_600_000, why: "its shift starts" });

    expect(await onlyDue()).toMatchObject({ why: "changed", by: "pia" });
  });

  it("keep the person who asked when a system asks after", async () => {
    await wakeOrders(database.pool, P1, ids("MO-1"), { why: "pia asked: look again", by: "pia" });
    await wakeOrders(database.pool, P1, ids("MO-1"), { why: "mes says that jobs changed" });

    expect(await onlyDue()).toMatchObject({ by: "pia" });
  });

  it("come true with their cause, or not at all", async () => {
    const failing = database.transaction(async (tx) => {
      await wakeOrders(tx, P1, ids("MO-1"), { why: "released" });
      throw new Error("the cause fell through");
    });

    await expect(failing).rejects.toThrow("fell through");
    expect(await due()).toEqual([]);
  });

  it("are a plant's own", async () => {
    await wakeOrders(database.pool, "P2" as PlantId, ids("MO-1"), { why: "released" });

    expect(await due()).toEqual([]);
  });

  it("ring for the plant's desk when they commit", async () => {
    const listener = await database.connect();
    const heard: string[] = [];
    const rung = new Promise<void>((resolve) =>
      listener.on("notification", ({ payload = "" }) => {
        heard.push(payload);
        resolve();
      }),
    );
    await listener.query(`listen ${ORDERS_CHANNEL}`);
    await wakeOrders(database.pool, P1, [], { why: "nothing" });
    await wakeOrders(database.pool, P1, ids("MO-1", "MO-2"), { why: "released" });
    await rung;
    await listener.end();

    expect(heard).toEqual(["P1"]);
  });
});

describe("orders that are due", () => {
  it("come urgent ones first, then as they fell due, without those that are being looked at", async () => {
    await wakeOrders(database.pool, P1, ids("MO-1", "MO-2", "MO-3"), { why: "released" });
    for (const one of await due())
      await worked(one, { againMs: 0, priority: one.order === "MO-3" ? 90 : 0, why: "its shift starts" });
    await wakeOrders(database.pool, P1, ids("MO-1"), { why: "changed" });

    expect(await dueNames()).toEqual(["MO-3", "MO-2", "MO-1"]);
    expect((await due(1)).map(({ order }) => order)).toEqual(["MO-3"]);
    expect((await due(100, ids("MO-3", "MO-1"))).map(({ order }) => order)).toEqual(["MO-2"]);
  });

  it("are not those that wait for their time", async () => {
    await wakeOrders(database.pool, P1, ids("MO-1"), { why: "released" });
    await worked(await onlyDue(), { againMs: 60_000, why: "its shift starts" });

    expect(await due()).toEqual([]);
    const waits = await nextDueMs(database.pool, P1);
    expect(waits).toBeGreaterThan(50_000);
    expect(waits).toBeLessThanOrEqual(60_000);
  });

  it("are those that wait for a system, once it is back; shifts are not hastened", async () => {
    await wakeOrders(database.pool, P1, ids("MO-1", "MO-2"), { why: "released" });
    for (const one of await due())
      await worked(one, { againMs: 60_000, attempt: one.order === "MO-1" ? 3 : 0, why: "the MES is away" });
    await hastenRetries(database.pool, P1);

    expect(await onlyDue()).toMatchObject({ order: "MO-1", attempt: 3, why: "the MES is away" });
  });

  it("were asked for by nobody when they fall due by themselves", async () => {
    await wakeOrders(database.pool, P1, ids("MO-1"), { why: "pia asked", by: "pia" });
    await worked(await onlyDue(), { againMs: 0, why: "its shift starts" });

    expect(await onlyDue()).toMatchObject({ by: null, why: "its shift starts" });
  });
});

describe("of the orders that the hub knows", () => {
  beforeEach(() =>
    database.transaction((tx) =>
      recordOrders(tx, P1, [
        settledOrder("MO-1", { item: "FRAME" as ItemId, state: "dispatched" }),
        settledOrder("MO-2", { item: "FRAME" as ItemId, state: "ended", fromOrder: "MO-1" as ProductionOrderId }),
        settledOrder("MO-3", { item: "DOOR" as ItemId, state: "scheduled" }),
        settledOrder("MO-4", { item: "DOOR" as ItemId, state: "held", fromOrder: "MO-1" as ProductionOrderId }),
      ]),
    ),
  );

  it("those of an item are woken that have not ended", async () => {
    await wakeOrdersOf(database.pool, P1, ["FRAME" as ItemId], "ECO-1 was applied");

    expect(await onlyDue()).toMatchObject({ order: "MO-1", why: "ECO-1 was applied" });
  });

  it("those are woken that were split from others and have not ended", async () => {
    await wakeSplits(database.pool, P1, ids("MO-1"));

    expect(await dueNames()).toEqual(["MO-4"]);
  });

  it("those in some states are woken", async () => {
    await wakeOrdersIn(database.pool, P1, ["scheduled", "held"], "the hub was started");

    expect((await dueNames()).toSorted()).toEqual(["MO-3", "MO-4"]);
  });

  it("one that waits already is not woken twice, and is due now", async () => {
    await wakeOrders(database.pool, P1, ids("MO-3"), { why: "released" });
    await worked(await onlyDue(), { againMs: 60_000, why: "its shift starts" });
    await wakeOrdersIn(database.pool, P1, ["scheduled"], "the hub was started");

    expect(await onlyDue()).toMatchObject({ order: "MO-3", why: "the hub was started" });
  });
});

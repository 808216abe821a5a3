import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { Database } from "./database.ts";
import {
  beginVersions,
  countOrders,
  directOrder,
  listOrders,
  orderOf,
  recordOrders,
  refuseVersions,
  rememberedOrders,
  shiftBatches,
  versionsOf,
  type OrderFilter,
  type RememberedOrder,
  type SettledOrder,
} from "./orders.ts";
import { settledOrder, testDatabase } from "./testing.ts";

const P1 = "P1" as PlantId;
const MO_1 = "MO-1" as ProductionOrderId;

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("truncate orders, order_versions"));

function record(orders: readonly SettledOrder[], plant = P1): Promise<void> {
  return database.transaction((tx) => recordOrders(tx, plant, orders));
}

/** One after the other, each touched later than the one before. */
async function recordInTurn(...orders: readonly SettledOrder[]): Promise<void> {
  for (const [at, one] of orders.entries()) {
    await record([one]);
    await touchedAt(one.order, at);
  }
}

/** Commits within a millisecond would tie. */
async function touchedAt(order: string, second: number): Promise<void> {
  await database.pool.query(
    `update orders set updated_at = timestamptz '2026-03-01 06:00Z' + $2 * interval '1 s' where "order" = $1`,
    [order, second],
  );
}

async function remembered(order = MO_1): Promise<RememberedOrder> {
  const found = (await rememberedOrders(database.pool, P1, [order])).get(order);
  if (found === undefined) throw new Error(`${order} is not known`);
  return found;
}

function begin(version: number, content: object): Promise<void> {
  return database.transaction((tx) =>
    beginVersions(tx, P1, [{ order: MO_1, version, content: JSON.stringify(content) }]),
  );
}

describe("an order that was looked at", () => {
  it("is remembered as it was left", async () => {
    const left = settledOrder("MO-1", {
      state: "scheduled",
      reason: "it waits",
      shown: { quantity: "40 EA" },
      fromOrder: "MO-0" as ProductionOrderId,
      acknowledged: 0,
      dispatchAt: "2026-03-02T06:00:00.000Z",
      shiftAt: "2026-03-02T06:00:00.000Z",
      shiftName: "early",
      shiftDay: "2026-03-02",
    });
    await record([left]);

    expect(await remembered()).toMatchObject({ ...left, plant: "P1", directives: {}, reported: null, last: null });
    expect(await rememberedOrders(database.pool, "P2" as PlantId, [MO_1])).toEqual(new Map());
  });

  it("keeps what people ordered of it, and what the ERP was told, over later looks", async () => {
    const hold = { by: "pia", reason: "the line is down", at: "2026-03-02T06:00:00.000Z" };
    await record([settledOrder("MO-1")]);
    await database.transaction((tx) => directOrder(tx, { plant: P1, order: MO_1 }, { hold }));
    await record([settledOrder("MO-1", { reported: "dispatched" })]);
    await record([settledOrder("MO-1", { state: "held", reason: "pia holds it", acknowledged: 2 })]);

    expect(await remembered()).toMatchObject({
      state: "held",
      acknowledged: 2,
      directives: { hold },
      reported: "dispatched",
    });
  });

  it("forgets a person's order when it is taken back, and that alone", async () => {
    const said = { by: "pia", reason: "", at: "2026-03-02T06:00:00.000Z" };
    const direct = (what: Parameters<typeof directOrder>[2], order = MO_1) =>
      database.transaction((tx) => directOrder(tx, { plant: P1, order }, what));
    await record([settledOrder("MO-1")]);

    expect(await direct({ hold: said, dispatchNow: said })).toBe(true);
    expect(await direct({ hold: null, cancel: null })).toBe(true);
    expect((await orderOf(database.pool, P1, MO_1))?.directives).toEqual({ dispatchNow: said });
    expect(await direct({ hold: said }, "MO-9" as ProductionOrderId)).toBe(false);
    expect(await orderOf(database.pool, P1, "MO-9" as ProductionOrderId)).toBeNull();
  });
});

describe("the versions that were sent", () => {
  beforeEach(() => record([settledOrder("MO-1")]));

  it("are remembered by the last one, with its content", async () => {
    await begin(1, { quantity: "40" });
    await begin(2, { quantity: "60" });

    expect((await remembered()).last).toMatchObject({ version: 2, content: { quantity: "60" }, refusal: null });
    expect((await remembered()).taken).toEqual({ quantity: "40" }); // version 1 is acknowledged
    expect((await versionsOf(database.pool, P1, MO_1)).map(({ version }) => version)).toEqual([2, 1]);
  });

  it("never say two things: one that was begun before keeps its content", async () => {
    await begin(1, { quantity: "40" });
    await begin(1, { quantity: "60" });

    expect((await remembered()).last).toMatchObject({ content: { quantity: "40" } });
  });

  it("keep the MES's words when it refused one", async () => {
    await begin(1, {});
    await begin(2, {});
    await database.transaction((tx) => refuseVersions(tx, P1, [{ order: MO_1, version: 1, words: "no such item" }]));

    const versions = await versionsOf(database.pool, P1, MO_1);
    expect(versions.map(({ version, refusal }) => [version, refusal])).toEqual([
      [2, null],
      [1, "no such item"],
    ]);
    expect(versions[0]?.sentAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });
});

describe("the list of orders", () => {
  const shift = { shiftAt: "2026-03-02T06:00:00.000Z", shiftName: "early", shiftDay: "2026-03-02" };

  beforeEach(async () => {
    await recordInTurn(
      settledOrder("MO-1", { state: "dispatched" }),
      settledOrder("MO-2", { state: "held", item: "DOOR" as ItemId }),
      settledOrder("MO-3", { state: "not released" }),
      settledOrder("WO-4", { state: "scheduled", ...shift }),
      settledOrder("WO-5", { state: "dispatched", item: "DOOR-2" as ItemId }),
    );
  });

  it("has the last touched first, and those that are not released only when asked for", async () => {
    expect(await listed()).toEqual(["WO-5", "WO-4", "MO-2", "MO-1"]);
    expect(await listed({ state: "not released" })).toEqual(["MO-3"]);
  });

  it("is filtered by plant, state, shift and text", async () => {
    await record([settledOrder("MO-1", { state: "held" })], "P2" as PlantId);

    expect(await listed({ plant: "P2" })).toEqual(["MO-1"]);
    expect(await listed({ plant: "P1", state: "held" })).toEqual(["MO-2"]);
    expect(await listed({ shift: "2026-03-02T06:00:00.000Z" })).toEqual(["WO-4"]);
    expect(await listed({ text: "wo-" })).toEqual(["WO-5", "WO-4"]);
    expect(await listed({ text: "door" })).toEqual(["WO-5", "MO-2"]);
    expect(await listed({ text: "%" })).toEqual([]);
  });

  it("comes in pages without gaps or repeats, also where orders were touched at one instant", async () => {
    await touchedAt("MO-2", 0);
    await touchedAt("WO-4", 0);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listOrders(database.pool, { limit: 2, after });
      seen.push(...page.orders.map(({ order }) => order));
      after = page.next ?? undefined;
    } while (after !== undefined);

    expect(seen).toEqual(["WO-5", "WO-4", "MO-2", "MO-1"]);
    expect((await listOrders(database.pool, { limit: 4 })).next).toBeNull();
    await expect(listOrders(database.pool, { limit: 2, after: "elsewhere" })).rejects.toThrow(RangeError);
  });

  it("is counted by state", async () => {
    expect(await countOrders(database.pool)).toEqual({ dispatched: 2, held: 1, scheduled: 1 });
  });
});

describe("batches of shifts", () => {
  const DAY_MS = 86_400_000;

  function inDays(days: number): string {
    return new Date(Math.trunc(Date.now() / DAY_MS) * DAY_MS + days * DAY_MS).toISOString();
  }

  /** An order that goes, or went, with the shift of a day from today. */
  function withShift(order: string, days: number, more: Partial<SettledOrder> = {}): SettledOrder {
    const shiftAt = inDays(days);
    return settledOrder(order, { shiftAt, shiftName: "early", shiftDay: shiftAt.slice(0, 10), ...more });
  }

  it("count their orders by state, with when the first and the last went", async () => {
    const [first, last] = [inDays(-1), inDays(-1).replace("00:00.000Z", "04:05.678Z")];
    await record([
      withShift("MO-1", -1, { dispatchedAt: last }),
      withShift("MO-2", -1, { dispatchedAt: first }),
      withShift("MO-3", -1, { state: "refused" }),
      settledOrder("MO-4"),
    ]);

    expect(await shiftBatches(database.pool, null)).toEqual([
      {
        plant: "P1",
        shift: "early",
        day: inDays(-1).slice(0, 10),
        at: inDays(-1),
        orders: 3,
        states: { dispatched: 2, refused: 1 },
        firstDispatchedAt: first,
        lastDispatchedAt: last,
      },
    ]);
  });

  it("are all that are to come and the last few that went, of each plant, oldest first", async () => {
    const days = [-3, -2, -1, 1, 2, 3];
    await record(days.map((at) => withShift(`MO-${at}`, at)));
    await record([withShift("MO-1", -9)], "P2" as PlantId);
    const ofP1 = [-2, -1, 1, 2, 3].map((at) => `P1 ${inDays(at).slice(0, 10)}`);

    expect(await shown("P1")).toEqual(ofP1);
    expect(await shown(null)).toEqual([`P2 ${inDays(-9).slice(0, 10)}`, ...ofP1]);
  });
});

async function listed(filter: Partial<OrderFilter> = {}): Promise<string[]> {
  return (await listOrders(database.pool, { limit: 100, ...filter })).orders.map(({ order }) => order);
}

/** Those to come and the last two that went, as `P1 2026-03-02`. */
async function shown(plant: string | null): Promise<string[]> {
  return (await shiftBatches(database.pool, plant, 2)).map(({ plant: of, day }) => `${of} ${day}`);
}

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { quantity } from "../domain/bom/bom-builder.ts";
import type { ItemId, ProductionOrderId } from "../domain/ids.ts";
import type { ProductionOrder } from "../domain/order.ts";
import { DEFAULT_ORDER_RULES, type OrderRules } from "../domain/orders/order-rules.ts";
import { WEEKDAYS } from "../domain/orders/shift-calendar.ts";
import { quantityText } from "../domain/quantity.ts";
import { PLANT, productionOrder } from "../domain/testing.ts";
import type { Database } from "../store/database.ts";
import { recordDesigns } from "../store/designs.ts";
import { deviationsOf } from "../store/deviations.ts";
import { orderOf } from "../store/orders.ts";
import { testDatabase } from "../store/testing.ts";
import { askOfOrder, giveDeviation, takeBackDeviation, type OrderAsk } from "./ask-of-orders.ts";
import { floor, hubOf, office } from "./order-to-mes-harness.ts";

let database: Database;
let erp: ReturnType<typeof office>;
let mes: ReturnType<typeof floor>;
let hub: ReturnType<typeof hubOf>;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await forget();
  erp = office(released("MO-1"), released("MO-2"));
  mes = floor();
  hub = hubOf(database, erp, mes);
});

function released(id: string): ProductionOrder {
  return productionOrder(id, "FRAME", "40", "released", { BOLT: "160" }, { mbom: "BOM-1" });
}

/** The hub's database is empty. */
async function forget(): Promise<void> {
  await database.pool.query("truncate orders, order_versions, order_wakes, newer_designs, deviations, deviation_uses");
}

function asks(ask: OrderAsk, order = "MO-1"): Promise<boolean> {
  const asked = { plant: PLANT, order: order as ProductionOrderId, by: "pia", reason: "she says so" };
  return database.transaction((tx) => askOfOrder(tx, ask, { ...asked, at: new Date().toISOString() }));
}

/** ECO-1 is released and gives FRAME another design. */
async function supersede(): Promise<void> {
  const designs = [
    { item: "FRAME" as ItemId, releasedAt: "2026-02-01T12:00:00.000Z", effectiveFrom: null, revision: null },
  ];
  await database.transaction((tx) => recordDesigns(tx, PLANT, "ECO-1", designs));
}

function deviate(limit: string | null): Promise<string> {
  const given = { plant: PLANT, item: "FRAME" as ItemId, order: null, supersededBy: "ECO-1", reason: "old stock" };
  return database.transaction((tx) => giveDeviation(tx, { ...given, by: "grete" }, { quantity: limit, until: null }));
}

function floorShows(): string {
  const { job, told } = mes.only();
  return `v${job.version} ${job.state}, ${quantityText(told.quantity)}`;
}

describe("an order", () => {
  it("goes to the MES once, and follows its changes", async () => {
    expect(await hub.look("MO-1")).toBe("dispatched");
    expect(await hub.look("MO-1")).toBe("dispatched");
    expect(floorShows()).toBe("v1 ready, 40 EA");

    erp.changes("MO-1", { quantity: quantity("60") });
    expect(await hub.look("MO-1")).toBe("dispatched");
    expect(floorShows()).toBe("v2 ready, 60 EA");
  });

  it("is held as often as its planner holds it", async () => {
    await hub.look("MO-1");
    for (const _ of [1, 2, 3]) {
      erp.changes("MO-1", { onHold: true });
      expect(await hub.look("MO-1")).toBe("held: It is on hold in the ERP.");
      expect(mes.only().job.state).toBe("waiting");
      erp.changes("MO-1", { onHold: false });
      expect(await hub.look("MO-1")).toBe("dispatched");
      expect(mes.only().job.state).toBe("ready");
    }
  });

  it("is negotiated while its job runs, twice in a row", async () => {
    await hub.look("MO-1");
    mes.moves("running");
    for (const amount of ["50", "60"]) {
      erp.changes("MO-1", { quantity: quantity(amount) });
      expect(await hub.look("MO-1")).toBe("dispatched");
      expect(floorShows()).toMatch(new RegExp(`running, ${amount} EA$`));
    }
    mes.world.refuses = "changes";
    erp.changes("MO-1", { quantity: quantity("70") });
    expect(await hub.look("MO-1")).toBe("refused: The MES refused version 4 and goes on by version 3: it is half done");
    expect(floorShows()).toBe("v3 running, 60 EA");

    erp.changes("MO-1", { quantity: quantity("60") });
    expect(await hub.look("MO-1")).toBe("dispatched");
    expect(floorShows()).toBe("v3 running, 60 EA");
  });

  it("that the MES refused goes when a person opens it again, and stays gone", async () => {
    mes.world.refuses = "jobs";
    expect(await hub.look("MO-1")).toBe("refused: The MES refused it: no such item");
    mes.world.refuses = null;
    expect(await hub.look("MO-1")).toMatch(/^refused/);

    expect(await hub.look("MO-1", "pia")).toBe("dispatched");
    expect(await hub.look("MO-1")).toBe("dispatched");
    expect(floorShows()).toBe("v1 ready, 40 EA");
  });

  it("is cancelled with its job", async () => {
    await hub.look("MO-1");
    erp.changes("MO-1", { state: "cancelled" });

    expect(await hub.look("MO-1")).toBe("ended: Its job was cancelled in the MES, 0 good, 0 scrap.");
  });

  it("does what a person says, and takes it back", async () => {
    await hub.look("MO-1");
    await asks("hold");
    expect(await hub.look("MO-1")).toBe("held: pia holds it: she says so");
    await asks("release");
    expect(await hub.look("MO-1")).toBe("dispatched");
    await asks("cancel");
    expect(await hub.look("MO-1")).toMatch(/^ended/);
    expect(await asks("hold", "MO-9")).toBe(false);
  });
});

describe("when the hub's database was lost, what the MES has", () => {
  beforeEach(async () => {
    await hub.look("MO-1");
    erp.changes("MO-1", { quantity: quantity("60") });
  });

  it("is brought in step under the next number, whatever its number was", async () => {
    await forget();
    expect(await hub.look("MO-1")).toBe("dispatched");
    expect(floorShows()).toBe("v2 ready, 60 EA");

    await hub.look("MO-1");
    await forget();
    expect(await hub.look("MO-1")).toBe("dispatched");
    expect(floorShows()).toBe("v3 ready, 60 EA");
  });

  it("is cancelled, although its order never comes to be sent", async () => {
    await forget();
    erp.changes("MO-1", { state: "cancelled" });

    expect(await hub.look("MO-1")).toMatch(/^ended: Its job was cancelled/);
    expect(mes.only().job.state).toBe("cancelled");
  });

  it("is held, although its order never comes to be sent", async () => {
    await forget();
    await supersede();

    expect(await hub.look("MO-1")).toMatch(/^held: ECO-1 supersedes/);
    expect(mes.only().job.state).toBe("waiting");
  });
});

it("asks the MES for no job before it sends a new one: a batch would be read for nothing", async () => {
  await hub.look("MO-1");

  expect(mes.world.reads).toBe(0);
});

describe("a deviation", () => {
  it("lets orders through up to its quantity, those in the MES, too", async () => {
    await hub.look("MO-1");
    await hub.look("MO-2");
    await supersede();
    expect(await hub.look("MO-1")).toMatch(/^held: ECO-1/);
    expect(await hub.look("MO-2")).toMatch(/^held: ECO-1/);
    await deviate("50");

    expect(await hub.look("MO-1")).toBe("dispatched: It is built by deviation: grete: old stock.");
    expect(await hub.look("MO-2")).toMatch(/^held: .*of which other orders have taken 40: not enough for 40\.$/);
    expect((await deviationsOf(database.pool, {})).flatMap(({ uses }) => uses)).toEqual([
      { order: "MO-1", quantity: "40" },
    ]);
  });

  it("that is revoked leaves alone what was begun by it", async () => {
    await hub.look("MO-1");
    await supersede();
    const id = await deviate(null);
    await hub.look("MO-1");
    mes.moves("running");
    await database.transaction((tx) => takeBackDeviation(tx, { id, by: "grete", reason: "a mistake" }));

    expect(await hub.look("MO-1")).toMatch(/^dispatched: ECO-1.*was revoked\.$/);
    expect(mes.only().job.state).toBe("running");
  });

  it("is found among any number of others", async () => {
    await supersede();
    const id = await deviate("50");
    await database.pool.query(
      `insert into deviations (id, plant, item, superseded_by, reason, approved_by)
       select 'OLD-' || n, $1, 'DOOR', 'ECO-0', '', 'grete' from generate_series(1, 1100) n`,
      [PLANT],
    );

    expect(await hub.look("MO-1")).toMatch(/^dispatched/);
    expect((await deviationsOf(database.pool, { items: ["FRAME"] }))[0]).toMatchObject({
      id,
      uses: [{ order: "MO-1" }],
    });
  });
});

describe("an order that was released while no hub was there", () => {
  const shifts = ["06:00", "14:00"].map((start) => ({ name: start, start, days: WEEKDAYS }));
  const rules: OrderRules = {
    ...DEFAULT_ORDER_RULES,
    dispatch: "shift start",
    calendar: { timeZone: "UTC", shifts, closed: [] },
  };
  const hubAt = (time: string, outage: { from: string | null; to: string }) =>
    hubOf(database, erp, mes, rules, { now: () => new Date(at(time)), outage });

  beforeEach(() => erp.changes("MO-1", { startAt: at("06:00") }));

  it("goes with the shift that began meanwhile, as long as that lasts", async () => {
    const outage = { from: at("05:50"), to: at("06:10") };
    expect(await hubAt("06:10", outage).look("MO-1")).toBe("dispatched");
    expect((await orderOf(database.pool, PLANT, "MO-1" as ProductionOrderId))?.shiftAt).toBe(at("06:00"));
    expect(await hubAt("14:30", outage).look("MO-2")).toBe("scheduled");
  });

  it("waits for the next shift where the hub was there when its own began", async () => {
    expect(await hubAt("06:10", { from: null, to: at("05:00") }).look("MO-1")).toBe("scheduled");
    expect(await hubAt("06:10", { from: at("04:00"), to: at("05:00") }).look("MO-1")).toBe("scheduled");
  });

  it("goes with its own shift where that is yet to come", async () => {
    erp.changes("MO-1", { startAt: at("14:00") });
    expect(await hubAt("06:10", { from: at("05:50"), to: at("06:10") }).look("MO-1")).toBe("scheduled");
  });
});

function at(time: string): string {
  return `2027-01-11T${time}:00.000Z`;
}

import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BookingPage, ChangeEffect, ProposalPage } from "../../src/api/contract.ts";
import { DATABASE, PASSWORD } from "../../src/connectors/tryton/server-harness.ts";
import type { HubProcess } from "../kit/hub-process.ts";
import { orderBooks, type OrderBooksByHand } from "../kit/order-books.ts";
import { everyOne } from "../kit/sandbox.ts";
import { readShopRecord, sumsOf, usedBy, workedSeconds, type ShopRecord } from "../kit/shop-record.ts";
import { startTrialPlant, type SandboxProcess, type TrialPlant } from "../kit/trial-plant.ts";
import { until } from "../kit/until.ts";
import { planOrder, releaseOrder, type PlacedOrder } from "./order-plant.ts";
import { PLANT, startTrytonPlant, type TrytonPlant } from "./tryton-plant.ts";

/**
 * The loop closed with a real Tryton as ERP, between the sandbox PLM and MES: orders before and after a change, a seeded
 * effect, one problem report, and in Tryton what was really made and used, by lot, over a kill -9 of the hub.
 */
const CHANGE = "ECO-0001";
const ITEM = "FX-210";
const ORDERS = 8;
const PIECES = 18;
const HOUR = 3_600;
const OPERATIONS = ["0010 Assemble", "0020 Test", "0030 Label and pack"] as const;
/** Tryton answers in tens of milliseconds, and a booking asks it some thirty times. */
const PATIENCE_MS = 240_000;

const SEEDED = { itemCode: ITEM, component: "MOT-026", operation: "0010", runFactor: 1.3, scrapPercent: 20 };
const SHOP = { seed: 11, scrapPercent: 3, reworkPercent: 2, latePercent: 10, twicePercent: 8, correctedPercent: 3 };

let tryton: TrytonPlant;
let plant: TrialPlant;
let mes: SandboxProcess;
let hub: HubProcess;
let books: OrderBooksByHand;
let before: readonly PlacedOrder[];
let after: readonly PlacedOrder[];
let shop: ShopRecord;

beforeAll(async () => {
  tryton = await startTrytonPlant({ withOrders: false });
  const [assemble, test, pack] = OPERATIONS;
  await tryton.world.routing(ITEM, [
    [assemble, "ASM-1"],
    [test, "TST-1"],
    [pack, "PCK-1"],
  ]);
  const shopOpensAt = new Date(Date.now() - 6 * HOUR * 1_000);
  plant = await startTrialPlant(null, { withMes: true, orderWebhooks: true, shopOpensAt });
  if (plant.mes === null) throw new Error("the plant was asked for with an MES");
  ({ mes } = plant);
  books = orderBooks({ erp: plant.erp, mes });
  await mes.send("PUT", "/_sandbox/shop", { ...SHOP, effects: [{ ...SEEDED, defect: "FIT" }] });
  hub = await startHub();

  before = await releasedAndDispatched("first");
  await untilNow();
  await completed(before);

  await plant.release(CHANGE);
  await hub.reaches(CHANGE, "awaiting approval");
  await hub.approve(CHANGE);
  await hub.reaches(CHANGE, "applied");

  after = await releasedAndDispatched("second");
  await books.advance(6 * HOUR);
  await until(
    "Tryton has the first of it",
    async () => ((await isBooked(after)) ? true : null),
    async () => JSON.stringify(await bookingsOf(after)),
    PATIENCE_MS,
  );
  await hub.kill();
  hub = await startHub();
  await completed(after);
  shop = await readShopRecord(mes);
});
afterAll(async () => {
  await plant.close();
  await tryton.close();
});

function startHub(): Promise<HubProcess> {
  const settings = { url: tryton.url, database: DATABASE, user: "admin", password: PASSWORD, plant: PLANT };
  return plant.startHub({
    erp: { kind: "tryton", settings },
    feedback: { triggers: resolve("feedback/1000.yaml"), clockToleranceMinutes: 24 * 60 },
    production: { completeAfterMinutes: 0.1 },
  });
}

/** What an order takes of lots is what its planner put there for it. */
async function releasedAndDispatched(batch: string): Promise<readonly PlacedOrder[]> {
  const placed: PlacedOrder[] = [];
  for (let nth = 0; nth < ORDERS; nth++) {
    const order = await planOrder(tryton, ITEM, PIECES);
    await setLots(order, batch);
    await releaseOrder(tryton, order);
    placed.push(order);
  }
  await until(
    "all are in the MES",
    async () => {
      const known = new Set((await books.jobs()).map(({ order }) => order));
      return placed.every(({ order }) => known.has(order)) ? true : null;
    },
    () => hub.told(),
    PATIENCE_MS,
  );
  return placed;
}

type Move = { readonly id: number; readonly "product.": { readonly code: string }; readonly quantity: number };
/** Those that the shop does not know by serial number. */
const IN_LOTS = new Set(["IMP-080", "SMP-101", "HAR-001", "SCR-M4-10", "WSH-M4", "LOCTITE-243"]);

async function setLots({ id }: PlacedOrder, batch: string): Promise<void> {
  const { world } = tryton;
  const moves = await world.search<Move>("stock.move", [["production_input", "=", id]], ["product.code", "quantity"]);
  for (const { id: move, "product.": product } of moves) {
    if (IN_LOTS.has(product.code)) {
      await world.rpc("model.stock.move.write", [move], { lot: await lotOf(product.code, batch) });
    }
  }
}

async function lotOf(item: string, batch: string): Promise<number> {
  const number = `${item}-${batch}`;
  const { world } = tryton;
  const [known] = await world.search<{ id: number }>("stock.lot", [["number", "=", number]], []);
  return known?.id ?? world.create("stock.lot", { number, product: (await world.product(item)).id });
}

async function untilNow(): Promise<void> {
  const { now } = await mes.get<{ now: string }>("/_sandbox/clock");
  await books.advance((Date.now() - Date.parse(now)) / 1_000);
}

async function bookingsOf(orders: readonly PlacedOrder[]): Promise<BookingPage["bookings"]> {
  const { bookings } = await hub.call<BookingPage>("GET", "/api/production?limit=200");
  return bookings.filter(({ order }) => orders.some((one) => one.order === order));
}

async function completed(orders: readonly PlacedOrder[]): Promise<void> {
  await until(
    "all orders are completed in Tryton",
    async () => {
      const done = (await bookingsOf(orders)).filter(({ state }) => state === "completed");
      return done.length === orders.length ? true : null;
    },
    async () => `${JSON.stringify(await bookingsOf(orders))}\n${hub.told()}`,
    PATIENCE_MS,
  );
}

/** Whether a posting stands at any of the productions, in a note. */
async function isBooked(orders: readonly PlacedOrder[]): Promise<boolean> {
  for (const { id } of orders) {
    const notes = await tryton.world.search<object>(
      "ir.note",
      [
        ["resource", "=", `production,${id}`],
        ["message", "like", "Booked from the MES: %"],
      ],
      [],
    );
    if (notes.length > 0) return true;
  }
  return false;
}

const jobOf = ({ order }: PlacedOrder) => {
  type Step = { readonly operation: string; readonly good: number; readonly scrap: number };
  return mes.get<{ good: string; state: string; progress: readonly Step[] }>(`/mes/v1/job-orders/${PLANT}:${order}`);
};

describe("Tryton", () => {
  it("has every production done, with the pieces that came out well", async () => {
    for (const order of [...before, ...after]) {
      const [made] = await tryton.world.search<{ state: string }>("production", [["id", "=", order.id]], ["state"]);
      expect(made?.state).toBe("done");
      const outputs = await movesOf("production_output", order);
      const { good, state } = await jobOf(order);
      expect(state).toBe("ENDED");
      expect(outputs.filter(({ item }) => item === ITEM).map(({ quantity }) => quantity)).toEqual([Number(good)]);
    }
  });

  it("has issued what was really used, lot by lot", async () => {
    for (const order of [...before, ...after]) {
      const issued = await movesOf("production_input", order);
      const back = (await movesOf("production_output", order)).filter(({ item }) => item !== ITEM);
      const held = sumsOf([
        ...issued.map(({ item, lot, quantity }) => [`${item} ${lot ?? "-"}`, quantity] as const),
        ...back.map(({ item, lot, quantity }) => [`${item} ${lot ?? "-"}`, -quantity] as const),
      ]);
      // Tryton keeps no serial numbers of what is used: those pieces are counted.
      const used = sumsOf(
        Object.entries(usedBy(shop, order.order)).map(([name, quantity]) => {
          const [item = ""] = name.split(" ");
          return [IN_LOTS.has(item) ? name : `${item} -`, quantity] as const;
        }),
      );
      expect(held).toEqual(used);
    }
  });

  it("has the time that was worked, on the work of each operation", async () => {
    for (const order of [...before, ...after]) {
      const cycles = await tryton.world.search<{
        duration: { seconds: number } | null;
        "work.operation.": { name: string };
      }>("production.work.cycle", [["work.production", "=", order.id]], ["duration", "work.operation.name"]);
      for (const name of OPERATIONS) {
        const own = cycles.filter((cycle) => JSON.stringify(cycle).includes(name));
        const seconds = own.reduce((sum, { duration }) => sum + (duration?.seconds ?? 0), 0);
        expect(seconds).toBeCloseTo(workedSeconds(shop, order.order, name.slice(0, 4)), 0);
      }
    }
  });
});

type DoneMove = { readonly item: string; readonly lot: string | null; readonly quantity: number };

async function movesOf(side: "production_input" | "production_output", { id }: PlacedOrder): Promise<DoneMove[]> {
  const moves = await tryton.world.search<Move & { readonly "lot.": { readonly number: string } | null }>(
    "stock.move",
    [
      [side, "=", id],
      ["state", "=", "done"],
    ],
    ["product.code", "lot.number", "quantity"],
  );
  return moves.map(({ "product.": { code }, "lot.": lot, quantity }) => ({
    item: code,
    lot: lot?.number ?? null,
    quantity,
  }));
}

describe("the loop", () => {
  it("finds where the change cut in, what was seeded, and nothing else", async () => {
    const { items, measures } = await hub.call<ChangeEffect>("GET", `/api/changes/${CHANGE}/effect?plant=${PLANT}`);
    const firstNew = shop.happened.find(
      ({ itemCode, type, operation, revision }) =>
        itemCode === ITEM && type === "GOOD" && operation === "0030" && revision === "B",
    );
    expect(items).toMatchObject([{ item: ITEM, state: "cut in", cutIn: { id: firstNew?.serials[0] } }]);
    const verdicts = measures.map(({ operation, measure, verdict }) => `${operation} ${measure}: ${verdict}`);
    const worse = ["0010 run time: worse", "0010 scrap: worse", "0010 first-pass yield: worse"];
    expect(verdicts.filter((one) => !one.endsWith("no difference shown")).toSorted()).toEqual(worse.toSorted());
    expect(verdicts).toHaveLength(4 * OPERATIONS.length);
  });

  it("raises one problem report in the PLM once a person approves", async () => {
    const { proposals } = await hub.call<ProposalPage>("GET", "/api/proposals?limit=200");
    const proposal = proposals.find(({ rule, state }) => rule === "yield-since-change" && state === "waiting");
    await hub.heddle("proposal", proposal?.id ?? "", "--approve", "--reason", "assembly has to look into it");
    const reports = await until("the PLM has it", async () => {
      const all = await everyOne<{ partNumber: string; revision: string; evidence: string }>(
        plant.plm,
        "/api/v2/problem-reports",
      );
      return all.length === 0 ? null : all;
    });
    expect(reports).toMatchObject([{ partNumber: ITEM, revision: "B" }]);
    expect(after.some(({ order }) => reports[0]?.evidence.includes(order))).toBe(true);
  });
});

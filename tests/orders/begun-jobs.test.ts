import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlantId, ProductionOrderId } from "../../src/domain/ids.ts";
import { askOfOrder, type OrderAsk } from "../../src/flows/ask-of-orders.ts";
import { DEFAULT_ORDER_RULES } from "../../src/domain/orders/order-rules.ts";
import { orderBooks, type MesJob, type OrderBooksByHand } from "../kit/order-books.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { until } from "../kit/until.ts";

/** Jobs whose shop floor is at work when the ERP changes its mind. */
let trial: TrialHub;
let books: OrderBooksByHand;
beforeAll(async () => {
  trial = await startTrialHub({ orders: DEFAULT_ORDER_RULES });
  books = orderBooks(trial);
  const shop = await trial.mes.get<object>("/_sandbox/shop");
  await trial.mes.send("PUT", "/_sandbox/shop", { ...shop, scrapPercent: 0, reworkPercent: 0 });
});
afterAll(() => trial.close());

type Progress = { operation: string; startedAt: string | null; endedAt: string | null; good: number };
const progressOf = (job: MesJob) => (job as MesJob & { progress: Progress[] }).progress;

async function news(): Promise<void> {
  await trial.watch();
  await trial.ordersRest();
}

/** An order whose job has come so far. The more urgent, the sooner it has the shop to itself. */
let priority = 100;
async function begun(quantity: string, isSoFar: (job: MesJob) => boolean): Promise<string> {
  const { number } = await books.released("FX-210", quantity, { priority: (priority += 1) });
  await news();
  await until(`${number} has come so far`, async () => {
    await books.advance(20);
    return isSoFar(await books.jobOf(number)) ? true : null;
  });
  await news();
  return number;
}

const hasMade = (pieces: number) => (job: MesJob) => (progressOf(job)[0]?.good ?? 0) >= pieces;
const isAtLastPiece = (job: MesJob) => {
  const last = progressOf(job)[2];
  return last?.startedAt != null && last.endedAt === null;
};

/** The shop goes on until the order has come to this. */
async function comesTo(order: string, state: Parameters<TrialHub["orderReaches"]>[1]) {
  return until(
    `${order} is ${state}`,
    async () => {
      await books.advance(10);
      await news();
      return trial
        .orderReaches(order, state, "negotiating", "dispatched", "refused", "ended")
        .then((row) => (row.state === state ? row : null));
    },
    async () => JSON.stringify(await books.jobOf(order)),
  );
}

describe("a cancellation", () => {
  it("that comes before the job has begun ends it", async () => {
    const { number } = await books.released("FX-210", "2", { startTime: "2030-01-07T05:00:00.000Z" });
    await news();
    await books.step(number, "cancel", { reason: "the customer withdrew" });
    await news();
    const asked = await trial.orderReaches(number, "negotiating");
    expect(asked.reason).toContain("asked to cancel");
    const { reason } = await comesTo(number, "ended");
    expect(reason).toBe("Its job was cancelled in the MES, 0 good, 0 scrap.");
    expect(await books.reportOf(number)).toMatchObject({ state: "cancelled", note: reason });
    expect(await books.logOf(number)).toEqual(["RECEIVED", "CANCEL_ASKED", "CANCEL_ANSWERED"]);
  });

  it("of a job that is partly done ends it with what was made", async () => {
    const number = await begun("30", hasMade(3));
    await books.step(number, "cancel", { reason: "the customer withdrew" });
    await news();
    const { reason } = await comesTo(number, "ended");
    expect(reason).toMatch(/aborted in the MES, cancelled when part of it was done, \d+ good, \d+ scrap/);
    expect((await books.jobOf(number)).state).toBe("ABORTED");
  });

  it("that comes too late leaves a job that is completed", async () => {
    const number = await begun("1", isAtLastPiece);
    await books.step(number, "cancel", { reason: "the customer withdrew" });
    await news();
    const { reason } = await comesTo(number, "ended");
    expect(reason).toContain("too late to cancel");
    expect((await books.jobOf(number)).state).toBe("ENDED");
    expect(await books.reportOf(number)).toMatchObject({ state: "completed", note: reason });
  });
});

describe("a person who holds a job", () => {
  it("may do so again after it was released, and each time the MES holds it", async () => {
    const { number } = await books.released("FX-210", "2", { startTime: "2030-01-07T05:00:00.000Z" });
    await news();
    for (const times of [1, 2, 3]) {
      await ask(number, "hold");
      await trial.orderReaches(number, "held");
      expect((await books.jobOf(number)).state, `held ${times} times`).toBe("NOT_ALLOWED_TO_START");
      await ask(number, "release");
      await trial.orderReaches(number, "dispatched");
      expect((await books.jobOf(number)).state, `released ${times} times`).toBe("ALLOWED_TO_START");
    }
  });

  async function ask(order: string, what: OrderAsk): Promise<void> {
    const asked = { plant: "1000" as PlantId, order: order as ProductionOrderId, by: "pia.planner", reason: "doubts" };
    await trial.database.transaction((tx) => askOfOrder(tx, what, { ...asked, at: new Date().toISOString() }));
    await news();
  }
});

describe("a change of a job that has begun", () => {
  it("that the MES refuses leaves the job running by its old version, and says so until it is taken back", async () => {
    const number = await begun("10", (job) => progressOf(job)[1]?.startedAt != null);
    await books.edit(number, { quantity: "12" });
    await news();
    const refused = await trial.orderReaches(number, "refused");
    expect(refused.reason).toContain("refused version 2 and goes on by version 1");
    expect(await books.jobOf(number)).toMatchObject({ version: 1, quantity: "10", state: "RUNNING" });
    expect(await books.reportOf(number)).toMatchObject({ state: "refused", version: 1, note: refused.reason });

    await books.edit(number, { quantity: "10" });
    await news();
    await trial.orderReaches(number, "dispatched");
    expect((await books.jobOf(number)).state).toBe("RUNNING");
    expect(await books.reportOf(number)).toMatchObject({ note: null });
  });

  it("that the MES takes has it stopped, changed and running again", async () => {
    const number = await begun("20", hasMade(2));
    await books.edit(number, { quantity: "15" });
    await news();
    await trial.orderReaches(number, "dispatched");
    expect(await books.jobOf(number)).toMatchObject({ version: 2, quantity: "15", state: "RUNNING" });
    expect((await books.logOf(number)).slice(-3)).toEqual(["HELD", "CHANGED", "RELEASED"]);
    await books.edit(number, { quantity: "12" });
    await news();
    await trial.orderReaches(number, "dispatched");
    expect(await books.jobOf(number)).toMatchObject({ version: 3, quantity: "12", state: "RUNNING" });
  });
});

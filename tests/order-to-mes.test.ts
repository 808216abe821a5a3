import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlantId, ProductionOrderId } from "../src/domain/ids.ts";
import { DEFAULT_ORDER_RULES } from "../src/domain/orders/order-rules.ts";
import { askOfOrder, releaseWithDeviation, type OrderAsk } from "../src/flows/ask-of-orders.ts";
import { readShown } from "../src/flows/shown-order.ts";
import { deviationsOf } from "../src/store/deviations.ts";
import { orderOf } from "../src/store/orders.ts";
import { startTrialHub, type TrialHub } from "./kit/trial-hub.ts";
import { until } from "./kit/until.ts";

type Order = { number: string; state: string; etag: string; itemCode: string; bomNumber: string };
type MesJob = { number: string; externalId: string; version: number; state: string; etag: string; quantity: string };
type Report = { state: string; note: string | null; jobNumber: string | null; version: number | null };

let trial: TrialHub;
beforeAll(async () => {
  trial = await startTrialHub({ orders: DEFAULT_ORDER_RULES });
});
afterAll(() => trial.close());

const ORDERS = "/erp/v1/production-orders";

async function released(itemCode: string, quantity: string, more: object = {}): Promise<Order> {
  const { number } = await trial.erp.send<Order>("POST", ORDERS, { plant: "1000", itemCode, quantity, ...more });
  return trial.erp.send("POST", `${ORDERS}/${number}/release`, {});
}

async function edit(number: string, change: object): Promise<Order> {
  const { etag } = await trial.erp.get<Order>(`${ORDERS}/${number}`);
  return trial.erp.send("PATCH", `${ORDERS}/${number}`, change, etag);
}

const jobOf = (order: string) => trial.mes.get<MesJob>(`/mes/v1/job-orders/1000:${order}`);

async function reportOf(order: string): Promise<Report | undefined> {
  const { value } = await trial.erp.get<{ value: Report[] }>(`/erp/v1/job-reports?plant=1000&order=${order}`);
  return value[0];
}

/** Reads news until the order shows what is expected. */
async function settled<T>(what: string, read: () => Promise<T | null>): Promise<T> {
  return until(what, async () => {
    await trial.watch();
    return read();
  });
}

async function ask(order: string, what: OrderAsk, reason = "the planner wants it so"): Promise<void> {
  const asked = { plant: "1000" as PlantId, order: order as ProductionOrderId, by: "pia.planner", reason };
  await trial.database.transaction((tx) => askOfOrder(tx, what, { ...asked, at: new Date().toISOString() }));
}

const advance = (seconds: number) => trial.mes.send("POST", "/_sandbox/advance", { seconds });

/** The shop works until the job has begun. */
async function begun(order: string): Promise<MesJob> {
  return until(`${order} has begun`, async () => {
    await advance(60);
    const job = await jobOf(order);
    return job.state === "RUNNING" ? job : null;
  });
}

describe("an order that the ERP releases", () => {
  it("becomes a job in the MES, and the planner sees its number in the ERP", async () => {
    const order = await released("FX-210", "4");
    await trial.watch();
    const row = await trial.orderReaches(order.number, "dispatched");
    expect(row.reason).toBeNull();
    const job = await jobOf(order.number);
    expect(job).toMatchObject({ version: 1, quantity: "4", state: "ALLOWED_TO_START" });
    expect(readShown(row.shown).mes).toMatchObject({ number: job.number, version: 1, state: "ready" });
    const report = await settled("the ERP has the report", async () => (await reportOf(order.number)) ?? null);
    expect(report).toMatchObject({ jobNumber: job.number, version: 1, state: "dispatched", note: null });
  });

  it("is left alone when it is told of twice", async () => {
    const order = await released("FX-210", "3");
    await trial.watch();
    await trial.orderReaches(order.number, "dispatched");
    await ask(order.number, "look again");
    await trial.watch();
    await settled("it was looked at", async () => ((await waits()) ? null : true));
    expect((await jobOf(order.number)).version).toBe(1);
  });

  it("follows the planner's edits while the job has not begun", async () => {
    const order = await released("FX-210", "5");
    await trial.watch();
    await trial.orderReaches(order.number, "dispatched");
    await edit(order.number, { quantity: "7", priority: 40 });
    const row = await settled("the MES has taken version 2", async () => {
      const now = await stored(order.number);
      return now?.acknowledged === 2 ? now : null;
    });
    expect(row).toMatchObject({ state: "dispatched", reason: null });
    expect(await jobOf(order.number)).toMatchObject({ version: 2, quantity: "7" });
  });

  it("ends in the MES when the ERP cancels it", async () => {
    const order = await released("FX-210", "2");
    await trial.watch();
    await trial.orderReaches(order.number, "dispatched");
    await trial.erp.send("POST", `${ORDERS}/${order.number}/cancel`, { reason: "the customer withdrew" });
    await trial.watch();
    // The MES takes its time to answer.
    const row = await settled("it is ended", async () => {
      await advance(5);
      return only(order.number, "ended");
    });
    expect(row.reason).toContain("cancelled");
    expect((await jobOf(order.number)).state).toMatch(/CANCELLED|ABORTED/);
  });
});

describe("a person", () => {
  it("holds an order and lets it go on", async () => {
    const order = await released("FX-210", "2");
    await trial.watch();
    await trial.orderReaches(order.number, "dispatched");
    await ask(order.number, "hold", "the drawing is in doubt");
    const held = await trial.orderReaches(order.number, "held");
    expect(held.reason).toBe("pia.planner holds it: the drawing is in doubt");
    expect((await jobOf(order.number)).state).toBe("NOT_ALLOWED_TO_START");
    const report = await settled("the ERP is told", async () => {
      const now = await reportOf(order.number);
      return now?.state === "held" ? now : null;
    });
    expect(report.note).toBe(held.reason);
    await ask(order.number, "release");
    await trial.orderReaches(order.number, "dispatched");
    expect((await jobOf(order.number)).state).toBe("ALLOWED_TO_START");
  });
});

describe("an order that was split", () => {
  it("goes when the MES has the rest with the smaller quantity", async () => {
    const order = await released("FX-210", "10");
    await trial.watch();
    await trial.orderReaches(order.number, "dispatched");
    const { etag } = await trial.erp.get<Order>(`${ORDERS}/${order.number}`);
    const part = await trial.erp.send<Order>("POST", `${ORDERS}/${order.number}/split`, { quantity: "4" }, etag);
    await settled("both are there", async () => {
      const [rest, split] = [await jobOf(order.number), await only(part.number, "dispatched")];
      return rest.version === 2 && split !== null ? rest : null;
    });
    expect(await jobOf(order.number)).toMatchObject({ quantity: "6" });
    expect(await jobOf(part.number)).toMatchObject({ quantity: "4", splitFrom: order.number });
  });
});

describe("a job that has begun", () => {
  it("is stopped, and changed or refused; the planner is told which", async () => {
    const order = await released("FX-210", "3", { priority: 500 });
    await trial.watch();
    await trial.orderReaches(order.number, "dispatched");
    await begun(order.number);
    await edit(order.number, { quantity: "5" });
    const row = await settled("it was settled", async () => {
      const now = await stored(order.number);
      const isTaken = now?.state === "dispatched" && now.acknowledged === 2;
      return isTaken || now?.state === "refused" ? now : null;
    });
    const job = await jobOf(order.number);
    expect(job.state).toBe("RUNNING");
    if (row.state === "refused") {
      expect(job.version).toBe(1);
      expect(row.reason).toContain("refused version 2");
    } else expect(job).toMatchObject({ version: 2, quantity: "5" });
    const report = await settled("the ERP is told", async () => {
      const now = await reportOf(order.number);
      return now?.note === row.reason ? now : null;
    });
    expect(report.version).toBe(job.version);
  });
});

describe("the gate", () => {
  it("holds an order on the design that a change has superseded, until a deviation lets it through", async () => {
    const old = await trial.erp.send<Order>("POST", ORDERS, { plant: "1000", itemCode: "FX-210", quantity: "6" });
    await trial.release("ECO-0001");
    await trial.reaches("ECO-0001", "awaiting approval");
    // Released in the PLM, not in the ERP yet: nobody starts another run by the old design.
    const early = await released("FX-210", "2");
    await trial.watch();
    const waiting = await trial.orderReaches(early.number, "held");
    expect(waiting.reason).toContain("ECO-0001 supersedes");

    await trial.lookAgain("ECO-0001", null); // its plan has the early order in it now
    await trial.reaches("ECO-0001", "awaiting approval");
    await trial.approve("ECO-0001");
    await trial.reaches("ECO-0001", "applied");
    await trial.watch();

    // The change leg works planned and released orders out anew: they are built by the new design.
    await trial.orderReaches(early.number, "dispatched");
    const { bomNumber } = await trial.erp.get<Order>(`${ORDERS}/${old.number}`);
    expect(bomNumber).not.toBe(old.bomNumber);

    // A planner who does not know of the change plans by the old BOM.
    const wrong = await released("FX-210", "6", { bomNumber: old.bomNumber });
    await trial.watch();
    const held = await trial.orderReaches(wrong.number, "held");
    expect(held.reason).toContain("ECO-0001 has superseded");
    await expect(jobOf(wrong.number)).rejects.toThrow("404");

    await trial.database.transaction((tx) =>
      releaseWithDeviation(
        tx,
        {
          plant: "1000" as PlantId,
          order: wrong.number as ProductionOrderId,
          by: "quinn.quality",
          reason: "the old brackets are used up",
          at: new Date().toISOString(),
        },
        { quantity: "6", until: null },
      ),
    );
    const through = await trial.orderReaches(wrong.number, "dispatched");
    expect(through.reason).toContain("quinn.quality");
    await edit(wrong.number, { priority: 7 });
    await settled("the edit is in the MES", async () => ((await jobOf(wrong.number)).version === 2 ? true : null));
    const [deviation] = await deviationsOf(trial.database.pool, { plant: "1000", items: ["FX-210"] });
    expect(deviation?.uses).toEqual([{ order: wrong.number, quantity: "6" }]);

    // More than it was given for: the job that the MES has is held again.
    await edit(wrong.number, { quantity: "7" });
    const tooMany = await settled("it is held", () => only(wrong.number, "held"));
    expect(tooMany.reason).toContain("not enough for 7");
    expect((await jobOf(wrong.number)).state).toBe("NOT_ALLOWED_TO_START");
    await edit(wrong.number, { quantity: "6" });
    await settled("it goes on", () => only(wrong.number, "dispatched"));
    expect(await jobOf(wrong.number)).toMatchObject({ quantity: "6", state: "ALLOWED_TO_START" });
  });
});

async function stored(order: string) {
  return orderOf(trial.database.pool, "1000" as PlantId, order as ProductionOrderId);
}

async function only(order: string, state: string) {
  const row = await stored(order);
  return row?.state === state ? row : null;
}

async function waits(): Promise<boolean> {
  const { rowCount } = await trial.database.pool.query("select from order_wakes where due <= clock_timestamp()");
  return rowCount !== 0;
}

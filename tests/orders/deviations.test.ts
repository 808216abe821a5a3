import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ItemId, PlantId, ProductionOrderId } from "../../src/domain/ids.ts";
import { DEFAULT_ORDER_RULES } from "../../src/domain/orders/order-rules.ts";
import { giveDeviation, takeBackDeviation, type DeviationLimits } from "../../src/flows/ask-of-orders.ts";
import { orderBooks, type OrderBooksByHand } from "../kit/order-books.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";

const PLANT = "1000" as PlantId;
const ITEM = "FX-210" as ItemId;
const CHANGE = "ECO-0001";
const NO_LIMITS: DeviationLimits = { quantity: null, until: null };

type Superseded = {
  readonly trial: TrialHub;
  readonly books: OrderBooksByHand;
  /** The number of the BOM that the change has superseded. */
  readonly oldBom: string;
  /** Of an item with a job in the MES that the change came upon. */
  readonly begunInErp: string;
  readonly clockGoesOn: (ms: number) => void;
};

/** A plant whose item has been given another design by a change that was applied. */
async function superseded(supersededInMes: "hold" | "flag"): Promise<Superseded> {
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  const trial = await startTrialHub({ orders: { ...DEFAULT_ORDER_RULES, supersededInMes }, now });
  const books = orderBooks(trial);
  const begunInErp = await books.released(ITEM, "4", { startTime: "2030-01-07T05:00:00.000Z" });
  await trial.watch();
  await trial.orderReaches(begunInErp.number, "dispatched");
  await books.step(begunInErp.number, "start"); // the change leg leaves it as it is
  await trial.release(CHANGE);
  await trial.reaches(CHANGE, "awaiting approval");
  await trial.approve(CHANGE);
  await trial.reaches(CHANGE, "applied");
  await trial.watch();
  await trial.ordersRest();
  return {
    trial,
    books,
    oldBom: begunInErp.bomNumber,
    begunInErp: begunInErp.number,
    clockGoesOn: (ms) => void (ahead += ms),
  };
}

describe("a change that is applied while the job is in the MES", () => {
  it.each(["hold", "flag"] as const)("makes the hub %s the job, as the plant's policy says", async (policy) => {
    const { trial, books, begunInErp } = await superseded(policy);
    try {
      // The change leg has put it on hold in the ERP; its planner does not know why, and lets it go on.
      expect((await trial.orderReaches(begunInErp, "held")).reason).toBe("It is on hold in the ERP.");
      const { etag } = await books.orderOf(begunInErp);
      await trial.erp.send("POST", `/erp/v1/production-orders/${begunInErp}/unhold`, {}, etag);
      await trial.watch();
      await trial.ordersRest();
      const row = await trial.orderReaches(begunInErp, policy === "hold" ? "held" : "dispatched");
      expect(row.reason).toContain(`${CHANGE} has superseded`);
      const job = await books.jobOf(begunInErp);
      expect(job.state).toBe(policy === "hold" ? "NOT_ALLOWED_TO_START" : "ALLOWED_TO_START");
      expect(await books.reportOf(begunInErp)).toMatchObject({ note: row.reason });
    } finally {
      await trial.close();
    }
  });
});

describe("a deviation", () => {
  let plant: Superseded;
  beforeAll(async () => {
    plant = await superseded("hold");
  });
  afterAll(() => plant.trial.close());

  async function byOldDesign(quantity: string): Promise<string> {
    const { number } = await plant.books.released(ITEM, quantity, {
      bomNumber: plant.oldBom,
      startTime: "2030-01-07T05:00:00.000Z",
    });
    await plant.trial.watch();
    await plant.trial.orderReaches(number, "held");
    return number;
  }

  async function given(order: string | null, limits: DeviationLimits): Promise<string> {
    const id = await plant.trial.database.transaction((tx) =>
      giveDeviation(
        tx,
        {
          plant: PLANT,
          item: ITEM,
          order: order as ProductionOrderId | null,
          supersededBy: CHANGE,
          reason: "the old motors are used up",
          by: "quinn.quality",
        },
        limits,
      ),
    );
    await plant.trial.ordersRest();
    return id;
  }

  async function revoked(id: string): Promise<void> {
    await plant.trial.database.transaction((tx) =>
      takeBackDeviation(tx, { id, by: "quinn.quality", reason: "they are not" }),
    );
    await plant.trial.ordersRest();
  }

  it("with a quantity lets through as many orders as that is enough for", async () => {
    const { trial, books } = plant;
    await books.step(plant.begunInErp, "finish", { completedQuantity: "4" }); // it would take its share
    await trial.watch();
    await trial.ordersRest();
    const [first, second] = [await byOldDesign("6"), await byOldDesign("6")];
    const id = await given(null, { quantity: "10", until: null });
    const states = await Promise.all([first, second].map((order) => trial.orderReaches(order, "dispatched", "held")));
    expect(states.map(({ state }) => state).toSorted()).toEqual(["dispatched", "held"]);
    const held = states.find(({ state }) => state === "held");
    const through = states.find(({ state }) => state === "dispatched");
    expect(through?.reason).toContain("quinn.quality: the old motors are used up");
    expect(`${held?.reason}`).toMatch(/not enough for 6|taken the rest of the deviation/);
    await expect(books.jobOf(held?.order ?? "")).rejects.toThrow("404");
    // Who is let through and then wants more than there is, is held in the MES.
    await books.edit(through?.order ?? "", { quantity: "11" });
    await trial.watch();
    const tooMuch = await trial.orderReaches(through?.order ?? "", "held");
    expect(tooMuch.reason).toContain("not enough for 11");
    expect((await books.jobOf(through?.order ?? "")).state).toBe("NOT_ALLOWED_TO_START");
    await revoked(id);
    for (const order of [first, second]) await books.step(order, "cancel", { reason: "done with" });
    await trial.watch();
    await trial.ordersRest();
  });

  it("with a date closes the gate again when that has come, and holds the job that waits", async () => {
    const { trial, books, clockGoesOn } = plant;
    const order = await byOldDesign("3");
    const until = new Date(trial.hub.now().getTime() + 3_600_000).toISOString();
    await given(order, { quantity: null, until });
    await trial.orderReaches(order, "dispatched");
    const { rows } = await trial.database.pool.query<{ minutes: number }>(
      `select round(extract(epoch from due - clock_timestamp()) / 60)::int as minutes from order_wakes where "order" = $1`,
      [order],
    );
    expect(rows, "it is looked at when the deviation ends").toEqual([{ minutes: 60 }]);
    clockGoesOn(3_600_000);
    await trial.database.pool.query(`update order_wakes set due = clock_timestamp() where "order" = $1`, [order]);
    const held = await trial.orderReaches(order, "held");
    expect(held.reason).toContain("The deviation of quinn.quality ended at");
    expect((await books.jobOf(order)).state).toBe("NOT_ALLOWED_TO_START");
  });

  it("that is revoked holds the job that it let through", async () => {
    const { trial, books } = plant;
    const order = await byOldDesign("2");
    const id = await given(order, NO_LIMITS);
    await trial.orderReaches(order, "dispatched");
    await revoked(id);
    const held = await trial.orderReaches(order, "held");
    expect(held.reason).toContain("The deviation of quinn.quality was revoked");
    expect((await books.jobOf(order)).state).toBe("NOT_ALLOWED_TO_START");
    await given(order, NO_LIMITS);
    await trial.orderReaches(order, "dispatched");
    expect((await books.jobOf(order)).state).toBe("ALLOWED_TO_START");
  });
});

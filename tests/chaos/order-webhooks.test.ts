import { afterAll, beforeAll, expect, it } from "vitest";
import { orderBooks, type OrderBooksByHand } from "../kit/order-books.ts";
import { startTrialPlant, type SandboxProcess, type TrialPlant } from "../kit/trial-plant.ts";
import { until } from "../kit/until.ts";

/** Webhooks come twice and in the wrong order, and nothing else tells of orders for a day. */
let plant: TrialPlant;
let mes: SandboxProcess;
let books: OrderBooksByHand;
beforeAll(async () => {
  plant = await startTrialPlant(null, { withMes: true, orderWebhooks: true });
  if (plant.mes === null) throw new Error("the plant was asked for with an MES");
  ({ mes } = plant);
  books = orderBooks({ erp: plant.erp, mes });
  await plant.startHub({ pollingSeconds: 86_400 });
  // The seeded orders come by the one poll, of the hub's start: then that is over.
  await until("the first poll is over", async () => ((await books.jobs()).length > 0 ? true : null));
  for (const system of [plant.erp, mes]) await system.misbehave({ duplicateWebhooks: true, reorderWebhooks: true });
});
afterAll(() => plant.close());

const START = "2030-01-07T05:00:00.000Z";

it("ends with each job as the ERP has its order", async () => {
  const numbers: string[] = [];
  for (let at = 0; at < 40; at += 1) {
    const { number } = await books.released("FX-210", "2", { startTime: START });
    numbers.push(number);
    if (at % 2 === 0) await books.edit(number, { quantity: "5", priority: at });
    if (at % 5 === 0) await books.step(number, "cancel", { reason: "a slip" });
  }
  for (const number of numbers.slice(0, 10)) {
    const { state } = await books.orderOf(number);
    if (state === "RELEASED") await books.edit(number, { quantity: "7" });
  }
  for (const [at, number] of numbers.entries()) {
    const isCancelled = at % 5 === 0;
    const quantity = at < 10 ? "7" : at % 2 === 0 ? "5" : "2";
    await until(
      `${number} is as the ERP has it`,
      async () => {
        const job = (await books.jobs()).find(({ order }) => order === number);
        // It may have been cancelled before it was told of.
        if (isCancelled) return job === undefined || (await books.logOf(number)).includes("CANCEL_ASKED") ? true : null;
        return job?.quantity === quantity ? true : null;
      },
      async () => JSON.stringify((await books.jobs()).find(({ order }) => order === number)),
    );
    if (!isCancelled) {
      const log = await books.logOf(number);
      expect(log[0]).toBe("RECEIVED");
      expect(
        log.slice(1).every((action) => action === "CHANGED"),
        log.join(),
      ).toBe(true);
    }
  }
});

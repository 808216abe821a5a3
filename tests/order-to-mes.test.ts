import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_ORDER_RULES } from "../src/domain/orders/order-rules.ts";
import { readShown } from "../src/flows/shown-order.ts";
import { startTrialHub, type TrialHub } from "./kit/trial-hub.ts";

type Order = { number: string; state: string; etag: string; itemCode: string; bomNumber: string };
type MesJob = { number: string; externalId: string; version: number; state: string; etag: string; quantity: string };

let trial: TrialHub;
beforeAll(async () => {
  trial = await startTrialHub({ orders: DEFAULT_ORDER_RULES });
});
afterAll(() => trial.close());

async function planned(itemCode: string, quantity: string): Promise<Order> {
  return trial.erp.send("POST", "/erp/v1/production-orders", { plant: "1000", itemCode, quantity });
}
async function released(itemCode: string, quantity: string): Promise<Order> {
  const { number } = await planned(itemCode, quantity);
  return trial.erp.send("POST", `/erp/v1/production-orders/${number}/release`, {});
}
const jobOf = (order: string) => trial.mes.get<MesJob>(`/mes/v1/job-orders/1000:${order}`);

describe("an order that the ERP releases", () => {
  it("becomes a job in the MES, with operations and components", async () => {
    const order = await released("FX-210", "4");
    await trial.watch();
    const row = await trial.orderReaches(order.number, "dispatched", "blocked", "refused");
    expect(row.reason).toBeNull();
    expect(row.state).toBe("dispatched");
    const job = await jobOf(order.number);
    expect(job).toMatchObject({ version: 1, quantity: "4", state: "ALLOWED_TO_START" });
    expect(readShown(row.shown).mes).toMatchObject({ number: job.number, version: 1, state: "ready" });
  });
});

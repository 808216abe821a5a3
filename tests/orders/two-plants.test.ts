import { afterAll, beforeAll, expect, it } from "vitest";
import { DEFAULT_ORDER_RULES } from "../../src/domain/orders/order-rules.ts";
import { orderBooks } from "../kit/order-books.ts";
import { connector, startTrialHub, type TrialHub } from "../kit/trial-hub.ts";

/** Two plants, each with an ERP of its own, that number their orders alike and share one MES. */
let north: TrialHub;
let south: TrialHub;
beforeAll(async () => {
  north = await startTrialHub({ orders: DEFAULT_ORDER_RULES });
  const sharedMes = connector("sandbox-mes", "mes", north.mes.url);
  south = await startTrialHub({ orders: DEFAULT_ORDER_RULES, plant: "2000", mes: sharedMes });
});
afterAll(async () => {
  await north.close();
  await south.close();
});

/** Something to make in a plant that makes nothing yet. */
async function newItem(): Promise<string> {
  const { erp } = south;
  const plant = "2000";
  const item = { plant, description: "Fan", baseUnit: "EA", decimals: 0, revisionLevel: "A" };
  await erp.send("POST", "/erp/v1/items", { ...item, code: "FAN-1", procurementType: "MAKE" });
  await erp.send("POST", "/erp/v1/items", { ...item, code: "BLADE-1", procurementType: "BUY" });
  await erp.send("POST", "/erp/v1/work-centers", { code: "S-1", plant, name: "South" });
  await north.mes.send("POST", "/mes/v1/work-centers", { code: "S-1", plant, name: "South", stations: 1 });
  const step = { operation: "0010", description: "Fit", workCenter: "S-1", setupSeconds: 0, runSeconds: 30 };
  await erp.send("POST", "/erp/v1/routings", { plant, itemCode: "FAN-1", operations: [step] });
  const lines = [{ position: "0010", componentCode: "BLADE-1", quantity: "5", unit: "EA", operation: "0010" }];
  const bom = { plant, itemCode: "FAN-1", revisionLevel: "A", lines };
  const { number, etag } = await erp.send<{ number: string; etag: string }>("POST", "/erp/v1/boms", bom);
  await erp.send("POST", `/erp/v1/boms/${number}/activate`, { replaces: null }, etag);
  return "FAN-1";
}

it("have two jobs where two orders have one number, and each change and cancellation finds its own", async () => {
  const [northern, southern] = [orderBooks(north), orderBooks({ erp: south.erp, mes: north.mes }, "2000")];
  const item = await newItem();
  const one = await northern.released("FX-210", "3");
  const other = await southern.released(item, "8");
  expect(other.number).toBe(one.number);
  await watchBoth();
  expect(await northern.jobOf(one.number)).toMatchObject({ plant: "1000", quantity: "3", version: 1 });
  expect(await southern.jobOf(one.number)).toMatchObject({ plant: "2000", quantity: "8", version: 1 });

  await southern.edit(one.number, { quantity: "9" });
  await northern.step(one.number, "cancel", { reason: "not needed" });
  await watchBoth();
  expect(await northern.logOf(one.number)).toEqual(["RECEIVED", "CANCEL_ASKED"]);
  expect(await southern.logOf(one.number)).toEqual(["RECEIVED", "CHANGED"]);
  expect(await southern.jobOf(one.number)).toMatchObject({ quantity: "9", version: 2 });
  expect(await southern.reportOf(one.number)).toMatchObject({ state: "dispatched", version: 2 });
  expect(await northern.reportOf(one.number)).toMatchObject({ state: "negotiating", version: 1 });
});

async function watchBoth(): Promise<void> {
  for (const hub of [north, south]) {
    await hub.watch();
    await hub.ordersRest();
  }
}

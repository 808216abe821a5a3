import { expect, it } from "vitest";
import { decimal, decimalText, times } from "../erp/decimal.ts";
import { trial } from "../http/trial.ts";
import { builtItems, plantLines, productItem } from "../product/mbom.ts";
import { PLANT, ROUTINGS } from "../product/plant.ts";
import { startSandboxMes } from "./server.ts";

const PIECES = "4";

/** A job for an item of the example product, as its routing and mBOM have it; null for what the plant has made outside. */
function jobFor(itemCode: string) {
  const routing = ROUTINGS[productItem(itemCode).type];
  if (routing === undefined) return null;
  return {
    externalId: `${PLANT}:MO-${itemCode}`,
    plant: PLANT,
    order: `MO-${itemCode}`,
    version: 1,
    itemCode,
    name: productItem(itemCode).description,
    quantity: PIECES,
    unit: "EA",
    priority: 0,
    operations: routing.map(([operation, name, workCenter, setupSeconds, runSeconds]) => ({
      operation,
      name,
      workCenter,
      setupSeconds,
      runSeconds,
    })),
    components: plantLines(itemCode).map(({ component, quantity, unit, operation, supply }, at) => ({
      line: String((at + 1) * 10),
      operation,
      itemCode: component,
      quantity: decimalText(times(decimal(quantity), decimal(PIECES))),
      unit,
      supplyType: supply,
    })),
  };
}

it("can make everything that the plant makes of the example product, and does", async () => {
  const { client } = await trial(startSandboxMes, { seed: true, clock: "2026-03-02T05:00:00.000Z" });
  const jobs = builtItems()
    .map(jobFor)
    .filter((job) => job !== null);
  expect(jobs.length).toBeGreaterThan(10);
  for (const job of jobs) expect((await client("POST", "/mes/v1/job-orders", job)).status, job.itemCode).toBe(201);
  await client("POST", "/_sandbox/advance", { seconds: 2 * 86_400 });
  const { value } = (await client("GET", "/mes/v1/job-orders?state=ENDED")).body;
  expect(value.map(({ itemCode }: { itemCode: string }) => itemCode)).toEqual(jobs.map(({ itemCode }) => itemCode));
});

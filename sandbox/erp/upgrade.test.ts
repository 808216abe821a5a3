import { expect, it } from "vitest";
import { trial, trialFolder } from "../http/trial.ts";
import type { ProductionOrder } from "./production-order.ts";
import { startSandboxErp } from "./server.ts";
import { openErp } from "./state.ts";

const LATER = ["orderType", "routingNumber", "priority", "startTime", "endTime", "splitFrom", "reworkOf", "operations"];

it("goes on with a folder of the first version, whose orders and routings knew less", async () => {
  const folder = trialFolder();
  const before = await trial(startSandboxErp, { seed: true, folder });
  const { body: whole } = await before.client("GET", "/erp/v1/production-orders/MO-5002");
  await before.server.close();

  const erp = openErp(folder, false);
  erp.write(() => {
    for (const revision of erp.routingRevisions.list([])) erp.routingRevisions.remove(revision);
    for (const order of erp.productionOrders.list([])) erp.productionOrders.replace(order, asItWas(order.value));
  });
  erp.db.close();

  const { client } = await trial(startSandboxErp, { seed: true, folder });
  const { body } = await client("GET", "/erp/v1/production-orders/MO-5002");
  expect(body).toEqual({
    ...whole,
    startTime: null,
    endTime: null,
    components: whole.components.map((component: object) => ({ ...component, supplyType: null, lot: null })),
    sequence: body.sequence,
    etag: body.etag,
  });
  const { value } = (await client("GET", `/erp/v1/routing-revisions?number=${whole.routingNumber}`)).body;
  expect(value).toMatchObject([{ itemCode: "FX-210", operations: whole.operations }]);
});

function asItWas(order: ProductionOrder): ProductionOrder {
  const components = order.components.map(({ supplyType: _type, lot: _lot, ...component }) => component);
  const members = Object.entries({ ...order, components }).filter(([name]) => !LATER.includes(name));
  return Object.fromEntries(members) as unknown as ProductionOrder;
}

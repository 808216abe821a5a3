import { expect, it } from "vitest";
import { startSandboxErp } from "../erp/server.ts";
import { trial, type Client } from "./trial.ts";

const NONE = {
  latencyMs: 0,
  tooManyRequestsPercent: 0,
  serverErrorPercent: 0,
  cutAfterWritePercent: 0,
  duplicateWebhooks: false,
  reorderWebhooks: false,
};
const SUPPLIER = { code: "ACME", name: "Acme", currency: "EUR" };

const faults = (client: Client, switches: object) => client("PUT", "/_sandbox/faults", { ...NONE, ...switches });
const suppliers = async (client: Client) => (await client("GET", "/erp/v1/suppliers")).body.value;

it("commits a write whose answer is cut, for exactly as many writes as asked", async () => {
  const { client } = await trial(startSandboxErp, {});
  await faults(client, { cutAfterNextWrites: 2 });

  await expect(client("POST", "/erp/v1/suppliers", SUPPLIER)).rejects.toThrow();
  await expect(client("POST", "/erp/v1/suppliers", SUPPLIER)).rejects.toThrow();
  expect((await client("POST", "/erp/v1/suppliers", SUPPLIER)).status).toBe(201);

  expect(await suppliers(client)).toHaveLength(3);
  expect((await client("GET", "/_sandbox/faults")).body.cutAfterNextWrites).toBe(0);
});

it("cuts no reads and no refused writes", async () => {
  const { client } = await trial(startSandboxErp, {});
  await faults(client, { cutAfterWritePercent: 100 });

  expect(await suppliers(client)).toEqual([]);
  expect((await client("POST", "/erp/v1/suppliers", { ...SUPPLIER, currency: "XXX" })).status).toBe(422);
  await expect(client("POST", "/erp/v1/suppliers", SUPPLIER)).rejects.toThrow();
  expect(await suppliers(client)).toHaveLength(1);
});

it("fails with 429 and Retry-After, or with 500, before anything is done", async () => {
  const { client } = await trial(startSandboxErp, {});

  await faults(client, { tooManyRequestsPercent: 100 });
  const busy = await client("POST", "/erp/v1/suppliers", SUPPLIER);
  expect([busy.status, busy.headers.get("retry-after"), busy.body.error.code]).toEqual([429, "1", "TOO_MANY_REQUESTS"]);

  await faults(client, { serverErrorPercent: 100 });
  expect((await client("POST", "/erp/v1/suppliers", SUPPLIER)).status).toBe(500);
  expect((await client("GET", "/health")).status).toBe(200);

  await faults(client, {});
  expect(await suppliers(client)).toEqual([]);
});

it("answers no sooner than the latency", async () => {
  const { client } = await trial(startSandboxErp, {});
  await faults(client, { latencyMs: 60 });
  const before = performance.now();
  await suppliers(client);
  expect(performance.now() - before).toBeGreaterThanOrEqual(55);
});

it("refuses switches that it does not have", async () => {
  const { client } = await trial(startSandboxErp, {});
  const answer = await faults(client, { gremlins: true });
  expect([answer.status, answer.body.error.field]).toEqual([400, "gremlins"]);
});

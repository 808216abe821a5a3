import { expect, it } from "vitest";
import { startSandboxErp } from "../erp/server.ts";
import { trial } from "./trial.ts";

it("wants the API key on everything but health", async () => {
  const { client, url } = await trial(startSandboxErp, {});
  const bare = await fetch(`${url}/erp/v1/items`);
  expect([bare.status, await bare.json()]).toEqual([
    401,
    { error: { code: "UNAUTHORIZED", message: "send the API key in the header X-Api-Key", field: "X-Api-Key" } },
  ]);
  expect((await client("GET", "/erp/v1/items", undefined, { "x-api-key": "other" })).status).toBe(401);
  expect((await fetch(`${url}/_sandbox/faults`)).status).toBe(401);
  expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: "ok", system: "sandbox-erp" });
});

it("pages a list from its oldest record to its newest, each once", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  const seen: string[] = [];
  for (let page: string | null = "0"; page !== null;) {
    const { body } = await client("GET", `/erp/v1/items?limit=7&page=${page}`);
    seen.push(...body.value.map((item: { id: string }) => item.id));
    page = body.next;
  }
  expect(seen).toEqual(seen.toSorted());
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBeGreaterThan(50);
});

it.each([
  ["GET", "/erp/v1/items?colour=red", undefined, 400, "MALFORMED", "colour"],
  ["GET", "/erp/v1/items?limit=0", undefined, 400, "MALFORMED", "limit"],
  ["GET", "/erp/v1/items?page=last", undefined, 400, "MALFORMED", "page"],
  ["POST", "/erp/v1/items", { code: "X" }, 400, "MALFORMED", "plant"],
  [
    "POST",
    "/erp/v1/boms",
    { plant: "1000", itemCode: "X", lines: [{ position: "ten" }] },
    400,
    "MALFORMED",
    "lines[0].componentCode",
  ],
  ["GET", "/erp/v1/items/ITM-999999", undefined, 404, "ITEM_UNKNOWN", null],
  ["GET", "/erp/v1/nothing", undefined, 404, "ROUTE_UNKNOWN", null],
])("answers %s %s %j with %i %s %s", async (method, path, body, status, code, field) => {
  const { client } = await trial(startSandboxErp, {});
  const answer = await client(method, path, body);
  expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([status, code, field]);
});

it("refuses a body that is not JSON, and takes an empty one as an empty object", async () => {
  const { client, url } = await trial(startSandboxErp, {});
  const headers = { "x-api-key": "trial-key", "content-type": "application/json" };
  const broken = await fetch(`${url}/erp/v1/items`, { method: "POST", headers, body: "{" });
  expect([broken.status, await broken.text()]).toEqual([400, expect.stringContaining("MALFORMED")]);
  expect((await client("POST", "/erp/v1/items")).body.error.field).toBe("code");
});

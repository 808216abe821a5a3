import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { feedbackOn, PLANT, shopOrder } from "../../flows/feedback-harness.ts";
import { IntakeBusy } from "../../flows/shop-intake.ts";
import type { ShopEventsTaken } from "../contract.ts";
import { addAccount, addApiKey } from "../give-access.ts";
import { startTestApi, type TestApi } from "../testing.ts";

type Refused = { readonly error: { readonly code: string; readonly field?: string; readonly fix?: string } };

let api: TestApi;
let key = "";
beforeAll(async () => {
  api = await startTestApi();
  await feedbackOn(api.database).know(shopOrder());
  key = await keyFor("operator");
});
afterAll(() => api.close());

async function keyFor(role: "operator" | "viewer"): Promise<string> {
  await addAccount(api.database, { account: `mes-${role}`, role, by: "test" });
  await api.database.pool.query("update accounts set must_change_password = false");
  const made = await addApiKey(api.database, { account: `mes-${role}`, name: role, role, days: 1, by: "test" });
  if (made === null) throw new Error("the account takes no key");
  return made.key;
}

let told = 0;
function good(more: object = {}): object {
  told += 1;
  return {
    source: "SAW/1",
    id: `api-${told}`,
    at: new Date(Date.now() - 60_000).toISOString(),
    plant: PLANT,
    order: "MO-1",
    operation: "0010",
    fact: { kind: "good", quantity: "1", unit: "EA" },
    ...more,
  };
}

async function post(body: string | Buffer, headers: Record<string, string> = {}, path = "/api/shop-events") {
  const sent = { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers };
  const {
    statusCode,
    headers: answered,
    payload,
  } = await api.app.inject({ method: "POST", url: path, headers: sent, payload: body });
  return { status: statusCode, headers: answered, body: JSON.parse(payload) as ShopEventsTaken & Refused };
}

describe("events over HTTP", () => {
  it.each<[string, () => string]>([
    ["one event", () => JSON.stringify(good())],
    ["an array", () => JSON.stringify([good()])],
    ["an object with events", () => JSON.stringify({ events: [good()] })],
  ])("come as %s", async (_, body) => {
    expect(await post(body())).toMatchObject({ status: 200, body: { received: 1, stored: 1, known: 0, keptApart: 0 } });
  });

  it("come as a line for each, where a broken line spoils no other", async () => {
    const lines = [JSON.stringify(good()), "{ broken", "", JSON.stringify(good())].join("\n");
    const { status, body } = await post(lines, { "content-type": "application/x-ndjson; charset=utf-8" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      received: 3,
      stored: 2,
      apart: [{ at: 1, code: "unreadable", cause: "The line is not valid JSON." }],
    });
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
  ] as const)("come packed with %s", async (packing, pack) => {
    const body = pack(Buffer.from(JSON.stringify([good(), good()])));
    expect(await post(body, { "content-encoding": packing })).toMatchObject({ status: 200, body: { stored: 2 } });
  });

  it("are answered by how many were known, and which are kept apart and why", async () => {
    const twice = good();
    const late = good({ at: new Date(Date.now() + 3 * 3_600_000).toISOString() });
    const { body } = await post(JSON.stringify([twice, twice, late]));
    expect(body).toMatchObject({
      received: 3,
      stored: 1,
      known: 1,
      keptApart: 1,
      apart: [{ at: 2, source: "SAW/1", code: "clock-ahead", field: "at" }],
    });
    expect(body.apart[0]?.cause).toMatch(/^It is 2 h 59 min after the event came in\.|^It is 3 h/);
  });
});

describe("a request that cannot be taken", () => {
  it.each<[string, string | Buffer, Record<string, string>, number, string]>([
    ["is not JSON", "{", {}, 400, "body-not-json"],
    ["is of another type", "a,b", { "content-type": "text/csv" }, 415, "media-type-unsupported"],
    ["is packed in an unknown way", "x", { "content-encoding": "lzma" }, 415, "media-type-unsupported"],
    ["is not packed as it says", "x", { "content-encoding": "gzip" }, 400, "invalid-input"],
    [
      "unpacks without end",
      gzipSync(Buffer.alloc(40 * 1024 * 1024)),
      { "content-encoding": "gzip" },
      413,
      "body-too-large",
    ],
    ["is nested without end", "[".repeat(100_000), {}, 400, "body-too-complex"],
    ["holds too many events", `[${Array.from({ length: 10_001 }, () => "0").join(",")}]`, {}, 400, "body-too-complex"],
  ])("because it %s is refused as a whole", async (_, body, headers, status, code) => {
    expect(await post(body, headers)).toMatchObject({ status, body: { error: { code } } });
  });

  it("needs a key that may", async () => {
    const viewer = await keyFor("viewer");
    expect(await post("[]", { authorization: `Bearer ${viewer}` })).toMatchObject({ status: 403 });
    expect(await post("[]", { authorization: "Bearer hdl_nobody" })).toMatchObject({ status: 401 });
  });

  it("is told to come again when the hub cannot keep up", async () => {
    const busy = await startTestApi({
      shopEvents: {
        take: () => Promise.reject(new IntakeBusy(100_000)),
        askNow: async () => {},
        readers: new Map([["mes", () => []]]),
      },
    });
    const operator = await busy.signedIn("operator");
    const answer = await operator("POST /api/shop-events", {});
    expect(answer).toMatchObject({ status: 429, headers: { "retry-after": "1" }, body: { error: { code: "busy" } } });
    expect(await operator("POST /api/shop-events/wms", {})).toMatchObject({ status: 404 });
    await busy.close();
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestApi, type TestApi } from "./testing.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function send(payload: string | Buffer, type = "application/json") {
  const headers = { "content-type": type, "x-heddle": "1" };
  const answer = await api.app.inject({ method: "POST", url: "/api/session", headers, payload });
  return { status: answer.statusCode, ...answer.json<{ error: Record<string, string> }>() };
}

describe("a request body is refused", () => {
  it.each([
    ["that is no JSON", "{", 400, "body-not-json"],
    ["that is 33 levels deep", "[".repeat(33) + "]".repeat(33), 400, "body-too-complex"],
    ["that is deep beyond any stack", "[".repeat(200_000), 400, "body-too-complex"],
    ["of more than 256 KiB", `"${"x".repeat(256 * 1024)}"`, 413, "body-too-large"],
    ["with a key no schema names", `{"account":"a","password":"b","isAdmin":true}`, 400, "invalid-input"],
    ["with a prototype in it", `{"account":"a","password":"b","__proto__":{"role":"admin"}}`, 400, "invalid-input"],
    ["with a NUL, which no database stores", `{"account":"a\\u0000","password":"b"}`, 400, "invalid-input"],
    ["with half a surrogate pair", `{"account":"\\ud800","password":"b"}`, 400, "invalid-input"],
    ["of another type than the schema's", `{"account":1,"password":"b"}`, 400, "invalid-input"],
    ["that is not there", "", 400, "invalid-input"],
  ])("%s", async (_what, body, status, code) => {
    expect(await send(body)).toMatchObject({ status, error: { code, fix: expect.stringMatching(/./) } });
  });

  it("with more than 10,000 keys", async () => {
    const keys = Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [n, 0]));
    expect(await send(JSON.stringify(keys))).toMatchObject({ status: 400, error: { code: "body-too-complex" } });
  });

  it("that is not sent as JSON", async () => {
    expect(await send("account=a&password=b", "application/x-www-form-urlencoded")).toMatchObject({
      status: 415,
      error: { code: "media-type-unsupported" },
    });
  });

  it("with the field named", async () => {
    expect(await send(`{"account":"a","password":"b","isAdmin":true}`)).toMatchObject({
      error: { field: "body.isAdmin", message: "body.isAdmin is not known here." },
    });
    expect(await send(`{"account":"a"}`)).toMatchObject({ error: { message: "body lacks password." } });
    expect(await send(`{"account":"","password":"b"}`)).toMatchObject({ error: { field: "body.account" } });
  });
});

describe("an address", () => {
  it.each([["GET /api/nothing"], ["POST /api/changes"], ["DELETE /"], ["GET /webhooks"]])(
    "that is none: %s",
    async (request) => {
      expect(await api.stranger(request)).toMatchObject({ status: 404, body: { error: { code: "not-found" } } });
    },
  );

  it("with a NUL or a broken escape is refused, not failed on", async () => {
    const viewer = await api.signedIn("viewer");
    for (const path of ["/api/changes/%00/1000", "/api/changes/%/1000", "/api/changes?text=%00"]) {
      expect(await viewer(`GET ${path}`)).toMatchObject({ status: 400, body: { error: { code: "invalid-input" } } });
    }
  });

  it("with an unknown or malformed query names the parameter", async () => {
    const viewer = await api.signedIn("viewer");
    expect(await viewer("GET /api/changes?sort=title")).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining("sort") } },
    });
    expect(await viewer("GET /api/changes?limit=many")).toMatchObject({
      body: { error: { field: "querystring.limit" } },
    });
  });
});

it("says nothing of an unforeseen failure but an id to look for in the log", async () => {
  const broken = await startTestApi({
    connections: async () => {
      throw new Error("secret detail");
    },
  });
  const viewer = await broken.signedIn("viewer");
  const answer = await viewer("GET /api/status");
  await broken.close();
  expect(answer).toMatchObject({ status: 500, body: { error: { code: "internal-error" } } });
  expect(JSON.stringify(answer.body)).not.toContain("secret");
});

it("sends every answer with headers that keep other sites out", async () => {
  const { headers } = await api.stranger("GET /api/nothing");
  expect(headers).toMatchObject({
    "content-security-policy": expect.stringContaining("default-src 'self'"),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
  });
});

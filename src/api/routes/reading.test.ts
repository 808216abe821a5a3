import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Faults } from "../contract.ts";
import { startTestApi, type Caller, type TestApi } from "../testing.ts";

let api: TestApi;
let viewer: Caller;
let operator: Caller;

const faults: Faults = {
  latencyMs: 0,
  tooManyRequestsPercent: 0,
  serverErrorPercent: 0,
  cutAfterWritePercent: 0,
  duplicateWebhooks: false,
  reorderWebhooks: false,
};
const released: string[] = [];
const set: [string, Faults][] = [];

beforeAll(async () => {
  api = await startTestApi({
    connections: async () => [
      { system: "plm", kind: "sandbox-plm", state: "down", error: "unreachable", lastSeen: null },
    ],
    sandbox: {
      view: async () => ({ drafts: [{ change: "ECO-0001", title: "Thicker bracket" }], faults: { erp: faults } }),
      release: async (change) => change === "ECO-0001" && released.push(change) > 0,
      releaseOrder: async (order) => order === "MO-5001" && released.push(order) > 0,
      produce: async ({ item, orders }) =>
        item === "FX-211" ? Array.from({ length: orders }, (_, n) => `MO-${n}`) : null,
      setFaults: async (system, wanted) => system === "erp" && set.push([system, wanted]) > 0,
    },
  });
  viewer = await api.signedIn("viewer");
  operator = await api.signedIn("operator");
});
afterAll(() => api.close());

describe("status", () => {
  it("says how the hub and its connections are", async () => {
    expect(await viewer("GET /api/status")).toMatchObject({
      status: 200,
      body: {
        version: "0.1.0",
        hub: "test",
        lanes: { waiting: 0, active: 0 },
        unknownOutcomes: 0,
        openConflicts: 0,
        connections: [{ system: "plm", state: "down", error: "unreachable" }],
      },
    });
  });
});

describe("audit", () => {
  it("comes in pages, newest first, each entry once", async () => {
    for (const name of ["a", "b", "c"])
      await operator("PUT /api/sandbox/faults/erp", { ...faults, latencyMs: name.charCodeAt(0) });
    type Page = { entries: { id: string; at: string }[]; next: string | null };

    const all = await viewer<Page>("GET /api/audit?limit=500");
    const seen: string[] = [];
    let after: string | null = "";
    while (after !== null) {
      const { body }: { body: Page } = await viewer<Page>(
        `GET /api/audit?limit=2${after && `&after=${encodeURIComponent(after)}`}`,
      );
      seen.push(...body.entries.map(({ id }) => id));
      after = body.next;
    }

    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(seen).toEqual(all.body.entries.map(({ id }) => id));
  });

  it("asks for change and plant together", async () => {
    expect(await viewer("GET /api/audit?change=ECO-0001")).toMatchObject({ status: 400 });
    expect(await viewer("GET /api/audit?change=ECO-0001&plant=1000")).toMatchObject({
      status: 200,
      body: { next: null },
    });
  });
});

describe("health and metrics", () => {
  it("tell a supervisor and a scraper how the process is", async () => {
    expect(await api.stranger("GET /health/live")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await api.stranger("GET /health/ready")).toMatchObject({ status: 200, body: { status: "ok" } });
    const { body } = await viewer<string>("GET /metrics");
    expect(body).toContain('heddle_lanes{state="waiting"} 0');
    expect(body).toContain("heddle_unknown_outcomes 0");
    expect(body).toMatch(/heddle_http_request_seconds_count\{method="GET",route="\/health\/live",status="200"\} 1/);
  });
});

describe("sandbox", () => {
  it("releases a draft once asked by an operator", async () => {
    expect(await viewer("GET /api/sandbox")).toMatchObject({ body: { drafts: [{ change: "ECO-0001" }] } });
    expect(await operator("POST /api/sandbox/changes/ECO-0001/release")).toMatchObject({ status: 204 });
    expect(released).toEqual(["ECO-0001"]);
    expect(await operator("POST /api/sandbox/changes/ECO-9999/release")).toMatchObject({ status: 404 });
  });

  it("releases a planned order", async () => {
    expect(await viewer("POST /api/sandbox/production-orders/MO-5001/release")).toMatchObject({ status: 403 });
    expect(await operator("POST /api/sandbox/production-orders/MO-5001/release")).toMatchObject({ status: 204 });
    expect(released.at(-1)).toBe("MO-5001");
    expect(await operator("POST /api/sandbox/production-orders/MO-5002/release")).toMatchObject({
      status: 404,
      body: { error: { field: "order", fix: expect.stringContaining("MO-5007") } },
    });
  });

  it("has orders planned and released", async () => {
    const request = "POST /api/sandbox/production-orders";
    const wanted = { item: "FX-211", pieces: 16, orders: 2 };
    expect(await viewer(request, wanted)).toMatchObject({ status: 403 });
    expect(await operator(request, wanted)).toMatchObject({ status: 201, body: { orders: ["MO-0", "MO-1"] } });
    expect(await operator(request, { ...wanted, item: "GSK-001" })).toMatchObject({
      status: 404,
      body: { error: { field: "item", fix: expect.stringContaining("FX-211") } },
    });
    expect(await operator(request, { ...wanted, orders: 0 })).toMatchObject({ status: 400 });
  });

  it("sets faults within their bounds", async () => {
    const wanted = { ...faults, cutAfterWritePercent: 100 };
    expect(await operator("PUT /api/sandbox/faults/erp", wanted)).toMatchObject({ status: 200, body: wanted });
    expect(set.at(-1)).toEqual(["erp", wanted]);
    expect(await operator("PUT /api/sandbox/faults/mes", wanted)).toMatchObject({ status: 404 });
    expect(await operator("PUT /api/sandbox/faults/erp", { ...faults, cutAfterWritePercent: 101 })).toMatchObject({
      status: 400,
      body: { error: { field: "body.cutAfterWritePercent" } },
    });
  });

  it("is not there on a hub without it", async () => {
    const bare = await startTestApi();
    const caller = await bare.signedIn("operator");
    expect(await caller("GET /api/sandbox")).toMatchObject({ status: 404 });
    await bare.close();
  });
});

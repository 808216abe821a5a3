import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AsBuiltView, RecallCount, RecallPage, ThreadSearch, TraceView } from "../contract.ts";
import { startTestApi, type Caller, type TestApi } from "../testing.ts";
import { leaveThread, LOT, SERIALS } from "../thread-harness.ts";

let api: TestApi;
let viewer: Caller;

beforeAll(async () => {
  api = await startTestApi();
  viewer = await api.signedIn("viewer");
  await leaveThread(api.database);
});
afterAll(() => api.close());

async function read<Body>(path: string, query: Record<string, string> = {}) {
  return viewer<Body>(`GET ${path}?${new URLSearchParams(query).toString()}`);
}

describe("GET /api/trace", () => {
  it("goes from a serial number to the change behind it, with when and who, and says what is missing", async () => {
    const { status, body } = await read<TraceView>("/api/trace", { text: "SN-003" });
    expect(status).toBe(200);
    expect(body.node).toEqual({ system: "1000", kind: "serial", id: "SN-003@FX-110" });
    expect(body.back?.steps.map(({ depth, says }) => `${depth} ${says}`)).toEqual([
      "1 contains lot L-7 of MOT-024",
      "1 was made by production order MO-5001",
      "2 was built under change ECO-0001",
      "2 makes item FX-110 rev B",
      "3 was released by change ECO-0001",
    ]);
    expect(body.back?.steps[0]).toMatchObject({ who: "4711", happenedAt: "2026-02-01T06:00:00.000Z" });
    expect(body.back?.missing.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^Lot L-7 of MOT-024 has no origin on record/),
    ]);
    expect(body.forward?.steps.map(({ sentence }) => sentence)).toEqual([
      "Serial M-1 of FX-900 contains serial SN-003 of FX-110.",
    ]);
  });

  it("takes one step in one direction of one thing, and the next page of it", async () => {
    const step = { ...LOT, direction: "forward", depth: "1", limit: "25" };
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { body }: { body: TraceView } = await read<TraceView>(
        "/api/trace",
        after === undefined ? step : { ...step, after },
      );
      expect(body.back).toBeNull();
      seen.push(...body.forward!.steps.map(({ to }) => to.id));
      after = body.forward!.more[0]?.after;
      expect(seen.length + (body.forward!.more[0]?.count ?? 0)).toBe(SERIALS);
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(SERIALS);
  });

  it("leaves the choice where several are called so, and says when nothing is", async () => {
    const { body } = await read<TraceView>("/api/trace", { text: "SN-001" });
    expect(body).toMatchObject({ node: null, back: null, forward: null, found: { by: "name" } });
    expect(body.found.nodes.map(({ id }) => id)).toEqual(["SN-001@FX-110", "SN-001@FX-300"]);
    expect((await read<TraceView>("/api/trace", { text: "SN-999" })).body).toMatchObject({
      node: null,
      found: { by: "beginning", nodes: [] },
    });
  });

  it.each([
    [{}, "querystring.text"],
    [{ id: "MO-5001" }, "querystring.system"],
    [{ text: "SN-003", kind: "rumour" }, "querystring.kind"],
    [{ ...LOT, after: "x" }, "querystring.direction"],
    [{ ...LOT, direction: "back", after: "x" }, undefined],
  ])("refuses %j", async (query, field) => {
    const { status, body } = await viewer(`GET /api/trace?${new URLSearchParams(query).toString()}`);
    expect(status).toBe(400);
    if (field !== undefined) expect(body.error.field).toBe(field);
  });
});

it("GET /api/search finds by name, else by beginning", async () => {
  expect((await read<ThreadSearch>("/api/search", { text: "PR-0003" })).body).toEqual({
    by: "name",
    nodes: [{ system: "plm", kind: "problem report", id: "PR-0003" }],
  });
  expect((await read<ThreadSearch>("/api/search", { text: "MO-50", limit: "1" })).body).toMatchObject({
    by: "beginning",
    nodes: [{ id: "MO-5001" }],
  });
});

describe("GET /api/as-built", () => {
  it("holds what was built in against the design of its order", async () => {
    const { body } = await read<AsBuiltView>("/api/as-built/1000/FX-110/serial/SN-001");
    expect(body.compared?.text).toEqual([
      "Serial SN-001 against FX-110 rev B: 1 of 3 lines differ, and 1 of what was built in is extra.",
      "10 MOT-024, 1 EA: 1 EA as designed, lot L-7 at operation 0010",
      "20 SCR-M4-10, 8 EA: 7 EA as designed, at operation 0010; 1 EA missing",
      "30 GREASE, as required: none used",
      "extra SHIM-1, 1 EA: the design does not ask for it, serial X-1 at operation 0010",
    ]);
    expect(body).toMatchObject({
      orders: ["MO-5001"],
      operations: [{ operation: "0010", station: "ASSY-2", operator: "4711" }],
      results: [{ kind: "measured", name: "current", passed: true }],
      notes: [expect.stringMatching(/alternates are not known/)],
      compared: { isAsDesigned: false, lines: [{ missing: null }, { missing: "1 EA" }, { required: null }] },
    });
  });

  it("says when nothing is on record", async () => {
    expect(await viewer("GET /api/as-built/1000/FX-110/serial/SN-999")).toMatchObject({
      status: 404,
      body: { error: { message: "Nothing is on record of serial SN-999 of FX-110 in plant 1000." } },
    });
  });
});

describe("GET /api/recall", () => {
  it("lists, counts and exports what was built with a lot", async () => {
    const { body } = await read<RecallPage>("/api/recall", { lot: "L-7", limit: "50" });
    expect(body.recall).toBe("built with lot L-7 of MOT-024");
    expect(body.units).toHaveLength(50);
    const { body: rest } = await read<RecallPage>("/api/recall", { lot: "L-7", limit: "50", after: body.next! });
    expect(rest.next).toBeNull();
    const all = [...body.units, ...rest.units];
    expect(new Set(all.map(({ id }) => id)).size).toBe(SERIALS + 1);
    expect(all.find(({ id }) => id === "M-1")).toMatchObject({
      item: "FX-900",
      because: "contains serial SN-003 of FX-110",
    });
    expect(all[0]).toMatchObject({ order: "MO-5001", revision: "B", changes: [] });

    expect((await read<RecallCount>("/api/recall/count", { lot: "L-7" })).body).toEqual({
      recall: "built with lot L-7 of MOT-024",
      serials: SERIALS + 1,
      lots: 0,
      orders: 0,
      isAtLeast: false,
    });
    const { body: csv, headers } = await read<string>("/api/recall.csv", { lot: "L-7" });
    expect(headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(csv.split("\r\n").slice(0, 2)).toEqual([
      "plant,kind,id,item,revision,lot,order,built at,changes,because",
      "1000,serial,SN-001,FX-110,B,,MO-5001,2026-02-01T06:00:00.000Z,,contains lot L-7 of MOT-024",
    ]);
    expect(csv.trimEnd().split("\r\n")).toHaveLength(SERIALS + 2);
  });

  it("lists, counts and exports what was built before a change", async () => {
    const { body } = await read<RecallPage>("/api/recall", { before: "ECO-0001" });
    expect(body).toMatchObject({ recall: "FX-110 in plant 1000: built without change ECO-0001", next: null });
    expect(body.units.map(({ id }) => id)).toEqual(
      Array.from({ length: 20 }, (_, n) => `SN-${String(n + 1).padStart(3, "0")}`),
    );
    expect((await read<RecallCount>("/api/recall/count", { before: "ECO-0001" })).body).toMatchObject({ serials: 20 });
    const { body: csv } = await read<string>("/api/recall.csv", { before: "ECO-0001" });
    expect(csv.trimEnd().split("\r\n")).toHaveLength(21);
  });

  it.each([
    [{}, 400, "querystring.lot"],
    [{ lot: "L-7", before: "ECO-0001" }, 400, "querystring.lot"],
    [{ lot: "L-9" }, 400, "querystring.item"],
    [{ lot: "L-404" }, 404, "querystring.lot"],
    [{ lot: "L-7", plant: "2000" }, 404, "querystring.lot"],
    [{ before: "ECO-404" }, 404, "querystring.before"],
    [{ lot: "L-7", after: "x" }, 400, undefined],
  ])("refuses %j", async (query, expected, field) => {
    const { status, body } = await viewer(`GET /api/recall?${new URLSearchParams(query).toString()}`);
    expect(status).toBe(expected);
    if (field !== undefined) expect(body.error.field).toBe(field);
  });

  it("tells lots of one number apart by their item", async () => {
    expect((await read<RecallPage>("/api/recall", { lot: "L-9", item: "GEAR-1" })).body).toMatchObject({ units: [] });
  });
});

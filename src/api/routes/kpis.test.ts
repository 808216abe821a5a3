import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readXlsx } from "../../connectors/files/read-xlsx.ts";
import type { PlantId } from "../../domain/ids.ts";
import { openShopFloor, TWO_SHIFTS, type ShopFloor } from "../../flows/shop-floor-harness.ts";
import { wakeCounting } from "../../store/shop-events.ts";
import type { ErrorBody, KpiReport, KpiRow, LossReport } from "../contract.ts";
import { startTestApi, type Caller, type TestApi } from "../testing.ts";

const MINUTE = 60_000;
const PLANT = "1000" as PlantId;

let api: TestApi;
let floor: ShopFloor;
let viewer: Caller;

beforeAll(async () => {
  api = await startTestApi({ calendars: new Map([[PLANT, TWO_SHIFTS]]) });
  viewer = await api.signedIn("viewer");
  floor = await openShopFloor(api.database);
  await floor.learn(sawOrder("MO-1"), sawOrder("MO-2"), sawOrder("MO-3"));
  // The ERP has published two changes; the orders were planned by the second one's mBOM, but for the first order.
  await api.database.pool.query(
    `insert into newer_designs (plant, item, change, released_at, revision, published, mbom)
     values ('1000', 'FX-200', 'ECO-1', '2026-01-05T00:00:00.000Z', 'A', true, 'BOM-1'),
            ('1000', 'FX-200', 'ECO-2', '2026-01-12T00:00:00.000Z', 'B', true, 'BOM-2')`,
  );
  await floor.tell(
    machine("maintenance", "06:00", "06:30", { kind: "downtime", planned: true }),
    machine("jam", "13:30", "14:00", { kind: "downtime", reason: "no operator" }),
    ...orderOf50("MO-1", "06:30"),
    ...orderOf50("MO-2", "08:30"),
  );
  await floor.count();
});
afterAll(() => api.close());

function sawOrder(order: string) {
  const operations = { "0010": { workCenter: "SAW", runMinutes: 3 } };
  return {
    order,
    item: "FX-200",
    quantity: "50",
    revision: order === "MO-1" ? "A" : "B",
    mbom: mbomOf(order),
    operations,
  };
}

function mbomOf(order: string): string {
  return order === "MO-1" ? "BOM-1" : "BOM-2";
}

/** `08:30` of 2 February 2026, a Monday, or of another day of it: `03 08:30`. */
function at(time: string): string {
  return time.includes(" ") ? `2026-02-${time.replace(" ", "T")}:00.000Z` : `2026-02-02T${time}:00.000Z`;
}

function machine(id: string, since: string, until: string, fact: object) {
  return { id, since: at(since), at: at(until), workCenter: "SAW", fact };
}

/**
 * 50 pieces: 46 good and 2 scrapped at first, 2 sent to rework and good after it. 20 min of setup, 3.6 min a piece, 4 min
 * of rework, 6 min of delay; five hours from start to end.
 */
function orderOf50(order: string, start: string): readonly { readonly id: string; readonly fact: object }[] {
  const after = (minutes: number) => new Date(Date.parse(at(start)) + minutes * MINUTE).toISOString();
  const step = (id: string, minutes: number, fact: object, more: object = {}) => ({
    id: `${order}/${id}`,
    order,
    operation: "0010",
    workCenter: "SAW",
    at: after(minutes),
    fact,
    ...more,
  });
  const pieces = (kind: string, quantity: string, minutes: number, more: object = {}) => {
    return { kind, quantity, unit: "EA", workedMs: Math.round(minutes * MINUTE), ...more };
  };
  return [
    step("start", 0, { kind: "operation started" }),
    step("jam", 6, { kind: "downtime", reason: "blade" }, { since: after(0) }),
    step("setup", 26, { kind: "setup completed", workedMs: 20 * MINUTE }),
    step("good", 260, pieces("good", "46", 46 * 3.6)),
    step("scrap", 270, pieces("scrap", "2", 7.2, { reason: "bent" })),
    step("rework", 280, pieces("rework", "2", 7.2, { reason: "burr" })),
    step("reworked", 290, pieces("good", "2", 4, { reworked: true })),
    step("end", 300, { kind: "operation completed" }),
  ];
}

async function kpis(query: string): Promise<KpiReport> {
  const answer = await viewer<KpiReport>(`GET /api/kpis?${query}`);
  expect(answer.status).toBe(200);
  return answer.body;
}

/** The indicators of the only row, rounded: shares of two whole numbers have no exact binary number. */
async function indicators(query: string): Promise<Record<string, number | null>> {
  const { rows } = await kpis(query);
  expect(rows).toHaveLength(1);
  return rounded(rows[0]?.kpis ?? {});
}

function rounded(figures: Partial<KpiRow["kpis"]>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, value === null ? null : Math.round(value * 1e6) / 1e6]),
  );
}

describe("a saw's shift, as ISO 22400-2 works it out by hand", () => {
  it("has each indicator: 100 pieces in two orders, 8 h less 30 min of maintenance", async () => {
    expect(await indicators("plant=1000&by=workCenter,day,shift&from=2026-02-02&until=2026-02-02")).toEqual({
      throughputRate: 10, // 100 pieces / (5 h + 5 h)
      allocationRatio: 0.7, // (40 + 360 + 12 + 8) / 600 min
      setupRate: 0.1, // 40 / (40 + 360) min
      availability: 0.8, // 360 / (480 - 30) min
      effectiveness: 0.833333, // 3 min × 100 / 360 min
      qualityRatio: 0.96, // (92 + 4) / 100
      oee: 0.64, // 0.8 × 5/6 × 0.96
      firstPassYield: 0.92, // 92 / 100
      scrapRatio: 0.04, // 4 / 100
      reworkRatio: 0.04, // 4 / 100
    });
  });

  it("shows the sums behind them, the orders and the time of a piece", async () => {
    const [row] = (await kpis("by=workCenter")).rows;
    expect(row).toMatchObject({
      plant: "1000",
      workCenter: "SAW",
      item: null,
      changes: null,
      order: null,
      unit: "EA",
      orders: 2,
      elements: {
        good: "96",
        scrap: "4",
        rework: "4",
        inspected: "100",
        goodAtFirst: "92",
        setupMs: 40 * MINUTE,
        productionMs: 360 * MINUTE,
        reworkMs: 8 * MINUTE,
        executionMs: 600 * MINUTE,
        delayMs: 12 * MINUTE,
        downMs: 30 * MINUTE,
        plannedDownMs: 30 * MINUTE,
        plannedBusyMs: 450 * MINUTE,
        plannedRunMs: 300 * MINUTE,
        withPlanMs: 360 * MINUTE,
      },
      cycleTime: { count: 6 },
    });
    const median = row?.cycleTime.p50 ?? 0;
    expect(Math.abs(median / MINUTE - 3.6)).toBeLessThan(0.036);
  });

  it("has no availability nor OEE of an item: time is planned for work centers", async () => {
    expect(await indicators("item=FX-200")).toMatchObject({ availability: null, oee: null, scrapRatio: 0.04 });
    expect(await indicators("by=item&workCenter=SAW&item=FX-200")).toMatchObject({ availability: null });
  });

  it("tells revisions, changes in force and orders apart", async () => {
    const { rows } = await kpis("item=FX-200&by=revision,changes,order");
    expect(rows.map(({ revision, changes, order, orders }) => ({ revision, changes, order, orders }))).toEqual([
      { revision: "A", changes: ["ECO-1"], order: "MO-1", orders: 1 },
      { revision: "B", changes: ["ECO-1", "ECO-2"], order: "MO-2", orders: 1 },
    ]);
    expect(await indicators("item=FX-200&revision=B&operation=0010")).toMatchObject({ firstPassYield: 0.92 });
  });

  it("marks the days on which changes came into force, of the item that is asked for", async () => {
    const first = { plant: "1000", item: "FX-200", day: "2026-02-02" };
    expect((await kpis("item=FX-200&by=day")).changeMarkers).toEqual([
      { ...first, change: "ECO-1" },
      { ...first, change: "ECO-2" },
    ]);
    expect((await kpis("item=FX-200&from=2026-02-03")).changeMarkers).toEqual([]);
    expect((await kpis("by=item")).changeMarkers).toEqual([]);
  });

  it("ranks losses by their reason, each kind by itself", async () => {
    const { body } = await viewer<LossReport>("GET /api/losses?plant=1000&item=FX-200");
    const whole = { share: 1, cumulative: 1, plant: "1000", item: null, operation: "0010", workCenter: null };
    expect(body.rows).toEqual([
      { kind: "downtime", reason: "blade", quantity: String(12 * MINUTE), unit: null, times: 2, ...whole },
      { kind: "rework", reason: "burr", quantity: "4", unit: "EA", times: 2, ...whole },
      { kind: "scrap", reason: "bent", quantity: "4", unit: "EA", times: 2, ...whole },
    ]);
    const downtime = await viewer<LossReport>("GET /api/losses?kind=downtime&by=workCenter");
    expect(
      downtime.body.rows.map(({ reason, share, cumulative }) => [reason, rounded2(share), rounded2(cumulative)]),
    ).toEqual([
      ["no operator", 0.71, 0.71], // 30 of 42 min
      ["blade", 0.29, 1],
    ]);
  });
});

function rounded2(share: number): number {
  return Math.round(share * 100) / 100;
}

describe("what comes later", () => {
  it("counts what was late, what was corrected and what was reversed as if it had been told so at first", async () => {
    const cell = { source: "cell", plant: "1000" };
    await floor.tell(...orderOf50("MO-3", "03 06:30"));
    await floor.count();
    const first = await indicators("item=FX-200&by=day&from=2026-02-03");
    expect(first).toMatchObject({ firstPassYield: 0.92, scrapRatio: 0.04 });

    const [, , , good] = orderOf50("MO-3", "03 06:30");
    const { id: _, ...instead } = { ...good, plant: "1000" };
    await floor.tell(
      {
        id: "correction",
        kind: "correction",
        at: at("04 08:00"),
        corrects: { source: "cell", id: "MO-3/good" },
        instead: { ...instead, fact: { ...good?.fact, quantity: "41" } },
      },
      { id: "reversal", kind: "reversal", at: at("04 08:00"), reverses: { source: cell.source, id: "MO-3/scrap" } },
    );
    await floor.count();

    const after = await indicators("item=FX-200&by=day&from=2026-02-03");
    expect(after).toMatchObject({
      qualityRatio: 1, // (41 + 2) / 43
      scrapRatio: 0,
      firstPassYield: 0.953488, // 41 / 43
      reworkRatio: 0.046512, // 2 / 43
    });
  });

  it("gives the same sums, byte by byte, when all is counted once more", async () => {
    const before = await stored();
    expect(before.length).toBeGreaterThan(5);
    const { rows } = await api.database.pool.query<{ plant: PlantId; order: never }>(
      `select plant, "order" from order_production`,
    );
    await wakeCounting(api.database.pool, rows);
    await floor.count();
    expect(await stored()).toEqual(before);
  });
});

/** What is kept of production, as text. */
async function stored(): Promise<readonly string[]> {
  const { rows } = await api.database.pool.query<{ text: string }>(
    `select row_to_json(kpi_cells)::text as text from kpi_cells
      union all select row_to_json(kpi_totals)::text from kpi_totals
      union all select row_to_json(losses)::text from losses
      union all select (to_jsonb(order_production) - 'counted_at')::text from order_production order by 1`,
  );
  return rows.map(({ text }) => text);
}

describe("a file of it", () => {
  it("is CSV that a spreadsheet opens, each column named with its unit", async () => {
    const answer = await viewer<string>("GET /api/kpis?item=FX-200&by=operation&until=2026-02-02&format=csv");
    expect(answer.headers["content-disposition"]).toBe('attachment; filename="kpis.csv"');
    const [head, row] = answer.body.split("\r\n");
    expect(head).toMatch(/^\uFEFFPlant,Operation,Unit,Orders,Throughput \(per h\),Scrap ratio,Rework ratio/);
    expect(row).toMatch(/^1000,0010,EA,2,10,0\.04,0\.04,0\.92,0\.96,/);
  });

  it("is an Excel workbook with numbers as numbers, and numbers of things as text", async () => {
    const answer = await api.app.inject({
      url: "/api/losses?item=FX-200&until=2026-02-02&kind=scrap&format=xlsx",
      headers: await viewerHeaders(),
    });
    expect(answer.headers["content-type"]).toContain("spreadsheetml");
    const read = readXlsx(new Uint8Array(answer.rawPayload), undefined);
    if (!("table" in read)) throw new Error(read.flaw.problem);
    const cells = read.table.rows.map((row) => row.cells.map(({ text, number }) => number ?? text));
    expect(cells).toEqual([
      ["Plant", "Kind", "Reason", "Operation", "Quantity", "Unit", "Times", "Share", "Cumulative share"],
      ["1000", "scrap", "bent", "0010", "4", "EA", "2", "1", "1"],
    ]);
    expect(read.table.rows[1]?.cells.map(({ number }) => number !== null)).toEqual([
      false,
      false,
      false,
      false,
      true,
      false,
      true,
      true,
      true,
    ]);
  });
});

async function viewerHeaders(): Promise<Record<string, string>> {
  return { cookie: await api.cookie("viewer", "saver") };
}

describe("a request that makes no sense", () => {
  it.each([
    ["by=colour", "querystring.by"],
    ["from=2026-02-30", "querystring.from"],
    ["until=soon", "querystring.until"],
    ["format=pdf", "querystring.format"],
    ["colour=red", "querystring.colour"],
  ])("%s is refused, naming the field", async (query, field) => {
    const { status, body } = await viewer<ErrorBody>(`GET /api/kpis?${query}`);
    expect({ status, code: body.error.code, field: body.error.field }).toEqual({
      status: 400,
      code: "invalid-input",
      field,
    });
  });
});

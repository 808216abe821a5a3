import { expect, it } from "vitest";
import { kpiRow } from "./kpi-row-harness.ts";
import { CYCLE_TIME, groupName, OEE, partsOf, QUALITY_RATIO, SCRAP_RATIO, seriesOf } from "./metrics.ts";

it("draws a line for each operation, in the order of their numbers, from day to day", () => {
  const rows = [
    kpiRow({ operation: "0100", day: "2026-02-03", kpis: { scrapRatio: 0.3 } }),
    kpiRow({ operation: "20", day: "2026-02-03", kpis: { scrapRatio: 0.2 } }),
    kpiRow({ operation: "20", day: "2026-02-02", kpis: { scrapRatio: 0.1 } }),
  ];
  const { series, left } = seriesOf({ rows }, "operation", SCRAP_RATIO);
  expect(left).toBe(0);
  expect(series.map(({ name, points }) => [name, ...points.map(({ value }) => value)])).toEqual([
    ["20", 0.1, 0.2],
    ["0100", 0.3],
  ]);
});

it("draws the median in the band of its quantiles", () => {
  const rows = [kpiRow({ day: "2026-02-02", cycleTime: { count: 9, p10: 50_000, p50: 60_000, p90: 80_000 } })];
  expect(seriesOf({ rows }, "none", CYCLE_TIME).series).toEqual([
    { name: "", points: [{ day: "2026-02-02", value: 60_000, band: { low: 50_000, high: 80_000 } }] },
  ]);
});

it("tells plants and units apart where there are several", () => {
  const rows = [
    kpiRow({ day: "2026-02-02", operation: "10" }),
    kpiRow({ day: "2026-02-02", operation: "10", plant: "2000" }),
    kpiRow({ day: "2026-02-02", operation: "10", unit: "KGM" }),
  ];
  expect(seriesOf({ rows }, "operation", SCRAP_RATIO).series.map(({ name }) => name)).toEqual([
    "10, plant 1000, in EA",
    "10, plant 1000, in KGM",
    "10, plant 2000, in EA",
  ]);
});

it("leaves out downtime at no order where items are told apart", () => {
  const rows = [kpiRow({ day: "2026-02-02", orders: 0 }), kpiRow({ day: "2026-02-02", item: "FX-110" })];
  expect(seriesOf({ rows }, "item", SCRAP_RATIO).series.map(({ name }) => name)).toEqual(["FX-110"]);
  expect(seriesOf({ rows }, "none", SCRAP_RATIO).series).toHaveLength(1);
});

it("says how many lines a chart has no room for", () => {
  const rows = Array.from({ length: 9 }, (_, at) => kpiRow({ day: "2026-02-02", operation: `${at}` }));
  expect(seriesOf({ rows }, "operation", SCRAP_RATIO)).toMatchObject({ series: { length: 6 }, left: 3 });
});

it("leaves out what was never told of the parts of OEE", () => {
  const rows = [kpiRow({ day: "2026-02-02", kpis: { qualityRatio: 0.9 } })];
  expect(partsOf({ rows }, [OEE, QUALITY_RATIO]).map(({ name }) => name)).toEqual(["Quality ratio"]);
});

it("names a row by what rows are told apart by", () => {
  expect(groupName(kpiRow({ changes: ["ECO-1", "ECO-7"] }), "changes")).toBe("ECO-1 + ECO-7");
  expect(groupName(kpiRow({ changes: [] }), "changes")).toBe("no change");
  expect(groupName(kpiRow({}), "shift")).toBe("not told");
});

import type { KpiReport, KpiRow } from "../../src/api/contract.ts";
import { naturalOrder } from "../../src/domain/natural-order.ts";
import { SERIES_MOST } from "../charts/mark.tsx";
import type { Point, Series } from "../charts/series.ts";
import { RATE, SHARE, TIME, type Format } from "./figure-format.ts";

/** A figure of production as pages show it. */
export type Metric = {
  readonly id: string;
  readonly name: string;
  /** For a narrow column. */
  readonly short: string;
  readonly meaning: string;
  readonly format: Format;
  /** Whether a chart of it begins at zero. */
  readonly fromZero: boolean;
  readonly value: (row: KpiRow) => number | null;
  readonly band: (row: KpiRow) => Point["band"];
};

function kpi(name: keyof KpiRow["kpis"]): Pick<Metric, "value" | "band"> {
  return { value: ({ kpis }) => kpis[name], band: () => null };
}

export const CYCLE_TIME: Metric = {
  id: "cycle",
  name: "Cycle time",
  short: "Cycle p50",
  meaning: "Processing time for one piece, first passes only: median, in the band of the middle 80 %.",
  format: TIME,
  fromZero: false,
  value: ({ cycleTime }) => cycleTime.p50,
  band: ({ cycleTime: { p10, p90 } }) => (p10 === null || p90 === null ? null : { low: p10, high: p90 }),
};
export const SCRAP_RATIO: Metric = {
  id: "scrap",
  name: "Scrap ratio",
  short: "Scrap",
  meaning: "Of all pieces whose fate is known, those that were scrapped.",
  format: SHARE,
  fromZero: true,
  ...kpi("scrapRatio"),
};
export const FIRST_PASS_YIELD: Metric = {
  id: "fpy",
  name: "First-pass yield",
  short: "First pass",
  meaning: "Of all inspected pieces, those that were good the first time.",
  format: SHARE,
  fromZero: false,
  ...kpi("firstPassYield"),
};
export const REWORK_RATIO: Metric = {
  id: "rework",
  name: "Rework ratio",
  short: "Rework",
  meaning: "Pieces sent to rework for each piece whose fate is known.",
  format: SHARE,
  fromZero: true,
  ...kpi("reworkRatio"),
};
export const THROUGHPUT: Metric = {
  id: "throughput",
  name: "Throughput rate",
  short: "Throughput",
  meaning: "Pieces for each hour of the orders’ execution, waiting included.",
  format: RATE,
  fromZero: true,
  ...kpi("throughputRate"),
};
export const EFFECTIVENESS: Metric = {
  id: "effectiveness",
  name: "Effectiveness",
  short: "Effective",
  meaning: "Planned run time over the processing time that it really took.",
  format: SHARE,
  fromZero: false,
  ...kpi("effectiveness"),
};
export const QUALITY_RATIO: Metric = {
  id: "quality",
  name: "Quality ratio",
  short: "Quality",
  meaning: "Of all pieces whose fate is known, those that are good.",
  format: SHARE,
  fromZero: false,
  ...kpi("qualityRatio"),
};
export const AVAILABILITY: Metric = {
  id: "availability",
  name: "Availability",
  short: "Available",
  meaning: "Of the planned busy time, what the work center processed.",
  format: SHARE,
  fromZero: false,
  ...kpi("availability"),
};
export const OEE: Metric = {
  id: "oee",
  name: "OEE",
  short: "OEE",
  meaning: "Availability × effectiveness × quality ratio.",
  format: SHARE,
  fromZero: false,
  ...kpi("oee"),
};

/** What lines of a chart, and rows of a table, can be told apart by. */
export const GROUPS = ["none", "operation", "revision", "workCenter", "item", "changes", "shift"] as const;
export type Group = (typeof GROUPS)[number];

export const GROUP_NAMES: Readonly<Record<Group, string>> = {
  none: "nothing",
  operation: "operation",
  revision: "revision",
  workCenter: "work center",
  item: "item",
  changes: "changes in force",
  shift: "shift",
};

/** What a row is called where rows are told apart by `group`. */
export function groupName(row: KpiRow, group: Group): string {
  if (group === "none") return "";
  if (group !== "changes") return row[group] ?? "not told";
  return row.changes === null || row.changes.length === 0 ? "no change" : row.changes.join(" + ");
}

/** Rows as lines of one chart, in the order that people number things; `left` counts those there is no room for. */
export function seriesOf(
  { rows }: Pick<KpiReport, "rows">,
  group: Group,
  { value, band }: Pick<Metric, "value" | "band">,
): { readonly series: readonly Series[]; readonly left: number } {
  const ofDays = rows.filter(isOfADay).filter((row) => isOfSomething(row, group));
  const groups = [...Map.groupBy(ofDays, nameWithUnit(ofDays, group))].toSorted(([a], [b]) => naturalOrder(a, b));
  const series = groups.slice(0, SERIES_MOST).map(([name, ofGroup]) => ({
    name,
    points: ofGroup
      .toSorted((a, b) => (a.day < b.day ? -1 : 1))
      .map((row) => ({ day: row.day, value: value(row), band: band(row) })),
  }));
  return { series, left: groups.length - series.length };
}

/** Several figures of the same rows as lines of one chart, those that were never told aside. */
export function partsOf({ rows }: Pick<KpiReport, "rows">, metrics: readonly Metric[]): readonly Series[] {
  return metrics
    .map(({ name, value }) => {
      const { series } = seriesOf({ rows }, "none", { value, band: () => null });
      return { name, points: series[0]?.points ?? [] };
    })
    .filter(({ points }) => points.some((point) => point.value !== null));
}

/** Rows of several plants or units are different things, and named so. */
function nameWithUnit(rows: readonly KpiRow[], group: Group): (row: KpiRow) => string {
  const plants = new Set(rows.map(({ plant }) => plant));
  const units = new Set(rows.map(({ unit }) => unit).filter((unit) => unit !== null));
  return (row) =>
    [
      groupName(row, group),
      ...(plants.size > 1 ? [`plant ${row.plant}`] : []),
      ...(units.size > 1 && row.unit !== null ? [`in ${row.unit}`] : []),
    ]
      .filter((part) => part !== "")
      .join(", ");
}

type RowOfADay = KpiRow & { readonly day: string };

/** Downtime at no order is of no item: such rows hold nothing that was made. */
export function isOfSomething(row: KpiRow, group: Group): boolean {
  return group === "none" || group === "changes" || row[group] !== null || row.orders > 0;
}

function isOfADay(row: KpiRow): row is RowOfADay {
  return row.day !== null;
}

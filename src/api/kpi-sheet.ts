import type { KpiReport, KpiRow, LossRow } from "./contract.ts";
import { exactCell, type Sheet, type SheetCell } from "./spreadsheet.ts";

type Column<Row> = readonly [head: string, cell: (row: Row) => SheetCell];

/** Rows of KPIs as a table: the key, the indicators, the cycle times, and the sums that they were worked out from. */
export function kpiSheet({ rows }: Pick<KpiReport, "rows">): Sheet {
  return sheet(rows, KPI_COLUMNS);
}

/** Losses as a table. */
export function lossSheet(rows: readonly LossRow[]): Sheet {
  return sheet(rows, LOSS_COLUMNS);
}

/** Columns that are empty throughout are left out, but for the first: it shows at least what the table is about. */
function sheet<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Sheet {
  const filled = columns.filter(([, cell], at) => at === 0 || rows.some((row) => cell(row) !== null));
  return { head: filled.map(([head]) => head), rows: rows.map((row) => filled.map(([, cell]) => cell(row))) };
}

const kpi = (head: string, name: keyof KpiRow["kpis"]): Column<KpiRow> => [head, ({ kpis }) => kpis[name]];
const quantity = (head: string, name: "good" | "scrap" | "rework" | "inspected" | "goodAtFirst"): Column<KpiRow> => [
  head,
  ({ elements }) => exactCell(elements[name]),
];
const time = (
  head: string,
  name: Exclude<keyof KpiRow["elements"], Parameters<typeof quantity>[1]>,
): Column<KpiRow> => [`${head} (ms)`, ({ elements }) => elements[name]];
const cycle = (head: string, name: "p10" | "p50" | "p90" | "p99"): Column<KpiRow> => [
  `${head} (ms)`,
  ({ cycleTime }) => cycleTime[name],
];

const KPI_COLUMNS: readonly Column<KpiRow>[] = [
  ["Plant", ({ plant }) => plant],
  ["Item", ({ item }) => item],
  ["Revision", ({ revision }) => revision],
  ["Operation", ({ operation }) => operation],
  ["Work center", ({ workCenter }) => workCenter],
  ["Changes in force", ({ changes }) => changes?.join(" ") ?? null],
  ["Day", ({ day }) => day],
  ["Shift", ({ shift }) => shift],
  ["Order", ({ order }) => order],
  ["Unit", ({ unit }) => unit],
  ["Orders", ({ orders }) => orders],
  kpi("Throughput (per h)", "throughputRate"),
  kpi("Scrap ratio", "scrapRatio"),
  kpi("Rework ratio", "reworkRatio"),
  kpi("First-pass yield", "firstPassYield"),
  kpi("Quality ratio", "qualityRatio"),
  kpi("Allocation ratio", "allocationRatio"),
  kpi("Setup rate", "setupRate"),
  kpi("Availability", "availability"),
  kpi("Effectiveness", "effectiveness"),
  kpi("OEE", "oee"),
  ["Cycle times", ({ cycleTime }) => cycleTime.count],
  cycle("Cycle time p10", "p10"),
  cycle("Cycle time p50", "p50"),
  cycle("Cycle time p90", "p90"),
  cycle("Cycle time p99", "p99"),
  quantity("Good", "good"),
  quantity("Scrap", "scrap"),
  quantity("Rework", "rework"),
  quantity("Inspected", "inspected"),
  quantity("Good at first", "goodAtFirst"),
  time("Setup", "setupMs"),
  time("Production", "productionMs"),
  time("Rework", "reworkMs"),
  time("Delay", "delayMs"),
  time("Down", "downMs"),
  time("Planned down", "plannedDownMs"),
  time("Execution", "executionMs"),
  time("Planned busy", "plannedBusyMs"),
  time("Planned run", "plannedRunMs"),
  time("Production with a plan", "withPlanMs"),
];

const LOSS_COLUMNS: readonly Column<LossRow>[] = [
  ["Plant", ({ plant }) => plant],
  ["Kind", ({ kind }) => kind],
  ["Reason", ({ reason }) => reason],
  ["Item", ({ item }) => item],
  ["Operation", ({ operation }) => operation],
  ["Work center", ({ workCenter }) => workCenter],
  ["Quantity", ({ quantity: lost }) => exactCell(lost)],
  ["Unit", ({ kind, unit }) => (kind === "downtime" ? "ms" : unit)],
  ["Times", ({ times }) => times],
  ["Share", ({ share }) => share],
  ["Cumulative share", ({ cumulative }) => cumulative],
];

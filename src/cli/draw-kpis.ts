import type { KpiReport, KpiRow } from "../api/contract.ts";
import { grouped } from "../domain/grouped.ts";
import { table } from "./table.ts";

/** Rows of KPIs as a production engineer reads them, and the changes that came into force. */
export function drawKpis({ rows, changeMarkers }: KpiReport): string {
  if (rows.length === 0) return "nothing was told of such production";
  const columns = COLUMNS.filter(({ text }) => rows.some((row) => text(row) !== ""));
  const right = columns.flatMap(({ isFigure }, at) => (isFigure ? [at] : []));
  const drawn = table([columns.map(({ head }) => head), ...rows.map((row) => columns.map(({ text }) => text(row)))], {
    right,
  });
  const markers = changeMarkers.map(({ change, plant, day }) => `${change} in force at ${plant} from ${day} on`);
  return [drawn, ...(markers.length === 0 ? [] : ["", ...markers])].join("\n");
}

type Column = { readonly head: string; readonly text: (row: KpiRow) => string; readonly isFigure: boolean };

const name = (head: string, text: (row: KpiRow) => string | null): Column => ({
  head,
  text: (row) => text(row) ?? "",
  isFigure: false,
});
const figure = (head: string, text: (row: KpiRow) => string): Column => ({ head, text, isFigure: true });
const share = (head: string, kpi: keyof KpiRow["kpis"]): Column =>
  figure(head, ({ kpis }) => {
    const value = kpis[kpi];
    return value === null ? "" : `${(value * 100).toFixed(1)} %`;
  });

const COLUMNS: readonly Column[] = [
  name("Plant", ({ plant }) => plant),
  name("Item", ({ item }) => item),
  name("Revision", ({ revision }) => revision),
  name("Operation", ({ operation }) => operation),
  name("Work center", ({ workCenter }) => workCenter),
  name("Changes", ({ changes }) => (changes === null ? null : changes.length === 0 ? "none" : changes.join(" "))),
  name("Day", ({ day }) => day),
  name("Shift", ({ shift }) => shift),
  name("Order", ({ order }) => order),
  figure("Orders", ({ orders, order }) => (order === null ? String(orders) : "")),
  figure("Good", ({ elements, unit }) => (unit === null ? "" : grouped(`${elements.good} ${unit}`))),
  share("Scrap", "scrapRatio"),
  share("Rework", "reworkRatio"),
  share("First pass", "firstPassYield"),
  figure("Cycle p50", ({ cycleTime }) => durationText(cycleTime.p50)),
  figure("p90", ({ cycleTime }) => durationText(cycleTime.p90)),
  share("Setup", "setupRate"),
  share("Allocation", "allocationRatio"),
  figure("Per hour", ({ kpis }) => kpis.throughputRate?.toFixed(1) ?? ""),
  share("Effective", "effectiveness"),
  share("Available", "availability"),
  share("OEE", "oee"),
];

const UNITS = [
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** `3.6 min`: two units of size would be more exact than the sketch is. */
function durationText(milliseconds: number | null): string {
  if (milliseconds === null) return "";
  const [unit, size] = UNITS.find(([, each]) => milliseconds >= each) ?? ["ms", 1];
  return `${(milliseconds / size).toFixed(unit === "ms" ? 0 : 1)} ${unit}`;
}

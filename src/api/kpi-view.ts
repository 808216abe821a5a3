import type { KpiCell, KpiElements } from "../domain/feedback/kpi-elements.ts";
import { kpiLines, type KpiLine, type KpiPart } from "../domain/feedback/kpi-report.ts";
import type { Kpis } from "../domain/feedback/kpis.ts";
import type { PlantId } from "../domain/ids.ts";
import type { ShiftCalendar } from "../domain/orders/shift-calendar.ts";
import { rationalText, toNumber } from "../domain/rational.ts";
import type { Db } from "../store/database.ts";
import {
  changeStarts,
  kpiCellsOfOrders,
  kpiTotals,
  orderCounts,
  type OrderCount,
  type ProductionFilter,
} from "../store/kpis.ts";
import type { KPI_PARTS, KpiReport, KpiRow } from "./contract.ts";

export type KpiBy = readonly (typeof KPI_PARTS)[number][];

type Calendars = (plant: PlantId) => ShiftCalendar | null;

/** The KPIs of what was made, told apart by some parts. @throws TooMuchProduction */
export async function kpiReport(
  db: Db,
  filter: ProductionFilter,
  by: KpiBy,
  calendarOf: Calendars,
): Promise<KpiReport> {
  const parts = by.filter((part) => part !== "order");
  const { item } = filter;
  const [rows, changeMarkers] = await Promise.all([
    parts.length < by.length ? rowsOfOrders(db, filter, parts, calendarOf) : rowsOfAll(db, filter, parts, calendarOf),
    item === undefined ? [] : changeStarts(db, { ...filter, item }),
  ]);
  return { rows: [...rows], changeMarkers: [...changeMarkers] };
}

async function rowsOfAll(
  db: Db,
  filter: ProductionFilter,
  parts: readonly KpiPart[],
  calendarOf: Calendars,
): Promise<readonly KpiRow[]> {
  const { item, revision, operation } = filter;
  const isWhole = item === undefined && revision === undefined && operation === undefined;
  // Planned busy time is of a work center's shifts, whatever the rows are told apart by.
  const needed: readonly KpiPart[] = isWhole ? [...parts, "workCenter", "day", "shift"] : parts;
  const [cells, counts] = await Promise.all([kpiTotals(db, filter, needed), orderCounts(db, filter, parts)]);
  const nameOf = (key: OrderCount | KpiLine["key"]) => JSON.stringify([key.plant, ...parts.map((part) => key[part])]);
  const orders = new Map(counts.map((count) => [nameOf(count), count.orders]));
  return kpiLines(cells, { parts, isWhole, calendarOf }).map((line) =>
    rowOf(line, parts, { order: null, orders: orders.get(nameOf(line.key)) ?? 0 }),
  );
}

async function rowsOfOrders(
  db: Db,
  filter: ProductionFilter,
  parts: readonly KpiPart[],
  calendarOf: Calendars,
): Promise<readonly KpiRow[]> {
  const cells = await kpiCellsOfOrders(db, filter, parts);
  const options = { parts, isWhole: false, calendarOf };
  return [...Map.groupBy(cells, ({ order }) => order)].flatMap(([order, ofOrder]: [string, readonly KpiCell[]]) =>
    kpiLines(ofOrder, options).map((line) => rowOf(line, parts, { order, orders: 1 })),
  );
}

function rowOf(
  { key, elements, kpis, cycleTime }: KpiLine,
  parts: readonly KpiPart[],
  of: Pick<KpiRow, "order" | "orders">,
): KpiRow {
  return {
    ...key,
    changes: parts.includes("changes") ? [...key.changes] : null,
    ...of,
    elements: elementsView(elements),
    kpis: kpisView(kpis),
    cycleTime,
  };
}

function elementsView(elements: KpiElements): KpiRow["elements"] {
  const { good, scrap, rework, inspected, goodAtFirst, plannedRunMs } = elements;
  const { setupMs, productionMs, reworkMs, delayMs, downMs, plannedDownMs } = elements;
  const { executionMs, plannedBusyMs, withPlanMs } = elements;
  return {
    good: rationalText(good),
    scrap: rationalText(scrap),
    rework: rationalText(rework),
    inspected: rationalText(inspected),
    goodAtFirst: rationalText(goodAtFirst),
    setupMs,
    productionMs,
    reworkMs,
    delayMs,
    downMs,
    plannedDownMs,
    executionMs,
    plannedBusyMs,
    plannedRunMs: toNumber(plannedRunMs),
    withPlanMs,
  };
}

function kpisView(kpis: Kpis): KpiRow["kpis"] {
  const shown = Object.entries(kpis).map(([name, value]) => [name, value === null ? null : toNumber(value)]);
  return Object.fromEntries(shown) as KpiRow["kpis"];
}

import type { KpiRow } from "../../src/api/contract.ts";

/** A row of KPIs by what differs from one of which nothing is known. */
export function kpiRow({
  kpis = {},
  cycleTime = {},
  ...differs
}: Partial<Omit<KpiRow, "kpis" | "cycleTime" | "elements">> & {
  readonly kpis?: Partial<KpiRow["kpis"]>;
  readonly cycleTime?: Partial<KpiRow["cycleTime"]>;
}): KpiRow {
  return {
    plant: "1000",
    item: null,
    revision: null,
    operation: null,
    workCenter: null,
    changes: null,
    day: null,
    shift: null,
    order: null,
    unit: "EA",
    orders: 1,
    elements: {
      good: "0",
      scrap: "0",
      rework: "0",
      inspected: "0",
      goodAtFirst: "0",
      setupMs: 0,
      productionMs: 0,
      reworkMs: 0,
      delayMs: 0,
      downMs: 0,
      plannedDownMs: 0,
      executionMs: 0,
      plannedBusyMs: 0,
      plannedRunMs: 0,
      withPlanMs: 0,
    },
    kpis: {
      throughputRate: null,
      allocationRatio: null,
      setupRate: null,
      availability: null,
      effectiveness: null,
      qualityRatio: null,
      oee: null,
      firstPassYield: null,
      scrapRatio: null,
      reworkRatio: null,
      ...kpis,
    },
    cycleTime: { count: 0, p10: null, p50: null, p90: null, p99: null, ...cycleTime },
    ...differs,
  };
}

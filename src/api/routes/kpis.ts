import { parseDay } from "../../domain/calendar.ts";
import type { PlantId } from "../../domain/ids.ts";
import { TooMuchProduction, type ProductionFilter } from "../../store/kpis.ts";
import { lossSums, type LossPart } from "../../store/losses.ts";
import { KpiQuery, KpiReport, LossQuery, LossReport } from "../contract.ts";
import { kpiSheet, lossSheet } from "../kpi-sheet.ts";
import { kpiReport, type KpiBy } from "../kpi-view.ts";
import { lossRows } from "../loss-view.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";
import { sendSheet } from "../send-sheet.ts";

export const kpiRoutes: RouteGroup = ({ database, calendars }) => {
  const calendarOf = (plant: PlantId) => calendars.get(plant) ?? null;

  return async (app) => {
    app.get(
      "/api/kpis",
      {
        schema: {
          summary: "KPIs by ISO 22400-2 of what was made, with the changes that came into force; also as CSV or Excel",
          querystring: KpiQuery,
          response: answers({ 200: KpiReport }),
        },
      },
      async ({ query: { by, format, ...filter } }, reply) => {
        refuseNoDay(filter);
        const report = await read(() => kpiReport(database.pool, filter, wordsOf(by) as KpiBy, calendarOf));
        if (format === "json") return report;
        await sendSheet(reply, kpiSheet(report), format, "kpis");
        return reply;
      },
    );

    app.get(
      "/api/losses",
      {
        schema: {
          summary: "What was lost, by reason, for Pareto charts; also as CSV or Excel",
          querystring: LossQuery,
          response: answers({ 200: LossReport }),
        },
      },
      async ({ query: { by, format, ...filter } }, reply) => {
        refuseNoDay(filter);
        const rows = lossRows(await lossSums(database.pool, filter, wordsOf(by) as LossPart[]));
        if (format === "json") return { rows };
        await sendSheet(reply, lossSheet(rows), format, "losses");
        return reply;
      },
    );
  };
};

function wordsOf(list: string): readonly string[] {
  return [...new Set(list.split(",").filter((word) => word !== ""))];
}

function refuseNoDay({ from, until }: ProductionFilter): void {
  for (const [field, day] of Object.entries({ from, until })) {
    if (day === undefined || parseDay(day) !== null) continue;
    throw new ApiError("invalid-input", `${day} is no day of the calendar.`, { field: `querystring.${field}` });
  }
}

async function read<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof TooMuchProduction)) throw cause;
    throw new ApiError("invalid-input", `This is about too much production: ${cause.message}.`, {
      field: "querystring",
      fix: "Narrow it down to an item or a work center, or to fewer days by from and until.",
      cause,
    });
  }
}

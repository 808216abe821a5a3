import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import { optional, parsedBody } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { refused } from "../http/errors.ts";
import { paged, PAGING } from "../http/paging.ts";
import { filtersBy, queryOf } from "../http/query.ts";
import { Plant } from "./item.ts";
import type { Erp } from "./state.ts";

const Name = Type.String({ minLength: 1, maxLength: 100 });

const WrittenReport = Type.Object(
  {
    plant: Plant,
    order: Name,
    mes: Name,
    jobNumber: optional(Name),
    version: optional(Type.Integer({ minimum: 1 })),
    state: Name,
    note: optional(Type.String({ maxLength: 1000 })),
  },
  { additionalProperties: false },
);
type WrittenReport = Static<typeof WrittenReport>;

const Reports = Type.Object(
  { reports: Type.Array(WrittenReport, { maxItems: 10_000 }) },
  { additionalProperties: false },
);

/** How a production order fares in the MES, for its planner. No part of the order: it moves neither its ETag nor its sequence. */
export type JobReport = {
  readonly plant: string;
  readonly order: string;
  /** Which MES, in the reporter's words. */
  readonly mes: string;
  /** The MES's number of the job. */
  readonly jobNumber: string | null;
  /** Of the job that the MES works by. */
  readonly version: number | null;
  readonly state: string;
  readonly note: string | null;
  readonly reportedAt: string;
};

export function jobReportRoutes(app: FastifyInstance, erp: Erp): void {
  app.get("/job-reports", (request) => {
    const filters = ["order", "mes", "plant"];
    const query = queryOf(request, [...PAGING, ...filters]);
    return paged(erp.jobReports, query, filtersBy(query, filters), ({ value }) => value);
  });

  app.put("/job-reports", (request) => {
    const { reports } = parsedBody(Reports, request.body);
    checkDistinct(reports);
    const reportedAt = new Date().toISOString();
    const stored = erp.write(() => reports.map((report, at) => put(erp, report, `reports[${at}].order`, reportedAt)));
    return { value: stored.map(({ value }) => value) };
  });
}

/** Takes the place of the report before. @throws ApiError 422 naming the order that the plant does not have. */
function put(
  erp: Erp,
  { plant, order, ...report }: WrittenReport,
  field: string,
  reportedAt: string,
): Stored<JobReport> {
  if (erp.productionOrders.get(order)?.value.plant !== plant) {
    throw refused("PRODUCTION_ORDER_UNKNOWN", `plant ${plant} has no production order ${order}`, field);
  }
  const value: JobReport = {
    plant,
    order,
    mes: report.mes,
    jobNumber: report.jobNumber ?? null,
    version: report.version ?? null,
    state: report.state,
    note: report.note ?? null,
    reportedAt,
  };
  const before = erp.jobReports.get(order);
  return before === null ? erp.jobReports.insert(value) : erp.jobReports.replace(before, value);
}

/** Which of two were to stand there would be chance. */
function checkDistinct(reports: readonly WrittenReport[]): void {
  const seen = new Set<string>();
  reports.forEach(({ order }, at) => {
    if (seen.has(order)) throw refused("POSITION_DUPLICATE", `order ${order} comes twice`, `reports[${at}].order`);
    seen.add(order);
  });
}

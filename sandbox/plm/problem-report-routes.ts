import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { filled, parsedBody } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { conflict, unknownRecord } from "../http/errors.ts";
import { paged, PAGING } from "../http/paging.ts";
import { allowMatch, withEtag } from "../http/precondition.ts";
import { filtersBy, queryOf } from "../http/query.ts";
import { NewProblemReport, shownProblemReport, type ProblemReport } from "./problem-report.ts";
import { partOf, type Plm } from "./state.ts";

const Close = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, { additionalProperties: false });

type One = { Params: { r: string } };

export function problemReportRoutes(app: FastifyInstance, plm: Plm): void {
  app.get("/problem-reports", (request) => {
    const filters = ["occasion", "partNumber", "revision", "state"];
    const query = queryOf(request, [...PAGING, ...filters]);
    return paged(plm.problemReports, query, filtersBy(query, filters), shownProblemReport);
  });

  app.get<One>("/problem-reports/:r", (request, reply) => {
    const report = problemReportOf(plm, request.params.r);
    return withEtag(reply, report, shownProblemReport(report));
  });

  app.post("/problem-reports", (request, reply) => {
    const written = filled(parsedBody(NewProblemReport, request.body), {
      evidence: "",
      occasion: null,
      reportedBy: null,
    });
    const stored = plm.write(() => {
      partOf(plm, written.partNumber, written.revision);
      const life = { state: "OPEN", createdAt: now(), closedAt: null, closeReason: null } as const;
      return plm.problemReports.insert({ ...written, ...life });
    });
    return withEtag(reply.status(201), stored, shownProblemReport(stored));
  });

  app.post<One>("/problem-reports/:r/close", (request, reply) => {
    const { reason } = parsedBody(Close, request.body);
    const stored = plm.write(() => {
      const report = problemReportOf(plm, request.params.r);
      allowMatch(request, report);
      if (report.value.state === "CLOSED") throw conflict("REPORT_CLOSED", `${report.number} is closed`);
      const closed = { state: "CLOSED", closedAt: now(), closeReason: reason } as const;
      return plm.problemReports.replace(report, { ...report.value, ...closed });
    });
    return withEtag(reply, stored, shownProblemReport(stored));
  });
}

function problemReportOf(plm: Plm, number: string): Stored<ProblemReport> {
  const report = plm.problemReports.get(number);
  if (report === null) throw unknownRecord("PROBLEM_REPORT", number);
  return report;
}

function now(): string {
  return new Date().toISOString();
}

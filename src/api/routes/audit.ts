import { auditOf, listAudit } from "../../store/audit.ts";
import { changeSubject } from "../change-row.ts";
import { AuditPage, AuditQuery } from "../contract.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";

export const auditRoutes: RouteGroup =
  ({ database }) =>
  async (app) => {
    app.get(
      "/api/audit",
      {
        schema: {
          summary: "The audit trail, newest first",
          querystring: AuditQuery,
          response: answers({ 200: AuditPage }),
        },
      },
      async ({ query: { change, plant, limit, after } }) => {
        if (change !== undefined && plant !== undefined) {
          return { entries: await auditOf(database.pool, changeSubject({ change, plant }), limit), next: null };
        }
        if (change !== undefined || plant !== undefined) {
          throw new ApiError("invalid-input", "change and plant go together.", { field: "querystring" });
        }
        return listAudit(database.pool, { limit, ...(after === undefined ? {} : { after }) });
      },
    );
  };

import { Health } from "../contract.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";

export const healthRoutes: RouteGroup =
  ({ database }) =>
  async (app) => {
    /** The process answers. Restart it when it does not. */
    app.get(
      "/health/live",
      { schema: { summary: "Whether the process runs", response: answers({ 200: Health }) } },
      async () => ({
        status: "ok" as const,
      }),
    );

    /** It can do work. Send no requests while it cannot. */
    app.get(
      "/health/ready",
      { schema: { summary: "Whether it can reach its database", response: answers({ 200: Health }) } },
      async () => {
        await database.pool.query("select 1").catch((cause: unknown) => {
          throw new ApiError("unavailable", "The database does not answer.", { cause });
        });
        return { status: "ok" as const };
      },
    );
  };

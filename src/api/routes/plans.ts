import { Type } from "typebox";
import type { Digest } from "../../domain/ids.ts";
import { PlanView } from "../contract.ts";
import { planView } from "../plan-view.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";

const PlanParams = Type.Object({ digest: Type.String({ pattern: "^[0-9a-f]{64}$" }) });

export const planRoutes: RouteGroup =
  ({ database }) =>
  async (app) => {
    app.get(
      "/api/plans/:digest",
      {
        schema: {
          summary: "One plan with its decision and outcomes, also when it counts no more",
          params: PlanParams,
          response: answers({ 200: PlanView }),
        },
      },
      async ({ params }) => {
        const plan = await planView(database.pool, params.digest as Digest);
        if (plan === null) throw new ApiError("not-found", `There is no plan ${params.digest}.`);
        return plan;
      },
    );
  };

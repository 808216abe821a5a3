import { Type } from "typebox";
import { shiftBatches } from "../../store/orders.ts";
import { ShiftBatches } from "../contract.ts";
import { answers, type RouteGroup } from "../route-group.ts";

const ShiftQuery = Type.Object(
  { plant: Type.Optional(Type.String({ maxLength: 200 })) },
  { additionalProperties: false },
);

export const shiftRoutes: RouteGroup =
  ({ database }) =>
  async (app) => {
    app.get(
      "/api/shifts",
      {
        schema: {
          summary: "Batches of orders by shift start: the last few that went and all to come",
          querystring: ShiftQuery,
          response: answers({ 200: ShiftBatches }),
        },
      },
      async ({ query: { plant } }) => ({ batches: await shiftBatches(database.pool, plant ?? null) }),
    );
  };

import { countOpenConflicts } from "../../store/conflicts.ts";
import { countOrders } from "../../store/orders.ts";
import { countUnknownOutcomes } from "../../store/outcomes.ts";
import { countByState } from "../../store/runs.ts";
import { Status } from "../contract.ts";
import { answers, type RouteGroup } from "../route-group.ts";

export const statusRoutes: RouteGroup =
  ({ database, lanes, version, hub, connections }) =>
  async (app) => {
    app.get(
      "/api/status",
      { schema: { summary: "How the hub and its connections are", response: answers({ 200: Status }) } },
      async () => {
        const [states, orders, counts, unknownOutcomes, openConflicts, systems] = await Promise.all([
          countByState(database.pool, "change"),
          countOrders(database.pool),
          lanes.counts(database.pool),
          countUnknownOutcomes(database.pool),
          countOpenConflicts(database.pool),
          connections(),
        ]);
        return { version, hub, states, orders, lanes: counts, unknownOutcomes, openConflicts, connections: systems };
      },
    );
  };

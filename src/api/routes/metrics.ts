import { Gauge } from "prom-client";
import { Type } from "typebox";
import { countUnknownOutcomes } from "../../store/outcomes.ts";
import { countByState } from "../../store/runs.ts";
import { answers, type RouteGroup } from "../route-group.ts";

/** Prometheus' text format. Scrape it with a viewer's API key. */
export const metricsRoutes: RouteGroup =
  ({ database, lanes, metrics }) =>
  async (app) => {
    metrics.registerMetric(
      new Gauge({
        name: "heddle_changes",
        help: "Changes per plant, by state.",
        labelNames: ["state"],
        registers: [],
        async collect() {
          this.reset();
          for (const [state, count] of Object.entries(await countByState(database.pool, "change")))
            this.set({ state }, count);
        },
      }),
    );
    metrics.registerMetric(
      new Gauge({
        name: "heddle_lanes",
        help: "Subjects that wait to be looked at, and those being looked at now.",
        labelNames: ["state"],
        registers: [],
        async collect() {
          const { waiting, active } = await lanes.counts(database.pool);
          this.set({ state: "waiting" }, waiting);
          this.set({ state: "active" }, active);
        },
      }),
    );
    metrics.registerMetric(
      new Gauge({
        name: "heddle_unknown_outcomes",
        help: "Writes whose answer was lost and that have not been looked up yet.",
        registers: [],
        async collect() {
          this.set(await countUnknownOutcomes(database.pool));
        },
      }),
    );

    app.get(
      "/metrics",
      { schema: { summary: "Metrics in Prometheus' text format", response: answers({ 200: Type.String() }) } },
      async (_request, reply) => reply.type(metrics.contentType).send(await metrics.metrics()),
    );
  };

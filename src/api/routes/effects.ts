import { Type } from "typebox";
import type { ChangeId, PlantId } from "../../domain/ids.ts";
import { readChangeOutcome } from "../../flows/read-change-outcome.ts";
import { ChangeEffect } from "../contract.ts";
import { unknownChange } from "../decide-plan.ts";
import { effectView } from "../effect-view.ts";
import { answers, type RouteGroup } from "../route-group.ts";

const EffectParams = Type.Object({ change: Type.String({ minLength: 1, maxLength: 200 }) });
const EffectQuery = Type.Object(
  { plant: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
);

export const effectRoutes: RouteGroup =
  ({ database, timeZones }) =>
  async (app) => {
    app.get(
      "/api/changes/:change/effect",
      {
        schema: {
          summary: "Where a change really cut in at a plant, and what it did to production there",
          params: EffectParams,
          querystring: EffectQuery,
          response: answers({ 200: ChangeEffect }),
        },
      },
      async ({ params: { change }, query: { plant } }) => {
        const timeZone = timeZones.get(plant as PlantId);
        const place = { change: change as ChangeId, plant: plant as PlantId, timeZone: timeZone ?? "UTC" };
        const found = timeZone === undefined ? null : await readChangeOutcome(database.pool, place);
        if (found === null) throw unknownChange({ change, plant });
        return effectView(found);
      },
    );
  };

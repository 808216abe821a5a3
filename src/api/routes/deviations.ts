import { Type } from "typebox";
import { deviationsOf } from "../../store/deviations.ts";
import { AskOfOrder, Deviation, DeviationList, NewDeviation } from "../contract.ts";
import { deviationView } from "../deviation-view.ts";
import { giveDeviation, revokeDeviation } from "../give-deviation.ts";
import { signedIn } from "../principal.ts";
import { answers, type RouteGroup } from "../route-group.ts";

const DeviationQuery = Type.Object(
  { plant: Type.Optional(Type.String({ maxLength: 200 })), item: Type.Optional(Type.String({ maxLength: 200 })) },
  { additionalProperties: false },
);
const DeviationParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });

export const deviationRoutes: RouteGroup =
  ({ database }) =>
  async (app) => {
    app.get(
      "/api/deviations",
      {
        schema: {
          summary: "Leave to build by a superseded design, newest first; at most 1,000",
          querystring: DeviationQuery,
          response: answers({ 200: DeviationList }),
        },
      },
      async ({ query: { plant, item } }) => {
        const found = await deviationsOf(database.pool, { plant, items: item === undefined ? undefined : [item] });
        const now = new Date();
        return { deviations: found.map((one) => deviationView(one, now)) };
      },
    );

    app.post(
      "/api/deviations",
      {
        schema: {
          summary: "Let all orders of an item through that a newer design holds",
          body: NewDeviation,
          response: answers({ 201: Deviation }),
        },
      },
      async (request, reply) => {
        const approver = { by: signedIn(request).account, now: new Date() };
        return reply.code(201).send(await giveDeviation(database, request.body, approver));
      },
    );

    app.post(
      "/api/deviations/:id/revoke",
      {
        schema: {
          summary: "Take a deviation back: the gate closes again",
          params: DeviationParams,
          body: AskOfOrder,
          response: answers({ 200: Deviation }),
        },
      },
      async (request) => {
        const approver = { by: signedIn(request).account, now: new Date() };
        return revokeDeviation(database, request.params.id, request.body.reason, approver);
      },
    );
  };

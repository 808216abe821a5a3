import { Type } from "typebox";
import { conflictOf, listConflicts } from "../../store/conflicts.ts";
import { conflictRows, conflictView } from "../conflict-view.ts";
import {
  ConflictPage,
  ConflictQuery,
  ConflictView,
  ResolveConflict,
  ResolveConflicts,
  ResolvedConflicts,
  RevokeResolution,
} from "../contract.ts";
import { signedIn } from "../principal.ts";
import { resolveConflict, resolveConflicts, revokeAnswer, unknownConflict } from "../resolve-conflict.ts";
import { answers, type RouteGroup } from "../route-group.ts";

/** The conflict's id, or the question as a plan's findings name it. */
const ConflictParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 500 }) });
const ChangeParams = Type.Object({
  change: Type.String({ minLength: 1, maxLength: 200 }),
  plant: Type.String({ minLength: 1, maxLength: 200 }),
});

export const conflictRoutes: RouteGroup =
  ({ database, lanes }) =>
  async (app) => {
    app.get(
      "/api/conflicts",
      {
        schema: {
          summary: "Conflicts of engineering's plans with the plants' own edits, newest first",
          querystring: ConflictQuery,
          response: answers({ 200: ConflictPage }),
        },
      },
      async ({ query }) => {
        const { conflicts, next } = await listConflicts(database.pool, query);
        return { conflicts: await conflictRows(database.pool, conflicts), next };
      },
    );

    app.get(
      "/api/conflicts/:id",
      {
        schema: {
          summary: "One conflict with the lines around it, its answers and timeline",
          params: ConflictParams,
          response: answers({ 200: ConflictView }),
        },
      },
      async ({ params: { id } }) => {
        const conflict = await conflictOf(database.pool, id);
        if (conflict === null) throw unknownConflict(id);
        return conflictView(database.pool, conflict);
      },
    );

    app.post(
      "/api/conflicts/:id/resolution",
      {
        schema: {
          summary: "Answer a conflict; the answer holds for later changes until the plant says something else",
          params: ConflictParams,
          body: ResolveConflict,
          response: answers({ 200: ConflictView }),
        },
      },
      async (request) => {
        const answer = { ...request.params, ...request.body, by: signedIn(request).account };
        return conflictView(database.pool, await resolveConflict(database, lanes, answer));
      },
    );

    app.post(
      "/api/conflicts/:id/revoke",
      {
        schema: {
          summary: "Take the answer to a conflict back; plans that are not done yet ask again",
          params: ConflictParams,
          body: RevokeResolution,
          response: answers({ 200: ConflictView }),
        },
      },
      async (request) => {
        const asked = { ...request.params, ...request.body, by: signedIn(request).account };
        return conflictView(database.pool, await revokeAnswer(database, lanes, asked));
      },
    );

    app.post(
      "/api/changes/:change/:plant/resolve-conflicts",
      {
        schema: {
          summary: "Give all open conflicts of a change's plan one answer",
          params: ChangeParams,
          body: ResolveConflicts,
          response: answers({ 200: ResolvedConflicts }),
        },
      },
      async (request) => {
        const answer = { ...request.params, ...request.body, by: signedIn(request).account };
        return { resolved: await resolveConflicts(database, lanes, answer) };
      },
    );
  };

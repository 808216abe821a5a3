import { Type } from "typebox";
import type { ChangeId, PlantId } from "../../domain/ids.ts";
import { toJson } from "../../domain/json.ts";
import { auditOf, recordAudit } from "../../store/audit.ts";
import { isLookPending } from "../../store/leases.ts";
import { plansOf } from "../../store/plans.ts";
import { listRuns, runOf } from "../../store/runs.ts";
import { changeRow, changeSubject } from "../change-row.ts";
import {
  AskedRollback,
  AskRollback,
  ChangePage,
  ChangePreview,
  ChangeQuery,
  ChangeView,
  Decide,
  LookedAgain,
  PlanDecision,
} from "../contract.ts";
import { decidePlan, unknownChange } from "../decide-plan.ts";
import { planView } from "../plan-view.ts";
import { rollBack } from "../roll-back.ts";
import { signedIn } from "../principal.ts";
import { answers, type RouteGroup } from "../route-group.ts";
import { told } from "../told.ts";

const ChangeParams = Type.Object({
  change: Type.String({ minLength: 1, maxLength: 200 }),
  plant: Type.String({ minLength: 1, maxLength: 200 }),
});

export const changeRoutes: RouteGroup =
  ({ database, lanes, preview }) =>
  async (app) => {
    app.get(
      "/api/changes",
      {
        schema: {
          summary: "List changes, the last touched first",
          querystring: ChangeQuery,
          response: answers({ 200: ChangePage }),
        },
      },
      async ({ query }) => {
        const { runs, next } = await listRuns(database.pool, { ...query, kind: "change" });
        return { changes: runs.map(changeRow), next };
      },
    );

    app.get(
      "/api/changes/:change/:plant",
      {
        schema: {
          summary: "One change in one plant: its plan, earlier plans and timeline",
          params: ChangeParams,
          response: answers({ 200: ChangeView }),
        },
      },
      async ({ params }) => {
        const subject = changeSubject(params);
        const pending = await isLookPending(database.pool, subject); // first: what is read then is no older
        const run = await runOf(database.pool, subject);
        if (run === null) throw unknownChange(params);
        const [plan, plans, timeline] = await Promise.all([
          run.planDigest === null ? null : planView(database.pool, run.planDigest),
          plansOf(database.pool, subject),
          auditOf(database.pool, subject),
        ]);
        const earlierPlans = plans.filter(({ digest }) => digest !== run.planDigest);
        return { row: changeRow(run), plan, isLookPending: pending, earlierPlans, timeline };
      },
    );

    app.get(
      "/api/changes/:change/:plant/preview",
      {
        schema: {
          summary: "What would be planned of a change now, released or not; nothing is kept and nothing is written",
          params: ChangeParams,
          response: answers({ 200: ChangePreview }),
        },
      },
      async ({ params }) => {
        const { digest, plan } = await told(() => preview(params.change as ChangeId, params.plant as PlantId));
        return { digest, plan: toJson(plan) };
      },
    );

    app.post(
      "/api/changes/:change/:plant/decision",
      {
        schema: {
          summary: "Approve or refuse the plan that counts now",
          params: ChangeParams,
          body: Decide,
          response: answers({ 200: PlanDecision }),
        },
      },
      async (request) =>
        decidePlan(database, lanes, { ...request.params, ...request.body, by: signedIn(request).account }),
    );

    app.post(
      "/api/changes/:change/:plant/look-again",
      {
        schema: {
          summary: "Have a change read and planned again",
          params: ChangeParams,
          response: answers({ 202: LookedAgain }),
        },
      },
      async (request, reply) => {
        const { account: by } = signedIn(request);
        const subject = changeSubject(request.params);
        await database.transaction(async (tx) => {
          if ((await runOf(tx, subject)) === null) throw unknownChange(request.params);
          await lanes.wakeUp(tx, subject, { why: "asked to look again", by });
          await recordAudit(tx, { who: by, what: "asked to look again", subject, detail: {} });
        });
        return reply.code(202).send({ subject });
      },
    );

    app.post(
      "/api/changes/:change/:plant/rollback",
      {
        schema: {
          summary: "Have a change planned that takes this one back",
          params: ChangeParams,
          body: AskRollback,
          response: answers({ 201: AskedRollback }),
        },
      },
      async (request, reply) => {
        const { account: by } = signedIn(request);
        const made = await rollBack(database, lanes, { ...request.params, ...request.body, by });
        return reply.code(201).send({ change: made.id, plant: made.plant, takesBack: made.change });
      },
    );
  };

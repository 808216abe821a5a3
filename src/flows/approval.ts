import { isApprovedAhead } from "../domain/approved-ahead.ts";
import type { ChangePlan } from "../domain/change-plan.ts";
import { fromJson } from "../domain/json.ts";
import type { Next } from "../engine/worker.ts";
import { decide, decisionOf, lastAnswerOf, takeBackRefusal, type PlanDecision } from "../store/decisions.ts";
import { forgetDesigns } from "../store/designs.ts";
import { readPlan, setPlanState } from "../store/plans.ts";
import type { Run } from "../store/runs.ts";
import { hasTurn } from "../store/turns.ts";
import { acknowledge } from "./acknowledge.ts";
import type { ChangeRun } from "./change-run.ts";
import { endLook } from "./end-look.ts";
import { keepPlan, wakeOrdersAtGate } from "./keep-plan.ts";
import type { SealedPlan } from "./sealed.ts";
import { namesOf } from "./wait-for-turn.ts";

/** What a person said of this very plan, or ahead of it; the policy speaks where it may. Null where nobody has. */
export async function decisionOn(
  sealed: SealedPlan,
  policy: string | null,
  run: ChangeRun,
): Promise<PlanDecision["decision"] | null> {
  const said = await decisionOf(run.database.pool, sealed.digest);
  if (said !== null) return said.decision;
  const ahead = await approvedAhead(sealed, run);
  if (ahead !== null) {
    const reason = `approved ahead with plan ${ahead.digest.slice(0, 12)}: ${ahead.reason}`;
    const { by, meaning } = ahead;
    return approveFor({ by, reason, meaning }, "plan approved ahead", { with: ahead.digest }, sealed, run);
  }
  if (policy === null) return null;
  const answer = { by: "policy", reason: policy, meaning: "the policy lets it through" };
  return approveFor(answer, "plan approved by policy", { policy }, sealed, run);
}

async function approveFor(
  answer: Pick<PlanDecision, "by" | "reason" | "meaning">,
  what: string,
  detail: object,
  sealed: SealedPlan,
  run: ChangeRun,
): Promise<"approve"> {
  const { digest } = sealed;
  await run.held(async (tx) => {
    await keepPlan(tx, sealed, "proposed", run);
    await decide(tx, { digest, decision: "approve", ...answer });
    await run.note(tx, what, { digest, ...detail }, answer.by);
  });
  return "approve";
}

/** What a person answered last, where that is an approval that was given ahead and holds for this plan too. */
async function approvedAhead({ plan, digest }: SealedPlan, run: ChangeRun): Promise<PlanDecision | null> {
  const { pool } = run.database;
  if (plan.change.effectiveFrom === null) return null;
  const said = await lastAnswerOf(pool, run.subject, digest);
  const stored = said?.decision === "approve" ? await readPlan(pool, said.digest) : null;
  if (stored === null) return null;
  return isApprovedAhead(fromJson<ChangePlan>(stored.plan), plan, stored.state === "applied") ? said : null;
}

/** Shows the plan to people, as long as the turn is still the change's. */
export function awaitApproval(sealed: SealedPlan, run: ChangeRun): Next {
  const { subject, lanes, before } = run;
  const patch = { state: "awaiting approval", reason: whyAnew(before, sealed), planDigest: sealed.digest } as const;
  const settled = endLook(run, patch, sealed, {
    yields: false,
    record: (tx) => keepPlan(tx, sealed, "proposed", run),
  });
  return {
    kind: "settled",
    async record(tx) {
      if (await hasTurn(tx, subject)) await settled.record?.(tx);
      else await lanes.wakeUp(tx, subject, { why: "a change that comes before it took the turn" });
    },
  };
}

/** Why a plan that was shown before is another one now, and needs an answer of its own; null when it is none such. */
function whyAnew(before: Run | null, { digest }: SealedPlan): string | null {
  if (before === null || before.planDigest === null || before.planDigest === digest) return null;
  if (before.state === "awaiting approval") return "The systems moved since the last plan: this is a new one.";
  if (before.state !== "waiting turn") return null;
  return `It was planned anew on what ${namesOf(before.waitsFor)} left: this plan needs an answer of its own.`;
}

/** Whether a person has given this very plan up. */
export async function isRefused({ digest }: SealedPlan, { database }: ChangeRun): Promise<boolean> {
  return (await decisionOf(database.pool, digest))?.decision === "refuse";
}

/** A person's no stands until a person asks again: then the same plan may be answered anew. */
export async function staysRefused({ digest }: SealedPlan, run: ChangeRun): Promise<boolean> {
  if (run.before?.state !== "refused") return false;
  const { by } = run.lease;
  if (by === null) return true;
  await run.held(async (tx) => {
    await takeBackRefusal(tx, digest);
    await run.note(tx, "refusal opened again", { digest }, by);
  });
  return false;
}

export async function endRefused(sealed: SealedPlan, run: ChangeRun): Promise<Next> {
  const { plant, change } = run;
  await acknowledge(sealed, "refused", run);
  return endLook(run, { state: "refused", planDigest: sealed.digest }, sealed, {
    yields: true,
    async record(tx) {
      await setPlanState(tx, sealed.digest, "refused");
      await wakeOrdersAtGate(tx, await forgetDesigns(tx, plant, change), "refused", run);
    },
  });
}

import type { Digest } from "../domain/ids.ts";
import type { Db } from "../store/database.ts";
import { decisionOf } from "../store/decisions.ts";
import { outcomesOf, type ActionOutcome as StoredOutcome } from "../store/outcomes.ts";
import { readPlan } from "../store/plans.ts";
import type { ActionOutcome, PlanView, Problem } from "./contract.ts";

/** A plan with what was decided and what was done; null when there is none of that digest. */
export async function planView(db: Db, digest: Digest): Promise<PlanView | null> {
  const [plan, outcomes, decision] = await Promise.all([
    readPlan(db, digest),
    outcomesOf(db, digest),
    decisionOf(db, digest),
  ]);
  if (plan === null) return null;
  const { state, requestedBy, createdAt } = plan;
  return { digest, state, requestedBy, createdAt, plan: plan.plan, outcomes: outcomes.map(outcomeView), decision };
}

function outcomeView({ action, state, attempts, receipt, error, at }: StoredOutcome): ActionOutcome {
  return { action, state, attempts, receipt: receipt?.id ?? null, error: error as Problem | null, at };
}

import type { ChangePlan } from "../domain/change-plan.ts";
import { fromJson } from "../domain/json.ts";
import { isInStep } from "../domain/plan-change.ts";
import type { Next } from "../engine/worker.ts";
import { beginAgain } from "../store/outcomes.ts";
import { planUnderway, readPlan, setPlanState } from "../store/plans.ts";
import { recordRun } from "../store/runs.ts";
import { holdTurn } from "../store/turns.ts";
import { acknowledge } from "./acknowledge.ts";
import { applyPlan } from "./apply-plan.ts";
import type { ChangeRun } from "./change-run.ts";
import { endApplied } from "./end-applied.ts";
import { factsOf } from "./end-look.ts";
import { keepPlan } from "./keep-plan.ts";
import { readAndPlan } from "./read-and-plan.ts";
import type { SealedPlan } from "./sealed.ts";
import { blockNotHeld, planAgain } from "./stop.ts";

/** An approved plan that was begun and has not come to its end. */
export async function planBegun(run: ChangeRun): Promise<SealedPlan | null> {
  const { pool } = run.database;
  const row = await planUnderway(pool, run.subject);
  const stored = row === null ? null : await readPlan(pool, row.digest);
  if (stored === null) return null;
  const plan = fromJson<ChangePlan>(stored.plan);
  run.carriesOut = plan.change.state;
  return { digest: stored.digest, plan };
}

/** From here on nobody displaces the change. False when one that comes before it has done so meanwhile. */
export function begin(sealed: SealedPlan, run: ChangeRun): Promise<boolean> {
  const { plan, digest } = sealed;
  return run.held(async (tx) => {
    if (!(await holdTurn(tx, run.subject))) return false;
    run.carriesOut = plan.change.state;
    await beginAgain(tx, digest);
    await keepPlan(tx, sealed, "approved", run);
    await setPlanState(tx, digest, "approved");
    const patch = { state: "applying", reason: null, waitsFor: [], ...factsOf(plan), planDigest: digest } as const;
    await recordRun(tx, run.lease, patch);
    return true;
  });
}

/** Apply, then verify by reading and planning again: what is left to do is nothing, or was not held. */
export async function carryOut(sealed: SealedPlan, run: ChangeRun): Promise<Next> {
  const stopped = await applyPlan(sealed, run, () => readAndPlan(run));
  if (stopped !== null) return stopped;

  const left = await readAndPlan(run);
  const notHeld = left.plan.actions.filter(({ id }) => sealed.plan.actions.some((applied) => applied.id === id));
  if (notHeld.length > 0) return blockNotHeld(sealed, left, notHeld, run);
  if (!isInStep(left.plan)) return planAgain(sealed, "the systems moved while the plan was applied", run);
  if (left.plan.change.state !== "released") return planAgain(sealed, "nothing of it is left in the plant", run);

  await acknowledge(sealed, "applied", run);
  return endApplied(sealed, left, run);
}

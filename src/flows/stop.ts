import { explain } from "../domain/bom/explain.ts";
import type { Action } from "../domain/change-plan.ts";
import { blockedFindings } from "../domain/plan-change.ts";
import type { Next } from "../engine/worker.ts";
import type { Transaction } from "../store/database.ts";
import { doneAmong, isHalfDone, outcomesOf } from "../store/outcomes.ts";
import { setPlanState } from "../store/plans.ts";
import { recordRun } from "../store/runs.ts";
import type { ChangeRun } from "./change-run.ts";
import { endLook } from "./end-look.ts";
import { keepPlan } from "./keep-plan.ts";
import type { SealedPlan } from "./sealed.ts";

/** Findings that only a person can clear. The plan is kept for people to see; the turn is, where the change is half done. */
export async function block(sealed: SealedPlan, run: ChangeRun): Promise<Next> {
  const found = blockedFindings(sealed.plan);
  const more = found.length === 1 ? "" : ` (and ${found.length - 1} more)`;
  const reason = found[0] === undefined ? null : `${explain(found[0])}${more}`;
  return endLook(run, { state: "blocked", reason, planDigest: sealed.digest }, sealed, {
    yields: !(await isHalfDone(run.database.pool, run.subject)),
    async record(tx) {
      await keepPlan(tx, sealed, "blocked", run);
      await setPlanState(tx, sealed.digest, "blocked");
    },
  });
}

/** Something permanent that no plan tells of: the lane stops, and says by what. */
export function blockFailure(reason: string, run: ChangeRun): Next {
  // The turn is kept while a plan is under way, also one that was begun in this look or is tried again.
  return endLook(run, { state: "blocked", reason }, null, { yields: run.carriesOut === null });
}

/** The target said no to one write. What is done stays known; the turn is kept, because it is half done. */
export function stopRefused(sealed: SealedPlan, reason: string, run: ChangeRun): Next {
  return endLook(run, { state: "blocked", reason, planDigest: sealed.digest }, sealed, { yields: false });
}

export function blockNotHeld(sealed: SealedPlan, left: SealedPlan, actions: readonly Action[], run: ChangeRun): Next {
  const names = actions.map(({ id }) => id).join(", ");
  const reason = `The target took ${names} and then read back something else. Compare the record in the target with the plan, then look again.`;
  return endLook(run, { state: "blocked", reason, planDigest: left.digest }, left, {
    yields: false,
    async record(tx) {
      await setPlanState(tx, sealed.digest, "stale");
      await keepPlan(tx, left, "proposed", run);
    },
  });
}

/** Reality moved: the approval no longer fits it. */
export function planAgain(sealed: SealedPlan, why: string, run: ChangeRun): Next {
  return endLook(run, { state: "planning", reason: why, planDigest: sealed.digest }, null, {
    yields: false,
    async record(tx) {
      await setPlanState(tx, sealed.digest, (await isAllDone(tx, sealed)) ? "applied" : "stale");
      await run.lanes.wakeUp(tx, run.subject, { why });
    },
  });
}

async function isAllDone(tx: Transaction, { plan, digest }: SealedPlan): Promise<boolean> {
  const done = doneAmong(await outcomesOf(tx, digest));
  return plan.actions.every(({ id }) => done.has(id));
}

/** Part of a change with many writes is done; the rest follows in looks of its own. */
export function goOn({ done, of }: { readonly done: number; readonly of: number }, run: ChangeRun): Next {
  const reason = `${done.toLocaleString("en")} of ${of.toLocaleString("en")} writes are done.`;
  return {
    kind: "settled",
    async record(tx) {
      await recordRun(tx, run.lease, { state: "applying", reason, waitsFor: [] });
      await run.lanes.wakeUp(tx, run.subject, { why: reason });
    },
  };
}

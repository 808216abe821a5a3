import type { Day } from "../domain/calendar.ts";
import type { ChangePlan } from "../domain/change-plan.ts";
import type { Next } from "../engine/worker.ts";
import type { ChangeRun } from "./change-run.ts";
import { endLook } from "./end-look.ts";
import { keepPlan } from "./keep-plan.ts";
import type { SealedPlan } from "./sealed.ts";

/** The day that an approved plan is applied on; null where that is now, or the target itself can say from when. */
export function dayToWaitFor(
  { change: { effectiveFrom } }: ChangePlan,
  { systems: { erp }, today }: ChangeRun,
): Day | null {
  if (effectiveFrom === null || erp.mbom?.holdsEffectivity !== undefined) return null;
  return effectiveFrom > today() ? effectiveFrom : null;
}

/** Approved, and to be written on a day to come: the target cannot say from when. */
export function waitForDay(sealed: SealedPlan, day: Day, run: ChangeRun): Next {
  const reason = `It is approved and waits for ${day}: ${run.systems.erp.system} has no place for a day in its mBOMs.`;
  return endLook(run, { state: "waiting day", reason, planDigest: sealed.digest }, sealed, {
    yields: false,
    record: (tx) => keepPlan(tx, sealed, "proposed", run),
  });
}

import type { Next } from "../engine/worker.ts";
import type { Transaction } from "../store/database.ts";
import { publishDesigns } from "../store/designs.ts";
import { setPlanState } from "../store/plans.ts";
import { subjectOf } from "../store/subject.ts";
import type { ChangeRun } from "./change-run.ts";
import { endLook } from "./end-look.ts";
import { wakeOrdersAtGate } from "./keep-plan.ts";
import { noteConflicts } from "./note-conflicts.ts";
import type { SealedPlan } from "./sealed.ts";

/** @param sealed the plan that was just carried out; null when an applied change is found in step again. */
export function endApplied(sealed: SealedPlan | null, left: SealedPlan, run: ChangeRun): Next {
  const { subject, plant, change } = run;
  const patch = { state: "applied", ...(sealed === null ? {} : { planDigest: sealed.digest }) } as const;
  return endLook(run, patch, left, {
    yields: true,
    async record(tx) {
      await noteConflicts(tx, subject, left.plan);
      if (sealed === null) return;
      await setPlanState(tx, sealed.digest, "applied");
      await wakeOrdersAtGate(tx, await publishDesigns(tx, plant, change), "applied", run);
      await wakeTakenBack(tx, run);
    },
  });
}

/** What a rollback takes back has nothing in the plant any more, from now on. */
async function wakeTakenBack(tx: Transaction, { rollback, lanes, plant, change }: ChangeRun): Promise<void> {
  if (rollback === null) return;
  const why = `${change} has taken it back`;
  await lanes.wakeUp(tx, subjectOf("change", rollback.change, plant).id, { why });
}

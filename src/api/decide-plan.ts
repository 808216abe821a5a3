import type { ChangePlan } from "../domain/change-plan.ts";
import type { Digest } from "../domain/ids.ts";
import { fromJson } from "../domain/json.ts";
import { recordAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { decide, type PlanDecision } from "../store/decisions.ts";
import { readPlan } from "../store/plans.ts";
import { runOf } from "../store/runs.ts";
import { changeSubject } from "./change-row.ts";
import type { Lanes } from "./dependencies.ts";
import { ApiError } from "./problem.ts";
import { givenReason } from "./reason.ts";

type Answer = {
  readonly change: string;
  readonly plant: string;
  /** What the person had before their eyes. */
  readonly digest: string;
  readonly decision: "approve" | "refuse";
  readonly reason: string;
  readonly by: string;
};

const MEANING = {
  approve: "Exactly the actions of this plan may be done in the plant's ERP.",
  refuse: "Nothing of this plan may be done.",
} as const;

/**
 * Records a person's answer to the plan that counts now and wakes the change, in one transaction. The
 * wake-up comes first: it locks the change, so that no new plan takes this one's place meanwhile.
 * @throws ApiError `invalid-input`, `not-found`, `stale-plan`, `plan-blocked`, `own-plan`, `already-decided`.
 */
export async function decidePlan(database: Database, lanes: Lanes, answer: Answer): Promise<PlanDecision> {
  const { change, decision, reason, by } = answer;
  givenReason(reason);
  const subject = changeSubject(answer);
  return database.transaction(async (tx) => {
    if ((await runOf(tx, subject)) === null) {
      throw unknownChange(answer);
    }
    await lanes.wakeUp(tx, subject, { why: `${by} decided: ${decision}` });
    const run = await runOf(tx, subject);
    const plan = run?.planDigest === answer.digest ? await readPlan(tx, answer.digest as Digest) : null;
    if (plan === null || plan.state === "stale") {
      throw new ApiError("stale-plan", `This is not the plan of ${change} that counts now.`, { field: "body.digest" });
    }
    // What is blocked can be given up, but not let through.
    if (plan.state === "blocked" && decision === "approve")
      throw new ApiError("plan-blocked", `The plan of ${change} has blocked findings.`);
    if (decision === "approve") refuseOwn(plan.requestedBy, fromJson<ChangePlan>(plan.plan), by);

    const made = await decide(tx, { digest: plan.digest, decision, by, reason, meaning: MEANING[decision] });
    if (made.by !== by || made.decision !== decision) {
      throw new ApiError(
        "already-decided",
        `${made.by} already answered ${made.decision} on ${made.at}: ${made.reason}`,
      );
    }
    const detail = { digest: plan.digest, decision, reason, meaning: MEANING[decision] };
    await recordAudit(tx, {
      who: by,
      what: decision === "approve" ? "plan approved" : "plan refused",
      subject,
      detail,
    });
    return made;
  });
}

/** Four eyes: neither who asked for the plan nor who released the change in the PLM may approve it. */
function refuseOwn(requestedBy: string, { change }: ChangePlan, by: string): void {
  if (isSame(requestedBy, by)) throw new ApiError("own-plan", `${by} asked for this plan and may not approve it.`);
  if (change.releasedBy !== null && isSame(change.releasedBy, by)) {
    throw new ApiError("own-plan", `${by} released ${change.id} and may not approve its plan.`);
  }
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** What to answer about a change that no run is of. */
export function unknownChange({ change, plant }: { readonly change: string; readonly plant: string }): ApiError {
  return new ApiError("not-found", `Heddle knows no change ${change} in plant ${plant}.`, {
    field: "change",
    fix: "See which changes it knows: GET /api/changes. A change is known once it is released in the PLM.",
  });
}

import type { Session } from "../src/api/contract.ts";
import type { Plan } from "./api.ts";

/**
 * Why this person cannot give this answer, as a sentence for a disabled button; null when they can.
 * The hub decides; this only spares a click.
 */
export function whyNot(decision: "approve" | "refuse", plan: Plan | null, { account, role }: Session): string | null {
  if (plan === null) return "There is no plan to decide on yet.";
  const settled = SETTLED[plan.state];
  if (settled !== null) return settled(plan);
  if (role !== "approver" && role !== "admin") return `You are signed in as ${role}; an approver decides on plans.`;
  if (decision === "refuse") return null;
  if (plan.state === "blocked") return whatBlocks(plan);
  if (plan.requestedBy === account) return "You requested this plan; somebody else has to approve it.";
  if (plan.plan.change.releasedBy === account)
    return "You released this change; somebody else has to approve its plan.";
  return null;
}

/** A change whose conflicts are answered is planned again by itself. */
function whatBlocks({ plan: { findings } }: Plan): string {
  const blocking = findings.filter(({ severity }) => severity === "blocked");
  return blocking.length > 0 && blocking.every(({ code }) => code === "merge-conflict")
    ? "Its conflicts have to be answered first; then it is planned again by itself."
    : "Findings block this plan: mend what they name, then look again.";
}

const SETTLED: Readonly<Record<Plan["state"], ((plan: Plan) => string) | null>> = {
  proposed: null,
  blocked: null,
  approved: (plan) => `Already approved${by(plan)}.`,
  refused: (plan) => `Already refused${by(plan)}.`,
  applied: () => "Already applied.",
  stale: () => "The plant has moved on since this was planned; a new plan is being made.",
};

function by({ decision }: Plan): string {
  return decision === null ? " by the policy" : ` by ${decision.by}`;
}

import type { PlanState, RunState } from "../src/api/contract.ts";

const STEPS = ["read", "plan", "approve", "apply", "verify"] as const;

/** `current` runs or waits; `stopped` needs a person; `skipped` was not needed. */
export type StepState = "done" | "current" | "stopped" | "skipped" | "ahead";
export type Step = { readonly name: (typeof STEPS)[number]; readonly state: StepState };

type Standing = {
  readonly state: RunState;
  readonly plan: { readonly state: PlanState; readonly actions: number; readonly done: number } | null;
};

const OVER: readonly RunState[] = ["withdrawn", "superseded", "rolled back"];

/** How far a change has come through the loop that DESIGN §2 names. */
export function stepsOf({ state, plan }: Standing): readonly Step[] {
  if (state === "applied") return upTo(5, "done");
  if (state === "in step")
    return upTo(5, "done").map((step) => (isBetween(step) ? { ...step, state: "skipped" } : step));
  if (OVER.includes(state)) return upTo(plan === null ? 0 : 2, "skipped").map(nothingAhead);
  if (state === "refused") return upTo(2, "stopped").map(nothingAhead);
  const approved = plan?.state === "approved" || plan?.state === "applied";
  if (state === "waiting day") return upTo(3, "current");
  const at = approved ? (plan.actions > 0 && plan.done === plan.actions ? 4 : 3) : plan === null ? 0 : 2;
  if (state === "planning") return upTo(plan === null ? 0 : 1, "current");
  if (state === "blocked") return upTo(approved ? at : plan === null ? 0 : 1, "stopped");
  return upTo(at, "current");
}

function upTo(at: number, state: StepState): readonly Step[] {
  return STEPS.map((name, index) => ({ name, state: index < at ? "done" : index === at ? state : "ahead" }));
}

function isBetween({ name }: Step): boolean {
  return name === "approve" || name === "apply";
}

/** What will never happen any more is not ahead. */
function nothingAhead(step: Step): Step {
  return step.state === "ahead" ? { ...step, state: "skipped" } : step;
}

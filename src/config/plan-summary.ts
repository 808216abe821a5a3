import type { ChangePlan } from "../domain/change-plan.ts";
import { minus } from "../domain/money.ts";
import type { PlanSummary } from "./condition.ts";
import { toNumber } from "../domain/rational.ts";

/** A plan in the figures that a policy may look at. */
export function planSummary({ actions, findings, impact, costs }: ChangePlan): PlanSummary {
  const kinds = Map.groupBy(actions, ({ kind }) => kind);
  const count = (severity: "blocked" | "warning" | "info") =>
    findings.filter((finding) => finding.severity === severity).length;
  return {
    actions: Object.fromEntries([...kinds].map(([kind, held]) => [kind, held.length])),
    findings: { blocked: count("blocked"), warning: count("warning"), info: count("info") },
    actionRequired: impact.filter(({ status }) => status === "action required").length,
    costDelta: Math.max(0, ...costs.map(({ before, after }) => (before === null ? 0 : size(minus(after, before))))),
  };
}

function size({ amount }: ReturnType<typeof minus>): number {
  return Math.abs(toNumber(amount));
}

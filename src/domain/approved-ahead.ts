import type { Action, ChangePlan } from "./change-plan.ts";
import { canonicalText } from "./json.ts";

/**
 * Whether an approval that was given ahead of the change's day holds for another plan of it: every write that is left
 * was approved as it stands, for that same day, and nothing new is to be warned of.
 *
 * @param isBegun whether the approved plan was carried out: then what it left for the day is what it approves.
 */
export function isApprovedAhead(approved: ChangePlan, plan: ChangePlan, isBegun: boolean): boolean {
  const day = approved.change.effectiveFrom;
  if (day === null || day !== plan.change.effectiveFrom || plan.later !== undefined) return false;
  const known = new Set((isBegun ? (approved.later?.actions ?? []) : approved.actions).map(textOf));
  const warned = new Set(warningsOf(approved));
  return plan.actions.every((action) => known.has(textOf(action))) && warningsOf(plan).every((one) => warned.has(one));
}

/** A record that says what it said counts as it was, whatever version number it has by now. */
function textOf(action: Action): string {
  const saysWhatWas = action.kind === "update item" || action.kind === "set standard cost";
  return canonicalText(saysWhatWas ? { ...action, expected: null } : action);
}

function warningsOf({ findings }: ChangePlan): readonly string[] {
  return findings.filter(({ severity }) => severity !== "info").map(canonicalText);
}

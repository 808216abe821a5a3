import { expect, it } from "vitest";
import type { Action, ChangePlan, CostChange } from "../domain/change-plan.ts";
import type { Finding } from "../domain/finding.ts";
import type { ItemId } from "../domain/ids.ts";
import { exact } from "../domain/bom/bom-builder.ts";
import { planSummary } from "./plan-summary.ts";

const takeBack = (id: string): Action => ({
  id,
  kind: "take back flag",
  flag: id,
  on: "PO-1/10" as never,
  reason: "gone",
});

const note: Finding = {
  severity: "info",
  code: "effectivity-past",
  system: "plm",
  item: null,
  line: null,
  field: null,
  cause: "It ended.",
  fix: "Nothing to do.",
};

const cost = (item: string, before: string | null, after: string): CostChange => ({
  item: item as ItemId,
  before: before === null ? null : { amount: exact(before), currency: "EUR" },
  after: { amount: exact(after), currency: "EUR" },
});

function plan(more: Partial<ChangePlan>): ChangePlan {
  const empty = { actions: [], mboms: [], impact: [], costs: [], findings: [] };
  return { change: {} as never, plant: "1000" as never, rulesVersion: "1", ...empty, ...more };
}

it("counts what a policy may look at", () => {
  const impact = [
    { status: "action required" },
    { status: "none" },
    { status: "resolved" },
  ] as unknown as ChangePlan["impact"];
  expect(planSummary(plan({ actions: [takeBack("1"), takeBack("2")], findings: [note], impact }))).toEqual({
    actions: { "take back flag": 2 },
    findings: { blocked: 0, warning: 0, info: 1 },
    actionRequired: 1,
    costDelta: 0,
  });
});

it("takes the largest change of cost, up or down; a first cost is no change", () => {
  const costs = [cost("FX-210", "84.10", "86.60"), cost("FX-200", "210", "198.5"), cost("MOT-026", null, "27.80")];
  expect(planSummary(plan({ costs })).costDelta).toBe(11.5);
});

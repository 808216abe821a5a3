import { describe, expect, it } from "vitest";
import { isApprovedAhead } from "./approved-ahead.ts";
import type { Day } from "./calendar.ts";
import type { ActionContent, ChangePlan } from "./change-plan.ts";
import type { ChangeId, ProductionOrderId } from "./ids.ts";
import { identified } from "./identified-action.ts";
import { change, PLANT, plantItem } from "./testing.ts";

const JUNE = "2026-06-01" as Day;

const revised = (version: string, name = "PUMP"): ActionContent => ({
  kind: "update item",
  item: plantItem("PUMP", { name, procurement: "make" }),
  was: plantItem("PUMP"),
  expected: version,
});
const flag = (text: string): ActionContent => ({
  kind: "flag production order",
  order: "MO-1" as ProductionOrderId,
  change: "ECO-1" as ChangeId,
  text,
});

function plan(actions: readonly ActionContent[], more: Partial<ChangePlan> = {}): ChangePlan {
  return {
    change: change({ PUMP: {} }, { effectiveFrom: JUNE }),
    plant: PLANT,
    rulesVersion: "1",
    actions: actions.map(identified),
    mboms: [],
    impact: [],
    costs: [],
    findings: [],
    ...more,
  };
}

const later = (...actions: readonly ActionContent[]) => ({ later: { day: JUNE, actions: actions.map(identified) } });

describe("an approval that was given ahead", () => {
  it("holds for what the plan left for the day, whatever version the record has by then", () => {
    const approved = plan([flag("look")], later(revised("v1")));
    expect(isApprovedAhead(approved, plan([revised("v2")]), true)).toBe(true);
  });

  it("does not hold for what was written already, nor for another record", () => {
    const approved = plan([flag("look")], later(revised("v1")));
    expect(isApprovedAhead(approved, plan([flag("look")]), true)).toBe(false);
    expect(isApprovedAhead(approved, plan([revised("v1", "Pump, larger")]), true)).toBe(false);
  });

  it("holds for a plan that waited, as far as nothing else is to be written", () => {
    const approved = plan([revised("v1"), flag("look")]);
    expect(isApprovedAhead(approved, plan([revised("v1")]), false)).toBe(true);
    expect(isApprovedAhead(approved, plan([revised("v1"), flag("look again")]), false)).toBe(false);
  });

  it("does not hold for another day, nor where something is to be warned of that was not", () => {
    const approved = plan([revised("v1")]);
    const moved = plan([revised("v1")], { change: change({ PUMP: {} }, { effectiveFrom: "2026-07-01" as Day }) });
    expect(isApprovedAhead(approved, moved, false)).toBe(false);
    const finding = { code: "cost-missing", system: "erp", item: null, line: null, field: null, cause: "…", fix: "…" };
    const warned = plan([revised("v1")], { findings: [{ ...finding, severity: "warning" } as never] });
    expect(isApprovedAhead(approved, warned, false)).toBe(false);
    const noted = plan([revised("v1")], { findings: [{ ...finding, severity: "info" } as never] });
    expect(isApprovedAhead(approved, noted, false)).toBe(true);
  });

  it("approves nothing of a change without a day", () => {
    const undated = { change: change({ PUMP: {} }) };
    expect(isApprovedAhead(plan([revised("v1")], undated), plan([revised("v1")], undated), false)).toBe(false);
  });
});

import { expect, it } from "vitest";
import type { ActionOutcome } from "../src/api/contract.ts";
import { actionsDone } from "./plan-progress.ts";

it("counts actions of the plan that are done, and not that the PLM was told", () => {
  const actions = ["update item:FX-210", "publish mBOM:FX-210", "set standard cost:FX-210"];
  const outcomes = [
    outcome("update item:FX-210", "done"),
    outcome("publish mBOM:FX-210", "unknown"),
    outcome("acknowledge:applied", "done"),
  ];

  expect(actionsDone({ plan: { actions: actions.map((id) => ({ id })) }, outcomes })).toBe(1);
});

function outcome(action: string, state: ActionOutcome["state"]): ActionOutcome {
  return { action, state, attempts: 1, receipt: null, error: null, at: "2026-01-31T12:00:00.000Z" };
}

import { expect, it } from "vitest";
import type { PlanState, RunState } from "../src/api/contract.ts";
import { stepsOf } from "./steps.ts";

it.each<[string, RunState, PlanState | null, number, string]>([
  ["new", "planning", null, 0, "read… plan approve apply verify"],
  ["planned again after it went stale", "planning", "stale", 0, "read✓ plan… approve apply verify"],
  ["waits for a person", "awaiting approval", "proposed", 0, "read✓ plan✓ approve… apply verify"],
  ["waits for its day", "waiting day", "proposed", 0, "read✓ plan✓ approve✓ apply… verify"],
  ["cannot be planned", "blocked", "blocked", 0, "read✓ plan! approve apply verify"],
  ["unreadable", "blocked", null, 0, "read! plan approve apply verify"],
  ["being written", "applying", "approved", 1, "read✓ plan✓ approve✓ apply… verify"],
  ["refused by the ERP half way", "blocked", "approved", 1, "read✓ plan✓ approve✓ apply! verify"],
  ["being read back", "applying", "approved", 3, "read✓ plan✓ approve✓ apply✓ verify…"],
  ["finished", "applied", "applied", 3, "read✓ plan✓ approve✓ apply✓ verify✓"],
  ["nothing to do", "in step", "proposed", 0, "read✓ plan✓ approve- apply- verify✓"],
  ["refused by a person", "refused", "refused", 0, "read✓ plan✓ approve! apply- verify-"],
  ["superseded before it was planned", "superseded", null, 0, "read- plan- approve- apply- verify-"],
  ["withdrawn before it was planned", "withdrawn", null, 0, "read- plan- approve- apply- verify-"],
])("shows a change that is %s", (_, state, plan, done, expected) => {
  const steps = stepsOf({ state, plan: plan === null ? null : { state: plan, actions: 3, done } });

  expect(steps.map(({ name, state: at }) => name + SIGN[at]).join(" ")).toBe(expected);
});

const SIGN = { done: "✓", current: "…", stopped: "!", skipped: "-", ahead: "" };

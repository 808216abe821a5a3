import { expect, it } from "vitest";
import type { PlanState, Role } from "../src/api/contract.ts";
import type { Finding } from "../src/domain/finding.ts";
import type { ChangeId, PlantId } from "../src/domain/ids.ts";
import type { Plan } from "./api.ts";
import { whyNot } from "./may-decide.ts";

it("lets an approver approve somebody else's plan", () => {
  expect(whyNot("approve", plan({}), person("grace", "approver"))).toBeNull();
});

it.each<[string, Plan | null, ReturnType<typeof person>, RegExp]>([
  ["before there is a plan", null, person("grace", "approver"), /no plan/],
  ["as a viewer", plan({}), person("vic", "viewer"), /as viewer; an approver decides/],
  ["of one's own request", plan({ requestedBy: "grace" }), person("grace", "admin"), /You requested/],
  ["of one's own release", plan({ releasedBy: "grace" }), person("grace", "approver"), /You released/],
  ["while findings block it", plan({ state: "blocked" }), person("grace", "approver"), /Findings block/],
  ["twice", plan({ state: "approved", by: "ada" }), person("grace", "approver"), /Already approved by ada/],
  ["of what the policy let through", plan({ state: "approved" }), person("grace", "approver"), /by the policy/],
  ["of a stale plan", plan({ state: "stale" }), person("grace", "approver"), /moved on/],
])("says why not: approval %s", (_, given, who, reason) => {
  expect(whyNot("approve", given, who)).toMatch(reason);
});

it("sends an approver to the conflicts where they are all that blocks a plan", () => {
  const conflict = { severity: "blocked", code: "merge-conflict" } as Finding;
  expect(blockedBy(conflict, { ...conflict, severity: "info", code: "mbom-edit-kept" })).toMatch(/^Its conflicts/);
  expect(blockedBy(conflict, { ...conflict, code: "bom-cycle" })).toMatch(/Findings block/);
});

it("lets an approver refuse their own plan, and give up a blocked one", () => {
  expect(whyNot("refuse", plan({ state: "blocked" }), person("grace", "approver"))).toBeNull();
  expect(whyNot("refuse", plan({ requestedBy: "grace" }), person("grace", "approver"))).toBeNull();
  expect(whyNot("refuse", plan({}), person("oz", "operator"))).toMatch(/as operator/);
});

function blockedBy(...findings: readonly Finding[]): string | null {
  const blocked = plan({ state: "blocked" });
  return whyNot("approve", { ...blocked, plan: { ...blocked.plan, findings } }, person("grace", "approver"));
}

function person(account: string, role: Role) {
  return { account, role, mustChangePassword: false };
}

function plan(differs: { state?: PlanState; requestedBy?: string; releasedBy?: string; by?: string }): Plan {
  const digest = "d".repeat(64);
  const { state = "proposed", requestedBy = "heddle", releasedBy = "ada", by } = differs;
  return {
    digest,
    state,
    requestedBy,
    createdAt: "2026-01-31T12:00:00.000Z",
    outcomes: [],
    decision:
      by === undefined ? null : { digest, decision: "approve", by, reason: "Checked", at: "2026-01-31T13:00:00.000Z" },
    plan: {
      change: {
        id: "ECO-7" as ChangeId,
        title: "New seal",
        reason: "Leaks",
        state: "released",
        releasedAt: "2026-01-31T12:00:00.000Z",
        releasedBy,
        effectiveFrom: null,
        affected: [],
        supersedes: null,
      },
      plant: "P1" as PlantId,
      rulesVersion: "1",
      actions: [],
      mboms: [],
      impact: [],
      costs: [],
      findings: [],
    },
  };
}

import { expect, it } from "vitest";
import { quantity } from "../domain/bom/bom-builder.ts";
import type { ChangePlan } from "../domain/change-plan.ts";
import { fromJson, toJson } from "../domain/json.ts";
import { change, PLANT, purchaseLine } from "../domain/testing.ts";
import { purchaseImpact } from "../domain/impact/purchase-impact.ts";
import { sealed, sha256 } from "./sealed.ts";

const BY = change({ PUMP: {} });

function planOf(ordered: string): ChangePlan {
  const line = purchaseLine("PO-7/10", "SEAL", "100", { ordered: quantity(ordered) });
  const effect = { item: line.item, effects: ["removed"], in: [], replacedBy: null } as const;
  return {
    change: BY,
    plant: PLANT,
    rulesVersion: "1",
    actions: [],
    mboms: [],
    impact: [purchaseImpact(line, effect, BY)],
    costs: [],
    findings: [],
  };
}

it("gives one plan one digest, in whatever order its fields come", () => {
  const plan = planOf("100");
  const reordered = Object.fromEntries(Object.entries(plan).toReversed()) as ChangePlan;
  expect(sealed(plan).digest).toMatch(/^[0-9a-f]{64}$/);
  expect(sealed(reordered).digest).toBe(sealed(plan).digest);
});

it("gives a stored plan that is read back the digest it was approved by", () => {
  const { plan, digest } = sealed(planOf("100"));
  const stored = JSON.parse(JSON.stringify(toJson(plan))) as unknown;
  expect(sealed(fromJson<ChangePlan>(stored)).digest).toBe(digest);
});

it("gives another digest as soon as a fact moves that the plan was judged on", () => {
  expect(sealed(planOf("101")).digest).not.toBe(sealed(planOf("100")).digest);
});

it("gives the same digest while only a list grows of what was built so far", () => {
  const built = (orders: string): ChangePlan => {
    const grows = ` Built since then: ${orders}.`;
    const about = { system: "heddle", item: null, line: null, field: null, fix: "Decide." } as const;
    const past = {
      ...about,
      severity: "warning",
      code: "effectivity-past",
      cause: `Its day has passed.${grows}`,
      grows,
    } as const;
    return { ...planOf("100"), findings: [past] };
  };
  expect(sealed(built("MO-1, MO-2")).digest).toBe(sealed(built("MO-1")).digest);
  expect(sealed(built("MO-1")).plan.findings[0]?.cause).toContain("MO-1");
  expect(sealed(planOf("100")).digest).not.toBe(sealed(built("MO-1")).digest);
});

it("digests text as SHA-256", () => {
  expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

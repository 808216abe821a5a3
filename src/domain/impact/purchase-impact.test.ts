import { describe, expect, it } from "vitest";
import { exact, quantity } from "../bom/bom-builder.ts";
import type { EngineeringChange } from "../change.ts";
import type { ItemId, Revision } from "../ids.ts";
import { moneyText } from "../money-text.ts";
import type { PurchaseOrderLine } from "../order.ts";
import { change, euro, purchaseLine } from "../testing.ts";
import type { ComponentEffect } from "./order-impact.ts";
import { purchaseFlagText, purchaseImpact } from "./purchase-impact.ts";

const REPLACED: ComponentEffect = {
  item: "SEAL-1" as ItemId,
  effects: ["replaced"],
  in: ["PUMP" as ItemId],
  replacedBy: "SEAL-2" as ItemId,
};
const REVISED: ComponentEffect = { ...REPLACED, effects: ["revised"], replacedBy: null };
const UNDECIDED = change({ PUMP: {} });

/** 100 seals at 12.50 EUR, of which 40 came. */
function seals(more: Partial<PurchaseOrderLine> = {}): PurchaseOrderLine {
  return purchaseLine("PO-7/10", "SEAL-1", "100", { received: quantity("40"), price: euro("12.50"), ...more });
}

function judged(line: PurchaseOrderLine, by: EngineeringChange, effect = REPLACED) {
  const { status, disposition, exposure, text } = purchaseImpact(line, effect, by);
  return { status, disposition, exposure: moneyText(exposure), text };
}

describe("a purchase-order line", () => {
  it("exposes ordered − received × price, and asks the buyer to act", () => {
    expect(judged(seals(), UNDECIDED)).toEqual({
      status: "action required",
      disposition: "undecided",
      exposure: "750.00 EUR",
      text: "SEAL-1 is replaced by SEAL-2 in PUMP. 60 EA of 100 EA open, 750.00 EUR. Engineering has not said what to do with what is on order: ask before it is delivered.",
    });
  });

  it("keeps its exposure exact, whatever the price", () => {
    const line = seals({ price: { amount: exact("1/3"), currency: "EUR" } });
    expect(purchaseImpact(line, REPLACED, UNDECIDED).exposure.amount).toEqual(exact("20"));
  });

  it.each(["scrap", "return", "rework"] as const)("that engineering wants to %s needs action", (onOrder) => {
    const { status, text } = judged(seals(), change({ PUMP: { onOrder } }));
    expect(status).toBe("action required");
    expect(text).toContain(`Engineering says: ${onOrder}. Cancel or change the line`);
  });

  it.each(["use as is", "exhaust"] as const)("that engineering lets pass (%s) needs none", (onOrder) => {
    const { status, text } = judged(seals(), change({ PUMP: { onOrder } }));
    expect(status).toBe("none");
    expect(text).toMatch(new RegExp(`Engineering says: ${onOrder}\\.$`));
  });

  it("goes by the component's own disposition before that of the assembly", () => {
    const by = change({ PUMP: { onOrder: "scrap" }, "SEAL-1": { onOrder: "exhaust" } });
    expect(judged(seals(), by).disposition).toBe("exhaust");
  });

  it("counts as undecided where two assemblies want two things of it", () => {
    const by = change({ PUMP: { onOrder: "scrap" }, HUB: { onOrder: "use as is" } });
    const inBoth = { ...REPLACED, in: ["HUB", "PUMP"] as ItemId[] };
    expect(judged(seals(), by, inBoth).disposition).toBe("undecided");
  });

  it.each([
    ["came in full", { received: quantity("100") }],
    ["came in excess", { received: quantity("104") }],
    ["is closed", { state: "closed" as const }],
    ["is cancelled", { state: "cancelled" as const }],
  ])("that %s is resolved, and exposes nothing", (_, more) => {
    const { status, exposure, text } = judged(seals(more), UNDECIDED);
    expect([status, exposure]).toEqual(["resolved", "0.00 EUR"]);
    expect(text).toMatch(/Nothing to do: nothing of it is open any more\.$/);
  });

  it("that is ordered to the new revision is resolved; to the old one it is not", () => {
    const by = change({ "SEAL-1": { from: "A", to: "B" } });
    const at = (revision: string) => judged(seals({ revision: revision as Revision }), by, REVISED);
    expect(at("B")).toMatchObject({
      status: "resolved",
      text: expect.stringMatching(/Nothing to do: it is ordered to revision B already\.$/),
    });
    expect(at("A").status).toBe("action required");
  });
});

function flagText(received: string, onOrder: "scrap" | "exhaust"): string {
  const by = change({ PUMP: { onOrder } });
  return purchaseFlagText(purchaseImpact(seals({ received: quantity(received) }), REPLACED, by), by);
}

it("tells the buyer in the ERP what stands while goods come in", () => {
  expect(flagText("0", "scrap")).toBe("ECO-1: SEAL-1 is replaced by SEAL-2 in PUMP. Action required. On order: scrap.");
  expect(flagText("99", "scrap")).toBe(flagText("0", "scrap"));
  expect(flagText("0", "exhaust")).toContain("For information. On order: exhaust.");
});

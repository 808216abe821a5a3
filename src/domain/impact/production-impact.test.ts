import { describe, expect, it } from "vitest";
import { quantity } from "../bom/bom-builder.ts";
import type { ExplodedComponent } from "../bom/exploded-components.ts";
import type { EngineeringChange } from "../change.ts";
import type { ItemId } from "../ids.ts";
import type { ProductionOrder } from "../order.ts";
import { change, productionOrder } from "../testing.ts";
import type { ComponentEffect } from "./order-impact.ts";
import { productionFlagText, productionImpact } from "./production-impact.ts";

const BY = change({ PUMP: {} });
const REPLACED: ComponentEffect = {
  item: "SEAL-1" as ItemId,
  effects: ["replaced"],
  in: ["PUMP" as ItemId],
  replacedBy: "SEAL-2" as ItemId,
};
const REVISED: ComponentEffect = { ...REPLACED, effects: ["revised"], replacedBy: null };
const NEW_SEALS = needs({ FRAME: "10", "SEAL-2": "20" });
const OLD_SEALS = { FRAME: "10", "SEAL-1": "20" };

function needs(components: Readonly<Record<string, string>>): ExplodedComponent[] {
  return Object.entries(components).map(([item, amount]) => ({
    item: item as ItemId,
    required: quantity(amount),
    operation: null,
  }));
}

/** An order for 10 pumps. */
function pumps(state: ProductionOrder["state"], components: Readonly<Record<string, string>> = OLD_SEALS) {
  return productionOrder("MO-1", "PUMP", "10", state, components);
}

function judged(
  order: ProductionOrder,
  wanted: ExplodedComponent[] | "by variant" | null = NEW_SEALS,
  effects = [REPLACED],
  by: EngineeringChange = BY,
) {
  const { treatment, status, text } = productionImpact(order, effects, wanted, by);
  return [treatment, status, text];
}

const WHY = "SEAL-1 is replaced by SEAL-2 in PUMP";

describe("a production order whose mBOM changes", () => {
  it("is worked out again while it is planned", () => {
    expect(judged(pumps("planned"))).toEqual([
      "re-explode",
      "none",
      `${WHY}. The order is planned. Its components are worked out again.`,
    ]);
  });

  it("is for a person where its mBOM is for all variants, in whatever state it is", () => {
    for (const state of ["planned", "released", "started"] as const) {
      expect(judged(pumps(state), "by variant").slice(0, 2)).toEqual(["hold", "action required"]);
    }
  });

  it("gets its components replaced once it is released", () => {
    expect(judged(pumps("released"))).toEqual([
      "replace components",
      "action required",
      `${WHY}. The order is released. Its components are replaced before it starts.`,
    ]);
  });

  it("is held once it has started", () => {
    expect(judged(pumps("started"))).toEqual([
      "hold",
      "action required",
      `${WHY}. The order is started. Hold it and decide which steps change.`,
    ]);
  });

  it("is held where material was issued to it that the change leaves alone", () => {
    const [treatment] = judged(pumps("released", { FRAME: "10 of which 4", "SEAL-1": "20" }));
    expect(treatment).toBe("hold");
  });

  it.each(["released", "started"] as const)("returns what was issued, or records why not, when %s", (state) => {
    expect(judged(pumps(state, { FRAME: "10", "SEAL-1": "20 of which 20" }))).toEqual([
      "return or deviation",
      "action required",
      `${WHY}. The order is ${state}. Material is issued already: return it, or record a deviation.`,
    ]);
  });

  it.each(["planned", "released", "started"] as const)(
    "is left alone as %s rework: its pieces say what it needs",
    (state) => {
      const rework: ProductionOrder = {
        ...pumps(state, { GLUE: "1" }),
        from: { order: "MO-0" as ProductionOrder["id"], because: "rework" },
      };
      expect(judged(rework).slice(0, 2)).toEqual(["trace only", "none"]);
    },
  );

  it.each(["finished", "cancelled"] as const)("is for the record when %s", (state) => {
    expect(judged(pumps(state))).toEqual([
      "trace only",
      "resolved",
      `${WHY}. The order is ${state}. Nothing to do: nothing of it is open any more.`,
    ]);
  });

  it.each(["use as is", "exhaust"] as const)("runs on where engineering says %s of work in process", (wip) => {
    expect(judged(pumps("started"), NEW_SEALS, [REPLACED], change({ PUMP: { wip } }))).toEqual([
      "hold",
      "none",
      `${WHY}. The order is started. Engineering says: ${wip}.`,
    ]);
  });

  it("is resolved once it needs what the new mBOM says, line by line or in sum", () => {
    const inSum = pumps("released", { FRAME: "10", "SEAL-2": "1.5 DZN" });
    expect(judged(inSum, needs({ FRAME: "10", "SEAL-2": "18" }))).toEqual([
      "replace components",
      "resolved",
      `${WHY}. The order is released. Nothing to do: it needs what the new mBOM says already.`,
    ]);
  });

  it("is not resolved by one component too many", () => {
    const [, status] = judged(pumps("released", { FRAME: "10", "SEAL-2": "20", LABEL: "10" }));
    expect(status).toBe("action required");
  });

  it("says so where a component only comes in", () => {
    const [, , text] = judged(pumps("planned", { FRAME: "10" }), NEW_SEALS, []);
    expect(text).toBe("The mBOM of PUMP changes. The order is planned. Its components are worked out again.");
  });
});

describe("a production order whose mBOM stays", () => {
  it("is for the record where a component is revised", () => {
    expect(judged(pumps("started"), null, [REVISED], change({ "SEAL-1": {} }))).toEqual([
      "trace only",
      "none",
      "SEAL-1 is revised in PUMP. The order is started. For the record; nothing is changed in it.",
    ]);
  });

  it("is held once begun where what it makes is revised: it is built to the old drawing", () => {
    const own = { ...REVISED, item: "PUMP" as ItemId, in: [] };
    expect(judged(pumps("started"), null, [own])).toEqual([
      "hold",
      "action required",
      "PUMP is revised. The order is started. Hold it and decide which steps change.",
    ]);
    expect(judged(pumps("released"), null, [own])[0]).toBe("trace only");
  });
});

function flagText(effects: readonly ComponentEffect[]): string {
  return productionFlagText(productionImpact(pumps("started"), effects, NEW_SEALS, BY), BY);
}

it("tells the planner in the ERP in whole sentences", () => {
  expect(flagText([REPLACED])).toBe(`ECO-1: ${WHY}. Hold it and decide which steps change.`);
  expect(flagText([])).toBe("ECO-1: The mBOM of PUMP changes. Hold it and decide which steps change.");
});

import { describe, expect, it } from "vitest";
import { ebom, line, mbom, mbomLine, quantity, sourcing } from "../bom/bom-builder.ts";
import type { Day } from "../calendar.ts";
import type { ProductionOrderId } from "../ids.ts";
import type { ProductionOrder } from "../order.ts";
import { applied, books, planned, type Books, type Scenario } from "../plan-harness.ts";
import { change, plantItem, productionOrder } from "../testing.ts";
import type { FlagOnOrder } from "./plan-flags.ts";

/** ECO-1 gives the pump another seal. */
const NEW_SEAL: Scenario = {
  change: change({ PUMP: {} }),
  ebom: ebom({ PUMP: [line("SEAL-2", "2")] }),
  rules: sourcing({ buy: ["SEAL-2"] }),
};

function plant(orders: readonly ProductionOrder[], flags: readonly FlagOnOrder[] = []): Books {
  return books({
    items: [plantItem("PUMP", { procurement: "make", revision: null }), plantItem("SEAL-1"), plantItem("SEAL-2")],
    mboms: [mbom("PUMP", [mbomLine("L10", "SEAL-1", "2")])],
    productionOrders: orders,
    flags,
  });
}

function pumps(state: ProductionOrder["state"], more: Partial<ProductionOrder> = {}): ProductionOrder {
  return productionOrder("MO-1", "PUMP", "10", state, { "SEAL-1": "20" }, more);
}

/** `hold`, `re-explode`, `replace`: what the plan does to the order, flags aside. */
function writes(held: Books, scenario = NEW_SEAL): readonly string[] {
  return planned(scenario, held).plan.actions.flatMap(({ kind }) =>
    /flag/.test(kind) || !/order/.test(kind) ? [] : kind.split(" ")[0],
  ) as string[];
}

function flag(state: FlagOnOrder["state"], text: string): FlagOnOrder {
  return { id: "F-1", on: { kind: "production order", id: "MO-1" as ProductionOrderId }, text, state };
}

const HELD = "ECO-1: PUMP is revised; SEAL-1 is replaced by SEAL-2 in PUMP. Hold it and decide which steps change.";

describe("what is done to a production order", () => {
  it.each([
    ["planned", ["re-explode"]],
    ["released", ["replace"]],
    ["started", ["hold"]],
    ["finished", []],
    ["cancelled", []],
  ] as const)("that is %s: %j", (state, expected) => {
    expect(writes(plant([pumps(state)]))).toEqual(expected);
  });

  it("is nothing where engineering lets work in process run on", () => {
    expect(writes(plant([pumps("started")]), { ...NEW_SEAL, change: change({ PUMP: { wip: "use as is" } }) })).toEqual(
      [],
    );
  });

  it("is nothing where it needs the new components already", () => {
    const order = productionOrder("MO-1", "PUMP", "10", "released", { "SEAL-2": "20" });
    expect(writes(plant([order]))).toEqual([]);
  });

  it("counts the order in the item's own unit", () => {
    const dozen = pumps("released", { quantity: quantity("1 DZN") });
    const [replace] = planned(NEW_SEAL, plant([dozen])).plan.actions.filter(
      ({ kind }) => kind === "replace order components",
    );
    expect(replace).toMatchObject({ components: [{ item: "SEAL-2", required: quantity("24") }] });
  });

  it("names the state that was read, so that nobody's later work is overwritten", () => {
    const { plan, records } = planned(NEW_SEAL, plant([pumps("released")]));
    const [replace] = plan.actions.filter(({ kind }) => kind === "replace order components");
    expect(replace).toMatchObject({ expected: records.productionOrders[0]?.version });
  });

  it("leaves an order alone that only uses what stays", () => {
    const { plan } = planned(NEW_SEAL, plant([productionOrder("MO-9", "CASE", "1", "started", { SHEET: "1" })]));
    expect(plan.impact).toEqual([]);
  });
});

describe("a started order", () => {
  it("is held once: whoever lets it go on since has decided", () => {
    const before = plant([pumps("started", { start: "2026-02-01" as Day })]);
    const after = applied(planned(NEW_SEAL, before).plan, before);
    expect(after.productionOrders[0]?.onHold).toBe(true);
    expect(after.flags).toMatchObject([{ text: HELD, state: "open" }]);
    const letGo = { ...after, productionOrders: after.productionOrders.map((order) => ({ ...order, onHold: false })) };
    expect(planned(NEW_SEAL, letGo).plan.actions).toEqual([]);
  });

  it.each([
    ["is held already", plant([pumps("started", { onHold: true })])],
    ["was held before, and the flag is still there", plant([pumps("started")], [flag("open", HELD)])],
    ["was held before, and the flag is gone", plant([pumps("started")], [flag("taken back", HELD)])],
    ["was dealt with by a person", plant([pumps("started")], [flag("closed by a person", "ECO-1: once more.")])],
  ])("that %s is not held again", (_, held) => {
    expect(writes(held)).toEqual([]);
  });

  it("that was flagged on other grounds before is held", () => {
    expect(
      writes(plant([pumps("started")], [flag("open", "ECO-1: For the record; nothing is changed in it.")])),
    ).toEqual(["hold"]);
  });
});

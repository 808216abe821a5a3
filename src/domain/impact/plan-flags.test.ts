import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantity } from "../bom/bom-builder.ts";
import type { ActionContent } from "../change-plan.ts";
import type { EngineeringChange } from "../change.ts";
import type { ItemId, ProductionOrderId, PurchaseOrderLineId } from "../ids.ts";
import type { ProductionOrder } from "../order.ts";
import { change, productionOrder, purchaseLine } from "../testing.ts";
import type { ComponentEffect, OrderImpact } from "./order-impact.ts";
import { planFlags, type FlagOnOrder } from "./plan-flags.ts";
import { productionImpact } from "./production-impact.ts";
import { purchaseImpact } from "./purchase-impact.ts";

const BY = change({ PUMP: {} });
const REPLACED: ComponentEffect = {
  item: "SEAL-1" as ItemId,
  effects: ["replaced"],
  in: ["PUMP" as ItemId],
  replacedBy: "SEAL-2" as ItemId,
};
const TEXT = "ECO-1: SEAL-1 is replaced by SEAL-2 in PUMP. Action required. On order: undecided.";

function purchase(received = "0", by = BY): OrderImpact {
  return purchaseImpact(purchaseLine("PO-7/10", "SEAL-1", "100", { received: quantity(received) }), REPLACED, by);
}

function production(state: ProductionOrder["state"]): OrderImpact {
  const order = productionOrder("MO-1", "PUMP", "10", state, { "SEAL-1": "20" });
  return productionImpact(order, [REPLACED], [], BY);
}

function flag(id: string, state: FlagOnOrder["state"], text = TEXT): FlagOnOrder {
  return { id, on: { kind: "purchase-order line", id: "PO-7/10" as PurchaseOrderLineId }, text, state };
}

/** `flag PO-7/10` or `take back F-1: why`. */
function planned(impact: readonly OrderImpact[], flags: readonly FlagOnOrder[], by: EngineeringChange = BY) {
  return planFlags(impact, flags, by).map(inShort);
}

function inShort(action: ActionContent): string {
  if (action.kind === "take back flag") return `take back ${action.flag}: ${action.reason}`;
  if (action.kind === "flag purchase-order line") return `flag ${action.line}`;
  return action.kind === "flag production order" ? `flag ${action.order}` : action.kind;
}

describe("a flag on an order", () => {
  it("is set where the buyer has to act", () => {
    expect(planned([purchase()], [])).toEqual(["flag PO-7/10"]);
  });

  it("is kept while it says what is so", () => {
    expect(planned([purchase()], [flag("F-1", "open")])).toEqual([]);
    expect(planned([purchase("60")], [flag("F-1", "open")])).toEqual([]);
  });

  it("is set once: a second one that says the same is taken back", () => {
    expect(planned([purchase()], [flag("F-1", "open"), flag("F-2", "open")])).toEqual([
      "take back F-2: another flag on it says the same",
    ]);
  });

  it("is kept as the first of two, in whatever order the ERP lists them", () => {
    expect(planned([purchase()], [flag("F-10", "open"), flag("F-9", "open")])).toEqual([
      "take back F-10: another flag on it says the same",
    ]);
  });

  it("is replaced where what it says has changed", () => {
    expect(planned([purchase()], [flag("F-1", "open", "ECO-1: SEAL-1 is removed in PUMP.")])).toEqual([
      "take back F-1: what is known of it has changed: SEAL-1 is replaced by SEAL-2 in PUMP",
      "flag PO-7/10",
    ]);
  });

  it("is taken back when everything came in", () => {
    expect(planned([purchase("100")], [flag("F-1", "open")])).toEqual([
      "take back F-1: nothing of it is open any more",
    ]);
  });

  it("is taken back when the change no longer touches the order", () => {
    expect(planned([], [flag("F-1", "open")])).toEqual(["take back F-1: ECO-1 no longer touches it"]);
  });

  it("is taken back when the change is withdrawn", () => {
    const withdrawn = change({ PUMP: {} }, { state: "cancelled" });
    expect(planned([purchase("0", withdrawn)], [flag("F-1", "open")], withdrawn)).toEqual([
      "take back F-1: ECO-1 was withdrawn",
    ]);
  });

  it("is set again when its reason comes back", () => {
    expect(planned([purchase()], [flag("F-1", "taken back")])).toEqual(["flag PO-7/10"]);
  });

  it("that a person closed is not set again, whatever it would say now", () => {
    expect(planned([purchase()], [flag("F-1", "closed by a person")])).toEqual([]);
    expect(planned([purchase()], [flag("F-1", "closed by a person", "ECO-1: something else.")])).toEqual([]);
  });

  it("is not set on a production order that the plan itself puts right", () => {
    expect(planned([production("planned"), production("released")], [])).toEqual([]);
    expect(planned([production("started")], [])).toEqual(["flag MO-1"]);
  });

  it("on a production order is no flag on a purchase-order line of the same number", () => {
    const other: FlagOnOrder = {
      ...flag("F-1", "open"),
      on: { kind: "production order", id: "PO-7/10" as ProductionOrderId },
    };
    expect(planned([purchase()], [other])).toHaveLength(2);
  });
});

it("leaves nothing to do once it is done, whatever was there", () => {
  const states = fc.constantFrom<FlagOnOrder["state"]>("open", "taken back", "closed by a person");
  const existing = fc
    .array(fc.tuple(states, fc.constantFrom(TEXT, "ECO-1: something else.")), { maxLength: 4 })
    .map((drawn) => drawn.map(([state, text], at) => flag(`F-${at}`, state, text)));
  const impacts = fc.subarray([purchase(), production("started"), production("finished")]);
  fc.assert(
    fc.property(existing, impacts, (flags, impact) => {
      const done = planFlags(impact, flags, BY).reduce(afterwards, flags);
      expect(planFlags(impact, done, BY)).toEqual([]);
    }),
  );
});

/** The ERP's flags once an action is done. */
function afterwards(flags: readonly FlagOnOrder[], action: ActionContent, at: number): readonly FlagOnOrder[] {
  if (action.kind === "take back flag") {
    return flags.map((one) => (one.id === action.flag ? { ...one, state: "taken back" } : one));
  }
  const opened = { id: `NEW-${at}`, state: "open" } as const;
  if (action.kind === "flag purchase-order line") {
    return [...flags, { ...opened, on: { kind: "purchase-order line", id: action.line }, text: action.text }];
  }
  if (action.kind !== "flag production order") throw new Error(`a flag is not planned by ${action.kind}`);
  return [...flags, { ...opened, on: { kind: "production order", id: action.order }, text: action.text }];
}

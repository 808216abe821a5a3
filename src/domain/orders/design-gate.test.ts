import { describe, expect, it } from "vitest";
import { quantity } from "../bom/bom-builder.ts";
import type { ExplodedComponent } from "../bom/exploded-components.ts";
import type { Day } from "../calendar.ts";
import type { ChangeId, ItemId, Revision } from "../ids.ts";
import type { ProductionOrder } from "../order.ts";
import { productionOrder } from "../testing.ts";
import { closedGate, openQuestions, type DesignFacts, type NewerDesign } from "./design-gate.ts";

const TODAY = "2026-03-01" as Day;

/** ECO-1 gave FRAME mBOM BOM-2, in the ERP and at once, unless `more` says otherwise. */
function design(more: Partial<NewerDesign> & { change?: ChangeId } = {}): NewerDesign {
  return {
    item: "FRAME" as ItemId,
    change: "ECO-1" as ChangeId,
    releasedAt: "2026-02-01T12:00:00.000Z",
    effectiveFrom: null,
    revision: null,
    published: true,
    mbom: "BOM-2",
    ...more,
  };
}

/** Released after ECO-1; it gave FRAME BOM-3. */
const LATER = design({ change: "ECO-2" as ChangeId, releasedAt: "2026-02-10T12:00:00.000Z", mbom: "BOM-3" });

function order(more: Partial<ProductionOrder> = {}): ProductionOrder {
  return productionOrder("MO-1", "FRAME", "40", "released", { BOLT: "160" }, { mbom: "BOM-1", ...more });
}

/** Why the gate is closed for an order, by what superseded it. */
function reasons(of: ProductionOrder, newer: readonly NewerDesign[], more: Partial<DesignFacts> = {}): string[] {
  const facts: DesignFacts = { newer, needsNow: null, routing: null, today: TODAY, ...more };
  return closedGate(of, facts).map(({ sentence }) => sentence);
}

function needs(amount: string): ExplodedComponent[] {
  return [{ item: "BOLT" as ItemId, required: quantity(amount), operation: null }];
}

const CLOSED = ["ECO-1 has superseded mBOM BOM-1 of FRAME by BOM-2."];

describe("the gate is closed for an order", () => {
  it("on an mBOM that a change in the ERP has superseded", () => {
    expect(reasons(order(), [design()])).toEqual(CLOSED);
  });

  it("on an mBOM that a released change supersedes and that is not in the ERP yet", () => {
    expect(reasons(order(), [design({ published: false, mbom: null })])).toEqual([
      "ECO-1 supersedes mBOM BOM-1 of FRAME and is released, but not in the ERP yet.",
    ]);
  });

  it("that carries no mBOM number and needs something else than the mBOM in force", () => {
    expect(reasons(order({ mbom: null }), [design()], { needsNow: needs("120") })).toEqual([
      "ECO-1 has superseded its components of FRAME by BOM-2.",
    ]);
  });

  it("that only a phantom below it makes another", () => {
    expect(reasons(order(), [design({ mbom: null })], { needsNow: needs("120") })).toEqual([
      "ECO-1 has superseded mBOM BOM-1 of FRAME.",
    ]);
  });

  it("by each change that it is not built by", () => {
    expect(reasons(order(), [LATER, design()])).toEqual([
      "ECO-1 has superseded mBOM BOM-1 of FRAME by BOM-2.",
      "ECO-2 has superseded mBOM BOM-1 of FRAME by BOM-3.",
    ]);
    expect(reasons(order({ mbom: "BOM-2" }), [design(), LATER])).toEqual([
      "ECO-2 has superseded mBOM BOM-2 of FRAME by BOM-3.",
    ]);
  });
});

describe("the gate is open for an order", () => {
  it("that no change touches", () => {
    expect(reasons(order(), [])).toEqual([]);
  });

  it("on the mBOM of the change", () => {
    expect(reasons(order({ mbom: "BOM-2" }), [design()])).toEqual([]);
  });

  it("on the mBOM of a later change, which has the earlier one in it", () => {
    expect(reasons(order({ mbom: "BOM-3" }), [LATER, design()])).toEqual([]);
    expect(reasons(order({ mbom: "BOM-3" }), [design({ published: false, mbom: null }), LATER])).toEqual([]);
  });

  it("whose components the change leg replaced, whatever number it carries", () => {
    expect(reasons(order(), [design()], { needsNow: needs("160") })).toEqual([]);
  });

  it("but not by its components while the change is not in the ERP: the mBOM in force is the old one", () => {
    expect(reasons(order(), [design({ published: false, mbom: null })], { needsNow: needs("160") })).toHaveLength(1);
  });
});

describe("a change that is effective from a day on", () => {
  const fromApril = design({ effectiveFrom: "2026-04-01" as Day });

  it("closes the gate for orders that start on it or after", () => {
    expect(reasons(order({ start: "2026-04-01" as Day }), [fromApril])).toEqual(CLOSED);
    expect(reasons(order({ start: "2026-03-31" as Day }), [fromApril])).toEqual([]);
  });

  it("is judged by today for an order without a start", () => {
    expect(reasons(order(), [fromApril])).toEqual([]);
    expect(reasons(order(), [fromApril], { today: "2026-04-01" as Day })).toEqual(CLOSED);
  });

  it("holds nothing back when it is far and an earlier one is near", () => {
    expect(reasons(order({ mbom: "BOM-2" }), [design(), { ...LATER, effectiveFrom: "2026-04-01" as Day }])).toEqual([]);
  });
});

describe("a change of the drawing only", () => {
  const drawing = design({ revision: "B" as Revision, mbom: null });

  it("closes the gate for orders of the earlier revision, although they need the same components", () => {
    expect(reasons(order({ revision: "A" as Revision }), [drawing], { needsNow: needs("160") })).toEqual([
      "ECO-1 has superseded mBOM BOM-1 of FRAME.",
    ]);
  });

  it("is open for orders of the new revision", () => {
    expect(reasons(order({ revision: "B" as Revision }), [drawing])).toEqual([]);
  });

  it("changes nothing for an ERP that keeps no revisions", () => {
    expect(reasons(order({ revision: null }), [drawing])).toEqual([]);
  });

  it("closes the gate for everybody until it is published", () => {
    expect(reasons(order({ revision: "B" as Revision }), [{ ...drawing, published: false }])).toHaveLength(1);
  });
});

describe("a newer routing", () => {
  it("closes the gate, with the change that is known of the item", () => {
    const facts = { newer: [design()], needsNow: null, routing: "R-2", today: TODAY };

    expect(closedGate(order({ mbom: "BOM-2", routing: "R-1" }), facts)).toEqual([
      {
        item: "FRAME",
        what: "routing",
        supersededBy: "ECO-1",
        sentence: "Routing R-1 of FRAME is superseded by R-2; the last change of FRAME is ECO-1.",
      },
    ]);
  });

  it("closes the gate by its own number where no change is known", () => {
    expect(closedGate(order({ routing: "R-1" }), { newer: [], needsNow: null, routing: "R-2", today: TODAY })).toEqual([
      { item: "FRAME", what: "routing", supersededBy: "R-2", sentence: "Routing R-1 of FRAME is superseded by R-2." },
    ]);
  });

  it("names the newest of several changes", () => {
    const newer = [design(), LATER];
    const [reason] = closedGate(order({ mbom: "BOM-3", routing: "R-1" }), {
      newer,
      needsNow: null,
      routing: "R-2",
      today: TODAY,
    });

    expect(reason?.supersededBy).toBe("ECO-2");
  });

  it("is open for an order on it, and where the ERP numbers no routings", () => {
    expect(reasons(order({ routing: "R-2" }), [], { routing: "R-2" })).toEqual([]);
    expect(reasons(order({ routing: null }), [], { routing: "R-2" })).toEqual([]);
    expect(reasons(order({ routing: "R-1" }), [], { routing: null })).toEqual([]);
  });
});

it("asks what an order needs now only where a design in time is not its own", () => {
  expect(openQuestions(order({ mbom: "BOM-3" }), { newer: [design(), LATER], today: TODAY })).toEqual([]);
  expect(openQuestions(order({ mbom: "BOM-2" }), { newer: [design(), LATER], today: TODAY })).toEqual([LATER]);
});

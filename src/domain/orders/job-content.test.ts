import { describe, expect, it } from "vitest";
import { quantity } from "../bom/bom-builder.ts";
import type { OperationId, SystemId } from "../ids.ts";
import type { OrderComponent, ProductionOrder } from "../order.ts";
import { quantityText } from "../quantity.ts";
import { operation, productionOrder, routing } from "../testing.ts";
import { planJobContent, type JobContentPlan } from "./job-content.ts";

const ERP = "erp" as SystemId;
const ROUTING = routing("FRAME", { "0010": "SAW", "0020": "WELD" });

function order(components: Readonly<Record<string, string>>, more: Partial<ProductionOrder> = {}): ProductionOrder {
  return productionOrder("MO-1", "FRAME", "40", "released", components, more);
}

/** The order with its components at operations: `{ BOLT: "0020" }`. */
function at(operations: Readonly<Record<string, string>>, { components, ...rest }: ProductionOrder): ProductionOrder {
  const placed = components.map((one): OrderComponent => ({
    ...one,
    operation: (operations[one.item] ?? null) as OperationId | null,
  }));
  return { ...rest, components: placed };
}

/** `0010 SAW: 40 EA TUBE`, as the shop floor would read it. */
function draw({ content }: JobContentPlan): string[] {
  return (content?.operations ?? []).map(({ operation: name, workCenter, components }) =>
    `${name} ${workCenter}: ${components.map(({ item, required }) => `${quantityText(required)} ${item}`).join(", ")}`.trim(),
  );
}

function found({ findings }: JobContentPlan): string[] {
  return findings.map(
    ({ severity, code, line, cause }) => `${severity} ${code}${line === null ? "" : ` at ${line}`}: ${cause}`,
  );
}

describe("the job of an order", () => {
  it("has the operations of its item's routing in sequence, each with what it takes from stock", () => {
    const plan = planJobContent(
      at({ TUBE: "0010", BOLT: "0020" }, order({ TUBE: "40", BOLT: "160" })),
      ROUTING,
      "Frame, welded",
      ERP,
    );

    expect(draw(plan)).toEqual(["0010 SAW: 40 EA TUBE", "0020 WELD: 160 EA BOLT"]);
    expect(plan.findings).toEqual([]);
    expect(plan.content).toMatchObject({ id: "P1:MO-1", name: "Frame, welded", quantity: quantity("40") });
  });

  it("has the order's own operations where it has some, and names the routing that those were taken from", () => {
    const own = { operations: [operation("0015", "ROBOT")], routing: "R-0" };

    const plan = planJobContent(order({}, own), ROUTING, "Frame", ERP);

    expect(draw(plan)).toEqual(["0015 ROBOT:"]);
    expect(plan.content?.routing).toBe("R-0");
  });

  it("names the routing in force where the ERP keeps none at the order", () => {
    expect(planJobContent(order({}), ROUTING, "Frame", ERP).content?.routing).toBe("R-1");
  });

  it("takes supply, lot, times, priority and origin over as the ERP says", () => {
    const [bolt] = order({ BOLT: "160" }).components;
    const lot: OrderComponent = {
      ...(bolt as OrderComponent),
      operation: "0010" as OperationId,
      supply: "push",
      lot: "L-7",
    };
    const split = { order: order({}).id, because: "split" } as const;
    const times = { startAt: "2026-03-02T06:00:00Z", endAt: "2026-03-02T14:00:00Z" };

    const { content } = planJobContent(
      { ...order({}, { ...times, priority: 5, from: split, type: "rework" }), components: [lot] },
      ROUTING,
      "Frame",
      ERP,
    );

    expect(content).toMatchObject({
      start: times.startAt,
      end: times.endAt,
      priority: 5,
      from: split,
      type: "rework",
      operations: [{ components: [{ line: "10", supply: "push", lot: "L-7" }] }, { components: [] }],
    });
  });
});

describe("a component without an operation", () => {
  it("is made ready at the first operation, and that is said", () => {
    const plan = planJobContent(at({ BOLT: "0020" }, order({ TUBE: "40", BOLT: "160" })), ROUTING, "Frame", ERP);

    expect(draw(plan)).toEqual(["0010 SAW: 40 EA TUBE", "0020 WELD: 160 EA BOLT"]);
    expect(found(plan)).toEqual([
      "info component-without-operation at 10: Line 10 of order MO-1 names no operation for TUBE: it is made ready at the first, 0010.",
    ]);
  });
});

describe("an order that no MES could carry out is blocked:", () => {
  it("one without operations whose item has no routing", () => {
    const plan = planJobContent(order({ TUBE: "40" }), null, "Frame", ERP);

    expect(plan.content).toBeNull();
    expect(found(plan)).toEqual([
      "blocked routing-missing: Order MO-1 has no operations and FRAME has no routing, so no MES can carry it out.",
    ]);
  });

  it("one whose routing is empty", () => {
    expect(found(planJobContent(order({}), routing("FRAME", {}), "Frame", ERP))).toHaveLength(1);
  });

  it("one with an operation that has no work center", () => {
    const plan = planJobContent(order({}), routing("FRAME", { "0010": "SAW", "0020": null }), "Frame", ERP);

    expect(plan.content).toBeNull();
    expect(found(plan)).toEqual([
      "blocked work-center-missing: Operation 0020 (? work) of order MO-1 has no work center.",
    ]);
    expect(plan.findings[0]).toMatchObject({ system: "erp", item: "FRAME", field: "operation 0020" });
  });

  it("one with a component at an operation that it does not have", () => {
    const plan = planJobContent(at({ BOLT: "0099" }, order({ BOLT: "160" })), ROUTING, "Frame", ERP);

    expect(plan.content).toBeNull();
    expect(found(plan)).toEqual([
      "blocked operation-unknown at 10: Line 10 of order MO-1 takes BOLT at operation 0099, which its routing does not have.",
    ]);
  });

  it("and all that is wrong is said at once, what blocks first", () => {
    const plan = planJobContent(
      at({ BOLT: "0099" }, order({ TUBE: "40", BOLT: "160" })),
      routing("FRAME", { "0010": null, "0020": null }),
      "Frame",
      ERP,
    );

    expect(plan.findings.map(({ code }) => code)).toEqual([
      "work-center-missing",
      "work-center-missing",
      "operation-unknown",
      "component-without-operation",
    ]);
  });
});

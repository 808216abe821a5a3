import { describe, expect, it } from "vitest";
import { quantity } from "../bom/bom-builder.ts";
import type { OperationId, SystemId } from "../ids.ts";
import type { OrderComponent, ProductionOrder } from "../order.ts";
import type { Routing } from "../routing.ts";
import { operation, productionOrder, routing } from "../testing.ts";
import { planJobContent, type JobContent } from "./job-content.ts";
import { jobDifferences } from "./job-differences.ts";

const ROUTING = routing("FRAME", { "0010": "SAW", "0020": "WELD" });

function content(
  components: Readonly<Record<string, string>>,
  more: Partial<ProductionOrder> = {},
  by: Routing = ROUTING,
): JobContent {
  const order = productionOrder("MO-1", "FRAME", "40", "released", components, more);
  const planned = planJobContent(order, by, "Frame", "erp" as SystemId);
  if (planned.content === null) throw new Error("it is blocked");
  return planned.content;
}

const WAS = content({ TUBE: "40", BOLT: "160" });

describe("what changed in a job is said in short", () => {
  it("nothing, when it is as it was", () => {
    expect(jobDifferences(WAS, content({ TUBE: "40", BOLT: "160" }))).toEqual([]);
  });

  it("its quantity, and what it needs", () => {
    const now = { ...content({ TUBE: "60", BOLT: "240" }), quantity: quantity("60") };

    expect(jobDifferences(WAS, now)).toEqual([
      "quantity 40 EA → 60 EA",
      "line 10 at operation 0010: 40 EA TUBE → 60 EA TUBE",
      "line 20 at operation 0010: 160 EA BOLT → 240 EA BOLT",
    ]);
  });

  it("the same amount in another unit", () => {
    expect(jobDifferences(WAS, { ...WAS, quantity: quantity("40 C62") })).toEqual(["quantity 40 EA → 40 C62"]);
  });

  it("its times, priority, numbers and revision", () => {
    const now = content({ TUBE: "40", BOLT: "160" }, { startAt: "2026-03-02T06:00:00Z", priority: 9, mbom: "BOM-2" });

    expect(jobDifferences(WAS, now)).toEqual([
      "priority 0 → 9",
      "start none → 2026-03-02T06:00:00Z",
      "mbom none → BOM-2",
    ]);
  });

  it("a component that came, and one that went", () => {
    expect(jobDifferences(WAS, content({ TUBE: "40" }))).toEqual(["line 20 removed from operation 0010: 160 EA BOLT"]);
    expect(jobDifferences(content({ TUBE: "40" }), WAS)).toEqual(["line 20 added at operation 0010: 160 EA BOLT"]);
  });

  it("how a component is supplied, and its lot", () => {
    const lots = WAS.operations.map((step) => ({
      ...step,
      components: step.components.map((one) =>
        one.line === "20" ? { ...one, supply: "pull" as const, lot: "L-7" } : one,
      ),
    }));

    expect(jobDifferences(WAS, { ...WAS, operations: lots })).toEqual([
      "line 20 at operation 0010: 160 EA BOLT → 160 EA BOLT, pull, lot L-7",
    ]);
  });

  it("another work center or time of an operation", () => {
    const own = [operation("0010", "LASER", { name: "SAW work", runSeconds: 30 }), operation("0020", "WELD")];

    expect(jobDifferences(WAS, content({ TUBE: "40", BOLT: "160" }, { operations: own }))).toEqual([
      "workCenter of operation 0010 SAW → LASER",
      "runSeconds of operation 0010 none → 30",
    ]);
  });

  it("another sequence, without going on about its lines", () => {
    const own = [operation("0020", "WELD"), operation("0010", "SAW")];

    expect(jobDifferences(WAS, content({ TUBE: "40", BOLT: "160" }, { operations: own }))).toEqual([
      "operations 0010, 0020 → 0020, 0010",
    ]);
  });

  it("a component that moved to another operation", () => {
    const { components, ...order } = productionOrder("MO-1", "FRAME", "40", "released", { TUBE: "40" });
    const moved = components.map((one): OrderComponent => ({ ...one, operation: "0020" as OperationId }));
    const now = planJobContent({ ...order, components: moved }, ROUTING, "Frame", "erp" as SystemId).content;

    expect(jobDifferences(content({ TUBE: "40" }), now as JobContent)).toEqual([
      "line 10 removed from operation 0010: 40 EA TUBE",
      "line 10 added at operation 0020: 40 EA TUBE",
    ]);
  });

  it("that it is split from another order now", () => {
    const split = { order: productionOrder("MO-0", "FRAME", "1", "released").id, because: "split" } as const;

    expect(jobDifferences(WAS, { ...WAS, from: split })).toEqual(["from none → MO-0"]);
  });
});

it("does not compare what an earlier Heddle did not keep: an upgrade alone moves no job", () => {
  const { name: _name, from: _from, priority: _priority, ...earlier } = WAS;

  expect(jobDifferences(earlier, { ...WAS, name: "Frame, welded", priority: 9 })).toEqual([]);
  expect(jobDifferences({}, WAS)).toEqual([]);
});

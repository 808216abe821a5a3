import { describe, expect, it } from "vitest";
import { quantity } from "./bom/bom-builder.ts";
import type { ItemId, JobOrderId, OperationId, PlantId, ProductionOrderId, WorkCenterId } from "./ids.ts";
import { jobOrderDifferences } from "./job-order-differences.ts";
import type { JobComponent, JobOperation, JobOrder } from "./job-order.ts";

describe("what a later version asks for otherwise", () => {
  it("is nothing between equals", () => {
    expect(jobOrderDifferences(order({}), order({ version: 2 }))).toEqual([]);
  });

  it("is named with what it was", () => {
    const later = order({ quantity: quantity("1500 EA"), start: "2026-03-02T05:00:00Z", mbom: "7" });
    expect(jobOrderDifferences(order({}), later)).toEqual([
      "quantity 1,500 EA, was 40 EA",
      "start 2026-03-02T05:00:00Z, was left to the MES",
      "mBOM 7, was 6",
    ]);
  });

  it("goes down to operations and components", () => {
    const later = order({
      operations: [
        operation("0020", { workCenter: "TEST" as WorkCenterId }),
        operation("0010", { components: [component("10", "BOLT", "160 EA"), component("30", "SEAL", "40 EA")] }),
        operation("0030", {}),
      ],
    });
    const earlier = order({
      operations: [
        operation("0010", { components: [component("10", "BOLT", "80 EA"), component("20", "GLUE", "5 GRM")] }),
        operation("0020", { runSeconds: 30 }),
        operation("0040", {}),
      ],
    });
    expect(jobOrderDifferences(earlier, later)).toEqual([
      "operation 0030 at ASSY added",
      "operation 0040 left out",
      "sequence 0020, 0010, was 0010, 0020",
      "operation 0020: work center TEST, was ASSY",
      "operation 0020: time per piece 60 s, was 30 s",
      "operation 0010, BOLT: required 160 EA, was 80 EA",
      "operation 0010: 40 EA of SEAL added",
      "operation 0010: GLUE left out",
    ]);
  });
});

function order(differs: Partial<JobOrder>): JobOrder {
  return {
    id: "1000:MO-1" as JobOrderId,
    plant: "1000" as PlantId,
    order: "MO-1" as ProductionOrderId,
    version: 1,
    item: "PUMP" as ItemId,
    revision: null,
    name: "Pump",
    type: "standard",
    from: null,
    quantity: quantity("40 EA"),
    priority: 0,
    start: null,
    end: null,
    mbom: "6",
    routing: "2",
    operations: [],
    ...differs,
  };
}

function operation(id: string, differs: Partial<JobOperation>): JobOperation {
  return {
    operation: id as OperationId,
    name: "Assemble",
    workCenter: "ASSY" as WorkCenterId,
    setupSeconds: null,
    runSeconds: 60,
    components: [],
    ...differs,
  };
}

function component(line: string, item: string, required: string): JobComponent {
  return { line, item: item as ItemId, required: quantity(required), supply: null, lot: null };
}

import { describe, expect, it } from "vitest";
import { quantity } from "../bom/bom-builder.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../ids.ts";
import type { ProductionOrder } from "../order.ts";
import type { Operation } from "../routing.ts";
import { shopOrderOf } from "./shop-order.ts";

const SAW: Operation = {
  operation: "0010" as OperationId,
  name: "Saw",
  workCenter: "SAW" as WorkCenterId,
  setupSeconds: 600,
  runSeconds: 0.0125,
};
const WELD: Operation = {
  ...SAW,
  operation: "0020" as OperationId,
  name: "Weld",
  setupSeconds: null,
  runSeconds: null,
};

const ORDER = {
  id: "MO-1" as ProductionOrderId,
  plant: "P1" as PlantId,
  item: "FRAME" as ItemId,
  revision: "B" as Revision,
  quantity: quantity("10"),
  mbom: "BOM-7",
  from: null,
  operations: null,
  components: [
    {
      line: "10",
      item: "BOLT" as ItemId,
      required: quantity("40"),
      issued: quantity("8"),
      operation: SAW.operation,
      supply: "pull",
      lot: "L-7",
    },
  ],
} as unknown as ProductionOrder;

describe("an order as feedback knows it", () => {
  it("is made by its routing, in whole milliseconds", () => {
    expect(shopOrderOf(ORDER, [SAW, WELD], [])).toEqual({
      plant: "P1",
      order: "MO-1",
      item: "FRAME",
      from: null,
      plan: {
        revision: "B",
        quantity: quantity("10"),
        unitFactors: [],
        mbom: "BOM-7",
        sentAt: null,
        operations: [
          { operation: "0010", workCenter: "SAW", setupMs: 600_000, runMs: 13 },
          { operation: "0020", workCenter: "SAW", setupMs: null, runMs: null },
        ],
        components: [{ line: "10", item: "BOLT", required: quantity("40"), operation: "0010", supply: "pull" }],
      },
    });
  });

  it("is made by its own operations where it has some, and names the order that it was split from", () => {
    const split = {
      ...ORDER,
      operations: [WELD],
      from: { order: "MO-0" as ProductionOrderId, because: "split" },
    } as const;
    const { from, plan } = shopOrderOf(split, [SAW], []);
    expect(from).toBe("MO-0");
    expect(plan.operations.map(({ operation }) => operation)).toEqual(["0020"]);
  });
});

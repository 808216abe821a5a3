import { ALWAYS } from "../domain/calendar.ts";
import type {
  ItemId,
  LineId,
  MbomLineKey,
  OperationId,
  PlantId,
  ProductionOrderId,
  Revision,
  WorkCenterId,
} from "../domain/ids.ts";
import { jobOrderId, type JobOrder } from "../domain/job-order.ts";
import { NO_SCRAP, type Mbom } from "../domain/mbom.ts";
import type { PlantItem } from "../domain/plant-item.ts";
import { rational } from "../domain/rational.ts";

/** The plant that every trial record belongs to. */
export const PLANT = "1000" as PlantId;

/** An item without its number, as the suite writes it to every ERP. */
export const NEW_ITEM: Omit<PlantItem, "item"> = {
  plant: PLANT,
  name: "A new bracket",
  revision: "A" as Revision,
  unit: "EA",
  decimals: 0,
  procurement: "buy",
};

/** One line that says all that a line can say. */
export function trialMbom(item: ItemId): Mbom {
  const quantity = { amount: rational(3n), unit: "EA" } as const;
  return {
    plant: PLANT,
    item,
    revision: "B" as Revision,
    lines: [
      {
        key: "USG-1/USG-2" as MbomLineKey,
        item: "SCR-M4-10" as ItemId,
        quantity,
        basis: "per order",
        operation: null,
        supply: "bulk",
        scrap: { ...NO_SCRAP, componentPercent: rational(5n, 2n) },
        phantom: false,
        referenceDesignators: ["B1", "B2", "B3"],
        alternates: ["SCR-M5-16" as ItemId],
        effectivity: ALWAYS,
        origin: { kind: "engineering", from: [{ path: ["USG-1", "USG-2"] as LineId[], quantity, rules: [] }] },
      },
    ],
  };
}

/** A job of two operations on 5 pieces, as the hub would send it. */
export function trialJob(order: string): JobOrder {
  return {
    id: jobOrderId(PLANT, order as ProductionOrderId),
    plant: PLANT,
    order: order as ProductionOrderId,
    version: 1,
    item: "SMP-101" as ItemId,
    revision: "A" as Revision,
    name: "Motor bracket",
    type: "standard",
    from: null,
    quantity: { amount: rational(5n), unit: "EA" },
    priority: 0,
    start: null,
    end: null,
    mbom: "BOM-000004",
    routing: "RTG-000002",
    operations: [
      {
        operation: "0010" as OperationId,
        name: "Laser cut",
        workCenter: "LAS-1" as WorkCenterId,
        setupSeconds: 900,
        runSeconds: 25,
        components: [
          {
            line: "0010",
            item: "RAW-DC01-15" as ItemId,
            required: { amount: rational(53n, 50n), unit: "KGM" },
            supply: "backflush",
            lot: null,
          },
        ],
      },
      {
        operation: "0020" as OperationId,
        name: "Bend",
        workCenter: "BND-1" as WorkCenterId,
        setupSeconds: 1_200,
        runSeconds: 40,
        components: [],
      },
    ],
  };
}

import type { PlantId, ProductionOrderId } from "../ids.ts";
import type { Occurrence } from "./shop-event.ts";

/** Where an event is counted with others: an order of a plant. */
export type EventPlace = { readonly plant: PlantId; readonly order: ProductionOrderId };

/** What is of no order is counted by its work center and day (in UTC), under a name like no order's: `@SAW 2026-02-02`. */
export function eventPlace({ plant, order, workCenter, at }: Occurrence): EventPlace {
  return { plant, order: order ?? (`@${workCenter ?? ""} ${at.slice(0, 10)}` as ProductionOrderId) };
}

/** Whether it is a place of what is of no order. */
export function isOfNoOrder(order: string): boolean {
  return /^@.* \d{4}-\d\d-\d\d$/s.test(order);
}

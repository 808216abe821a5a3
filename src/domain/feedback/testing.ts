import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../ids.ts";
import { parseQuantity, type Quantity } from "../quantity.ts";
import type { Occurrence, OutputCounted, ShopEventKey, ShopFact, ShopOccurrence } from "./shop-event.ts";

/** Events of operation 0010 of order MO-1 at plant P1, on 2 February 2026, for tests that a foreman reads. */

/** `08:30` or `08:30:05`, of the day; `03 08:30` of the next one. */
export function clock(time: string): string {
  const [day = "", at = ""] = time.includes(" ") ? time.split(" ") : ["02", time];
  return `2026-02-${day}T${at.length === 5 ? `${at}:00` : at}.000Z`;
}

function pieces(amount: string | number): Quantity {
  const quantity = parseQuantity(String(amount), "EA");
  if (quantity === null) throw new Error(`"${amount}" is not an amount`);
  return quantity;
}

export function key(id: string): ShopEventKey {
  return { source: "SAW/1", id };
}

export function occurrence(time: string, fact: ShopFact, more: Partial<Occurrence> = {}): Occurrence {
  return {
    since: null,
    at: clock(time),
    plant: "P1" as PlantId,
    order: "MO-1" as ProductionOrderId,
    job: null,
    item: "FRAME" as ItemId,
    revision: "B" as Revision,
    operation: "0010" as OperationId,
    workCenter: "SAW" as WorkCenterId,
    station: "SAW/1",
    operator: "OP-101",
    serials: [],
    lot: null,
    fact,
    ...more,
  };
}

export function event(id: string, time: string, fact: ShopFact, more: Partial<Occurrence> = {}): ShopOccurrence {
  return { kind: "occurrence", ...key(id), ...occurrence(time, fact, more) };
}

export function counted(
  kind: OutputCounted["kind"],
  amount: string | number,
  more: Partial<OutputCounted> = {},
): OutputCounted {
  const reason = kind === "good" ? null : "SURFACE";
  return { kind, quantity: pieces(amount), reason, workedMs: null, reworked: null, ...more };
}

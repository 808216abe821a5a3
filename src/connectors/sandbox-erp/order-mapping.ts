import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, SystemId } from "../../domain/ids.ts";
import type { NeededComponent, OrderComponent, OrderOrigin, ProductionOrder } from "../../domain/order.ts";
import type { Held } from "../../domain/plant-item.ts";
import { badData } from "../bad-data.ts";
import type { JobReport } from "../port.ts";
import { shortened } from "../shortened.ts";
import { decimalText, toDay, toOperation, toQuantity, toSupply, type Place } from "./mapping.ts";
import type * as Wire from "./wire.ts";

export const ORDER_STATE = {
  PLANNED: "planned",
  RELEASED: "released",
  STARTED: "started",
  FINISHED: "finished",
  CANCELLED: "cancelled",
} as const;
/** The ERP's limit for the note of a job report. */
const NOTE_MAX = 1_000;

export function toHeldProductionOrder(order: Wire.ProductionOrder, system: SystemId): Held<ProductionOrder> {
  const place = { system, object: `production order ${order.number}` };
  const value: ProductionOrder = {
    id: order.number as ProductionOrderId,
    plant: order.plant as PlantId,
    item: order.itemCode as ItemId,
    revision: order.revisionLevel as Revision | null,
    quantity: toQuantity(order.quantity, order.unit, place, "unit"),
    completed: toQuantity(order.completedQuantity, order.unit, place, "unit"),
    state: ORDER_STATE[order.state],
    onHold: order.onHold,
    start: toDay(order.startDate, place, "startDate"),
    startAt: toInstant(order.startTime, place, "startTime"),
    endAt: toInstant(order.endTime, place, "endTime"),
    priority: order.priority,
    type: order.orderType.toLowerCase(),
    from: originOf(order),
    planner: order.planner,
    mbom: order.bomNumber,
    routing: order.routingNumber,
    operations: order.operations.map(toOperation),
    components: order.components.map((component, i) => toComponent(component, place, `components[${i}].unit`)),
  };
  return { value, version: order.etag };
}

/** A part of a rework order is both: where it was split from says where its pieces are. */
function originOf({ splitFrom, reworkOf }: Wire.ProductionOrder): OrderOrigin | null {
  if (splitFrom !== null) return { order: splitFrom as ProductionOrderId, because: "split" };
  return reworkOf === null ? null : { order: reworkOf as ProductionOrderId, because: "rework" };
}

function toComponent(
  component: Wire.ProductionOrder["components"][number],
  place: Place,
  field: string,
): OrderComponent {
  return {
    line: component.line,
    item: component.itemCode as ItemId,
    required: toQuantity(component.requiredQuantity, component.unit, place, field),
    issued: toQuantity(component.issuedQuantity, component.unit, place, field),
    operation: component.operation as OperationId | null,
    supply: toSupply(component.supplyType),
    lot: component.lot,
  };
}

export function fromComponent({ item, required, operation }: NeededComponent, place: Place) {
  const requiredQuantity = decimalText(required.amount, place, `requiredQuantity of ${item}`);
  return { itemCode: item, unit: required.unit, requiredQuantity, operation };
}

export function fromJobReport({ plant, order, mes, job, version, state, note }: JobReport): Wire.JobReport {
  return { plant, order, mes, jobNumber: job, version, state, note: note === null ? null : shortened(note, NOTE_MAX) };
}

/** To the second. */
function toInstant(text: string | null, place: Place, field: string): string | null {
  if (text === null) return null;
  const toSecond = text.slice(0, "2026-03-01T09:30:00".length);
  const at = new Date(`${toSecond}Z`);
  // A day or hour that does not exist is no date, or rolls over to another one.
  if (!Number.isNaN(at.getTime()) && at.toISOString().startsWith(toSecond)) return `${toSecond}Z`;
  throw badData({ ...place, doing: `reading ${place.object}`, field, cause: `"${text}" is not an instant` });
}

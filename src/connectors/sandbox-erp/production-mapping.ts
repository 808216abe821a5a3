import { instantAt } from "../../domain/feedback/instant.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId, SystemId } from "../../domain/ids.ts";
import type { MaterialConsumption, OperationConfirmation, OrderCompletion, Posting } from "../port.ts";
import { decimalText, toQuantity, type Place } from "./mapping.ts";
import type * as Wire from "./wire.ts";

export function toPosting(posting: Wire.Posting, system: SystemId): Posting {
  const place = { system, object: `posting ${posting.number}` };
  return {
    id: posting.externalId ?? posting.number,
    order: posting.order as ProductionOrderId,
    plant: posting.plant as PlantId,
    at: instantAt(Date.parse(posting.happenedAt)),
    confirmations: posting.confirmations.map((one, i) => toConfirmation(one, place, `confirmations[${i}].unit`)),
    consumptions: posting.consumptions.map((one, i) => toConsumption(one, place, `consumptions[${i}].unit`)),
  };
}

function toConfirmation(
  { operation, good, scrap, rework, unit, setupSeconds, runSeconds, final }: Wire.Posting["confirmations"][number],
  place: Place,
  field: string,
): OperationConfirmation {
  return {
    operation: operation as OperationId,
    good: toQuantity(good, unit, place, field),
    scrap: toQuantity(scrap, unit, place, field),
    rework: toQuantity(rework, unit, place, field),
    setupMs: Math.round(setupSeconds * 1000),
    runMs: Math.round(runSeconds * 1000),
    isFinal: final,
  };
}

function toConsumption(
  { line, itemCode, operation, quantity, unit, lot, serials }: Wire.Posting["consumptions"][number],
  place: Place,
  field: string,
): MaterialConsumption {
  return {
    line,
    item: itemCode as ItemId,
    operation: operation as OperationId | null,
    quantity: toQuantity(quantity, unit, place, field),
    lot,
    serials,
  };
}

export function fromPosting({ id, order, at, confirmations, consumptions }: Posting, system: SystemId) {
  const place = { system, object: `posting ${id} on production order ${order}` };
  return {
    externalId: id,
    happenedAt: at,
    confirmations: confirmations.map((one) => fromConfirmation(one, place)),
    consumptions: consumptions.map((one) => fromConsumption(one, place)),
  };
}

function fromConfirmation(
  { operation, good, scrap, rework, setupMs, runMs, isFinal }: OperationConfirmation,
  place: Place,
) {
  return {
    operation,
    good: decimalText(good.amount, place, `good of operation ${operation}`),
    scrap: decimalText(scrap.amount, place, `scrap of operation ${operation}`),
    rework: decimalText(rework.amount, place, `rework of operation ${operation}`),
    unit: good.unit,
    setupSeconds: setupMs / 1000,
    runSeconds: runMs / 1000,
    final: isFinal,
  };
}

function fromConsumption({ line, item, operation, quantity, lot, serials }: MaterialConsumption, place: Place) {
  return {
    line,
    itemCode: item,
    operation,
    quantity: decimalText(quantity.amount, place, `quantity of ${item}`),
    unit: quantity.unit,
    lot,
    serials,
  };
}

export function fromCompletion({ order, at, good, scrap, lot, serials }: OrderCompletion, system: SystemId) {
  const place = { system, object: `completion of production order ${order}` };
  return {
    happenedAt: at,
    good: decimalText(good.amount, place, "good"),
    scrap: decimalText(scrap.amount, place, "scrap"),
    unit: good.unit,
    lot,
    serials,
  };
}

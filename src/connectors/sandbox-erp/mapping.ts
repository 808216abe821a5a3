import { keyOfLine } from "../../domain/bom/dated-mbom.ts";
import { parseDay, type Day } from "../../domain/calendar.ts";
import type {
  ItemId,
  LineId,
  MbomLineKey,
  OperationId,
  PlantId,
  PurchaseOrderLineId,
  Revision,
  RuleName,
  SupplierId,
  SystemId,
  WorkCenterId,
} from "../../domain/ids.ts";
import type { Procurement } from "../../domain/item.ts";
import type { ItemUsage, Mbom, MbomLine, Origin, Output, SupplyType } from "../../domain/mbom.ts";
import type { Money } from "../../domain/money.ts";
import type { PurchaseOrderLine } from "../../domain/order.ts";
import type { Held, PlantItem, ProcurementRecord, PublishedMbom, StandardCost } from "../../domain/plant-item.ts";
import type { Quantity } from "../../domain/quantity.ts";
import { parseRational, rationalText, roundedHalfUp, type Rational } from "../../domain/rational.ts";
import type { Operation, Routing } from "../../domain/routing.ts";
import { KNOWN_UNITS, parseUnit, type Unit } from "../../domain/unit.ts";
import { optionText } from "../../domain/variant/option.ts";
import { parseOption } from "../../domain/variant/parse-option.ts";
import { badData } from "../bad-data.ts";
import type * as Wire from "./wire.ts";
import { versionOf } from "./version-token.ts";

/** Decimals that the ERP keeps of a price or cost. */
const MONEY_DECIMALS = 4;

const PROCUREMENT = { MAKE: "make", BUY: "buy", SUBCONTRACT: "subcontract", PHANTOM: "phantom" } as const;
const PROCUREMENT_WORD = {
  make: "MAKE",
  buy: "BUY",
  subcontract: "SUBCONTRACT",
  phantom: "PHANTOM",
} as const satisfies Record<Procurement, string>;
const SUPPLY = { PUSH: "push", PULL: "pull", BULK: "bulk", BACKFLUSH: "backflush" } as const;
const SUPPLY_WORD = { push: "PUSH", pull: "PULL", bulk: "BULK", backflush: "BACKFLUSH" } as const satisfies Record<
  SupplyType,
  string
>;
const OUTPUT = { CO_PRODUCT: "co-product", BY_PRODUCT: "by-product" } as const;
const OUTPUT_WORD = { "co-product": "CO_PRODUCT", "by-product": "BY_PRODUCT" } as const satisfies Record<
  Output,
  string
>;
const LINE_STATE = { OPEN: "open", CLOSED: "closed", CANCELLED: "cancelled" } as const;

/** Where a value stands in the ERP, so that one Heddle cannot read is named. */
export type Place = { readonly system: SystemId; readonly object: string };

export function toHeldItem(item: Wire.Item, system: SystemId): Held<PlantItem> {
  const value: PlantItem = {
    item: item.code as ItemId,
    plant: item.plant as PlantId,
    name: item.description,
    revision: item.revisionLevel as Revision | null,
    unit: toUnit(item.baseUnit, { system, object: `item ${item.code}` }, "baseUnit"),
    decimals: item.decimals,
    procurement: PROCUREMENT[item.procurementType],
  };
  return { value, version: versionOf(item.id, item.etag) };
}

export function fromItem(item: PlantItem, externalReference: string | null) {
  return {
    code: item.item,
    plant: item.plant,
    description: item.name,
    revisionLevel: item.revision,
    baseUnit: item.unit,
    decimals: item.decimals,
    procurementType: PROCUREMENT_WORD[item.procurement],
    externalReference,
  };
}

export function toHeldProcurement(info: Wire.PurchasingInfo): Held<ProcurementRecord> {
  const value: ProcurementRecord = {
    item: info.itemCode as ItemId,
    plant: info.plant as PlantId,
    supplier: info.supplierCode as SupplierId,
    supplierItem: info.supplierItem,
    leadTimeDays: info.leadTimeDays,
    price: info.price === null || info.currency === null ? null : toMoney(info.price, info.currency),
  };
  return { value, version: versionOf(info.id, info.etag) };
}

export function fromProcurement(record: ProcurementRecord, externalReference: string | null) {
  return {
    plant: record.plant,
    itemCode: record.item,
    supplierCode: record.supplier,
    supplierItem: record.supplierItem,
    leadTimeDays: record.leadTimeDays,
    price: record.price === null ? null : moneyText(record.price),
    currency: record.price === null ? null : record.price.currency,
    preferred: true,
    externalReference,
  };
}

export function toRouting({ plant, itemCode, number, operations }: Wire.Routing): Routing {
  return { plant: plant as PlantId, item: itemCode as ItemId, number, operations: operations.map(toOperation) };
}

export function toOperation(wire: Wire.Operation): Operation {
  const { operation, description, workCenter, setupSeconds, runSeconds } = wire;
  return {
    operation: operation as OperationId,
    name: description,
    workCenter: workCenter as WorkCenterId | null,
    setupSeconds,
    runSeconds,
  };
}

export function toHeldCost(cost: Wire.ItemCost): Held<StandardCost> {
  const value: StandardCost = {
    item: cost.itemCode as ItemId,
    plant: cost.plant as PlantId,
    material: toMoney(cost.material, cost.currency),
    conversion: toMoney(cost.conversion, cost.currency),
  };
  return { value, version: versionOf(cost.id, cost.etag) };
}

/** @throws ConnectorError "rejected" when the two parts of the cost are in two currencies. */
export function fromCost(cost: StandardCost, system: SystemId, externalReference: string | null) {
  const { material, conversion } = cost;
  if (material.currency !== conversion.currency) {
    const cause = `material is in ${material.currency}, conversion in ${conversion.currency}; the ERP has one currency for both`;
    throw badData({
      system,
      doing: `setting the cost of ${cost.item}`,
      object: `item ${cost.item}`,
      field: "currency",
      cause,
    });
  }
  return {
    plant: cost.plant,
    itemCode: cost.item,
    material: moneyText(material),
    conversion: moneyText(conversion),
    currency: material.currency,
    externalReference,
  };
}

export function toHeldMbom(bom: Wire.Bom, system: SystemId): Held<PublishedMbom> {
  const keys = keysOf(bom.lines);
  const lines = bom.lines.map((line, at) =>
    toMbomLine(line, keys[at] ?? ownKey(line), {
      system,
      object: `mBOM ${bom.number}, position ${line.position}`,
    }),
  );
  const value: PublishedMbom = {
    number: bom.number,
    plant: bom.plant as PlantId,
    item: bom.itemCode as ItemId,
    // A BOM that someone made by hand may have none; then none of ours equals it.
    revision: (bom.revisionLevel ?? "") as Revision,
    lines,
  };
  return { value, version: versionOf(bom.number, bom.etag) };
}

/** A line that a planner added has no reference, and one that he copied has another's: their position names them. */
function keysOf(lines: readonly Wire.BomLine[]): readonly MbomLineKey[] {
  const taken = new Set<string>();
  const take = (key: MbomLineKey): MbomLineKey | null => {
    if (taken.has(key)) return null;
    taken.add(key);
    return key;
  };
  const recorded = lines.map(({ externalReference: key }) =>
    key === null || key === "" ? null : take(key as MbomLineKey),
  );
  return lines.map((line, at) => {
    const known = recorded[at] ?? null;
    if (known !== null) return known;
    // A line that was added at this position before may stand elsewhere now, under that name.
    let own = take(ownKey(line));
    for (let count = 2; own === null; count++) own = take(`${ownKey(line)}.${count}` as MbomLineKey);
    return own;
  });
}

function ownKey({ position }: Wire.BomLine): MbomLineKey {
  return `planner:${position}` as MbomLineKey;
}

function toMbomLine(line: Wire.BomLine, key: MbomLineKey, place: Place): MbomLine {
  const quantity = toQuantity(line.quantity, line.unit, place, "unit");
  return {
    key,
    item: line.componentCode as ItemId,
    quantity,
    basis: line.basis === "PER_ORDER" ? "per order" : "per assembly",
    operation: line.operation as OperationId | null,
    supply: toSupply(line.supplyType),
    scrap: {
      componentPercent: toRationalOrNull(line.componentScrapPercent),
      operationPercent: toRationalOrNull(line.operationScrapPercent),
      fixedPerOrder: toRationalOrNull(line.fixedScrapQuantity),
    },
    phantom: line.phantom,
    referenceDesignators: line.referenceDesignators,
    alternates: line.alternates as ItemId[],
    effectivity: {
      from: toDay(line.validFrom, place, "validFrom"),
      until: toDay(line.validUntil, place, "validUntil"),
    },
    ...toOption(line.optionText ?? null, place),
    origin: originOf(key, quantity, line.operation),
    ...(line.output === undefined ? {} : { output: OUTPUT[line.output] }),
    ...(line.usage === undefined ? {} : { usage: line.usage.map(toUsage) }),
  };
}

function toUsage({ itemCode, percent, factor }: NonNullable<Wire.BomLine["usage"]>[number]): ItemUsage {
  return { item: itemCode as ItemId, percent: toRational(percent), factor: toRational(factor) };
}

function toOption(text: string | null, place: Place): Pick<MbomLine, "option"> {
  if (text === null) return {};
  const parsed = parseOption(text);
  if (parsed.ok) return { option: parsed.option };
  const cause = `the option "${text}" is unreadable at character ${parsed.offset + 1}: ${parsed.problem}`;
  throw badData({ ...place, doing: `reading ${place.object}`, field: "optionText", cause });
}

export function toSupply(word: Wire.BomLine["supplyType"]): SupplyType | null {
  return word === null ? null : SUPPLY[word];
}

/** The ERP keeps only the line's key; the rules and shares behind it are with Heddle's plan. */
function originOf(key: MbomLineKey, quantity: Quantity, operation: string | null): Origin {
  if (key.startsWith("planner:")) return { kind: "planner" };
  // A part that a rule split off is named by its operation.
  const line = keyOfLine(key);
  const whole = line.endsWith(`@${operation}`) ? line.slice(0, line.lastIndexOf("@")) : line;
  if (!key.startsWith("+"))
    return { kind: "engineering", from: [{ path: whole.split("/") as LineId[], quantity, rules: [] }] };
  const [rule = "", driver] = whole.slice(1).split(":");
  return {
    kind: "rule",
    rule: rule as RuleName,
    driver: driver === undefined ? null : (driver.split("/") as LineId[]),
  };
}

/** The highest position of four digits. */
const POSITIONS_MAX = 9_999;
const REFERENCE_MAX = 200;

/** The lines as the ERP takes them, in order. @throws ConnectorError "rejected" for a number it cannot write. */
export function fromMbomLines(mbom: Mbom, system: SystemId): readonly Wire.BomLine[] {
  const step = mbom.lines.length * 10 <= POSITIONS_MAX ? 10 : 1;
  return mbom.lines.map((line, i) => {
    const decimal = (number: Rational, field: string) =>
      decimalText(number, { system, object: `mBOM of ${mbom.item}, line ${line.key}` }, field);
    const decimalOrNull = (number: Rational | null, field: string) => (number === null ? null : decimal(number, field));
    return {
      position: String((i + 1) * step).padStart(4, "0"),
      componentCode: line.item,
      quantity: decimal(line.quantity.amount, "quantity"),
      unit: line.quantity.unit,
      basis: line.basis === "per order" ? "PER_ORDER" : "PER_ASSEMBLY",
      operation: line.operation,
      supplyType: line.supply === null ? null : SUPPLY_WORD[line.supply],
      componentScrapPercent: decimalOrNull(line.scrap.componentPercent, "componentScrapPercent"),
      operationScrapPercent: decimalOrNull(line.scrap.operationPercent, "operationScrapPercent"),
      fixedScrapQuantity: decimalOrNull(line.scrap.fixedPerOrder, "fixedScrapQuantity"),
      phantom: line.phantom,
      referenceDesignators: [...line.referenceDesignators],
      alternates: [...line.alternates],
      validFrom: line.effectivity.from,
      validUntil: line.effectivity.until,
      optionText: line.option === undefined ? null : optionText(line.option),
      externalReference: line.key,
      ...(line.output === undefined ? {} : { output: OUTPUT_WORD[line.output] }),
      ...(line.usage === undefined
        ? {}
        : {
            usage: line.usage.map(({ item, percent, factor }) => ({
              itemCode: item,
              percent: decimal(percent, "usage"),
              factor: decimal(factor, "usage"),
            })),
          }),
    };
  });
}

/** What an mBOM says that this ERP has no place for. */
export function cannotHold(mbom: Mbom): readonly string[] {
  const losses: string[] = [];
  if (mbom.lines.length > POSITIONS_MAX) {
    losses.push(
      `The ERP numbers at most ${POSITIONS_MAX} lines of an mBOM; that of ${mbom.item} has ${mbom.lines.length}.`,
    );
  }
  for (const line of mbom.lines) {
    const at = `Line ${line.key} of the mBOM of ${mbom.item}`;
    if (line.key.length > REFERENCE_MAX)
      losses.push(`${at} has an identity longer than the ${REFERENCE_MAX} characters that the ERP keeps.`);
    const { componentPercent, operationPercent, fixedPerOrder } = line.scrap;
    const shares = (line.usage ?? []).flatMap(({ percent, factor }) => [percent, factor]);
    for (const number of [line.quantity.amount, componentPercent, operationPercent, fixedPerOrder, ...shares]) {
      if (number === null || !rationalText(number).includes("/")) continue;
      losses.push(`${at} has the figure ${rationalText(number)}, which no decimal number writes; round it by a rule.`);
    }
  }
  return losses;
}

export function toHeldPurchaseOrderLine(line: Wire.PurchaseOrderLine, system: SystemId): Held<PurchaseOrderLine> {
  const place = { system, object: `purchase-order line ${line.id}` };
  const value: PurchaseOrderLine = {
    id: line.id as PurchaseOrderLineId,
    plant: line.plant as PlantId,
    supplier: line.supplierCode as SupplierId,
    item: line.itemCode as ItemId,
    revision: line.revisionLevel as Revision | null,
    ordered: toQuantity(line.orderedQuantity, line.unit, place, "unit"),
    received: toQuantity(line.receivedQuantity, line.unit, place, "unit"),
    price: toMoney(line.price, line.currency),
    due: toDay(line.dueDate, place, "dueDate"),
    state: LINE_STATE[line.state],
    buyer: line.buyer,
  };
  return { value, version: line.etag };
}

/** @throws ConnectorError "rejected": the ERP writes decimals, and rounding is not a connector's to decide. */
export function decimalText(number: Rational, place: Place, field: string): string {
  const text = rationalText(number);
  if (!text.includes("/")) return text;
  throw badData({
    ...place,
    doing: "writing a number",
    field,
    cause: `${text} is no decimal number; round it by a rule`,
  });
}

/** Costs are rolled up exactly; the ERP keeps so many decimals. */
function moneyText(money: Money): string {
  return rationalText(roundedHalfUp(money.amount, MONEY_DECIMALS));
}

function toMoney(amount: string, currency: string): Money {
  return { amount: toRational(amount), currency };
}

export function toQuantity(amount: string, unit: string, place: Place, field: string): Quantity {
  return { amount: toRational(amount), unit: toUnit(unit, place, field) };
}

function toUnit(code: string, place: Place, field: string): Unit {
  const unit = parseUnit(code);
  if (unit !== null) return unit;
  throw badData({
    ...place,
    doing: `reading ${place.object}`,
    field,
    cause: `the unit "${code}" is unknown; Heddle knows ${KNOWN_UNITS.join(", ")}`,
  });
}

/** @throws RangeError: the wire's schema lets only decimals through, so anything else is a bug. */
function toRational(text: string): Rational {
  const number = parseRational(text);
  if (number === null) throw new RangeError(`"${text}" is not a decimal number`);
  return number;
}

export function toDay(text: string | null, place: Place, field: string): Day | null {
  if (text === null) return null;
  const day = parseDay(text);
  if (day !== null) return day;
  throw badData({ ...place, doing: `reading ${place.object}`, field, cause: `"${text}" is not a day` });
}

function toRationalOrNull(text: string | null): Rational | null {
  return text === null ? null : toRational(text);
}

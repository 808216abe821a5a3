import { ITEMS, THREADLOCKER, type ProductItem } from "../product/items.ts";
import { builtItems, plantLines, procurementOf, productItem, type PlantLine } from "../product/mbom.ts";
import {
  CONVERSION_COST,
  CURRENCY,
  PLANT,
  PRODUCTION_ORDERS,
  PURCHASE_ORDERS,
  ROUTINGS,
  SUPPLIERS,
  WORK_CENTERS,
  type SeedProductionOrder,
  type SeedPurchaseOrder,
} from "../product/plant.ts";
import { activated } from "./bom-routes.ts";
import { checkedLines } from "./bom.ts";
import { decimal, decimalText, plus, roundedUp, times, uplifted, ZERO, type Decimal } from "./decimal.ts";
import { applied, cancelled, finished, issued, moved, type OrderStep } from "./order-steps.ts";
import { planOrder, productionOrderOf } from "./production-order.ts";
import { cancelledLine, receivedLine } from "./purchase-order-routes.ts";
import { placeOrder, purchaseOrderLineOf } from "./purchase-order.ts";
import { keepRevision } from "./routing.ts";
import type { Erp } from "./state.ts";

const DECIMALS: Readonly<Record<string, number>> = { EA: 0, KGM: 3, MTR: 3, GRM: 2 };
const COST_DECIMALS = 4;
/** When the early shift begins, in UTC. */
const SHIFT_START = "05:00:00.000Z";

/** Fills an empty ERP with plant 1000 as it stands before any change; leaves any other alone. */
export function seedErp(erp: Erp): void {
  if (erp.items.list([], 0, 1).length > 0) return;
  const quiet: Erp = { ...erp, outbox: { ...erp.outbox, put: () => undefined } }; // what was there from the start is no news
  erp.write(() => {
    for (const [code, name] of SUPPLIERS) {
      erp.suppliers.insert({ code, name, currency: CURRENCY, blocked: false, externalReference: null });
    }
    for (const [code, name] of WORK_CENTERS) erp.workCenters.insert({ code, plant: PLANT, name });
    for (const item of [...ITEMS, THREADLOCKER]) seedItem(erp, item);
    for (const number of builtItems()) seedBom(erp, number);
    seedCosts(erp);
    for (const order of PURCHASE_ORDERS) seedPurchaseOrder(erp, order);
    for (const order of PRODUCTION_ORDERS) seedProductionOrder(quiet, order);
  });
}

function seedItem(erp: Erp, item: ProductItem): void {
  const procurementType = procurementOf(item);
  if (procurementType === null) return;
  erp.items.insert({
    code: item.number,
    plant: PLANT,
    description: item.description,
    revisionLevel: item === THREADLOCKER ? null : "A",
    baseUnit: item.unit,
    decimals: DECIMALS[item.unit] ?? 0,
    procurementType,
    externalReference: null,
  });
  if (item.source !== undefined) seedSource(erp, item.number, item.source);
  const operations = procurementType === "MAKE" ? ROUTINGS[item.type] : undefined;
  if (operations !== undefined) seedRouting(erp, item.number, operations);
}

function seedSource(
  erp: Erp,
  itemCode: string,
  { supplier, item, days, price }: NonNullable<ProductItem["source"]>,
): void {
  erp.purchasingInfo.insert({
    plant: PLANT,
    itemCode,
    supplierCode: supplier,
    supplierItem: item,
    leadTimeDays: days,
    price,
    currency: CURRENCY,
    preferred: true,
    externalReference: null,
  });
}

function seedRouting(erp: Erp, itemCode: string, operations: NonNullable<(typeof ROUTINGS)[string]>): void {
  const routing = erp.routings.insert({
    plant: PLANT,
    itemCode,
    operations: operations.map(([operation, description, workCenter, setupSeconds, runSeconds]) => ({
      operation,
      description,
      workCenter,
      setupSeconds,
      runSeconds,
    })),
    externalReference: null,
  });
  keepRevision(erp, routing);
}

function seedBom(erp: Erp, itemCode: string): void {
  const written = plantLines(itemCode).map((line, at) => ({
    position: String((at + 1) * 10).padStart(4, "0"),
    componentCode: line.component,
    quantity: line.quantity,
    unit: line.unit,
    operation: line.operation,
    supplyType: line.supply,
    componentScrapPercent: line.scrapPercent,
    referenceDesignators: [...line.referenceDesignators],
    alternates: [...line.alternates],
    externalReference: line.reference,
  }));
  const draft = erp.boms.insert({
    plant: PLANT,
    itemCode,
    revisionLevel: "A",
    version: 1,
    status: "DRAFT",
    externalReference: null,
    replaces: null,
    createdAt: new Date().toISOString(),
    activatedAt: null,
    lines: checkedLines(erp, PLANT, itemCode, written),
  });
  activated(erp, draft, null);
}

/** Bought: the price. Made: its components' full cost, scrap included, and the conversion cost of its type. */
function seedCosts(erp: Erp): void {
  const full = new Map<string, Decimal>();
  const insert = (itemCode: string, material: Decimal, conversion: Decimal): void => {
    full.set(itemCode, plus(material, conversion));
    const sums = { material: decimalText(material), conversion: decimalText(conversion) };
    erp.itemCosts.insert({
      plant: PLANT,
      itemCode,
      ...sums,
      currency: CURRENCY,
      costVersion: 1,
      externalReference: null,
    });
  };
  for (const { number, source } of [...ITEMS, THREADLOCKER]) {
    if (source !== undefined) insert(number, decimal(source.price), ZERO);
  }
  for (const number of builtItems()) {
    const costs = plantLines(number).map((line) => times(gross(line), full.get(line.component) ?? ZERO));
    const conversion = decimal(CONVERSION_COST[productItem(number).type] ?? "0");
    insert(number, roundedUp(costs.reduce(plus, ZERO), COST_DECIMALS), conversion);
  }
}

function gross({ quantity, scrapPercent }: PlantLine): Decimal {
  return uplifted(decimal(quantity), decimal(scrapPercent ?? "0"));
}

function seedPurchaseOrder(erp: Erp, { supplier, buyer, orderedDaysAgo, lines }: SeedPurchaseOrder): void {
  const { number } = placeOrder(erp, {
    plant: PLANT,
    supplierCode: supplier,
    buyer,
    orderedOn: dayFromNow(-orderedDaysAgo),
    lines: lines.map(({ item, unit, quantity, price, dueInDays }) => ({
      itemCode: item,
      revisionLevel: "A",
      unit,
      orderedQuantity: quantity,
      price,
      currency: CURRENCY,
      dueDate: dayFromNow(dueInDays),
    })),
  });
  lines.forEach(({ received, cancelled: reason }, at) => {
    const line = purchaseOrderLineOf(erp, number, String((at + 1) * 10));
    if (received !== undefined) receivedLine(erp, line, received);
    if (reason !== undefined) cancelledLine(erp, line, reason);
  });
}

function seedProductionOrder(erp: Erp, seed: SeedProductionOrder): void {
  const { item, quantity, startInDays, hours, planner, reached } = seed;
  const startTime = `${dayFromNow(startInDays)}T${SHIFT_START}`;
  const order = planOrder(erp, {
    plant: PLANT,
    itemCode: item,
    quantity,
    orderType: seed.orderType ?? "STANDARD",
    priority: seed.priority ?? 0,
    startTime,
    endTime: new Date(Date.parse(startTime) + hours * 3_600_000).toISOString(),
    planner,
  });
  const { components } = order.value;
  const release = moved(["PLANNED"], "RELEASED");
  const start = moved(["RELEASED"], "STARTED");
  const issue = (count: number) =>
    components.slice(0, count).map((one) => issued(erp, { line: one.line, quantity: one.requiredQuantity }));
  const steps: Readonly<Record<SeedProductionOrder["reached"], readonly OrderStep[]>> = {
    planned: [],
    released: [release],
    issued: [release, ...issue(1)],
    started: [release, ...issue(components.length), start],
    finished: [release, ...issue(components.length), start, finished(erp, { completedQuantity: quantity })],
    cancelled: [release, cancelled("Customer cancelled the order")],
  };
  for (const step of steps[reached]) applied(erp, productionOrderOf(erp, order.number), step, null);
}

function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

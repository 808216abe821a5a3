import type { ProductionOrderId, PurchaseOrderLineId } from "../../domain/ids.ts";
import type { Cursor, Page } from "../port.ts";
import { pollSources, type Source } from "./changed-since.ts";
import type { Company } from "./company.ts";
import { productionOrderId, purchaseLineId } from "./order-mapping.ts";
import { readAllOf } from "./records.ts";
import {
  MODELS,
  type TouchedComponent,
  type TouchedLine,
  type TouchedProduction,
  type TouchedPurchase,
  type TouchedReceipt,
  type TouchedWork,
} from "./wire.ts";

const ENDED = ["done", "cancelled"];

/**
 * Purchase-order lines that moved: lines themselves; all lines of a purchase whose header moved (its state is
 * there); lines that goods were received for (receipts are stock moves and leave the line alone).
 */
export async function changedPurchaseLines(company: Company, cursor: Cursor): Promise<Page<PurchaseOrderLineId>> {
  const ofCompany = (await company.facts()).id;
  const doing = "looking for purchase orders";
  const lines: Source<TouchedLine, PurchaseOrderLineId> = {
    name: "lines",
    model: MODELS.touchedLine,
    domain: [["purchase.company", "=", ofCompany]],
    deletions: "remembered",
    remember: ({ "purchase.": { number, state } }) => (ENDED.includes(state) ? null : number),
    idsOf: (rows) => Promise.resolve(idsOfLines(rows)),
  };
  const purchases: Source<TouchedPurchase, PurchaseOrderLineId> = {
    name: "purchases",
    model: MODELS.touchedPurchase,
    domain: [["company", "=", ofCompany]],
    forget: ({ state, lines: own }) => (ENDED.includes(state) ? own : []),
    idsOf: (rows) =>
      Promise.resolve(
        rows.flatMap(({ number, lines: own }) =>
          number === null ? [] : own.map((line) => purchaseLineId(number, line)),
        ),
      ),
  };
  const receipts: Source<TouchedReceipt, PurchaseOrderLineId> = {
    name: "receipts",
    model: MODELS.touchedReceipt,
    domain: [
      ["company", "=", ofCompany],
      ["origin", "like", "purchase.line,%"],
    ],
    async idsOf(rows) {
      const ids = rows.map(({ origin }) => Number(origin?.split(",")[1] ?? Number.NaN)).filter(Number.isInteger);
      return idsOfLines(await readAllOf(company, MODELS.touchedLine, doing, [], "id", ids));
    },
  };
  return await pollSources(company, doing, [lines, purchases, receipts], purchaseLineId, cursor);
}

/** Production orders that moved, or whose components, outputs or works moved. */
export async function changedProductionOrders(company: Company, cursor: Cursor): Promise<Page<ProductionOrderId>> {
  const { id: ofCompany, modules } = await company.facts();
  const orders: Source<TouchedProduction, ProductionOrderId> = {
    name: "orders",
    model: MODELS.touchedProduction,
    domain: [["company", "=", ofCompany]],
    deletions: "remembered",
    remember: ({ number, state }) => (ENDED.includes(state) ? null : number),
    idsOf: (rows) => idsOfOrders(rows.map(({ number }) => number)),
  };
  const components: Source<TouchedComponent, ProductionOrderId> = {
    name: "components",
    model: MODELS.touchedComponent,
    domain: [
      ["company", "=", ofCompany],
      ["OR", ["production_input", "!=", null], ["production_output", "!=", null]],
    ],
    deletions: "all",
    idsOf: (rows) =>
      idsOfOrders(rows.flatMap((row) => [row["production_input."]?.number, row["production_output."]?.number])),
  };
  // Tryton deletes works with a step back of their order, which tells of itself.
  const works: Source<TouchedWork, ProductionOrderId> = {
    name: "works",
    model: MODELS.touchedWork,
    domain: [["company", "=", ofCompany]],
    idsOf: (rows) => idsOfOrders(rows.map((row) => row["production."].number)),
  };
  const sources = modules.has("production_work") ? [orders, components, works] : [orders, components];
  return await pollSources(company, "looking for production orders", sources, productionOrderId, cursor);
}

function idsOfLines(rows: readonly TouchedLine[]): PurchaseOrderLineId[] {
  return rows.flatMap(({ id, "purchase.": { number } }) => (number === null ? [] : [purchaseLineId(number, id)]));
}

function idsOfOrders(numbers: readonly (string | null | undefined)[]): Promise<ProductionOrderId[]> {
  return Promise.resolve(numbers.flatMap((number) => (number == null ? [] : [productionOrderId(number)])));
}

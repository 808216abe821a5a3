import type { DatabaseSync } from "node:sqlite";
import { openCollection, type Collection, type Term } from "../http/collection.ts";
import { openDatabase, transaction } from "../http/database.ts";
import { openOutbox, type Outbox } from "../http/outbox.ts";
import { alertTerms, type Alert } from "./alert.ts";
import { bomTerms, type Bom } from "./bom.ts";
import type { ItemCost } from "./item-cost.ts";
import type { Item } from "./item.ts";
import type { JobReport } from "./job-report.ts";
import { completionTerms, type ProductionCompletion } from "./production-completion.ts";
import { orderTerms, type OrderEvent, type OrderLogEntry, type ProductionOrder } from "./production-order.ts";
import { postingTerms, type ProductionPosting } from "./production-posting.ts";
import type { GoodsReceipt, PurchaseOrder, PurchaseOrderLine } from "./purchase-order.ts";
import type { PurchasingInfo } from "./purchasing-info.ts";
import type { Routing, RoutingRevision } from "./routing.ts";
import type { Supplier } from "./supplier.ts";
import type { WorkCenter } from "./work-center.ts";

/** Everything the ERP remembers, in one database. */
export type Erp = {
  readonly db: DatabaseSync;
  readonly items: Collection<Item>;
  readonly suppliers: Collection<Supplier>;
  readonly purchasingInfo: Collection<PurchasingInfo>;
  readonly boms: Collection<Bom>;
  readonly workCenters: Collection<WorkCenter>;
  readonly routings: Collection<Routing>;
  /** Every routing as it was after each edit. */
  readonly routingRevisions: Collection<RoutingRevision>;
  readonly itemCosts: Collection<ItemCost>;
  readonly purchaseOrders: Collection<PurchaseOrder>;
  readonly purchaseOrderLines: Collection<PurchaseOrderLine>;
  readonly goodsReceipts: Collection<GoodsReceipt>;
  readonly productionOrders: Collection<ProductionOrder>;
  /** What was made and used. */
  readonly postings: Collection<ProductionPosting>;
  /** At most one of an order: what it put into stock at its end. */
  readonly completions: Collection<ProductionCompletion>;
  readonly orderLog: Collection<OrderLogEntry>;
  /** At most one of an order. */
  readonly jobReports: Collection<JobReport>;
  readonly alerts: Collection<Alert>;
  readonly outbox: Outbox<OrderEvent>;
  /** Does all of `work` or nothing, then sends what it put in the outbox. */
  readonly write: <T>(work: () => T) => T;
};

export function openErp(folder: string, sendsWebhooks: boolean): Erp {
  const db = openDatabase(folder, "erp");
  const outbox = openOutbox<OrderEvent>(db, "sandbox-erp", sendsWebhooks);
  return {
    db,
    items: openCollection<Item>(db, "items", numbered("ITM"), membersAsTerms("plant", "code", "procurementType")),
    suppliers: openCollection<Supplier>(db, "suppliers", numbered("SUP"), membersAsTerms("code")),
    purchasingInfo: openCollection<PurchasingInfo>(
      db,
      "purchasing_info",
      numbered("PIR"),
      membersAsTerms("plant", "itemCode", "supplierCode", "preferred"),
    ),
    boms: openCollection<Bom>(db, "boms", numbered("BOM"), bomTerms),
    workCenters: openCollection<WorkCenter>(
      db,
      "work_centers",
      (_id, { code }) => code,
      membersAsTerms("plant", "code"),
    ),
    routings: openCollection<Routing>(db, "routings", numbered("RTG"), membersAsTerms("plant", "itemCode")),
    routingRevisions: openCollection<RoutingRevision>(
      db,
      "routing_revisions",
      (_id, { number }) => number,
      membersAsTerms("plant", "itemCode"),
    ),
    itemCosts: openCollection<ItemCost>(db, "item_costs", numbered("CST"), membersAsTerms("plant", "itemCode")),
    purchaseOrders: openCollection<PurchaseOrder>(
      db,
      "purchase_orders",
      (id) => `PO-${1000 + id}`,
      membersAsTerms("plant", "supplierCode"),
    ),
    purchaseOrderLines: openCollection<PurchaseOrderLine>(
      db,
      "purchase_order_lines",
      (_id, { orderNumber, line }) => `${orderNumber}/${line}`,
      membersAsTerms("plant", "orderNumber", "itemCode", "state"),
    ),
    goodsReceipts: openCollection<GoodsReceipt>(db, "goods_receipts", numbered("GR"), membersAsTerms("line")),
    productionOrders: openCollection<ProductionOrder>(db, "production_orders", (id) => `MO-${5000 + id}`, orderTerms),
    postings: openCollection<ProductionPosting>(db, "production_postings", numbered("PST"), postingTerms),
    completions: openCollection<ProductionCompletion>(db, "production_completions", numbered("CMP"), completionTerms),
    orderLog: openCollection<OrderLogEntry>(db, "order_log", numbered("LOG"), membersAsTerms("order", "note")),
    jobReports: openCollection<JobReport>(
      db,
      "job_reports",
      (_id, { order }) => order,
      membersAsTerms("plant", "order", "mes"),
    ),
    alerts: openCollection<Alert>(db, "alerts", numbered("ALR"), alertTerms),
    outbox,
    write(work) {
      const result = transaction(db, work);
      outbox.wake();
      return result;
    },
  };
}

/** Finds records by these members, and by their external reference where they have one. */
function membersAsTerms<Name extends string>(...names: Name[]) {
  return (
    value: { readonly [Member in Name]: string | boolean | null } & { readonly externalReference?: string | null },
  ): Term[] =>
    [
      ...names.map((name) => [name, value[name]] as const),
      ["externalReference", value.externalReference] as const,
    ].flatMap(([name, term]): Term[] => (term === null || term === undefined ? [] : [[name, String(term)]]));
}

function numbered(prefix: string): (id: number) => string {
  return (id) => `${prefix}-${String(id).padStart(6, "0")}`;
}

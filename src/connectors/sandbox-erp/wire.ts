import { Type, type Static, type TSchema } from "typebox";
import { contract } from "../http/contract.ts";
import type { Refusal, RefusalDialect } from "../http/failure.ts";

/** What the sandbox ERP sends, as far as Heddle reads it. Numbers are decimal text. */
const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const Id = Type.String({ minLength: 1 });
const Text = Type.String();
/** The ERP checks its numbers, so one that is none breaks its contract. */
const Decimal = Type.String({ pattern: "^-?\\d{1,30}(\\.\\d{1,30})?$" });
const Instant = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$" });
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });

export const Item = Type.Object({
  id: Id,
  code: Id,
  plant: Id,
  description: Text,
  revisionLevel: nullable(Text),
  baseUnit: Id,
  decimals: Type.Integer({ minimum: 0, maximum: 6 }),
  procurementType: Type.Enum(["MAKE", "BUY", "SUBCONTRACT", "PHANTOM"]),
  externalReference: nullable(Text),
  etag: Id,
});
export type Item = Static<typeof Item>;

export const PurchasingInfo = Type.Object({
  id: Id,
  plant: Id,
  itemCode: Id,
  supplierCode: Id,
  supplierItem: Text,
  leadTimeDays: Type.Integer({ minimum: 0 }),
  price: nullable(Decimal),
  currency: nullable(Text),
  preferred: Type.Boolean(),
  externalReference: nullable(Text),
  etag: Id,
});
export type PurchasingInfo = Static<typeof PurchasingInfo>;

const SupplyType = Type.Enum(["PUSH", "PULL", "BULK", "BACKFLUSH"]);

export const BomLine = Type.Object({
  position: Id,
  componentCode: Id,
  quantity: Decimal,
  unit: Id,
  basis: Type.Enum(["PER_ASSEMBLY", "PER_ORDER"]),
  operation: nullable(Text),
  supplyType: nullable(SupplyType),
  componentScrapPercent: nullable(Decimal),
  operationScrapPercent: nullable(Decimal),
  fixedScrapQuantity: nullable(Decimal),
  phantom: Type.Boolean(),
  referenceDesignators: Type.Array(Text),
  alternates: Type.Array(Text),
  validFrom: nullable(Day),
  validUntil: nullable(Day),
  optionText: Type.Optional(nullable(Text)),
  externalReference: nullable(Text),
  output: Type.Optional(Type.Enum(["CO_PRODUCT", "BY_PRODUCT"])),
  usage: Type.Optional(Type.Array(Type.Object({ itemCode: Id, percent: Decimal, factor: Decimal }))),
});
export type BomLine = Static<typeof BomLine>;

export const Bom = Type.Object({
  number: Id,
  plant: Id,
  itemCode: Id,
  revisionLevel: nullable(Text),
  status: Type.Enum(["DRAFT", "ACTIVE", "SUPERSEDED"]),
  externalReference: nullable(Text),
  etag: Id,
  lines: Type.Array(BomLine),
});
export type Bom = Static<typeof Bom>;

export const Operation = Type.Object({
  operation: Id,
  description: Text,
  workCenter: nullable(Id),
  setupSeconds: Type.Number({ minimum: 0 }),
  runSeconds: Type.Number({ minimum: 0 }),
});
export type Operation = Static<typeof Operation>;

export const Routing = Type.Object({ number: Id, plant: Id, itemCode: Id, operations: Type.Array(Operation) });
export type Routing = Static<typeof Routing>;

export const ItemCost = Type.Object({
  id: Id,
  plant: Id,
  itemCode: Id,
  material: Decimal,
  conversion: Decimal,
  currency: Id,
  externalReference: nullable(Text),
  etag: Id,
});
export type ItemCost = Static<typeof ItemCost>;

export const PurchaseOrderLine = Type.Object({
  id: Id,
  plant: Id,
  supplierCode: Id,
  itemCode: Id,
  revisionLevel: nullable(Text),
  unit: Id,
  orderedQuantity: Decimal,
  receivedQuantity: Decimal,
  price: Decimal,
  currency: Id,
  dueDate: nullable(Day),
  state: Type.Enum(["OPEN", "CLOSED", "CANCELLED"]),
  buyer: nullable(Text),
  etag: Id,
});
export type PurchaseOrderLine = Static<typeof PurchaseOrderLine>;

export const ProductionOrder = Type.Object({
  number: Id,
  plant: Id,
  itemCode: Id,
  orderType: Id,
  revisionLevel: nullable(Text),
  bomNumber: Id,
  routingNumber: nullable(Id),
  quantity: Decimal,
  completedQuantity: Decimal,
  unit: Id,
  state: Type.Enum(["PLANNED", "RELEASED", "STARTED", "FINISHED", "CANCELLED"]),
  onHold: Type.Boolean(),
  priority: Type.Integer({ minimum: 0 }),
  startDate: nullable(Day),
  startTime: nullable(Instant),
  endTime: nullable(Instant),
  planner: nullable(Text),
  splitFrom: nullable(Id),
  reworkOf: nullable(Id),
  etag: Id,
  operations: Type.Array(Operation),
  components: Type.Array(
    Type.Object({
      line: Id,
      itemCode: Id,
      unit: Id,
      requiredQuantity: Decimal,
      issuedQuantity: Decimal,
      operation: nullable(Text),
      supplyType: nullable(SupplyType),
      lot: nullable(Text),
    }),
  ),
});
export type ProductionOrder = Static<typeof ProductionOrder>;

const JobReport = Type.Object({
  plant: Id,
  order: Id,
  mes: Id,
  jobNumber: nullable(Text),
  version: nullable(Type.Integer()),
  state: Text,
  note: nullable(Text),
});
export type JobReport = Static<typeof JobReport>;
const StandingReport = Type.Object({ ...JobReport.properties, reportedAt: Instant });

const Posting = Type.Object({
  number: Id,
  plant: Id,
  order: Id,
  externalId: nullable(Id),
  happenedAt: Instant,
  confirmations: Type.Array(
    Type.Object({
      operation: Id,
      good: Decimal,
      scrap: Decimal,
      rework: Decimal,
      unit: Id,
      setupSeconds: Type.Number(),
      runSeconds: Type.Number(),
      final: Type.Boolean(),
    }),
  ),
  consumptions: Type.Array(
    Type.Object({
      line: nullable(Id),
      itemCode: Id,
      operation: nullable(Id),
      quantity: Decimal,
      unit: Id,
      lot: nullable(Id),
      serials: Type.Array(Id),
    }),
  ),
});
export type Posting = Static<typeof Posting>;

const Completion = Type.Object({ number: Id });

export const Alert = Type.Object({
  number: Id,
  plant: Id,
  objectType: Type.Enum(["PURCHASE_ORDER_LINE", "PRODUCTION_ORDER"]),
  objectId: Id,
  text: Text,
  state: Type.Enum(["OPEN", "CLOSED"]),
  closeReason: nullable(Text),
  externalReference: nullable(Text),
  etag: Id,
});
export type Alert = Static<typeof Alert>;

const Supplier = Type.Object({ code: Id, blocked: Type.Boolean() });
const LogEntry = Type.Object({ action: Id });

const paged = <Schema extends TSchema>(value: Schema) =>
  contract(Type.Object({ value: Type.Array(value), next: nullable(Text) }));
const since = <Schema extends TSchema>(value: Schema) =>
  contract(Type.Object({ value: Type.Array(value), cursor: Type.Integer({ minimum: 0 }), more: Type.Boolean() }));

export const CONTRACTS = {
  alert: contract(Alert),
  alerts: paged(Alert),
  bom: contract(Bom),
  boms: paged(Bom),
  bomUses: paged(Type.Object({ itemCode: Id })),
  item: contract(Item),
  items: paged(Item),
  itemCost: contract(ItemCost),
  itemCosts: paged(ItemCost),
  jobReports: paged(StandingReport),
  jobReportsPut: contract(Type.Object({ value: Type.Array(StandingReport) })),
  completion: contract(Completion),
  completions: paged(Completion),
  nothing: contract(Type.Null()),
  orderLog: paged(LogEntry),
  posting: contract(Posting),
  postings: paged(Posting),
  productionOrder: contract(ProductionOrder),
  productionOrders: paged(ProductionOrder),
  productionOrdersSince: since(Type.Object({ number: Id })),
  purchaseOrderLines: paged(PurchaseOrderLine),
  purchaseOrderLinesSince: since(Type.Object({ id: Id })),
  purchasingInfo: contract(PurchasingInfo),
  purchasingInfos: paged(PurchasingInfo),
  routings: paged(Routing),
  suppliers: paged(Supplier),
  webhook: contract(
    Type.Object({ type: Type.String({ pattern: "^production-order\\." }), data: Type.Object({ number: Id }) }),
  ),
};

const Failure = contract(Type.Object({ error: Type.Object({ code: Text, message: Text, field: nullable(Text) }) }));

/** Refusals with 409 that planning again would only repeat. */
const FINAL = new Set([
  "COMPLETION_EXISTS",
  "FIELD_FIXED",
  "ORDER_CLOSED",
  "ORDER_NOT_RELEASED",
  "ORDER_REWORK",
  "POSTING_EXISTS",
]);

export const DIALECT: RefusalDialect = {
  read(body): Refusal | null {
    const failure = Failure(body);
    return "value" in failure ? failure.value.error : null;
  },
  kindOf({ code }) {
    // A wrong address is no answer about a record.
    if (code === "ROUTE_UNKNOWN") return "contract broken";
    return FINAL.has(code) ? "rejected" : undefined;
  },
};

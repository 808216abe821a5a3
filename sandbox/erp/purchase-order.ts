import { Type, type Static } from "typebox";
import { optional, Reference } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { unknownRecord } from "../http/errors.ts";
import { etagOf } from "../http/precondition.ts";
import { checkCurrency, checkDate, checkedQuantity, checkMoney, checkPlant, checkUnitOf } from "./checks.ts";
import { Code, Plant, itemOf } from "./item.ts";
import type { Erp } from "./state.ts";
import { checkSupplier } from "./supplier.ts";

const Text = Type.String({ maxLength: 100 });

const WrittenLine = Type.Object(
  {
    itemCode: Code,
    revisionLevel: optional(Text),
    unit: Text,
    orderedQuantity: Text,
    price: Text,
    currency: Text,
    dueDate: optional(Text),
  },
  { additionalProperties: false },
);

export const WrittenOrder = Type.Object(
  {
    plant: Plant,
    supplierCode: Code,
    buyer: optional(Text),
    orderedOn: optional(Text),
    externalReference: optional(Reference),
    lines: Type.Array(WrittenLine, { minItems: 1, maxItems: 500 }),
  },
  { additionalProperties: false },
);

export type PurchaseOrder = {
  readonly plant: string;
  readonly supplierCode: string;
  readonly buyer: string | null;
  readonly orderedOn: string;
  readonly externalReference: string | null;
};

export type PurchaseOrderLine = {
  readonly orderNumber: string;
  readonly line: string;
  readonly plant: string;
  readonly supplierCode: string;
  readonly itemCode: string;
  readonly revisionLevel: string | null;
  readonly unit: string;
  readonly orderedQuantity: string;
  readonly receivedQuantity: string;
  /** Of one `unit`. */
  readonly price: string;
  readonly currency: string;
  readonly dueDate: string | null;
  readonly state: "OPEN" | "CLOSED" | "CANCELLED";
  readonly buyer: string | null;
  readonly cancelReason: string | null;
};

/** Goods that came in for a line (`PO-1007/20`). */
export type GoodsReceipt = { readonly line: string; readonly quantity: string; readonly deliveryNote: string | null };

/** Places an order; lines are numbered 10, 20 … Call it inside `erp.write`. @throws ApiError 422 */
export function placeOrder(erp: Erp, written: Static<typeof WrittenOrder>): Stored<PurchaseOrder> {
  const { plant, supplierCode, lines } = written;
  const buyer = written.buyer ?? null;
  const orderedOn = written.orderedOn ?? new Date().toISOString().slice(0, 10);
  checkPlant(plant);
  checkSupplier(erp, supplierCode, "supplierCode");
  checkDate(orderedOn, "orderedOn");
  const externalReference = written.externalReference ?? null;
  const order = erp.purchaseOrders.insert({ plant, supplierCode, buyer, orderedOn, externalReference });
  lines.forEach((line, at) =>
    erp.purchaseOrderLines.insert({
      orderNumber: order.number,
      line: String((at + 1) * 10),
      plant,
      supplierCode,
      ...checkedLine(erp, plant, line, (member) => `lines[${at}].${member}`),
      receivedQuantity: "0",
      state: "OPEN",
      buyer,
      cancelReason: null,
    }),
  );
  return order;
}

function checkedLine(erp: Erp, plant: string, line: Static<typeof WrittenLine>, field: (member: string) => string) {
  const item = itemOf(erp, plant, line.itemCode, field("itemCode"));
  checkUnitOf(item, line.unit, field("unit"));
  checkMoney(line.price, field("price"));
  checkCurrency(line.currency, field("currency"));
  checkDate(line.dueDate ?? null, field("dueDate"));
  return {
    itemCode: item.code,
    revisionLevel: line.revisionLevel ?? null,
    unit: line.unit,
    orderedQuantity: checkedQuantity(item, line.orderedQuantity, field("orderedQuantity")),
    price: line.price,
    currency: line.currency,
    dueDate: line.dueDate ?? null,
  };
}

export function purchaseOrderOf(erp: Erp, number: string): Stored<PurchaseOrder> {
  const order = erp.purchaseOrders.get(number);
  if (order === null) throw unknownRecord("PURCHASE_ORDER", number);
  return order;
}

export function purchaseOrderLineOf(erp: Erp, number: string, line: string): Stored<PurchaseOrderLine> {
  const stored = erp.purchaseOrderLines.get(`${number}/${line}`);
  if (stored === null) throw unknownRecord("PURCHASE_ORDER_LINE", `${number}/${line}`);
  return stored;
}

export function shownPurchaseOrder(erp: Erp, order: Stored<PurchaseOrder>) {
  const lines = erp.purchaseOrderLines.list([{ kind: "orderNumber", any: [order.number] }]);
  return { number: order.number, ...order.value, etag: etagOf(order), lines: lines.map(shownPurchaseOrderLine) };
}

export function shownPurchaseOrderLine(stored: Stored<PurchaseOrderLine>) {
  return { id: stored.number, ...stored.value, sequence: stored.sequence, etag: etagOf(stored) };
}

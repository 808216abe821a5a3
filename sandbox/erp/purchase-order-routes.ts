import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import { optional, parsedBody } from "../http/body.ts";
import type { Filter, Stored } from "../http/collection.ts";
import { conflict, refused } from "../http/errors.ts";
import { paged, pagedSince, PAGING, SINCE } from "../http/paging.ts";
import { requireMatch, withEtag } from "../http/precondition.ts";
import { filtersBy, queryOf, referenceFilters } from "../http/query.ts";
import { checkDate, checkedQuantity, checkMoney } from "./checks.ts";
import { compare, decimal, decimalText, plus } from "./decimal.ts";
import {
  placeOrder,
  purchaseOrderLineOf,
  purchaseOrderOf,
  shownPurchaseOrder,
  shownPurchaseOrderLine,
  WrittenOrder,
  type PurchaseOrderLine,
} from "./purchase-order.ts";
import { itemOf } from "./item.ts";
import type { Erp } from "./state.ts";

const Text = Type.String({ maxLength: 200 });
const LineEdit = Type.Object(
  {
    orderedQuantity: Type.Optional(Text),
    price: Type.Optional(Text),
    dueDate: optional(Text),
    buyer: optional(Text),
    revisionLevel: optional(Text),
  },
  { additionalProperties: false },
);
const Receipt = Type.Object({ quantity: Text, deliveryNote: optional(Text) }, { additionalProperties: false });
const Cancel = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, { additionalProperties: false });

type One = { Params: { number: string } };
type Line = { Params: { number: string; line: string } };

export function purchaseOrderRoutes(app: FastifyInstance, erp: Erp): void {
  app.get("/purchase-orders", (request) => {
    const filters = ["number", "supplierCode", "plant"];
    const query = queryOf(request, [...PAGING, ...filters, "externalReference", "externalReferenceStartsWith"]);
    const wanted = [...referenceFilters(query, "externalReference"), ...filtersBy(query, filters)];
    return paged(erp.purchaseOrders, query, wanted, (order) => shownPurchaseOrder(erp, order));
  });

  app.get<One>("/purchase-orders/:number", (request, reply) => {
    const order = purchaseOrderOf(erp, request.params.number);
    return withEtag(reply, order, shownPurchaseOrder(erp, order));
  });

  app.post("/purchase-orders", (request, reply) => {
    const written = parsedBody(WrittenOrder, request.body);
    const order = erp.write(() => placeOrder(erp, written));
    return withEtag(reply.status(201), order, shownPurchaseOrder(erp, order));
  });

  app.get("/purchase-order-lines", (request) => {
    const query = queryOf(request, [...PAGING, ...SINCE, "id", "itemCode", "state", "plant"]);
    const ids = query.get("id");
    const byId: Filter[] = ids === undefined ? [] : [{ kind: "number", any: ids }];
    const filters = [...byId, ...filtersBy(query, ["itemCode", "state", "plant"])];
    return query.has("since")
      ? pagedSince(erp.purchaseOrderLines, query, filters, shownPurchaseOrderLine)
      : paged(erp.purchaseOrderLines, query, filters, shownPurchaseOrderLine);
  });

  const line = "/purchase-orders/:number/lines/:line";

  app.patch<Line>(line, (request, reply) => {
    const edit = parsedBody(LineEdit, request.body);
    const stored = erp.write(() => {
      const before = purchaseOrderLineOf(erp, request.params.number, request.params.line);
      requireMatch(request, before);
      requireOpen(before);
      const after = { ...before.value, ...edit } as PurchaseOrderLine;
      const item = itemOf(erp, after.plant, after.itemCode, "itemCode");
      checkMoney(after.price, "price");
      checkDate(after.dueDate, "dueDate");
      const orderedQuantity = checkedQuantity(item, after.orderedQuantity, "orderedQuantity");
      return erp.purchaseOrderLines.replace(before, withState({ ...after, orderedQuantity }));
    });
    return withEtag(reply, stored, shownPurchaseOrderLine(stored));
  });

  app.post<Line>(`${line}/goods-receipts`, (request, reply) => {
    const { quantity, deliveryNote } = parsedBody(Receipt, request.body);
    return reply.status(201).send(
      erp.write(() => {
        const before = purchaseOrderLineOf(erp, request.params.number, request.params.line);
        const received = receivedLine(erp, before, quantity);
        const receipt = erp.goodsReceipts.insert({
          line: received.number,
          quantity,
          deliveryNote: deliveryNote ?? null,
        });
        const { line: _id, ...shown } = receipt.value;
        return { receipt: receipt.number, ...shown, line: shownPurchaseOrderLine(received) };
      }),
    );
  });

  app.post<Line>(`${line}/cancel`, (request, reply) => {
    const { reason } = parsedBody(Cancel, request.body);
    const stored = erp.write(() => {
      const before = purchaseOrderLineOf(erp, request.params.number, request.params.line);
      requireMatch(request, before);
      return cancelledLine(erp, before, reason);
    });
    return withEtag(reply, stored, shownPurchaseOrderLine(stored));
  });
}

/** Books goods in. Call it inside `erp.write`. @throws ApiError 422 when more came than is open */
export function receivedLine(erp: Erp, before: Stored<PurchaseOrderLine>, quantity: string): Stored<PurchaseOrderLine> {
  requireOpen(before);
  const { plant, itemCode, orderedQuantity, receivedQuantity } = before.value;
  const item = itemOf(erp, plant, itemCode, "itemCode");
  const received = plus(decimal(receivedQuantity), decimal(checkedQuantity(item, quantity, "quantity")));
  if (compare(received, decimal(orderedQuantity)) > 0) {
    throw refused("OVER_DELIVERY", `${decimalText(received)} received of ${orderedQuantity} ordered`, "quantity");
  }
  return erp.purchaseOrderLines.replace(
    before,
    withState({ ...before.value, receivedQuantity: decimalText(received) }),
  );
}

/** Call it inside `erp.write`. */
export function cancelledLine(erp: Erp, before: Stored<PurchaseOrderLine>, reason: string): Stored<PurchaseOrderLine> {
  requireOpen(before);
  return erp.purchaseOrderLines.replace(before, { ...before.value, state: "CANCELLED", cancelReason: reason });
}

function withState(line: PurchaseOrderLine): PurchaseOrderLine {
  const complete = compare(decimal(line.receivedQuantity), decimal(line.orderedQuantity)) >= 0;
  return { ...line, state: complete ? "CLOSED" : "OPEN" };
}

function requireOpen({ number, value }: Stored<PurchaseOrderLine>): void {
  if (value.state !== "OPEN") throw conflict("LINE_NOT_OPEN", `${number} is ${value.state}`);
}

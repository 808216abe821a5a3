import type { PurchaseOrderLineId } from "../../domain/ids.ts";
import type { Http } from "../http/http-client.ts";
import type { PurchaseOrders } from "../port.ts";
import { PAGE, readListOf } from "./list.ts";
import { toHeldPurchaseOrderLine } from "./mapping.ts";
import { CONTRACTS } from "./wire.ts";

const PATH = "/erp/v1/purchase-order-lines";

export function purchaseOrders(http: Http): PurchaseOrders {
  const list = { doing: "reading purchase-order lines", path: PATH, answer: CONTRACTS.purchaseOrderLines };
  return {
    async changedSince(cursor) {
      const query = { since: cursor ?? "0", limit: PAGE };
      const answer = CONTRACTS.purchaseOrderLinesSince;
      const page = await http.read({ doing: "looking for purchase orders", path: PATH, query, answer });
      const ids = page.value.map(({ id }) => id as PurchaseOrderLineId);
      return { ids, cursor: ids.length === 0 ? cursor : String(page.cursor), more: page.more };
    },
    async openOf(items, plant) {
      const lines = await readListOf(http, { ...list, query: { plant, state: "OPEN" } }, "itemCode", items);
      return lines.map((line) => toHeldPurchaseOrderLine(line, http.system));
    },
    async read(ids) {
      const lines = await readListOf(http, { ...list, query: {} }, "id", ids);
      return lines.map((line) => toHeldPurchaseOrderLine(line, http.system));
    },
  };
}

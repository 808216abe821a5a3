import type { ProductionOrderId } from "../../domain/ids.ts";
import type { VersionToken } from "../../domain/plant-item.ts";
import { path, type Http } from "../http/http-client.ts";
import type { IdempotencyKey, ProductionOrders, Receipt, Write } from "../port.ts";
import { shortened } from "../shortened.ts";
import { jobReports } from "./job-reports.ts";
import { firstOf, PAGE, readList, readListOf } from "./list.ts";
import { fromComponent, toHeldProductionOrder } from "./order-mapping.ts";
import { CONTRACTS, type ProductionOrder } from "./wire.ts";

const PATH = "/erp/v1/production-orders";
/** The ERP's limit for the reason of a hold. */
const REASON_MAX = 500;
const OPEN_STATES = ["PLANNED", "RELEASED", "STARTED"];

export function productionOrders(http: Http): ProductionOrders {
  const list = { doing: "reading production orders", path: PATH, answer: CONTRACTS.productionOrders };
  return {
    async changedSince(cursor) {
      const query = { since: cursor ?? "0", limit: PAGE };
      const answer = CONTRACTS.productionOrdersSince;
      const page = await http.read({ doing: "looking for production orders", path: PATH, query, answer });
      const ids = page.value.map(({ number }) => number as ProductionOrderId);
      return { ids, cursor: ids.length === 0 ? cursor : String(page.cursor), more: page.more };
    },
    async openOf(items, plant) {
      const orders = await readListOf(http, { ...list, query: { plant, state: OPEN_STATES } }, "involving", items);
      // One order may involve several of the items, asked for in several requests.
      return [...firstOf(orders, ({ number }) => number).values()].map((order) =>
        toHeldProductionOrder(order, http.system),
      );
    },
    async read(ids) {
      const orders = await readListOf(http, { ...list, query: {} }, "number", ids);
      return orders.map((order) => toHeldProductionOrder(order, http.system));
    },
    reExplode: orderWrite(http, "RE_EXPLODED", ({ order }) => ({
      doing: `re-exploding production order ${order}`,
      method: "POST",
      path: path`/erp/v1/production-orders/${order}/re-explode`,
      body: {},
    })),
    replaceComponents: orderWrite(http, "COMPONENTS_REPLACED", ({ order, components }) => ({
      doing: `replacing the components of production order ${order}`,
      method: "PUT",
      path: path`/erp/v1/production-orders/${order}/components`,
      body: {
        components: components.map((one) =>
          fromComponent(one, { system: http.system, object: `production order ${order}` }),
        ),
      },
    })),
    hold: orderWrite(http, "HELD", ({ order, reason }) => ({
      doing: `holding production order ${order}`,
      method: "POST",
      path: path`/erp/v1/production-orders/${order}/hold`,
      body: { reason: shortened(reason, REASON_MAX) },
    })),
    report: jobReports(http),
  };
}

type OrderInput = { readonly order: ProductionOrderId; readonly expected: VersionToken };
type OrderCall = {
  readonly doing: string;
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly body: object;
};

/** A write to an order: its key goes as a note into the order's log, where a lost answer is found again. */
function orderWrite<Input extends OrderInput>(
  http: Http,
  action: string,
  callOf: (input: Input) => OrderCall,
): Write<Input> {
  const find = async ({ order }: Input, key: IdempotencyKey): Promise<Receipt | null> => {
    if (!(await isLogged(http, order, action, key))) return null;
    const doing = `reading production order ${order}`;
    const now = await http.read({
      doing,
      object: order,
      path: path`/erp/v1/production-orders/${order}`,
      answer: CONTRACTS.productionOrder,
    });
    return receiptOf(now);
  };
  return {
    find,
    async write(input, key) {
      const done = await find(input, key);
      if (done !== null) return done;
      const call = callOf(input);
      const order = await http.write({
        ...call,
        object: input.order,
        ifMatch: input.expected,
        body: { ...call.body, note: key },
        answer: CONTRACTS.productionOrder,
      });
      return receiptOf(order);
    },
  };
}

async function isLogged(http: Http, order: ProductionOrderId, action: string, note: string): Promise<boolean> {
  const entries = await readList(http, {
    doing: `looking up what was done to production order ${order}`,
    path: path`/erp/v1/production-orders/${order}/log`,
    query: { note },
    answer: CONTRACTS.orderLog,
  });
  return entries.some((entry) => entry.action === action);
}

function receiptOf({ number, etag }: ProductionOrder): Receipt {
  return { id: number, version: etag };
}

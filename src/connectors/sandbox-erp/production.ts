import type { ProductionOrderId } from "../../domain/ids.ts";
import type { Held } from "../../domain/plant-item.ts";
import { path, type Http } from "../http/http-client.ts";
import type { OrderProduction, Production, Receipt } from "../port.ts";
import { readList, readListOf } from "./list.ts";
import { ORDER_STATE } from "./order-mapping.ts";
import { fromCompletion, fromPosting, toPosting } from "./production-mapping.ts";
import { CONTRACTS, type Posting as WirePosting } from "./wire.ts";

const ORDERS = "/erp/v1/production-orders";
const POSTINGS = "/erp/v1/postings";
/** How what Heddle booked is told from what people booked. */
const AUTHOR = "heddle";

/** The ERP books a posting once under its id, and completes an order once, so a write may simply be sent again. */
export function production(http: Http): Production {
  return {
    issuesOnTop: true,
    async read(orders) {
      const list = { doing: "reading production orders", path: ORDERS, query: {}, answer: CONTRACTS.productionOrders };
      const [held, postings] = await Promise.all([
        readListOf(http, list, "number", orders),
        readPostings(http, orders),
      ]);
      const byOrder = Map.groupBy(postings, ({ order }) => order);
      return new Map(
        held.map(({ number, state, etag }): [ProductionOrderId, Held<OrderProduction>] => {
          const order = number as ProductionOrderId;
          const booked = (byOrder.get(number) ?? []).map((posting) => toPosting(posting, http.system));
          return [order, { value: { order, state: ORDER_STATE[state], postings: booked }, version: etag }];
        }),
      );
    },
    post: {
      async find({ order, id }) {
        const query = { order, externalId: id, author: AUTHOR };
        const doing = `looking up posting ${id}`;
        const [found] = await readList(http, { doing, path: POSTINGS, query, answer: CONTRACTS.postings });
        return found === undefined ? null : receiptOf(found);
      },
      async write(posting) {
        const { order, id } = posting;
        const booked = await http.write({
          doing: `booking posting ${id} on production order ${order}`,
          object: order,
          method: "POST",
          path: path`/erp/v1/production-orders/${order}/postings`,
          body: { ...fromPosting(posting, http.system), author: AUTHOR },
          answer: CONTRACTS.posting,
        });
        return receiptOf(booked);
      },
    },
    complete: {
      async find({ order }) {
        const query = { order, author: AUTHOR };
        const doing = `looking up the completion of production order ${order}`;
        const call = { doing, path: "/erp/v1/completions", query, answer: CONTRACTS.completions };
        const [found] = await readList(http, call);
        return found === undefined ? null : receiptOf(found);
      },
      async write(completion) {
        const { order } = completion;
        const done = await http.write({
          doing: `completing production order ${order}`,
          object: order,
          method: "POST",
          path: path`/erp/v1/production-orders/${order}/complete`,
          body: { ...fromCompletion(completion, http.system), author: AUTHOR },
          answer: CONTRACTS.completion,
        });
        return receiptOf(done);
      },
    },
    cannotHold: () => [],
  };
}

/** Heddle's own, oldest first. */
async function readPostings(http: Http, orders: readonly ProductionOrderId[]): Promise<readonly WirePosting[]> {
  const query = { author: AUTHOR };
  const list = { doing: "reading production postings", path: POSTINGS, query, answer: CONTRACTS.postings };
  return await readListOf(http, list, "order", orders);
}

function receiptOf({ number }: { readonly number: string }): Receipt {
  return { id: number, version: null };
}

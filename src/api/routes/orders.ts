import { Type } from "typebox";
import { listOrders } from "../../store/orders.ts";
import type { OrderAsk } from "../../flows/ask-of-orders.ts";
import { askOfOrder } from "../ask-of-order.ts";
import {
  AskOfOrder,
  DeviationList,
  LookedAgain,
  OrderPage,
  OrderQuery,
  OrderView,
  ReleaseWithDeviation,
} from "../contract.ts";
import { releaseWithDeviation } from "../give-deviation.ts";
import { orderPlace, orderRow, orderView, unknownOrder } from "../order-view.ts";
import { signedIn } from "../principal.ts";
import { ApiError } from "../problem.ts";
import { answers, type RouteGroup } from "../route-group.ts";

const OrderParams = Type.Object({
  plant: Type.String({ minLength: 1, maxLength: 200 }),
  order: Type.String({ minLength: 1, maxLength: 200 }),
});

const ASKS: Readonly<Record<OrderAsk, string>> = {
  "dispatch now": "Send an order to the MES now, before its shift starts",
  hold: "Keep an order from the MES, or have its job held there",
  release: "Take back that a person held or cancelled an order",
  cancel: "Take an order back from the MES",
  "look again": "Have an order read and planned again",
};

export const orderRoutes: RouteGroup =
  ({ database }) =>
  async (app) => {
    app.get(
      "/api/orders",
      {
        schema: {
          summary: "List orders on their way to the MES, the last touched first",
          querystring: OrderQuery,
          response: answers({ 200: OrderPage }),
        },
      },
      async ({ query }) => {
        if (query.shift !== undefined) refuseNoInstant(query.shift);
        const { orders, next } = await listOrders(database.pool, query);
        return { orders: orders.map(orderRow), next };
      },
    );

    app.get(
      "/api/orders/:plant/:order",
      {
        schema: {
          summary: "One order as ERP, hub and MES see it, with gate, versions and timeline",
          params: OrderParams,
          response: answers({ 200: OrderView }),
        },
      },
      async ({ params }) => {
        const place = orderPlace(params);
        const view = await orderView(database.pool, place, new Date());
        if (view === null) throw unknownOrder(place);
        return view;
      },
    );

    for (const [ask, summary] of Object.entries(ASKS)) {
      app.post(
        `/api/orders/:plant/:order/${ask.replace(" ", "-")}`,
        { schema: { summary, params: OrderParams, body: AskOfOrder, response: answers({ 202: LookedAgain }) } },
        async (request, reply) => {
          const asked = { reason: request.body.reason, by: signedIn(request).account, now: new Date() };
          const subject = await askOfOrder(database, orderPlace(request.params), ask as OrderAsk, asked);
          return reply.code(202).send({ subject });
        },
      );
    }

    app.post(
      "/api/orders/:plant/:order/release-with-deviation",
      {
        schema: {
          summary: "Let an order through the gate in spite of the designs that superseded its own",
          params: OrderParams,
          body: ReleaseWithDeviation,
          response: answers({ 201: DeviationList }),
        },
      },
      async (request, reply) => {
        const approver = { by: signedIn(request).account, now: new Date() };
        const place = orderPlace(request.params);
        const deviations = await releaseWithDeviation(database, place, request.body, approver);
        return reply.code(201).send({ deviations });
      },
    );
  };

function refuseNoInstant(shift: string): void {
  if (!Number.isNaN(Date.parse(shift))) return;
  throw new ApiError("invalid-input", `"${shift}" is not the instant of a shift's start.`, {
    field: "querystring.shift",
    fix: "Take `at` of a batch from GET /api/shifts.",
  });
}

import type { FastifyInstance } from "fastify";
import type { Static } from "typebox";
import { parsedBody } from "../http/body.ts";
import { paged, pagedSince, PAGING, SINCE } from "../http/paging.ts";
import { allowMatch, requireMatch, withEtag } from "../http/precondition.ts";
import { filtersBy, queryOf, referenceFilters } from "../http/query.ts";
import { Components, withComponents } from "./order-components.ts";
import { edited, OrderEdit } from "./order-edit.ts";
import { Rework, reworkOrder, Split, splitOff } from "./order-offspring.ts";
import {
  applied,
  Bare,
  cancelled,
  Finish,
  finished,
  held,
  Issue,
  issued,
  moved,
  reExploded,
  unheld,
  WithReason,
  type OrderStep,
} from "./order-steps.ts";
import { planOrder, productionOrderOf, shownOrder, WrittenOrder } from "./production-order.ts";
import type { Erp } from "./state.ts";

type One = { Params: { number: string } };

export function productionOrderRoutes(app: FastifyInstance, erp: Erp): void {
  app.get("/production-orders", (request) => {
    const filters = ["number", "itemCode", "component", "involving", "splitFrom", "reworkOf", "state", "plant"];
    const references = ["externalReference", "externalReferenceStartsWith"];
    const query = queryOf(request, [...PAGING, ...SINCE, ...filters, ...references]);
    const wanted = [...referenceFilters(query, "externalReference"), ...filtersBy(query, filters)];
    return query.has("since")
      ? pagedSince(erp.productionOrders, query, wanted, shownOrder)
      : paged(erp.productionOrders, query, wanted, shownOrder);
  });

  app.get<One>("/production-orders/:number", (request, reply) => {
    const order = productionOrderOf(erp, request.params.number);
    return withEtag(reply, order, shownOrder(order));
  });

  app.get<One>("/production-orders/:number/log", (request) => {
    const query = queryOf(request, [...PAGING, "note"]);
    const { number } = productionOrderOf(erp, request.params.number);
    return paged(
      erp.orderLog,
      query,
      [{ kind: "order", any: [number] }, ...filtersBy(query, ["note"])],
      ({ id, value: { at, action, note } }) => ({ entry: id, at, action, note }),
    );
  });

  app.post("/production-orders", (request, reply) => {
    const written = parsedBody(WrittenOrder, request.body);
    const order = erp.write(() => planOrder(erp, written));
    return withEtag(reply.status(201), order, shownOrder(order));
  });

  app.post<One>("/production-orders/:number/split", (request, reply) => {
    const body = parsedBody(Split, request.body);
    const order = erp.write(() => {
      const original = productionOrderOf(erp, request.params.number);
      requireMatch(request, original);
      return splitOff(erp, original, body);
    });
    return withEtag(reply.status(201), order, shownOrder(order));
  });

  app.post<One>("/production-orders/:number/rework", (request, reply) => {
    const body = parsedBody(Rework, request.body);
    const order = erp.write(() => reworkOrder(erp, productionOrderOf(erp, request.params.number), body));
    return withEtag(reply.status(201), order, shownOrder(order));
  });

  const actions: readonly OrderRoute[] = [
    {
      method: "PATCH",
      path: "",
      guarded: true,
      schema: OrderEdit,
      act: (body) => edited(erp, body as Static<typeof OrderEdit>),
    },
    { method: "POST", path: "/re-explode", guarded: true, schema: Bare, act: () => reExploded(erp) },
    {
      method: "PUT",
      path: "/components",
      guarded: true,
      schema: Components,
      act: (body) => withComponents(erp, body as Static<typeof Components>),
    },
    {
      method: "POST",
      path: "/hold",
      guarded: true,
      schema: WithReason,
      act: (body) => held((body as Static<typeof WithReason>).reason),
    },
    { method: "POST", path: "/unhold", guarded: true, schema: Bare, act: () => unheld },
    { method: "POST", path: "/release", guarded: false, schema: Bare, act: () => moved(["PLANNED"], "RELEASED") },
    { method: "POST", path: "/start", guarded: false, schema: Bare, act: () => moved(["RELEASED"], "STARTED") },
    {
      method: "POST",
      path: "/issue",
      guarded: false,
      schema: Issue,
      act: (body) => issued(erp, body as Static<typeof Issue>),
    },
    {
      method: "POST",
      path: "/finish",
      guarded: false,
      schema: Finish,
      act: (body) => finished(erp, body as Static<typeof Finish>),
    },
    {
      method: "POST",
      path: "/cancel",
      guarded: false,
      schema: WithReason,
      act: (body) => cancelled((body as Static<typeof WithReason>).reason),
    },
  ];

  for (const { method, path, guarded, schema, act } of actions) {
    app.route<One>({
      method,
      url: `/production-orders/:number${path}`,
      handler: (request, reply) => {
        const body = parsedBody(schema, request.body);
        const stored = erp.write(() => {
          const before = productionOrderOf(erp, request.params.number);
          (guarded ? requireMatch : allowMatch)(request, before);
          return applied(erp, before, act(body), body.note ?? null);
        });
        return reply.send(withEtag(reply, stored, shownOrder(stored)));
      },
    });
  }
}

type OrderRoute = {
  readonly method: "PATCH" | "POST" | "PUT";
  /** Below the order's own. */
  readonly path: string;
  /** Whether If-Match is needed. */
  readonly guarded: boolean;
  readonly schema: typeof Bare;
  readonly act: (body: unknown) => OrderStep;
};

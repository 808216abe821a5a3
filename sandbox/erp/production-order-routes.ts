import type { FastifyInstance } from "fastify";
import { Type, type Static, type TProperties } from "typebox";
import { optional, parsedBody, Reference } from "../http/body.ts";
import type { Stored } from "../http/collection.ts";
import { conflict, refused } from "../http/errors.ts";
import { paged, pagedSince, PAGING, SINCE } from "../http/paging.ts";
import { allowMatch, requireMatch, withEtag } from "../http/precondition.ts";
import { filtersBy, queryOf, referenceFilters } from "../http/query.ts";
import { checkedQuantity, checkUnitOf } from "./checks.ts";
import { compare, decimal, decimalText, plus } from "./decimal.ts";
import { nothingIssued } from "./explosion.ts";
import {
  explosion,
  logAction,
  planOrder,
  productionOrderOf,
  shownOrder,
  WrittenOrder,
  type OrderAction,
  type OrderComponent,
  type OrderState,
  type ProductionOrder,
} from "./production-order.ts";
import { operationsOf } from "./routing.ts";
import { itemOf } from "./item.ts";
import type { Erp } from "./state.ts";

const Text = Type.String({ maxLength: 100 });
const Reason = Type.String({ minLength: 1, maxLength: 500 });
const WrittenComponent = Type.Object(
  { itemCode: Text, unit: Text, requiredQuantity: Text, operation: optional(Text) },
  { additionalProperties: false },
);

const Bare = noted({});
const Components = noted({ components: Type.Array(WrittenComponent, { maxItems: 9999 }) });
const WithReason = noted({ reason: Reason });
const Issue = noted({ line: Text, quantity: Text });
const Finish = noted({ completedQuantity: Text });

type One = { Params: { number: string } };

export function productionOrderRoutes(app: FastifyInstance, erp: Erp): void {
  app.get("/production-orders", (request) => {
    const filters = ["number", "itemCode", "component", "involving", "state", "plant"];
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

  const actions: readonly OrderRoute[] = [
    { method: "POST", path: "re-explode", guarded: true, schema: Bare, act: () => reExploded(erp) },
    {
      method: "PUT",
      path: "components",
      guarded: true,
      schema: Components,
      act: (body) => withComponents(erp, body as Static<typeof Components>),
    },
    {
      method: "POST",
      path: "hold",
      guarded: true,
      schema: WithReason,
      act: (body) => held((body as Static<typeof WithReason>).reason),
    },
    { method: "POST", path: "unhold", guarded: true, schema: Bare, act: () => unheld },
    { method: "POST", path: "release", guarded: false, schema: Bare, act: () => moved(["PLANNED"], "RELEASED") },
    { method: "POST", path: "start", guarded: false, schema: Bare, act: () => moved(["RELEASED"], "STARTED") },
    {
      method: "POST",
      path: "issue",
      guarded: false,
      schema: Issue,
      act: (body) => issued(erp, body as Static<typeof Issue>),
    },
    {
      method: "POST",
      path: "finish",
      guarded: false,
      schema: Finish,
      act: (body) => finished(erp, body as Static<typeof Finish>),
    },
    {
      method: "POST",
      path: "cancel",
      guarded: false,
      schema: WithReason,
      act: (body) => cancelled((body as Static<typeof WithReason>).reason),
    },
  ];

  for (const { method, path, guarded, schema, act } of actions) {
    app.route<One>({
      method,
      url: `/production-orders/:number/${path}`,
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
  readonly method: "POST" | "PUT";
  readonly path: string;
  /** Whether If-Match is needed. */
  readonly guarded: boolean;
  readonly schema: typeof Bare;
  readonly act: (body: unknown) => OrderStep;
};

/** One step of an order's life: what it becomes, or ApiError 409 or 422. */
export type OrderStep = {
  readonly action: OrderAction;
  readonly after: (before: Stored<ProductionOrder>) => ProductionOrder;
};

/** Takes a step and logs it. Call it inside `erp.write`. */
export function applied(erp: Erp, before: Stored<ProductionOrder>, { action, after }: OrderStep, note: string | null) {
  const stored = erp.productionOrders.replace(before, after(before));
  logAction(erp, stored, action, note);
  return stored;
}

export function moved(from: readonly OrderState[], to: "RELEASED" | "STARTED"): OrderStep {
  return {
    action: to,
    after(order) {
      requireState(order, from);
      if (order.value.onHold) throw conflict("ORDER_ON_HOLD", `${order.number} is on hold: ${order.value.holdReason}`);
      return { ...order.value, state: to };
    },
  };
}

export function issued(erp: Erp, { line, quantity }: { line: string; quantity: string }): OrderStep {
  return {
    action: "ISSUED",
    after(order) {
      requireState(order, ["RELEASED", "STARTED"]);
      const { components } = order.value;
      if (!components.some((component) => component.line === line)) {
        throw refused("LINE_UNKNOWN", `${order.number} has no component line ${line}`, "line");
      }
      return {
        ...order.value,
        components: components.map((one) =>
          one.line === line ? issuedComponent(erp, order.value.plant, one, quantity) : one,
        ),
      };
    },
  };
}

export function finished(erp: Erp, { completedQuantity }: { completedQuantity: string }): OrderStep {
  return {
    action: "FINISHED",
    after(order) {
      requireState(order, ["STARTED"]);
      const item = itemOf(erp, order.value.plant, order.value.itemCode, "itemCode");
      const completed = checkedQuantity(item, completedQuantity, "completedQuantity", "zero");
      return { ...order.value, state: "FINISHED", completedQuantity: completed };
    },
  };
}

export function cancelled(reason: string): OrderStep {
  return {
    action: "CANCELLED",
    after(order) {
      requireState(order, ["PLANNED", "RELEASED", "STARTED"]);
      return { ...order.value, state: "CANCELLED", cancelReason: reason };
    },
  };
}

function reExploded(erp: Erp): OrderStep {
  return {
    action: "RE_EXPLODED",
    after(order) {
      requireState(order, ["PLANNED"]);
      return { ...order.value, ...explosion(erp, order.value) };
    },
  };
}

function withComponents(erp: Erp, { components }: Static<typeof Components>): OrderStep {
  return {
    action: "COMPONENTS_REPLACED",
    after(order) {
      requireState(order, ["RELEASED"]);
      if (!nothingIssued(order.value.components)) {
        throw conflict("ORDER_ISSUED", `material was issued to ${order.number} already`);
      }
      return { ...order.value, components: components.map((one, at) => checkedComponent(erp, order.value, one, at)) };
    },
  };
}

function held(reason: string): OrderStep {
  return {
    action: "HELD",
    after(order) {
      requireState(order, ["PLANNED", "RELEASED", "STARTED"]);
      if (order.value.onHold) throw conflict("ORDER_ON_HOLD", `${order.number} is on hold: ${order.value.holdReason}`);
      return { ...order.value, onHold: true, holdReason: reason };
    },
  };
}

const unheld: OrderStep = {
  action: "UNHELD",
  after(order) {
    if (!order.value.onHold) throw conflict("ORDER_NOT_ON_HOLD", `${order.number} is not on hold`);
    return { ...order.value, onHold: false, holdReason: null };
  },
};

function requireState({ number, value }: Stored<ProductionOrder>, states: readonly OrderState[]): void {
  if (!states.includes(value.state)) {
    throw conflict("ORDER_STATE", `${number} is ${value.state}; this needs ${states.join(" or ")}`);
  }
}

function issuedComponent(erp: Erp, plant: string, component: OrderComponent, quantity: string): OrderComponent {
  const item = itemOf(erp, plant, component.itemCode, "itemCode");
  const total = plus(decimal(component.issuedQuantity), decimal(checkedQuantity(item, quantity, "quantity")));
  if (compare(total, decimal(component.requiredQuantity)) > 0) {
    const message = `${decimalText(total)} issued of ${component.requiredQuantity} required`;
    throw refused("OVER_ISSUE", message, "quantity");
  }
  return { ...component, issuedQuantity: decimalText(total) };
}

function checkedComponent(
  erp: Erp,
  order: ProductionOrder,
  { itemCode, unit, requiredQuantity, operation }: Static<typeof WrittenComponent>,
  at: number,
): OrderComponent {
  const field = (member: string) => `components[${at}].${member}`;
  const item = itemOf(erp, order.plant, itemCode, field("itemCode"));
  const operations = operationsOf(erp, order.plant, order.itemCode);
  checkUnitOf(item, unit, field("unit"));
  if (typeof operation === "string" && operations !== null && !operations.includes(operation)) {
    throw refused("OPERATION_UNKNOWN", `the routing has no operation ${operation}`, field("operation"));
  }
  return {
    line: String((at + 1) * 10).padStart(4, "0"),
    itemCode,
    unit,
    requiredQuantity: checkedQuantity(item, requiredQuantity, field("requiredQuantity")),
    issuedQuantity: "0",
    operation: operation ?? null,
  };
}

/** The body of a write to an order: its members and a note for the log. */
function noted<Members extends TProperties>(members: Members) {
  return Type.Object({ ...members, note: optional(Reference) }, { additionalProperties: false });
}

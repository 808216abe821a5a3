import type { Json } from "../domain/json.ts";
import type { Directives } from "../domain/orders/plan-order.ts";
import { recordAudit } from "../store/audit.ts";
import type { Database, Transaction } from "../store/database.ts";
import { wakeOrders } from "../store/order-wakes.ts";
import { directOrder, orderOf, type ListedOrder } from "../store/orders.ts";
import type { SubjectId } from "../store/subject.ts";
import { directivesOf, orderSubject, unknownOrder, type OrderPlace } from "./order-view.ts";
import { ApiError } from "./problem.ts";
import { givenReason } from "./reason.ts";

/** What an operator may ask of an order, as its route names it. */
export type OrderAsk = "dispatch-now" | "hold" | "release" | "cancel" | "look-again";

export type AskedBy = { readonly reason: string; readonly by: string; readonly now: Date };

/** What the trail says. */
const ASKED: Readonly<Record<OrderAsk, string>> = {
  "dispatch-now": "asked to dispatch now",
  hold: "held",
  release: "released",
  cancel: "asked to cancel",
  "look-again": "asked to look again",
};

/**
 * Notes what a person asks of an order and wakes it, in one transaction. The flow does it, and looks at the
 * gate all the same.
 * @throws ApiError `not-found`, `order-ended`, `not-held`, `invalid-input`.
 */
export async function askOfOrder(
  database: Database,
  place: OrderPlace,
  ask: OrderAsk,
  { reason, by, now }: AskedBy,
): Promise<SubjectId> {
  const subject = orderSubject(place);
  const why = givenReason(reason);
  await database.transaction(async (tx) => {
    const order = await lockedOrder(tx, place);
    refuse(ask, order);
    await directOrder(tx, place, directiveOf(ask, { by, reason: why, at: now.toISOString() }));
    await wakeOrders(tx, place.plant, [place.order], { why: `${by} ${ASKED[ask]}`, by });
    await recordAudit(tx, { who: by, what: ASKED[ask], subject, detail: { reason: why } });
  });
  return subject;
}

/** The order, which nobody else changes until the transaction ends; live views are told. @throws ApiError `not-found` */
export async function lockedOrder(tx: Transaction, place: OrderPlace): Promise<ListedOrder> {
  const isKnown = await directOrder(tx, place, {});
  const order = isKnown ? await orderOf(tx, place.plant, place.order) : null;
  if (order === null) throw unknownOrder(place);
  return order;
}

function refuse(ask: OrderAsk, order: ListedOrder): void {
  const { hold, cancel } = directivesOf(order);
  if (ask === "release" && hold === null && cancel === null)
    throw new ApiError("not-held", `Nobody has held or cancelled ${order.order} here.`);
  if (order.state !== "ended" || ask === "release" || ask === "look-again") return;
  throw new ApiError("order-ended", `${order.order} has ended${order.reason === null ? "" : `: ${order.reason}`}`);
}

function directiveOf(ask: OrderAsk, asked: Directives["hold"] & Json): Readonly<Record<string, Json>> {
  switch (ask) {
    case "hold":
      return { hold: asked };
    case "cancel":
      return { cancel: asked };
    case "dispatch-now":
      return { dispatchNow: asked };
    case "release":
      return { hold: null, cancel: null };
    case "look-again":
      return {};
  }
}

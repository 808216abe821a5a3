import { askOfOrder as noteAsk, type OrderAsk } from "../flows/ask-of-orders.ts";
import type { Database, Transaction } from "../store/database.ts";
import { directOrder, orderOf, type ListedOrder } from "../store/orders.ts";
import type { SubjectId } from "../store/subject.ts";
import { directivesOf, orderSubject, unknownOrder, type OrderPlace } from "./order-view.ts";
import { ApiError } from "./problem.ts";
import { givenReason } from "./reason.ts";

/** A person, and when they ask. */
export type Asker = { readonly by: string; readonly now: Date };

/**
 * Has noted what a person asks of an order, unless it could not lead to anything any more.
 * @throws ApiError `not-found`, `order-ended`, `not-held`, `invalid-input`.
 */
export async function askOfOrder(
  database: Database,
  place: OrderPlace,
  ask: OrderAsk,
  { reason, by, now }: Asker & { readonly reason: string },
): Promise<SubjectId> {
  const given = givenReason(reason);
  await database.transaction(async (tx) => {
    refuse(ask, await lockedOrder(tx, place));
    await noteAsk(tx, ask, { ...place, by, reason: given, at: now.toISOString() });
  });
  return orderSubject(place);
}

/** The order, which nobody else changes until the transaction ends. @throws ApiError `not-found` */
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
  if (order.state !== "ended" || ask === "release" || ask === "look again") return;
  throw new ApiError("order-ended", `${order.order} has ended${order.reason === null ? "." : `: ${order.reason}`}`);
}

import type { ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { Directive, Directives } from "../domain/orders/plan-order.ts";
import { recordAudit } from "../store/audit.ts";
import type { Transaction } from "../store/database.ts";
import { addDeviation, deviationsOf, revokeDeviation, type StoredDeviation } from "../store/deviations.ts";
import { wakeOrders, wakeOrdersOf } from "../store/order-wakes.ts";
import { directOrder, orderOf } from "../store/orders.ts";
import { subjectOf } from "../store/subject.ts";
import { readShown } from "./shown-order.ts";

/** What a person may ask of an order. */
export type OrderAsk = "dispatch now" | "hold" | "release" | "cancel" | "look again";

type Asked = {
  readonly plant: PlantId;
  readonly order: ProductionOrderId;
  readonly by: string;
  readonly reason: string;
  /** The instant of it. */
  readonly at: string;
};

/** Notes what a person asks of an order and has it looked at. False when the hub does not know the order. */
export async function askOfOrder(
  tx: Transaction,
  ask: OrderAsk,
  { plant, order, by, reason, at }: Asked,
): Promise<boolean> {
  const known = await directOrder(tx, { plant, order }, directivesFor(ask, { by, reason, at }));
  if (!known) return false;
  await wakeOrders(tx, plant, [order], { why: `${by} asked: ${ask}`, by });
  await recordAudit(tx, {
    who: by,
    what: `asked: ${ask}`,
    subject: subjectOf("order", order, plant).id,
    detail: { reason },
  });
  return true;
}

/** The newest word counts: who releases takes back a hold and a cancellation, who cancels takes back the rest. */
function directivesFor(ask: OrderAsk, said: Directive): Partial<Directives> {
  switch (ask) {
    case "hold":
      return { hold: said };
    case "dispatch now":
      return { dispatchNow: said };
    case "cancel":
      return { cancel: said, dispatchNow: null };
    case "release":
      return { hold: null, cancel: null };
    case "look again":
      return {};
  }
}

export type DeviationLimits = {
  /** An exact number as text, in the item's unit; null for no limit. */
  readonly quantity: string | null;
  /** An instant; null for no end. */
  readonly until: string | null;
};

/**
 * Lets one order through the gate in spite of every design that holds it there now, and lifts a person's hold.
 * Gives the deviations; none when the gate does not hold it; null when the hub does not know the order.
 */
export async function releaseWithDeviation(
  tx: Transaction,
  asked: Asked,
  limits: DeviationLimits,
): Promise<readonly StoredDeviation[] | null> {
  const { plant, order, by, reason } = asked;
  const held = await orderOf(tx, plant, order);
  if (held === null) return null;
  const closed = readShown(held.shown).gate.filter(({ deviation }) => deviation === null);
  const superseding = [...new Set(closed.map(({ supersededBy }) => supersededBy))];
  if (superseding.length === 0) return [];
  const ids = await Promise.all(
    superseding.map((supersededBy) =>
      giveDeviation(tx, { ...asked, item: held.item, order, supersededBy, reason, by }, limits),
    ),
  );
  await askOfOrder(tx, "release", asked);
  const all = await deviationsOf(tx, { plant, items: [held.item] });
  return all.filter(({ id }) => ids.includes(id));
}

/** Gives leave to build an item by a superseded design, and has its orders looked at. Gives the deviation's id. */
export async function giveDeviation(
  tx: Transaction,
  {
    plant,
    item,
    order,
    supersededBy,
    reason,
    by,
  }: Omit<Asked, "order" | "at"> & { item: ItemId; order: ProductionOrderId | null; supersededBy: string },
  { quantity, until }: DeviationLimits,
): Promise<string> {
  const id = await addDeviation(tx, { plant, item, order, supersededBy, reason, approvedBy: by, quantity, until });
  await recordAudit(tx, {
    who: by,
    what: "gave a deviation",
    subject: order === null ? null : subjectOf("order", order, plant).id,
    detail: { id, item, supersededBy, reason, quantity, until },
  });
  await wakeOrdersOf(tx, plant, [item], `deviation ${id} was given`);
  return id;
}

/** Takes a deviation back; orders that it let through and that are not begun are held again. False when there is none to revoke. */
export async function takeBackDeviation(
  tx: Transaction,
  { id, by, reason }: { id: string; by: string; reason: string },
): Promise<boolean> {
  const revoked = await revokeDeviation(tx, id, by);
  if (revoked === null) return false;
  const { plant, item, order } = revoked;
  const subject = order === null ? null : subjectOf("order", order, plant).id;
  await recordAudit(tx, { who: by, what: "revoked a deviation", subject, detail: { id, reason } });
  await wakeOrdersOf(tx, plant, [item], `deviation ${id} was revoked`);
  return true;
}

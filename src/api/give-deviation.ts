import type { ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import { compare, parseRational, ZERO } from "../domain/rational.ts";
import { readShown } from "../flows/shown-order.ts";
import { recordAudit } from "../store/audit.ts";
import type { Database, Transaction } from "../store/database.ts";
import { addDeviation, deviationsOf, revokeDeviation } from "../store/deviations.ts";
import { wakeOrders, wakeOrdersOf } from "../store/order-wakes.ts";
import { lockedOrder } from "./ask-of-order.ts";
import type { Deviation } from "./contract.ts";
import { deviationView } from "./deviation-view.ts";
import { orderSubject, type OrderPlace } from "./order-view.ts";
import { ApiError } from "./problem.ts";
import { givenReason } from "./reason.ts";

type Limits = { readonly reason: string; readonly quantity?: string; readonly until?: string };
type Approver = { readonly by: string; readonly now: Date };

/**
 * Lets an order through everything that closes the gate for it now: one deviation for each reason of the gate.
 * @throws ApiError `not-found`, `order-ended`, `gate-open`, `invalid-input`.
 */
export async function releaseWithDeviation(
  database: Database,
  place: OrderPlace,
  limits: Limits,
  approver: Approver,
): Promise<Deviation[]> {
  const given = checkedLimits(limits, approver.now);
  return database.transaction(async (tx) => {
    const order = await lockedOrder(tx, place);
    if (order.state === "ended") throw new ApiError("order-ended", `${place.order} has ended.`);
    const closing = readShown(order.shown).gate.filter(({ deviation }) => deviation === null);
    if (closing.length === 0)
      throw new ApiError(
        "gate-open",
        `No superseded design holds ${place.order}, so there is nothing to deviate from.`,
      );
    const made: Deviation[] = [];
    for (const { item, supersededBy } of uniqueDesigns(closing)) {
      made.push(await record(tx, { ...given, ...place, item: item as ItemId, supersededBy }, approver));
    }
    await wakeOrders(tx, place.plant, [place.order], {
      why: `${approver.by} released it with deviation`,
      by: approver.by,
    });
    return made;
  });
}

type ForItem = Limits & { readonly plant: string; readonly item: string; readonly supersededBy: string };

/** Lets all orders of an item through that one newer design holds. @throws ApiError `invalid-input` */
export async function giveDeviation(database: Database, asked: ForItem, approver: Approver): Promise<Deviation> {
  const given = checkedLimits(asked, approver.now);
  const plant = asked.plant as PlantId;
  const item = asked.item as ItemId;
  return database.transaction(async (tx) => {
    const made = await record(tx, { ...given, plant, item, supersededBy: asked.supersededBy, order: null }, approver);
    await wakeOrdersOf(tx, plant, [item], `${approver.by} gave a deviation`);
    return made;
  });
}

/** Closes the gate again for what has not gone. @throws ApiError `not-found`, `invalid-input` */
export async function takeDeviationBack(
  database: Database,
  id: string,
  reason: string,
  { by, now }: Approver,
): Promise<Deviation> {
  const why = givenReason(reason);
  return database.transaction(async (tx) => {
    const revoked = await revokeDeviation(tx, id, by);
    if (revoked === null) {
      throw new ApiError("not-found", `There is no deviation ${id} that could be revoked.`, {
        field: "id",
        fix: "See which there are, and which are revoked already: GET /api/deviations.",
      });
    }
    const { plant, item, order } = revoked;
    const subject = order === null ? null : orderSubject({ plant, order });
    await recordAudit(tx, {
      who: by,
      what: "deviation revoked",
      subject,
      detail: { deviation: id, plant, item, reason: why },
    });
    await wakeOrdersOf(tx, plant, [item], `${by} revoked a deviation`);
    return deviationView(revoked, now);
  });
}

type Recorded = Required<Pick<Limits, "reason">> & {
  readonly quantity: string | null;
  readonly until: string | null;
  readonly plant: PlantId;
  readonly item: ItemId;
  readonly supersededBy: string;
  readonly order: ProductionOrderId | null;
};

async function record(tx: Transaction, given: Recorded, { by, now }: Approver): Promise<Deviation> {
  const { plant, item, order, supersededBy, reason, quantity, until } = given;
  const id = await addDeviation(tx, { plant, item, order, supersededBy, reason, quantity, until, approvedBy: by });
  await recordAudit(tx, {
    who: by,
    what: "deviation approved",
    subject: order === null ? null : orderSubject({ plant, order }),
    detail: { deviation: id, plant, item, supersededBy, reason, quantity, until },
  });
  const stored = (await deviationsOf(tx, { plant, items: [item] })).find((one) => one.id === id);
  if (stored === undefined) throw new Error(`deviation ${id} was recorded and cannot be read back`);
  return deviationView(stored, now);
}

/** The gate names one design twice where it supersedes mBOM and routing; one deviation is for both. */
function uniqueDesigns<Design extends { item: string; supersededBy: string }>(closing: readonly Design[]): Design[] {
  return [...new Map(closing.map((design) => [`${design.item}\n${design.supersededBy}`, design])).values()];
}

function checkedLimits({ reason, quantity, until }: Limits, now: Date) {
  const amount = quantity === undefined ? null : parseRational(quantity);
  if (quantity !== undefined && (amount === null || compare(amount, ZERO) <= 0)) {
    throw new ApiError("invalid-input", `A deviation for "${quantity}" lets nothing through.`, {
      field: "body.quantity",
      fix: "Give a quantity above zero, or none for no limit.",
    });
  }
  if (until !== undefined && Date.parse(until) <= now.getTime()) {
    throw new ApiError("invalid-input", `A deviation until ${until} has ended already.`, {
      field: "body.until",
      fix: "Give an instant that is to come, or none for no end.",
    });
  }
  return { reason: givenReason(reason), quantity: quantity ?? null, until: until ?? null };
}

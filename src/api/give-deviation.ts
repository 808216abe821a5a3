import type { ItemId, PlantId } from "../domain/ids.ts";
import { compare, parseRational, ZERO } from "../domain/rational.ts";
import {
  giveDeviation as give,
  releaseWithDeviation as letThrough,
  takeBackDeviation,
} from "../flows/ask-of-orders.ts";
import type { Database, Transaction } from "../store/database.ts";
import { deviationsOf } from "../store/deviations.ts";
import { lockedOrder, type Asker } from "./ask-of-order.ts";
import type { Deviation } from "./contract.ts";
import { deviationView } from "./deviation-view.ts";
import type { OrderPlace } from "./order-view.ts";
import { ApiError } from "./problem.ts";
import { givenReason } from "./reason.ts";

type Limits = { readonly reason: string; readonly quantity?: string; readonly until?: string };

/**
 * Lets an order through every design that closes the gate for it now, with one deviation for each.
 * @throws ApiError `not-found`, `order-ended`, `gate-open`, `invalid-input`.
 */
export async function releaseWithDeviation(
  database: Database,
  place: OrderPlace,
  asked: Limits,
  { by, now }: Asker,
): Promise<Deviation[]> {
  const { reason, ...limits } = checked(asked, now);
  return database.transaction(async (tx) => {
    const { state } = await lockedOrder(tx, place);
    if (state === "ended") throw new ApiError("order-ended", `${place.order} has ended.`);
    const made = await letThrough(tx, { ...place, by, reason, at: now.toISOString() }, limits);
    if (made === null || made.length === 0)
      throw new ApiError("gate-open", `No superseded design holds ${place.order}: there is nothing to deviate from.`);
    return made.map((one) => deviationView(one, now)).toSorted((a, b) => (a.supersededBy < b.supersededBy ? -1 : 1));
  });
}

type ForItem = Limits & { readonly plant: string; readonly item: string; readonly supersededBy: string };

/** Lets all orders of an item through that one newer design holds. @throws ApiError `invalid-input` */
export async function giveDeviation(database: Database, asked: ForItem, { by, now }: Asker): Promise<Deviation> {
  const { reason, ...limits } = checked(asked, now);
  const [plant, item] = [asked.plant as PlantId, asked.item as ItemId];
  return database.transaction(async (tx) => {
    const { supersededBy } = asked;
    const id = await give(tx, { plant, item, order: null, supersededBy, reason, by }, limits);
    return readBack(tx, id, now);
  });
}

/** Closes the gate again for what has not gone. @throws ApiError `not-found`, `invalid-input` */
export async function revokeDeviation(
  database: Database,
  id: string,
  reason: string,
  { by, now }: Asker,
): Promise<Deviation> {
  const given = givenReason(reason);
  return database.transaction(async (tx) => {
    if (await takeBackDeviation(tx, { id, by, reason: given })) return readBack(tx, id, now);
    throw new ApiError("not-found", `There is no deviation ${id} that could be revoked.`, {
      field: "id",
      fix: "See which there are, and which are revoked already: GET /api/deviations.",
    });
  });
}

async function readBack(tx: Transaction, id: string, now: Date): Promise<Deviation> {
  const stored = (await deviationsOf(tx, { ids: [id] }))[0];
  if (stored === undefined) throw new Error(`deviation ${id} was recorded and cannot be read back`);
  return deviationView(stored, now);
}

function checked({ reason, quantity, until }: Limits, now: Date) {
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

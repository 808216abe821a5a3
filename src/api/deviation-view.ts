import { compare, plus, rationalText, ZERO, type Rational } from "../domain/rational.ts";
import { exact } from "../flows/order-deviations.ts";
import type { StoredDeviation } from "../store/deviations.ts";
import type { Deviation } from "./contract.ts";

/** A deviation with what became of it by `now`. */
export function deviationView(stored: StoredDeviation, now: Date): Deviation {
  const { id, plant, item, supersededBy, order, reason, approvedBy, quantity, until, createdAt } = stored;
  const used = stored.uses.reduce((sum, use) => plus(sum, exact(use.quantity)), ZERO);
  return {
    id,
    plant,
    item,
    supersededBy,
    order,
    reason,
    approvedBy,
    quantity: quantity === null ? null : rationalText(exact(quantity)),
    used: rationalText(used),
    until,
    state: stateOf(stored, used, now),
    createdAt,
  };
}

function stateOf({ revokedBy, until, quantity }: StoredDeviation, used: Rational, now: Date): Deviation["state"] {
  if (revokedBy !== null) return "revoked";
  if (until !== null && Date.parse(until) <= now.getTime()) return "expired";
  return quantity !== null && compare(used, exact(quantity)) >= 0 ? "used up" : "open";
}

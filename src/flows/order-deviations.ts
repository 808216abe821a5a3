import type { PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { Deviation } from "../domain/orders/deviation.ts";
import { compare, plus, readRational, ZERO, type Rational } from "../domain/rational.ts";
import type { Transaction } from "../store/database.ts";
import { deviationsOf, useDeviations, type DeviationUse, type StoredDeviation } from "../store/deviations.ts";

/** What an order takes of the deviations that let it through. */
export type Claim = { readonly uses: readonly DeviationUse[] };

/** A deviation as the gate judges an order by it: what other orders have taken of it is gone. */
export function deviationOf(stored: StoredDeviation, of: ProductionOrderId): Deviation {
  const { id, plant, item, supersededBy, order, reason, approvedBy, quantity, until, revokedBy, uses } = stored;
  const others = uses.filter((use) => use.order !== of);
  return {
    id,
    plant,
    item,
    supersededBy,
    order,
    reason,
    approvedBy,
    quantity: quantity === null ? null : exact(quantity),
    used: others.reduce((sum, use) => plus(sum, exact(use.quantity)), ZERO),
    taken: others.length < uses.length,
    until,
    revoked: revokedBy !== null,
  };
}

/** Takes of the deviations what the orders need, one after the other; false for an order that is too late for it. */
export async function takeDeviations(tx: Transaction, plant: PlantId, claims: readonly Claim[]): Promise<boolean[]> {
  const needed = claims.flatMap(({ uses }) => uses.map(({ deviation }) => deviation));
  if (needed.length === 0) return claims.map(() => true);
  await tx.query("select from deviations where id = any($1) order by id for update", [needed]);
  const left = new Map(
    (await deviationsOf(tx, { plant, ids: needed, limit: needed.length })).map((one) => [one.id, one]),
  );
  const taken: DeviationUse[] = [];
  const allowed = claims.map(({ uses }) => {
    const fits = uses.every((use) => fitsIn(left.get(use.deviation), use, taken));
    if (fits) taken.push(...uses);
    return fits;
  });
  await useDeviations(tx, taken);
  return allowed;
}

function fitsIn(stored: StoredDeviation | undefined, use: DeviationUse, taken: readonly DeviationUse[]): boolean {
  if (stored === undefined || stored.revokedBy !== null) return false;
  if (stored.quantity === null) return true;
  const before = [...stored.uses, ...taken.filter(({ deviation }) => deviation === use.deviation)]
    .filter(({ order }) => order !== use.order)
    .reduce((sum, { quantity }) => plus(sum, exact(quantity)), ZERO);
  return compare(plus(before, exact(use.quantity)), exact(stored.quantity)) <= 0;
}

/** A number of the table. @throws RangeError: the API lets only numbers in, so anything else is a bug */
export function exact(text: string): Rational {
  const number = readRational(text);
  if (number === null) throw new RangeError(`"${text}" is no exact number`);
  return number;
}

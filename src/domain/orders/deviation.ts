import type { ItemId, PlantId, ProductionOrderId } from "../ids.ts";
import type { ProductionOrder } from "../order.ts";
import { compare, plus, rationalText, type Rational } from "../rational.ts";
import type { GateReason } from "./design-gate.ts";

/** A recorded leave to build by a superseded design: who gave it, why, how much and how long. */
export type Deviation = {
  readonly id: string;
  readonly plant: PlantId;
  readonly item: ItemId;
  /** As the gate's reason names it. */
  readonly supersededBy: string;
  /** The one order that it holds for; null for all orders of the item. */
  readonly order: ProductionOrderId | null;
  readonly reason: string;
  readonly approvedBy: string;
  /** How much may be built by it, in the item's unit; null for no limit. */
  readonly quantity: Rational | null;
  /** What other orders have taken of that. */
  readonly used: Rational;
  /** Whether it has let the order that is judged through before. */
  readonly taken: boolean;
  /** The instant that it ends; null for no end. */
  readonly until: string | null;
  readonly revoked: boolean;
};

/** A reason of the gate, and what becomes of it: let through by a deviation, or closed. */
export type GateVerdict = GateReason & {
  readonly deviation: Deviation | null;
  /** Why deviations that were given do not let it through; null where there are none. */
  readonly shortfall: string | null;
  /** Whether one that no longer does has let it through before: what was begun by it goes on. */
  readonly wasOpen: boolean;
};

/**
 * What deviations make of the gate's reasons at an instant.
 *
 * @param deviations newest first: where none is enough, the newest tells why
 */
export function judgedGate(
  reasons: readonly GateReason[],
  order: ProductionOrder,
  deviations: readonly Deviation[],
  now: string,
): GateVerdict[] {
  return reasons.map((reason) => {
    const given = deviations.filter(
      (one) =>
        one.item === reason.item &&
        one.supersededBy === reason.supersededBy &&
        (one.order === null || one.order === order.id),
    );
    const shortfalls = given.map((one) => shortfallOf(one, order, now));
    const open = given[shortfalls.indexOf(null)] ?? null;
    const shortfall = open === null ? (shortfalls[0] ?? null) : null;
    return { ...reason, deviation: open, shortfall, wasOpen: open === null && given.some(({ taken }) => taken) };
  });
}

function shortfallOf(deviation: Deviation, order: ProductionOrder, now: string): string | null {
  const by = `The deviation of ${deviation.approvedBy}`;
  if (deviation.revoked) return `${by} was revoked.`;
  if (deviation.until !== null && deviation.until <= now) return `${by} ended at ${deviation.until}.`;
  if (deviation.quantity === null) return null;
  const wanted = plus(deviation.used, order.quantity.amount);
  if (compare(wanted, deviation.quantity) <= 0) return null;
  const used = rationalText(deviation.used);
  return `${by} is for ${rationalText(deviation.quantity)} ${order.quantity.unit}, of which other orders have taken ${used}: not enough for ${rationalText(order.quantity.amount)}.`;
}

import type { DesignedLine } from "../feedback/as-built.ts";
import type { ItemId } from "../ids.ts";
import type { Mbom, SupplyType } from "../mbom.ts";
import { multiplied, type Quantity } from "../quantity.ts";
import { compare, dividedBy, ONE, ZERO, type Rational } from "../rational.ts";

/** What an order was planned to need of a component, for the whole order. */
export type PlannedComponent = {
  readonly line: string;
  readonly item: ItemId;
  readonly required: Quantity;
  readonly supply: SupplyType | null;
};

/** Nobody counts by the piece what stands in bulk at the line, or is posted by the design when the piece is done. */
const UNCOUNTED: ReadonlySet<SupplyType | null> = new Set(["bulk", "backflush"]);

/**
 * The lines of the design that an order built, for `share` of it: one piece of 40 is 1/40. A null share asks for no
 * figures: how much of the order a lot was is not always known. Who may stand in for whom is the published mBOM's.
 */
export function designLines(
  components: readonly PlannedComponent[],
  share: Rational | null,
  mbom: Mbom | null,
): readonly DesignedLine[] {
  const standIns = Map.groupBy(mbom?.lines.filter(({ output }) => output === undefined) ?? [], ({ item }) => item);
  return components.map(({ line, item, required, supply }) => ({
    line,
    item,
    revision: null,
    required: share === null || UNCOUNTED.has(supply) ? null : multiplied(required, share),
    alternates: [...new Set((standIns.get(item) ?? []).flatMap(({ alternates }) => alternates))],
    substitutes: [],
  }));
}

/** One piece as its share of an order; null for an order of nothing. */
export function shareOfPiece({ amount }: Quantity): Rational | null {
  return compare(amount, ZERO) > 0 ? dividedBy(ONE, amount) : null;
}

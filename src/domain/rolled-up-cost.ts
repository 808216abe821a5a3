import {
  effectiveLines,
  effectiveOutputs,
  inUnitOf,
  requiredOf,
  type ExplosionSources,
} from "./bom/exploded-components.ts";
import type { Day } from "./calendar.ts";
import type { ItemId } from "./ids.ts";
import type { Mbom, MbomLine } from "./mbom.ts";
import { minus, multiplied, noMoney, plus, type Money } from "./money.ts";
import type { StandardCost } from "./plant-item.ts";
import { ONE, roundedHalfUp, sign } from "./rational.ts";

/** Decimal places that unit costs keep: a screw costs less than a cent. */
const COST_DECIMALS = 4;

export type CostSources = Pick<ExplosionSources, "itemOf"> & {
  readonly costOf: (item: ItemId) => StandardCost | null;
  readonly currency: string;
  /** The day that the cost is of: lines that do not hold on it cost nothing. */
  readonly day: Day;
};

/**
 * Material cost of one of an mBOM's item: Σ component quantity, scrap included, × the component's whole
 * standard cost, less the standard cost of co- and by-products where they have one: they are credited at a
 * fixed price, as cost accounting treats by-products, and joint costs are not apportioned. The credit never
 * takes more than the material cost. Per-order quantities are left out: what they cost apiece depends on the lot.
 * `missing` names the components without a cost; then the sum is not a cost and must not be written.
 */
export function rolledUpMaterial(mbom: Mbom, sources: CostSources): { material: Money; missing: ItemId[] } {
  const missing = new Set<ItemId>();
  let material = noMoney(sources.currency);
  for (const line of effectiveLines(mbom, sources.day)) {
    if (line.basis === "per order") continue;
    const cost = lineCost(line, sources);
    if (cost === null) missing.add(line.item);
    else material = plus(material, cost);
  }
  material = lessCredit(material, mbom, sources);
  return { material: { ...material, amount: roundedHalfUp(material.amount, COST_DECIMALS) }, missing: [...missing] };
}

function lessCredit(material: Money, mbom: Mbom, sources: CostSources): Money {
  let left = material;
  for (const line of effectiveOutputs(mbom, sources.day)) {
    const credit = line.basis === "per order" ? null : lineCost(line, sources);
    if (credit !== null) left = minus(left, credit);
  }
  return sign(left.amount) < 0 ? noMoney(material.currency) : left;
}

/** Null where the component has no cost in the plant's currency, or is counted in what its cost is not of. */
function lineCost(line: MbomLine, { costOf, itemOf, currency }: CostSources): Money | null {
  const cost = costOf(line.item);
  if (cost === null || cost.material.currency !== currency) return null;
  const item = itemOf(line.item);
  const perItem = requiredOf({ ...line, scrap: { ...line.scrap, fixedPerOrder: null } }, ONE);
  const { amount, unit } = inUnitOf(item, { amount: perItem, unit: line.quantity.unit });
  return item !== null && item.unit !== unit ? null : multiplied(wholeCost(cost), amount);
}

/** Material and conversion together: what one unit of the item costs its user. */
export function wholeCost({ material, conversion }: StandardCost): Money {
  return plus(material, conversion);
}

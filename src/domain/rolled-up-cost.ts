import { requiredOf } from "./bom/exploded-components.ts";
import type { ItemId } from "./ids.ts";
import type { Mbom } from "./mbom.ts";
import { multiplied, noMoney, plus, type Money } from "./money.ts";
import type { PlantItem, StandardCost } from "./plant-item.ts";
import { ONE, roundedHalfUp, times } from "./rational.ts";
import { itemConversionFactor } from "./unit.ts";

/** Decimal places that unit costs keep: a screw costs less than a cent. */
const COST_DECIMALS = 4;

export type CostSources = {
  readonly costOf: (item: ItemId) => StandardCost | null;
  readonly itemOf: (item: ItemId) => PlantItem | null;
  readonly currency: string;
};

/**
 * Material cost of one of an mBOM's item: Σ component quantity, scrap included, × the component's whole
 * standard cost. Per-order quantities are left out: what they cost apiece depends on the lot. `missing`
 * names the components without a cost; then the sum is not a cost and must not be written.
 */
export function rolledUpMaterial(mbom: Mbom, sources: CostSources): { material: Money; missing: ItemId[] } {
  const missing: ItemId[] = [];
  let material = noMoney(sources.currency);
  for (const line of mbom.lines) {
    if (line.basis === "per order") continue;
    const cost = sources.costOf(line.item);
    const unit = sources.itemOf(line.item)?.unit ?? line.quantity.unit;
    const factor = itemConversionFactor(line.quantity.unit, unit, []);
    if (cost === null || factor === null || cost.material.currency !== sources.currency) {
      missing.push(line.item);
      continue;
    }
    const perItem = requiredOf({ ...line, scrap: { ...line.scrap, fixedPerOrder: null } }, ONE);
    material = plus(material, multiplied(wholeCost(cost), times(perItem, factor)));
  }
  return { material: { ...material, amount: roundedHalfUp(material.amount, COST_DECIMALS) }, missing };
}

/** Material and conversion together: what one unit of the item costs its user. */
export function wholeCost({ material, conversion }: StandardCost): Money {
  return plus(material, conversion);
}

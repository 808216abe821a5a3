import type { ItemId, OperationId } from "../ids.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { dividedBy, ONE, plus, rational, roundedUp, times, ZERO, type Rational } from "../rational.ts";
import { itemConversionFactor, type Unit } from "../unit.ts";
import type { PlantItem } from "../plant-item.ts";
import type { Quantity } from "../quantity.ts";

/** What an order needs of one component: for the whole order, scrap included, in the component's own unit. */
export type ExplodedComponent = {
  readonly item: ItemId;
  readonly required: Quantity;
  readonly operation: OperationId | null;
};

/**
 * Works out an order's components from mBOMs, as an ERP does when it explodes an order: quantity per
 * assembly × order quantity (or per order once), uplifted by the operation's and the component's scrap,
 * plus fixed scrap, through phantoms, rounded up at the component's own precision.
 */
export function explodedComponents(
  mbom: Mbom,
  orderQuantity: Rational,
  mbomOf: (item: ItemId) => Mbom | null,
  itemOf: (item: ItemId) => PlantItem | null,
): ExplodedComponent[] {
  return mbom.lines.flatMap((line) => {
    const required = requiredOf(line, orderQuantity);
    const inner = line.phantom ? mbomOf(line.item) : null;
    if (inner !== null) return explodedComponents(inner, required, mbomOf, itemOf);
    return [inOwnUnit(line, required, itemOf(line.item))];
  });
}

/** Net need uplifted by scrap, in the line's unit. */
export function requiredOf(line: MbomLine, orderQuantity: Rational): Rational {
  const net = line.basis === "per order" ? line.quantity.amount : times(line.quantity.amount, orderQuantity);
  const uplift = times(percentUplift(line.scrap.operationPercent), percentUplift(line.scrap.componentPercent));
  return plus(times(net, uplift), line.scrap.fixedPerOrder ?? ZERO);
}

function percentUplift(percent: Rational | null): Rational {
  return percent === null ? ONE : plus(ONE, dividedBy(percent, rational(100n)));
}

function inOwnUnit(line: MbomLine, required: Rational, item: PlantItem | null): ExplodedComponent {
  const unit: Unit = item?.unit ?? line.quantity.unit;
  const factor = itemConversionFactor(line.quantity.unit, unit, []);
  if (factor === null)
    return { item: line.item, required: { amount: required, unit: line.quantity.unit }, operation: line.operation };
  const amount = roundedUp(times(required, factor), item?.decimals ?? 6);
  return { item: line.item, required: { amount, unit }, operation: line.operation };
}

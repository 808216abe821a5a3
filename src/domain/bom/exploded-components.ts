import { holdsOn, type Day } from "../calendar.ts";
import type { ItemId, OperationId } from "../ids.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { dividedBy, ONE, plus, rational, roundedUp, times, ZERO, type Rational } from "../rational.ts";
import { itemConversionFactor } from "../unit.ts";
import type { PlantItem } from "../plant-item.ts";
import type { Quantity } from "../quantity.ts";

/** What an order needs of one component: for the whole order, scrap included, in the component's own unit. */
export type ExplodedComponent = {
  readonly item: ItemId;
  readonly required: Quantity;
  readonly operation: OperationId | null;
};

/** What an explosion looks up on its way down. */
export type ExplosionSources = {
  readonly mbomOf: (item: ItemId) => Mbom | null;
  readonly itemOf: (item: ItemId) => PlantItem | null;
};

/** Decimal places of a component that the plant does not know. */
const DECIMALS_UNKNOWN = 6;

/**
 * Works out an order's components from mBOMs, as an ERP does when it explodes an order: of the lines that
 * hold on `day`, quantity per assembly × order quantity (or per order once), uplifted by the operation's and
 * the component's scrap, plus fixed scrap, through phantoms, rounded up at the component's own precision.
 */
export function explodedComponents(
  mbom: Mbom,
  orderQuantity: Rational,
  day: Day,
  sources: ExplosionSources,
): ExplodedComponent[] {
  return exploded(mbom, orderQuantity, day, sources, new Set([mbom.item]));
}

/** @param above what the explosion came through: a phantom below itself is needed as it is, not for ever. */
function exploded(
  mbom: Mbom,
  quantity: Rational,
  day: Day,
  sources: ExplosionSources,
  above: ReadonlySet<ItemId>,
): ExplodedComponent[] {
  return effectiveLines(mbom, day).flatMap((line) => {
    const item = sources.itemOf(line.item);
    const required = inUnitOf(item, { amount: requiredOf(line, quantity), unit: line.quantity.unit });
    const inner = isExploded(line, item) && !above.has(line.item) ? sources.mbomOf(line.item) : null;
    if (inner !== null) return exploded(inner, required.amount, day, sources, new Set([...above, line.item]));
    return [{ item: line.item, required: asKept(item, required), operation: line.operation }];
  });
}

/** Whether an ERP explodes through a line's component instead of stocking it. */
export function isExploded({ phantom, output }: MbomLine, item: PlantItem | null): boolean {
  return output === undefined && (phantom || item?.procurement === "phantom");
}

/**
 * The items whose orders are built from one of the `changed` mBOMs through phantoms, at any depth.
 *
 * @param users mBOMs that use them, directly or further up, components before assemblies.
 */
export function explodedThrough(
  changed: readonly Mbom[],
  users: readonly Mbom[],
  itemOf: ExplosionSources["itemOf"],
): ItemId[] {
  const below = new Set(changed.map(({ item }) => item));
  const found: ItemId[] = [];
  for (const { item, lines } of users) {
    if (!lines.some((line) => below.has(line.item) && isExploded(line, itemOf(line.item)))) continue;
    below.add(item);
    found.push(item);
  }
  return found;
}

/** The lines that an order of that day is built from; what comes out of it is not among them. */
export function effectiveLines({ lines }: Mbom, day: Day): readonly MbomLine[] {
  return lines.filter(({ effectivity, output }) => output === undefined && holdsOn(effectivity, day));
}

/** The lines that come out of an order of that day beside what it makes. */
export function effectiveOutputs({ lines }: Mbom, day: Day): readonly MbomLine[] {
  return lines.filter(({ effectivity, output }) => output !== undefined && holdsOn(effectivity, day));
}

/** Net need uplifted by scrap, in the line's unit. */
export function requiredOf(line: MbomLine, orderQuantity: Rational): Rational {
  const net = line.basis === "per order" ? line.quantity.amount : times(line.quantity.amount, orderQuantity);
  const uplift = times(percentUplift(line.scrap.operationPercent), percentUplift(line.scrap.componentPercent));
  return plus(times(net, uplift), line.scrap.fixedPerOrder ?? ZERO);
}

const HUNDRED = rational(100n);

function percentUplift(percent: Rational | null): Rational {
  return percent === null ? ONE : plus(ONE, dividedBy(percent, HUNDRED));
}

/** In the item's own unit; as it is where that cannot be reached, which is a finding of its own. */
export function inUnitOf(item: PlantItem | null, quantity: Quantity): Quantity {
  if (item === null) return quantity;
  const factor = itemConversionFactor(quantity.unit, item.unit, []);
  return factor === null ? quantity : { amount: times(quantity.amount, factor), unit: item.unit };
}

function asKept(item: PlantItem | null, { amount, unit }: Quantity): Quantity {
  return { amount: roundedUp(amount, item?.decimals ?? DECIMALS_UNKNOWN), unit };
}

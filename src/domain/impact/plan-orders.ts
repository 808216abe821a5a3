import { explodedComponents, inUnitOf } from "../bom/exploded-components.ts";
import type { Day } from "../calendar.ts";
import type { ActionContent } from "../change-plan.ts";
import type { EngineeringChange } from "../change.ts";
import type { ItemId } from "../ids.ts";
import type { ProductionOrder, PurchaseOrderLine } from "../order.ts";
import type { PlantAfter } from "../plant-after.ts";
import type { Held } from "../plant-item.ts";
import type { ComponentEffect, ProductionImpact, PurchaseImpact } from "./order-impact.ts";
import type { FlagOnOrder } from "./plan-flags.ts";
import { needsPeople, productionFlagText, productionImpact, type Wanted } from "./production-impact.ts";
import { purchaseImpact } from "./purchase-impact.ts";

/** The purchase-order lines that buy a component which a change touches, each judged. */
export function judgePurchases(
  lines: readonly Held<PurchaseOrderLine>[],
  effects: readonly ComponentEffect[],
  change: EngineeringChange,
): PurchaseImpact[] {
  const byItem = new Map(effects.map((effect) => [effect.item, effect]));
  return lines.flatMap(({ value }) => {
    const effect = byItem.get(value.item);
    return effect === undefined ? [] : [purchaseImpact(value, effect, change)];
  });
}

/** A production order that a change touches, with what it needs on its new mBOM where it has one. */
export type JudgedOrder = {
  readonly impact: ProductionImpact;
  readonly held: Held<ProductionOrder>;
  readonly needs: Wanted;
};

export function judgeProduction(
  orders: readonly Held<ProductionOrder>[],
  effects: readonly ComponentEffect[],
  after: PlantAfter,
  change: EngineeringChange,
  today: Day,
): JudgedOrder[] {
  return orders.flatMap((held) => {
    const order = held.value;
    if (keepsOldDesign(order, change)) return [];
    const touching = effectsOn(order, effects, after.phantomsIn(order.item));
    const needs = after.isBuiltAnew(order.item) ? neededBy(order, after, today) : null;
    if (touching.length === 0 && needs === null) return [];
    return [{ impact: productionImpact(order, touching, needs, change), held, needs }];
  });
}

/** An order that starts before the day that the change takes effect is built as it was. */
function keepsOldDesign({ start }: ProductionOrder, { effectiveFrom }: EngineeringChange): boolean {
  return start !== null && effectiveFrom !== null && start < effectiveFrom;
}

/** The effects that reach an order through what it makes, still needs or already took. */
function effectsOn(
  order: ProductionOrder,
  effects: readonly ComponentEffect[],
  phantoms: ReadonlySet<ItemId>,
): ComponentEffect[] {
  const components = new Set(order.components.map(({ item }) => item));
  const isBuilt = (item: ItemId): boolean => item === order.item || phantoms.has(item);
  // A revised component matters in every order that takes it; any other effect only where its mBOM changes.
  return effects.filter(
    ({ item, in: within, effects: kinds }) =>
      item === order.item || (components.has(item) && (within.some(isBuilt) || kinds.includes("revised"))),
  );
}

/** What an order needs on the mBOMs to come, of the day that it starts. */
function neededBy(order: ProductionOrder, after: PlantAfter, today: Day): Wanted {
  const mbom = after.mbomOf(order.item);
  if (mbom === null) return null;
  if (mbom.lines.some(({ option }) => option !== undefined)) return "by variant";
  const { amount } = inUnitOf(after.itemOf(order.item), order.quantity);
  return explodedComponents(mbom, amount, order.start ?? today, after);
}

/** Holds stop what must not go on; they come before all else. */
export function planHolds(
  judged: readonly JudgedOrder[],
  flags: readonly FlagOnOrder[],
  change: EngineeringChange,
): ActionContent[] {
  return judged
    .filter(({ impact }) => mustBeHeld(impact) && !wasHeld(impact, flags, change))
    .map(({ impact: { order, text }, held }) => ({
      kind: "hold production order",
      order,
      reason: `${change.id}: ${text}`,
      expected: held.version,
    }));
}

function mustBeHeld({ status, treatment }: ProductionImpact): boolean {
  return status === "action required" && needsPeople(treatment);
}

/** A flag that says the same tells that the order was held before: whoever let it go on since has decided. */
function wasHeld(impact: ProductionImpact, flags: readonly FlagOnOrder[], change: EngineeringChange): boolean {
  const text = productionFlagText(impact, change);
  const isDealtWith = (flag: FlagOnOrder): boolean => flag.state === "closed by a person" || flag.text === text;
  return impact.facts.onHold || flags.some((flag) => flag.on.id === impact.order && isDealtWith(flag));
}

/** Components follow the new mBOMs, which must be in force before. */
export function planComponents(judged: readonly JudgedOrder[]): ActionContent[] {
  return judged.flatMap(({ impact: { order, status, treatment }, held, needs }): ActionContent[] => {
    if (status === "resolved" || needs === null || needs === "by variant") return [];
    if (treatment === "re-explode") return [{ kind: "re-explode planned order", order, expected: held.version }];
    if (treatment !== "replace components") return [];
    return [{ kind: "replace order components", order, components: needs, expected: held.version }];
  });
}

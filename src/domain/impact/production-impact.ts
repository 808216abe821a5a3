import type { ExplodedComponent } from "../bom/exploded-components.ts";
import type { DispositionChoice, EngineeringChange } from "../change.ts";
import type { ItemId } from "../ids.ts";
import type { ProductionOrder } from "../order.ts";
import type { Quantity } from "../quantity.ts";
import { sameInSum } from "../quantity-sums.ts";
import { compare, ZERO } from "../rational.ts";
import { effectsText } from "./effect-text.ts";
import type { ComponentEffect, ImpactStatus, ProductionImpact } from "./order-impact.ts";

/**
 * Judges a production order against a change. `wanted` is what the order would need on the new mBOM of
 * its item, `by variant` where that mBOM is for all variants and nobody knows which the order makes; null when
 * the change leaves that mBOM as it was.
 */
export function productionImpact(
  order: ProductionOrder,
  effects: readonly ComponentEffect[],
  wanted: Wanted,
  change: EngineeringChange,
): ProductionImpact {
  const treatment = treatmentOf(order, effects, wanted, change);
  const status = statusOf(order, treatment, wanted, change);
  const judged = { kind: "production", order: order.id, facts: order, effects, treatment, status } as const;
  const state = `The order is ${order.state}${order.onHold ? ", on hold" : ""}`;
  return { ...judged, text: `${reasonOf(judged)}. ${state}. ${adviceOf(judged, change)}` };
}

export type Wanted = readonly ExplodedComponent[] | "by variant" | null;

/** What the planner reads at the order in the ERP. */
export function productionFlagText(impact: ProductionImpact, change: EngineeringChange): string {
  return `${change.id}: ${reasonOf(impact)}. ${adviceOf(impact, change)}`;
}

/** Why a resolved order needs nobody any more. */
export function productionResolution({ facts }: Pick<ProductionImpact, "facts">): string {
  return isOver(facts) ? "nothing of it is open any more" : "it needs what the new mBOM says already";
}

type Judged = Omit<ProductionImpact, "text">;

function reasonOf({ effects, facts }: Judged): string {
  return effects.length === 0 ? `The mBOM of ${facts.item} changes` : effectsText(effects);
}

function adviceOf(judged: Judged, change: EngineeringChange): string {
  const { treatment, status, facts } = judged;
  if (status === "resolved") return `Nothing to do: ${productionResolution(judged)}.`;
  if (status === "none" && needsPeople(treatment)) return `Engineering says: ${wipDisposition(facts, change)}.`;
  return ADVICE[treatment];
}

const ADVICE: Record<ProductionImpact["treatment"], string> = {
  "re-explode": "Its components are worked out again.",
  "replace components": "Its components are replaced before it starts.",
  hold: "Hold it and decide which steps change.",
  "return or deviation": "Material is issued already: return it, or record a deviation.",
  "trace only": "For the record; nothing is changed in it.",
};

function treatmentOf(
  order: ProductionOrder,
  effects: readonly ComponentEffect[],
  wanted: Wanted,
  change: EngineeringChange,
): ProductionImpact["treatment"] {
  if (isOver(order)) return "trace only";
  // It takes what its pieces need to be put right, whatever the mBOM says.
  if (order.from?.because === "rework") return "trace only";
  // The same components to another drawing: what was begun is built to the old one.
  if (wanted === null) return hasBegun(order) && isItselfChanged(order, change) ? "hold" : "trace only";
  if (order.state === "planned" && wanted !== "by variant") return "re-explode";
  if (hasIssued(order, effects)) return "return or deviation";
  return hasBegun(order) || wanted === "by variant" ? "hold" : "replace components";
}

function statusOf(
  order: ProductionOrder,
  treatment: ProductionImpact["treatment"],
  wanted: Wanted,
  change: EngineeringChange,
): ImpactStatus {
  if (isOver(order) || (wanted !== null && wanted !== "by variant" && needsJust(order, wanted))) return "resolved";
  if (treatment === "replace components") return "action required";
  if (!needsPeople(treatment)) return "none";
  const choice = wipDisposition(order, change);
  return choice === "use as is" || choice === "exhaust" ? "none" : "action required";
}

/** What only a person can put right. */
export function needsPeople(treatment: ProductionImpact["treatment"]): boolean {
  return treatment === "hold" || treatment === "return or deviation";
}

function wipDisposition({ item }: ProductionOrder, { affected }: EngineeringChange): DispositionChoice {
  return affected.find((one) => one.item === item)?.disposition.wip ?? "undecided";
}

function isOver({ state }: ProductionOrder): boolean {
  return state === "finished" || state === "cancelled";
}

function hasBegun({ state, components }: ProductionOrder): boolean {
  return state === "started" || components.some(isIssued);
}

function isItselfChanged(order: ProductionOrder, { affected }: EngineeringChange): boolean {
  return affected.some(({ item, from, to }) => item === order.item && from !== null && from !== to);
}

function hasIssued({ components }: ProductionOrder, effects: readonly ComponentEffect[]): boolean {
  const touched = new Set<ItemId>(effects.map(({ item }) => item));
  return components.some((component) => touched.has(component.item) && isIssued(component));
}

function isIssued({ issued }: ProductionOrder["components"][number]): boolean {
  return compare(issued.amount, ZERO) > 0;
}

/** Whether an order needs this already: per item, whatever its lines. */
export function needsJust(
  { components }: Pick<ProductionOrder, "components">,
  wanted: readonly ExplodedComponent[],
): boolean {
  const [needs, due] = [requiredByItem(components), requiredByItem(wanted)];
  return [...new Set([...needs.keys(), ...due.keys()])].every((item) =>
    sameInSum(needs.get(item) ?? [], due.get(item) ?? []),
  );
}

type Needed = Pick<ExplodedComponent, "item" | "required">;

function requiredByItem(components: readonly Needed[]): ReadonlyMap<ItemId, Quantity[]> {
  const byItem = Map.groupBy(components, ({ item }) => item);
  return new Map([...byItem].map(([item, held]) => [item, held.map(({ required }) => required)]));
}

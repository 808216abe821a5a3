import type { ExplodedComponent } from "../bom/exploded-components.ts";
import type { EngineeringChange } from "../change.ts";
import type { ItemId } from "../ids.ts";
import type { ProductionOrder } from "../order.ts";
import { compare, equals, plus, times, ZERO, type Rational } from "../rational.ts";
import { conversionFactor } from "../unit.ts";
import { effectText } from "./effect-text.ts";
import type { ComponentEffect, ImpactStatus, ProductionImpact } from "./order-impact.ts";

/**
 * Judges a production order against a change. `wanted` is what the order would need on the new mBOM of
 * its item; null when the change leaves that mBOM alone and only a component is revised.
 */
export function productionImpact(
  order: ProductionOrder,
  effects: readonly ComponentEffect[],
  wanted: readonly ExplodedComponent[] | null,
  change: EngineeringChange,
): ProductionImpact {
  const treatment = treatmentOf(order, effects, wanted);
  const status = statusOf(order, treatment, wanted, change);
  const why = effects.length === 0 ? `The mBOM of ${order.item} changes` : effects.map(effectText).join("; ");
  const text = `${why}. Order is ${order.state}${order.onHold ? ", on hold" : ""}: ${ADVICE[treatment]}`;
  return { kind: "production", order: order.id, facts: order, effects, treatment, status, text };
}

/** What the planner reads at the order in the ERP. */
export function productionFlagText(impact: ProductionImpact, change: EngineeringChange): string {
  const why = impact.effects.map(effectText).join("; ") || `the mBOM of ${impact.facts.item} changes`;
  return `${change.id}: ${why}. ${ADVICE[impact.treatment]}`;
}

const ADVICE: Record<ProductionImpact["treatment"], string> = {
  "re-explode": "its components are worked out again.",
  "replace components": "its components are replaced before it starts.",
  hold: "hold it and decide which steps change.",
  "return or deviation": "material is issued already: return it, or record a deviation.",
  "trace only": "for the record; nothing is changed in it.",
};

function treatmentOf(
  order: ProductionOrder,
  effects: readonly ComponentEffect[],
  wanted: readonly ExplodedComponent[] | null,
): ProductionImpact["treatment"] {
  if (order.state === "finished" || order.state === "cancelled" || wanted === null) return "trace only";
  if (order.state === "planned") return "re-explode";
  if (issuedAffected(order, effects)) return "return or deviation";
  return order.state === "started" || order.components.some(isIssued) ? "hold" : "replace components";
}

function issuedAffected(order: ProductionOrder, effects: readonly ComponentEffect[]): boolean {
  const affected = new Set<ItemId>(effects.map(({ item }) => item));
  return order.components.some((component) => affected.has(component.item) && isIssued(component));
}

function isIssued({ issued }: { issued: { amount: Rational } }): boolean {
  return compare(issued.amount, ZERO) > 0;
}

function statusOf(
  order: ProductionOrder,
  treatment: ProductionImpact["treatment"],
  wanted: readonly ExplodedComponent[] | null,
  change: EngineeringChange,
): ImpactStatus {
  if (order.state === "finished" || order.state === "cancelled") return "resolved";
  if (wanted !== null && sameComponents(order, wanted)) return "resolved";
  if (treatment === "re-explode" || treatment === "trace only") return "none";
  if (treatment === "replace components") return "action required";
  const choice = change.affected.find(({ item }) => item === order.item)?.disposition.wip ?? "undecided";
  return choice === "use as is" || choice === "exhaust" ? "none" : "action required";
}

/** Whether an order needs just this already: per item, whatever its lines. */
export function sameComponents(order: ProductionOrder, wanted: readonly ExplodedComponent[]): boolean {
  const has = totals(order.components);
  const needs = totals(wanted);
  if (has.size !== needs.size) return false;
  return [...needs].every(([item, need]) => {
    const held = has.get(item);
    if (held === undefined) return false;
    const factor = conversionFactor(held.unit, need.unit);
    return factor !== null && equals(times(held.amount, factor), need.amount);
  });
}

type Need = Pick<ExplodedComponent, "item" | "required">;

function totals(components: readonly Need[]): Map<ItemId, Need["required"]> {
  const sums = new Map<ItemId, Need["required"]>();
  for (const { item, required } of components) {
    const sum = sums.get(item);
    const amount = sum?.unit === required.unit ? plus(sum.amount, required.amount) : required.amount;
    sums.set(item, { amount, unit: required.unit });
  }
  return sums;
}

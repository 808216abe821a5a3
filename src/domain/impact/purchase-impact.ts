import type { DispositionChoice, EngineeringChange } from "../change.ts";
import { multiplied } from "../money.ts";
import { moneyText } from "../money-text.ts";
import type { PurchaseOrderLine } from "../order.ts";
import { quantityText } from "../quantity.ts";
import { compare, minus, ZERO, type Rational } from "../rational.ts";
import { effectText } from "./effect-text.ts";
import type { ComponentEffect, ImpactStatus, PurchaseImpact } from "./order-impact.ts";

/** Judges a purchase-order line against what a change does to the item it buys. */
export function purchaseImpact(
  line: PurchaseOrderLine,
  effect: ComponentEffect,
  change: EngineeringChange,
): PurchaseImpact {
  const open = openAmount(line);
  const exposure = multiplied(line.price, open);
  const disposition = onOrderDisposition(effect, change);
  const status = statusOf(line, open, effect, change, disposition);
  const facts = `${quantityText({ amount: open, unit: line.ordered.unit })} of ${quantityText(line.ordered)} open, ${moneyText(exposure)}`;
  const text = `${effectText(effect)}. ${facts}. ${adviceOf(status, disposition)}`;
  return { kind: "purchase", line: line.id, facts: line, effect, disposition, status, exposure, text };
}

/** What the buyer reads at the line in the ERP. Without figures that move, so that it stands while goods come in. */
export function purchaseFlagText(impact: PurchaseImpact, change: EngineeringChange): string {
  const advice = impact.status === "none" ? "For information" : "Action required";
  return `${change.id}: ${effectText(impact.effect)}. ${advice}. On order: ${impact.disposition}.`;
}

function openAmount(line: PurchaseOrderLine): Rational {
  if (line.state !== "open") return ZERO;
  const rest = minus(line.ordered.amount, line.received.amount);
  return compare(rest, ZERO) > 0 ? rest : ZERO;
}

function statusOf(
  line: PurchaseOrderLine,
  open: Rational,
  effect: ComponentEffect,
  change: EngineeringChange,
  disposition: DispositionChoice,
): ImpactStatus {
  if (compare(open, ZERO) === 0) return "resolved";
  const onlyRevised = effect.effects.every((one) => one === "revised");
  const wanted = change.affected.find(({ item }) => item === line.item)?.to ?? null;
  if (onlyRevised && wanted !== null && line.revision === wanted) return "resolved";
  return disposition === "use as is" || disposition === "exhaust" ? "none" : "action required";
}

/** The component's own disposition; else that of an assembly it is used in. */
function onOrderDisposition(effect: ComponentEffect, change: EngineeringChange): DispositionChoice {
  const own = change.affected.find(({ item }) => item === effect.item);
  const using = change.affected.find(({ item }) => effect.in.includes(item));
  return (own ?? using)?.disposition.onOrder ?? "undecided";
}

function adviceOf(status: ImpactStatus, disposition: DispositionChoice): string {
  if (status === "resolved") return "Nothing of it is open any more.";
  if (status === "none") return `Engineering says: ${disposition}.`;
  if (disposition === "undecided")
    return "Engineering has not said what to do with what is on order: ask before it is delivered.";
  return `Engineering says: ${disposition}. Cancel or change the line, or agree on it with the supplier.`;
}

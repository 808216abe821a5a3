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
  const status = statusOf(line, effect, disposition, change);
  const judged = { kind: "purchase", line: line.id, facts: line, effect, disposition, status, exposure } as const;
  const facts = `${quantityText({ amount: open, unit: line.ordered.unit })} of ${quantityText(line.ordered)} open, ${moneyText(exposure)}`;
  return { ...judged, text: `${effectText(effect)}. ${facts}. ${adviceOf(judged)}` };
}

/** What the buyer reads at the line in the ERP. Without figures that move, so that it stands while goods come in. */
export function purchaseFlagText({ status, effect, disposition }: PurchaseImpact, change: EngineeringChange): string {
  const advice = status === "none" ? "For information" : "Action required";
  return `${change.id}: ${effectText(effect)}. ${advice}. On order: ${disposition}.`;
}

/** Why a resolved line needs nobody any more. */
export function purchaseResolution({ facts }: Pick<PurchaseImpact, "facts">): string {
  return isOpen(facts) ? `it is ordered to revision ${facts.revision} already` : "nothing of it is open any more";
}

function isOpen(line: PurchaseOrderLine): boolean {
  return compare(openAmount(line), ZERO) > 0;
}

function openAmount({ state, ordered, received }: PurchaseOrderLine): Rational {
  const rest = state === "open" ? minus(ordered.amount, received.amount) : ZERO;
  return compare(rest, ZERO) > 0 ? rest : ZERO;
}

function statusOf(
  line: PurchaseOrderLine,
  effect: ComponentEffect,
  disposition: DispositionChoice,
  change: EngineeringChange,
): ImpactStatus {
  if (!isOpen(line) || isOrderedAsRevised(line, effect, change)) return "resolved";
  return disposition === "use as is" || disposition === "exhaust" ? "none" : "action required";
}

function isOrderedAsRevised(line: PurchaseOrderLine, { effects }: ComponentEffect, change: EngineeringChange): boolean {
  const wanted = change.affected.find(({ item }) => item === line.item)?.to ?? null;
  return wanted !== null && line.revision === wanted && effects.every((effect) => effect === "revised");
}

/** The component's own disposition; else that of the assemblies it is used in, where they agree. */
function onOrderDisposition(effect: ComponentEffect, { affected }: EngineeringChange): DispositionChoice {
  const own = affected.filter(({ item }) => item === effect.item);
  const using = affected.filter(({ item }) => effect.in.includes(item));
  const choices = new Set((own.length > 0 ? own : using).map(({ disposition }) => disposition.onOrder));
  const [choice = "undecided"] = choices;
  return choices.size === 1 ? choice : "undecided";
}

function adviceOf(judged: Omit<PurchaseImpact, "text">): string {
  const { status, disposition } = judged;
  if (status === "resolved") return `Nothing to do: ${purchaseResolution(judged)}.`;
  if (status === "none") return `Engineering says: ${disposition}.`;
  if (disposition === "undecided")
    return "Engineering has not said what to do with what is on order: ask before it is delivered.";
  return `Engineering says: ${disposition}. Cancel or change the line, or agree on it with the supplier.`;
}

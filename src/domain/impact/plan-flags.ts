import type { ActionContent } from "../change-plan.ts";
import type { EngineeringChange } from "../change.ts";
import type { ProductionOrderId, PurchaseOrderLineId } from "../ids.ts";
import type { ProductionOrder } from "../order.ts";
import { effectText } from "./effect-text.ts";
import type { ComponentEffect, OrderImpact } from "./order-impact.ts";
import { productionFlagText } from "./production-impact.ts";
import { purchaseFlagText } from "./purchase-impact.ts";

/** A flag as the ERP holds it. */
export type FlagOnOrder = {
  readonly id: string;
  readonly on:
    | { readonly kind: "purchase-order line"; readonly id: PurchaseOrderLineId }
    | { readonly kind: "production order"; readonly id: ProductionOrderId };
  readonly text: string;
  readonly state: "open" | "taken back" | "closed by a person";
};

type WantedFlag = { readonly on: FlagOnOrder["on"]; readonly text: string };

/**
 * The flags to set and to take back. An order that is judged and not resolved carries one flag of the
 * change; a flag that a person closed has been dealt with and is not set again.
 */
export function planFlags(
  impact: readonly OrderImpact[],
  flags: readonly FlagOnOrder[],
  change: EngineeringChange,
): ActionContent[] {
  const wanted = new Map(
    (change.state === "released" ? impact : [])
      .flatMap((one) => wantedFlag(one, change))
      .map((flag) => [flag.on.id, flag]),
  );
  const takenBack = flags.flatMap((flag): ActionContent[] => {
    const stays = wanted.get(flag.on.id)?.text === flag.text;
    return flag.state !== "open" || stays
      ? []
      : [{ kind: "take back flag", flag: flag.id, on: flag.on.id, reason: reasonOf(flag, impact, change) }];
  });
  const dealtWith = new Set(flags.filter(({ state }) => state === "closed by a person").map(({ on }) => on.id));
  const standing = new Set(flags.filter(({ state }) => state === "open").map((flag) => `${flag.on.id} ${flag.text}`));
  const set = [...wanted.values()]
    .filter(({ on, text }) => !dealtWith.has(on.id) && !standing.has(`${on.id} ${text}`))
    .map((flag) => flagAction(flag, change));
  return [...takenBack, ...set];
}

/** The effects that reach an order through what it still needs or already took. */
export function effectsOn(order: ProductionOrder, effects: readonly ComponentEffect[]): ComponentEffect[] {
  const components = new Set(order.components.map(({ item }) => item));
  // A revised component matters in every order that takes it; any other effect only where its mBOM changes.
  return effects.filter(
    ({ item, in: within, effects: kinds }) =>
      item === order.item || (components.has(item) && (within.includes(order.item) || kinds.includes("revised"))),
  );
}

function wantedFlag(impact: OrderImpact, change: EngineeringChange): WantedFlag[] {
  if (impact.status === "resolved") return [];
  if (impact.kind === "purchase") {
    return [{ on: { kind: "purchase-order line", id: impact.line }, text: purchaseFlagText(impact, change) }];
  }
  // What the plan itself puts right needs nobody's eye; a flag would go up only to come down.
  if (impact.treatment === "re-explode" || impact.treatment === "replace components") return [];
  return [{ on: { kind: "production order", id: impact.order }, text: productionFlagText(impact, change) }];
}

function flagAction({ on, text }: WantedFlag, change: EngineeringChange): ActionContent {
  return on.kind === "purchase-order line"
    ? { kind: "flag purchase-order line", line: on.id, change: change.id, text }
    : { kind: "flag production order", order: on.id, change: change.id, text };
}

function reasonOf(flag: FlagOnOrder, impact: readonly OrderImpact[], change: EngineeringChange): string {
  if (change.state !== "released") return `${change.id} was withdrawn`;
  const judged = impact.find((one) => (one.kind === "purchase" ? one.line : one.order) === flag.on.id);
  if (judged === undefined) return `${change.id} no longer touches it`;
  if (judged.status === "resolved") return "nothing of it is open any more";
  return `what is known of it has changed: ${judged.kind === "purchase" ? effectText(judged.effect) : judged.text}`;
}

import type { ActionContent } from "../change-plan.ts";
import type { EngineeringChange } from "../change.ts";
import { naturalOrder } from "../natural-order.ts";
import type { OrderRef } from "../order.ts";
import { effectsText } from "./effect-text.ts";
import type { OrderImpact } from "./order-impact.ts";
import { productionFlagText, productionResolution } from "./production-impact.ts";
import { purchaseFlagText, purchaseResolution } from "./purchase-impact.ts";

/** A flag as the ERP holds it. */
export type FlagOnOrder = {
  readonly id: string;
  readonly on: OrderRef;
  readonly text: string;
  readonly state: "open" | "taken back" | "closed by a person";
};

type WantedFlag = Pick<FlagOnOrder, "on" | "text">;

/**
 * The flags to take back and to set. An order that is judged and not resolved carries one flag of the
 * change; a flag that a person closed has been dealt with and is not set again.
 */
export function planFlags(
  impact: readonly OrderImpact[],
  flags: readonly FlagOnOrder[],
  change: EngineeringChange,
): ActionContent[] {
  const wanted = change.state === "released" ? impact.flatMap((one) => wantedFlag(one, change)) : [];
  const open = flags.filter(({ state }) => state === "open").toSorted((a, b) => naturalOrder(a.id, b.id));
  const staying = new Map(
    wanted.flatMap((flag) => {
      const standing = open.find((held) => isSame(held, flag));
      return standing === undefined ? [] : [[standing.id, flag]];
    }),
  );
  const settled = new Set(staying.values());
  const dealtWith = flags.filter(({ state }) => state === "closed by a person");
  return [
    ...open
      .filter(({ id }) => !staying.has(id))
      .map((flag) => takeBack(flag, wanted.some((one) => isSame(flag, one)) ? TWICE : reasonOf(flag, impact, change))),
    ...wanted
      .filter((flag) => !settled.has(flag) && !dealtWith.some((held) => isOnSame(held, flag)))
      .map((flag) => flagAction(flag, change)),
  ];
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

function isSame(held: FlagOnOrder, wanted: WantedFlag): boolean {
  return isOnSame(held, wanted) && held.text === wanted.text;
}

function isOnSame({ on: a }: WantedFlag, { on: b }: WantedFlag): boolean {
  return a.kind === b.kind && a.id === b.id;
}

function flagAction({ on, text }: WantedFlag, change: EngineeringChange): ActionContent {
  return on.kind === "purchase-order line"
    ? { kind: "flag purchase-order line", line: on.id, change: change.id, text }
    : { kind: "flag production order", order: on.id, change: change.id, text };
}

function takeBack(flag: FlagOnOrder, reason: string): ActionContent {
  return { kind: "take back flag", flag: flag.id, on: flag.on, reason };
}

const TWICE = "another flag on it says the same";

function reasonOf({ on }: FlagOnOrder, impact: readonly OrderImpact[], change: EngineeringChange): string {
  if (change.state !== "released") return `${change.id} was withdrawn`;
  const judged = impact.find((one) => (one.kind === "purchase" ? one.line : one.order) === on.id);
  if (judged === undefined) return `${change.id} no longer touches it`;
  if (judged.status === "resolved") return resolutionOf(judged);
  const effects = judged.kind === "purchase" ? [judged.effect] : judged.effects;
  return `what is known of it has changed${effects.length === 0 ? "" : `: ${effectsText(effects)}`}`;
}

function resolutionOf(judged: OrderImpact): string {
  return judged.kind === "purchase" ? purchaseResolution(judged) : productionResolution(judged);
}

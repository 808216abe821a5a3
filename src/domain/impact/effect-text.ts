import type { ComponentEffect } from "./order-impact.ts";

/** How many names a sentence lists before it counts the rest: an ERP keeps some hundred letters of a text. */
const NAMED_MAX = 3;

/** `MOTOR-24V is replaced by MOTOR-24V-B in FAN-100` */
export function effectText({ item, effects, in: within, replacedBy }: ComponentEffect): string {
  const words = effects.map((effect) =>
    effect === "replaced" && replacedBy !== null ? `replaced by ${replacedBy}` : WORDS[effect],
  );
  const where = within.length === 0 ? "" : ` in ${listed(within, ", ", "more")}`;
  return `${item} is ${words.join(" and ")}${where}`;
}

/** Several effects in one sentence. */
export function effectsText(effects: readonly ComponentEffect[]): string {
  return listed(effects.map(effectText), "; ", "more components change");
}

const WORDS: Record<ComponentEffect["effects"][number], string> = {
  removed: "removed",
  replaced: "replaced",
  revised: "revised",
  "quantity changed": "needed in another quantity",
  "unit changed": "counted in another unit",
};

function listed(texts: readonly string[], separator: string, more: string): string {
  const rest = texts.length - NAMED_MAX;
  // One more name is no longer than saying that there is one more.
  if (rest <= 1) return texts.join(separator);
  return `${texts.slice(0, NAMED_MAX).join(separator)}${separator}${rest} ${more}`;
}

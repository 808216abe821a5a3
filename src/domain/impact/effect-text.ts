import type { ComponentEffect } from "./order-impact.ts";

/** `MOTOR-24V is replaced by MOTOR-24V-B in FAN-100` */
export function effectText({ item, effects, in: within, replacedBy }: ComponentEffect): string {
  const words = effects.map((effect) =>
    effect === "replaced" && replacedBy !== null ? `replaced by ${replacedBy}` : WORDS[effect],
  );
  const where = within.length === 0 ? "" : ` in ${within.join(", ")}`;
  return `${item} is ${words.join(" and ")}${where}`;
}

const WORDS: Record<ComponentEffect["effects"][number], string> = {
  removed: "removed",
  replaced: "replaced",
  revised: "revised",
  "quantity changed": "needed in another quantity",
  "unit changed": "counted in another unit",
};

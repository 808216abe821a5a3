import type { JobContent } from "./job.ts";
import type { Effect, ShopRules } from "./shop-rules.ts";

/** How the work of a job at an operation differs from what is usual in the shop. */
export type WorkRules = {
  readonly runFactor: number;
  readonly scrapPercent: number;
  readonly reworkPercent: number;
  /** What is wrong with the pieces that are not good; null leaves it to chance. */
  readonly defect: string | null;
};

/** The shop's rules for a job at an operation. */
export function workRules(
  { scrapPercent, reworkPercent, effects }: ShopRules,
  content: JobContent,
  operation: string,
): WorkRules {
  const fitting = effects.filter((effect) => fits(effect, content, operation));
  return {
    runFactor: lastOf(fitting, "runFactor") ?? 1,
    scrapPercent: lastOf(fitting, "scrapPercent") ?? scrapPercent,
    reworkPercent: lastOf(fitting, "reworkPercent") ?? reworkPercent,
    defect: lastOf(fitting, "defect"),
  };
}

function lastOf<Member extends keyof Effect>(
  effects: readonly Effect[],
  member: Member,
): NonNullable<Effect[Member]> | null {
  return effects.findLast((effect) => effect[member] != null)?.[member] ?? null;
}

function fits(effect: Effect, { itemCode, revision, components }: JobContent, at: string): boolean {
  if (effect.itemCode !== itemCode) return false;
  if (effect.revision != null && (revision === null || isBefore(revision, effect.revision))) return false;
  if (effect.component != null && !components.some((one) => one.itemCode === effect.component)) return false;
  return effect.operation == null || effect.operation === at;
}

/** Revisions count A … Z, AA …, or 1 … 9, 10 …. */
function isBefore(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}

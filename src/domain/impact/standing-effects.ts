import type { EngineeringChange } from "../change.ts";
import type { ItemId, Revision } from "../ids.ts";
import type { Mbom } from "../mbom.ts";
import { componentEffects, takeAlike, type MbomStep } from "./component-effects.ts";
import type { ComponentEffect } from "./order-impact.ts";

/** An mBOM that a later change has published again: `after` is as this change left it, `now` is in force. */
export type ReplacedStep = MbomStep & { readonly now: Mbom | null };

/**
 * What a change does to components, also in mBOMs that later changes have published since. There only what
 * is still as this change left it counts: a part that it removed and that stayed away, not one that came
 * back, nor one whose quantity or revision moved again. Those are the later one's to tell.
 */
export function standingEffects(
  steps: readonly MbomStep[],
  replaced: readonly ReplacedStep[],
  change: EngineeringChange,
  revisionOf: (item: ItemId) => Revision | null,
): ComponentEffect[] {
  const replacedOf = new Map(replaced.map((step) => [step.item, step]));
  const target = new Map(change.affected.map(({ item, to }) => [item, to]));
  return componentEffects([...steps, ...replaced], change).flatMap((effect) => {
    const { item, effects, in: within } = effect;
    const still = within.filter((assembly) => {
      const step = replacedOf.get(assembly);
      return step === undefined || takeAlike(item, step.after, step.now);
    });
    const isOver = within.length > 0 && still.length === 0;
    const isInReplaced = within.some((assembly) => replacedOf.has(assembly));
    const isRevisedAgain = isInReplaced && effects.includes("revised") && revisionOf(item) !== target.get(item);
    if (replacedOf.has(item) || isOver || isRevisedAgain) return [];
    return [{ ...effect, in: still }];
  });
}

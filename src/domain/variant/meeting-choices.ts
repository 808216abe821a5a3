import { choiceOf, comparisonsOf, isMet, type Choices, type Option } from "./option.ts";

/** Values that features may have, in the plant's order. A feature that is not named may have any value. */
export type FeatureValues = ReadonlyMap<string, readonly string[]>;

/** Choices looked at for one option: no option that people write needs nearly as many. */
const LOOKED_AT_MAX = 20_000;

/**
 * Choices that meet the option, those of features that do not matter left out; null when no choices do. An
 * option that is too large to be decided gives what has been chosen so far: it is not called impossible.
 */
export function meetingChoices(option: Option, features: FeatureValues): Choices | null {
  const comparisons = comparisonsOf(option);
  let left = LOOKED_AT_MAX;
  const search = (choices: Choices): Choices | null => {
    left -= 1;
    const met = isMet(option, choices);
    if (met !== null || left < 0) return met === false ? null : choices;
    const open = comparisons.find(({ feature }) => choiceOf(choices, feature) === null);
    if (open === undefined) return null;
    for (const value of valuesOf(open.feature)) {
      const found = search({ ...choices, [open.feature]: value });
      if (found !== null) return found;
    }
    return null;
  };
  const valuesOf = (feature: string): readonly string[] => {
    const declared = features.get(feature);
    if (declared !== undefined) return declared;
    const named = comparisons.filter((one) => one.feature === feature).flatMap(({ values }) => values);
    return [...new Set([...named, otherThan(named)])];
  };
  return search({});
}

/** A value that none of the named is. */
function otherThan(named: readonly string[]): string {
  let other = "other";
  while (named.includes(other)) other += "'";
  return other;
}

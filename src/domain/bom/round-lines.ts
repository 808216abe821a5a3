import type { ItemId } from "../ids.ts";
import { compare, dividedBy, equals, isZero, roundedDown, roundedUp, times, ZERO, type Rational } from "../rational.ts";
import type { Unit } from "../unit.ts";
import { named, type DraftLine } from "./draft-line.ts";
import { firstMatch, type RulePhases } from "./rule-phases.ts";

/**
 * The line's amount as the target can hold it, up: a little too much is harmless, a little too little is
 * a shortage. To the rule's multiple first, then to the target's precision. Outputs are rounded down, by the
 * same reasoning. The only place that rounds.
 */
export function roundLine(
  line: DraftLine,
  { round }: RulePhases,
  decimalsOf: (item: ItemId, unit: Unit) => number,
): DraftLine {
  const rule = line.output === null ? firstMatch(round, line.facts) : null;
  const stepped = rule === null ? line.amount : upToMultiple(line.amount, rule.action.multiple);
  if (!equals(stepped, line.amount)) named(line, rule?.name);
  const decimals = decimalsOf(line.item, line.unit);
  const amount = line.output === null ? roundedUp(stepped, decimals) : outputRounded(stepped, decimals);
  return equals(amount, line.amount) ? line : { ...line, amount };
}

/** Too much of an output is what would be missing later; but some of it never becomes none. */
export function outputRounded(amount: Rational, decimals: number): Rational {
  const down = roundedDown(amount, decimals);
  return isZero(down) ? roundedUp(amount, decimals) : down;
}

function upToMultiple(amount: Rational, multiple: Rational): Rational {
  // A rule file's reader refuses such a multiple; nothing can be rounded to it.
  if (compare(multiple, ZERO) <= 0) return amount;
  return times(roundedUp(dividedBy(amount, multiple), 0), multiple);
}

import { equals, type Rational } from "../rational.ts";
import { conversionFactor, itemConversionFactor, type Unit, type UnitFactor } from "../unit.ts";
import type { DraftLine } from "./draft-line.ts";
import { firstMatch, type RuleOf, type RulePhases } from "./rule-phases.ts";

/** Why a line cannot be stated in the unit that it must be in. */
export type Unconverted =
  | { readonly kind: "inconvertible"; readonly to: Unit }
  /** A rule gives another factor than PLM, ERP or the units themselves. */
  | {
      readonly kind: "factor conflict";
      readonly rule: RuleOf<"convert">;
      readonly factor: UnitFactor;
      readonly known: Rational;
    };

export type Converted = {
  readonly kind: "converted";
  readonly unit: Unit;
  /** How much of it one of the line's unit is. */
  readonly factor: Rational;
  /** With what a rule adds to what is known of the item. */
  readonly unitFactors: readonly UnitFactor[];
  readonly rule: RuleOf<"convert"> | null;
};

/**
 * The unit that a line is planned in, by the first convert rule that matches.
 *
 * @param home the unit the item is stocked in; a line that cannot be converted to it could never be issued.
 */
export function convertedUnit(
  draft: Pick<DraftLine, "unit" | "unitFactors" | "facts">,
  home: Unit,
  phases: RulePhases,
): Converted | Unconverted {
  const rule = firstMatch(phases.convert, draft.facts);
  const unit = rule?.action.to ?? draft.unit;
  const given = rule === null ? null : factorOf(rule.action, draft.unit);
  const known = given === null ? null : itemConversionFactor(given.from, given.to, draft.unitFactors);
  if (rule !== null && given !== null && known !== null && !equals(known, given.factor)) {
    return { kind: "factor conflict", rule, factor: given, known };
  }
  const unitFactors = given === null || known !== null ? draft.unitFactors : [...draft.unitFactors, given];
  const factor = itemConversionFactor(draft.unit, unit, unitFactors);
  if (factor === null) return { kind: "inconvertible", to: unit };
  if (itemConversionFactor(unit, home, unitFactors) === null) return { kind: "inconvertible", to: home };
  return { kind: "converted", unit, factor, unitFactors, rule };
}

/**
 * The item's factor that a rule brings along, for a line counted in `unit`. Null where it brings none, or where
 * the line is counted in a unit of that dimension already, which needs none.
 */
export function factorOf({ to, own }: RuleOf<"convert">["action"], unit: Unit): UnitFactor | null {
  if (own === undefined || (own.from === null && conversionFactor(unit, to) !== null)) return null;
  return { from: own.from ?? unit, to, factor: own.factor };
}

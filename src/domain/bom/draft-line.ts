import type { Effectivity } from "../calendar.ts";
import type { ItemId, LineId, OperationId, RuleName } from "../ids.ts";
import { NO_SCRAP, type ItemUsage, type MbomBasis, type Output, type Scrap, type SupplyType } from "../mbom.ts";
import { dividedBy, isZero, plus, rational, type Rational, times } from "../rational.ts";
import type { Unit, UnitFactor } from "../unit.ts";
import type { Option } from "../variant/option.ts";
import { convertedUnit, type Unconverted } from "./converted-unit.ts";
import type { Group } from "./grouped-lines.ts";
import { firstMatch, type KnownFacts, type RuleOf, type RulePhases } from "./rule-phases.ts";
import { addRule, type Ruling } from "./ruling.ts";

/** An mBOM line on its way through the phases. */
export type DraftLine = {
  readonly key: string;
  readonly item: ItemId;
  readonly amount: Rational;
  readonly unit: Unit;
  readonly basis: MbomBasis;
  readonly operation: OperationId | null;
  readonly supply: SupplyType | null;
  readonly scrap: Scrap;
  readonly phantom: boolean;
  readonly referenceDesignators: readonly string[];
  readonly alternates: readonly ItemId[];
  readonly effectivity: Effectivity;
  /** Null where the line is meant for all variants. */
  readonly option: Option | null;
  /** Conversions of the item's own that hold for the line. */
  readonly unitFactors: readonly UnitFactor[];
  /** What rules are asked about the line. */
  readonly facts: KnownFacts;
  readonly origin: DraftOrigin;
  readonly output: Output | null;
  readonly usage: readonly ItemUsage[] | null;
  /** The group that holds it instead of the assembly. */
  readonly group: Group | null;
};

type DraftOrigin =
  | { readonly kind: "engineering"; readonly from: readonly DraftSource[] }
  | { readonly kind: "rule"; readonly rule: RuleName; readonly driver: readonly LineId[] | null };

/** One use of an eBOM line, and how much of it the mBOM line holds. */
export type DraftSource = {
  readonly path: readonly LineId[];
  readonly amount: Rational;
  readonly ruling: Ruling;
  readonly variantOf?: ItemId;
};

/** What collapsed assemblies hand down to the lines that are lifted out of them. */
export type Inherited = {
  readonly operation: OperationId | null;
  readonly scrap: Scrap;
  /** The line's net amount for one of the assembly it stands in: what a fixed loss of that assembly takes. */
  readonly perParent: Rational;
  /** What a split or a group settled; absent for a line of its own. A loss per order is planned once, on the first part. */
  readonly part?: { readonly operation: OperationId | null; readonly isFirst: boolean };
};

/** The line after convert, scrap, operation and supply. */
export type Shaped = { readonly kind: "line"; readonly line: DraftLine } | Unconverted;

/**
 * @param home the unit the item is stocked in; a line that cannot be converted to it could never be issued.
 */
export function shaped(draft: DraftLine, inherited: Inherited, home: Unit, phases: RulePhases): Shaped {
  const converted = convertedUnit(draft, home, phases);
  if (converted.kind !== "converted") return converted;
  const { unit, factor, unitFactors, rule: convert } = converted;
  const known = unitFactors === draft.unitFactors ? draft : { ...draft, unitFactors };
  if (draft.output !== null) return shapedOutput(known, inherited, converted, phases);

  const scrap = firstMatch(phases.scrap, draft.facts);
  const operation = firstMatch(phases.operation, draft.facts);
  const supply = firstMatch(phases.supply, draft.facts);
  const { part } = inherited;
  if (unit !== draft.unit) named(draft, convert?.name);
  named(draft, scrap?.name);
  if (part === undefined) named(draft, operation?.name);
  named(draft, supply?.name);
  return {
    kind: "line",
    line: {
      ...inUnit(known, unit, factor),
      scrap: compounded(inherited.scrap, ownScrap(scrap, part), times(inherited.perParent, factor)),
      operation: part === undefined ? (operation?.action.operation ?? inherited.operation) : part.operation,
      supply: supply?.action.supply ?? null,
    },
  };
}

function ownScrap(rule: RuleOf<"scrap"> | null, part: Inherited["part"]): Scrap | null {
  if (rule === null) return null;
  return part === undefined || part.isFirst ? rule.action : { ...rule.action, fixedPerOrder: null };
}

/** What comes out is neither supplied nor scrapped; only where it comes out, and in which unit, is to say. */
function shapedOutput(
  draft: DraftLine,
  inherited: Inherited,
  { unit, factor }: { readonly unit: Unit; readonly factor: Rational },
  phases: RulePhases,
): Shaped {
  const operation = firstMatch(phases.operation, draft.facts)?.action.operation ?? inherited.operation;
  return { kind: "line", line: { ...inUnit(draft, unit, factor), scrap: NO_SCRAP, operation } };
}

/** Adds a rule to those that every source of the line names. */
export function named(line: DraftLine, rule: RuleName | undefined): void {
  if (rule === undefined || line.origin.kind !== "engineering") return;
  for (const { ruling } of line.origin.from) addRule(ruling, rule);
}

/** A part of a line: `amount`, which is a `fraction` of it. All parts are decided by the same rules. */
export function partOf(line: DraftLine, amount: Rational, fraction: Rational): DraftLine {
  if (line.origin.kind === "rule") return { ...line, amount };
  const from = line.origin.from.map((source) => ({ ...source, amount: times(source.amount, fraction) }));
  return { ...line, amount, origin: { kind: "engineering", from } };
}

/** The same line in another unit of which one of its own is `factor`. */
export function inUnit(line: DraftLine, unit: Unit, factor: Rational): DraftLine {
  if (unit === line.unit) return line;
  const origin: DraftOrigin =
    line.origin.kind === "rule"
      ? line.origin
      : {
          ...line.origin,
          from: line.origin.from.map((source) => ({ ...source, amount: times(source.amount, factor) })),
        };
  const { fixedPerOrder } = line.scrap;
  const scrap = fixedPerOrder === null ? line.scrap : { ...line.scrap, fixedPerOrder: times(fixedPerOrder, factor) };
  return { ...line, unit, amount: times(line.amount, factor), scrap, origin };
}

/**
 * Scrap of an assembly and of a line in it: as much as if the ERP exploded through the assembly. Percentages
 * compound: 10 % on 10 % is 21 %. A fixed loss of the assembly takes the line's amount for each assembly
 * lost, and of that too the line's own percentages are lost. What is needed once for a lot (`perParent`
 * zero) is needed no more often because assemblies are lost.
 */
export function compounded(assembly: Scrap, own: Scrap | null, perParent: Rational): Scrap {
  const above = isZero(perParent) ? NO_SCRAP : assembly;
  if (above === NO_SCRAP && own === null) return NO_SCRAP;
  const fixedAbove = above.fixedPerOrder === null ? null : times(above.fixedPerOrder, perParent);
  return {
    componentPercent: compoundedPercent(above.componentPercent, own?.componentPercent ?? null),
    operationPercent: compoundedPercent(above.operationPercent, own?.operationPercent ?? null),
    fixedPerOrder: sum(
      uplifted(uplifted(fixedAbove, own?.operationPercent ?? null), own?.componentPercent ?? null),
      own?.fixedPerOrder ?? null,
    ),
  };
}

const HUNDRED = rational(100n);

function uplifted(amount: Rational | null, percent: Rational | null): Rational | null {
  return amount === null || percent === null ? amount : plus(amount, dividedBy(times(amount, percent), HUNDRED));
}

function compoundedPercent(a: Rational | null, b: Rational | null): Rational | null {
  if (a === null || b === null) return a ?? b;
  return plus(plus(a, b), dividedBy(times(a, b), HUNDRED));
}

export function sum(a: Rational | null, b: Rational | null): Rational | null {
  return a === null || b === null ? (a ?? b) : plus(a, b);
}

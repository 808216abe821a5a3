import type { Day, Effectivity } from "../calendar.ts";
import type { Ebom, EbomLine, ItemRevisionKey } from "../ebom.ts";
import { effectivityText } from "../effectivity-text.ts";
import type { Finding } from "../finding.ts";
import { scheduledText, type NumberSchedule, type Unscheduled } from "../number-schedule.ts";
import type { ItemId, RuleName } from "../ids.ts";
import type { Item } from "../item.ts";
import { naturalOrder, plainOrder } from "../natural-order.ts";
import { quantityText } from "../quantity.ts";
import type { Rational } from "../rational.ts";
import { rationalText } from "../rational.ts";
import type { Unit, UnitFactor } from "../unit.ts";
import { unitName } from "../unit.ts";

/** Every finding of the mBOM planner, in the words that a person reads. `system` sent the eBOM. */
export type PlanFindings = ReturnType<typeof planFindings>;

/** Levels of structure below a top. Real products have a dozen; more is a mistake in the data. */
export const LEVELS_MAX = 200;

/**
 * Uses of eBOM lines that one plan may decide. An assembly that is lifted or supplied in many places
 * counts its lines in each, which structure of no real product multiplies this far.
 */
export function usesMax({ assemblies }: Ebom): number {
  const lines = assemblies.values().reduce((sum, assembly) => sum + assembly.lines.length, 0);
  return Math.max(500_000, 4 * lines);
}

export function planFindings(system: string) {
  /** About one line; `item` is the component that the line calls for. */
  const ofLine = (
    severity: Finding["severity"],
    code: Finding["code"],
    line: EbomLine,
    field: string,
    cause: string,
    fix: string,
  ): Finding => ({ severity, code, system, item: line.item, line: line.id, field, cause, fix });

  return {
    cycle: (path: readonly ItemRevisionKey[]): Finding => ({
      ...about("blocked", "bom-cycle", system, null),
      field: "lines",
      cause: `The structure goes round in a circle: ${path.join(" → ")}.`,
      fix: `Remove the line of ${path.at(-2)} that calls for ${path.at(-1)}, or another one on the way.`,
    }),

    plannedCycle: (path: readonly ItemId[]): Finding => ({
      ...about("blocked", "bom-cycle", "heddle", path[0] ?? null),
      field: "rules",
      cause: `The planned mBOMs go round in a circle, although the eBOM does not: ${path.join(" → ")}.`,
      fix: `Correct the rule that replaces an item by ${path.at(-1)}, adds it, or allows it as an alternate, in the mBOM of ${path.at(-2)}.`,
    }),

    empty: (assembly: ItemRevisionKey, item: ItemId): Finding => ({
      ...about("blocked", "bom-empty", system, item),
      field: "lines",
      cause: `The structure of ${assembly} has no lines, and Heddle does not publish an empty mBOM.`,
      fix: `Release ${assembly} with its components, or add a rule that has it bought or excluded.`,
    }),

    nothingToLift: (line: EbomLine, assembly: ItemRevisionKey, rule: RuleName): Finding =>
      ofLine(
        "blocked",
        "bom-empty",
        line,
        "lines",
        `${place(line, assembly)} collapses by rule "${rule}", but ${named(line)} has no components that could take its place.`,
        `Exclude or buy ${line.item} instead, or release it with its components.`,
      ),

    tooDeep: (top: ItemRevisionKey, item: ItemId, levels: number): Finding => ({
      ...about("blocked", "bom-too-deep", system, item),
      field: "lines",
      cause: `The structure below ${top} is ${levels} levels deep; Heddle plans at most ${LEVELS_MAX}.`,
      fix: "Look for an assembly that stands below itself under another number, and flatten the structure.",
    }),

    tooManyUses: (uses: number): Finding => ({
      ...about("blocked", "bom-too-deep", system, null),
      field: "lines",
      cause: `The plan reached ${uses} uses of lines, lifted and supplied ones counted in each place, and stopped there.`,
      fix: "Have shared assemblies made instead of collapsed, and look for structure that multiplies level by level.",
    }),

    topMissing: (top: ItemRevisionKey): Finding => ({
      ...about("blocked", "item-missing", system, null),
      field: "item",
      cause: `${top} is to be planned, but the eBOM has no such item revision.`,
      fix: `Release ${top}, or correct the change that names it.`,
    }),

    itemMissing: (line: EbomLine, assembly: ItemRevisionKey): Finding =>
      ofLine(
        "blocked",
        "item-missing",
        line,
        "item",
        `${place(line, assembly)} calls for ${named(line)}, which does not exist.`,
        `Create ${named(line)}, or correct the line.`,
      ),

    plantItemMissing: (item: ItemId, rules: readonly RuleName[], subject: string): Finding => ({
      ...about("blocked", "item-missing", "heddle", item),
      field: `rule ${rules.join(", ")}`,
      cause: `${subject} names ${item}, which neither engineering nor the plant knows.`,
      fix: `Create ${item} in the ERP, or correct the number in the rule.`,
    }),

    unreleased: (item: Item, line: EbomLine | null, assembly: ItemRevisionKey | null): Finding => ({
      ...about("blocked", "item-unreleased", system, item.item),
      line: line?.id ?? null,
      field: "revision",
      cause:
        line === null || assembly === null
          ? `${item.item} rev ${item.revision} is ${item.state}; only what is released may be built.`
          : `${place(line, assembly)} ends at ${item.item} rev ${item.revision}, which is ${item.state}; only what is released may be built or bought.`,
      fix: `Release ${item.item} rev ${item.revision}, or call for a revision that is released.`,
    }),

    unsourced: (line: EbomLine, assembly: ItemRevisionKey, item: Item): Finding =>
      ofLine(
        "blocked",
        "line-unsourced",
        line,
        "rules",
        `No rule says whether ${named(line)} (type ${item.type}), ${place(line, assembly, "line")}, is made, bought, subcontracted, collapsed or excluded.`,
        `Add a rule that matches ${line.item}, for instance with the action "buy".`,
      ),

    notPositive: (line: EbomLine, assembly: ItemRevisionKey): Finding =>
      ofLine(
        "blocked",
        "quantity-not-positive",
        line,
        "quantity",
        `${place(line, assembly)} has quantity ${quantityText(line.quantity)} of ${line.item}.`,
        "Give the line a quantity above zero; exclude it by a rule where the plant does not plan it.",
      ),

    designatorsMismatch: (line: EbomLine, assembly: ItemRevisionKey): Finding => {
      const [given, twice] = [line.referenceDesignators, repeated(line.referenceDesignators)];
      return ofLine(
        "blocked",
        "reference-designators-mismatch",
        line,
        "referenceDesignators",
        `${place(line, assembly)} has quantity ${quantityText(line.quantity)} of ${line.item}, but ${
          twice === null
            ? `${given.length} reference designators (${listed(given)})`
            : `reference designator ${twice} twice`
        }.`,
        "Make the number of reference designators and the quantity agree.",
      );
    },

    designatorsDropped: (line: EbomLine, assembly: ItemRevisionKey, times: Rational, root: ItemId): Finding =>
      ofLine(
        "info",
        "reference-designators-mismatch",
        line,
        "referenceDesignators",
        `The mBOM of ${root} leaves out the reference designators ${listed(line.referenceDesignators)} of ${place(line, assembly, "line")}: they stand there ${rationalText(times)} times.`,
        `Nothing to do where the designators are read on the drawing; otherwise make ${assembly} instead of collapsing it.`,
      ),

    designatorsRepeated: (item: ItemId, key: string, root: ItemId, names: readonly string[]): Finding => ({
      ...about("info", "reference-designators-mismatch", system, item),
      line: key,
      field: "referenceDesignators",
      cause: `The mBOM of ${root} leaves out the reference designators of line ${key}, ${item}: it joins lines that name ${listed(names)} more than once.`,
      fix: `Nothing to do where the designators are read on the drawing; otherwise leave ${item} out of the merge rule.`,
    }),

    asRequired: (line: EbomLine, assembly: ItemRevisionKey): Finding =>
      ofLine(
        "info",
        "target-cannot-hold",
        line,
        "basis",
        `${place(line, assembly)} gives ${line.item} "as required"; the mBOM plans its ${quantityText(line.quantity)} as a fixed figure.`,
        "Nothing to do where the figure is a fair average; otherwise correct the quantity, or supply the item in bulk.",
      ),

    numbersPlanned: (line: EbomLine, assembly: ItemRevisionKey, rows: NumberSchedule, days: string): Finding =>
      ofLine(
        "info",
        "effectivity-translated",
        line,
        "effectivity",
        `${place(line, assembly)}, ${line.item}, holds ${days}: ${rows.map(scheduledText).join("; ")}.`,
        "Nothing to do as long as the plant builds by that schedule; the days follow when it moves.",
      ),

    /** `effectivity` is what the line holds for there: with that of the assemblies that it is lifted out of. */
    numbersUnplanned: (
      line: EbomLine,
      assembly: ItemRevisionKey,
      effectivity: Effectivity,
      { problem, fix }: Unscheduled,
    ): Finding =>
      ofLine(
        "blocked",
        "effectivity-unscheduled",
        line,
        "effectivity",
        `${place(line, assembly)}, ${line.item}, holds for ${effectivityText(effectivity)}, and the plant's system knows days only. ${problem}`,
        fix,
      ),

    ended: (line: EbomLine, assembly: ItemRevisionKey, until: Day): Finding =>
      ofLine(
        "info",
        "effectivity-past",
        line,
        "effectivity",
        `${place(line, assembly)}, ${line.item}, was effective until ${until} and ends before the plan begins.`,
        "Nothing to do when that is meant; otherwise extend the line's effectivity.",
      ),

    neverEffective: (line: EbomLine, assembly: ItemRevisionKey, above: string | null): Finding =>
      ofLine(
        "warning",
        "effectivity-never",
        line,
        "effectivity",
        `${place(line, assembly)}, ${line.item}, is effective ${effectivityText(line.effectivity)}${above === null ? "" : ` but its assembly ${above}`}: that is never.`,
        "Correct the effectivity of the line or of the assembly that it stands in.",
      ),

    replacementLoop: (item: ItemId, path: readonly ItemId[], rules: readonly RuleName[]): Finding => ({
      ...about("blocked", "replacement-loop", "heddle", item),
      field: `rule ${rules.join(", ")}`,
      cause: `The replacements of ${item} go round in a circle: ${path.join(" → ")}.`,
      fix: `Take one of these replacements out of the rule ${rules.map((rule) => `"${rule}"`).join(" or ")}.`,
    }),

    replacementUnclear: (
      line: EbomLine,
      assembly: ItemRevisionKey,
      stocked: Unit,
      {
        item,
        factor,
        rules,
      }: { readonly item: ItemId; readonly factor: Rational; readonly rules: readonly RuleName[] },
    ): Finding => ({
      ...about("blocked", "replacement-factor-unclear", "heddle", line.item),
      line: line.id,
      field: `rule ${rules.join(", ")}`,
      cause: `${place(line, assembly)} calls for ${line.item} in ${line.quantity.unit}, and its own unit is ${stocked}: nobody can say whether ${rationalText(factor)} of ${item} takes the place of one ${line.quantity.unit} or of one ${stocked}.`,
      fix: `Have the line call for ${line.item} in ${stocked} in the PLM, or exclude it and add ${item} by a rule.`,
    }),

    notConvertible: (line: EbomLine | null, where: string, item: ItemId, from: Unit, to: Unit): Finding => ({
      ...about("blocked", "unit-not-convertible", line === null ? "heddle" : system, item),
      line: line?.id ?? null,
      field: "unit",
      cause: `${where} has ${item} in ${from} (${unitName(from)}), which cannot be converted to ${to} (${unitName(to)}).`,
      fix: `Give ${item} a factor of its own between ${from} and ${to}, or correct the unit.`,
    }),

    factorConflict: (
      line: EbomLine | null,
      where: string,
      item: ItemId,
      rule: RuleName,
      { from, to, factor }: UnitFactor,
      known: Rational,
    ): Finding => ({
      ...about("blocked", "unit-factor-conflict", "heddle", item),
      line: line?.id ?? null,
      field: `rule ${rule}`,
      cause: `Rule "${rule}" says that 1 ${from} of ${item} is ${rationalText(factor)} ${to}, for ${where}; it is ${rationalText(known)} ${to} already.`,
      fix: `Take the factor out of the rule, or correct it, or correct the item's own factor.`,
    }),

    groupCannotHold: (
      line: EbomLine,
      assembly: ItemRevisionKey,
      rule: RuleName,
      number: ItemId,
      reason: string,
    ): Finding => ({
      ...about("blocked", "group-cannot-hold", "heddle", line.item),
      line: line.id,
      field: `rule ${rule}`,
      cause: `Rule "${rule}" puts ${place(line, assembly, "line")}, ${line.item}, into group ${number}, but it ${reason}.`,
      fix: "Have the rule leave such lines out, by its condition.",
    }),

    groupNumberTaken: (number: ItemId, by: string): Finding => ({
      ...about("blocked", "group-number-taken", "heddle", number),
      field: "number",
      cause: `A rule makes a group ${number}, but that number stands for ${by}.`,
      fix: "Give the group another number in the rule, for instance with {assembly} or {operation} in it.",
    }),

    splitDoesNotFit: (
      line: EbomLine,
      assembly: ItemRevisionKey,
      rule: RuleName,
      { because, fix }: { readonly because: string; readonly fix: string },
    ): Finding => ({
      ...about("blocked", "split-does-not-fit", "heddle", line.item),
      line: line.id,
      field: `rule ${rule}`,
      cause: `Rule "${rule}" cannot split ${place(line, assembly, "line")}, ${quantityText(line.quantity)} of ${line.item}: ${because}.`,
      fix,
    }),

    withoutComponents: (item: ItemId): Finding => ({
      ...about("info", "made-without-components", "heddle", item),
      field: "lines",
      cause: `${item} is made here, but engineering has no structure for it and no rule adds its material: no mBOM is planned for it.`,
      fix: `Add a rule that adds its material, or maintain the mBOM of ${item} in the ERP.`,
    }),

    nothingKept: (item: ItemId, assembly: ItemRevisionKey): Finding => ({
      ...about("warning", "made-without-components", "heddle", item),
      field: "rules",
      cause: `None of the lines of ${assembly} is left in the mBOM of ${item}: it would be empty.`,
      fix: "Check the rules that exclude its lines, and their effectivity.",
    }),

    twoSources: (item: ItemId, kept: ItemRevisionKey, other: ItemRevisionKey, keptIsTop: boolean): Finding => ({
      ...about(keptIsTop ? "warning" : "blocked", "target-cannot-hold", system, item),
      field: "revision",
      cause: `The product uses both ${kept} and ${other}, but a plant has one mBOM of ${item}: ${kept} is planned.`,
      fix: `Have every assembly call for the same revision of ${item}.`,
    }),

    twoRevisions: (item: ItemId, keys: readonly ItemRevisionKey[]): Finding => ({
      ...about("info", "target-cannot-hold", system, item),
      field: "revision",
      cause: `The product uses ${keys.join(" and ")}, but a plant holds one revision: ${keys.at(-1)} is taken.`,
      fix: "Nothing to do where the revisions are interchangeable; otherwise have all lines call for the same one.",
    }),

    twoProcurements: (item: ItemId, kinds: readonly string[]): Finding => ({
      ...about("warning", "target-cannot-hold", "heddle", item),
      field: "procurement",
      cause: `The rules source ${item} in ${kinds.length} ways (${kinds.join(", ")}), but a plant's item has one: ${kinds[0]} is taken.`,
      fix: `Change the rules so that ${item} is sourced in one way wherever it is used.`,
    }),
  };
}

/** `Line 10 (L10) of FRAME rev A` */
export function place(line: EbomLine, assembly: ItemRevisionKey, word: "Line" | "line" = "Line"): string {
  const number = line.findNumber === "" || line.findNumber === line.id ? line.id : `${line.findNumber} (${line.id})`;
  return `${word} ${number} of ${assembly}`;
}

/** One order for findings, and each once: a lifted line is met in every mBOM that it is lifted into. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const texts = new Map(findings.map((finding) => [JSON.stringify(finding), finding]));
  return [...texts]
    .toSorted(([textA, a], [textB, b]) => findingOrder(a, b) || plainOrder(textA, textB))
    .map(([, finding]) => finding);
}

const SEVERITIES = { blocked: 0, warning: 1, info: 2 } as const;

function findingOrder(a: Finding, b: Finding): number {
  return (
    SEVERITIES[a.severity] - SEVERITIES[b.severity] ||
    plainOrder(a.code, b.code) ||
    naturalOrder(a.item ?? "", b.item ?? "") ||
    naturalOrder(a.line ?? "", b.line ?? "")
  );
}

function about(severity: Finding["severity"], code: Finding["code"], system: string, item: ItemId | null) {
  return { severity, code, system, item, line: null } as const;
}

function named(line: EbomLine): string {
  return `${line.item} rev ${line.revision}`;
}

function repeated(texts: readonly string[]): string | null {
  return texts.find((text, at) => texts.indexOf(text) !== at) ?? null;
}

/** All of a short list; the start of a long one. */
function listed(texts: readonly string[]): string {
  return texts.length <= 8 ? texts.join(", ") : `${texts.slice(0, 8).join(", ")} and ${texts.length - 8} more`;
}

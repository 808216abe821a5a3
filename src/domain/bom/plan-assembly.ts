import { ALWAYS, intersection, isAlways, type Effectivity } from "../calendar.ts";
import type { EbomLine, ItemRevisionKey } from "../ebom.ts";
import { effectivityText } from "../effectivity-text.ts";
import type { Finding } from "../finding.ts";
import type { ItemId, LineId, OperationId, RuleName } from "../ids.ts";
import type { Procurement } from "../item.ts";
import { NO_SCRAP, type Scrap } from "../mbom.ts";
import { inDays, type InDays } from "../number-schedule.ts";
import { equals, ONE, rational, sign, times, ZERO, type Rational } from "../rational.ts";
import { conversionFactor, isCount, itemConversionFactor, type Unit } from "../unit.ts";
import type { Option } from "../variant/option.ts";
import { addGroups, groupOf, ungroupable } from "./grouped-lines.ts";
import { addPerAssembly, addPerLine } from "./added-lines.ts";
import { withAlternates } from "./alternate-items.ts";
import {
  block,
  blockAlone,
  decide,
  decideAll,
  decideBelow,
  newKey,
  pathTo,
  type AssemblyDraft,
  type LineUse,
  type OpenDecision,
} from "./assembly-draft.ts";
import { checkPlaces, chooseLine } from "./choose-line.ts";
import { compounded, named, partOf, shaped, type DraftLine, type DraftSource, type Inherited } from "./draft-line.ts";
import { finished } from "./finished-mbom.ts";
import type { PlannedMbom } from "./mbom-plan.ts";
import { LEVELS_MAX, place } from "./plan-findings.ts";
import type { MbomNeed, Planning } from "./planning.ts";
import { isFinding, plantTarget, type PlantTarget } from "./plant-target.ts";
import { withRule, withRules } from "./rule-list.ts";
import { firstMatch, type KnownFacts, type RuleOf } from "./rule-phases.ts";
import { ruled } from "./ruling.ts";
import { splitLine } from "./split-line.ts";
import type { CalledFor } from "./structure.ts";
import { optionsBought, optionUnheld } from "./variant-findings.ts";
import type { VariantComponent } from "./variants.ts";

const PLACED: Readonly<Record<Procurement, OpenDecision["outcome"]>> = {
  make: { kind: "placed", as: "made" },
  buy: { kind: "placed", as: "bought" },
  subcontract: { kind: "placed", as: "subcontracted" },
  phantom: { kind: "placed", as: "phantom" },
};

/** Where the walk stands: in the mBOM's own assembly, or in one that is lifted into it. */
type Level = {
  readonly assembly: ItemRevisionKey;
  readonly path: readonly LineId[];
  /** How often the assembly stands in the mBOM. */
  readonly multiplier: Rational;
  /** True once a line above is per lot: all below it is counted per order. */
  readonly perOrder: boolean;
  readonly effectivity: Effectivity;
  /** For which variants the assembly stands there, where the target decides that; null for all. */
  readonly option: Option | null;
  readonly operation: OperationId | null;
  /** Loss of the collapsed assemblies; its fixed part counts assemblies. */
  readonly scrap: Scrap;
  /** The rules that collapsed and shaped the assemblies above. */
  readonly rules: readonly RuleName[];
  /** The same without those of their loss, which does not touch what is needed once for a lot. */
  readonly rulesOfLots: readonly RuleName[];
};

const OWN_LEVEL: Omit<Level, "assembly"> = {
  path: [],
  multiplier: ONE,
  perOrder: false,
  effectivity: ALWAYS,
  option: null,
  operation: null,
  scrap: NO_SCRAP,
  rules: [],
  rulesOfLots: [],
};

/** A use that the plant is to plan: how the walk came to it, and when it holds there. */
type Use = LineUse & {
  readonly level: Level;
  readonly effectivity: Effectivity;
  /** The same as the target can hold it. */
  readonly held: Exclude<InDays, { kind: "never" }>;
  readonly option: Option | null;
  readonly facts: KnownFacts;
  /** Counted once for each order: as engineering says, or by a rule. */
  readonly perLot: boolean;
};

/**
 * Plans the single level that a plant builds one item from. Null where there is nothing to plan it from:
 * no structure, and no rule that adds to it.
 */
export function planAssembly(need: MbomNeed, planning: Planning): Omit<PlannedMbom, "account"> | null {
  const { structure, finding, report } = planning;
  const root = structure.item(need.source);
  if (root === undefined) return null;

  const draft: AssemblyDraft = {
    need,
    root,
    planning,
    lines: [],
    decisions: [],
    keys: new Set(),
    contributors: new Set(),
  };
  planLevel({ ...OWN_LEVEL, assembly: need.source }, draft);
  addPerAssembly(draft);
  addGroups(draft);
  reportUnheld(draft);
  const planned = finished(draft);

  const lines = structure.lines(need.source);
  if (lines?.length === 0) report(finding.empty(need.source, root.item));
  if (planned.mbom.lines.length > 0 || lines?.length === 0) return planned;
  if (lines !== undefined) {
    // Blocked lines have findings of their own, and it is not they that rules left out.
    const blocked = planned.decisions.some(({ outcome }) => outcome.kind === "blocked");
    if (!blocked) report(finding.nothingKept(need.item, need.source));
    return planned;
  }
  if (need.procurement === "make") report(finding.withoutComponents(need.item));
  return null;
}

function planLevel(level: Level, draft: AssemblyDraft): void {
  const { structure, countUse } = draft.planning;
  draft.contributors.add(level.assembly);
  const lines = structure.lines(level.assembly) ?? [];
  checkPlaces(lines, level, draft);
  const components = structure.calledBy(structure.node(level.assembly));
  for (let at = 0; at < lines.length; at++) {
    const [line, called] = [lines[at], components[at]];
    if (line === undefined || called === undefined || !countUse()) return;
    planLine(line, called, level, draft);
  }
}

/** The first phases, in their order: effectivity, variant, exclude, source. */
function planLine(line: EbomLine, called: CalledFor, level: Level, draft: AssemblyDraft): void {
  const { phases, finding, report, closesCycle, input, begin, noRules } = draft.planning;
  const used: LineUse = { line, called, path: pathTo(line, level.path) };
  const { key, item } = called;
  if (item === undefined) return block(used, [finding.itemMissing(line, level.assembly)], draft);
  if (closesCycle(level.assembly, key)) {
    // Nothing below it is left to decide: all of it stands above.
    const reason = `It leads back to ${key}, in which it stands.`;
    return decide(used, ruled(noRules), { kind: "blocked", reason }, draft);
  }

  const effectivity = intersection(level.effectivity, line.effectivity);
  const held = effectivity === null ? null : heldInTarget(effectivity, draft.planning);
  if (effectivity === null || held === null || held.kind === "never") {
    const above = level.path.length === 0 ? null : effectivityText(level.effectivity);
    report(finding.neverEffective(line, level.assembly, above));
    return decideAll(used, ruled(noRules), { kind: "not effective", reason: "it is never effective" }, draft);
  }
  const until = held.kind === "days" ? held.effectivity.until : effectivity.until;
  if (until !== null && until < begin) {
    report(finding.ended(line, level.assembly, until));
    return decideAll(used, ruled(noRules), { kind: "not effective", reason: `it ended on ${until}` }, draft);
  }

  const chosen = chooseLine(line, level, draft);
  if (chosen.kind === "blocked") return block(used, [chosen.finding], draft);
  if (chosen.kind === "left") return decideAll(used, ruled(noRules), chosen.outcome, draft);

  const facts: KnownFacts = { line, item, assembly: draft.root, plant: input.rules.plant, answers: called.answers };
  const exclude = firstMatch(phases.exclude, facts);
  if (exclude !== null) {
    const by = ruled(withRules(noRules, [exclude.name]));
    return decideAll(used, by, { kind: "excluded", reason: exclude.action.reason }, draft);
  }
  const basis = line.basis === "per lot" ? null : firstMatch(phases.basis, facts);
  const perLot = line.basis === "per lot" || basis !== null;
  const use: Use = { ...used, level, effectivity, held, option: chosen.option, facts, perLot };
  const problems = lineProblems(use, draft);
  if (line.basis === "as required") report(finding.asRequired(line, level.assembly));
  const collapse = firstMatch(phases.collapse, facts);
  if (collapse !== null) return collapseLine(use, collapse.name, basis?.name, problems, draft);
  const source = firstMatch(phases.source, facts);
  if (source !== null) return placeLine(use, source, basis?.name, problems, draft);
  block(use, [...problems, finding.unsourced(line, level.assembly, item)], draft);
}

/** `L10/L3`: what a line is called in the mBOM. Most stand in the assembly itself, and nothing is to be joined. */
function pathName(path: readonly LineId[]): string {
  return path.length === 1 && path[0] !== undefined ? path[0] : path.join("/");
}

const HELD_ALWAYS: InDays = { kind: "days", effectivity: ALWAYS, planned: [] };

/** A line's effectivity as it will stand in the target: numbers as days, where it knows only those. */
function heldInTarget(effectivity: Effectivity, { input: { schedule, today }, begin }: Planning): InDays {
  if (isAlways(effectivity)) return HELD_ALWAYS;
  return schedule === undefined
    ? { kind: "days", effectivity, planned: [] }
    : inDays(effectivity, schedule, today, begin);
}

/** What is wrong with a line that the plant is to plan, whatever becomes of it. */
function lineProblems({ line, level, facts }: Use, { planning: { finding } }: AssemblyDraft): Finding[] {
  const problems: Finding[] = [];
  if (facts.item.state !== "released") problems.push(finding.unreleased(facts.item, line, level.assembly));
  if (sign(line.quantity.amount) <= 0) problems.push(finding.notPositive(line, level.assembly));
  if (!designatorsAgree(line)) problems.push(finding.designatorsMismatch(line, level.assembly));
  return problems;
}

function designatorsAgree({ referenceDesignators: given, quantity }: EbomLine): boolean {
  if (given.length === 0 || !isCount(quantity.unit)) return true;
  const pieces = times(quantity.amount, conversionFactor(quantity.unit, "EA") ?? ONE);
  return new Set(given).size === given.length && equals(pieces, rational(BigInt(given.length)));
}

/** Lifts the lines below a collapsed line into the mBOM, in its place. */
function collapseLine(
  use: Use,
  rule: RuleName,
  basis: RuleName | undefined,
  problems: Finding[],
  draft: AssemblyDraft,
): void {
  const { line, called, level, path, facts, effectivity, option } = use;
  const { structure, phases, finding, noRules } = draft.planning;
  const { key } = called;
  // A line may count by the dozen what its own lines are given for one of.
  const perUnit = itemConversionFactor(line.quantity.unit, facts.item.unit, facts.item.unitFactors);
  if (perUnit === null) {
    problems.push(
      finding.notConvertible(line, place(line, level.assembly), line.item, line.quantity.unit, facts.item.unit),
    );
  }
  if ((structure.lines(key) ?? []).length === 0) problems.push(finding.nothingToLift(line, level.assembly, rule));
  if (path.length > LEVELS_MAX) problems.push(finding.tooDeep(draft.need.source, draft.root.item, path.length));
  if (problems.length > 0 || perUnit === null) return block(use, problems, draft);

  const scrap = firstMatch(phases.scrap, facts);
  const operation = firstMatch(phases.operation, facts);
  const by = withRules(noRules, [rule, basis, scrap?.name, operation?.name]);
  decide(use, ruled(by), { kind: "collapsed" }, draft);
  const below: Level = {
    assembly: key,
    path,
    multiplier: times(amountOf(use), perUnit),
    perOrder: isPerOrder(use),
    effectivity,
    option,
    operation: operation?.action.operation ?? level.operation,
    scrap: compounded(level.scrap, scrap?.action ?? null, times(perParent(use), perUnit)),
    rules: withRules(noRules, [...rulesAbove(use), rule, scrap?.name]).names,
    rulesOfLots: withRules(noRules, [...level.rulesOfLots, rule]).names,
  };
  planLevel(below, draft);
}

/** The rules above that had a say in the line. */
function rulesAbove({ level, perLot }: Use): readonly RuleName[] {
  return perLot ? level.rulesOfLots : level.rules;
}

/** The phases from replace on, for a line that has its own place in the mBOM. */
function placeLine(
  use: Use,
  source: RuleOf<Procurement>,
  basis: RuleName | undefined,
  problems: Finding[],
  draft: AssemblyDraft,
): void {
  const { line, called, level, path, effectivity, held } = use;
  const { planning } = draft;
  const procurement = source.action.kind;
  if (held.kind === "unscheduled")
    problems.push(planning.finding.numbersUnplanned(line, level.assembly, effectivity, held));
  else if (held.planned.length > 0) {
    const days = effectivityText(held.effectivity);
    planning.report(planning.finding.numbersPlanned(line, level.assembly, held.planned, days));
  }
  const target = plantTarget(line, called.key, level.assembly, use.facts, planning);
  if (isFinding(target)) return block(use, [...problems, target], draft);
  const variant = variantTarget(target, draft);
  if (procurement === "buy" && variant === null && hasOpenOptions(target, draft)) {
    problems.push(optionsBought(line, level.assembly, planning.input.system));
  }

  const decidedBy = withRule(withRule(planning.noRules, source.name), basis);
  const ruling = ruled(withRules(withRules(decidedBy, rulesAbove(use)), target.rules));
  const given: DraftSource = { path, amount: times(amountOf(use), target.factor), ruling };
  const origin = variant === null ? given : { ...given, variantOf: target.item };
  const net = netLine(use, variant === null ? target : { ...target, item: variant.item }, origin, procurement, draft);
  const inherited = { operation: level.operation, scrap: level.scrap, perParent: times(perParent(use), target.factor) };
  const parts = partsOf(use, net, { inherited, home: target.known.facts.unit, problems }, draft);
  // Also below a blocked line, so that a person sees at once all there is to mend.
  if (procurement !== "buy") needMbom(net.item, target.source, procurement, variant, planning);
  const ownMbom = procurement !== "buy" && target.source === called.key;
  if (problems.length > 0) {
    return ownMbom ? blockAlone(use, problems, draft) : block(use, problems, draft);
  }

  for (const { shaped: planned } of parts) if (planned !== null) draft.lines.push(withAlternates(planned, planning));
  planning.sourced(net.item, variant === null ? target.known.key : target.source, procurement, variant?.variant);
  decide(use, ruling, PLACED[procurement], draft);
  if (!ownMbom) {
    const kind = procurement === "buy" ? "supplied within" : "excluded with";
    decideBelow(use, ruling, { kind, parent: line.id }, draft);
  }
  for (const part of parts) {
    // What a rule adds stays in the assembly, where the group is taken.
    const operation = part.net.group === null ? part.shaped?.operation : part.net.group.operation;
    addPerLine(part.net, part.name, path, operation ?? null, draft);
  }
}

/** A line of its own, or what a split makes of it. */
type Part = {
  readonly net: DraftLine;
  readonly name: string;
  /** The line after its last own phases; null where that is a problem. */
  readonly shaped: DraftLine | null;
};

/** What all parts of a line share. */
type Shaping = {
  readonly inherited: Inherited;
  /** The unit that its item is stocked in. */
  readonly home: Unit;
  readonly problems: Finding[];
};

/**
 * The parts that a rule splits the line into, or the line in a group; the line itself where no rule does either. What
 * does not fit is a problem.
 */
function partsOf(use: Use, net: DraftLine, shaping: Shaping, draft: AssemblyDraft): readonly Part[] {
  const rule = firstMatch(draft.planning.phases.divide, use.facts);
  if (rule !== null && sign(net.amount) > 0) {
    if (does("group", rule)) return [groupedPart(use, net, rule, shaping, draft)];
    if (does("split", rule)) return splitParts(use, net, rule, shaping, draft);
  }
  return [wholePart(use, net, shaping, draft)];
}

function does<Kind extends "group" | "split">(kind: Kind, rule: RuleOf<"group" | "split">): rule is RuleOf<Kind> {
  return rule.action.kind === kind;
}

function wholePart(use: Use, net: DraftLine, shaping: Shaping, draft: AssemblyDraft): Part {
  return { net, name: pathName(use.path), shaped: shapedPart(net, shaping.inherited, use, shaping, draft) };
}

/** Inside a phantom a line is taken at the phantom's operation; any other group is put together on its own. */
function groupedPart(use: Use, net: DraftLine, rule: RuleOf<"group">, shaping: Shaping, draft: AssemblyDraft): Part {
  const { line, level } = use;
  const group = groupOf(rule, draft);
  const reason = ungroupable(net, group);
  if (reason !== null) {
    const { finding } = draft.planning;
    shaping.problems.push(finding.groupCannotHold(line, level.assembly, rule.name, group.number, reason));
  }
  named(net, rule.name);
  const grouped = { ...net, group };
  if (group.as === "phantom" && group.operation === null) return wholePart(use, grouped, shaping, draft);
  const part = { operation: group.as === "phantom" ? group.operation : null, isFirst: true };
  return {
    net: grouped,
    name: pathName(use.path),
    shaped: shapedPart(grouped, { ...shaping.inherited, part }, use, shaping, draft),
  };
}

function splitParts(
  use: Use,
  net: DraftLine,
  rule: RuleOf<"split">,
  shaping: Shaping,
  draft: AssemblyDraft,
): readonly Part[] {
  const { line, level, path } = use;
  const { parts, whole } = rule.action;
  const split = splitLine({ ...net, designators: line.referenceDesignators }, parts, whole);
  if (split.kind === "does not fit") {
    shaping.problems.push(draft.planning.finding.splitDoesNotFit(line, level.assembly, rule.name, split));
    return [wholePart(use, net, shaping, draft)];
  }
  named(net, rule.name);
  const { inherited } = shaping;
  return split.pieces.map(({ operation, amount, fraction, referenceDesignators }, at) => {
    const name = newKey(`${pathName(path)}@${operation}`, draft);
    const kept = net.referenceDesignators.length === 0 ? [] : referenceDesignators;
    const piece = { ...partOf(net, amount, fraction), key: name, referenceDesignators: kept };
    const perPiece = times(inherited.perParent, fraction);
    const own = { ...inherited, perParent: perPiece, part: { operation, isFirst: at === 0 } };
    return { net: piece, name, shaped: shapedPart(piece, own, use, shaping, draft) };
  });
}

/** The line after its last own phases; null where that is a problem. */
function shapedPart(
  net: DraftLine,
  inherited: Inherited,
  { line, level }: Use,
  { home, problems }: Shaping,
  { planning }: AssemblyDraft,
): DraftLine | null {
  const shape = shaped(net, inherited, home, planning.phases);
  if (shape.kind === "line") return shape.line;
  const where = place(line, level.assembly, shape.kind === "inconvertible" ? "Line" : "line");
  problems.push(
    shape.kind === "inconvertible"
      ? planning.finding.notConvertible(line, where, net.item, net.unit, shape.to)
      : planning.finding.factorConflict(line, where, net.item, shape.rule.name, shape.factor, shape.known),
  );
  return null;
}

/** The line after replace and collapse, before anything of the plant's is said about it. */
function netLine(
  use: Use,
  target: PlantTarget,
  origin: DraftSource,
  procurement: Procurement,
  draft: AssemblyDraft,
): DraftLine {
  const { line, path, effectivity, held, option, facts } = use;
  return {
    key: newKey(pathName(path), draft),
    item: target.item,
    amount: origin.amount,
    unit: line.quantity.unit,
    basis: isPerOrder(use) ? "per order" : "per assembly",
    operation: null,
    supply: null,
    scrap: NO_SCRAP,
    phantom: procurement === "phantom",
    referenceDesignators: keptDesignators(use, draft),
    alternates: line.alternates,
    effectivity: held.kind === "days" ? held.effectivity : effectivity,
    option,
    unitFactors: target.known.facts.unitFactors,
    facts,
    origin: { kind: "engineering", from: [origin] },
    output: null,
    usage: null,
    group: null,
  };
}

/** Designators name places in one assembly; where that stands more than once they name none. */
function keptDesignators(
  { line, level }: Use,
  { planning: { finding, report }, need }: AssemblyDraft,
): readonly string[] {
  if (line.referenceDesignators.length === 0 || equals(level.multiplier, ONE)) return line.referenceDesignators;
  report(finding.designatorsDropped(line, level.assembly, level.multiplier, need.item));
  return [];
}

/** The line's amount in the mBOM, in its own unit. A lot's quantity is the same however much is above it. */
function amountOf({ line, level, perLot }: Use): Rational {
  return perLot ? line.quantity.amount : times(line.quantity.amount, level.multiplier);
}

/** What one more of the assembly above would take of the line. */
function perParent({ line, perLot }: Use): Rational {
  return perLot ? ZERO : line.quantity.amount;
}

function isPerOrder({ level, perLot }: Use): boolean {
  return level.perOrder || perLot;
}

/** The variant that the draft's choices make of a component; null where options decide nothing in it. */
function variantTarget({ item, source }: PlantTarget, { need, planning }: AssemblyDraft): VariantComponent | null {
  if (source === null || need.configured === undefined) return null;
  return planning.variants.component(item, source, need.configured.choices);
}

function hasOpenOptions({ source }: PlantTarget, { planning }: AssemblyDraft): boolean {
  return source !== null && planning.variants.hasOptions(source);
}

/** An mBOM for all variants needs a target that can tell them apart. */
function reportUnheld({ need, lines, planning }: AssemblyDraft): void {
  const optional = lines.find(({ option }) => option !== null)?.option;
  if (optional == null || planning.input.holdsOptions === true) return;
  planning.report(optionUnheld(need.item, need.source, optional, "the target"));
}

function needMbom(
  item: ItemId,
  source: ItemRevisionKey | null,
  procurement: Procurement,
  variant: VariantComponent | null,
  planning: Planning,
): void {
  const configured = variant === null ? {} : { configured: variant.configured };
  if (source !== null) planning.needsMbom({ item, source, procurement, ...configured });
  else if (procurement === "make") planning.report(planning.finding.withoutComponents(item));
}

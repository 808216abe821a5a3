import { ALWAYS, intersection, type Effectivity } from "../calendar.ts";
import type { EbomLine, ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId, LineId, MbomLineKey, OperationId, RuleName } from "../ids.ts";
import type { Item, Procurement } from "../item.ts";
import { NO_SCRAP, type MbomLine, type Scrap } from "../mbom.ts";
import { compare, equals, ONE, rational, times, ZERO, type Rational } from "../rational.ts";
import { conversionFactor, isCount, itemConversionFactor } from "../unit.ts";
import { compounded, shaped, type DraftLine, type DraftSource } from "./draft-line.ts";
import type { Decision, DecisionOutcome, PlannedMbom } from "./mbom-plan.ts";
import { mergeLines } from "./merge-lines.ts";
import { LEVELS_MAX, place, span } from "./plan-findings.ts";
import type { MbomNeed, Planning } from "./planning.ts";
import { isFinding, knownItem, plantTarget, type PlantTarget } from "./plant-target.ts";
import { roundLine } from "./round-lines.ts";
import { firstMatch, type RuleOf } from "./rule-phases.ts";
import type { RuleFacts } from "./rules.ts";
import { calledFor, numbered } from "./structure.ts";

/** The mBOM under construction. */
type Draft = {
  readonly need: MbomNeed;
  readonly root: Item;
  readonly planning: Planning;
  readonly lines: DraftLine[];
  readonly decisions: OpenDecision[];
  /** Line keys in use. */
  readonly keys: Set<string>;
  readonly contributors: Set<ItemRevisionKey>;
};

/** A decision before merging has settled which mBOM line it names. */
type OpenDecision = Omit<Decision, "outcome"> & { readonly outcome: OpenOutcome };
type OpenOutcome =
  | Exclude<DecisionOutcome, { line: MbomLineKey }>
  | { readonly kind: "placed"; readonly as: PlacedKind };
type PlacedKind = Extract<DecisionOutcome, { line: MbomLineKey }>["kind"];

const PLACED: Readonly<Record<Procurement, PlacedKind>> = {
  make: "made",
  buy: "bought",
  subcontract: "subcontracted",
  phantom: "phantom",
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
  readonly operation: OperationId | null;
  /** Loss of the collapsed assemblies; its fixed part counts assemblies. */
  readonly scrap: Scrap;
  /** The rules that collapsed and shaped the assemblies above. */
  readonly rules: readonly RuleName[];
};

const OWN_LEVEL: Omit<Level, "assembly"> = {
  path: [],
  multiplier: ONE,
  perOrder: false,
  effectivity: ALWAYS,
  operation: null,
  scrap: NO_SCRAP,
  rules: [],
};

/** One use of an eBOM line: the line, how the walk came to it, and when it holds there. */
type Use = {
  readonly line: EbomLine;
  readonly level: Level;
  readonly path: readonly LineId[];
  readonly effectivity: Effectivity;
  readonly facts: RuleFacts;
};

/**
 * Plans the single level that a plant builds one item from. Null where there is nothing to plan it from:
 * no structure, and no rule that adds to it.
 */
export function planAssembly(need: MbomNeed, planning: Planning): Omit<PlannedMbom, "account"> | null {
  const { structure, finding, report } = planning;
  const root = structure.item(need.source);
  if (root === undefined) return null;

  const draft: Draft = { need, root, planning, lines: [], decisions: [], keys: new Set(), contributors: new Set() };
  planLevel({ ...OWN_LEVEL, assembly: need.source }, draft);
  addPerAssembly(draft);
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

function planLevel(level: Level, draft: Draft): void {
  const { structure, countUse } = draft.planning;
  draft.contributors.add(level.assembly);
  for (const line of structure.lines(level.assembly) ?? []) {
    if (!countUse()) return;
    planLine(line, level, draft);
  }
}

/** The first phases, in their order: effectivity, exclude, source. */
function planLine(line: EbomLine, level: Level, draft: Draft): void {
  const { structure, phases, finding, report, closesCycle, input, begin } = draft.planning;
  const path = [...level.path, line.id];
  const key = calledFor(line);
  const item = structure.item(key);
  if (item === undefined) return block(line, path, [finding.itemMissing(line, level.assembly)], draft);
  if (closesCycle(level.assembly, key)) {
    // Nothing below it is left to decide: all of it stands above.
    return decide(line, path, [], { kind: "blocked", reason: `It leads back to ${key}, in which it stands.` }, draft);
  }

  const effectivity = intersection(level.effectivity, line.effectivity);
  if (effectivity === null) {
    report(finding.neverEffective(line, level.assembly, level.path.length === 0 ? null : span(level.effectivity)));
    return decideAll(line, path, [], { kind: "not effective", reason: "it is effective on no day" }, draft);
  }
  if (effectivity.until !== null && effectivity.until < begin) {
    report(finding.ended(line, level.assembly));
    return decideAll(line, path, [], { kind: "not effective", reason: `it ended on ${effectivity.until}` }, draft);
  }

  const facts: RuleFacts = { line, item, assembly: draft.root, plant: input.rules.plant };
  const exclude = firstMatch(phases.exclude, facts);
  if (exclude !== null) {
    return decideAll(line, path, [exclude.name], { kind: "excluded", reason: exclude.action.reason }, draft);
  }
  const use: Use = { line, level, path, effectivity, facts };
  const problems = lineProblems(use, draft);
  if (line.basis === "as required") report(finding.asRequired(line, level.assembly));
  const collapse = firstMatch(phases.collapse, facts);
  if (collapse !== null) return collapseLine(use, collapse.name, problems, draft);
  const source = firstMatch(phases.source, facts);
  if (source !== null) return placeLine(use, source, problems, draft);
  block(line, path, [...problems, finding.unsourced(line, level.assembly, item)], draft);
}

/** What is wrong with a line that the plant is to plan, whatever becomes of it. */
function lineProblems({ line, level, facts }: Use, { planning: { finding } }: Draft): Finding[] {
  const problems: Finding[] = [];
  if (facts.item.state !== "released") problems.push(finding.unreleased(facts.item, line, level.assembly));
  if (compare(line.quantity.amount, ZERO) <= 0) problems.push(finding.notPositive(line, level.assembly));
  if (!designatorsAgree(line)) problems.push(finding.designatorsMismatch(line, level.assembly));
  return problems;
}

function designatorsAgree({ referenceDesignators: given, quantity }: EbomLine): boolean {
  if (given.length === 0 || !isCount(quantity.unit)) return true;
  const pieces = times(quantity.amount, conversionFactor(quantity.unit, "EA") ?? ONE);
  return new Set(given).size === given.length && equals(pieces, rational(BigInt(given.length)));
}

/** Lifts the lines below a collapsed line into the mBOM, in its place. */
function collapseLine(use: Use, rule: RuleName, problems: Finding[], draft: Draft): void {
  const { line, level, path, facts, effectivity } = use;
  const { structure, phases, finding } = draft.planning;
  const key = calledFor(line);
  // A line may count by the dozen what its own lines are given for one of.
  const perUnit = itemConversionFactor(line.quantity.unit, facts.item.unit, facts.item.unitFactors);
  if (perUnit === null) {
    problems.push(
      finding.notConvertible(line, place(line, level.assembly), line.item, line.quantity.unit, facts.item.unit),
    );
  }
  if ((structure.lines(key) ?? []).length === 0) problems.push(finding.nothingToLift(line, level.assembly, rule));
  if (path.length > LEVELS_MAX) problems.push(finding.tooDeep(draft.need.source, draft.root.item, path.length));
  if (problems.length > 0 || perUnit === null) return block(line, path, problems, draft);

  const scrap = firstMatch(phases.scrap, facts);
  const operation = firstMatch(phases.operation, facts);
  decide(line, path, ruleNames(rule, scrap?.name, operation?.name), { kind: "collapsed" }, draft);
  const below: Level = {
    assembly: key,
    path,
    multiplier: times(amountOf(use), perUnit),
    perOrder: isPerOrder(use),
    effectivity,
    operation: operation?.action.operation ?? level.operation,
    scrap: compounded(level.scrap, scrap?.action ?? null, times(perParent(line), perUnit)),
    rules: ruleNames(...level.rules, rule, scrap?.name),
  };
  planLevel(below, draft);
}

/** The phases from replace on, for a line that has its own place in the mBOM. */
function placeLine(use: Use, source: RuleOf<Procurement>, problems: Finding[], draft: Draft): void {
  const { line, level, path } = use;
  const { planning } = draft;
  const procurement = source.action.kind;
  const target = plantTarget(line, level.assembly, use.facts, planning);
  if (isFinding(target)) return block(line, path, [...problems, target], draft);

  const origin: DraftSource = {
    path,
    amount: times(amountOf(use), target.factor),
    rules: ruleNames(source.name, ...level.rules, ...target.rules),
  };
  const net = netLine(use, target, origin, procurement, draft);
  const shape = shaped(
    net,
    { operation: level.operation, scrap: level.scrap, perParent: times(perParent(line), target.factor) },
    target.known.facts.unit,
    planning.phases,
  );
  if (shape.kind === "inconvertible") {
    problems.push(planning.finding.notConvertible(line, place(line, level.assembly), net.item, net.unit, shape.to));
  }
  // Also below a blocked line, so that a person sees at once all there is to mend.
  if (procurement !== "buy") needMbom(net.item, target.source, procurement, planning);
  const ownMbom = procurement !== "buy" && target.source === calledFor(line);
  if (problems.length > 0 || shape.kind === "inconvertible") {
    return ownMbom ? blockAlone(line, path, problems, draft) : block(line, path, problems, draft);
  }

  draft.lines.push(shape.line);
  planning.sourced(net.item, target.known.key, procurement);
  decide(line, path, origin.rules, { kind: "placed", as: PLACED[procurement] }, draft);
  if (!ownMbom) {
    const kind = procurement === "buy" ? "supplied within" : "excluded with";
    decideBelow(line, path, origin.rules, { kind, parent: line.id }, draft);
  }
  addPerLine(net, path, shape.line.operation, draft);
}

/** The line after replace and collapse, before anything of the plant's is said about it. */
function netLine(
  use: Use,
  target: PlantTarget,
  origin: DraftSource,
  procurement: Procurement,
  draft: Draft,
): DraftLine {
  const { line, path, effectivity, facts } = use;
  return {
    key: newKey(path.join("/"), draft),
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
    effectivity,
    unitFactors: target.known.facts.unitFactors,
    facts,
    origin: { kind: "engineering", from: [origin] },
  };
}

/** Designators name places in one assembly; where that stands more than once they name none. */
function keptDesignators({ line, level }: Use, { planning: { finding, report }, need }: Draft): readonly string[] {
  if (line.referenceDesignators.length === 0 || equals(level.multiplier, ONE)) return line.referenceDesignators;
  report(finding.designatorsDropped(line, level.assembly, level.multiplier, need.item));
  return [];
}

/** The line's amount in the mBOM, in its own unit. A lot's quantity is the same however much is above it. */
function amountOf({ line, level }: Use): Rational {
  return line.basis === "per lot" ? line.quantity.amount : times(line.quantity.amount, level.multiplier);
}

/** What one more of the assembly above would take of the line. */
function perParent(line: EbomLine): Rational {
  return line.basis === "per lot" ? ZERO : line.quantity.amount;
}

function isPerOrder({ line, level }: Use): boolean {
  return level.perOrder || line.basis === "per lot";
}

function needMbom(item: ItemId, source: ItemRevisionKey | null, procurement: Procurement, planning: Planning): void {
  if (source !== null) planning.needsMbom({ item, source, procurement });
  else if (procurement === "make") planning.report(planning.finding.withoutComponents(item));
}

/** What rules add to the assembly as such. Every rule that matches adds: glue does not rule out a label. */
function addPerAssembly(draft: Draft): void {
  const { phases, input } = draft.planning;
  const facts: RuleFacts = { line: null, item: draft.root, assembly: draft.root, plant: input.rules.plant };
  for (const rule of phases.add) {
    if (rule.action.per !== "assembly" || !rule.matches(facts)) continue;
    addLine(
      rule,
      `+${rule.name}`,
      { amount: ONE, basis: "per assembly", effectivity: ALWAYS, driver: null, operation: null },
      draft,
    );
  }
}

/** What rules add for one line, as often as the line's quantity, where and when the line is used. */
function addPerLine(net: DraftLine, path: readonly LineId[], operation: OperationId | null, draft: Draft): void {
  for (const rule of draft.planning.phases.add) {
    if (rule.action.per !== "line" || !rule.matches(net.facts)) continue;
    addLine(rule, `+${rule.name}:${path.join("/")}`, { ...net, driver: path, operation }, draft);
  }
}

type Driver = Pick<DraftLine, "amount" | "basis" | "effectivity" | "operation"> & {
  readonly driver: readonly LineId[] | null;
};

function addLine(rule: RuleOf<"add">, key: string, driver: Driver, draft: Draft): void {
  const { planning, root } = draft;
  const { phases, finding, report, input } = planning;
  const { item, quantity } = rule.action;
  const known = knownItem(item, planning);
  if (known === null) return report(finding.plantItemMissing(item, [rule.name], "The rule that adds it"));
  if (known.facts.state !== "released") return report(finding.unreleased(known.facts, null, null));

  const facts: RuleFacts = { line: null, item: known.facts, assembly: root, plant: input.rules.plant };
  // Rules may say otherwise; what a rule adds without saying how it comes is bought.
  const procurement = firstMatch(phases.source, facts)?.action.kind ?? "buy";
  const shape = shaped(
    {
      key: newKey(key, draft),
      item,
      amount: times(quantity.amount, driver.amount),
      unit: quantity.unit,
      basis: driver.basis,
      operation: null,
      supply: null,
      scrap: NO_SCRAP,
      phantom: procurement === "phantom",
      referenceDesignators: [],
      alternates: [],
      effectivity: driver.effectivity,
      unitFactors: known.facts.unitFactors,
      facts,
      origin: { kind: "rule", rule: rule.name, driver: driver.driver },
    },
    { operation: driver.operation, scrap: NO_SCRAP, perParent: ZERO },
    known.facts.unit,
    phases,
  );
  if (shape.kind === "inconvertible") {
    return report(finding.notConvertible(null, `Rule "${rule.name}"`, item, quantity.unit, shape.to));
  }
  draft.lines.push(shape.line);
  planning.sourced(item, known.key, procurement);
  if (procurement !== "buy" && known.key !== null) needMbom(item, known.key, procurement, planning);
}

/** The last phases, merge and round, and the mBOM in its final form. */
function finished({ need, root, planning, lines, decisions, contributors }: Draft): Omit<PlannedMbom, "account"> {
  const { phases, input } = planning;
  const final = mergeLines(lines, phases).map((line) => roundLine(line, phases, input.decimalsOf));
  // A source and its decision hold the same path, which finds the line that merging put it in.
  const lineOf = new Map<readonly LineId[], MbomLineKey>();
  for (const { key, origin } of final) {
    if (origin.kind === "engineering") for (const { path } of origin.from) lineOf.set(path, key as MbomLineKey);
  }
  return {
    mbom: { plant: input.rules.plant, item: need.item, revision: root.revision, lines: final.map(mbomLine) },
    contributors: [...contributors],
    decisions: decisions.map((decision) => settled(decision, lineOf)),
  };
}

function settled(decision: OpenDecision, lineOf: ReadonlyMap<readonly LineId[], MbomLineKey>): Decision {
  const { outcome } = decision;
  if (outcome.kind !== "placed") return { ...decision, outcome };
  const line = lineOf.get(decision.path);
  if (line === undefined) throw new Error(`the plan lost line ${decision.path.join("/")} of ${decision.item}`);
  return { ...decision, outcome: { kind: outcome.as, line } };
}

function mbomLine(line: DraftLine): MbomLine {
  const { item, amount, unit, basis, operation, supply, scrap, phantom, referenceDesignators, alternates } = line;
  const { effectivity, origin } = line;
  return {
    key: line.key as MbomLineKey,
    item,
    quantity: { amount, unit },
    basis,
    operation,
    supply,
    scrap,
    phantom,
    referenceDesignators,
    alternates,
    effectivity,
    origin:
      origin.kind === "rule"
        ? origin
        : {
            kind: "engineering",
            from: origin.from.map((source) => ({
              path: source.path,
              quantity: { amount: source.amount, unit },
              rules: source.rules,
            })),
          },
  };
}

function decide(
  line: EbomLine,
  path: readonly LineId[],
  rules: readonly RuleName[],
  outcome: OpenOutcome,
  draft: Draft,
): void {
  draft.decisions.push({ path, item: line.item, rules, outcome });
}

/** Decides a line, and with it everything below. */
function decideAll(
  line: EbomLine,
  path: readonly LineId[],
  rules: readonly RuleName[],
  outcome: OpenOutcome,
  draft: Draft,
): void {
  decide(line, path, rules, outcome, draft);
  decideBelow(
    line,
    path,
    rules,
    outcome.kind === "excluded" ? { kind: "excluded with", parent: line.id } : outcome,
    draft,
  );
}

/** Decides everything below a line in the same way. */
function decideBelow(
  above: EbomLine,
  path: readonly LineId[],
  rules: readonly RuleName[],
  outcome: OpenOutcome,
  draft: Draft,
): void {
  const { structure, countUse, closesCycle } = draft.planning;
  const assembly = calledFor(above);
  if (path.length > LEVELS_MAX) return;
  for (const line of structure.lines(assembly) ?? []) {
    if (!countUse()) return;
    const below = [...path, line.id];
    decide(line, below, rules, outcome, draft);
    if (!closesCycle(assembly, calledFor(line))) decideBelow(line, below, rules, outcome, draft);
  }
}

/** Blocks a line and, with it, everything below. */
function block(line: EbomLine, path: readonly LineId[], problems: readonly Finding[], draft: Draft): void {
  blockAlone(line, path, problems, draft);
  decideBelow(line, path, [], { kind: "blocked", reason: `It stands below line ${line.id}, which is blocked.` }, draft);
}

/** Blocks a line whose structure is planned as an mBOM of its own. */
function blockAlone(line: EbomLine, path: readonly LineId[], problems: readonly Finding[], draft: Draft): void {
  for (const problem of problems) draft.planning.report(problem);
  decide(line, path, [], { kind: "blocked", reason: problems.map(({ cause }) => cause).join(" ") }, draft);
}

function ruleNames(...names: readonly (RuleName | undefined)[]): RuleName[] {
  return [...new Set(names.filter((name) => name !== undefined))];
}

/** A line key that is not in use yet. */
function newKey(text: string, { keys }: Draft): string {
  const key = numbered(text, keys);
  keys.add(key);
  return key;
}

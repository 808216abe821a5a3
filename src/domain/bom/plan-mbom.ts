import type { ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId } from "../ids.ts";
import type { Item, Procurement } from "../item.ts";
import { naturalOrder } from "../natural-order.ts";
import { sameData } from "../same-data.ts";
import { accountant } from "./accountability.ts";
import { findingsOfNever, type OptionalLine } from "./choose-line.ts";
import { walkDepthFirst, type Walk } from "./depth-first.ts";
import { withGroups } from "./group-mboms.ts";
import { itemRegister, type ItemRegister } from "./item-register.ts";
import type { MbomPlan, PlannedMbom } from "./mbom-plan.ts";
import { inOrder, LEVELS_MAX, planFindings, usesMax, type PlanFindings } from "./plan-findings.ts";
import { planMbomPart, planPart, type CommonPlanning, type MbomPart, type PlanPart } from "./plan-part.ts";
import type { MbomNeed, PlanInput, Planning } from "./planning.ts";
import { plantTopItem } from "./plant-target.ts";
import { emptyRuleList } from "./rule-list.ts";
import { firstMatch, rulePhases } from "./rule-phases.ts";
import type { RuleFacts } from "./rules.ts";
import { revisionIndex, structureOf, type CalledFor, type RevisionIndex } from "./structure.ts";
import { variantNumberTaken } from "./variant-findings.ts";
import { assembliesWithOptions, configuredTop, variantsOf } from "./variants.ts";

/**
 * What a plant should build the tops from: one single-level mBOM for each assembly that it makes, has
 * made or explodes through, each planned once however often it is used. Pure, and total: whatever is
 * wrong with the data becomes a finding.
 */
export function planMbom(input: PlanInput): MbomPlan {
  return planWhole(input).plan;
}

/** A plan with what it is made of. */
export type WholePlan = {
  readonly plan: MbomPlan;
  readonly common: CommonPlanning;
  readonly revisions: RevisionIndex;
  readonly shape: Shape;
  readonly optioned: ReadonlySet<ItemRevisionKey>;
  readonly tops: PlanPart;
  readonly needed: Needed;
  readonly register: ItemRegister;
  readonly levels: Ordered["levels"];
  /** Whether the whole is sound: each mBOM is of another item, and what is in them does not go round in a circle. */
  readonly isSound: boolean;
};

/** As `planMbom`, for those who go on from it: see `incremental-planner.ts`. */
export function planWhole(input: PlanInput): WholePlan {
  const revisions = revisionIndex(input.ebom.items);
  const structure = structureOf(input.ebom, revisions.of);
  const finding = planFindings(input.system);
  const shape = checkShape({ input, structure, finding });
  const exceeded: Finding[] = [];
  const most = usesMax(input.ebom);
  const optioned = assembliesWithOptions(input.ebom);
  const common: CommonPlanning = {
    input,
    structure,
    phases: rulePhases(input.rules),
    noRules: emptyRuleList(),
    variants: variantsOf(optioned, structure, input.variants),
    finding,
    begin: input.effectiveFrom !== null && input.effectiveFrom > input.today ? input.effectiveFrom : input.today,
    closesCycle: shape.closesCycle,
    countUse: useCounter(most, () => exceeded.push(finding.tooManyUses(most))),
  };
  const tops = planTops(common, reachOf(shape));
  const accountOf = accountant(input, structure);
  const needed = planNeeded(tops.needs, (need) => planMbomPart(need, common, accountOf), common);
  const register = itemRegister(finding);
  for (const { sourced } of [tops, ...needed.parts]) sourced.forEach(register.add);
  const grouped = withGroups(plannedOf(needed), input, structure, finding);
  const ordered = componentsFirst(grouped.mboms, finding);
  const { items, findings } = register.list();
  const plan = {
    mboms: ordered.mboms,
    items,
    findings: allFindings(tops, needed, [
      shape.findings,
      exceeded,
      findingsOfNever(chosenAmong(needed), input.system),
      findings,
      grouped.findings,
      ordered.findings,
    ]),
  };
  const isSound = shape.findings.length + grouped.findings.length + ordered.findings.length === 0;
  return { plan, common, revisions, shape, optioned, tops, needed, register, levels: ordered.levels, isSound };
}

/** In one order, each once. */
export function allFindings(
  tops: PlanPart,
  { parts, findings }: Needed,
  others: readonly (readonly Finding[])[],
): readonly Finding[] {
  return inOrder([tops.findings, ...parts.map((part) => part.findings), findings, ...others].flat());
}

export function plannedOf({ parts }: Needed): PlannedMbom[] {
  return parts.flatMap(({ planned }) => planned ?? []);
}

export function chosenAmong({ parts }: Needed): readonly OptionalLine[] {
  return parts.flatMap(({ optional }) => optional);
}

export function topsOf({ tops }: PlanInput): readonly ItemRevisionKey[] {
  return [...new Set(tops)].toSorted(naturalOrder);
}

/** How the assemblies below the tops stand together. */
export type Shape = Pick<Walk<CalledFor>, "cycles" | "height" | "childrenFirst"> & {
  readonly closesCycle: Planning["closesCycle"];
  readonly findings: readonly Finding[];
};

/** Finds every cycle of the eBOM below the tops and every top that is too deep. */
export function checkShape({
  input,
  structure,
  finding,
}: Pick<CommonPlanning, "input" | "structure" | "finding">): Shape {
  const tops = topsOf(input).map(structure.node);
  const { childrenFirst, cycles, closes, height } = walkDepthFirst(tops, structure.calledBy);
  const tooDeep = tops.flatMap((top) => {
    const levels = height(top);
    return levels > LEVELS_MAX && top.item !== undefined ? [finding.tooDeep(top.key, top.item.item, levels)] : [];
  });
  return {
    childrenFirst,
    cycles,
    height,
    closesCycle: (from, to) => cycles.length > 0 && closes(structure.node(from), structure.node(to)),
    findings: [...cycles.map((cycle) => finding.cycle(cycle.map(({ key }) => key))), ...tooDeep],
  };
}

/** Whether an assembly stands below the tops. */
export type Reach = (assembly: ItemRevisionKey) => boolean;

function reachOf({ childrenFirst }: Shape): Reach {
  let keys: ReadonlySet<ItemRevisionKey> | null = null;
  return (assembly) => (keys ??= new Set(childrenFirst.map(({ key }) => key))).has(assembly);
}

/** What is asked for itself: the tops, and the configurations that the plant has of what stands below them. */
export function planTops(common: CommonPlanning, isInReach: Reach): PlanPart {
  const tops = topsOf(common.input);
  return planPart(tops, common, (planning) => {
    for (const top of tops) needTop(top, planning);
    for (const key of configurable(isInReach, planning)) needConfigurations(key, planning);
  });
}

function needTop(top: ItemRevisionKey, planning: Planning): void {
  const item = planning.structure.item(top);
  if (item === undefined) return planning.report(planning.finding.topMissing(top));
  if (item.state !== "released") planning.report(planning.finding.unreleased(item, null, null));
  if (planning.structure.lines(top) !== undefined && planning.variants.configurationsOf(item.item).length > 0) return;
  const procurement = topProcurement(top, item, planning);
  if (procurement === null) return;
  const target = plantTopItem(item, planning);
  planning.sourced(target, target === item.item ? top : null, procurement);
  if (procurement !== "buy") planning.needsMbom({ item: target, source: top, procurement });
}

/** The assemblies that the plant has configurations of, each in its newest revision in reach. */
function configurable(isInReach: Reach, { structure, input }: Planning) {
  const items = new Set(input.variants?.configurations.map(({ of }) => of));
  const keys = [...items].flatMap((item) => structure.revisions(item).map((key) => ({ item, key })));
  const newest = new Map<ItemId, ItemRevisionKey>();
  for (const { item, key } of keys.toSorted((a, b) => naturalOrder(a.key, b.key))) {
    if (structure.lines(key) !== undefined && isInReach(key)) newest.set(item, key);
  }
  return newest.values();
}

/** Of a configurable item the plant's configurations are planned, each under its own number, wherever it stands. */
function needConfigurations(key: ItemRevisionKey, planning: Planning): void {
  const { structure, variants, sourced, needsMbom } = planning;
  const item = structure.item(key)?.item;
  for (const own of item === undefined ? [] : variants.configurationsOf(item).map(configuredTop)) {
    sourced(own.item, key, "make", own.variant);
    needsMbom({ item: own.item, source: key, procurement: "make", configured: own.configured });
  }
}

/**
 * An assembly that is asked for is made. A part that nothing uses is sourced as it would be on a line; null
 * where rules keep it out of the plant.
 */
function topProcurement(top: ItemRevisionKey, item: Item, { structure, phases, input }: Planning): Procurement | null {
  if (structure.lines(top) !== undefined) return "make";
  const facts: RuleFacts = { line: null, item, assembly: item, plant: input.rules.plant };
  if (firstMatch(phases.exclude, facts) !== null || firstMatch(phases.collapse, facts) !== null) return null;
  return firstMatch(phases.source, facts)?.action.kind ?? "make";
}

/** The mBOMs that tops need, those that these need, and so on, in the order in which they were asked for. */
export type Needed = { readonly parts: readonly MbomPart[]; readonly findings: readonly Finding[] };

/** An item has one mBOM, so the first structure asked for is the one planned. */
export function planNeeded(
  tops: readonly MbomNeed[],
  partOf: (need: MbomNeed) => MbomPart,
  { structure, finding }: Pick<CommonPlanning, "structure" | "finding">,
): Needed {
  const known = new Map<ItemId, MbomNeed>();
  const waiting: MbomNeed[] = [];
  const findings: Finding[] = [];
  const add = (need: MbomNeed, isTop: boolean): void => {
    const before = known.get(need.item);
    if (need.configured !== undefined && structure.revisions(need.item).length > 0) {
      findings.push(variantNumberTaken(need.item, need.source, "an item of engineering's own"));
    }
    if (before === undefined) {
      known.set(need.item, need);
      waiting.push(need);
    } else if (before.source !== need.source) {
      const keptIsTop = !isTop && tops.includes(before);
      findings.push(finding.twoSources(need.item, before.source, need.source, keptIsTop));
    } else if (!sameData(before.configured, need.configured)) {
      findings.push(variantNumberTaken(need.item, need.source, "another variant of it"));
    }
  };
  for (const need of tops) add(need, true);
  const parts: MbomPart[] = [];
  const alternates: MbomNeed[] = [];
  // The list grows while it is gone through.
  for (const need of waiting) {
    const part = partOf(need);
    for (const next of part.needs) {
      if (next.asAlternate === true) alternates.push(next);
      else add(next, false);
    }
    parts.push(part);
    // What lines call for says of which revision it is; only then come those that may stand in for something.
    const spare = parts.length < waiting.length ? undefined : alternates.find(({ item }) => !known.has(item));
    if (spare !== undefined) add(spare, false);
  }
  return { parts, findings };
}

/** False, after one call of `exceeded`, once more uses were counted than a plan may hold. */
function useCounter(most: number, exceeded: () => void): () => boolean {
  let uses = 0;
  return () => {
    uses += 1;
    if (uses === most + 1) exceeded();
    return uses <= most;
  };
}

/** Planned mBOMs in their order, and on which level each stands. */
export type Ordered = {
  readonly mboms: readonly PlannedMbom[];
  readonly levels: ReadonlyMap<ItemId, number>;
  readonly findings: readonly Finding[];
};

/** Orders mBOMs by level, then item, and finds the cycles that rules have made. */
export function componentsFirst(planned: readonly PlannedMbom[], finding: PlanFindings): Ordered {
  const byItem = new Map(planned.map((assembly) => [assembly.mbom.item, assembly]));
  const components = (assembly: PlannedMbom) => {
    const found: PlannedMbom[] = [];
    for (const item of componentsOf(assembly)) {
      const component = byItem.get(item);
      if (component !== undefined) found.push(component);
    }
    return found;
  };
  const inItemOrder = planned.toSorted((a, b) => naturalOrder(a.mbom.item, b.mbom.item));
  const { cycles, height } = walkDepthFirst(inItemOrder, components);
  return {
    mboms: inItemOrder.toSorted((a, b) => height(a) - height(b)),
    levels: new Map(inItemOrder.map((assembly) => [assembly.mbom.item, height(assembly)])),
    findings: cycles.map((cycle) => finding.plannedCycle(cycle.map(({ mbom }) => mbom.item))),
  };
}

/** What an mBOM takes, or may take; what comes out of it beside its item is none of its components. */
export function componentsOf({ mbom }: PlannedMbom): readonly ItemId[] {
  const components: ItemId[] = [];
  for (const { item, alternates, output } of mbom.lines) if (output === undefined) components.push(item, ...alternates);
  return components;
}

import type { ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId } from "../ids.ts";
import type { Item, Procurement } from "../item.ts";
import { canonicalText } from "../json.ts";
import { naturalOrder } from "../natural-order.ts";
import { accountFor } from "./accountability.ts";
import { heights, walkDepthFirst } from "./depth-first.ts";
import type { MbomPlan, PlannedItem, PlannedMbom } from "./mbom-plan.ts";
import { planAssembly } from "./plan-assembly.ts";
import { withGroups } from "./group-mboms.ts";
import { inOrder, LEVELS_MAX, planFindings, USES_MAX, type PlanFindings } from "./plan-findings.ts";
import type { MbomNeed, PlanInput, Planning } from "./planning.ts";
import { plantTopItem } from "./plant-target.ts";
import { firstMatch, rulePhases } from "./rule-phases.ts";
import type { RuleFacts } from "./rules.ts";
import { calledFor, structureOf, type Structure } from "./structure.ts";
import { findingsOfNever } from "./choose-line.ts";
import { variantNumberTaken } from "./variant-findings.ts";
import { configuredTop, variantsOf } from "./variants.ts";

/**
 * What a plant should build the tops from: one single-level mBOM for each assembly that it makes, has
 * made or explodes through, each planned once however often it is used. Pure, and total: whatever is
 * wrong with the data becomes a finding.
 */
export function planMbom(input: PlanInput): MbomPlan {
  const structure = structureOf(input.ebom);
  const finding = planFindings(input.system);
  const findings: Finding[] = [];
  const report = (found: Finding) => void findings.push(found);

  const tops = [...new Set(input.tops)].toSorted(naturalOrder);
  const { closes: closesCycle, reached } = checkShape(tops, structure, finding, report);
  const needs = needsQueue(structure, finding, report);
  const items = itemRegister();
  const planning: Planning = {
    input,
    structure,
    phases: rulePhases(input.rules),
    variants: variantsOf(input.ebom, structure, input.variants),
    finding,
    report,
    begin: input.effectiveFrom !== null && input.effectiveFrom > input.today ? input.effectiveFrom : input.today,
    closesCycle,
    sourced: items.sourced,
    needsMbom: needs.add,
    countUse: useCounter(() => report(finding.tooManyUses())),
  };

  for (const top of tops) needTop(top, planning, needs.addTop);
  for (const key of configurable(reached, planning)) needConfigurations(key, planning, needs.addTop);
  const planned: PlannedMbom[] = [];
  for (let need = needs.next(); need !== undefined; need = needs.next()) {
    const assembly = planAssembly(need, planning);
    if (assembly === null) continue;
    const { account, findings: gaps } = accountFor(input, assembly, structure);
    gaps.forEach(report);
    planned.push({ ...assembly, account });
  }

  findingsOfNever(planned, structure, input.system).forEach(report);
  const grouped = withGroups(planned, input, structure, finding);
  grouped.findings.forEach(report);
  const mboms = componentsFirst(grouped.mboms, finding, report);
  return { mboms, items: items.list(finding, report), findings: inOrder(findings) };
}

/** Finds every cycle of the eBOM below the tops and every top that is too deep. */
function checkShape(
  tops: readonly ItemRevisionKey[],
  structure: Structure,
  finding: PlanFindings,
  report: (found: Finding) => void,
): { readonly closes: Planning["closesCycle"]; readonly reached: readonly ItemRevisionKey[] } {
  const children = function* (assembly: ItemRevisionKey) {
    for (const line of structure.lines(assembly) ?? []) yield calledFor(line);
  };
  const walk = walkDepthFirst(tops, children);
  for (const cycle of walk.cycles) report(finding.cycle(cycle));
  const levels = heights(walk, children);
  for (const top of tops) {
    const height = levels.get(top) ?? 0;
    const item = structure.item(top)?.item;
    if (height > LEVELS_MAX && item !== undefined) report(finding.tooDeep(top, item, height));
  }
  return { closes: walk.closes, reached: walk.childrenFirst };
}

function needTop(top: ItemRevisionKey, planning: Planning, add: (need: MbomNeed) => void): void {
  const item = planning.structure.item(top);
  if (item === undefined) return planning.report(planning.finding.topMissing(top));
  if (item.state !== "released") planning.report(planning.finding.unreleased(item, null, null));
  if (planning.structure.lines(top) !== undefined && planning.variants.configurationsOf(item.item).length > 0) return;
  const procurement = topProcurement(top, item, planning);
  if (procurement === null) return;
  const target = plantTopItem(item, planning);
  planning.sourced(target, target === item.item ? top : null, procurement);
  if (procurement !== "buy") add({ item: target, source: top, procurement });
}

/** The assemblies that the plant has configurations of, each in its newest revision in reach. */
function configurable(reached: readonly ItemRevisionKey[], { structure, variants, input }: Planning) {
  if (input.variants === undefined) return [];
  const newest = new Map<ItemId, ItemRevisionKey>();
  for (const key of reached.filter((each) => structure.lines(each) !== undefined).toSorted(naturalOrder)) {
    const item = structure.item(key)?.item;
    if (item !== undefined && variants.configurationsOf(item).length > 0) newest.set(item, key);
  }
  return newest.values();
}

/** Of a configurable item the plant's configurations are planned, each under its own number, wherever it stands. */
function needConfigurations(key: ItemRevisionKey, planning: Planning, add: (need: MbomNeed) => void): void {
  const { structure, variants, sourced } = planning;
  const item = structure.item(key)?.item;
  for (const own of item === undefined ? [] : variants.configurationsOf(item).map(configuredTop)) {
    sourced(own.item, key, "make", own.variant);
    add({ item: own.item, source: key, procurement: "make", configured: own.configured });
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

/** mBOMs still to be planned. An item has one mBOM, so the first structure asked for is the one planned. */
function needsQueue(structure: Structure, finding: PlanFindings, report: (found: Finding) => void) {
  const known = new Map<ItemId, MbomNeed & { readonly top: boolean }>();
  const waiting: MbomNeed[] = [];
  let at = 0;
  const add = (need: MbomNeed, top: boolean) => {
    const before = known.get(need.item);
    if (need.configured !== undefined && structure.revisions(need.item).length > 0) {
      report(variantNumberTaken(need.item, need.source, "an item of engineering's own"));
    }
    if (before === undefined) {
      known.set(need.item, { ...need, top });
      waiting.push(need);
    } else if (before.source !== need.source) {
      report(finding.twoSources(need.item, before.source, need.source, before.top && !top));
    } else if (canonicalText(before.configured ?? null) !== canonicalText(need.configured ?? null)) {
      report(variantNumberTaken(need.item, need.source, "another variant of it"));
    }
  };
  return {
    add: (need: MbomNeed) => add(need, false),
    addTop: (need: MbomNeed) => add(need, true),
    next: () => waiting[at++],
  };
}

/** False, after one call of `exceeded`, once more uses were counted than a plan may hold. */
function useCounter(exceeded: () => void): () => boolean {
  let uses = 0;
  return () => {
    uses += 1;
    if (uses === USES_MAX + 1) exceeded();
    return uses <= USES_MAX;
  };
}

/** Which items the plan touches, and how the plant comes by them. */
function itemRegister() {
  type Seen = { readonly keys: Set<ItemRevisionKey>; readonly procurements: Set<Procurement>; variant?: string };
  const seen = new Map<ItemId, Seen>();
  return {
    sourced: (item: ItemId, key: ItemRevisionKey | null, procurement: Procurement, variant?: string): void => {
      const held = seen.get(item) ?? { keys: new Set(), procurements: new Set() };
      if (key !== null) held.keys.add(key);
      if (variant !== undefined) held.variant = variant;
      held.procurements.add(procurement);
      seen.set(item, held);
    },
    list: (finding: PlanFindings, report: (found: Finding) => void): readonly PlannedItem[] =>
      [...seen]
        .toSorted(([a], [b]) => naturalOrder(a, b))
        .map(([item, held]) => {
          const keys = [...held.keys].toSorted(naturalOrder);
          const procurements = PROCUREMENTS.filter((kind) => held.procurements.has(kind));
          if (keys.length > 1) report(finding.twoRevisions(item, keys));
          if (procurements.length > 1) report(finding.twoProcurements(item, procurements));
          const variant = held.variant === undefined ? {} : { variant: held.variant };
          return { item, key: keys.at(-1) ?? null, procurement: procurements[0] ?? "buy", ...variant };
        }),
  };
}

/** What wins where rules disagree: who makes an item once needs what it is made from. */
const PROCUREMENTS = ["make", "subcontract", "phantom", "buy"] as const satisfies readonly Procurement[];

/** Orders mBOMs by level, then item, and finds the cycles that rules have made. */
function componentsFirst(
  planned: readonly PlannedMbom[],
  finding: PlanFindings,
  report: (found: Finding) => void,
): readonly PlannedMbom[] {
  const byItem = new Map(planned.map((assembly) => [assembly.mbom.item, assembly]));
  const components = function* (item: ItemId) {
    for (const line of byItem.get(item)?.mbom.lines ?? [])
      if (line.output === undefined && byItem.has(line.item)) yield line.item;
  };
  const items = [...byItem.keys()].toSorted(naturalOrder);
  const walk = walkDepthFirst(items, components);
  for (const cycle of walk.cycles) report(finding.plannedCycle(cycle));
  const levels = heights(walk, components);
  const level = (assembly: PlannedMbom) => levels.get(assembly.mbom.item) ?? 0;
  return planned.toSorted((a, b) => level(a) - level(b) || naturalOrder(a.mbom.item, b.mbom.item));
}

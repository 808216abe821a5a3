import type { ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId } from "../ids.ts";
import type { Item, Procurement } from "../item.ts";
import { canonicalText } from "../json.ts";
import { naturalOrder } from "../natural-order.ts";
import { accountant } from "./accountability.ts";
import { walkDepthFirst } from "./depth-first.ts";
import type { MbomPlan, PlannedItem, PlannedMbom } from "./mbom-plan.ts";
import { planAssembly } from "./plan-assembly.ts";
import { inOrder, LEVELS_MAX, planFindings, USES_MAX, type PlanFindings } from "./plan-findings.ts";
import type { MbomNeed, PlanInput, Planning } from "./planning.ts";
import { plantTopItem } from "./plant-target.ts";
import { firstMatch, rulePhases } from "./rule-phases.ts";
import type { RuleFacts } from "./rules.ts";
import { structureOf, type CalledFor, type Structure } from "./structure.ts";
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
  const { closesCycle, reached } = checkShape(tops, structure, finding, report);
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
  const accountOf = accountant(input, structure);
  const planned: PlannedMbom[] = [];
  for (let need = needs.next(); need !== undefined; need = needs.next()) {
    const assembly = planAssembly(need, planning);
    if (assembly === null) continue;
    const { account, findings: gaps } = accountOf(assembly);
    gaps.forEach(report);
    planned.push({ ...assembly, account });
  }

  findingsOfNever(planned, structure, input.system).forEach(report);
  const mboms = componentsFirst(planned, finding, report);
  return { mboms, items: items.list(finding, report), findings: inOrder(findings) };
}

/** Finds every cycle of the eBOM below the tops and every top that is too deep. */
function checkShape(
  tops: readonly ItemRevisionKey[],
  structure: Structure,
  finding: PlanFindings,
  report: (found: Finding) => void,
): { readonly closesCycle: Planning["closesCycle"]; readonly reached: readonly CalledFor[] } {
  const { childrenFirst, cycles, closes, height } = walkDepthFirst(tops.map(structure.node), structure.calledBy);
  for (const cycle of cycles) report(finding.cycle(cycle.map(({ key }) => key)));
  for (const top of tops.map(structure.node)) {
    const levels = height(top);
    if (levels > LEVELS_MAX && top.item !== undefined) report(finding.tooDeep(top.key, top.item.item, levels));
  }
  return {
    closesCycle: (from, to) => cycles.length > 0 && closes(structure.node(from), structure.node(to)),
    reached: childrenFirst,
  };
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
function configurable(reached: readonly CalledFor[], { variants, input }: Planning) {
  if (input.variants === undefined) return [];
  const newest = new Map<ItemId, ItemRevisionKey>();
  const assemblies = reached.filter(({ lines }) => lines !== undefined);
  for (const { key, item } of assemblies.toSorted((a, b) => naturalOrder(a.key, b.key))) {
    if (item !== undefined && variants.configurationsOf(item.item).length > 0) newest.set(item.item, key);
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
  // Lists, because nearly every item has one key and one procurement.
  type Seen = { readonly keys: ItemRevisionKey[]; readonly procurements: Procurement[]; variant?: string };
  const seen = new Map<ItemId, Seen>();
  return {
    sourced: (item: ItemId, key: ItemRevisionKey | null, procurement: Procurement, variant?: string): void => {
      let held = seen.get(item);
      if (held === undefined) seen.set(item, (held = { keys: [], procurements: [] }));
      if (key !== null && !held.keys.includes(key)) held.keys.push(key);
      if (!held.procurements.includes(procurement)) held.procurements.push(procurement);
      if (variant !== undefined) held.variant = variant;
    },
    list: (finding: PlanFindings, report: (found: Finding) => void): readonly PlannedItem[] =>
      [...seen]
        .toSorted(([a], [b]) => naturalOrder(a, b))
        .map(([item, held]) => {
          const keys = held.keys.toSorted(naturalOrder);
          const procurements = PROCUREMENTS.filter((kind) => held.procurements.includes(kind));
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
  const nodes = new Map(planned.map((assembly) => [assembly.mbom.item, assembly]));
  const components = ({ mbom }: PlannedMbom): PlannedMbom[] => mbom.lines.flatMap(({ item }) => nodes.get(item) ?? []);
  const byItem = planned.toSorted((a, b) => naturalOrder(a.mbom.item, b.mbom.item));
  const { cycles, height } = walkDepthFirst(byItem, components);
  for (const cycle of cycles) report(finding.plannedCycle(cycle.map(({ mbom }) => mbom.item)));
  return byItem.toSorted((a, b) => height(a) - height(b));
}

import type { Ebom, EbomLine, ItemRevisionKey } from "../ebom.ts";
import type { ItemId } from "../ids.ts";
import { changedKeys, sameData } from "../same-data.ts";
import { accountant } from "./accountability.ts";
import type { MbomPlan, PlannedMbom } from "./mbom-plan.ts";
import { usesMax } from "./plan-findings.ts";
import {
  allFindings,
  checkShape,
  componentsFirst,
  componentsOf,
  plannedOf,
  planNeeded,
  planTops,
  planWhole,
  type Needed,
  type Ordered,
  type Shape,
  type WholePlan,
} from "./plan-mbom.ts";
import { planMbomPart, type CommonPlanning, type MbomPart, type PlanPart } from "./plan-part.ts";
import type { MbomNeed, PlanInput } from "./planning.ts";
import { structureOf, type CalledFor } from "./structure.ts";

/**
 * Plans as `planMbom` does, to the last byte, and remembers its last plan: the next one plans only the mBOMs that
 * something they are made of has changed for, which is the cost of the change and not of the product.
 *
 * What differs is found by content, so that a structure read anew counts as the same; assemblies and items that
 * are the same objects are not even looked into. Where a plan is out of the ordinary (a structure that goes round
 * in a circle or is too deep, variants, rules that group, more uses than a plan may hold), and where rules, tops or days have
 * changed, it plans from nothing.
 */
export function incrementalPlanner(): (input: PlanInput) => MbomPlan {
  let memory: Memory | null = null;
  return (input) => {
    const before = memory;
    memory = null; // what a planning that fails has begun to change is of no use any more
    const again = before === null ? null : planAgain(before, input);
    if (again !== null) {
      memory = again;
      return again.plan;
    }
    const whole = planWhole(input);
    memory = remembered(whole);
    return whole.plan;
  };
}

/** Indices in it are kept up from plan to plan; everything else is replaced. */
type Memory = Omit<WholePlan, "shape" | "ordered"> & {
  readonly parts: ReadonlyMap<ItemId, MbomPart>;
  readonly heights: Map<ItemRevisionKey, number>;
  readonly users: Users;
  readonly levels: Ordered["levels"];
};

/** Null where one part of a plan may depend on more than what it looked at itself. */
function remembered({ shape, ordered, ...whole }: WholePlan): Memory | null {
  const { input } = whole.common;
  const isOrdinary =
    shape.findings.length === 0 &&
    ordered.findings.length === 0 &&
    usesOf(whole.needed) <= usesMax(input.ebom) &&
    input.variants === undefined &&
    !input.rules.rules.some(({ action }) => action.kind === "group") &&
    !input.ebom.assemblies.values().some(({ lines }) => lines.some(isForVariants));
  if (!isOrdinary) return null;
  return {
    ...whole,
    parts: byItem(whole.needed),
    heights: heightsOf(shape),
    users: usersIn(input.ebom),
    levels: ordered.levels,
  };
}

/** Null where it must be planned from nothing. */
function planAgain(before: Memory, input: PlanInput): Memory | null {
  if (!sameData(settings(before.common.input), settings(input))) return null;
  const changes = changesOf(before.common.input, input, before.users);
  const { assemblies } = input.ebom;
  if (changes.assemblies.values().some((key) => assemblies.get(key)?.lines.some(isForVariants))) return null;

  before.revisions.change(changes.revisions, input.ebom.items);
  const structure = structureOf(input.ebom, before.revisions.of);
  const common: CommonPlanning = { ...before.common, input, structure, countUse: () => true };
  const heights = heightsAfter(before.heights, changes, common);
  if (heights === null) return null;
  const tops = isStale(before.tops, changes) ? planTops(common, NO_VARIANTS) : before.tops;
  const needed = neededAfter(tops, before, changes, common);
  if (usesOf(needed) > usesMax(input.ebom)) return null;

  const [gone, come] = exchanged([before.tops, ...before.needed.parts], [tops, ...needed.parts]);
  const ordered = orderedAfter(before, gone, come, needed);
  if (ordered.findings.length > 0) return null;
  for (const { sourced } of come) sourced.forEach(before.register.add);
  for (const { sourced } of gone) sourced.forEach(before.register.remove);
  const { items, findings } = before.register.list();
  const plan = { mboms: ordered.mboms, items, findings: allFindings(tops, needed, [findings]) };
  return { ...before, plan, common, tops, needed, parts: byItem(needed), heights, levels: ordered.levels };
}

/** Without variants, what is below the tops adds nothing to them. */
const NO_VARIANTS: Pick<Shape, "childrenFirst"> = { childrenFirst: [] };

/** All that a whole plan depends on and that has no parts. */
function settings({ ebom: _ebom, plantItems: _items, decimalsOf: _decimals, ...others }: PlanInput) {
  return others;
}

/** What differs between two inputs. */
type Changes = {
  readonly assemblies: ReadonlySet<ItemRevisionKey>;
  readonly revisions: ReadonlySet<ItemRevisionKey>;
  /** Engineering's and the plant's items with anything new about them. */
  readonly items: ReadonlySet<ItemId>;
  /** Assemblies that have changed, are of a changed item or call for one. */
  readonly concerned: ReadonlySet<ItemRevisionKey>;
  /** Whether the target keeps other decimal places of what an mBOM holds. */
  readonly roundsDifferently: (planned: PlannedMbom) => boolean;
};

function changesOf(before: PlanInput, after: PlanInput, users: Users): Changes {
  const assemblies = changedKeys(before.ebom.assemblies, after.ebom.assemblies);
  const revisions = changedKeys(before.ebom.items, after.ebom.items);
  const items = changedKeys(before.plantItems, after.plantItems);
  for (const key of revisions) {
    for (const ebom of [before.ebom, after.ebom]) {
      const item = ebom.items.get(key)?.item;
      if (item !== undefined) items.add(item);
    }
  }
  users.add(assemblies, after.ebom);
  const [had, has] = [before.decimalsOf, after.decimalsOf];
  return {
    assemblies,
    revisions,
    items,
    concerned: assemblies.union(revisions).union(users.of(items)),
    roundsDifferently: ({ mbom }) =>
      had !== has && mbom.lines.some(({ item, quantity: { unit } }) => had(item, unit) !== has(item, unit)),
  };
}

/** Which assemblies call for an item, or did so once; indexed when first asked for. */
type Users = {
  readonly of: (items: ReadonlySet<ItemId>) => Set<ItemRevisionKey>;
  readonly add: (keys: Iterable<ItemRevisionKey>, ebom: Ebom) => void;
};

function usersIn(ebom: Ebom): Users {
  let latest = ebom;
  let byComponent: Map<ItemId, ItemRevisionKey[]> | null = null;
  const note = (key: ItemRevisionKey, to: Map<ItemId, ItemRevisionKey[]>): void => {
    for (const { item } of latest.assemblies.get(key)?.lines ?? []) {
      const known = to.get(item);
      if (known === undefined) to.set(item, [key]);
      else if (known.at(-1) !== key) known.push(key);
    }
  };
  return {
    of(items) {
      if (items.size === 0) return new Set();
      if (byComponent === null) {
        byComponent = new Map();
        for (const key of latest.assemblies.keys()) note(key, byComponent);
      }
      const users = byComponent;
      return new Set([...items].flatMap((item) => users.get(item) ?? []));
    },
    add(keys, after) {
      latest = after;
      if (byComponent !== null) for (const key of keys) note(key, byComponent);
    },
  };
}

/** Whether a part has to be planned again. */
function isStale(part: PlanPart & { planned?: PlannedMbom | null }, changes: Changes): boolean {
  const { concerned, items, roundsDifferently } = changes;
  if (concerned.size > 0 && part.asked.some((key) => concerned.has(key))) return true;
  if (items.size > 0 && !part.named.isDisjointFrom(items)) return true;
  return part.planned != null && roundsDifferently(part.planned);
}

function neededAfter(tops: PlanPart, before: Memory, changes: Changes, common: CommonPlanning): Needed {
  const accountOf = accountant(common.input, common.structure);
  const fresh = new Map<MbomPart, MbomPart>();
  for (const part of before.needed.parts) {
    if (isStale(part, changes)) fresh.set(part, planMbomPart(part.need, common, accountOf));
  }
  const needTheSame =
    sameData(tops.needs, before.tops.needs) && fresh.entries().every(([had, has]) => sameData(had.needs, has.needs));
  if (needTheSame) {
    return { parts: before.needed.parts.map((part) => fresh.get(part) ?? part), findings: before.needed.findings };
  }
  const partOf = (need: MbomNeed): MbomPart => {
    const known = before.parts.get(need.item);
    if (known === undefined || !sameData(known.need, need)) return planMbomPart(need, common, accountOf);
    return fresh.get(known) ?? known;
  };
  return planNeeded(tops.needs, partOf, common);
}

/** What only the one has, and what only the other. */
function exchanged(before: readonly PlanPart[], after: readonly PlanPart[]): readonly [PlanPart[], PlanPart[]] {
  const [had, has] = [new Set(before), new Set(after)];
  return [before.filter((part) => !has.has(part)), after.filter((part) => !had.has(part))];
}

/** Heights of all that is in reach; null where the structure is no longer sound. */
function heightsAfter(
  heights: Memory["heights"],
  { assemblies }: Changes,
  common: CommonPlanning,
): Memory["heights"] | null {
  const { structure } = common;
  const heightOf = (node: CalledFor): number => {
    // A part that no line has called for yet stands lowest; an assembly's height is not known yet.
    if (node.lines === undefined && !heights.has(node.key)) heights.set(node.key, 0);
    return heights.get(node.key) ?? Infinity;
  };
  const keepsItsHeight = (key: ItemRevisionKey): boolean => {
    if (!heights.has(key)) return true;
    const below = structure.calledBy(structure.node(key)).map(heightOf);
    return above(below) === heights.get(key);
  };
  // Where every line leads from an assembly to a lower one, none can lead round in a circle.
  if (assemblies.values().every(keepsItsHeight)) return heights;
  const shape = checkShape(common);
  return shape.findings.length > 0 ? null : heightsOf(shape);
}

/** One above the highest. A loop: an assembly may have more lines than a call takes arguments. */
function above(below: readonly number[]): number {
  return below.reduce((highest, one) => Math.max(highest, one), -1) + 1;
}

function heightsOf({ childrenFirst, height }: Shape): Memory["heights"] {
  return new Map(childrenFirst.map((node) => [node.key, height(node)]));
}

/** The mBOMs in their order: that of before, where each of the new ones stands as high as the one it replaces. */
function orderedAfter(
  { plan, levels, common }: Memory,
  gone: readonly PlanPart[],
  come: readonly PlanPart[],
  needed: Needed,
): Pick<Ordered, "mboms" | "levels" | "findings"> {
  const [had, has] = [mbomsByItem(gone), mbomsByItem(come)];
  const levelOf = (planned: PlannedMbom) => above(componentsOf(planned).map((item) => levels.get(item) ?? -1));
  const keepsItsLevel = ([item, planned]: [ItemId, PlannedMbom]) =>
    had.has(item) && levelOf(planned) === levels.get(item);
  if (had.size !== has.size || !has.entries().every(keepsItsLevel)) {
    return componentsFirst(plannedOf(needed), common.finding);
  }
  return { mboms: plan.mboms.map((planned) => has.get(planned.mbom.item) ?? planned), levels, findings: [] };
}

function mbomsByItem(parts: readonly (PlanPart & { planned?: PlannedMbom | null })[]): Map<ItemId, PlannedMbom> {
  return new Map(parts.flatMap(({ planned }) => (planned == null ? [] : [[planned.mbom.item, planned]])));
}

function byItem({ parts }: Needed): Memory["parts"] {
  return new Map(parts.map((part) => [part.need.item, part]));
}

function usesOf({ parts }: Needed): number {
  return parts.reduce((sum, { uses }) => sum + uses, 0);
}

function isForVariants({ option, place }: EbomLine): boolean {
  return option !== undefined || place !== undefined;
}

import type { Ebom, EbomLine, ItemRevisionKey } from "../ebom.ts";
import type { ItemId } from "../ids.ts";
import { changedKeys, sameData } from "../same-data.ts";
import { accountant } from "./accountability.ts";
import { findingsOfNever } from "./choose-line.ts";
import { withGroups } from "./group-mboms.ts";
import type { MbomPlan, PlannedMbom } from "./mbom-plan.ts";
import { usesMax } from "./plan-findings.ts";
import {
  allFindings,
  checkShape,
  chosenAmong,
  componentsFirst,
  componentsOf,
  plannedOf,
  planNeeded,
  planTops,
  planWhole,
  topsOf,
  type Needed,
  type Ordered,
  type Reach,
  type Shape,
  type WholePlan,
} from "./plan-mbom.ts";
import { planMbomPart, type CommonPlanning, type MbomPart, type PlanPart } from "./plan-part.ts";
import type { MbomNeed, PlanInput } from "./planning.ts";
import { calledFor, structureOf, type CalledFor } from "./structure.ts";
import { assembliesWithOptions, variantsOf } from "./variants.ts";

/**
 * Plans as `planMbom` does, to the last byte, and remembers its last plan: the next one plans only the mBOMs that
 * something they are made of has changed for, which is the cost of the change and not of the product.
 *
 * What differs is found by content, so that a structure read anew counts as the same; assemblies and items that
 * are the same objects are not even looked into. Where a plan is out of the ordinary (a structure that goes round
 * in a circle or is too deep, group numbers that are taken, more uses than a plan may hold), and where rules, tops or
 * days have changed, it plans from nothing.
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
type Memory = Omit<WholePlan, "shape" | "isSound"> & {
  readonly parts: Map<ItemId, MbomPart>;
  readonly askers: Askers;
  readonly heights: Map<ItemRevisionKey, number>;
  readonly users: Users;
};

/** Null where one part of a plan may depend on more than what it looked at itself. */
function remembered({ shape, isSound, ...whole }: WholePlan): Memory | null {
  const { input } = whole.common;
  if (!isSound || usesOf(whole.needed) > usesMax(input.ebom)) return null;
  const parts = byItem(whole.needed);
  return {
    ...whole,
    parts,
    askers: askersOf(parts),
    heights: heightsOf(shape),
    users: usersIn(input.ebom),
  };
}

/** Null where it must be planned from nothing. */
function planAgain(before: Memory, input: PlanInput): Memory | null {
  if (!sameData(settings(before.common.input), settings(input))) return null;
  const own = changesOf(before.common.input, input, before.users);
  before.revisions.change(own.revisions, input.ebom.items);
  const structure = structureOf(input.ebom, before.revisions.of);
  const { optioned, changes } = withOptions(before, input.ebom, own);
  const variants = variantsOf(optioned, structure, input.variants);
  const common: CommonPlanning = { ...before.common, input, structure, variants, countUse: () => true };
  const heights = heightsAfter(before.heights, changes, common);
  if (heights === null) return null;
  const tops = topsAfter(before, changes, common);
  const { needed, gone, come } = neededAfter(tops, before, changes, common);
  if (usesOf(needed) > usesMax(input.ebom)) return null;

  const grouped = withGroups(plannedOf(needed), input, structure, common.finding);
  if (grouped.findings.length > 0) return null;
  const ordered = orderedAfter(before, gone, come, grouped.mboms, common);
  if (ordered.findings.length > 0) return null;
  for (const { sourced } of [...come, tops]) sourced.forEach(before.register.add);
  for (const { sourced } of [...gone, before.tops]) sourced.forEach(before.register.remove);
  const { items, findings } = before.register.list();
  const never = findingsOfNever(chosenAmong(needed), input.system);
  const plan = { mboms: ordered.mboms, items, findings: allFindings(tops, needed, [never, findings]) };
  for (const part of gone) forget(part, before);
  for (const part of come) note(part, before);
  return { ...before, plan, common, optioned, tops, needed, heights, levels: ordered.levels };
}

/** What is asked for itself. Configurations are asked for by what stands anywhere below, which is soon found. */
function topsAfter(before: Memory, changes: Changes, common: CommonPlanning): PlanPart {
  const isOpen = common.input.variants !== undefined || isStale(before.tops, changes);
  return isOpen ? planTops(common, reachUpwards(before.users, common.input)) : before.tops;
}

/** Whether an assembly stands below the tops, found from it upwards: most stand in few others. */
function reachUpwards(users: Users, input: PlanInput): Reach {
  const tops = new Set(topsOf(input));
  const { assemblies } = input.ebom;
  return (assembly) => {
    const above = new Set([assembly]);
    for (const key of above) {
      if (tops.has(key)) return true;
      for (const user of users.ofAssembly(key)) {
        if (assemblies.get(user)?.lines.some((line) => calledFor(line) === key)) above.add(user);
      }
    }
    return false;
  };
}

/**
 * Which variant of an assembly a line takes hangs on the options of all that is below it: where some of them may have
 * changed, every assembly above is concerned.
 */
function withOptions({ optioned, users }: Memory, { assemblies }: Ebom, changes: Changes) {
  const leadsToOptions = (line: EbomLine) => line.option !== undefined || optioned.has(calledFor(line));
  const touched = [...changes.assemblies].filter(
    (key) => optioned.has(key) || assemblies.get(key)?.lines.some(leadsToOptions),
  );
  if (touched.length === 0) return { optioned, changes };
  const above = new Set(touched);
  for (const key of above) for (const user of users.ofAssembly(key)) above.add(user);
  return {
    optioned: assembliesWithOptions({ assemblies }),
    changes: {
      ...changes,
      concerned: changes.concerned.union(above),
      // A rule may have put one of them in the place of what a line calls for.
      items: changes.items.union(new Set([...above].flatMap((key) => users.itemOf(key) ?? []))),
    },
  };
}

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
    roundsDifferently: ({ mbom, groups = [] }) =>
      had !== has &&
      [mbom, ...groups.map((group) => group.mbom)].some(({ lines }) =>
        lines.some(({ item, quantity: { unit } }) => had(item, unit) !== has(item, unit)),
      ),
  };
}

/** Which assemblies call for an item, or did so once; indexed when first asked for. */
type Users = {
  readonly of: (items: ReadonlySet<ItemId>) => Set<ItemRevisionKey>;
  /** Of any revision of its item. */
  readonly ofAssembly: (key: ItemRevisionKey) => ReadonlySet<ItemRevisionKey>;
  readonly itemOf: (key: ItemRevisionKey) => ItemId | undefined;
  readonly add: (keys: Iterable<ItemRevisionKey>, ebom: Ebom) => void;
};

function usersIn(ebom: Ebom): Users {
  let [latest, before] = [ebom, ebom];
  let byComponent: Map<ItemId, ItemRevisionKey[]> | null = null;
  const index = (key: ItemRevisionKey, to: Map<ItemId, ItemRevisionKey[]>): void => {
    for (const { item } of latest.assemblies.get(key)?.lines ?? []) {
      const known = to.get(item);
      if (known === undefined) to.set(item, [key]);
      else if (known.at(-1) !== key) known.push(key);
    }
  };
  const of = (items: ReadonlySet<ItemId>): Set<ItemRevisionKey> => {
    if (items.size === 0) return new Set();
    if (byComponent === null) {
      byComponent = new Map();
      for (const key of latest.assemblies.keys()) index(key, byComponent);
    }
    const users = byComponent;
    return new Set([...items].flatMap((item) => users.get(item) ?? []));
  };
  const itemOf = (key: ItemRevisionKey) => (latest.assemblies.get(key) ?? before.assemblies.get(key))?.item;
  return {
    of,
    itemOf,
    ofAssembly(key) {
      const item = itemOf(key);
      return item === undefined ? new Set() : of(new Set([item]));
    },
    add(keys, after) {
      [before, latest] = [latest, after];
      if (byComponent !== null) for (const key of keys) index(key, byComponent);
    },
  };
}

/** The parts that asked for an assembly; indexed when first asked for. */
type Askers = {
  readonly of: (keys: ReadonlySet<ItemRevisionKey>) => ReadonlySet<MbomPart>;
  readonly add: (part: MbomPart) => void;
  readonly remove: (part: MbomPart) => void;
};

/** @param parts all that there are, kept up by whoever adds and removes them. */
function askersOf(parts: Memory["parts"]): Askers {
  let byKey: Map<ItemRevisionKey, Set<MbomPart>> | null = null;
  return {
    of(keys) {
      if (byKey === null) {
        byKey = new Map();
        for (const part of parts.values()) noteAsker(part, byKey);
      }
      const askers = byKey;
      return new Set([...keys].flatMap((key) => [...(askers.get(key) ?? [])]));
    },
    add(part) {
      if (byKey !== null) noteAsker(part, byKey);
    },
    remove(part) {
      for (const key of part.asked) byKey?.get(key)?.delete(part);
    },
  };
}

function noteAsker(part: MbomPart, byKey: Map<ItemRevisionKey, Set<MbomPart>>): void {
  for (const key of part.asked) {
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, new Set([part]));
    else known.add(part);
  }
}

function note(part: MbomPart, { parts, askers }: Memory): void {
  parts.set(part.need.item, part);
  askers.add(part);
}

function forget(part: MbomPart, { parts, askers }: Memory): void {
  parts.delete(part.need.item);
  askers.remove(part);
}

/** Whether a part that asked for little has to be planned again. */
function isStale(part: PlanPart, { concerned, items }: Changes): boolean {
  return part.asked.some((key) => concerned.has(key)) || !part.named.isDisjointFrom(items);
}

/** The mBOMs that have to be planned again. */
function staleParts({ askers, needed }: Memory, changes: Changes): ReadonlySet<MbomPart> {
  const { concerned, items, roundsDifferently } = changes;
  const stale = new Set(askers.of(concerned));
  for (const part of needed.parts) {
    const isRoundedDifferently = part.planned !== null && roundsDifferently(part.planned);
    if (isRoundedDifferently || !part.named.isDisjointFrom(items)) stale.add(part);
  }
  return stale;
}

/** The parts that a plan has come to need, with what only the one before had, and what only this one has. */
type NeededAgain = { readonly needed: Needed; readonly gone: readonly MbomPart[]; readonly come: readonly MbomPart[] };

function neededAfter(tops: PlanPart, before: Memory, changes: Changes, common: CommonPlanning): NeededAgain {
  const accountOf = accountant(common.input, common.structure);
  const { parts, findings } = before.needed;
  const fresh = new Map<MbomPart, MbomPart>();
  for (const part of staleParts(before, changes)) fresh.set(part, planMbomPart(part.need, common, accountOf));
  // The number of a variant may have become that of an item.
  const isNumberedTheSame = common.input.variants === undefined || changes.revisions.size === 0;
  const needTheSame =
    isNumberedTheSame &&
    sameData(tops.needs, before.tops.needs) &&
    fresh.entries().every(([had, has]) => sameData(had.needs, has.needs));
  if (needTheSame) {
    const needed = { parts: parts.map((part) => fresh.get(part) ?? part), findings };
    return { needed, gone: [...fresh.keys()], come: [...fresh.values()] };
  }
  const partOf = (need: MbomNeed): MbomPart => {
    const known = before.parts.get(need.item);
    if (known === undefined || !sameData(known.need, need)) return planMbomPart(need, common, accountOf);
    return fresh.get(known) ?? known;
  };
  const needed = planNeeded(tops.needs, partOf, common);
  const [had, has] = [new Set(parts), new Set(needed.parts)];
  return {
    needed,
    gone: parts.filter((part) => !has.has(part)),
    come: needed.parts.filter((part) => !had.has(part)),
  };
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
    return oneAbove(below) === heights.get(key);
  };
  // Where every line leads from an assembly to a lower one, none can lead round in a circle.
  if (assemblies.values().every(keepsItsHeight)) return heights;
  const shape = checkShape(common);
  return shape.findings.length > 0 ? null : heightsOf(shape);
}

/** One above the highest. A loop: an assembly may have more lines than a call takes arguments. */
function oneAbove(below: readonly number[]): number {
  return below.reduce((highest, one) => Math.max(highest, one), -1) + 1;
}

function heightsOf({ childrenFirst, height }: Shape): Memory["heights"] {
  return new Map(childrenFirst.map((node) => [node.key, height(node)]));
}

/** The mBOMs in their order: that of before, where each of the new ones stands as high as the one it replaces. */
function orderedAfter(
  { plan, levels }: Memory,
  gone: readonly MbomPart[],
  come: readonly MbomPart[],
  mboms: readonly PlannedMbom[],
  { finding }: CommonPlanning,
): Ordered {
  const [had, has] = [mbomsByItem(gone), mbomsByItem(come)];
  const levelOf = (planned: PlannedMbom) => oneAbove(componentsOf(planned).map((item) => levels.get(item) ?? -1));
  const keepsItsLevel = ([item, planned]: [ItemId, PlannedMbom]) =>
    had.has(item) && levelOf(planned) === levels.get(item);
  if (had.size !== has.size || !has.entries().every(keepsItsLevel)) return componentsFirst(mboms, finding);
  return { mboms: plan.mboms.map((planned) => has.get(planned.mbom.item) ?? planned), levels, findings: [] };
}

function mbomsByItem(parts: readonly MbomPart[]): Map<ItemId, PlannedMbom> {
  return new Map(parts.flatMap(withItsGroups).map((planned) => [planned.mbom.item, planned]));
}

/** What an mBOM's part is planned into: itself, and the groups that lines of it went into. */
function withItsGroups({ planned }: MbomPart): readonly PlannedMbom[] {
  return planned === null ? [] : [planned, ...(planned.groups ?? [])];
}

function byItem({ parts }: Needed): Memory["parts"] {
  return new Map(parts.map((part) => [part.need.item, part]));
}

function usesOf({ parts }: Needed): number {
  return parts.reduce((sum, { uses }) => sum + uses, 0);
}

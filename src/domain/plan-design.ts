import type { Day } from "./calendar.ts";
import type { AffectedItem, EngineeringChange } from "./change.ts";
import { itemRevision, type Ebom, type ItemRevisionKey } from "./ebom.ts";
import type { Finding } from "./finding.ts";
import type { ItemId, MbomLineKey } from "./ids.ts";
import { mbomSince } from "./bom/dated-mbom.ts";
import type { ConflictId, MbomMerge, Resolution } from "./bom/mbom-merge.ts";
import type { MbomField } from "./bom/mbom-diff.ts";
import type { MbomPlan, PlannedMbom } from "./bom/mbom-plan.ts";
import { planMbom } from "./bom/plan-mbom.ts";
import type { PlanInput, PlantOwnItem } from "./bom/planning.ts";
import type { RuleSet } from "./bom/rules.ts";
import { componentEffects, type MbomStep } from "./impact/component-effects.ts";
import type { ComponentEffect } from "./impact/order-impact.ts";
import type { Layered } from "./layers.ts";
import type { Mbom, MbomLine } from "./mbom.ts";
import type { Published } from "./plan-change.ts";
import { undatedPlant, withDates, withEndedLines } from "./plan-dates.ts";
import { mergedWithPlant } from "./plan-merge.ts";
import type { Held, PlantItem, PublishedMbom } from "./plant-item.ts";
import type { NumberSchedule } from "./number-schedule.ts";
import { isCount, type Unit } from "./unit.ts";
import type { PlantVariants } from "./variant/configuration.ts";

/** What engineering wants: the change, and the structure that it leads to. */
export type Wanted = {
  /** The PLM connection's name, for findings. */
  readonly system: string;
  readonly change: EngineeringChange;
  /** Everything below and above the affected items, as it is once the change is released. */
  readonly ebom: Ebom;
  /** The affected items and what uses them. */
  readonly tops: readonly ItemRevisionKey[];
  /** What could not be read. */
  readonly findings: readonly Finding[];
};

/** What the plant has now. */
export type Plant = {
  readonly items: ReadonlyMap<ItemId, Held<PlantItem>>;
  readonly mboms: ReadonlyMap<ItemId, Held<PublishedMbom>>;
  /** The mBOMs from before this change, where Heddle has published for it already. */
  readonly baselines: ReadonlyMap<ItemId, Mbom | null>;
  /** What the plant's system can say of when a line holds; left out, nothing. */
  readonly holdsEffectivity?: HoldsEffectivity;
  /** When the plant plans to build which numbers of its end items; left out, nobody has said. */
  readonly schedule?: NumberSchedule;
  /** What Heddle published last of each item: merges start from it. Absent where it has published nothing. */
  readonly published?: ReadonlyMap<ItemId, Published>;
  /** Items over whose mBOM later changes are published for days to come; absent where there are none. */
  readonly layered?: ReadonlyMap<ItemId, Layered>;
  /** People's answers to conflicts of the plant. */
  readonly resolutions?: ReadonlyMap<ConflictId, Resolution>;
  /** The ERP's `asHeld`, where it reads back less than it was given. */
  readonly asHeld?: (mbom: Mbom) => Mbom;
  /** The ERP's `typedFields`; absent: all. */
  readonly typedFields?: readonly MbomField[];
  /** Variants that it builds of configurable products; absent where it has none. */
  readonly variants?: PlantVariants;
  /** Whether its mBOM lines can say for which variants they are; absent where they cannot. */
  readonly holdsOptions?: boolean;
};

/** What a system's mBOM lines can say of when they hold. */
export type HoldsEffectivity = "days" | "days and numbers";

/** What the plant should build once the change is in, as far as the change reaches. */
export type Design = {
  readonly mboms: readonly DesignedMbom[];
  /** Sourcing of every item that the mBOMs are of or name, and of the affected items. */
  readonly items: MbomPlan["items"];
  /** The change with its affected items under the plant's own numbers, where rules give them other ones. */
  readonly change: EngineeringChange;
  readonly effects: readonly ComponentEffect[];
  readonly findings: readonly Finding[];
};

/**
 * `mbom` is what is to stand in the ERP: engineering's plan with the edits of the plant's planners in it, and, where
 * its lines hold days, the design from before the change's day.
 */
export type DesignedMbom = PlannedMbom & {
  readonly before: Mbom | null;
  /** The new design alone, as it is built from the change's day on, the plant's edits in it. */
  readonly design: Mbom;
  /** Engineering's plan alone; absent where it says the same as `design`. */
  readonly engineering?: Mbom;
  /** Absent where the plant edited nothing. */
  readonly merge?: Pick<MbomMerge, "kept" | "conflicts">;
};

/**
 * Plans the mBOMs that a change reaches: those that hold lines of an affected item, and those below them
 * that the plant does not have yet. What the plant's planners did elsewhere is left alone.
 *
 * @param plan `planMbom`, or one that comes to the same sooner: see `incrementalPlanner`.
 */
export function planDesign(
  wanted: Wanted,
  plant: Plant,
  rules: RuleSet,
  today: Day,
  plan: (input: PlanInput) => MbomPlan = planMbom,
): Design {
  const planned = plan({
    system: wanted.system,
    ebom: wanted.ebom,
    tops: wanted.tops,
    rules,
    today,
    ...(plant.holdsEffectivity === "days and numbers" ? {} : { schedule: plant.schedule ?? [] }),
    effectiveFrom: wanted.change.effectiveFrom,
    decimalsOf: (item, unit) => plant.items.get(item)?.value.decimals ?? decimalsOfNew(unit),
    plantItems: ownItems(plant),
    ...(plant.variants === undefined ? {} : { variants: plant.variants }),
    ...(plant.holdsOptions === undefined ? {} : { holdsOptions: plant.holdsOptions }),
  });
  const undated = undatedPlant(plant, today);
  const mboms = reached(planned.mboms, wanted.change, plant).map((one) => {
    const mbom = withEndedLines(one, undated, wanted.change, today);
    const merged = mergedWithPlant(mbom, undated, wanted.change);
    const had = before(mbom.mbom.item, plant);
    return {
      ...withDates(merged, { before: had, engineering: mbom.mbom, plant, change: wanted.change, today }),
      before: had,
    };
  });
  const concerned = concernedItems(mboms, wanted);
  const change = { ...wanted.change, affected: affectedInPlant(planned.mboms, wanted) };
  const steps = mboms.map((mbom) => designStep(mbom, wanted.change, today));
  return {
    mboms,
    items: planned.items.filter(({ item }) => concerned.has(item)),
    change,
    // A withdrawn change does nothing to anything any more.
    effects: wanted.change.state === "released" ? componentEffects(steps, change) : [],
    findings: [...wanted.findings, ...planned.findings].filter(({ item }) => item === null || concerned.has(item)),
  };
}

/** Items as the planner asks for them: of the plant's own it has to know which ones Heddle publishes. */
function ownItems({ items, published }: Plant): PlanInput["plantItems"] {
  return new Map(
    [...items].map(([item, { value }]): [ItemId, PlantOwnItem] => {
      const isOurs = value.revision === null && published?.has(item) === true;
      return [item, isOurs ? { ...value, isPublished: true } : value];
    }),
  );
}

/** What a change does to the design of an mBOM, whatever dates its lines have until then. */
export function designStep(
  { before: had, design }: DesignedMbom,
  { effectiveFrom }: EngineeringChange,
  today: Day,
): MbomStep {
  const since = (mbom: Mbom): Mbom => mbomSince(mbom, effectiveFrom ?? today);
  return { item: design.item, before: had === null ? null : since(had), after: since(design) };
}

/** Decimal places of an item that the plant does not have yet: pieces are whole. */
export function decimalsOfNew(unit: Unit): number {
  return isCount(unit) ? 0 : 4;
}

function reached(planned: readonly PlannedMbom[], change: EngineeringChange, plant: Plant): PlannedMbom[] {
  const changed = changedMboms(planned, change, plant);
  const keep = new Set<ItemId>();
  const lacking = new Set<ItemId>();
  // Assemblies come after their components: from the end, a parent is always decided before its children.
  for (const { mbom } of planned.toReversed()) {
    if (!changed.has(mbom.item) && !lacking.has(mbom.item)) continue;
    keep.add(mbom.item);
    const named = mbom.lines.flatMap(({ item, alternates }) => [item, ...alternates]);
    for (const item of named) if (before(item, plant) === null) lacking.add(item);
  }
  return planned.filter(({ mbom }) => keep.has(mbom.item));
}

/**
 * mBOMs that hold lines of an affected item. A change of options may give a variant another number: then what the
 * variant is used in has to call for that one.
 */
function changedMboms(planned: readonly PlannedMbom[], change: EngineeringChange, plant: Plant): ReadonlySet<ItemId> {
  const affected = new Set(change.affected.flatMap(({ item, to }) => (to === null ? [] : [itemRevision(item, to)])));
  const changed = new Set<ItemId>();
  for (const { mbom, configured, contributors } of planned) {
    const callsAnew = () => {
      const had = new Set(before(mbom.item, plant)?.lines.map(({ item }) => item));
      return mbom.lines.some((line) => isVariant(line) && changed.has(line.item) && !had.has(line.item));
    };
    const isChanged = contributors.some((key) => affected.has(key)) || (configured !== undefined && callsAnew());
    if (isChanged) changed.add(mbom.item);
  }
  return changed;
}

function isVariant({ origin }: MbomLine): boolean {
  return origin.kind === "engineering" && origin.from.some(({ variantOf }) => variantOf !== undefined);
}

/** The mBOM from before the change, also where a first attempt has published the new one already. */
function before(item: ItemId, { baselines, mboms }: Plant): Mbom | null {
  const baseline = baselines.get(item);
  return baseline === undefined ? (mboms.get(item)?.value ?? null) : baseline;
}

function affectedInPlant(planned: readonly PlannedMbom[], { change, ebom }: Wanted): AffectedItem[] {
  const numbers = plantNumbers(planned, ebom);
  return change.affected.flatMap((one) =>
    [...(numbers.get(one.item) ?? [one.item])].map((item): AffectedItem => ({ ...one, item })),
  );
}

/** Under which numbers the plant has each of engineering's items. */
function plantNumbers(planned: readonly PlannedMbom[], { items }: Ebom): ReadonlyMap<ItemId, ReadonlySet<ItemId>> {
  const numbers = new Map<ItemId, Set<ItemId>>();
  const note = (engineering: ItemId, plant: ItemId): void => {
    numbers.set(engineering, (numbers.get(engineering) ?? new Set()).add(plant));
  };
  for (const { mbom, contributors, decisions, group, groups = [] } of planned) {
    const own = contributors[0] === undefined ? undefined : items.get(contributors[0]);
    // A group is the plant's own, and no number of the assembly that it was made in.
    if (own !== undefined && group === undefined) note(own.item, mbom.item);
    const lines = new Map([mbom, ...groups.map((one) => one.mbom)].map((one) => [one.item, linesByKey(one)]));
    for (const { item, outcome } of decisions) {
      const plant = "line" in outcome ? lines.get(outcome.in ?? mbom.item)?.get(outcome.line) : undefined;
      if (plant !== undefined) note(item, plant.item);
    }
  }
  return numbers;
}

function linesByKey({ lines }: Mbom): ReadonlyMap<MbomLineKey, MbomLine> {
  return new Map(lines.map((line) => [line.key, line]));
}

/** What a finding or an item record must be about to matter to this change. */
function concernedItems(mboms: readonly PlannedMbom[], { change, ebom }: Wanted): ReadonlySet<ItemId> {
  const items = new Set<ItemId>(change.affected.map(({ item }) => item));
  for (const { mbom, contributors, decisions } of mboms) {
    items.add(mbom.item);
    for (const key of contributors) {
      const known = ebom.items.get(key);
      if (known !== undefined) items.add(known.item);
    }
    for (const { item } of decisions) items.add(item);
    for (const { item, alternates } of mbom.lines) for (const named of [item, ...alternates]) items.add(named);
  }
  return items;
}

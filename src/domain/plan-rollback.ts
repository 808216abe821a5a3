import { sameMbom } from "./bom/diff-mbom.ts";
import { walkDepthFirst } from "./bom/depth-first.ts";
import type { PlannedItem } from "./bom/mbom-plan.ts";
import type { MbomMerge } from "./bom/mbom-merge.ts";
import { mergeMbom } from "./bom/merge-mbom.ts";
import type { SentAndHeld } from "./bom/recognized-lines.ts";
import { undoneDates } from "./bom/undone-dates.ts";
import type { AffectedItem, EngineeringChange } from "./change.ts";
import { itemRevision, type ItemRevisionKey } from "./ebom.ts";
import type { Finding } from "./finding.ts";
import type { ItemId } from "./ids.ts";
import { componentEffects } from "./impact/component-effects.ts";
import type { Item } from "./item.ts";
import type { Mbom } from "./mbom.ts";
import { naturalOrder } from "./natural-order.ts";
import type { Published } from "./plan-change.ts";
import type { Design, DesignedMbom, Plant, Wanted } from "./plan-design.ts";
import type { PlantItem, ProcurementRecord } from "./plant-item.ts";
import { equals } from "./rational.ts";

/** What a change did to a plant, as Heddle remembers it: enough to take it back. */
export type Footprint = {
  /** As it was applied. */
  readonly change: EngineeringChange;
  readonly mboms: ReadonlyMap<ItemId, MbomFootprint>;
  /** Records of affected items that it brought up to date. */
  readonly items: ReadonlyMap<ItemId, { readonly was: PlantItem; readonly left: PlantItem }>;
  readonly procurement: ReadonlyMap<
    ItemId,
    { readonly was: ProcurementRecord | null; readonly left: ProcurementRecord }
  >;
};

export type MbomFootprint = {
  /** What stood in the plant before the change first published one; null when the item had none. */
  readonly before: Mbom | null;
  /** As the change published it last. */
  readonly left: Mbom;
  /** The same two without the edits of the plant's planners; absent where they say the same. */
  readonly engineering?: { readonly before: Mbom; readonly left: Mbom };
};

/**
 * The change that takes another one back: what came goes, and what went comes. Of an item whose revision has moved
 * on since, it leaves the revision alone.
 */
export function rollbackChange(
  { change, mboms }: Footprint,
  { id, reason, releasedAt, releasedBy }: Pick<EngineeringChange, "id" | "reason" | "releasedAt" | "releasedBy">,
  plant: Pick<Plant, "items" | "mboms">,
): EngineeringChange {
  const revisionOf = (item: ItemId) =>
    plant.items.get(item)?.value.revision ?? plant.mboms.get(item)?.value.revision ?? null;
  const hasMovedOn = ({ item, to }: AffectedItem) => {
    const now = revisionOf(item);
    return to !== null && now !== null && naturalOrder(now, to) > 0;
  };
  const affected = change.affected.flatMap((one): AffectedItem[] =>
    hasMovedOn(one) ? [] : [{ item: one.item, from: one.to, to: one.from, disposition: UNDECIDED }],
  );
  return {
    id,
    title: `Roll back ${change.id}: ${change.title}`,
    reason,
    state: "released",
    releasedAt,
    releasedBy,
    effectiveFrom: null,
    affected: affected.filter(({ item, to }) => to !== null || !mboms.has(item)),
    supersedes: null,
  };
}

const UNDECIDED: AffectedItem["disposition"] = {
  stock: "undecided",
  wip: "undecided",
  onOrder: "undecided",
  finished: "undecided",
};

/**
 * What a plant should build once a change is taken back: the mBOMs as they were before it, with everything that later
 * changes and the plant's planners did since. A three-way merge: the base is what the change left, one side what was
 * before it, the other what is now. Where both moved the same, a person decides.
 *
 * Nothing is deleted: an item or an mBOM that the change brought in stays, and is used by nothing that is rolled back.
 */
export function planRollback(footprint: Footprint, change: EngineeringChange, plant: Plant): Design {
  const mboms = componentsFirst(footprint).flatMap((item) => {
    const was = footprint.mboms.get(item);
    return was === undefined || was.before === null ? [] : [rolledBack({ ...was, before: was.before }, change, plant)];
  });
  const steps = mboms.map(({ mbom, before }) => ({ item: mbom.item, before, after: mbom }));
  return {
    mboms,
    items: footprintItems(footprint, change, plant).map(({ planned }) => planned),
    change,
    effects: componentEffects(steps, change),
    findings: [...footprint.mboms].flatMap(([item, { before }]) => (before === null ? [stays(item, change)] : [])),
  };
}

/** What engineering's side of a rollback knows: the records of items as they were. It reads no PLM. */
export function wantedBack(footprint: Footprint, change: EngineeringChange, plant: Plant): Wanted {
  const items = footprintItems(footprint, change, plant);
  return {
    system: "heddle",
    change,
    ebom: {
      assemblies: new Map(),
      items: new Map(items.map(({ planned, item }): [ItemRevisionKey, Item] => [keyOf(planned, item), item])),
    },
    tops: [],
    findings: [],
  };
}

/** Every item that the plant must be read for. */
export function itemsOf({ mboms, items, change }: Footprint): ItemId[] {
  const named = [...mboms].flatMap(([item, { before, left }]) => [
    item,
    ...[before, left].flatMap((mbom) => mbom?.lines.map((line) => line.item) ?? []),
  ]);
  return [...new Set([...named, ...items.keys(), ...change.affected.map(({ item }) => item)])];
}

type Trodden = MbomFootprint & { readonly before: Mbom };

/** What is to stand, with and without the edits of the plant's planners. */
type TakenBack = { readonly merge: MbomMerge; readonly plan: Mbom };

function rolledBack(trodden: Trodden, { id }: EngineeringChange, plant: Plant): DesignedMbom {
  const { item } = trodden.left;
  const last = plant.published?.get(item);
  const isBack = last?.change === id && !isAsLeft(last, trodden);
  const { merge, plan } = isBack ? alreadyBack(last, plant) : takenBack(trodden, last ?? null, plant);
  const { mbom, kept, conflicts } = merge;
  const baseline = plant.baselines.get(item);
  return {
    mbom,
    design: mbom,
    contributors: [],
    decisions: [],
    account: [],
    before: baseline === undefined ? (plant.mboms.get(item)?.value ?? null) : baseline,
    ...(sameMbom(plan, mbom) ? {} : { engineering: plan }),
    ...(kept.length + conflicts.length === 0 ? {} : { merge: { kept, conflicts } }),
  };
}

/** A change that is cancelled takes back itself what stands published by it. */
function isAsLeft({ mbom, engineering = mbom }: Published, { left, engineering: said }: Trodden): boolean {
  return sameMbom(mbom, left) && sameMbom(engineering, said?.left ?? left);
}

/** Once it is published it says what was said then, and what planners edit since is theirs. */
function alreadyBack({ mbom: sent, engineering: plan = sent }: Published, plant: Plant): TakenBack {
  const now = plant.mboms.get(sent.item)?.value ?? null;
  return { merge: mergeMbom(plan, plan, now, plant.resolutions ?? new Map(), asRead(sent, plant)), plan };
}

function takenBack({ before, left, engineering }: Trodden, last: Published | null, plant: Plant): TakenBack {
  const { mboms, resolutions = new Map() } = plant;
  const now = mboms.get(left.item)?.value ?? null;
  const asBefore = (mbom: Mbom): Mbom => ({ ...mbom, revision: revisionAfter(before, left, now) });
  const undone = undoneDates({ before: asBefore(before), left, now });
  const read = asRead(undone.undone(last?.mbom ?? left), plant);
  const merge = mergeMbom(undone.left, undone.before, undone.now, resolutions, read);

  const sides = engineering ?? { before, left };
  const lastSaid = last === null ? sides.left : (last.engineering ?? last.mbom);
  const said = undoneDates({ before: asBefore(sides.before), left: sides.left, now: lastSaid });
  const { mbom: plan } = mergeMbom(said.left, said.before, said.now, resolutions);
  return { merge: { ...merge, kept: [...merge.kept, ...undone.kept] }, plan };
}

function asRead(sent: Mbom, { asHeld, typedFields }: Plant): SentAndHeld {
  return { sent, held: asHeld?.(sent) ?? sent, ...(typedFields === undefined ? {} : { typedFields }) };
}

/** The revision from before, unless a later change has moved it on. */
function revisionAfter(before: Mbom, left: Mbom, now: Mbom | null): Mbom["revision"] {
  return now === null || now.revision === left.revision ? before.revision : now.revision;
}

/** Records that still are as the change left them go back to what they were. */
function footprintItems(
  { items, procurement }: Footprint,
  { affected }: EngineeringChange,
  plant: Plant,
): { readonly planned: PlannedItem; readonly item: Item }[] {
  const back = new Set(affected.flatMap(({ item, to }) => (to === null ? [] : [item])));
  return [...items].flatMap(([id, { was, left }]) => {
    const held = plant.items.get(id)?.value;
    if (!back.has(id) || held === undefined || was.revision === null) return [];
    const source = procurement.get(id);
    const item: Item = {
      item: id,
      revision: was.revision,
      name: held.name === left.name ? was.name : held.name,
      type: "",
      state: "released",
      unit: held.unit,
      attributes: {},
      unitFactors: [],
      approvedSources: source === undefined || source.was === null ? [] : [source.was],
    };
    const isPlantsOwn = held.procurement !== left.procurement;
    return {
      planned: {
        item: id,
        key: keyOf({ item: id }, item),
        procurement: isPlantsOwn ? held.procurement : was.procurement,
      },
      item,
    };
  });
}

function keyOf({ item }: Pick<PlannedItem, "item">, { revision }: Item): ItemRevisionKey {
  return itemRevision(item, revision);
}

/** Buyers' records that still say what the change wrote. */
export function untouchedProcurement(
  { procurement }: Footprint,
  held: (item: ItemId) => ProcurementRecord | null,
): Footprint["procurement"] {
  return new Map([...procurement].filter(([item, { left }]) => isSameRecord(left, held(item))));
}

function isSameRecord(a: ProcurementRecord, b: ProcurementRecord | null): boolean {
  if (b === null || a.supplier !== b.supplier || a.supplierItem !== b.supplierItem) return false;
  const [one, other] = [a.price, b.price];
  const isSamePrice =
    one === null || other === null
      ? one === other
      : one.currency === other.currency && equals(one.amount, other.amount);
  return a.leadTimeDays === b.leadTimeDays && isSamePrice;
}

function componentsFirst({ mboms }: Footprint): readonly ItemId[] {
  const below = (item: ItemId): ItemId[] =>
    (mboms.get(item)?.before?.lines ?? []).map((line) => line.item).filter((component) => mboms.has(component));
  return walkDepthFirst([...mboms.keys()].toSorted(naturalOrder), below).childrenFirst;
}

function stays(item: ItemId, { id }: EngineeringChange): Finding {
  return {
    severity: "info",
    code: "rollback-keeps",
    system: "heddle",
    item,
    line: null,
    field: null,
    cause: `${item} had no mBOM before: ${id} leaves the one that it has, which nothing that is rolled back uses.`,
    fix: `Retire ${item} in the PLM if it is not to be built any more.`,
  };
}

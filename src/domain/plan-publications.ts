import { mbomSince } from "./bom/dated-mbom.ts";
import { diffMbom, sameMbom } from "./bom/diff-mbom.ts";
import type { Day } from "./calendar.ts";
import type { ActionContent, MbomChange } from "./change-plan.ts";
import type { EngineeringChange } from "./change.ts";
import { itemRevision } from "./ebom.ts";
import type { Finding } from "./finding.ts";
import type { ChangeId, ItemId } from "./ids.ts";
import { standingEffects } from "./impact/standing-effects.ts";
import { isLater, placeOf, standsBy } from "./later-publication.ts";
import { relaid, type Layer } from "./layers.ts";
import type { Mbom } from "./mbom.ts";
import { naturalOrder } from "./natural-order.ts";
import { placeInOrder } from "./change-order.ts";
import type { PlantRecords, Published } from "./plan-change.ts";
import { designStep, type Design, type DesignedMbom, type Plant } from "./plan-design.ts";

/** Design order is components before assemblies, so that no mBOM is published before what it names. */
export function planPublications(design: Design, plant: Plant, change: EngineeringChange): ActionContent[] {
  return design.mboms.flatMap(({ mbom, engineering }): ActionContent[] => {
    const layered = plant.layered?.get(mbom.item);
    const held = layered?.held ?? plant.mboms.get(mbom.item);
    const whole = layered === undefined ? { mbom, over: [] } : relaid(mbom, layered);
    const isHeld = sameMbom(held?.value ?? null, plant.asHeld?.(whole.mbom) ?? whole.mbom);
    if (mbom.lines.length === 0 || (isHeld && !movesBase(mbom.item, engineering ?? mbom, plant))) return [];
    const expected = held?.version ?? null;
    return [
      {
        kind: "publish mBOM",
        mbom: whole.mbom,
        ...(engineering === undefined ? {} : { engineering }),
        change: change.id,
        ...(whole.over.length === 0 ? {} : { beneath: { own: mbom, over: whole.over } }),
        expected,
      },
    ];
  });
}

/**
 * Whether engineering now says what the plant did already: then the lines stay as they are, but it must be on
 * record, or the next change would take engineering's word for the plant's edit.
 */
function movesBase(item: ItemId, engineering: Mbom, { published }: Plant): boolean {
  const last = published?.get(item);
  return last !== undefined && !sameMbom(last.engineering ?? last.mbom, engineering);
}

/**
 * What the change does to mBOMs, or would once a person has decided, whether it is published already or not; and all
 * that is published now, also where no line changes: what stood before and the account are kept with it.
 */
export function mbomChanges(
  { mboms }: Design,
  publications: readonly ActionContent[],
  change: EngineeringChange,
  today: Day,
): MbomChange[] {
  const published = new Set(publications.flatMap((one) => (one.kind === "publish mBOM" ? [one.mbom.item] : [])));
  return mboms
    .filter(({ before, mbom, merge }) => published.has(mbom.item) || !sameMbom(before, mbom) || isForPerson(merge))
    .map((designed) => mbomChange(designed, change, today));
}

/** Whether a person has to decide in it, or has: the plan shows that also where the plant's lines stay as they are. */
function isForPerson(merge: DesignedMbom["merge"]): boolean {
  return merge !== undefined && (merge.conflicts.length > 0 || merge.kept.some(({ by }) => by !== null));
}

function mbomChange(designed: DesignedMbom, change: EngineeringChange, today: Day): MbomChange {
  const { mbom, configured, before, design, contributors, decisions, account, merge } = designed;
  const step = designStep(designed, change, today);
  const isDated = !sameMbom(design, mbom) && change.effectiveFrom !== null;
  return {
    item: mbom.item,
    key: contributors[0] ?? itemRevision(mbom.item, mbom.revision),
    ...(configured === undefined ? {} : { configured }),
    before,
    after: mbom,
    diff: diffMbom(step.before, step.after),
    decisions,
    account,
    ...(isDated ? { from: change.effectiveFrom } : {}),
    ...(merge === undefined ? {} : { merge }),
  };
}

/**
 * The mBOMs that stand as this change published them, but for what planners edited since. Their edits are none of the
 * change's doing: it moves no orders and no costs for them.
 */
export function editedSince(
  { mboms }: Design,
  { published, mboms: held, baselines, asHeld }: Plant,
  change: EngineeringChange,
): ReadonlySet<ItemId> {
  const asRead = (mbom: Mbom): Mbom => asHeld?.(mbom) ?? mbom;
  const edited = mboms.filter(({ mbom, engineering = mbom }) => {
    const last = published?.get(mbom.item);
    const now = held.get(mbom.item)?.value ?? null;
    if (last?.change !== change.id || now === null || !baselines.has(mbom.item)) return false;
    const isEdited = !sameMbom(now, asRead(last.mbom)) && sameMbom(now, asRead(mbom));
    return isEdited && sameMbom(last.engineering ?? last.mbom, engineering);
  });
  return new Set(edited.map(({ mbom }) => mbom.item));
}

/**
 * The design without what this change published and a later one has replaced since, or planners have edited: that
 * is theirs, and the orders on it are not this one's to judge. Of the components, what still stands as this change
 * left it stays its own to tell: the later one knows only what it changed itself.
 */
export function withoutSuperseded(
  design: Design,
  plant: Plant,
  { published, left }: Pick<PlantRecords, "published" | "left">,
  change: EngineeringChange,
  today: Day,
): { readonly design: Design; readonly overtaken: ReadonlySet<ItemId> } {
  const later = new Set([...plant.baselines.keys()].filter((item) => isLater(published.get(item), change)));
  const edited = editedSince(design, plant, change);
  const overtaken = later.union(edited);
  if (overtaken.size === 0) return { design, overtaken };
  const mboms = design.mboms.filter(({ mbom }) => !overtaken.has(mbom.item));
  const since = (mbom: Mbom | null) => (mbom === null ? null : mbomSince(mbom, change.effectiveFrom ?? today));
  const steps = design.mboms.flatMap((mbom) => {
    const step = designStep(mbom, change, today);
    if (!overtaken.has(step.item)) return [step];
    // What the change did to an edited one is what it published.
    return edited.has(step.item)
      ? [{ ...step, after: since(published.get(step.item)?.mbom ?? null) ?? step.after }]
      : [];
  });
  const replaced = [...later].flatMap((item) => {
    const own = left.get(item);
    if (own === undefined) return [];
    const now = since(plant.mboms.get(item)?.value ?? null);
    return { item, before: since(plant.baselines.get(item) ?? null), after: since(own) ?? own, now };
  });
  const revisionOf = (item: ItemId) => plant.items.get(item)?.value.revision ?? null;
  const isReleased = change.state === "released";
  return {
    overtaken,
    design: {
      change: design.change,
      mboms,
      items: design.items.filter(({ item }) => !overtaken.has(item)),
      effects: isReleased ? standingEffects(steps, replaced, design.change, revisionOf) : [],
      findings: design.findings.filter(({ item }) => item === null || !overtaken.has(item)),
    },
  };
}

/** An mBOM that would lose its last line: what stands in the plant goes on standing, and people have to know. */
export function emptiedFindings({ mboms }: Design, plant: Plant, records: PlantRecords): Finding[] {
  return mboms.flatMap(({ mbom: { item, lines }, decisions }): Finding[] => {
    const standing = plant.mboms.get(item)?.value.lines.length ?? 0;
    const isBlocked = decisions.some(({ outcome }) => outcome.kind === "blocked");
    if (lines.length > 0 || standing === 0 || isBlocked) return [];
    return [
      {
        ...about(item, records),
        severity: "warning",
        code: "made-without-components",
        field: "lines",
        cause: `Nothing of the mBOM of ${item} is left, and Heddle does not publish an empty one: what stands in ${records.system} stays in force.`,
        fix: `Check the rules that exclude the lines of ${item}, or take its mBOM out of use in ${records.system}.`,
      },
    ];
  });
}

/** What the plant's records say against publishing the mBOMs. */
export function publicationFindings(
  { mboms }: Design,
  records: PlantRecords,
  change: EngineeringChange,
  today: Day,
): Finding[] {
  return mboms.flatMap(({ mbom }) => {
    const last = records.published.get(mbom.item);
    return [
      ...records.cannotHold(mbom).map((loss) => cannotHold(mbom.item, loss, records)),
      ...(isLater(last, change) ? [superseded(mbom.item, last, records, change)] : []),
      ...(takesBack(mbom, last, change) ? [againstRevision(mbom, last, records, change)] : []),
      ...(isBroughtForward(last, change, today) ? [broughtForward(mbom, last, records, change)] : []),
    ];
  });
}

function about(item: ItemId, { system }: PlantRecords) {
  return { system, item, line: null, field: null };
}

function cannotHold(item: ItemId, loss: string, records: PlantRecords): Finding {
  return {
    ...about(item, records),
    severity: "warning",
    code: "target-cannot-hold",
    cause: `${records.system} has no place for this in the mBOM of ${item}: ${loss}.`,
    fix: "Approve to publish without it, or keep it where the plant can see it.",
  };
}

function superseded(item: ItemId, last: Published, records: PlantRecords, change: EngineeringChange): Finding {
  const { id } = change;
  return {
    ...about(item, records),
    severity: "blocked",
    code: "change-superseded",
    cause: `${item} is already built as ${standsBy(last)} wants it, which ${laterText(last, change)}.`,
    fix: `Refuse ${id} here, or release a new change in the PLM.`,
  };
}

function laterText(last: Published, { id, effectiveFrom: from, releasedAt }: EngineeringChange): string {
  const { effectiveFrom } = last;
  const isByDay = effectiveFrom !== undefined && effectiveFrom !== from;
  if (!isByDay && last.releasedAt === releasedAt) return `was released with ${id} and comes after it by its number`;
  return isByDay ? `takes effect on ${effectiveFrom}, after ${id}` : `was released after ${id}`;
}

type Ahead = Published & { readonly effectiveFrom: Day };

/** A change that takes effect at once, on an assembly that an earlier one has published for a day to come. */
function isBroughtForward(last: Published | undefined, change: EngineeringChange, today: Day): last is Ahead {
  if (last?.effectiveFrom === undefined || last.effectiveFrom <= today || standsBy(last) === change.id) return false;
  return change.state === "released" && change.effectiveFrom === null && !isLater(last, change);
}

function broughtForward(mbom: Mbom, last: Ahead, records: PlantRecords, { id }: EngineeringChange): Finding {
  const { item, revision } = mbom;
  return {
    ...about(item, records),
    severity: "warning",
    code: "effectivity-brought-forward",
    cause: `${standsBy(last)} has published ${item} for ${last.effectiveFrom}; ${id} takes effect at once, and what its revision ${revision} has of ${standsBy(last)} does so with it.`,
    fix: `Approve if that is meant; else give ${id} a day in the PLM, ${last.effectiveFrom} or later.`,
  };
}

/** What people should know of changes whose days come later, which stay over the one that is published now. */
export function layerFindings(
  publications: readonly ActionContent[],
  { layered }: Plant,
  records: PlantRecords,
  { id }: EngineeringChange,
): Finding[] {
  return publications.flatMap((action): Finding[] => {
    if (action.kind !== "publish mBOM" || action.beneath === undefined) return [];
    const { item, revision } = action.beneath.own;
    const layers = layered?.get(item)?.layers ?? [];
    const older = layers.find((layer) => naturalOrder(layer.revision, revision) < 0);
    const finding = older === undefined ? putBeneath(item, layers, id) : olderOver(item, older, id, revision);
    return [{ ...about(item, records), ...finding }];
  });
}

function putBeneath(item: ItemId, layers: readonly Layer[], id: ChangeId) {
  const days = layers.map(({ change, effectiveFrom }) => `${change}, from ${effectiveFrom} on`).join("; ");
  return {
    severity: "info",
    code: "effectivity-beneath",
    cause: `${item} is published for a later day already: ${days}. ${id} is put before that, and holds until then.`,
    fix: `Nothing to do, if engineering means both: look at what ${item} is built of from each day on.`,
  } as const;
}

function olderOver(item: ItemId, { change, effectiveFrom, revision }: Layer, id: ChangeId, own: Mbom["revision"]) {
  return {
    severity: "blocked",
    code: "effectivity-against-revision",
    cause: `${change} is published for ${effectiveFrom} and would bring ${item} rev ${revision} into force after rev ${own}, which ${id} brings before that.`,
    fix: `Give ${id} a day after ${effectiveFrom} in the PLM, or put ${change} off or cancel it there.`,
  } as const;
}

/** An older revision that would come into force after a newer one, without the change saying that it goes back. */
function takesBack(mbom: Mbom, last: Published | undefined, change: EngineeringChange): last is Published {
  if (last === undefined || standsBy(last) === change.id || change.state !== "released") return false;
  if (placeOf(last) > placeInOrder(change) || naturalOrder(last.mbom.revision, mbom.revision) <= 0) return false;
  return change.affected.some(({ item, from }) => item === mbom.item && from !== last.mbom.revision);
}

function againstRevision(mbom: Mbom, last: Published, records: PlantRecords, { id }: EngineeringChange): Finding {
  const { item, revision } = mbom;
  return {
    ...about(item, records),
    severity: "blocked",
    code: "effectivity-against-revision",
    cause: `${id} would bring ${item} rev ${revision} into force after rev ${last.mbom.revision}, which ${standsBy(last)} published.`,
    fix: `Give ${id} a day before that of ${standsBy(last)} in the PLM, or release a change from rev ${last.mbom.revision}.`,
  };
}

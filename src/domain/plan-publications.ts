import { diffMbom, sameMbom } from "./bom/diff-mbom.ts";
import type { ActionContent, MbomChange } from "./change-plan.ts";
import type { EngineeringChange } from "./change.ts";
import { itemRevision } from "./ebom.ts";
import type { Finding } from "./finding.ts";
import type { ItemId } from "./ids.ts";
import type { Mbom } from "./mbom.ts";
import type { PlantRecords, Published } from "./plan-change.ts";
import type { Design, DesignedMbom, Plant } from "./plan-design.ts";

/** Design order is components before assemblies, so that no mBOM is published before what it names. */
export function planPublications(design: Design, plant: Plant, change: EngineeringChange): ActionContent[] {
  return design.mboms.flatMap(({ mbom }): ActionContent[] => {
    const held = plant.mboms.get(mbom.item);
    if (mbom.lines.length === 0 || sameMbom(held?.value ?? null, mbom)) return [];
    return [{ kind: "publish mBOM", mbom, change: change.id, expected: held?.version ?? null }];
  });
}

/** What the change does to mBOMs, whether it is published already or not. */
export function mbomChanges({ mboms }: Design): MbomChange[] {
  return mboms.filter(({ before, mbom }) => !sameMbom(before, mbom)).map(mbomChange);
}

function mbomChange({ mbom, before, contributors, decisions, account }: DesignedMbom): MbomChange {
  const key = contributors[0] ?? itemRevision(mbom.item, mbom.revision);
  return { item: mbom.item, key, before, after: mbom, diff: diffMbom(before, mbom), decisions, account };
}

/**
 * The design without what this change published and a later one has replaced since: that is the later
 * one's to plan, and the orders on it are its to judge.
 */
export function withoutSuperseded(
  design: Design,
  { baselines }: Plant,
  { published }: PlantRecords,
  change: EngineeringChange,
): Design {
  const gone = new Set([...baselines.keys()].filter((item) => isLater(published.get(item), change)));
  if (gone.size === 0) return design;
  return {
    change: design.change,
    mboms: design.mboms.filter(({ mbom }) => !gone.has(mbom.item)),
    items: design.items.filter(({ item }) => !gone.has(item)),
    effects: design.effects.flatMap((effect) => {
      const still = effect.in.filter((item) => !gone.has(item));
      const isOver = gone.has(effect.item) || (still.length === 0 && effect.in.length > 0);
      return isOver ? [] : [{ ...effect, in: still }];
    }),
    findings: design.findings.filter(({ item }) => item === null || !gone.has(item)),
  };
}

function isLater(published: Published | undefined, { id, releasedAt }: EngineeringChange): published is Published {
  return published !== undefined && published.change !== id && releasedAt !== null && published.releasedAt > releasedAt;
}

/** What the plant's records say against publishing the mBOMs. */
export function publicationFindings(
  { mboms }: Design,
  plant: Plant,
  records: PlantRecords,
  change: EngineeringChange,
): Finding[] {
  return mboms.flatMap(({ mbom }) => [
    ...records.cannotHold(mbom).map((loss) => cannotHold(mbom.item, loss, records)),
    ...historyFindings(mbom, plant.mboms.get(mbom.item)?.value ?? null, records, change),
  ]);
}

/** What was published before, by whatever change, against what is to be and what is. */
function historyFindings(
  mbom: Mbom,
  current: Mbom | null,
  records: PlantRecords,
  change: EngineeringChange,
): Finding[] {
  const last = records.published.get(mbom.item);
  if (last === undefined) return [];
  const isEdited = current !== null && !sameMbom(current, last.mbom) && !sameMbom(current, mbom);
  return [
    ...(isLater(last, change) ? [superseded(mbom.item, last, records, change)] : []),
    ...(isEdited ? [edited(mbom.item, last, records)] : []),
  ];
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

function superseded(item: ItemId, last: Published, records: PlantRecords, { id }: EngineeringChange): Finding {
  return {
    ...about(item, records),
    severity: "blocked",
    code: "change-superseded",
    cause: `${item} is already built as ${last.change} wants it, which was released after ${id}.`,
    fix: `Refuse ${id} here, or release a new change in the PLM.`,
  };
}

function edited(item: ItemId, last: Published, records: PlantRecords): Finding {
  return {
    ...about(item, records),
    severity: "warning",
    code: "mbom-edited-in-plant",
    cause: `The mBOM of ${item} in ${records.system} is not as Heddle published it for ${last.change}: somebody edited it.`,
    fix: "Compare the lines; to keep the edit, have it released in engineering or written as a rule before you approve.",
  };
}

import { isOver, linesBroughtForward, mbomToPublish, undatedMbom, type Publication } from "./bom/dated-mbom.ts";
import { byKey, pairUp, sameMbom } from "./bom/diff-mbom.ts";
import { changedFields, fieldWords, lineText, withFields } from "./bom/line-fields.ts";
import type { KeptEdit } from "./bom/mbom-merge.ts";
import type { Day } from "./calendar.ts";
import type { EngineeringChange } from "./change.ts";
import type { PlannedMbom } from "./bom/mbom-plan.ts";
import { isLater } from "./later-publication.ts";
import type { Mbom, MbomLine } from "./mbom.ts";
import type { Published } from "./plan-change.ts";
import type { DesignedMbom, Plant } from "./plan-design.ts";

/** The plant without the dates that Heddle itself gave to lines: what merges compare is designs. */
export function undatedPlant(plant: Plant, today: Day): Plant {
  const { holdsEffectivity, published, mboms } = plant;
  if (holdsEffectivity === undefined || published === undefined) return plant;
  const dated = [...published].filter(([, { engineering }]) => engineering !== undefined);
  return {
    ...plant,
    published: new Map([
      ...published,
      ...dated.map(([item, last]) => [item, { ...last, mbom: undated(last.mbom, last, today) }] as const),
    ]),
    mboms: new Map([
      ...mboms,
      ...dated.flatMap(([item, last]) => {
        const held = mboms.get(item);
        return held === undefined
          ? []
          : [[item, { ...held, value: { ...held.value, ...undated(held.value, last, today) } }] as const];
      }),
    ]),
  };
}

function undated(mbom: Mbom, { mbom: sent, engineering = sent, effectiveFrom }: Published, today: Day): Mbom {
  const isAhead = effectiveFrom !== undefined && effectiveFrom > today;
  return undatedMbom(mbom, sent, engineering, isAhead ? effectiveFrom : today);
}

/**
 * Engineering's plan with the lines of its last publication that have ended by themselves since: the target's lines
 * say so, and the plan goes on saying it. As planned where the target's lines hold no days.
 */
export function withEndedLines(
  planned: PlannedMbom,
  { holdsEffectivity, published }: Plant,
  change: EngineeringChange,
  today: Day,
): PlannedMbom {
  const { mbom } = planned;
  const last = published?.get(mbom.item);
  if (holdsEffectivity === undefined || last === undefined) return planned;
  const { mbom: sent, engineering: said = sent } = last;
  if (isLater(last, change)) return planned;
  const begin = change.effectiveFrom !== null && change.effectiveFrom > today ? change.effectiveFrom : today;
  const keys = new Set(mbom.lines.map(({ key }) => key));
  const ended = said.lines.filter((line) => isOver(line, begin) && !keys.has(line.key));
  return ended.length === 0 ? planned : { ...planned, mbom: { ...mbom, lines: [...mbom.lines, ...ended] } };
}

/**
 * The design as it is published: with the one before it, where the target's lines hold days and the change has one.
 *
 * @param engineering engineering's plan of it, without the plant's edits
 */
export function withDates<T extends Omit<DesignedMbom, "before" | "design">>(
  merged: T,
  {
    before,
    engineering,
    plant,
    change,
    today,
  }: {
    readonly before: Mbom | null;
    readonly engineering: Mbom;
    readonly plant: Plant;
    readonly change: EngineeringChange;
    readonly today: Day;
  },
): T & Pick<DesignedMbom, "design" | "engineering"> {
  const design = merged.mbom;
  if (plant.holdsEffectivity === undefined) return { ...merged, design };
  const upstream = new Set(engineering.lines.map(({ key }) => key));
  const sent = plant.published?.get(design.item)?.mbom;
  const isPublished = plant.baselines.has(design.item);
  const held = plant.mboms.get(design.item)?.value ?? null;
  const publication: Publication = {
    before: before === null || !isPublished ? before : withEditsOfBoth(before, sent ?? null, held),
    planned: design,
    held,
    from: change.effectiveFrom ?? today,
    today,
    isPublished,
    ...(sent === undefined ? {} : { sent }),
    own: new Set(design.lines.flatMap(({ key }) => (upstream.has(key) ? [] : [key]))),
  };
  const mbom = mbomToPublish(publication);
  const isCleared = !isPublished && !sameMbom(held, mbom);
  const said = isCleared ? withoutCleared(engineering, mbom, today) : engineering;
  return {
    ...withKept(merged, isPublished ? firstDaysTaken(publication) : []),
    design,
    mbom,
    ...(sameMbom(said, mbom) ? {} : { engineering: said }),
  };
}

/** What ended and is cleared away with a publication is no line that planners took out. */
function withoutCleared(engineering: Mbom, published: Mbom, today: Day): Mbom {
  const keys = new Set(published.lines.map(({ key }) => key));
  return { ...engineering, lines: engineering.lines.filter((line) => !isOver(line, today) || keys.has(line.key)) };
}

function withKept<T extends Pick<DesignedMbom, "merge">>(merged: T, edits: readonly KeptEdit[]): T {
  if (edits.length === 0) return merged;
  const { kept, conflicts } = merged.merge ?? { kept: [], conflicts: [] };
  return { ...merged, merge: { kept: [...kept, ...edits], conflicts } };
}

/** First days still to come that planners took away: a merge, which sees no dates of Heddle's, cannot tell. */
function firstDaysTaken(publication: Publication): readonly KeptEdit[] {
  const { sent, from, today } = publication;
  const published = new Map(sent?.lines.map((line) => [line.key, line]));
  return [...linesBroughtForward(publication).values()].flatMap((line): KeptEdit[] => {
    const was = published.get(line.key);
    if (was === undefined || line.effectivity.from !== null || today >= from) return [];
    const base = fieldWords(was, "effectivity");
    const said = { base, engineering: base, plant: fieldWords(line, "effectivity") };
    return [{ line: line.key, component: line.item, field: "effectivity", ...said, stands: "plant", by: null }];
  });
}

/**
 * The design from before the change with what planners edited since in lines that stand in both designs: that holds
 * now, and not from the change's day on.
 */
function withEditsOfBoth(before: Mbom, sent: Mbom | null, held: Mbom | null): Mbom {
  if (sent === null || held === null) return before;
  const sentAs = sentLines(before, sent);
  const heldLines = new Map(held.lines.map((line) => [line.key, line]));
  const lines = before.lines.flatMap((line): MbomLine[] => {
    const was = sentAs.get(line);
    if (was === undefined || was.effectivity.from !== line.effectivity.from) return [line];
    const is = heldLines.get(was.key);
    return is === undefined ? [] : [withEdits(line, was, is)];
  });
  return { ...before, lines };
}

/** As which line each one was published: by what it says, also where the PLM has given it another number, else by key. */
function sentLines(before: Mbom, sent: Mbom): ReadonlyMap<MbomLine, MbomLine> {
  const [from, to] = [new Set(sent.lines), new Set(before.lines)];
  const partners = new Map<MbomLine, MbomLine>();
  pairUp(from, to, (line) => JSON.stringify([line.key, lineText(line)]), partners);
  for (const measure of [lineText, byKey]) pairUp(from, to, measure, partners);
  return partners;
}

/** `line` with what the plant's line says differently now than when it was published. */
function withEdits(line: MbomLine, was: MbomLine, is: MbomLine): MbomLine {
  return withFields(line, is, changedFields(was, is));
}

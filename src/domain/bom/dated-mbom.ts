import { dayBefore, intersection, type Day } from "../calendar.ts";
import { effectivityText } from "../effectivity-text.ts";
import type { MbomLineKey } from "../ids.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { pairedLines, sameLine, sameMbom } from "./diff-mbom.ts";

/**
 * One mBOM that holds the design of both sides of a day, for a target whose lines hold days: what goes away
 * holds until the day before, what comes holds from the day, what stays has the dates that it had. On each day
 * before `from` it says what `before` says, on each later one what `planned` says. An item without an mBOM has
 * no design before.
 */
export function datedMbom(before: Mbom | null, planned: Mbom, from: Day): Mbom {
  if (before === null) return planned;
  const standing = new Map(holdingSince(before, from).map((line) => [withoutPast(line, from), line]));
  const coming = new Map(holdingSince(planned, from).map((line) => [withoutPast(line, from), line]));
  const { partners, removed } = pairedLines([...standing.keys()], [...coming.keys()]);
  const lines = [...coming].flatMap(([seen, line]): MbomLine[] => {
    const partner = partners.get(seen);
    const had = partner === undefined ? undefined : standing.get(partner);
    if (partner === undefined || had === undefined) return [beginning(line, from)];
    if (sameLine(partner, seen)) return [{ ...line, effectivity: { ...line.effectivity, from: had.effectivity.from } }];
    return [...ended(had, from), beginning(line, from)];
  });
  const gone = removed.flatMap((seen) => ended(standing.get(seen) ?? seen, from));
  const taken = new Set(lines.map(({ key }) => key));
  const over = before.lines.flatMap((line) =>
    isOver(line, from) ? [taken.has(line.key) ? overLine(line) : line] : [],
  );
  return { ...planned, lines: [...lines, ...gone, ...over] };
}

/** What stands in the plant, and what is to stand. */
export type Publication = {
  /** The mBOM from before the change. */
  readonly before: Mbom | null;
  /** The design as it is from the day on. */
  readonly planned: Mbom;
  readonly held: Mbom | null;
  readonly from: Day;
  readonly today: Day;
  /** Whether the change has published the mBOM before. */
  readonly isPublished: boolean;
  /** What Heddle published last of the item, if ever: an old line of it that a planner took out stays out. */
  readonly sent?: Mbom;
  /** Lines of the planners' own in `planned`: they are no part of the change, and stay as they are. */
  readonly own?: ReadonlySet<MbomLineKey>;
};

/**
 * The mBOM to have published, so that the passing of days writes nothing: before the day both designs with their
 * dates; from the day on the new one, in which dates that stand are let stand, since they say the same by then.
 */
export function mbomToPublish(publication: Publication): Mbom {
  const { before, planned, held, from, today, isPublished, own = NO_KEYS } = publication;
  const composed = datedMbom(before === null ? null : without(before, own), without(planned, own), from);
  const dated = { ...composed, lines: composed.lines.flatMap((line) => asPlantHas(line, publication)) };
  const isAhead = today < from;
  const begun = standingDates(dated, planned, held, (line) => isAhead && !isOver(line, today));
  const changed = isPublished ? earlierAsHeld(begunAsHeld(begun, held, today), publication) : begun;
  // Neither a planner's own lines nor those that ended by themselves are for the change to date.
  const undated = planned.lines.filter((line) => own.has(line.key) || isOver(line, from));
  const keys = new Set(undated.map(({ key }) => key));
  const wanted = { ...changed, lines: [...changed.lines.filter(({ key }) => !keys.has(key)), ...undated] };
  if (isPublished || sameMbom(held, wanted)) return wanted;
  // Who publishes anew clears away what nobody builds by any more.
  return { ...wanted, lines: wanted.lines.filter((line) => !isOver(line, today)) };
}

const NO_KEYS: ReadonlySet<MbomLineKey> = new Set();

function without(mbom: Mbom, keys: ReadonlySet<MbomLineKey>): Mbom {
  return keys.size === 0 ? mbom : { ...mbom, lines: mbom.lines.filter(({ key }) => !keys.has(key)) };
}

/** A line that ends, with what planners made of it since it was published: none where they took it out. */
function asPlantHas(line: MbomLine, { before, sent, held, isPublished }: Publication): readonly MbomLine[] {
  if (!isPublished || !ENDED.test(line.key) || sent === undefined || held === null) return [line];
  // Those that ended with earlier changes are no more than carried along.
  const carried = new Set(before?.lines.map(({ key }) => key));
  const known = sent.lines.filter(
    ({ key }) =>
      ENDED.test(key) && keyOfLine(key) === keyOfLine(line.key) && carried.has(key) === carried.has(line.key),
  );
  const own = known.find(({ key }) => key === line.key) ?? known.at(-1);
  if (own === undefined) return [line];
  const stands = held.lines.find(({ key }) => key === own.key);
  if (stands === undefined) return [];
  const isMoved = effectivityText(own.effectivity) !== effectivityText(stands.effectivity);
  return [{ ...stands, key: line.key, effectivity: isMoved ? stands.effectivity : line.effectivity }];
}

/**
 * An mBOM as it stands, without the dates that Heddle gave its lines when it published `sent` for `engineering`'s
 * plan: so that they do not look like a planner's. Of a line that does not end it only ever set the first day.
 *
 * @param last the last day that Heddle may have given: a line that begins later does so by a planner's word.
 */
export function undatedMbom(held: Mbom, sent: Mbom, engineering: Mbom, last: Day): Mbom {
  const sentLines = new Map(sent.lines.map((line) => [line.key, line]));
  const plain = new Map(engineering.lines.map((line) => [line.key, line]));
  const lines = held.lines.flatMap((line): MbomLine[] => {
    const own = sentLines.get(line.key);
    // What becomes of lines that end is not engineering's to say: it is let stand, or ends on another day.
    if (own !== undefined && ENDED.test(line.key)) return [];
    const said = plain.get(line.key);
    if (own === undefined || said === undefined) return [line];
    const { effectivity } = line;
    const isHeddles =
      effectivity.from === own.effectivity.from && effectivity.from !== null && effectivity.from <= last;
    if (!isHeddles) return [line];
    return [{ ...line, effectivity: { ...effectivity, from: said.effectivity.from } }];
  });
  return { ...held, lines };
}

/** Lines of `dated` where they are needed or stand in the plant, else those of `planned`. */
function standingDates(dated: Mbom, planned: Mbom, held: Mbom | null, isNeeded: (line: MbomLine) => boolean): Mbom {
  const heldLines = new Map(held?.lines.map((line) => [line.key, line]));
  const plain = new Map(planned.lines.map((line) => [line.key, line]));
  const lines = dated.lines.flatMap((line): MbomLine[] => {
    const { from, until } = heldLines.get(line.key)?.effectivity ?? { from: undefined, until: undefined };
    const stands = from === line.effectivity.from && until === line.effectivity.until;
    if (isNeeded(line) || stands) return [line];
    const instead = plain.get(line.key);
    return instead === undefined ? [] : [instead];
  });
  return { ...dated, lines };
}

/** Lines that have begun say so as the plant has them, if it does: that another day has passed writes nothing. */
function begunAsHeld(mbom: Mbom, held: Mbom | null, today: Day): Mbom {
  const heldLines = new Map(held?.lines.map((line) => [line.key, line]));
  const lines = mbom.lines.map((line): MbomLine => {
    const from = heldLines.get(line.key)?.effectivity.from ?? null;
    const hasBegun = from !== null && from <= today && (line.effectivity.from ?? from) <= today;
    return hasBegun ? { ...line, effectivity: { ...line.effectivity, from } } : line;
  });
  return { ...mbom, lines };
}

/** A line that planners let begin earlier since it was published does so: that is their word, not a date gone astray. */
function earlierAsHeld(mbom: Mbom, publication: Publication): Mbom {
  const earlier = linesBroughtForward(publication);
  const lines = mbom.lines.map((line): MbomLine => {
    const stands = earlier.get(line.key);
    return stands === undefined
      ? line
      : { ...line, effectivity: { ...line.effectivity, from: stands.effectivity.from } };
  });
  return { ...mbom, lines };
}

/** The plant's lines that begin earlier than they were published to, or at once, by their keys. */
export function linesBroughtForward({
  sent,
  held,
}: Pick<Publication, "sent" | "held">): ReadonlyMap<MbomLineKey, MbomLine> {
  const sentLines = new Map(sent?.lines.map((line) => [line.key, line]));
  const earlier = (held?.lines ?? []).filter(({ key, effectivity: { from } }) => {
    const given = sentLines.get(key)?.effectivity.from ?? null;
    return given !== null && (from === null || from < given);
  });
  return new Map(earlier.map((line) => [line.key, line]));
}

/** The mBOM without lines that ended before a day: the design that somebody who looks from that day on sees. */
export function mbomSince(mbom: Mbom, day: Day): Mbom {
  const lines = holdingSince(mbom, day);
  return lines.length === mbom.lines.length ? mbom : { ...mbom, lines };
}

function holdingSince({ lines }: Mbom, day: Day): readonly MbomLine[] {
  return lines.filter((line) => !isOver(line, day));
}

/** Whether a line ended before a day. */
export function isOver({ effectivity: { until } }: MbomLine, day: Day): boolean {
  return until !== null && until < day;
}

/** The line as it is compared: that it began earlier makes no difference from the day on. */
function withoutPast(line: MbomLine, day: Day): MbomLine {
  const { from } = line.effectivity;
  return { ...line, effectivity: { ...line.effectivity, from: from !== null && from > day ? from : null } };
}

function beginning(line: MbomLine, day: Day): MbomLine {
  const { from } = line.effectivity;
  return { ...line, effectivity: { ...line.effectivity, from: from !== null && from > day ? from : day } };
}

/** A line that ends by itself before the day, where another holds under its key from then on. */
function overLine(line: MbomLine): MbomLine {
  const { until } = line.effectivity;
  return until === null ? line : { ...line, key: endedKey(line.key, until) };
}

/** None where the line would begin only on that day or later: it never comes to hold. */
function ended(line: MbomLine, day: Day): MbomLine[] {
  const until = dayBefore(day);
  const effectivity = intersection(line.effectivity, { from: null, until });
  return effectivity === null ? [] : [{ ...line, key: endedKey(line.key, until), effectivity }];
}

const ENDED = /~\d{4}-\d{2}-\d{2}$/;

/** `L10~2026-03-31`: line `L10` as it holds until that day. The line that takes its place keeps the key. */
function endedKey(key: MbomLineKey, until: Day): MbomLineKey {
  return `${keyOfLine(key)}~${until}` as MbomLineKey;
}

/** Whether the line is one that a change let end on its day. */
export function isEnding({ key }: MbomLine): boolean {
  return ENDED.test(key);
}

/** The key of a line without the day that it ends on. */
export function keyOfLine(key: MbomLineKey): MbomLineKey {
  return key.replace(ENDED, "") as MbomLineKey;
}

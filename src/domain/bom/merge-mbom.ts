import type { MbomLineKey } from "../ids.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { byKey, byPlace, pairUp, type Measure } from "./diff-mbom.ts";
import { fieldsAsOne, namedAsOne } from "./fields-as-one.ts";
import { lineText, lineWords, sameField, saysNothingOf, textIn, withFields, wordsIn } from "./line-fields.ts";
import type { MbomField } from "./mbom-diff.ts";
import type { ConflictId, KeptEdit, MbomMerge, MergeConflict, MergeField, Resolution, Side } from "./mbom-merge.ts";
import { keysApartFrom, recognizedLines, type Recognized, type SentAndHeld } from "./recognized-lines.ts";

/**
 * Engineering's new plan of one item with the plant's own edits in it, line by line and field by field. What one
 * side alone changed is taken; what both changed to the same is no question; what both changed differently, or one
 * removed and the other changed, is one for a person, unless it has been answered. Pure; the lines' order is not
 * compared.
 *
 * @param base what engineering's plan said when Heddle last published: not what was published, else an edit that
 *   was kept once would look like none and be undone the next time. Null before the first publication: then
 *   engineering's plan stands.
 * @param plant the mBOM in the ERP; null where it is gone, edits and all: then engineering's plan stands.
 * @param resolutions answers to conflicts; one holds as long as the plant says what it said when it was given.
 * @param last what was published, by which the plant's lines are known again; without it, `base`.
 */
export function mergeMbom(
  base: Mbom | null,
  engineering: Mbom,
  plant: Mbom | null,
  resolutions: ReadonlyMap<ConflictId, Resolution>,
  last: SentAndHeld | null = base === null ? null : { sent: base, held: base },
): MbomMerge {
  if (base === null || plant === null || last === null) return { mbom: engineering, kept: [], conflicts: [] };
  const recognized = recognizedLines(plant, last);
  const merging: Merging = {
    engineering,
    upstreamKeys: new Set(engineering.lines.map(({ key }) => key)),
    newKey: keysApartFrom([...engineering.lines, ...recognized.lines]),
    resolutions,
    kept: [],
    conflicts: [],
  };
  const meeting = linesThatMeet(base, engineering, recognized);
  const lines = [
    ...meeting.upstream.flatMap((one) => upstreamLine(one, merging)),
    ...meeting.removed.flatMap((one) => removedLine(one, merging)),
    ...meeting.added.flatMap((line) => addedLine(line, merging)),
  ];
  return { mbom: { ...engineering, lines }, kept: merging.kept, conflicts: merging.conflicts };
}

type Merging = {
  readonly engineering: Mbom;
  readonly upstreamKeys: ReadonlySet<MbomLineKey>;
  /** For a line whose key engineering has given to another. */
  readonly newKey: (key: MbomLineKey) => MbomLineKey;
  readonly resolutions: ReadonlyMap<ConflictId, Resolution>;
  readonly kept: KeptEdit[];
  readonly conflicts: MergeConflict[];
};

/** One line as each has it; null where that side has none. */
type Upstream = {
  readonly base: MbomLine | null;
  readonly engineering: MbomLine;
  readonly plant: MbomLine | null;
  /** A line that the plant typed without saying where it goes: perhaps this one, perhaps another. */
  readonly perhaps: MbomLine | null;
};

type Meeting = {
  readonly upstream: readonly Upstream[];
  /** Lines of the base that engineering has no more and the plant still has. */
  readonly removed: readonly { readonly base: MbomLine; readonly plant: MbomLine }[];
  /** Lines of the plant's own. */
  readonly added: readonly MbomLine[];
};

/** What stands in the plant just as engineering wants it is out of the question; all else is brought together. */
function linesThatMeet(base: Mbom, engineering: Mbom, { lines, typed }: Recognized): Meeting {
  const agreed = new Set([...paired(engineering.lines, lines, [byKeyAndText]).keys()].map(({ key }) => key));
  const open = (all: readonly MbomLine[]) => all.filter(({ key }) => !agreed.has(key));
  const meeting = openLinesThatMeet(open(base.lines), open(engineering.lines), { lines: open(lines), typed });
  const met = new Map(meeting.upstream.map((one) => [one.engineering, one]));
  return { ...meeting, upstream: engineering.lines.map((line) => met.get(line) ?? agreement(line)) };
}

function agreement(line: MbomLine): Upstream {
  return { base: line, engineering: line, plant: line, perhaps: null };
}

function openLinesThatMeet(
  base: readonly MbomLine[],
  engineering: readonly MbomLine[],
  { lines, typed }: Recognized,
): Meeting {
  // Where lines are numbered by their place, a number may have gone over to another component.
  const baseOfUpstream = paired(base, engineering, [byKeyAndItem, lineText, byKey, ...RETYPED]);
  // What is known as a planner's own since it was published is no line of engineering's that was typed anew.
  const unlessKnown = RETYPED.map(
    (measure) => (line: MbomLine) => (line.origin.kind !== "planner" || typed.has(line) ? measure(line) : null),
  );
  const baseOfPlant = paired(base, lines, [byKey, ...unlessKnown]);
  const plantOf = new Map([...baseOfPlant].map(([plant, from]) => [from, plant]));

  const fresh = engineering.filter((line) => !baseOfUpstream.has(line));
  const own = lines.filter((line) => !baseOfPlant.has(line));
  const upstreamOfOwn = paired(fresh, own, [byKey, byPlace]);
  const ownOf = new Map([...upstreamOfOwn].map(([plant, from]) => [from, plant]));
  const unplaced = own.filter((line) => !upstreamOfOwn.has(line) && isUnplaced(line));
  const unplacedOfOwn = paired(
    fresh.filter((line) => !ownOf.has(line)),
    unplaced,
    [byItem],
  );
  const perhapsOf = new Map([...unplacedOfOwn].map(([plant, from]) => [from, plant]));

  const kept = new Set(baseOfUpstream.values());
  return {
    upstream: engineering.map((line) => {
      const from = baseOfUpstream.get(line) ?? null;
      const plant = (from === null ? ownOf.get(line) : plantOf.get(from)) ?? null;
      return { base: from, engineering: line, plant, perhaps: perhapsOf.get(line) ?? null };
    }),
    removed: base.flatMap((line) => {
      const plant = plantOf.get(line);
      return kept.has(line) || plant === undefined ? [] : [{ base: line, plant }];
    }),
    added: own.filter((line) => !upstreamOfOwn.has(line) && !unplacedOfOwn.has(line)),
  };
}

/** Which of `from` each of `to` is, by one measure after another. */
function paired(
  from: readonly MbomLine[],
  to: readonly MbomLine[],
  measures: readonly Measure[],
): ReadonlyMap<MbomLine, MbomLine> {
  const partners = new Map<MbomLine, MbomLine>();
  const [left, right] = [new Set(from), new Set(to)];
  for (const measure of measures) pairUp(left, right, measure, partners);
  return partners;
}

const byKeyAndText: Measure = (line) => JSON.stringify([line.key, lineText(line)]);
const byKeyAndItem: Measure = ({ key, item }) => JSON.stringify([key, item]);
const byItem: Measure = ({ item }) => item;
/** A line that was deleted and entered anew: PLMs give it another id, planners none. */
const RETYPED: readonly Measure[] = [lineText, byPlace, (line) => textIn(line, ["item", "operation"])];

function isUnplaced(line: MbomLine): boolean {
  return line.operation === null && line.referenceDesignators.length === 0;
}

function upstreamLine(one: Upstream, merging: Merging): readonly MbomLine[] {
  const { base, engineering, plant, perhaps } = one;
  if (plant !== null) return [mergedLine(base, engineering, plant, merging)];
  if (base === null) return perhaps === null ? [engineering] : perhapsTheSame(engineering, perhaps, merging);
  const asked = { line: engineering, field: "line", said: saidOf(one, lineWords) } as const;
  const isChanged = lineText(base) !== lineText(engineering);
  const side = isChanged ? (answered(asked, merging) ?? "plant") : keep(asked, "plant", merging);
  return side === "plant" ? [] : [engineering];
}

/** Both added a component, and the plant does not say where: two lines until a person says that they are one. */
function perhapsTheSame(engineering: MbomLine, plant: MbomLine, merging: Merging): readonly MbomLine[] {
  const said = saidOf({ base: null, engineering, plant }, lineWords);
  const side = answered({ line: engineering, field: "line", said }, merging) ?? "plant";
  return side === "plant" ? [engineering, plant] : [engineering];
}

function mergedLine(base: MbomLine | null, engineering: MbomLine, plant: MbomLine, merging: Merging): MbomLine {
  if (base === null) {
    const said = saidOf({ base, engineering, plant }, lineWords);
    keep({ line: engineering, field: "line", said }, "engineering", merging);
  }
  return fieldsAsOne(engineering, plant).reduce((merged, fields) => {
    const isStanding = standsOf(fields, { base, engineering, plant }, merging) === "plant";
    return isStanding ? withFields(merged, plant, fields) : merged;
  }, engineering);
}

/** Whose word stands in fields that must come from one side. */
function standsOf(
  fields: readonly MbomField[],
  {
    base,
    engineering,
    plant,
  }: { readonly base: MbomLine | null; readonly engineering: MbomLine; readonly plant: MbomLine },
  merging: Merging,
): Side {
  const isBase = (line: MbomLine) => base !== null && fields.every((field) => sameField(line, base, field));
  if (isBase(plant)) return "engineering";
  // Who types a line that engineering adds as well says no more than he knows.
  if (base === null && fields.every((field) => saysNothingOf(plant, field))) return "engineering";
  const asked = (one: Asked["field"], of: readonly MbomField[]): Asked => ({
    line: engineering,
    field: one,
    said: saidOf({ base, engineering, plant }, (line) => wordsIn(line, of)),
  });
  if (!isBase(engineering)) return answered(asked(namedAsOne(fields), fields), merging) ?? "plant";
  for (const field of fields) keep(asked(field, [field]), "plant", merging);
  return "plant";
}

function removedLine({ base, plant }: Meeting["removed"][number], merging: Merging): readonly MbomLine[] {
  if (lineText(base) === lineText(plant)) return [];
  const said = saidOf({ base, engineering: null, plant }, lineWords);
  const key = merging.upstreamKeys.has(base.key) ? merging.newKey(base.key) : base.key;
  const side = answered({ line: { ...base, key }, field: "line", said }, merging) ?? "plant";
  return side === "plant" ? [{ ...plant, key, origin: { kind: "planner" } }] : [];
}

function addedLine(line: MbomLine, merging: Merging): readonly MbomLine[] {
  const said = saidOf({ base: null, engineering: null, plant: line }, lineWords);
  keep({ line, field: "line", said }, "plant", merging);
  return [line];
}

type Asked = {
  readonly line: MbomLine;
  readonly field: MergeField;
  readonly said: MergeConflict["said"];
};

function saidOf(
  { base, engineering, plant }: { readonly [side in "base" | Side]: MbomLine | null },
  words: (line: MbomLine) => string,
): Asked["said"] {
  const said = (line: MbomLine | null) => (line === null ? null : words(line));
  return { base: said(base), engineering: said(engineering), plant: said(plant) };
}

function keep(asked: Asked, stands: Side, { kept }: Merging, by: ConflictId | null = null): Side {
  const { line, field, said } = asked;
  kept.push({ line: line.key, component: line.item, field, ...said, stands, by });
  return stands;
}

/** What a person said to the question; null where it is open. */
function answered(asked: Asked, merging: Merging): Side | null {
  const { plant, item } = merging.engineering;
  const { line, field, said } = asked;
  const id = conflictId(plant, item, line.key, field);
  const answer = merging.resolutions.get(id);
  if (answer !== undefined && answer.plantSaid === said.plant) return keep(asked, answer.stands, merging, id);
  merging.conflicts.push({ id, plant, item, line: line.key, component: line.item, field, said });
  return null;
}

/** `1000/PUMP/L10/quantity`, each part so that it holds no slash of its own. */
function conflictId(...parts: readonly [plant: string, item: string, line: string, field: string]): ConflictId {
  return parts.map((part) => encodeURIComponent(part.toWellFormed())).join("/") as ConflictId;
}

import type { MbomLineKey } from "../ids.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { isEnding, keyOfLine } from "./dated-mbom.ts";
import { changedFields, fieldWords, withFields } from "./line-fields.ts";
import type { MbomField } from "./mbom-diff.ts";
import type { KeptEdit } from "./mbom-merge.ts";

/** The sides of a rollback: what it goes back to, what the change left, and what is now. */
export type RollbackSides = { readonly before: Mbom; readonly left: Mbom; readonly now: Mbom | null };

/**
 * The sides as if the change had set no last days: what it let end is the line that comes back, with what planners
 * made of it meanwhile. Otherwise a line that they edited would stand twice until that day.
 */
export function undoneDates({ before, left, now }: RollbackSides): RollbackSides & {
  /** The same for another mBOM that has these lines, such as what was published last. */
  readonly undone: (mbom: Mbom) => Mbom;
  readonly kept: readonly KeptEdit[];
} {
  const ending = endingLines(before, left);
  const undone = (mbom: Mbom): Mbom =>
    ending.size === 0
      ? mbom
      : { ...mbom, lines: mbom.lines.flatMap((line) => ending.get(line.key)?.instead(line) ?? [line]) };
  const standing = new Map(now?.lines.map((line) => [line.key, line]));
  const edits = [...ending.values()].flatMap(({ ended, back, isReplaced }) => {
    const stands = standing.get(ended.key);
    if (!isReplaced || stands === undefined) return [];
    const fields = changedFields(ended, stands).filter((field) => field !== "effectivity");
    return fields.length === 0 ? [] : [{ back, stands, fields }];
  });
  const edited = new Map(edits.map(({ back, stands, fields }) => [back.key, withFields(back, stands, fields)]));
  return {
    before: { ...before, lines: before.lines.map((line) => edited.get(line.key) ?? line) },
    left: undone(left),
    now: now === null ? null : undone(now),
    undone,
    kept: edits.flatMap(({ back, stands, fields }) => fields.map((field) => keptEdit(back, stands, field))),
  };
}

type Ending = {
  readonly ended: MbomLine;
  /** The line that it was before, and is to be again. */
  readonly back: MbomLine;
  /** Whether the change has another line in its place, which goes back to what it was. */
  readonly isReplaced: boolean;
  readonly instead: (line: MbomLine) => readonly MbomLine[];
};

/** Lines that the change let end on its day, by their keys. */
function endingLines(before: Mbom, left: Mbom): ReadonlyMap<MbomLineKey, Ending> {
  const had = new Map(before.lines.map((line) => [line.key, line]));
  const keys = new Set(left.lines.map(({ key }) => key));
  const endings = left.lines.flatMap((ended): [MbomLineKey, Ending][] => {
    const key = keyOfLine(ended.key);
    const back = had.get(key);
    if (!isEnding(ended) || had.has(ended.key) || back === undefined) return [];
    const isReplaced = keys.has(key);
    const instead = (line: MbomLine) => (isReplaced ? [] : [{ ...line, key, effectivity: back.effectivity }]);
    return [[ended.key, { ended, back, isReplaced, instead }]];
  });
  return new Map(endings);
}

function keptEdit(back: MbomLine, stands: MbomLine, field: MbomField): KeptEdit {
  const base = fieldWords(back, field);
  const said = { base, engineering: base, plant: fieldWords(stands, field) };
  return { line: back.key, component: back.item, field, ...said, stands: "plant", by: null };
}

import type { Day } from "../calendar.ts";
import { effectivityText } from "../effectivity-text.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { isEnding, keyOfLine } from "./dated-mbom.ts";
import { mergeMbom } from "./merge-mbom.ts";

/** Merges where an mBOM holds the designs of both sides of a day: see `datedMbom`. */

/**
 * A published mBOM, line for line as it was designed: without the first days that its lines got because the design
 * before them stands in the same mBOM. They are Heddle's, and no planner's.
 */
export function asDesigned(published: Mbom, design: Mbom): Mbom {
  return withEffectivityOf(design, published, (line, designed) => {
    const same = { ...line.effectivity, from: designed.effectivity.from };
    return effectivityText(same) === effectivityText(designed.effectivity);
  });
}

/**
 * The design from before a change that is published for `day`, with what the plant's planners changed since of the
 * lines that hold until then: their edits are for now, and do not wait for the day.
 */
export function withEditsUntil(day: Day, before: Mbom, published: Mbom, plant: Mbom): Mbom {
  const ended = before.lines.filter(({ key }) => isEnding(key));
  const base = { ...before, lines: before.lines.filter(({ key }) => !isEnding(key)) };
  const held = until(day, published, base);
  const sent = withEffectivityOf(base, held, () => true);
  const { mbom } = mergeMbom(base, base, until(day, plant, base), new Map(), { sent, held });
  return { ...mbom, lines: [...mbom.lines, ...ended] };
}

/** The lines that hold before the day, under the keys that they had before the change. */
function until(day: Day, mbom: Mbom, before: Mbom): Mbom {
  const keys = new Set(before.lines.map(({ key }) => key));
  const lines = mbom.lines.flatMap((line): MbomLine[] => {
    const { from } = line.effectivity;
    const key = keys.has(line.key) ? line.key : keyOfLine(line.key);
    return from !== null && from >= day ? [] : [{ ...line, key }];
  });
  return { ...mbom, lines };
}

/** Lines get the days of the line of the same key in `other`, where that is so. */
function withEffectivityOf(other: Mbom, mbom: Mbom, isSo: (line: MbomLine, other: MbomLine) => boolean): Mbom {
  const others = new Map(other.lines.map((line) => [line.key, line]));
  const lines = mbom.lines.map((line): MbomLine => {
    const same = others.get(line.key);
    return same !== undefined && isSo(line, same) ? { ...line, effectivity: same.effectivity } : line;
  });
  return { ...mbom, lines };
}

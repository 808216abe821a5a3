import { dayBefore, holdsOn, type Day } from "../calendar.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { lineText } from "./line-fields.ts";
import { datedMbom, keyOfLine, mbomSince } from "./dated-mbom.ts";

/**
 * An mBOM as it would stand without the design that was laid over it from a day on: what begins then is not there, and
 * what ends for it goes on. Edits of planners in what is left stay.
 *
 * @param before what the design was laid over: how its lines go on.
 */
export function withoutLayer(
  mbom: Mbom,
  { effectiveFrom, before }: { readonly effectiveFrom: Day; readonly before: Mbom | null },
): Mbom {
  const own = new Map(before?.lines.map((line) => [line.key, line]));
  const last = dayBefore(effectiveFrom);
  const lines = mbom.lines.flatMap((line): MbomLine[] => {
    const { from, until } = line.effectivity;
    if (from !== null && from >= effectiveFrom && own.get(line.key)?.effectivity.from !== from) return [];
    if (own.has(line.key) || !line.key.endsWith(`~${last}`)) return [line];
    const key = keyOfLine(line.key);
    const went = [...own.values()].find((one) => keyOfLine(one.key) === key && holdsOn(one.effectivity, last));
    const goesOn = until === last ? (went?.effectivity.until ?? null) : until;
    return [{ ...line, key: went?.key ?? key, effectivity: { ...line.effectivity, until: goesOn } }];
  });
  return { ...mbom, revision: before?.revision ?? mbom.revision, lines: withOwnKeys(lines, before) };
}

/** A line that stays has the layer's number, where engineering renumbered it: it gets the one back that it had. */
function withOwnKeys(lines: readonly MbomLine[], before: Mbom | null): readonly MbomLine[] {
  const stands = new Set(lines.map(identityOf));
  const lost = (before?.lines ?? []).filter((line) => !stands.has(identityOf(line)));
  const known = new Set((before?.lines ?? []).map(identityOf));
  return lines.map((line) => {
    const at = known.has(identityOf(line)) ? -1 : lost.findIndex((one) => lineText(one) === lineText(line));
    const [own] = at < 0 ? [] : lost.splice(at, 1);
    return own === undefined ? line : { ...line, key: own.key };
  });
}

function identityOf(line: MbomLine): string {
  return `${line.key} ${lineText(line)}`;
}

/** The mBOM with a design over it from a day on; before the day it says what it said. */
export function laidOver(mbom: Mbom, design: Mbom, from: Day): Mbom {
  return datedMbom(mbom, mbomSince(design, from), from);
}

import type { Mbom, MbomLine } from "../mbom.ts";
import { changedFields, FIELD_NAMES, lineText, sameField, textIn } from "./line-fields.ts";
import type { ChangedLine, MbomDiff } from "./mbom-diff.ts";

/**
 * What an mBOM as it stands differs in from one that is planned; an item without one differs in every
 * line. Lines that say the same are the same line, else those with the same key. Those without a partner by
 * key, such as lines that a planner typed, are matched by item with operation and reference designators, with
 * designators, with operation, by item alone; in the order of their mBOMs.
 */
export function diffMbom(actual: Mbom | null, planned: Mbom): MbomDiff {
  if (actual === null) return { added: planned.lines, removed: [], changed: [], same: [] };
  const { partners, same: agreed, added, removed } = pairedLines(actual.lines, planned.lines);
  const same: MbomLine[] = [];
  const changed: ChangedLine[] = [];
  for (const line of planned.lines) {
    const partner = partners.get(line);
    if (partner === undefined) continue;
    const fields = agreed.has(partner) ? [] : changedFields(partner, line);
    if (fields.length === 0) same.push(line);
    else changed.push({ from: partner, to: line, fields });
  }
  return { added, removed, changed, same };
}

/**
 * Which line of the one is which of the other, by the line that is planned; and those without a partner. What says
 * the same comes before what has the same key: a PLM that numbers lines by their place moves keys on to others.
 */
export function pairedLines(actual: readonly MbomLine[], planned: readonly MbomLine[]) {
  const keyed = new Map(actual.map((line) => [line.key, line]));
  const partners = new Map<MbomLine, MbomLine>();
  for (const line of planned) {
    const partner = keyed.get(line.key);
    if (partner === undefined || !sameLine(partner, line)) continue;
    partners.set(line, partner);
    keyed.delete(line.key);
  }
  const same = new Set(partners.values());
  const from = new Set(actual.filter((line) => !same.has(line)));
  const to = new Set(planned.filter((line) => !partners.has(line)));
  for (const measure of MEASURES) pairUp(from, to, measure, partners);
  return { partners, same, added: [...to], removed: [...from] };
}

/** Whether both lines say the same to whoever builds from them. */
export function sameLine(actual: MbomLine, planned: MbomLine): boolean {
  return FIELD_NAMES.every((field) => sameField(actual, planned, field));
}

/**
 * Whether both say the same to whoever builds from them, the engineering revision aside: also where an ERP has
 * given the lines each other's keys.
 */
export function sameMbom(actual: Mbom | null, planned: Mbom): boolean {
  if (actual === null || actual.lines.length !== planned.lines.length) return false;
  const { added, changed } = diffMbom(actual, planned);
  return added.length + changed.length === 0;
}

/** Moves lines that are the same by one measure out of both sets, as partners. */
export function pairUp(
  from: Set<MbomLine>,
  to: Set<MbomLine>,
  samenessOf: Measure,
  partners: Map<MbomLine, MbomLine>,
): void {
  if (from.size === 0 || to.size === 0) return;
  // Reversed, so that `pop` hands out the first line of the mBOM first.
  const candidates = Map.groupBy([...from].toReversed(), samenessOf);
  for (const line of to) {
    const sameness = samenessOf(line);
    const partner = sameness === null ? undefined : candidates.get(sameness)?.pop();
    if (partner === undefined) continue;
    partners.set(line, partner);
    from.delete(partner);
    to.delete(line);
  }
}

/** What a line may be matched by; null where it cannot be in that way. */
export type Measure = (line: MbomLine) => string | null;

export const byKey: Measure = ({ key }) => key;

/** Where a component goes in: the same item at the same operation and designators. */
export const byPlace: Measure = (line) => textIn(line, ["item", "operation", "reference designators"]);

/** For lines that do not say the same, the surest first. */
export const BY_LIKENESS: readonly Measure[] = [
  (line) => (line.referenceDesignators.length === 0 ? null : byPlace(line)),
  (line) => (line.referenceDesignators.length === 0 ? null : textIn(line, ["item", "reference designators"])),
  (line) => textIn(line, ["item", "operation"]),
  ({ item }) => item,
];

const MEASURES: readonly Measure[] = [lineText, byKey, ...BY_LIKENESS];

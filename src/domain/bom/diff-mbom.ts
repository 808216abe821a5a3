import { effectivityText } from "../effectivity-text.ts";
import type { Mbom, MbomLine, Scrap } from "../mbom.ts";
import { quantityText } from "../quantity.ts";
import { rationalText, type Rational } from "../rational.ts";
import { usageText } from "../usage-text.ts";
import { optionText } from "../variant/option.ts";
import type { ChangedLine, MbomDiff, MbomField } from "./mbom-diff.ts";

/**
 * What an mBOM as it stands differs in from one that is planned; an item without one differs in every
 * line. Lines with the same key are the same line. Those without a partner by key, such as lines that a
 * planner typed, are matched by what they say: in everything, else by item with operation and reference
 * designators, with designators, with operation, by item alone; in the order of their mBOMs.
 */
export function diffMbom(actual: Mbom | null, planned: Mbom): MbomDiff {
  if (actual === null) return { added: planned.lines, removed: [], changed: [], same: [] };
  const { partners, added, removed } = pairedLines(actual.lines, planned.lines);
  const same: MbomLine[] = [];
  const changed: ChangedLine[] = [];
  for (const line of planned.lines) {
    const partner = partners.get(line);
    if (partner === undefined) continue;
    const fields = changedFields(partner, line);
    if (fields.length === 0) same.push(line);
    else changed.push({ from: partner, to: line, fields });
  }
  return { added, removed, changed, same };
}

/** Which line of the one is which of the other, by the line that is planned; and those without a partner. */
export function pairedLines(actual: readonly MbomLine[], planned: readonly MbomLine[]) {
  const from = new Set(actual);
  const to = new Set(planned);
  const partners = new Map<MbomLine, MbomLine>();
  for (const samenessOf of SAMENESS) pairUp(from, to, samenessOf, partners);
  return { partners, added: [...to], removed: [...from] };
}

/** Whether both lines say the same to whoever builds from them. */
export function sameLine(actual: MbomLine, planned: MbomLine): boolean {
  return changedFields(actual, planned).length === 0;
}

/**
 * Whether both say the same to whoever builds from them, the engineering revision aside: also where an ERP has
 * given the lines each other's keys.
 */
export function sameMbom(actual: Mbom | null, planned: Mbom): boolean {
  if (actual === null || actual.lines.length !== planned.lines.length) return false;
  const { added, changed } = diffMbom(actual, planned);
  if (added.length + changed.length === 0) return true;
  const had = actual.lines.map(lineText).toSorted();
  const has = planned.lines.map(lineText).toSorted();
  return had.every((text, at) => text === has[at]);
}

/** Everything that a line says to whoever builds from it: equal for lines that say the same. */
export function lineText(line: MbomLine): string {
  return JSON.stringify(FIELDS.map(({ text }) => text(line)));
}

/** Moves lines that are the same by one measure out of both sets, as partners. */
export function pairUp(
  from: Set<MbomLine>,
  to: Set<MbomLine>,
  samenessOf: (line: MbomLine) => string | null,
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

/** What lines are matched by, the surest first; null where a line cannot be matched in that way. */
const SAMENESS: readonly ((line: MbomLine) => string | null)[] = [
  ({ key }) => key,
  lineText,
  (line) =>
    line.referenceDesignators.length === 0 ? null : JSON.stringify([line.item, line.operation, designators(line)]),
  (line) => (line.referenceDesignators.length === 0 ? null : JSON.stringify([line.item, designators(line)])),
  ({ item, operation }) => JSON.stringify([item, operation]),
  ({ item }) => item,
];

/** Every field as a text that is equal where the lines say the same. */
const FIELDS: readonly { readonly field: MbomField; readonly text: (line: MbomLine) => string }[] = [
  { field: "item", text: ({ item }) => item },
  { field: "quantity", text: ({ quantity }) => quantityText(quantity) },
  { field: "basis", text: ({ basis }) => basis },
  { field: "operation", text: ({ operation }) => operation ?? "" },
  { field: "supply", text: ({ supply }) => supply ?? "" },
  { field: "scrap", text: ({ scrap }) => scrapText(scrap) },
  { field: "phantom", text: ({ phantom }) => String(phantom) },
  { field: "reference designators", text: designators },
  { field: "alternates", text: ({ alternates }) => alternates.join("\u001f") },
  { field: "usage", text: ({ usage }) => usageText(usage ?? []) },
  { field: "effectivity", text: ({ effectivity }) => effectivityText(effectivity) },
  { field: "option", text: ({ option }) => (option === undefined ? "" : optionText(option)) },
  { field: "output", text: ({ output }) => output ?? "" },
];

/** Fields in which two lines differ to whoever builds from them. */
export function changedFields(from: MbomLine, to: MbomLine): readonly MbomField[] {
  return FIELDS.filter(({ text }) => text(from) !== text(to)).map(({ field }) => field);
}

/** In one order: which designators a line has counts, not how they are listed. */
function designators({ referenceDesignators }: MbomLine): string {
  return referenceDesignators.toSorted().join("\u001f");
}

/** No scrap and a scrap of zero are one: some ERPs know no difference. */
function scrapText({ componentPercent, operationPercent, fixedPerOrder }: Scrap): string {
  return [componentPercent, operationPercent, fixedPerOrder].map(percentText).join(" ");
}

function percentText(number: Rational | null): string {
  return number === null ? "0" : rationalText(number);
}

import { effectivityText } from "../effectivity-text.ts";
import type { Rational } from "../rational.ts";
import { plus, rationalText } from "../rational.ts";
import { itemConversionFactor } from "../unit.ts";
import { optionText } from "../variant/option.ts";
import { inUnit, named, sum, type DraftLine } from "./draft-line.ts";
import { firstMatch, type RulePhases } from "./rule-phases.ts";

/**
 * Makes one line of engineering's lines that a `merge` rule matches and that are the same to whoever
 * builds from them: item, operation, supply, scrap, basis, effectivity, phantom and alternates. The
 * first one gives its key and unit. Lines that a rule added stay apart: each shows its own driver.
 */
export function mergeLines(lines: readonly DraftLine[], { merge }: RulePhases): readonly DraftLine[] {
  if (merge.length === 0 || !hasTwoOfAnItem(lines)) return lines;
  const groups = new Map<string, DraftLine[]>();
  for (const line of lines) {
    const rule = line.origin.kind === "engineering" ? firstMatch(merge, line.facts) : null;
    // A key that no other line has keeps an unmatched line in its place.
    const sameness = rule === null ? `alone ${groups.size}` : samenessOf(line);
    const group = groups.get(sameness);
    if (group === undefined) groups.set(sameness, [line]);
    else group.push(line);
  }
  return [...groups.values()].flatMap((group) => joined(group, { merge }));
}

/** Most mBOMs have each item once, and nothing to merge. */
function hasTwoOfAnItem(lines: readonly DraftLine[]): boolean {
  return new Set(lines.map(({ item }) => item)).size < lines.length;
}

function joined(group: readonly DraftLine[], phases: Pick<RulePhases, "merge">): readonly DraftLine[] {
  const [first, ...others] = group;
  if (first === undefined || others.length === 0) return group;
  const rule = (line: DraftLine) => firstMatch(phases.merge, line.facts)?.name;
  let whole = first;
  const apart: DraftLine[] = [];
  for (const other of others) {
    const factor = itemConversionFactor(other.unit, first.unit, other.unitFactors);
    if (factor === null) {
      apart.push(other);
      continue;
    }
    named(other, rule(other));
    whole = together(whole, inUnit(other, first.unit, factor));
  }
  if (whole !== first) named(first, rule(first));
  return [whole, ...apart];
}

function together(a: DraftLine, b: DraftLine): DraftLine {
  if (a.origin.kind !== "engineering" || b.origin.kind !== "engineering") return a;
  return {
    ...a,
    amount: plus(a.amount, b.amount),
    referenceDesignators: [...a.referenceDesignators, ...b.referenceDesignators],
    // Each line plans its fixed loss in every order, so the line of both plans both.
    scrap: { ...a.scrap, fixedPerOrder: sum(a.scrap.fixedPerOrder, b.scrap.fixedPerOrder) },
    origin: { kind: "engineering", from: [...a.origin.from, ...b.origin.from] },
  };
}

function samenessOf(line: DraftLine): string {
  const { scrap, effectivity } = line;
  return JSON.stringify([
    line.item,
    line.operation,
    line.supply,
    text(scrap.componentPercent),
    text(scrap.operationPercent),
    text(scrap.fixedPerOrder),
    line.basis,
    effectivityText(effectivity),
    line.option === null ? null : optionText(line.option),
    line.phantom,
    line.alternates,
    line.usage?.map(({ item, percent, factor }) => [item, text(percent), text(factor)]),
  ]);
}

function text(number: Rational | null): string | null {
  return number === null ? null : rationalText(number);
}

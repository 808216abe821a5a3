import { effectivityText } from "../effectivity-text.ts";
import type { ItemId } from "../ids.ts";
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
  if (merge.rules.length === 0) return lines;
  const repeated = repeatedItems(lines);
  if (repeated.size === 0) return lines;
  const groups = new Map<string | DraftLine, DraftLine[]>();
  for (const line of lines) {
    const isAlone =
      !repeated.has(line.item) || line.origin.kind !== "engineering" || firstMatch(merge, line.facts) === null;
    // Under itself, a line that nothing merges with keeps its place.
    const sameness = isAlone ? line : samenessOf(line);
    const group = groups.get(sameness);
    if (group === undefined) groups.set(sameness, [line]);
    else group.push(line);
  }
  return [...groups.values()].flatMap((group) => joined(group, { merge }));
}

/** The items of several lines. Most mBOMs have each item once, and nothing to merge. */
function repeatedItems(lines: readonly DraftLine[]): ReadonlySet<ItemId> {
  const seen = new Set<ItemId>();
  const repeated = new Set<ItemId>();
  for (const { item } of lines) {
    if (seen.has(item)) repeated.add(item);
    else seen.add(item);
  }
  return repeated;
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

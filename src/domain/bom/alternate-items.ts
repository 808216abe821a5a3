import type { ItemId } from "../ids.ts";
import type { ItemUsage } from "../mbom.ts";
import { minus, ONE, rational, ZERO } from "../rational.ts";
import { named, type DraftLine } from "./draft-line.ts";
import type { Planning } from "./planning.ts";
import { knownItem } from "./plant-target.ts";
import { firstMatch, type RuleOf } from "./rule-phases.ts";
import type { AlternateItem } from "./rules.ts";

/**
 * The line with the alternates that a rule gives it. What is made gets its mBOM, as any component does. A rule that names
 * an item that nobody knows or that is not released is reported, and blocks the plan.
 */
export function withAlternates(line: DraftLine, planning: Planning): DraftLine {
  const rule = firstMatch(planning.phases.alternate, line.facts);
  if (rule === null) return line;
  const { items, first } = rule.action;
  const given = items.filter(({ item }) => item !== line.item);
  for (const { item } of given) needAlternate(item, line, rule, planning);
  named(line, rule.name);
  const own = given.map(({ item }) => item);
  const alternates = [...new Set<ItemId>(first ? [...own, ...line.alternates] : [...line.alternates, ...own])];
  return { ...line, alternates, usage: usageOf(line.item, given) };
}

function needAlternate(item: ItemId, line: DraftLine, rule: RuleOf<"alternate">, planning: Planning): void {
  const { phases, finding, report } = planning;
  const known = knownItem(item, planning);
  if (known === null) return report(finding.plantItemMissing(item, [rule.name], `The alternate of ${line.item}`));
  const { facts, key } = known;
  if (facts.state !== "released") return report(finding.unreleased(facts, null, null));
  const procurement = firstMatch(phases.source, { ...line.facts, line: null, item: facts })?.action.kind ?? "buy";
  planning.sourced(item, key, procurement);
  if (procurement !== "buy" && key !== null) planning.needsMbom({ item, source: key, procurement, asAlternate: true });
}

const HUNDRED = rational(100n);

/** The line's own item is used as often as the rule leaves; null where the rule says nothing of usage or factors. */
function usageOf(item: ItemId, alternates: readonly AlternateItem[]): readonly ItemUsage[] | null {
  const told = alternates.filter(({ usage, factor }) => usage !== null || factor !== null);
  if (told.length === 0) return null;
  const others = told.map((one) => ({ item: one.item, percent: one.usage ?? ZERO, factor: one.factor ?? ONE }));
  const rest = others.reduce((left, { percent }) => minus(left, percent), HUNDRED);
  return [{ item, percent: rest, factor: ONE }, ...others];
}

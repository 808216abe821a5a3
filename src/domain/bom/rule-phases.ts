import type { ItemId } from "../ids.ts";
import { ONE, times, type Rational } from "../rational.ts";
import type { Item } from "../item.ts";
import type { Rule, RuleAction, RuleFacts, RuleKind, RuleSet } from "./rules.ts";

/** A rule whose action is of one of these kinds. */
export type RuleOf<Kind extends RuleKind> = Rule & { readonly action: Extract<RuleAction, { readonly kind: Kind }> };

/** The rules of one phase, in the order of their file. */
export type Phase<Kind extends RuleKind> = {
  readonly rules: readonly RuleOf<Kind>[];
  /** Where answers to it are kept; null where rules of it look at more than the item. */
  readonly place: number | null;
};

/** What the phases have answered about an item before: most rules look at nothing else, and many lines call for it. */
export type Answers = { readonly about: Item; readonly byPlace: (Rule | null | undefined)[] };

export function noAnswers(about: Item): Answers {
  return { about, byPlace: [] };
}

/** Facts with what was answered about their item before; absent where nobody keeps that. */
export type KnownFacts = RuleFacts & { readonly answers?: Answers | undefined };

export type RulePhases = ReturnType<typeof rulePhases>;

/** A plant's rules sorted by what they do, so that no line is asked about rules of another phase. */
export function rulePhases({ rules }: RuleSet) {
  const all = <Kind extends RuleKind>(...kinds: readonly Kind[]) =>
    rules.filter((rule): rule is RuleOf<Kind> => (kinds as readonly RuleKind[]).includes(rule.action.kind));
  let places = 0;
  const phase = <Kind extends RuleKind>(...kinds: readonly Kind[]): Phase<Kind> => {
    const own = all(...kinds);
    return { rules: own, place: own.every(({ looksAtItemOnly }) => looksAtItemOnly) ? places++ : null };
  };
  return {
    exclude: phase("exclude"),
    source: phase("make", "buy", "subcontract", "phantom"),
    replace: all("replace"),
    collapse: phase("collapse"),
    basis: phase("basis"),
    divide: phase("group", "split"),
    add: all("add", "co-product", "by-product"),
    convert: phase("convert"),
    scrap: phase("scrap"),
    operation: phase("operation"),
    supply: phase("supply"),
    alternate: phase("alternate"),
    merge: phase("merge"),
    round: phase("round"),
  };
}

/** The rule that decides in a phase: the first that matches; null when none does. */
export function firstMatch<Kind extends RuleKind>(phase: Phase<Kind>, facts: KnownFacts): RuleOf<Kind> | null {
  const { place } = phase;
  const { answers, item } = facts;
  // Facts may have been made of others, about another item.
  if (place === null || answers?.about !== item) return firstOf(phase.rules, facts);
  const known = answers.byPlace[place] as RuleOf<Kind> | null | undefined;
  if (known !== undefined) return known;
  const first = firstOf(phase.rules, facts);
  answers.byPlace[place] = first;
  return first;
}

function firstOf<Kind extends RuleKind>(rules: readonly RuleOf<Kind>[], facts: RuleFacts): RuleOf<Kind> | null {
  for (const rule of rules) if (rule.matches(facts)) return rule;
  return null;
}

type Replacing = readonly RuleOf<"replace">[];

/** Where a chain of replacements ends. */
export type Replacement =
  | { readonly kind: "ends"; readonly item: ItemId; readonly factor: Rational; readonly by: Replacing }
  /** The items on the way, up to and with the one that came up twice. */
  | { readonly kind: "loops"; readonly path: readonly ItemId[]; readonly by: Replacing };

/**
 * Follows an item through the cross-reference tables until none has it: a plant number that was itself
 * superseded ends at its successor, with the factors multiplied. One table may lead into another. Null for an item
 * that stays what it is.
 */
export function followReplacements(rules: Replacing, item: ItemId, facts: RuleFacts): Replacement | null {
  if (!rules.some(({ action }) => action.items.has(item))) return null;
  const path = new Set([item]);
  const by = new Set<RuleOf<"replace">>();
  let factor = ONE;
  for (let at = item; ;) {
    const rule = rules.find((candidate) => candidate.action.items.has(at) && candidate.matches(facts));
    const next = rule?.action.items.get(at);
    if (rule === undefined || next === undefined) {
      return by.size === 0 ? null : { kind: "ends", item: at, factor, by: [...by] };
    }
    by.add(rule);
    if (path.has(next.with)) return { kind: "loops", path: [...path, next.with], by: [...by] };
    at = next.with;
    path.add(at);
    factor = times(factor, next.factor);
  }
}

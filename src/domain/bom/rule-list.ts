import type { RuleName } from "../ids.ts";

/**
 * The rules that had a say in something, in the order in which they came to bear. Lists are made from one empty
 * list: of a product of a hundred thousand lines, all lines with the same rules share one of a few dozen lists.
 */
export type RuleList = { readonly names: readonly RuleName[]; readonly longer: Map<RuleName, RuleList> };

export function emptyRuleList(): RuleList {
  return { names: [], longer: new Map() };
}

/** The list with one name more, where it does not have that already. */
export function withRule(list: RuleList, name: RuleName | undefined): RuleList {
  if (name === undefined) return list;
  const known = list.longer.get(name);
  if (known !== undefined) return known;
  if (list.names.includes(name)) return list;
  const longer = { names: [...list.names, name], longer: new Map() };
  list.longer.set(name, longer);
  return longer;
}

export function withRules(list: RuleList, names: Iterable<RuleName | undefined>): RuleList {
  let longer = list;
  for (const name of names) longer = withRule(longer, name);
  return longer;
}

import type { EbomLine, ItemRevisionKey } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId, LineId, RuleName } from "../ids.ts";
import type { EngineeringSource, MbomBasis, MbomLine } from "../mbom.ts";
import { quantityText } from "../quantity.ts";
import { compare, dividedBy, isZero, minus, ONE, plus, rational, type Rational, times, ZERO } from "../rational.ts";
import { itemConversionFactor, type UnitFactor } from "../unit.ts";
import type { Configured } from "../variant/configuration.ts";
import { isSelected } from "./choose-line.ts";
import { groupLines } from "./group-mboms.ts";
import type { AccountEntry, Decision, PlannedMbom } from "./mbom-plan.ts";
import type { PlanInput } from "./planning.ts";
import { factorOf } from "./converted-unit.ts";
import { knownItem } from "./plant-target.ts";
import type { RuleOf } from "./rule-phases.ts";
import type { RuleSet } from "./rules.ts";
import { calledFor, structureOf, type Structure } from "./structure.ts";

export type Account = { readonly account: readonly AccountEntry[]; readonly findings: readonly Finding[] };

/**
 * Accounts for every eBOM line that a planned mBOM decides: what engineering requires of it, worked out
 * again from the eBOM, against what the finished mBOM lines say they hold of it. It uses none of the
 * planner's own sums, so a line that was lost, doubled or changed on the way shows as a blocked finding.
 */
export function accountFor(
  input: AccountInput,
  planned: Omit<PlannedMbom, "account">,
  structure: Structure = structureOf(input.ebom),
): Account {
  const { mbom, configured, decisions, contributors } = planned;
  const books: Books = {
    input,
    structure,
    replacements: replacementsByName(input.rules),
    factors: factorsByName(input.rules),
    item: mbom.item,
    inGroup: groupLines(planned),
  };
  const root = contributors[0];
  const findings: Finding[] = [];
  const shares = sharesByPath([...mbom.lines, ...books.inGroup.keys()], books, findings);
  const account: AccountEntry[] = [];
  const decided = new Set<string>();
  const requiredOf =
    root === undefined ? () => null : requirements(root, structure, countedPerOrder(decisions, input.rules));

  for (const decision of decisions) {
    const path = pathText(decision.path);
    const wanted = requiredOf(decision.path);
    if (wanted === null) continue;
    decided.add(path);
    if (decision.outcome.kind === "not selected" && isMeant(wanted, configured))
      findings.push(lost(wanted, decision, books));
    account.push(entryOf(decision, wanted, shares.get(path) ?? [], books, findings));
  }
  for (const [path, held] of shares) if (!decided.has(path)) findings.push(unfounded(held, books));
  for (const line of root === undefined ? [] : (structure.lines(root) ?? [])) {
    if (!decided.has(line.id)) findings.push(undecided(line, books));
  }
  return { account, findings };
}

export type AccountInput = Pick<PlanInput, "ebom" | "rules" | "decimalsOf" | "plantItems">;

type Books = {
  readonly input: AccountInput;
  readonly structure: Structure;
  readonly replacements: ReadonlyMap<RuleName, readonly ReplacementTable[]>;
  /** Rules that bring a factor of the item's own. */
  readonly factors: ReadonlyMap<RuleName, RuleOf<"convert">["action"]>;
  /** The item whose mBOM is accounted for. */
  readonly item: ItemId;
  /** Its lines in groups, as one of it takes them, and in which. */
  readonly inGroup: ReadonlyMap<MbomLine, ItemId>;
};

type ReplacementTable = ReadonlyMap<ItemId, { readonly with: ItemId; readonly factor: Rational }>;

/** What engineering requires by one use of a line, and how many of its item that is for the lines below. */
type Required = {
  readonly line: EbomLine;
  readonly above: Required | undefined;
  readonly amount: Rational;
  readonly basis: MbomBasis;
  readonly multiplier: Rational;
};

/**
 * Multiplies a line's quantity by those of the lines above it; null when engineering has no such path.
 * Decisions come in eBOM order, so most of a path was walked for the one before and is kept.
 */
function requirements(
  root: ItemRevisionKey,
  structure: Structure,
  perOrder: ReadonlySet<string>,
): (path: readonly LineId[]) => Required | null {
  const trail: Required[] = [];
  return (path) => {
    const common = path.findIndex((id, at) => trail[at]?.line.id !== id);
    trail.length = common === -1 ? path.length : common;
    for (const id of path.slice(trail.length)) {
      const above = trail.at(-1);
      const line = structure.line(above === undefined ? root : calledFor(above.line), id);
      if (line === undefined) return null;
      const restated = perOrder.size > 0 && perOrder.has(pathText(path.slice(0, trail.length + 1)));
      trail.push(required(line, above, structure, restated));
    }
    return trail.at(-1) ?? null;
  };
}

/** Lines that a rule has counted per order: from there on that is what is required of them. */
function countedPerOrder(decisions: readonly Decision[], { rules }: RuleSet): ReadonlySet<string> {
  const names = new Set(rules.flatMap(({ name, action }) => (action.kind === "basis" ? [name] : [])));
  if (names.size === 0) return names;
  const restated = decisions.filter((decision) => decision.rules.some((rule) => names.has(rule)));
  return new Set(restated.map(({ path }) => pathText(path)));
}

function required(line: EbomLine, above: Required | undefined, structure: Structure, restated: boolean): Required {
  const perLot = restated || line.basis === "per lot";
  const amount = perLot || above === undefined ? line.quantity.amount : times(line.quantity.amount, above.multiplier);
  return {
    line,
    above,
    amount,
    basis: perLot || above?.basis === "per order" ? "per order" : "per assembly",
    multiplier: times(amount, unitsPer(line, calledFor(line), structure)),
  };
}

/** Whether a variant takes the line: its own option and those of the lines above it are met. */
function isMeant(wanted: Required, configured: Configured | undefined): boolean {
  if (configured === undefined) return false;
  for (let at: Required | undefined = wanted; at !== undefined; at = at.above) {
    if (!isSelected(at.line, configured.choices)) return false;
  }
  return true;
}

/** How many of the assembly one of the line's unit is; one where nobody says. */
function unitsPer({ quantity }: EbomLine, assembly: ItemRevisionKey, structure: Structure): Rational {
  const item = structure.item(assembly);
  if (item === undefined || item.unit === quantity.unit) return ONE;
  return itemConversionFactor(quantity.unit, item.unit, item.unitFactors) ?? ONE;
}

/** One source's part in an mBOM line. Rounding and fixed scrap of the line are on its first source. */
type Share = {
  readonly line: MbomLine;
  readonly source: EngineeringSource;
  readonly rounding: Rational;
  readonly fixedPerOrder: Rational | null;
};

function sharesByPath(lines: readonly MbomLine[], books: Books, findings: Finding[]): ReadonlyMap<string, Share[]> {
  const shares = new Map<string, Share[]>();
  for (const line of lines) {
    if (line.origin.kind !== "engineering") continue;
    const sources = line.origin.from;
    const rounding = minus(line.quantity.amount, total(sources.map(({ quantity }) => quantity.amount)));
    if (!isZero(rounding) && !isRounding(rounding, line, sources, books)) {
      findings.push(unexplained(line, rounding, books));
    }
    for (const [at, source] of sources.entries()) {
      const first = at === 0;
      const share = {
        line,
        source,
        rounding: first ? rounding : ZERO,
        fixedPerOrder: first ? line.scrap.fixedPerOrder : null,
      };
      const path = pathText(source.path);
      const held = shares.get(path);
      if (held === undefined) shares.set(path, [share]);
      else held.push(share);
    }
  }
  return shares;
}

/** Whether rounding up explains a difference: it is never below zero, and less than a step of each kind. */
function isRounding(
  difference: Rational,
  line: MbomLine,
  sources: readonly EngineeringSource[],
  books: Books,
): boolean {
  const names = new Set(sources.flatMap(({ rules }) => rules));
  const { rules, decimalsOf } = books.input;
  const multiples = rules.rules.flatMap(({ name, action }) =>
    action.kind === "round" && names.has(name) ? [action.multiple] : [],
  );
  const precision = rational(1n, 10n ** BigInt(decimalsOf(line.item, line.quantity.unit)));
  return compare(difference, ZERO) > 0 && compare(difference, plus(precision, total(multiples))) < 0;
}

function entryOf(
  { path, item, outcome }: Decision,
  wanted: Required,
  shares: readonly Share[],
  books: Books,
  findings: Finding[],
): AccountEntry {
  const { unit } = wanted.line.quantity;
  const placed: AccountEntry["placed"][number][] = [];
  let rounding = ZERO;
  for (const share of shares) {
    const factor = factorTo(share, wanted.line, books);
    // What is counted another way, or cannot be brought back to engineering's item, does not count.
    if (factor === null || share.line.basis !== wanted.basis) continue;
    const added = dividedBy(share.rounding, factor);
    const amount = plus(dividedBy(share.source.quantity.amount, factor), added);
    const group = books.inGroup.get(share.line);
    placed.push({
      line: share.line.key,
      quantity: { amount, unit },
      ...(group === undefined ? {} : { in: group }),
    });
    if (compare(added, ZERO) > 0) rounding = plus(rounding, added);
  }
  const gap = minus(plus(wanted.amount, rounding), total(placed.map(({ quantity }) => quantity.amount)));
  const reason = unplacedReason(outcome);
  const size = compare(gap, ZERO);
  if (size !== 0 && (size < 0 || reason === null)) findings.push(imbalance(wanted, gap, path, books));
  return {
    path,
    item,
    required: { amount: wanted.amount, unit },
    placed,
    rounding: { amount: rounding, unit },
    unplaced: size > 0 ? { quantity: { amount: gap, unit }, reason: reason ?? "nothing accounts for it" } : null,
    scrap: shares.flatMap(scrapOf),
  };
}

/** Why an mBOM may hold nothing of a line; null where it must hold all of it. */
function unplacedReason(outcome: Decision["outcome"]): string | null {
  switch (outcome.kind) {
    case "made":
    case "bought":
    case "subcontracted":
    case "phantom":
      return null;
    case "collapsed":
      return "collapsed: its lines stand in its place";
    case "supplied within":
      return `comes inside line ${outcome.parent}`;
    case "excluded with":
      return `falls with line ${outcome.parent}`;
    case "excluded":
      return `excluded: ${outcome.reason}`;
    case "not selected":
      return outcome.reason;
    case "not effective":
      return `not effective: ${outcome.reason}`;
    case "blocked":
      return `blocked: ${outcome.reason}`;
  }
}

function scrapOf({ line, fixedPerOrder }: Share): AccountEntry["scrap"] {
  const { componentPercent, operationPercent } = line.scrap;
  return [
    { line: line.key, percent: componentPercent, fixedPerOrder },
    { line: line.key, percent: operationPercent, fixedPerOrder: null },
  ].filter((scrap) => scrap.percent !== null || scrap.fixedPerOrder !== null);
}

/** How much of the mBOM line's item, in its unit, one of engineering's unit gives; null when none does. */
function factorTo({ line, source }: Share, from: EbomLine, books: Books): Rational | null {
  // A variant of an item is counted as the item that it is a variant of.
  const item = source.variantOf ?? line.item;
  const replaced = replacementFactor(from.item, item, source.rules, books);
  if (replaced === null) return null;
  if (line.quantity.unit === from.quantity.unit) return replaced;
  const known = [...unitFactorsOf(item, from, books), ...ruleFactors(source.rules, from, books)];
  const units = itemConversionFactor(from.quantity.unit, line.quantity.unit, known);
  return units === null ? null : times(replaced, units);
}

function replacementFactor(from: ItemId, to: ItemId, rules: readonly RuleName[], books: Books): Rational | null {
  let factor = ONE;
  const seen = new Set<ItemId>();
  for (let at = from; at !== to;) {
    const tables = rules.flatMap((rule) => books.replacements.get(rule) ?? []);
    const next = tables.find((table) => table.has(at))?.get(at);
    if (next === undefined || seen.has(at)) return null;
    seen.add(at);
    factor = times(factor, next.factor);
    at = next.with;
  }
  return factor;
}

function unitFactorsOf(item: ItemId, from: EbomLine, { structure, input }: Books): readonly UnitFactor[] {
  const own = structure.item(calledFor(from))?.unitFactors ?? [];
  if (item === from.item) return own;
  const known = knownItem(item, { structure, input });
  return known === null || known.key === null ? [...(known?.facts.unitFactors ?? []), ...own] : known.facts.unitFactors;
}

function ruleFactors(rules: readonly RuleName[], from: EbomLine, { factors }: Books): readonly UnitFactor[] {
  if (factors.size === 0) return [];
  return rules.flatMap((rule) => {
    const action = factors.get(rule);
    return action === undefined ? [] : (factorOf(action, from.quantity.unit) ?? []);
  });
}

function factorsByName({ rules }: RuleSet): Books["factors"] {
  return new Map(
    rules.flatMap(({ name, action }) =>
      action.kind === "convert" && action.own !== undefined ? [[name, action] as const] : [],
    ),
  );
}

function replacementsByName({ rules }: RuleSet): ReadonlyMap<RuleName, readonly ReplacementTable[]> {
  const tables = rules.flatMap(({ name, action }) =>
    action.kind === "replace" ? [{ name, table: action.items }] : [],
  );
  return new Map(
    [...Map.groupBy(tables, ({ name }) => name)].map(([name, held]) => [name, held.map(({ table }) => table)]),
  );
}

function imbalance({ line, amount }: Required, gap: Rational, path: readonly LineId[], { item }: Books): Finding {
  const missing = compare(gap, ZERO) > 0;
  const { unit } = line.quantity;
  const off = quantityText({ amount: missing ? gap : minus(ZERO, gap), unit });
  return ownError(
    missing ? "quantity-remainder" : "quantity-excess",
    line.item,
    path.join("/"),
    `Line ${path.join("/")} requires ${quantityText({ amount, unit })} of ${line.item} in ${item}; the planned mBOM holds ${off} too ${missing ? "little" : "much"}.`,
  );
}

function lost({ line }: Required, { path }: Decision, { item }: Books): Finding {
  return ownError(
    "quantity-remainder",
    line.item,
    path.join("/"),
    `Line ${path.join("/")}, ${line.item}, is meant for variant ${item}, and the plan leaves it out as if it were not.`,
  );
}

function unexplained(line: MbomLine, difference: Rational, { item }: Books): Finding {
  const missing = compare(difference, ZERO) < 0;
  const amount = missing ? minus(ZERO, difference) : difference;
  return ownError(
    missing ? "quantity-remainder" : "quantity-excess",
    line.item,
    line.key,
    `mBOM line ${line.key} of ${item} holds ${quantityText({ amount, unit: line.quantity.unit })} ${missing ? "less" : "more"} of ${line.item} than its sources give, which rounding does not explain.`,
  );
}

function unfounded(shares: readonly Share[], { item }: Books): Finding {
  const [share] = shares;
  const path = share?.source.path.join("/") ?? null;
  return ownError(
    "quantity-excess",
    share?.line.item ?? item,
    path,
    `mBOM line ${share?.line.key} of ${item} says it comes from line ${path}, which no decision of the plan names.`,
  );
}

function undecided(line: EbomLine, { item }: Books): Finding {
  return ownError(
    "quantity-remainder",
    line.item,
    line.id,
    `The plan of ${item} decides nothing about line ${line.id}, ${line.item}.`,
  );
}

/** The books do not balance: not the data is wrong, but the plan. */
function ownError(code: Finding["code"], item: ItemId, line: string | null, cause: string): Finding {
  const fix = "This is an error in Heddle, not in your data: report it with the plan attached. Nothing was written.";
  return { severity: "blocked", code, system: "heddle", item, line, field: "quantity", cause, fix };
}

function total(amounts: readonly Rational[]): Rational {
  return amounts.reduce(plus, ZERO);
}

function pathText(path: readonly LineId[]): string {
  return path.join("\u001f");
}

import type { EbomLine } from "../ebom.ts";
import type { Finding } from "../finding.ts";
import type { ItemId, LineId, RuleName } from "../ids.ts";
import type { EngineeringSource, MbomBasis, MbomLine } from "../mbom.ts";
import { quantityText, type Quantity } from "../quantity.ts";
import {
  compare,
  dividedBy,
  isZero,
  minus,
  ONE,
  oneOfLast,
  plus,
  sign,
  times,
  ZERO,
  type Rational,
} from "../rational.ts";
import { itemConversionFactor, KNOWN_UNITS, type Unit, type UnitFactor } from "../unit.ts";
import type { Configured } from "../variant/configuration.ts";
import { isSelected } from "./choose-line.ts";
import { groupLines } from "./group-mboms.ts";
import type { AccountEntry, Decision, PlannedMbom } from "./mbom-plan.ts";
import type { PlanInput } from "./planning.ts";
import { factorOf } from "./converted-unit.ts";
import { pathKey } from "./path-key.ts";
import { knownItem } from "./plant-target.ts";
import type { RuleOf } from "./rule-phases.ts";
import type { RuleSet } from "./rules.ts";
import { structureOf, type CalledFor, type Structure } from "./structure.ts";

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
  return accountant(input, structure)(planned);
}

/** As `accountFor`, for many mBOMs of one plan. */
export function accountant(
  input: AccountInput,
  structure: Structure,
): (planned: Omit<PlannedMbom, "account">) => Account {
  const replacements = replacementsByName(input.rules);
  const factors = factorsByName(input.rules);
  const multiples = multiplesByName(input.rules);
  return (planned) => {
    const { item } = planned.mbom;
    const inGroup = groupLines(planned);
    return balanced(planned, { input, structure, replacements, factors, multiples, item, inGroup });
  };
}

function balanced({ mbom, configured, decisions, contributors }: Omit<PlannedMbom, "account">, books: Books): Account {
  const findings: Finding[] = [];
  const lines = books.inGroup.size === 0 ? mbom.lines : [...mbom.lines, ...books.inGroup.keys()];
  const placed = placedByPath(lines, books, findings);
  const root = contributors[0] === undefined ? undefined : books.structure.node(contributors[0]);
  const requiredOf =
    root === undefined
      ? () => null
      : requirements(root, books.structure, countedPerOrder(decisions, books.input.rules));
  /** Of the lines of the assembly itself, by their places. */
  const decided: boolean[] = [];
  const account: AccountEntry[] = [];

  for (const decision of decisions) {
    const wanted = requiredOf(decision.path);
    if (wanted === null) continue;
    if (wanted.above === undefined) decided[wanted.at] = true;
    if (decision.outcome.kind === "not selected" && isMeant(wanted, configured))
      findings.push(lost(wanted, decision, books));
    const held = placed.get(pathKey(decision.path));
    if (held !== undefined) held.isDecided = true;
    account.push(entryOf(decision, wanted, held?.shares ?? NO_SHARES, books, findings));
  }
  for (const { shares, isDecided } of placed.values()) if (!isDecided) findings.push(unfounded(shares, books));
  root?.lines?.forEach((line, at) => decided[at] || findings.push(undecided(line, books)));
  return { account, findings };
}

export type AccountInput = Pick<PlanInput, "ebom" | "rules" | "decimalsOf" | "plantItems">;

type Books = {
  readonly input: AccountInput;
  readonly structure: Structure;
  readonly replacements: ReadonlyMap<RuleName, readonly ReplacementTable[]>;
  /** Rules that bring a factor of the item's own. */
  readonly factors: ReadonlyMap<RuleName, RuleOf<"convert">["action"]>;
  /** What rules round to. */
  readonly multiples: ReadonlyMap<RuleName, readonly Rational[]>;
  /** The item whose mBOM is accounted for. */
  readonly item: ItemId;
  /** Its lines in groups, as one of it takes them, and in which. */
  readonly inGroup: ReadonlyMap<MbomLine, ItemId>;
};

type ReplacementTable = ReadonlyMap<ItemId, { readonly with: ItemId; readonly factor: Rational }>;

/** What engineering requires by one use of a line. */
type Required = {
  readonly line: EbomLine;
  /** The line's place in its assembly. */
  readonly at: number;
  readonly called: CalledFor;
  readonly above: Required | undefined;
  readonly amount: Rational;
  readonly basis: MbomBasis;
};

/**
 * Multiplies a line's quantity by those of the lines above it; null when engineering has no such path.
 * Decisions come in eBOM order, so most of a path was walked for the one before and is kept, and what is
 * looked for mostly stands next to it.
 */
export function requirements(
  root: CalledFor,
  structure: Structure,
  perOrder: ReadonlySet<string>,
): (path: readonly LineId[]) => Required | null {
  const trail: Required[] = [];
  let known = 0;
  return (path) => {
    let depth = 0;
    while (depth < path.length && depth < known && trail[depth]?.line.id === path[depth]) depth++;
    let next = depth < known ? (trail[depth]?.at ?? -1) + 1 : 0;
    known = depth;
    for (; depth < path.length; depth++, next = 0) {
      const above = depth === 0 ? undefined : trail[depth - 1];
      const assembly = above?.called ?? root;
      const at = assembly.lines?.[next]?.id === path[depth] ? next : placeOf(path[depth], assembly);
      const line = assembly.lines?.[at];
      const called = structure.calledBy(assembly)[at];
      if (line === undefined || called === undefined) return null;
      const restated = perOrder.size > 0 && perOrder.has(pathKey(path.slice(0, depth + 1)));
      trail[depth] = required(line, at, called, above, restated);
      known = depth + 1;
    }
    return depth === 0 ? null : (trail[depth - 1] ?? null);
  };
}

/** Lines that a rule has counted per order: from there on that is what is required of them. */
export function countedPerOrder(decisions: readonly Decision[], { rules }: RuleSet): ReadonlySet<string> {
  const names = new Set(rules.flatMap(({ name, action }) => (action.kind === "basis" ? [name] : [])));
  if (names.size === 0) return names;
  // What comes or falls with a line names the rules of that line; its own quantity is restated by none.
  const restated = decisions.filter(
    ({ rules: by, outcome }) => !("parent" in outcome) && by.some((rule) => names.has(rule)),
  );
  return new Set(restated.map(({ path }) => pathKey(path)));
}

function placeOf(id: LineId | undefined, { lines = [] }: CalledFor): number {
  return lines.findIndex((line) => line.id === id);
}

function required(
  line: EbomLine,
  at: number,
  called: CalledFor,
  above: Required | undefined,
  restated: boolean,
): Required {
  const perLot = restated || line.basis === "per lot";
  const amount = perLot || above === undefined ? line.quantity.amount : times(line.quantity.amount, multiplier(above));
  const basis = perLot || above?.basis === "per order" ? "per order" : "per assembly";
  return { line, at, called, above, amount, basis };
}

/** How many of the line's item it requires, for the lines below. */
function multiplier({ amount, line, called }: Required): Rational {
  return times(amount, unitsPer(line, called));
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
function unitsPer({ quantity }: EbomLine, { item }: CalledFor): Rational {
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

const NO_SHARES: readonly Share[] = [];

/** What mBOM lines say they hold of one use of an eBOM line, and whether the plan decides that use at all. */
type Placed = { readonly shares: Share[]; isDecided: boolean };

function placedByPath(lines: readonly MbomLine[], books: Books, findings: Finding[]): ReadonlyMap<string, Placed> {
  const placed = new Map<string, Placed>();
  for (const line of lines) {
    if (line.origin.kind !== "engineering") continue;
    const sources = line.origin.from;
    let [rounding, fixedPerOrder] = [roundingOf(line, sources), line.scrap.fixedPerOrder];
    if (!isZero(rounding) && !isRounding(rounding, line, sources, books)) {
      findings.push(unexplained(line, rounding, books));
    }
    for (const source of sources) {
      const share: Share = { line, source, rounding, fixedPerOrder };
      [rounding, fixedPerOrder] = [ZERO, null];
      const path = pathKey(source.path);
      const held = placed.get(path);
      if (held === undefined) placed.set(path, { shares: [share], isDecided: false });
      else held.shares.push(share);
    }
  }
  return placed;
}

function roundingOf({ quantity }: MbomLine, sources: readonly EngineeringSource[]): Rational {
  let given = ZERO;
  for (const source of sources) given = plus(given, source.quantity.amount);
  return minus(quantity.amount, given);
}

/** Whether rounding up explains a difference: it is never below zero, and less than a step of each kind. */
function isRounding(
  difference: Rational,
  line: MbomLine,
  sources: readonly EngineeringSource[],
  books: Books,
): boolean {
  let steps = oneOfLast(books.input.decimalsOf(line.item, line.quantity.unit));
  for (const [name, multiples] of books.multiples) {
    if (sources.some((source) => source.rules.includes(name))) steps = multiples.reduce(plus, steps);
  }
  return sign(difference) > 0 && compare(difference, steps) < 0;
}

function entryOf(
  { path, item, outcome }: Decision,
  wanted: Required,
  shares: readonly Share[],
  books: Books,
  findings: Finding[],
): AccountEntry {
  const { unit } = wanted.line.quantity;
  let placed = NOTHING_PLACED;
  let rounding = ZERO;
  let held = ZERO;
  for (const share of shares) {
    const factor = factorTo(share, wanted, books);
    // What is counted another way, or cannot be brought back to engineering's item, does not count.
    if (factor === null || share.line.basis !== wanted.basis) continue;
    const added = dividedBy(share.rounding, factor);
    const amount = plus(dividedBy(share.source.quantity.amount, factor), added);
    const part = partOf(share, amount, unit, books);
    // Most lines are placed once: lists that stay for as long as the plan are as long as they need to be.
    placed = placed.length === 0 ? [part] : [...placed, part];
    held = plus(held, amount);
    if (sign(added) > 0) rounding = plus(rounding, added);
  }
  const gap = minus(plus(wanted.amount, rounding), held);
  const size = sign(gap);
  const reason = size === 0 ? null : unplacedReason(outcome);
  if (size !== 0 && (size < 0 || reason === null)) findings.push(imbalance(wanted, gap, path, books));
  return {
    path,
    item,
    required: quantityOf(wanted.amount, unit, wanted.line.quantity),
    placed,
    rounding: isZero(rounding) ? nothingOf(unit) : { amount: rounding, unit },
    unplaced: size > 0 ? { quantity: { amount: gap, unit }, reason: reason ?? "nothing accounts for it" } : null,
    scrap: scrapOf(shares),
  };
}

const NOTHING_PLACED: AccountEntry["placed"] = [];

function partOf(
  { line, source }: Share,
  amount: Rational,
  unit: Unit,
  { inGroup }: Books,
): AccountEntry["placed"][number] {
  const part = { line: line.key, quantity: quantityOf(amount, unit, source.quantity) };
  const group = inGroup.get(line);
  return group === undefined ? part : { ...part, in: group };
}

/** `known` where it says the same: accounts mostly repeat what eBOM and mBOM lines say. */
function quantityOf(amount: Rational, unit: Unit, known: Quantity): Quantity {
  return known.amount === amount && known.unit === unit ? known : { amount, unit };
}

const NOTHING = new Map<Unit, Quantity>(KNOWN_UNITS.map((unit) => [unit, { amount: ZERO, unit }]));

function nothingOf(unit: Unit): Quantity {
  return NOTHING.get(unit) ?? { amount: ZERO, unit };
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

function scrapOf(shares: readonly Share[]): AccountEntry["scrap"] {
  let scrap = NO_SCRAP_ON_TOP;
  for (const { line, fixedPerOrder } of shares) {
    const { componentPercent, operationPercent } = line.scrap;
    if (componentPercent !== null || fixedPerOrder !== null) {
      const one = { line: line.key, percent: componentPercent, fixedPerOrder };
      scrap = scrap.length === 0 ? [one] : [...scrap, one];
    }
    if (operationPercent !== null) {
      scrap = [...scrap, { line: line.key, percent: operationPercent, fixedPerOrder: null }];
    }
  }
  return scrap;
}

const NO_SCRAP_ON_TOP: AccountEntry["scrap"] = [];

/** How much of the mBOM line's item, in its unit, one of engineering's unit gives; null when none does. */
function factorTo({ line, source }: Share, { line: from, called }: Required, books: Books): Rational | null {
  // A variant of an item is counted as the item that it is a variant of.
  const item = source.variantOf ?? line.item;
  const replaced = replacementFactor(from.item, item, source.rules, books);
  if (replaced === null) return null;
  if (line.quantity.unit === from.quantity.unit) return replaced;
  const known = [...unitFactorsOf(item, from, called, books), ...ruleFactors(source.rules, from, books)];
  const units = itemConversionFactor(from.quantity.unit, line.quantity.unit, known);
  return units === null ? null : times(replaced, units);
}

function replacementFactor(from: ItemId, to: ItemId, rules: readonly RuleName[], books: Books): Rational | null {
  if (from === to) return ONE;
  let factor = ONE;
  const seen = new Set<ItemId>();
  // In the order of the rules, as they were followed: a line names them in the order in which they came to bear.
  const tables = [...books.replacements].flatMap(([name, held]) => (rules.includes(name) ? held : []));
  for (let at = from; at !== to;) {
    const next = tables.find((table) => table.has(at))?.get(at);
    if (next === undefined || seen.has(at)) return null;
    seen.add(at);
    factor = times(factor, next.factor);
    at = next.with;
  }
  return factor;
}

function unitFactorsOf(
  item: ItemId,
  from: EbomLine,
  called: CalledFor,
  { structure, input }: Books,
): readonly UnitFactor[] {
  const own = called.item?.unitFactors ?? [];
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

function multiplesByName({ rules }: RuleSet): Books["multiples"] {
  const rounding = rules.flatMap(({ name, action }) =>
    action.kind === "round" ? [{ name, multiple: action.multiple }] : [],
  );
  const byName = Map.groupBy(rounding, ({ name }) => name);
  return new Map([...byName].map(([name, held]) => [name, held.map(({ multiple }) => multiple)]));
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

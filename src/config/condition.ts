import { Environment, EvaluationError, ParseError, type ParseResult } from "@marcbachmann/cel-js";
import type { EbomLine } from "../domain/ebom.ts";
import type { Item } from "../domain/item.ts";
import type { RuleFacts } from "../domain/bom/rules.ts";
import { didYouMean } from "./nearest-word.ts";
import { toNumber } from "../domain/rational.ts";

/** A CEL condition that was found sound, or what is wrong with it; `offset` counts characters into it. */
export type Compiled<Facts> =
  | {
      readonly ok: true;
      readonly asksAboutLine: boolean;
      readonly asksAboutItemOnly: boolean;
      readonly holds: (facts: Facts) => boolean;
    }
  | { readonly ok: false; readonly offset: number; readonly message: string; readonly fix: string };

// Classes, because cel-js tells by its constructor what a value is.

/** A line as conditions see it. */
class LineFacts {
  readonly id: string;
  readonly findNumber: string;
  readonly item: string;
  readonly revision: string;
  /** For comparisons only; nothing that is written anywhere is reckoned from it. */
  readonly quantity: number;
  readonly unit: string;
  readonly basis: string;
  readonly referenceDesignators: readonly string[];
  readonly alternates: readonly string[];

  constructor({ id, findNumber, item, revision, quantity, basis, referenceDesignators, alternates }: EbomLine) {
    this.id = id;
    this.findNumber = findNumber;
    this.item = item;
    this.revision = revision;
    this.quantity = toNumber(quantity.amount);
    this.unit = quantity.unit;
    this.basis = basis;
    this.referenceDesignators = referenceDesignators;
    this.alternates = alternates;
  }
}

/** An item as conditions see it. */
class ItemFacts {
  readonly number: string;
  readonly revision: string;
  readonly name: string;
  readonly type: string;
  readonly state: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, string>>;

  constructor({ item, revision, name, type, state, unit, attributes }: Item) {
    this.number = item;
    this.revision = revision;
    this.name = name;
    this.type = type;
    this.state = state;
    this.unit = unit;
    this.attributes = attributes;
  }
}

class FindingCounts {
  readonly blocked: bigint;
  readonly warning: bigint;
  readonly info: bigint;

  constructor({ blocked, warning, info }: PlanSummary["findings"]) {
    this.blocked = BigInt(blocked);
    this.warning = BigInt(warning);
    this.info = BigInt(info);
  }
}

const LINE_FIELDS = {
  id: "string",
  findNumber: "string",
  item: "string",
  revision: "string",
  quantity: "double",
  unit: "string",
  basis: "string",
  referenceDesignators: "list<string>",
  alternates: "list<string>",
} as const;

const ITEM_FIELDS = {
  number: "string",
  revision: "string",
  name: "string",
  type: "string",
  state: "string",
  unit: "string",
  attributes: "map<string, string>",
} as const;

/** What a rule's condition may name; anything else is a mistake when the file is loaded, not when it is used. */
const RULE_ENVIRONMENT = withWholeNumbers(
  new Environment()
    .registerType("Line", { ctor: LineFacts, fields: LINE_FIELDS })
    .registerType("Item", { ctor: ItemFacts, fields: ITEM_FIELDS })
    .registerVariable("line", "Line")
    .registerVariable("item", "Item")
    .registerVariable("assembly", "Item")
    .registerVariable("plant", "string"),
);

const RULE_WORDS = ["line", "item", "assembly", "plant", ...Object.keys(LINE_FIELDS), ...Object.keys(ITEM_FIELDS)];

/**
 * Compiles a rule's `when`. A condition that looks at an attribute which the item does not carry does not
 * match, and neither does one that looks at the line where there is none (an assembly as such, or an item
 * that a rule adds); everything else that could go wrong is a mistake now.
 */
export function compileRuleCondition(expression: string): Compiled<RuleFacts> {
  const compiled = compile(RULE_ENVIRONMENT, expression, RULE_WORDS);
  if (!compiled.ok) return compiled;
  const asksAboutLine = mentions(compiled.program.ast, "line");
  // Rules are those of one plant.
  const asksAboutItemOnly = !asksAboutLine && !mentions(compiled.program.ast, "assembly");
  const holds = ({ line, item, assembly, plant }: RuleFacts) => {
    if (line === null && asksAboutLine) return false;
    const context = {
      item: itemFacts(item),
      assembly: itemFacts(assembly),
      plant,
      ...(line === null ? {} : { line: lineFacts(line) }),
    };
    return evaluate(compiled.program, context, `condition "${expression}" on item ${item.item}`);
  };
  return { ok: true, asksAboutLine, asksAboutItemOnly, holds };
}

/** What policy may look at: a plan in figures. */
export type PlanSummary = {
  /** How many actions of each kind, for instance `publish mBOM`; kinds that the plan lacks are absent. */
  readonly actions: Readonly<Record<string, number>>;
  /** How many findings of each severity. */
  readonly findings: { readonly blocked: number; readonly warning: number; readonly info: number };
  /** Open order lines that ask for action. */
  readonly actionRequired: number;
  /** The largest change of any item's standard cost, up or down, in the plant's currency; only for comparison. */
  readonly costDelta: number;
};

const PLAN_WORDS = ["actions", "findings", "actionRequired", "costDelta", "blocked", "warning", "info"];

const PLAN_ENVIRONMENT = withWholeNumbers(
  new Environment()
    .registerType("Findings", { ctor: FindingCounts, fields: { blocked: "int", warning: "int", info: "int" } })
    .registerVariable("actions", "map<string, int>")
    .registerVariable("findings", "Findings")
    .registerVariable("actionRequired", "int")
    .registerVariable("costDelta", "double"),
);

/** Compiles a policy's `when`. */
export function compilePolicyCondition(expression: string): Compiled<PlanSummary> {
  const compiled = compile(PLAN_ENVIRONMENT, expression, PLAN_WORDS);
  if (!compiled.ok) return compiled;
  const holds = ({ actions, findings, actionRequired, costDelta }: PlanSummary) => {
    const counts = Object.fromEntries(Object.entries(actions).map(([kind, count]) => [kind, BigInt(count)]));
    const context = {
      actions: counts,
      findings: new FindingCounts(findings),
      actionRequired: BigInt(actionRequired),
      costDelta,
    };
    return evaluate(compiled.program, context, `policy "${expression}"`);
  };
  return { ok: true, asksAboutLine: false, asksAboutItemOnly: false, holds };
}

/** CEL keeps 2 and 2.0 apart; whoever writes `line.quantity == 2` does not. */
function withWholeNumbers(environment: Environment): Environment {
  return environment.registerOperator("double == int", (a: number, b: bigint) => a === Number(b)); // != follows from it
}

type Program = { readonly ok: true; readonly program: ParseResult } | Extract<Compiled<never>, { ok: false }>;

function compile(environment: Environment, expression: string, words: readonly string[]): Program {
  try {
    const program = environment.parse(expression);
    const { valid, type, error } = program.check();
    if (!valid) return broken(error as ParseError, words);
    if (type !== "bool") {
      return {
        ok: false,
        offset: 0,
        message: `the condition gives ${type ?? "no value"}, not true or false`,
        fix: 'compare it with something, for instance == "fastener"',
      };
    }
    return badPattern(program.ast) ?? { ok: true, program };
  } catch (error) {
    if (error instanceof ParseError) return broken(error, words);
    throw error;
  }
}

function broken(error: Pick<ParseError, "code" | "summary" | "range">, words: readonly string[]): Program {
  const offset = error.range?.start ?? 0;
  const name = /^(?:No such key|Unknown variable): (\S+)$/.exec(error.summary)?.[1];
  if (name !== undefined)
    return { ok: false, offset, message: `unknown name "${name}" in the condition`, fix: didYouMean(name, words) };
  if (error.code === "no_such_overload") {
    return {
      ok: false,
      offset,
      message: `the condition compares two kinds of thing (${error.summary})`,
      fix: "put text in quotes, leave numbers without them, and write 1.0 for 1 where it is added or multiplied",
    };
  }
  return {
    ok: false,
    offset,
    message: `the condition cannot be read: ${error.summary}`,
    fix: "correct it; docs/rules.md shows what conditions look like",
  };
}

/** A regular expression that is none, where it is written out in the condition. */
function badPattern(ast: unknown): Extract<Program, { ok: false }> | null {
  for (const node of nodes(ast)) {
    if (node.op !== "rcall" || !Array.isArray(node.args) || node.args[0] !== "matches") continue;
    const [pattern] = [...nodes(node.args[2])].filter(({ op }) => op === "value");
    if (typeof pattern?.args !== "string" || isPattern(pattern.args)) continue;
    const offset = pattern.pos ?? 0;
    return {
      ok: false,
      offset,
      message: `"${pattern.args}" is not a regular expression`,
      fix: "close its brackets, or put a backslash before characters that are meant as such",
    };
  }
  return null;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, "u") instanceof RegExp;
  } catch {
    return false; // the constructor has no other way to say so
  }
}

/**
 * @throws Error when the condition fails on data in another way than by a missing key, for instance when
 * it reads a number from an attribute that holds none; the message names the condition and the item.
 */
function evaluate(program: ParseResult, context: Record<string, unknown>, what: string): boolean {
  try {
    return program(context) === true;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    if (error.code === "no_such_key") return false;
    throw new Error(`The ${what} failed: ${error.summary}. Correct the condition or the item's data.`, {
      cause: error,
    });
  }
}

type AstNode = { readonly op: string; readonly args: unknown; readonly pos?: number };

function mentions(ast: unknown, variable: string): boolean {
  for (const { op, args } of nodes(ast)) if (op === "id" && args === variable) return true;
  return false;
}

/** Every node of a syntax tree, whatever shape its arguments have. */
function* nodes(part: unknown): Generator<AstNode> {
  if (Array.isArray(part)) for (const each of part) yield* nodes(each);
  if (part === null || typeof part !== "object" || !("op" in part) || !("args" in part)) return;
  yield part as AstNode;
  yield* nodes(part.args);
}

const itemsAsFacts = new WeakMap<Item, ItemFacts>();
const linesAsFacts = new WeakMap<EbomLine, LineFacts>();

/** Made once for each item: a plan asks every rule about it. */
function itemFacts(item: Item): ItemFacts {
  const facts = itemsAsFacts.get(item) ?? new ItemFacts(item);
  itemsAsFacts.set(item, facts);
  return facts;
}

function lineFacts(line: EbomLine): LineFacts {
  const facts = linesAsFacts.get(line) ?? new LineFacts(line);
  linesAsFacts.set(line, facts);
  return facts;
}

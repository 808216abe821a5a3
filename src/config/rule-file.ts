import { createHash } from "node:crypto";
import { Type } from "typebox";
import type { Rule, RuleAction, RuleFacts, RuleSet } from "../domain/bom/rules.ts";
import type { ItemId, OperationId, PlantId, RuleName } from "../domain/ids.ts";
import { canonicalText } from "../domain/json.ts";
import { ONE, type Rational } from "../domain/rational.ts";
import { compileRuleCondition } from "./condition.ts";
import { readAboveZero, readNotNegative, readUnit } from "./exact-fields.ts";
import type { Loaded } from "./mistake.ts";
import { didYouMean } from "./nearest-word.ts";
import { openSource, type Path, type SourceFile } from "./source-file.ts";

/**
 * Reads a plant's rules. All mistakes are found in one go, each with its line. `plants` are the plants
 * that exist, where that is known.
 */
export function loadRules(file: string, text: string, plants: readonly string[] | null = null): Loaded<RuleSet> {
  const source = openSource(file, text);
  const top = source.read([], RuleFile);
  const plant = source.readIfPresent(["plant"], Text);
  if (plant !== null && plants !== null && !plants.includes(plant)) {
    source.mistake(["plant"], `unknown plant "${plant}"`, didYouMean(plant, plants));
  }
  const entries = source.readIfPresent(["rules"], Type.Array(Type.Unknown())) ?? [];
  const read = entries.map((_, index) => readRule(source, ["rules", index]));
  checkNames(source, entries.length);

  const mistakes = source.mistakes();
  if (top === null || mistakes.length > 0) return { ok: false, mistakes };
  const rules = read.filter((rule) => rule !== null);
  return { ok: true, value: { plant: top.plant as PlantId, version: versionOf(top.plant, rules), rules } };
}

const Text = Type.String();
/** `make:` and `make: true` say the same. */
const flag = (description: string) => Type.Union([Type.Null(), Type.Literal(true)], { description });
const DecimalText = Type.String({ hint: "a decimal number, such as 0.35" });
const ItemText = Type.String({ hint: "an item number" });

const ACTIONS = {
  exclude: Type.Object(
    { reason: Type.String({ hint: "why the plant does not need it" }) },
    { description: "Leaves the line out, for a reason that plans show." },
  ),
  collapse: flag("A phantom: its lines lift into its parent, quantities multiplied."),
  phantom: flag("Keeps the line, flagged as phantom for the ERP to explode through."),
  make: flag("The plant makes the item."),
  buy: flag("The plant buys the item; what it is built from is not planned."),
  subcontract: flag("A supplier makes the item."),
  replace: Type.Object(
    {
      item: Type.Optional(ItemText),
      with: Type.Optional(ItemText),
      factor: Type.Optional(DecimalText),
      items: Type.Optional(
        Type.Record(
          Type.String(),
          Type.Union([ItemText, Type.Object({ with: ItemText, factor: Type.Optional(DecimalText) })]),
        ),
      ),
    },
    { description: "Another item takes its place: item and with, or several of them by items." },
  ),
  convert: Type.Object(
    { to: Type.String({ hint: "a unit, such as KGM" }) },
    { description: "States the quantity in another unit, by the item's own factor where the dimension differs." },
  ),
  scrap: Type.Object(
    {
      component: Type.Optional(Type.String({ hint: "a percentage, such as 3" })),
      operation: Type.Optional(Type.String({ hint: "a percentage, such as 1.5" })),
      fixed: Type.Optional(Type.String({ hint: "a quantity per order, such as 5" })),
    },
    { description: "Loss planned on top of the net quantity." },
  ),
  add: Type.Object(
    {
      item: ItemText,
      quantity: Type.String({ hint: "a decimal number, such as 0.5" }),
      unit: Type.String({ hint: "a unit, such as GRM" }),
      per: Type.Union([Type.Literal("assembly"), Type.Literal("line")], { hint: "assembly or line" }),
    },
    { description: "Adds what engineering does not draw: consumables, packaging, labels." },
  ),
  operation: Type.String({
    hint: 'an operation of the routing, such as "0010"',
    description: "The operation of the routing that consumes the line.",
  }),
  supply: Type.Union([Type.Literal("push"), Type.Literal("pull"), Type.Literal("bulk"), Type.Literal("backflush")], {
    description: "How the component reaches the line.",
  }),
  merge: flag("Lines of the same item, unit, operation and supply become one."),
  round: Type.Object(
    { multiple: Type.String({ hint: "a decimal number above zero, such as 0.5" }) },
    { description: "Rounds the quantity up to a multiple." },
  ),
};

type ActionKey = keyof typeof ACTIONS;
const ACTION_KEYS = Object.keys(ACTIONS) as ActionKey[];

/** The action keys are open here, so that one bad rule does not hide what is wrong with the others. */
const RuleFile = Type.Object({
  plant: Type.String({ hint: 'the plant these rules are for, in quotes: "1000"' }),
  rules: Type.Array(Type.Unknown(), { hint: "a list of rules" }),
});

const RuleEntry = Type.Object(
  {
    name: Type.String({ hint: "a name that a person will read in plans" }),
    when: Type.Optional(
      Type.String({
        description: "CEL condition over line, item, assembly and plant; without it the rule always matches.",
      }),
    ),
    ...Object.fromEntries(ACTION_KEYS.map((key) => [key, Type.Optional(Type.Unknown())])),
  },
  { noun: "action" },
);

/** The shapes of a rule file, for whoever describes it: the file, one rule, and what each action says. */
export const RULE_FILE_SHAPES = { file: RuleFile, rule: RuleEntry, actions: ACTIONS };

const ALWAYS_TRUE = "true";

function readRule(source: SourceFile, path: Path): Rule | null {
  const entry = source.read(path, RuleEntry);
  const name = source.readIfPresent([...path, "name"], Text);
  const when = source.readIfPresent([...path, "when"], Text) ?? ALWAYS_TRUE;
  const action = readAction(source, path);
  const matches = readCondition(source, path, when);
  if (entry === null || name === null || action === null || matches === null) return null;
  return { name: name as RuleName, when, matches, action };
}

function readCondition(source: SourceFile, path: Path, when: string): ((facts: RuleFacts) => boolean) | null {
  const condition = compileRuleCondition(when);
  if (!condition.ok) {
    source.mistake([...path, "when"], condition.message, condition.fix, condition.offset);
    return null;
  }
  const perAssembly = source.readIfPresent([...path, "add", "per"], Type.Unknown()) === "assembly";
  if (condition.asksAboutLine && perAssembly) {
    source.mistake(
      [...path, "when"],
      "an addition per assembly has no line to ask about",
      'ask about assembly or item instead, or write "per: line"',
    );
  }
  return condition.holds;
}

function readAction(source: SourceFile, path: Path): RuleAction | null {
  const entry = source.readIfPresent(path, Type.Record(Type.String(), Type.Unknown()));
  if (entry === null) return null;
  const [key, ...more] = ACTION_KEYS.filter((candidate) => Object.hasOwn(entry, candidate));
  for (const extra of more) {
    source.mistakeAtKey(
      [...path, extra],
      `a second action "${extra}" in one rule, beside "${key}"`,
      "make two rules of it",
    );
  }
  if (key === undefined) {
    const unknown = Object.keys(entry).some((candidate) => candidate !== "name" && candidate !== "when");
    if (!unknown) source.mistake(path, "a rule without an action", `add one of: ${ACTION_KEYS.join(", ")}`);
    return null;
  }
  return more.length > 0 ? null : actionOf(source, [...path, key], key);
}

function actionOf(source: SourceFile, path: Path, key: ActionKey): RuleAction | null {
  switch (key) {
    case "collapse":
    case "make":
    case "buy":
    case "subcontract":
    case "phantom":
    case "merge":
      return source.fits(path, ACTIONS[key]) ? { kind: key } : null;
    case "exclude": {
      const body = source.read(path, ACTIONS.exclude);
      return body && { kind: "exclude", reason: body.reason };
    }
    case "operation": {
      const operation = source.read(path, ACTIONS.operation);
      return operation === null ? null : { kind: "operation", operation: operation as OperationId };
    }
    case "supply": {
      const supply = source.read(path, ACTIONS.supply);
      return supply && { kind: "supply", supply };
    }
    case "convert": {
      const to = source.read(path, ACTIONS.convert) && readUnit(source, [...path, "to"]);
      return to && { kind: "convert", to };
    }
    case "round": {
      const multiple = source.read(path, ACTIONS.round) && readAboveZero(source, [...path, "multiple"]);
      return multiple && { kind: "round", multiple };
    }
    case "scrap":
      return readScrap(source, path);
    case "add":
      return readAdd(source, path);
    case "replace":
      return readReplace(source, path);
  }
}

function readScrap(source: SourceFile, path: Path): RuleAction | null {
  const body = source.read(path, ACTIONS.scrap);
  const componentPercent = readNotNegative(source, [...path, "component"]);
  const operationPercent = readNotNegative(source, [...path, "operation"]);
  const fixedPerOrder = readNotNegative(source, [...path, "fixed"]);
  if (body === null) return null;
  if (Object.keys(body).length === 0) source.mistake(path, "scrap of nothing", "add component, operation or fixed");
  return { kind: "scrap", componentPercent, operationPercent, fixedPerOrder };
}

function readAdd(source: SourceFile, path: Path): RuleAction | null {
  const body = source.read(path, ACTIONS.add);
  const amount = readAboveZero(source, [...path, "quantity"]);
  const unit = readUnit(source, [...path, "unit"]);
  if (body === null || amount === null || unit === null) return null;
  return { kind: "add", item: body.item as ItemId, quantity: { amount, unit }, per: body.per };
}

function readReplace(source: SourceFile, path: Path): RuleAction | null {
  const body = source.read(path, ACTIONS.replace);
  if (body === null) return null;
  const { item, with: by, items } = body;
  const single = item !== undefined && by !== undefined && items === undefined;
  const table = item === undefined && by === undefined && body.factor === undefined && items !== undefined;
  if (!single && !table) {
    source.mistake(
      path,
      "a replacement needs to say what by what",
      "write { item: OLD, with: NEW }, or { items: { OLD: NEW } } for several",
    );
    return null;
  }
  const rows = single
    ? [{ from: item, by, factor: factorAt(source, path, body) }]
    : Object.entries(items ?? {}).map(([from, to]) => {
        const row = typeof to === "string" ? { with: to } : to;
        return { from, by: row.with, factor: factorAt(source, [...path, "items", from], row) };
      });
  for (const { from, by: to } of rows) {
    if (from === to)
      source.mistake(
        single ? [...path, "with"] : [...path, "items", from],
        `${from} is replaced by itself`,
        "name another item, or remove it",
      );
  }
  return {
    kind: "replace",
    items: new Map(rows.map((row) => [row.from as ItemId, { with: row.by as ItemId, factor: row.factor ?? ONE }])),
  };
}

function factorAt(source: SourceFile, path: Path, row: { readonly factor?: string }): Rational | null {
  return row.factor === undefined ? ONE : readAboveZero(source, [...path, "factor"]);
}

function checkNames(source: SourceFile, count: number): void {
  const first = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const path = ["rules", index, "name"];
    const name = source.readIfPresent(path, Text);
    if (name === null) continue;
    const line = first.get(name);
    if (line === undefined) first.set(name, source.position(path).line);
    else
      source.mistake(
        path,
        `the name "${name}" is taken by the rule of line ${line}`,
        "give every rule a name of its own; plans say which rule decided",
      );
  }
}

/** The same rules have the same version, however the file is laid out and commented. */
function versionOf(plant: string, rules: readonly Rule[]): string {
  const content = rules.map(({ name, when, action }) => ({ name, when, action }));
  return createHash("sha256")
    .update(canonicalText({ plant, rules: content }))
    .digest("hex");
}

import { createHash } from "node:crypto";
import { Type } from "typebox";
import type { Rule, RuleFacts, RuleSet } from "../domain/bom/rules.ts";
import type { PlantId, RuleName } from "../domain/ids.ts";
import { canonicalText } from "../domain/json.ts";
import { compileRuleCondition } from "./condition.ts";
import type { Loaded } from "./mistake.ts";
import { didYouMean } from "./nearest-word.ts";
import { ACTION_KEYS, ACTIONS, readAction } from "./rule-actions.ts";
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

const ADDING = ["add", "co-product", "by-product"] as const;

function isWithoutLine(per: unknown): per is "assembly" | "order" {
  return per === "assembly" || per === "order";
}

function readCondition(source: SourceFile, path: Path, when: string): ((facts: RuleFacts) => boolean) | null {
  const condition = compileRuleCondition(when);
  if (!condition.ok) {
    source.mistake([...path, "when"], condition.message, condition.fix, condition.offset);
    return null;
  }
  const per = ADDING.map((key) => source.readIfPresent([...path, key, "per"], Type.Unknown())).find(isWithoutLine);
  if (condition.asksAboutLine && per !== undefined) {
    source.mistake(
      [...path, "when"],
      `an addition per ${per} has no line to ask about`,
      'ask about assembly or item instead, or write "per: line"',
    );
  }
  return condition.holds;
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

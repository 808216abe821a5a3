import { createHash } from "node:crypto";
import { normalize } from "node:path";
import { Type } from "typebox";
import type { Rule, RuleFacts, RuleSet } from "../domain/bom/rules.ts";
import type { PlantId, RuleName } from "../domain/ids.ts";
import { canonicalText } from "../domain/json.ts";
import { besideOf, nameFrom, readFromDisk, type ReadText } from "./beside.ts";
import { compileRuleCondition, type Compiled } from "./condition.ts";
import { loadCrossReference, type CrossReference } from "./cross-reference.ts";
import type { Loaded, Mistake } from "./mistake.ts";
import { didYouMean } from "./nearest-word.ts";
import { ACTION_KEYS, ACTIONS, readAction, type ReadTable } from "./rule-actions.ts";
import { inherited, type Without } from "./rule-inheritance.ts";
import { openSource, type Path, type SourceFile } from "./source-file.ts";

/**
 * Reads a plant's rules, with those that its file extends and the tables that they name. All mistakes of all the
 * files are found in one go, each with its line. `plants` are the plants that exist, where that is known.
 */
export function loadRules(
  file: string,
  text: string,
  plants: readonly string[] | null = null,
  readText: ReadText = readFromDisk,
): Loaded<RuleSet> {
  const reading: Reading = { top: file, readText, mistakes: [], tables: new Map() };
  const source = openSource(file, text);
  const plant = source.readIfPresent(["plant"], Text);
  if (plant === null) {
    source.mistake(["plant"], "missing plant", 'add plant: the plant these rules are for, in quotes: "1000"');
  } else if (plants !== null && !plants.includes(plant)) {
    source.mistake(["plant"], `unknown plant "${plant}"`, didYouMean(plant, plants));
  }
  const rules = readRules(source, [normalize(file)], reading);
  const mistakes = [...source.mistakes(), ...reading.mistakes];
  if (plant === null || mistakes.length > 0) return { ok: false, mistakes };
  return { ok: true, value: { plant: plant as PlantId, version: versionOf(plant, rules), rules } };
}

/** What the reading of one plant's rules shares. */
type Reading = {
  /** The plant's own file. */
  readonly top: string;
  readonly readText: ReadText;
  /** Those of the other files. */
  readonly mistakes: Mistake[];
  /** Tables by their file, each read once however many rules name it; null for one with mistakes. */
  readonly tables: Map<string, CrossReference | null>;
};

/** The rules of a file, then those that it inherits. `chain` leads to the file from the plant's own. */
function readRules(source: SourceFile, chain: readonly string[], reading: Reading): readonly Rule[] {
  source.read([], RuleFile);
  const entries = source.readIfPresent(["rules"], Type.Array(Type.Unknown())) ?? [];
  const readTable: ReadTable = (from, path, name) => tableBeside(from, path, name, reading);
  const from = chain.length === 1 ? {} : { file: nameFrom(reading.top, source.file) };
  const own = entries.flatMap((_, index) => {
    const rule = readRule(source, ["rules", index], readTable);
    return rule === null ? [] : [{ ...rule, ...from }];
  });
  checkNames(source, entries.length);
  return inherited(own, readExtended(source, chain, reading), readWithout(source));
}

/** The rules of the file that this one extends; null where it extends none. */
function readExtended(source: SourceFile, chain: readonly string[], reading: Reading): readonly Rule[] | null {
  const path = ["extends"];
  const name = source.readIfPresent(path, Text);
  if (name === null) return null;
  const file = besideOf(source.file, name);
  const circle = chain.indexOf(file);
  if (circle !== -1) {
    const names = [...chain.slice(circle), file].map((each) => nameFrom(reading.top, each));
    source.mistake(path, `rule files extend each other in a circle: ${names.join(" → ")}`, "take one extends away");
    return [];
  }
  const text = reading.readText(file);
  if (text === null) {
    source.mistake(path, ...unreadable(name));
    return [];
  }
  const extended = openSource(file, text);
  const rules = readRules(extended, [...chain, file], reading);
  reading.mistakes.push(...extended.mistakes());
  return rules;
}

/** The table beside this file; null where it cannot be read, or has mistakes of its own. */
function tableBeside(
  source: SourceFile,
  path: Path,
  name: string,
  { readText, mistakes, tables }: Reading,
): CrossReference | null {
  const file = besideOf(source.file, name);
  const known = tables.get(file);
  if (known !== undefined) return known;
  const text = readText(file);
  if (text === null) {
    source.mistake(path, ...unreadable(name));
    return null;
  }
  const loaded = loadCrossReference(file, text);
  if (!loaded.ok) mistakes.push(...loaded.mistakes);
  const table = loaded.ok ? loaded.value : null;
  tables.set(file, table);
  return table;
}

function unreadable(name: string): [message: string, fix: string] {
  return [`cannot read ${name}`, "check the path, which is seen from this file's folder, and that it may be read"];
}

function readWithout(source: SourceFile): Without {
  const names = source.readIfPresent(["without"], Type.Array(Text)) ?? [];
  return { names, mistake: (at, message, fix) => source.mistake(["without", at], message, fix) };
}

const Text = Type.String();

/** The action keys are open here, so that one bad rule does not hide what is wrong with the others. */
const RuleFile = Type.Object({
  plant: Type.Optional(
    Type.String({
      description: 'The plant these rules are for, in quotes: "1000". Only what others extend needs none.',
    }),
  ),
  extends: Type.Optional(
    Type.String({ description: "A rule file beside this one, whose rules come after these: company.yaml." }),
  ),
  without: Type.Optional(
    Type.Array(Type.String(), { description: "Names of inherited rules that are left out here." }),
  ),
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

function readRule(source: SourceFile, path: Path, readTable: ReadTable): Rule | null {
  const entry = source.read(path, RuleEntry);
  const name = source.readIfPresent([...path, "name"], Text);
  const when = source.readIfPresent([...path, "when"], Text) ?? ALWAYS_TRUE;
  const action = readAction(source, path, readTable);
  const condition = readCondition(source, path, when);
  if (entry === null || name === null || action === null || condition === null) return null;
  const { holds: matches, asksAboutItemOnly } = condition;
  return { name: name as RuleName, when, matches, action, ...(asksAboutItemOnly ? { looksAtItemOnly: true } : {}) };
}

const ADDING = ["add", "co-product", "by-product"] as const;

function isWithoutLine(per: unknown): per is "assembly" | "order" {
  return per === "assembly" || per === "order";
}

type Condition = Extract<Compiled<RuleFacts>, { ok: true }>;

function readCondition(source: SourceFile, path: Path, when: string): Condition | null {
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
  return condition;
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

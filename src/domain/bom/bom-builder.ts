import { ALWAYS, type Day } from "../calendar.ts";
import { itemRevision, type Ebom, type EbomLine, type ItemRevisionKey } from "../ebom.ts";
import type { ItemId, LineId, MbomLineKey, OperationId, PlantId, Revision, RuleName } from "../ids.ts";
import type { Item } from "../item.ts";
import { NO_SCRAP, type Mbom, type MbomLine } from "../mbom.ts";
import { parseQuantity, type Quantity } from "../quantity.ts";
import { parseRational, type Rational } from "../rational.ts";
import { parseUnit } from "../unit.ts";
import type { Choices, Option } from "../variant/option.ts";
import type { PlantVariants } from "../variant/configuration.ts";
import { parseOption } from "../variant/parse-option.ts";
import type { PlanInput } from "./planning.ts";
import type { Rule, RuleAction, RuleFacts } from "./rules.ts";

/** Builds structures, rules and plan inputs in few words, for tests and examples that a person reads. */

/** `2 EA`, `0.35 KGM`, `1/3 MTR`; a bare number is pieces. */
export function quantity(text: string): Quantity {
  const [amount = "", code = "EA"] = text.split(" ");
  const unit = parseUnit(code);
  const parsed = unit === null ? null : parseQuantity(amount, unit);
  if (parsed === null) throw new Error(`"${text}" is not a quantity`);
  return parsed;
}

export function exact(text: string): Rational {
  const number = parseRational(text);
  if (number === null) throw new Error(`"${text}" is not a number`);
  return number;
}

/** A line without its number, which it gets from its place in the assembly: L10, L20 … */
export function line(item: string, amount: string, more: Partial<EbomLine> = {}): Partial<EbomLine> {
  return { item: item as ItemId, quantity: quantity(amount), ...more };
}

/** For lines of a 150 % BOM: `line("FAN", "1", when("MOTOR = AC"))`. */
export function when(text: string): { readonly option: Option } {
  const parsed = parseOption(text);
  if (!parsed.ok) throw new Error(`"${text}": ${parsed.problem}`);
  return { option: parsed.option };
}

/** Configurations of FRAME by name, each under the number `FRAME-name`, or of what `of` names. */
export function variants(
  features: Readonly<Record<string, readonly string[]>>,
  configurations: Readonly<Record<string, Choices>>,
  of = "FRAME",
): PlantVariants {
  return {
    features: new Map(Object.entries(features)),
    configurations: Object.entries(configurations).map(([name, choices]) => ({
      name,
      of: of as ItemId,
      item: `${of}-${name}` as ItemId,
      choices,
    })),
    subassemblies: "{item}-{choices}",
  };
}

/** Assemblies by item, all of revision A; every item that they name exists, as `items` says otherwise. */
export function ebom(
  assemblies: Readonly<Record<string, readonly Partial<EbomLine>[]>>,
  items: Readonly<Record<string, Partial<Item> | null>> = {},
): Ebom {
  const structures = Object.entries(assemblies).map(([item, lines]) => ({
    item: item as ItemId,
    revision: A,
    lines: lines.map(numbered),
  }));
  const revisions = new Map<ItemRevisionKey, Item>();
  for (const { item, lines } of structures) {
    revisions.set(key(item), itemOf(item, A, items[item] ?? {}));
    for (const used of lines) {
      revisions.set(itemRevision(used.item, used.revision), itemOf(used.item, used.revision, items[used.item] ?? {}));
    }
  }
  for (const [name, held] of Object.entries(items)) {
    if (held === null) revisions.delete(key(name));
    else if (!revisions.has(key(name))) revisions.set(key(name), itemOf(name, A, held));
  }
  return { assemblies: new Map(structures.map((assembly) => [key(assembly.item), assembly])), items: revisions };
}

const A = "A" as Revision;

/** `FRAME rev A` */
export function key(item: string): ItemRevisionKey {
  return itemRevision(item as ItemId, A);
}

function numbered(given: Partial<EbomLine>, at: number): EbomLine {
  return {
    id: `L${(at + 1) * 10}` as LineId,
    findNumber: `${(at + 1) * 10}`,
    item: "" as ItemId,
    revision: A,
    quantity: quantity("1"),
    basis: "per assembly",
    referenceDesignators: [],
    effectivity: ALWAYS,
    alternates: [],
    ...given,
  };
}

function itemOf(item: string, revision: Revision, more: Partial<Item>): Item {
  return {
    item: item as ItemId,
    revision,
    name: item,
    type: "part",
    state: "released",
    unit: "EA",
    attributes: {},
    unitFactors: [],
    approvedSources: [],
    ...more,
  };
}

/** A rule for the named items, or for what a condition holds for. */
export function rule(name: string, action: RuleAction, of: readonly string[] | ((facts: RuleFacts) => boolean)): Rule {
  const matches = typeof of === "function" ? of : (facts: RuleFacts) => of.includes(facts.item.item);
  return { name: name as RuleName, when: typeof of === "function" ? "…" : of.join(", "), matches, action };
}

/** One sourcing rule for each way, named by it: `{ make: ["FRAME"], buy: ["BOLT"] }`. */
export function sourcing(
  ways: Partial<Record<"make" | "buy" | "subcontract" | "phantom" | "collapse", readonly string[]>>,
): Rule[] {
  return Object.entries(ways).map(([way, items]) => rule(way, { kind: way as "make" | "collapse" }, items));
}

export function replace(table: Readonly<Record<string, readonly [item: string, factor: string]>>): RuleAction {
  const rows = Object.entries(table).map(
    ([from, [to, factor]]) => [from as ItemId, { with: to as ItemId, factor: exact(factor) }] as const,
  );
  return { kind: "replace", items: new Map(rows) };
}

const PLANT = "P1" as PlantId;

/** The input to plan FRAME, or what `more` names, at plant P1 on 1 March 2026, with 3 decimal places. */
export function planInput(structure: Ebom, rules: readonly Rule[], more: Partial<PlanInput> = {}): PlanInput {
  return {
    system: "plm",
    ebom: structure,
    tops: [key("FRAME")],
    rules: { plant: PLANT, version: "1", rules },
    today: "2026-03-01" as Day,
    effectiveFrom: null,
    decimalsOf: () => 3,
    plantItems: new Map(),
    ...more,
  };
}

export function mbom(item: string, lines: readonly MbomLine[]): Mbom {
  return { plant: PLANT, item: item as ItemId, revision: A, lines };
}

/** An mBOM line that a planner typed. */
export function mbomLine(lineKey: string, item: string, amount: string, more: Partial<MbomLine> = {}): MbomLine {
  return {
    key: lineKey as MbomLineKey,
    item: item as ItemId,
    quantity: quantity(amount),
    basis: "per assembly",
    operation: null as OperationId | null,
    supply: null,
    scrap: NO_SCRAP,
    phantom: false,
    referenceDesignators: [],
    alternates: [],
    effectivity: ALWAYS,
    origin: { kind: "planner" },
    ...more,
  };
}

import { Type, type Static } from "typebox";
import type { MbomPlan, PlannedMbom } from "../domain/bom/mbom-plan.ts";
import { planMbom } from "../domain/bom/plan-mbom.ts";
import type { RuleSet } from "../domain/bom/rules.ts";
import type { Day } from "../domain/calendar.ts";
import { itemRevision, type EbomAssembly, type EbomLine, type ItemRevisionKey } from "../domain/ebom.ts";
import type { ItemId, LineId, Revision } from "../domain/ids.ts";
import type { Item } from "../domain/item.ts";
import { ONE } from "../domain/rational.ts";
import type { EbomFile } from "./ebom-file.ts";
import { readUnitFactor } from "./ebom-file.ts";
import { readAboveZero, readUnit } from "./exact-fields.ts";
import { filePlanInput } from "./file-plan.ts";
import { mbomLineWords } from "./mbom-words.ts";
import type { Loaded } from "./mistake.ts";
import { openSource, type Path, type SourceFile } from "./source-file.ts";

/** An example of what rules must do: a structure, and the mBOMs that the plant is to have of it. */
export type RuleCase = {
  readonly name: string;
  readonly line: number;
  readonly ebom: EbomFile;
  /** Lines of text as `drawCase` writes them, without indentation. */
  readonly expected: readonly string[];
};

export type CaseResult = {
  readonly name: string;
  readonly line: number;
  readonly passed: boolean;
  readonly difference: readonly DifferenceLine[];
};

/** One line of a comparison: `-` was expected and is not there, `+` is there and was not expected. */
export type DifferenceLine = { readonly sign: " " | "-" | "+"; readonly text: string };

const Text = Type.String();

const ITEM_FIELDS = {
  type: Type.Optional(Text),
  unit: Type.Optional(Type.String({ hint: "a unit, such as EA, KGM or MTR" })),
  attributes: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 0 }))),
  unitFactors: Type.Optional(Type.Array(Type.Object({ from: Text, to: Text, factor: Text }))),
  lines: Type.Optional(Type.Array(Type.Unknown())),
};

const CaseEntry = Type.Object({
  name: Type.String({ hint: "a sentence that says what the rules must do" }),
  assembly: Type.String({ hint: "the number of the assembly that is planned" }),
  ...ITEM_FIELDS,
  lines: Type.Array(Type.Unknown(), { hint: "what the assembly is built from" }),
  expect: Type.String({ hint: "the mBOMs that must come of it, as text after a |" }),
});

const LineEntry = Type.Object({
  item: Type.String({ hint: "the number of the item that is used" }),
  name: Type.Optional(Text),
  quantity: Type.Optional(Text),
  quantityUnit: Type.Optional(Text),
  basis: Type.Optional(
    Type.Union([Type.Literal("per assembly"), Type.Literal("per lot"), Type.Literal("as required")]),
  ),
  referenceDesignators: Type.Optional(Type.Array(Text)),
  alternates: Type.Optional(Type.Array(Text)),
  ...ITEM_FIELDS,
});

type CaseLine = Static<typeof LineEntry>;

/** Reads the example cases that stand beside a rule file. All mistakes in one go. */
export function loadCases(file: string, text: string): Loaded<readonly RuleCase[]> {
  const source = openSource(file, text);
  source.read([], Type.Object({ cases: Type.Array(Type.Unknown(), { hint: "a list of cases" }) }));
  const entries = source.readIfPresent(["cases"], Type.Array(Type.Unknown())) ?? [];
  const cases = entries.map((_, index) => readCase(source, ["cases", index])).filter((read) => read !== null);
  const mistakes = source.mistakes();
  return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, value: cases };
}

/** Plans the case and compares, line by line; white space does not count. */
export function runCase({ name, line, ebom, expected }: RuleCase, rules: RuleSet): CaseResult {
  const drawn = drawCase(planMbom(filePlanInput(ebom, rules, CASE_DAY)));
  const difference = compareLines(expected, drawn.map(squeezed));
  return { name, line, passed: difference.every(({ sign }) => sign === " "), difference };
}

/** Cases say nothing about effectivity, so that they mean the same on every day. */
const CASE_DAY = "2026-01-01" as Day;
const REVISION = "A" as Revision;

type Structure = {
  readonly items: Map<ItemRevisionKey, Item>;
  readonly assemblies: Map<ItemRevisionKey, EbomAssembly>;
};

function readCase(source: SourceFile, path: Path): RuleCase | null {
  const entry = source.read(path, CaseEntry);
  if (entry === null) return null;
  const structure: Structure = { items: new Map(), assemblies: new Map() };
  readItem(source, path, { ...entry, type: entry.type ?? "assembly", item: entry.assembly }, structure);
  return {
    name: entry.name,
    line: source.position(path).line,
    ebom: { ebom: structure, tops: [key(entry.assembly)] },
    expected: entry.expect
      .split("\n")
      .map(squeezed)
      .filter((text) => text !== ""),
  };
}

/** Takes in an item and, depth first, what it is built from. Facts need to be said once for each item. */
function readItem(source: SourceFile, path: Path, entry: CaseLine, structure: Structure): Item {
  const known = structure.items.get(key(entry.item));
  const item: Item = known ?? {
    item: entry.item as ItemId,
    revision: REVISION,
    name: entry.name ?? entry.item,
    type: entry.type ?? "part",
    state: "released",
    unit: readUnit(source, [...path, "unit"]) ?? "EA",
    attributes: entry.attributes ?? {},
    unitFactors: (entry.unitFactors ?? []).flatMap((_, at) => readUnitFactor(source, [...path, "unitFactors", at])),
    approvedSources: [],
  };
  structure.items.set(key(entry.item), item);
  if (entry.lines === undefined) return item;
  const lines = entry.lines.map((_, at) => readLine(source, [...path, "lines", at], at, structure));
  const whole = lines.filter((line) => line !== null);
  structure.assemblies.set(key(entry.item), { item: item.item, revision: REVISION, lines: whole });
  return item;
}

function readLine(source: SourceFile, path: Path, index: number, structure: Structure): EbomLine | null {
  const entry = source.read(path, LineEntry);
  if (entry === null) return null;
  const item = readItem(source, path, entry, structure);
  const findNumber = `${(index + 1) * 10}`;
  return {
    id: findNumber as LineId,
    findNumber,
    item: item.item,
    revision: REVISION,
    quantity: {
      amount: readAboveZero(source, [...path, "quantity"]) ?? ONE,
      unit: readUnit(source, [...path, "quantityUnit"]) ?? item.unit,
    },
    basis: entry.basis ?? "per assembly",
    referenceDesignators: entry.referenceDesignators ?? [],
    effectivity: { from: null, until: null },
    alternates: (entry.alternates ?? []) as ItemId[],
  };
}

function key(item: string): ItemRevisionKey {
  return itemRevision(item as ItemId, REVISION);
}

/**
 * A plan as the short text that cases are written in, the product first: each item, what it takes, what
 * was left out of it and why, and what is blocked.
 */
function drawCase(plan: MbomPlan): readonly string[] {
  const blocked = plan.findings
    .filter(({ severity }) => severity === "blocked")
    .map(({ code, item }) => `blocked ${item ?? "the plan"}: ${code}`);
  return [...plan.mboms.toReversed().flatMap((planned) => drawMbom(planned, plan)), ...blocked];
}

function drawMbom({ mbom, decisions }: PlannedMbom, { items }: MbomPlan): readonly string[] {
  const procurements = new Map(items.map(({ item, procurement }) => [item, procurement]));
  const lines = mbom.lines.map((line) => `  ${mbomLineWords(line, procurements.get(line.item) ?? null)}`);
  const leftOut = decisions.flatMap(({ item, outcome }) =>
    outcome.kind === "excluded" ? [`  without ${item}: ${outcome.reason}`] : [],
  );
  return [mbom.item, ...lines, ...leftOut];
}

function squeezed(text: string): string {
  return text.trim().replaceAll(/\s+/g, " ");
}

/** The shortest way from one text to the other, by their longest common subsequence. */
export function compareLines(expected: readonly string[], actual: readonly string[]): readonly DifferenceLine[] {
  const common = Array.from({ length: expected.length + 1 }, () => Array.from({ length: actual.length + 1 }, () => 0));
  const at = (row: number, column: number) => common[row]?.[column] ?? 0;
  for (let row = expected.length - 1; row >= 0; row--) {
    for (let column = actual.length - 1; column >= 0; column--) {
      const same = expected[row] === actual[column];
      (common[row] ?? [])[column] = same
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const difference: DifferenceLine[] = [];
  let [row, column] = [0, 0];
  while (row < expected.length || column < actual.length) {
    const [wanted, found] = [expected[row], actual[column]];
    if (wanted !== undefined && wanted === found) {
      difference.push({ sign: " ", text: wanted });
      [row, column] = [row + 1, column + 1];
    } else if (found === undefined || (wanted !== undefined && at(row + 1, column) >= at(row, column + 1))) {
      difference.push({ sign: "-", text: wanted ?? "" });
      row += 1;
    } else {
      difference.push({ sign: "+", text: found });
      column += 1;
    }
  }
  return difference;
}

import { lineDetails, PROCUREMENT_WORDS } from "../config/mbom-words.ts";
import type { ChangedLine, MbomDiff, MbomField } from "../domain/bom/mbom-diff.ts";
import type { AccountEntry, Decision, DecisionOutcome, PlannedMbom } from "../domain/bom/mbom-plan.ts";
import { alternatesText } from "../domain/bom/explain.ts";
import { inheritedFiles } from "../domain/bom/rules.ts";
import { isAlways } from "../domain/calendar.ts";
import { itemRevision } from "../domain/ebom.ts";
import { effectivityText } from "../domain/effectivity-text.ts";
import type { Finding } from "../domain/finding.ts";
import type { ItemId, RuleName } from "../domain/ids.ts";
import type { MbomLine, Origin } from "../domain/mbom.ts";
import { quantityText } from "../domain/quantity.ts";
import {
  compare as compareNumbers,
  dividedBy,
  rational,
  rationalText,
  roundedUp,
  times,
  ZERO,
} from "../domain/rational.ts";
import { usageText } from "../domain/usage-text.ts";
import { optionText } from "../domain/variant/option.ts";
import type { FilePlan } from "./plan-files.ts";
import { table } from "./table.ts";

/** A plan as a manufacturing engineer reads it: what is built from what and why, then what to look at. */
export function drawPlan(filePlan: FilePlan): string {
  const { plan, comparison } = filePlan;
  const facts = itemFacts(filePlan);
  const shown = plan.mboms.toReversed().filter(({ mbom }) => comparison === null || comparison.changed.has(mbom.item));
  return [
    heading(filePlan),
    ...shown.map((planned) => drawMbom(planned, comparison?.changed.get(planned.mbom.item)?.diff ?? null, facts)),
    drawFindings(plan.findings),
    drawAccount(plan.mboms),
    drawOutcome(filePlan),
  ]
    .filter(Boolean)
    .join("\n\n");
}

type ItemFacts = (item: ItemId) => { readonly name: string; readonly comesBy: string };

function itemFacts({ ebom: { ebom }, plan }: FilePlan): ItemFacts {
  const names = new Map<ItemId, string>([...ebom.items.values()].map(({ item, name }) => [item, name]));
  const procurements = new Map(plan.items.map(({ item, procurement }) => [item, procurement]));
  return (item) => {
    const procurement = procurements.get(item);
    return {
      name: names.get(item) === item ? "" : shortened(names.get(item) ?? ""),
      comesBy: procurement === undefined ? "" : PROCUREMENT_WORDS[procurement],
    };
  };
}

/** Longer names push what matters off the screen. */
const NAME_LENGTH_MAX = 34;

function shortened(name: string): string {
  return name.length <= NAME_LENGTH_MAX ? name : `${name.slice(0, NAME_LENGTH_MAX - 1)}…`;
}

function heading({ ebomFile, rulesFile, againstFile, rules, ebom, assumed, today }: FilePlan): string {
  const rows = [
    ["eBOM", ebomFile],
    ["rules", `${[rulesFile, ...inheritedFiles(rules)].join(" with ")}, version ${rules.version.slice(0, 12)}`],
    ["against", againstFile ?? "nothing: every line is shown"],
    ["as of", today],
    ...(assumed.length === 0 ? [] : [["assumed", `${assumed.join(", ")} exists in the plant: there is no ERP to ask`]]),
  ];
  return `Plan for plant ${rules.plant}: ${ebom.tops.join(", ")}\n${table(rows, { indent: "  ", right: [] })}`;
}

function drawMbom(planned: PlannedMbom, diff: MbomDiff | null, facts: ItemFacts): string {
  const { mbom, decisions } = planned;
  const title = `${itemRevision(mbom.item, mbom.revision)}  ${facts(mbom.item).name}`.trimEnd();
  const rows = [
    ...mbom.lines.map((line) => row(line, diff, facts)),
    ...(diff?.removed ?? []).map((line) => removedRow(line, facts)),
  ];
  const leftOut = decisions.flatMap((decision) => (isLeftOut(decision.outcome) ? [leftOutRow(decision)] : []));
  return [
    title,
    table(rows, { indent: "  ", right: [1] }),
    leftOut.length === 0 ? "" : `  left out or lifted\n${table(leftOut, { indent: "    ", right: [] })}`,
  ]
    .filter(Boolean)
    .join("\n");
}

function row(line: MbomLine, diff: MbomDiff | null, facts: ItemFacts): string[] {
  const changed = diff?.changed.find(({ to }) => to === line);
  const mark = changed !== undefined ? "~" : diff?.added.includes(line) === true ? "+" : "";
  const was = changed === undefined ? "" : `was ${changed.fields.map((field) => fieldText(changed, field)).join(", ")}`;
  return [mark, ...lineCells(line, facts), was, why(line.origin)];
}

function removedRow(line: MbomLine, facts: ItemFacts): string[] {
  return ["-", ...lineCells(line, facts), "", "no longer planned"];
}

function lineCells(line: MbomLine, facts: ItemFacts): string[] {
  const { name, comesBy } = facts(line.item);
  const places = line.referenceDesignators.join(" ");
  const days = isAlways(line.effectivity) ? "" : effectivityText(line.effectivity);
  const details = lineDetails({ ...line, origin: { kind: "planner" } });
  return [
    quantityText(line.quantity),
    line.item,
    name,
    line.output === undefined ? comesBy : "",
    details.join(", "),
    places,
    alternatesText(line),
    days,
  ];
}

/** What a field was before. */
function fieldText({ from }: ChangedLine, field: MbomField): string {
  switch (field) {
    case "quantity":
      return quantityText(from.quantity);
    case "item":
      return from.item;
    case "operation":
      return from.operation === null ? "at no operation" : `at ${from.operation}`;
    case "supply":
      return from.supply ?? "without supply type";
    case "basis":
      return from.basis;
    case "phantom":
      return from.phantom ? "a phantom" : "no phantom";
    case "scrap":
      return lineDetails(from).find((detail) => detail.includes("scrap")) ?? "without scrap";
    case "reference designators":
      return from.referenceDesignators.join(" ") || "without designators";
    case "alternates":
      return from.alternates.length === 0 ? "without alternates" : `or ${from.alternates.join(", ")}`;
    case "usage":
      return from.usage === undefined ? "without usage" : usageText(from.usage);
    case "effectivity":
      return effectivityText(from.effectivity);
    case "option":
      return from.option === undefined ? "for all variants" : `when ${optionText(from.option)}`;
    case "output":
      return from.output ?? "a component";
  }
}

function why(origin: Origin): string {
  switch (origin.kind) {
    case "engineering":
      return origin.from.map(({ path, rules }) => `line ${path.join("/")} by ${rules.join(", ")}`).join(" and ");
    case "rule":
      return `added by ${origin.rule}${origin.driver === null ? "" : ` for line ${origin.driver.join("/")}`}`;
    case "planner":
      return "a planner's line";
  }
}

const LEFT_OUT = [
  "excluded",
  "collapsed",
  "not effective",
  "not selected",
  "blocked",
] as const satisfies readonly DecisionOutcome["kind"][];

function isLeftOut({ kind }: DecisionOutcome): boolean {
  return LEFT_OUT.some((candidate) => candidate === kind);
}

function leftOutRow({ item, path, outcome, rules }: Decision): string[] {
  const reason = "reason" in outcome ? outcome.reason : "its lines take its place";
  return [item, outcome.kind === "collapsed" ? "lifted" : outcome.kind, reason, `line ${path.join("/")}${by(rules)}`];
}

function by(rules: readonly RuleName[]): string {
  return rules.length === 0 ? "" : ` by ${rules.join(", ")}`;
}

function drawFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  const words = { blocked: "BLOCKED", warning: "warning", info: "note" } as const;
  const drawn = findings.map(
    ({ severity, code, cause, fix }) => `  ${words[severity].padEnd(8)} ${cause}\n           ${fix} (${code})`,
  );
  return ["Findings", ...drawn].join("\n");
}

/** What became of every eBOM line, and whether the books balance. */
function drawAccount(mboms: readonly PlannedMbom[]): string {
  const account = mboms.flatMap((planned) => planned.account);
  const decisions = mboms.flatMap((planned) => planned.decisions);
  const count = (...kinds: readonly DecisionOutcome["kind"][]) =>
    decisions.filter(({ outcome }) => kinds.includes(outcome.kind)).length;
  const rounded = account.filter(({ rounding }) => compareNumbers(rounding.amount, ZERO) !== 0);
  const scrapped = account.filter(({ scrap }) => scrap.length > 0).length;
  const fates = [
    [count("made", "bought", "subcontracted", "phantom"), "in an mBOM"],
    [count("collapsed"), "lifted"],
    [count("excluded", "excluded with"), "left out with a reason"],
    [count("supplied within"), "inside what is bought complete"],
    [count("not effective"), "not effective"],
    [count("not selected"), "for other variants"],
    [count("blocked"), "blocked"],
  ] as const;
  return [
    `Accounted for: ${decisions.length} uses of eBOM lines, ${fates
      .filter(([number]) => number > 0)
      .map(([number, fate]) => `${number} ${fate}`)
      .join(", ")}.`,
    rounded.length === 0
      ? ""
      : `  rounding up adds at most ${largestRounding(rounded)} % to ${lineCount(rounded.length)}`,
    scrapped === 0 ? "" : `  scrap comes on top of ${lineCount(scrapped)}`,
  ]
    .filter(Boolean)
    .join("\n");
}

/** Of what a line requires, in percent, with two decimals. */
function largestRounding(rounded: readonly AccountEntry[]): string {
  const parts = rounded.map(({ rounding, required }) => dividedBy(rounding.amount, required.amount));
  const largest = parts.reduce((a, b) => (compareNumbers(a, b) >= 0 ? a : b), ZERO);
  return rationalText(roundedUp(times(largest, rational(100n)), 2));
}

function lineCount(count: number): string {
  return count === 1 ? "1 line" : `${count} lines`;
}

function drawOutcome({ plan, comparison }: FilePlan): string {
  const blocked = plan.findings.filter(({ severity }) => severity === "blocked").length;
  const mboms = `${plan.mboms.length} ${plan.mboms.length === 1 ? "mBOM" : "mBOMs"} planned`;
  const verdict =
    blocked === 0
      ? ""
      : `\n${blocked === 1 ? "1 finding blocks" : `${blocked} findings block`} the plan: nothing of it may be published.`;
  if (comparison === null) return `${mboms}.${verdict}`;
  const { changed, inStep, notPlanned } = comparison;
  const changes = changed.size === 0 ? "no changes" : `${changed.size} changed (${[...changed.keys()].join(", ")})`;
  const gone = notPlanned.length === 0 ? "" : `\nNo longer planned, left as they are: ${notPlanned.join(", ")}.`;
  return `${mboms}: ${changes}, ${inStep.length} in step.${gone}${verdict}`;
}

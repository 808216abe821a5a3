import { isAlways } from "../calendar.ts";
import { effectivityText } from "../effectivity-text.ts";
import type { Finding } from "../finding.ts";
import type { MbomLineKey, RuleName } from "../ids.ts";
import type { Mbom, MbomLine, Origin } from "../mbom.ts";
import { quantityText } from "../quantity.ts";
import { rationalText, type Rational } from "../rational.ts";
import { usageText } from "../usage-text.ts";
import { optionText } from "../variant/option.ts";
import type { Decision, DecisionOutcome, MbomPlan } from "./mbom-plan.ts";

/** One plain sentence on what became of an eBOM line and why, or on what a person should know. */
export function explain(what: Decision | Finding): string {
  return "severity" in what ? explainFinding(what) : explainDecision(what);
}

function explainDecision({ path, item, outcome, rules }: Decision): string {
  const line = `Line ${path.join("/")}, ${item},`;
  switch (outcome.kind) {
    case "made":
      return `${line} is made here and goes on ${mbomLines(outcome)}${by(rules)}.`;
    case "bought":
      return `${line} is bought complete and goes on ${mbomLines(outcome)}${by(rules)}.`;
    case "subcontracted":
      return `${line} is made by a subcontractor and goes on ${mbomLines(outcome)}${by(rules)}.`;
    case "phantom":
      return `${line} stays on ${mbomLines(outcome)} as a phantom that the ERP explodes through${by(rules)}.`;
    case "excluded":
      return `${line} is left out${by(rules)}: ${unstopped(outcome.reason)}.`;
    case "collapsed":
      return `${line} is dissolved and the lines below it take its place${by(rules)}.`;
    case "supplied within":
      return `${line} comes inside line ${outcome.parent}, which is bought complete${by(rules)}.`;
    case "excluded with":
      return `${line} falls with line ${outcome.parent} above it${by(rules)}.`;
    case "not effective":
      return `${line} is left out because ${unstopped(outcome.reason)}.`;
    case "not selected":
      return `${line} is left out: it is ${unstopped(outcome.reason)}.`;
    case "blocked":
      return `${line} is blocked: ${unstopped(outcome.reason)}.`;
  }
}

function mbomLines({ line, further = [], in: group }: Extract<DecisionOutcome, { line: MbomLineKey }>): string {
  const within = group === undefined ? "" : ` of group ${group}`;
  if (further.length === 0) return `mBOM line ${line}${within}`;
  return `mBOM lines ${[line, ...further.slice(0, -1)].join(", ")} and ${further.at(-1)}${within}`;
}

function explainFinding({ severity, system, cause, fix }: Finding): string {
  const word = { blocked: "Blocked", warning: "Warning", info: "Note" }[severity];
  return `${word}, ${system}: ${cause} ${fix}`;
}

/** Planned mBOMs as indented text: each item, then what it takes, in what way, and from which lines. */
export function draw(plan: Pick<MbomPlan, "mboms">): string {
  return plan.mboms.map(({ mbom }) => drawMbom(mbom)).join("\n");
}

function drawMbom(mbom: Mbom): string {
  const rows = mbom.lines.map((line) => [quantityText(line.quantity), line.item, details(line), why(line.origin)]);
  // A loop: an mBOM may have more lines than a call takes arguments.
  const widths = [0, 1, 2, 3].map((column) => rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0));
  const body = rows.map((row) =>
    `  ${row.map((cell, column) => (widths[column] === 0 ? "" : `${cell.padEnd(widths[column] ?? 0)}  `)).join("")}`.trimEnd(),
  );
  return [`${mbom.item} rev ${mbom.revision} at ${mbom.plant}`, ...body, ""].join("\n");
}

function details(line: MbomLine): string {
  const { componentPercent, operationPercent, fixedPerOrder } = line.scrap;
  return [
    line.output ?? "",
    line.basis === "per order" ? "per order" : "",
    line.operation === null ? "" : `at ${line.operation}`,
    line.supply ?? "",
    percent(componentPercent, "scrap"),
    percent(operationPercent, "operation scrap"),
    fixedPerOrder === null ? "" : `+ ${rationalText(fixedPerOrder)} ${line.quantity.unit} an order`,
    line.phantom ? "phantom" : "",
    isAlways(line.effectivity) ? "" : effectivityText(line.effectivity),
    line.option === undefined ? "" : `when ${optionText(line.option)}`,
    line.referenceDesignators.join(" "),
    alternatesText(line),
  ]
    .filter(Boolean)
    .join(", ");
}

/** `or B, C (80 % A, 20 % B)`; empty where nothing may stand in. */
export function alternatesText({ alternates, usage = [] }: Pick<MbomLine, "alternates" | "usage">): string {
  if (alternates.length === 0) return "";
  return `or ${alternates.join(", ")}${usage.length === 0 ? "" : ` (${usageText(usage)})`}`;
}

function percent(number: Rational | null, of: string): string {
  return number === null ? "" : `+ ${rationalText(number)} % ${of}`;
}

function why(origin: Origin): string {
  switch (origin.kind) {
    case "engineering":
      return `from ${origin.from.map(({ path, rules }) => `${path.join("/")}${by(rules)}`).join(" and ")}`;
    case "rule":
      return `added${origin.driver === null ? "" : ` for ${origin.driver.join("/")}`}${by([origin.rule])}`;
    case "planner":
      return "added by a planner";
  }
}

function by(rules: readonly RuleName[]): string {
  return rules.length === 0 ? "" : ` by ${rules.map((rule) => `"${rule}"`).join(", ")}`;
}

function unstopped(sentence: string): string {
  return sentence.endsWith(".") ? sentence.slice(0, -1) : sentence;
}

import { lineDetails } from "../config/mbom-words.ts";
import type { ChangePlan, MbomChange } from "../domain/change-plan.ts";
import { itemRevision } from "../domain/ebom.ts";
import type { Finding } from "../domain/finding.ts";
import { grouped } from "../domain/grouped.ts";
import type { OrderImpact } from "../domain/impact/order-impact.ts";
import type { MbomLine } from "../domain/mbom.ts";
import { moneyText } from "../domain/money-text.ts";
import { fieldText, planInWords } from "../domain/plan-in-words.ts";
import { quantityText } from "../domain/quantity.ts";
import { table } from "./table.ts";

/** What a change will do to a plant's ERP, as somebody reads it who decides on it. */
export function drawChangePlan(plan: ChangePlan, digest: string): string {
  const { change, plant, actions } = plan;
  return [
    `${change.id} in plant ${plant}: ${change.title}\n  plan ${digest}`,
    drawFindings(plan.findings),
    ...planInWords(plan).map(({ heading, sentences }) => section(heading, sentences)),
    drawOrders(plan.impact),
    ...plan.mboms.filter(isChanged).map(drawDifferences),
    actions.length === 0 ? "Nothing to do: the ERP is in step." : `${counted(actions.length, "action")} in all.`,
  ]
    .filter(Boolean)
    .join("\n\n");
}

export function isBlocked({ findings }: Pick<ChangePlan, "findings">): boolean {
  return findings.some(({ severity }) => severity === "blocked");
}

const SEVERITIES = ["blocked", "warning", "info"] as const;
const SEVERITY_WORDS = { blocked: "BLOCKED", warning: "warning", info: "note" } as const;

/** What stops the plan first. */
export function drawFindings(findings: readonly Finding[]): string {
  const sorted = SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  const drawn = sorted.map(
    ({ severity, code, cause, fix }) => `${SEVERITY_WORDS[severity].padEnd(8)} ${cause}\n           ${fix} (${code})`,
  );
  return drawn.length === 0 ? "" : section("Findings", drawn);
}

function drawOrders(impact: readonly OrderImpact[]): string {
  if (impact.length === 0) return "";
  const rows = impact.map((each) => [
    each.kind === "purchase" ? each.line : each.order,
    each.status,
    each.kind === "purchase" ? grouped(moneyText(each.exposure)) : each.treatment,
    each.text,
  ]);
  return `Open orders that it concerns\n${table(rows, { indent: "  ", right: [] })}`;
}

function isChanged({ diff }: MbomChange): boolean {
  return diff.added.length + diff.removed.length + diff.changed.length > 0;
}

/** An mBOM line by line: `+` comes in, `-` goes, `~` changes. */
function drawDifferences({ after, diff }: MbomChange): string {
  const rows = [
    ...diff.added.map((line) => ["+", ...cells(line), ""]),
    ...diff.removed.map((line) => ["-", ...cells(line), ""]),
    ...diff.changed.map(({ from, to, fields }) => [
      "~",
      ...cells(to),
      `was ${fields.map((field) => fieldText(from, field)).join(", ")}`,
    ]),
  ];
  const rest = diff.same.length === 0 ? "" : `\n     ${counted(diff.same.length, "other line")} as before`;
  return `mBOM of ${itemRevision(after.item, after.revision)}\n${table(rows, { indent: "  ", right: [1] })}${rest}`;
}

function cells(line: MbomLine): readonly string[] {
  return [quantityText(line.quantity), line.item, lineDetails(line).join(", "), line.referenceDesignators.join(" ")];
}

function section(heading: string, sentences: readonly string[]): string {
  return [heading, ...sentences.map((sentence) => `  ${sentence}`)].join("\n");
}

function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`;
}

import { mbomLineWords } from "../src/config/mbom-words.ts";
import { accountInWords } from "../src/domain/bom/account-in-words.ts";
import { draw, explain } from "../src/domain/bom/explain.ts";
import type { MbomDiff } from "../src/domain/bom/mbom-diff.ts";
import type { PlannedMbom } from "../src/domain/bom/mbom-plan.ts";
import type { Finding } from "../src/domain/finding.ts";
import type { PlannedScenario } from "./scenario.ts";

/**
 * A plan with everything that there is to review: the mBOMs, what became of each eBOM line and why, with its
 * account; what the plant has, or what its planners' edits come to; and the findings.
 */
export function drawScenario({ filePlan: { plan, comparison }, merged }: PlannedScenario): string {
  const mboms = merged === null ? plan.mboms : merged.mboms;
  return [
    draw({ mboms: plan.mboms.toReversed() }),
    ...mboms.toReversed().map(drawLines),
    ...(comparison === null ? [] : [...comparison.changed].map(([item, { diff }]) => drawDiff(item, diff))),
    ...(comparison === null ? [] : comparison.inStep.map((item) => `${item} is in step with the plant\n`)),
    ...(merged === null ? [] : [`With the planners' edits\n\n${draw({ mboms: mboms.toReversed() })}`]),
    drawFindings([...plan.findings, ...(merged?.findings ?? [])]),
  ]
    .filter(Boolean)
    .join("\n");
}

function drawLines({ mbom, decisions, account }: PlannedMbom): string {
  const accounts = new Map(account.map((entry) => [entry.path.join("/"), entry]));
  const rows = decisions.flatMap((decision) => {
    const entry = accounts.get(decision.path.join("/"));
    return [`  ${explain(decision)}`, ...(entry === undefined ? [] : [`    ${accountInWords(entry)}`])];
  });
  return rows.length === 0 ? "" : [`What became of engineering's lines in ${mbom.item}`, ...rows, ""].join("\n");
}

function drawDiff(item: string, { added, removed, changed, same }: MbomDiff): string {
  const rows = [
    ...added.map((line) => `  + ${mbomLineWords(line, null)}`),
    ...changed.map(({ from, to }) => `  ~ ${mbomLineWords(to, null)}, was ${mbomLineWords(from, null)}`),
    ...removed.map((line) => `  - ${mbomLineWords(line, null)}`),
    ...same.map((line) => `    ${mbomLineWords(line, null)}`),
  ];
  return [`What the plant's mBOM of ${item} differs in`, ...rows, ""].join("\n");
}

function drawFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return "No findings\n";
  return ["Findings", ...findings.map((finding) => `  ${finding.code}: ${explain(finding)}`), ""].join("\n");
}

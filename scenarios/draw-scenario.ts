import { mbomLineWords } from "../src/config/mbom-words.ts";
import { accountInWords } from "../src/domain/bom/account-in-words.ts";
import { draw, explain } from "../src/domain/bom/explain.ts";
import type { MbomDiff } from "../src/domain/bom/mbom-diff.ts";
import type { PlannedMbom } from "../src/domain/bom/mbom-plan.ts";
import type { DesignedMbom } from "../src/domain/plan-design.ts";
import type { Finding } from "../src/domain/finding.ts";
import type { HubScenario } from "./hub-scenario.ts";
import type { PlannedScenario } from "./scenario.ts";

/**
 * A plan with everything that there is to review: the mBOMs, what became of each eBOM line and why, with its
 * account; what the plant has, or what is to stand in it; and the findings.
 */
export function drawScenario({ filePlan: { plan, comparison }, hub }: PlannedScenario): string {
  // A rollback has no eBOM of its own: shown is what stands until then.
  const planned = (hub === null || isRollback(hub) ? plan.mboms : hub.mboms.map(engineeringOf)).toReversed();
  return [
    draw({ mboms: planned }),
    ...planned.map(drawLines),
    ...(comparison === null ? [] : [...comparison.changed].map(([item, { diff }]) => drawDiff(item, diff))),
    ...(comparison === null ? [] : comparison.inStep.map((item) => `${item} is in step with the plant\n`)),
    ...(hub === null ? [] : drawPublished(hub)),
    drawFindings(hub === null ? plan.findings : hub.findings),
  ]
    .filter(Boolean)
    .join("\n");
}

/** The mBOM as engineering and rules alone have it. */
function engineeringOf(designed: DesignedMbom): PlannedMbom {
  return { ...designed, mbom: designed.engineering ?? designed.design };
}

function isRollback({ mboms }: HubScenario): boolean {
  return mboms.every(({ contributors }) => contributors.length === 0);
}

/** What is to stand in the ERP, where that is not what engineering and rules alone say. */
function drawPublished(hub: HubScenario): readonly string[] {
  const mboms = hub.mboms.toReversed();
  const drawn = mboms.flatMap((designed) => {
    const published = draw({ mboms: [designed] });
    return !isRollback(hub) && published === draw({ mboms: [engineeringOf(designed)] }) ? [] : [published];
  });
  return drawn.length === 0 ? [] : [["To be published, with what the plant has\n", ...drawn].join("\n")];
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

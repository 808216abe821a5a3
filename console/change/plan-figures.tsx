import type { Plan } from "../api.ts";
import { sumsText } from "../money-sums.ts";
import { Figures } from "../parts/figures.tsx";

/** The size of a plan: what it writes, what it touches, and with how much money. */
export function PlanFigures({ plan: { plan, outcomes } }: { plan: Plan }) {
  const done = outcomes.filter(({ state }) => state === "done").length;
  const required = plan.impact.filter(({ status }) => status === "action required");
  const exposures = required.flatMap((impact) => (impact.kind === "purchase" ? [impact.exposure] : []));
  const differences = plan.mboms.reduce(
    (sum, { diff }) => sum + diff.added.length + diff.removed.length + diff.changed.length,
    0,
  );
  const open = plan.findings.filter(({ severity }) => severity !== "info");
  const blocked = open.filter(({ severity }) => severity === "blocked").length;
  const findingTone = blocked > 0 ? "bad" : open.length > 0 ? "warn" : undefined;
  return (
    <Figures
      figures={[
        {
          name: outcomes.length === 0 ? "Actions to write" : "Actions written",
          value: outcomes.length === 0 ? plan.actions.length.toLocaleString("en") : `${done} of ${plan.actions.length}`,
        },
        { name: "mBOM lines that differ", value: differences.toLocaleString("en") },
        {
          name: "Open orders to act on",
          value: required.length.toLocaleString("en"),
          tone: required.length > 0 ? "warn" : undefined,
        },
        { name: "Purchase exposure", value: sumsText(exposures) },
        {
          name: blocked > 0 ? "Findings that block" : "Warnings",
          value: (blocked > 0 ? blocked : open.length).toLocaleString("en"),
          tone: findingTone,
        },
      ]}
    />
  );
}

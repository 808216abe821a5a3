import type { ChangeRow } from "../../src/api/contract.ts";
import { grouped } from "../../src/domain/grouped.ts";
import type { Plan } from "../api.ts";
import { Figures } from "../parts/figures.tsx";
import { actionsDone } from "../plan-progress.ts";

/** The size of a plan: what it writes, what it touches, and with how much money. */
export function PlanFigures({ row, plan }: { row: ChangeRow; plan: Plan }) {
  const { mboms, findings } = plan.plan;
  const differences = mboms.reduce(
    (sum, { diff }) => sum + diff.added.length + diff.removed.length + diff.changed.length,
    0,
  );
  const open = findings.filter(({ severity }) => severity !== "info");
  const blocked = open.filter(({ severity }) => severity === "blocked").length;
  const findingTone = blocked > 0 ? "bad" : open.length > 0 ? "warn" : undefined;
  return (
    <Figures
      figures={[
        actionFigure(plan),
        { name: "mBOM lines that differ", value: differences.toLocaleString("en") },
        {
          name: "Open orders to act on",
          value: row.actionRequired.toLocaleString("en"),
          tone: row.actionRequired > 0 ? "warn" : undefined,
        },
        { name: "Purchase exposure", value: row.exposure === null ? "–" : grouped(row.exposure) },
        {
          name: blocked > 0 ? "Findings that block" : "Warnings",
          value: (blocked > 0 ? blocked : open.length).toLocaleString("en"),
          tone: findingTone,
        },
      ]}
    />
  );
}

function actionFigure(plan: Plan) {
  const { length } = plan.plan.actions;
  const all = length.toLocaleString("en");
  if (plan.state === "blocked" || plan.state === "refused") return { name: "Actions, none written", value: all };
  if (length === 0 || plan.state === "proposed") return { name: "Actions to write", value: all };
  return { name: "Actions written", value: `${actionsDone(plan).toLocaleString("en")} of ${all}` };
}

import type { Acknowledgement } from "../connectors/port.ts";
import { outcomesOf } from "../store/outcomes.ts";
import { applyOnce } from "./apply-once.ts";
import type { ChangeRun } from "./change-run.ts";
import type { SealedPlan } from "./sealed.ts";
import { bound, keyOf } from "./writes.ts";

/** Tells the PLM how the change ended in this plant, once for each plan that ended it. */
export async function acknowledge(
  { plan, digest }: SealedPlan,
  outcome: Acknowledgement["outcome"],
  run: ChangeRun,
  because: string = NOTES[outcome],
): Promise<void> {
  const { changes } = run.systems.plm;
  if (changes === undefined || run.rollback !== null) return; // the PLM knows nothing of Heddle's own changes
  const note = `${because} Plan ${digest.slice(0, 12)}, ${plan.actions.length} writes.`;
  const input: Acknowledgement = { change: run.change, plant: run.plant, outcome, note };
  const step = { digest, action: `acknowledge:${outcome}` };
  const before = (await outcomesOf(run.database.pool, digest)).find(({ action }) => action === step.action);
  if (before?.state === "done") return;
  await applyOnce(step, bound(changes.acknowledge, input, keyOf(run.change, run.plant, [digest, outcome])), run, (tx) =>
    run.note(tx, "acknowledged to PLM", { outcome, digest }),
  );
}

const NOTES = {
  applied: "Applied in the ERP.",
  refused: "Refused by the plant.",
  "in step": "The plant was in step already.",
  superseded: "Another change supersedes it.",
} as const satisfies Record<Acknowledgement["outcome"], string>;

import type { Next } from "../engine/worker.ts";
import { forgetDesigns } from "../store/designs.ts";
import { takenBackBy } from "../store/rollbacks.ts";
import { supersederOf } from "../store/supersessions.ts";
import { acknowledge } from "./acknowledge.ts";
import type { ChangeRun } from "./change-run.ts";
import { endApplied } from "./end-applied.ts";
import { endLook } from "./end-look.ts";
import { keepPlan, wakeOrdersAtGate } from "./keep-plan.ts";
import { noteConflicts } from "./note-conflicts.ts";
import type { SealedPlan } from "./sealed.ts";
import { isInForce } from "./take-back.ts";

/** Nothing is left to write. What that means for the change depends on how it stands. */
export async function endInStep(sealed: SealedPlan, run: ChangeRun): Promise<Next> {
  switch (sealed.plan.change.state) {
    case "released":
      return run.wasApplied ? endApplied(null, sealed, run) : alreadyThere(sealed, run);
    case "superseded":
      return superseded(sealed, run);
    case "rolled back":
      return rolledBack(sealed, run);
    case "draft":
    case "in review":
    case "cancelled":
      return withdrawn(sealed, run);
  }
}

async function alreadyThere(sealed: SealedPlan, run: ChangeRun): Promise<Next> {
  await run.held((tx) => keepPlan(tx, sealed, "proposed", run));
  await acknowledge(sealed, "in step", run);
  const reason = "The plant already builds what this change wants.";
  return endLook(run, { state: "in step", reason, planDigest: sealed.digest }, sealed, { yields: true });
}

async function superseded(sealed: SealedPlan, run: ChangeRun): Promise<Next> {
  const { plant, change } = run;
  const releasedAt = sealed.plan.change.releasedAt ?? "";
  const by = await supersederOf(run.database.pool, { plant, change, releasedAt });
  const reason = `${by ?? "Another change"} supersedes it and is carried out in its place.`;
  await run.held((tx) => keepPlan(tx, sealed, "proposed", run));
  await acknowledge(sealed, "superseded", run, reason);
  return endLook(run, { state: "superseded", reason, planDigest: sealed.digest }, sealed, {
    yields: true,
    async record(tx) {
      await wakeOrdersAtGate(tx, await forgetDesigns(tx, plant, change), "superseded", run);
    },
  });
}

async function rolledBack(sealed: SealedPlan, run: ChangeRun): Promise<Next> {
  const { plant, change } = run;
  const by = await takenBackBy(run.database.pool, { plant, change });
  return endLook(run, { state: "rolled back", reason: `${by ?? "A rollback"} has taken it back.` }, sealed, {
    yields: true,
    async record(tx) {
      await noteConflicts(tx, run.subject, { ...sealed.plan, mboms: [] });
      await wakeOrdersAtGate(tx, await forgetDesigns(tx, plant, change), "taken back", run);
    },
  });
}

async function withdrawn(sealed: SealedPlan, run: ChangeRun): Promise<Next> {
  const { plant, change } = run;
  return endLook(run, { state: "withdrawn", reason: await whyWithdrawn(sealed, run) }, sealed, {
    yields: true,
    async record(tx) {
      await noteConflicts(tx, run.subject, { ...sealed.plan, mboms: [] }); // it asks nothing any more
      await wakeOrdersAtGate(tx, await forgetDesigns(tx, plant, change), "withdrawn", run);
    },
  });
}

async function whyWithdrawn({ plan }: SealedPlan, run: ChangeRun): Promise<string | null> {
  const { before, wasApplied } = run;
  if (before?.state === "withdrawn") return before.reason;
  const { state } = plan.change;
  if (!wasApplied) return `It is ${state} in the PLM.`;
  return (await isInForce(run))
    ? `It is ${state} in the PLM, but was applied before: release a change that takes it back, or roll it back.`
    : `It is ${state} in the PLM; what was published for a day to come is withdrawn.`;
}

import type { ChangePlan } from "../domain/change-plan.ts";
import type { EngineeringChange } from "../domain/change.ts";
import { fromJson } from "../domain/json.ts";
import { readPlan } from "../store/plans.ts";
import { carriedOut } from "../store/rollbacks.ts";
import type { ChangeReading } from "./change-run.ts";
import { footprintOf } from "./footprint.ts";
import type { TakingBack } from "./plan-rollback-from.ts";
import { asItStands } from "./as-it-stands.ts";

/** What a change of Heddle's own takes back; null for a change of the PLM's. */
export async function takingBack(run: ChangeReading): Promise<TakingBack | null> {
  const { rollback, change, database } = run;
  if (rollback === null) return null;
  const footprint = await footprintOf(database.pool, rollback);
  if (footprint === null) {
    throw new Error(`Heddle remembers nothing of what ${rollback.change} did: it cannot be taken back`);
  }
  const by = { id: change, reason: rollback.reason, releasedAt: rollback.at, releasedBy: rollback.by };
  return { footprint, by, asItStands: (told) => asItStands(told, run) };
}

/** What a change that was cancelled before its day takes back of its own; null where there is nothing, or it is in force. */
export async function withdrawing(told: EngineeringChange, run: ChangeReading): Promise<TakingBack | null> {
  const { state } = told;
  if (state !== "cancelled" || (await hasWithdrawn(run))) return null;
  const footprint = await footprintOf(run.database.pool, run);
  if (footprint === null) return null;
  // The day that it was applied for counts: the PLM's may have been moved since.
  const { effectiveFrom } = footprint.change;
  if (effectiveFrom === null || effectiveFrom <= run.today()) return null;
  const asTold = (back: EngineeringChange) =>
    Promise.resolve({ ...back, title: told.title, state, effectiveFrom, supersedes: told.supersedes });
  return { footprint, by: told, asItStands: asTold };
}

/** Whether the plant builds by it: it was applied, and its day by then has come. */
export async function isInForce(run: ChangeReading): Promise<boolean> {
  if (!run.wasApplied) return false;
  const footprint = await footprintOf(run.database.pool, run);
  return (footprint?.change.effectiveFrom ?? "") <= run.today();
}

/** Whether what it did last was to withdraw, to the end. What others bring in again after that is theirs. */
async function hasWithdrawn({ database: { pool }, subject }: ChangeReading): Promise<boolean> {
  const last = (await carriedOut(pool, subject)).at(-1);
  const stored = last === undefined ? null : await readPlan(pool, last.digest);
  return stored?.state === "applied" && fromJson<ChangePlan>(stored.plan).change.state === "cancelled";
}

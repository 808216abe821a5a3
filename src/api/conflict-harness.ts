import { createHash, randomUUID } from "node:crypto";
import type { ConflictId, MergeConflict } from "../domain/bom/mbom-merge.ts";
import type { ChangeId, Digest, ItemId, MbomLineKey, PlantId } from "../domain/ids.ts";
import { conflictIdOf, recordConflicts, type LineAround } from "../store/conflicts.ts";
import { storePlan } from "../store/plans.ts";
import { recordRun } from "../store/runs.ts";
import { subjectOf } from "../store/subject.ts";
import { holdSubject } from "../store/testing.ts";
import type { TestApi } from "./testing.ts";

/** Engineering wants 5 of L10 where it wanted 4, and the planner set 6. */
export function quantityConflict(item = "FRAME", said: Partial<MergeConflict["said"]> = {}): MergeConflict {
  return {
    id: `1000/${item}/L10/quantity` as ConflictId,
    plant: "1000" as PlantId,
    item: item as ItemId,
    line: "L10" as MbomLineKey,
    component: "BOLT" as ItemId,
    field: "quantity",
    said: { base: "4 EA", engineering: "5 EA", plant: "6 EA", ...said },
  };
}

/**
 * Has a change blocked by these conflicts in plant 1000, or planned without any, as the flow would record it. Gives
 * its plan's digest and their ids.
 */
export async function blockedBy(
  { database }: Pick<TestApi, "database">,
  change: string,
  conflicts: readonly MergeConflict[],
  { releasedBy = "m.keller", decided = [] as readonly ConflictId[] } = {},
): Promise<{ readonly digest: Digest; readonly ids: readonly string[] }> {
  const subject = subjectOf("change", change, "1000");
  const digest = createHash("sha256").update(randomUUID()).digest("hex") as Digest;
  const [planState, state] =
    conflicts.length === 0 ? (["proposed", "awaiting approval"] as const) : (["blocked", "blocked"] as const);
  const plan = { change: { id: change, releasedBy }, plant: "1000", actions: [] };
  const lease = await holdSubject(database, subject);
  await database.transaction(async (tx) => {
    await storePlan(tx, { subject: subject.id, digest, plan, state: planState, requestedBy: releasedBy });
    await recordConflicts(tx, {
      subject: subject.id,
      change: change as ChangeId,
      releasedBy,
      asked: conflicts.map((conflict) => ({ ...conflict, around: AROUND })),
      decided,
    });
    await recordRun(tx, lease, { title: `Change ${change}`, state, planDigest: digest });
  });
  return { digest, ids: conflicts.map(({ id }) => conflictIdOf(id)) };
}

const AROUND: readonly LineAround[] = [
  { line: "L10" as MbomLineKey, component: "BOLT" as ItemId, quantity: "6 EA", operation: "0010" },
  { line: "L20" as MbomLineKey, component: "NUT" as ItemId, quantity: "6 EA", operation: "0010" },
];

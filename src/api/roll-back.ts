import type { ChangeId, PlantId } from "../domain/ids.ts";
import { footprintOf } from "../flows/footprint.ts";
import { recordAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { planUnderway } from "../store/plans.ts";
import { addRollback, openRollbackOf, takenBackBy, type Rollback } from "../store/rollbacks.ts";
import { lockRun } from "../store/runs.ts";
import { subjectOf } from "../store/subject.ts";
import { changeSubject } from "./change-row.ts";
import { unknownChange } from "./decide-plan.ts";
import type { Lanes } from "./dependencies.ts";
import { ApiError } from "./problem.ts";
import { givenReason } from "./reason.ts";

type Asked = { readonly change: string; readonly plant: string; readonly reason: string; readonly by: string };

/**
 * Has a change planned that takes an applied one back. Nothing is written to the ERP before that plan is approved, by
 * another person.
 * @throws ApiError `invalid-input`, `not-found`, `not-applied`, `rollback-open`
 */
export async function rollBack(database: Database, lanes: Lanes, asked: Asked): Promise<Rollback> {
  const { reason, by } = asked;
  givenReason(reason);
  const [change, plant] = [asked.change as ChangeId, asked.plant as PlantId];
  const subject = changeSubject(asked);
  const footprint = await footprintOf(database.pool, { change, plant });
  return database.transaction(async (tx) => {
    if (!(await lockRun(tx, subject))) throw unknownChange(asked);
    if ((await planUnderway(tx, subject)) !== null) {
      throw new ApiError("not-applied", `${change} is being applied in plant ${plant}.`, { fix: "Wait for its end." });
    }
    if (footprint === null) throw new ApiError("not-applied", `Nothing of ${change} was written to plant ${plant}.`);
    const back = await takenBackBy(tx, { plant, change });
    if (back !== null) {
      const fix = `To have ${change} again, roll ${back} back; where that was done, roll back what did it.`;
      throw new ApiError("not-applied", `${back} has taken ${change} back already.`, { fix });
    }
    const open = await openRollbackOf(tx, { plant, change });
    if (open !== null) throw new ApiError("rollback-open", `${open} is to take ${change} back already.`);

    const made = await addRollback(tx, { plant, change, reason: reason.trim(), by });
    const detail = { rollback: made.id, change, reason: made.reason };
    const own = subjectOf("change", made.id, plant).id;
    await lanes.wakeUp(tx, own, { why: `${by} asked to roll ${change} back`, by });
    for (const at of [own, subject])
      await recordAudit(tx, { who: by, what: "rollback asked for", subject: at, detail });
    return made;
  });
}

import type { EngineeringChange } from "../domain/change.ts";
import type { ChangeId } from "../domain/ids.ts";
import type { Transaction } from "../store/database.ts";
import { knownAmong } from "../store/runs.ts";
import { subjectOf } from "../store/subject.ts";
import { forgetSupersessions, recordSupersession } from "../store/supersessions.ts";
import { linkThread } from "../store/thread-links.ts";
import type { ChangeRun } from "./change-run.ts";
import { changeNode } from "./keep-plan.ts";
import { isInForce } from "./take-back.ts";

/** Lets the change whose place this one takes know; and others that stand again, when this one does so no more. */
export async function tellSuperseded(told: EngineeringChange, run: ChangeRun): Promise<void> {
  const { supersedes, state, releasedAt } = told;
  const { change, plant, systems } = run;
  // One that stands no more keeps what it superseded out of force, where that is not the PLM's word: or the first of three
  // would come back when the second is superseded or rolled back.
  const stands = state === "released" || state === "superseded" || state === "rolled back" || (await stays(told, run));
  const replaced = stands && supersedes !== change ? supersedes : null;
  await run.held(async (tx) => {
    const freed = await forgetSupersessions(tx, { plant, by: change, except: replaced });
    const why = stands ? `${change} does not supersede it any more` : `${change}, which superseded it, is ${state}`;
    await wakeKnown(tx, freed, why, run);
    if (replaced === null) return;
    if (!(await recordSupersession(tx, { plant, superseded: replaced, by: change, releasedAt: releasedAt ?? "" })))
      return;
    const [from, to] = [changeNode(systems, change), changeNode(systems, replaced)];
    await linkThread(tx, run.subject, [{ from, relation: "supersedes", to }]);
    await wakeKnown(tx, [replaced], `${change} supersedes it`, run);
  });
}

/** Cancelled when the plant built by it already. */
async function stays({ state }: EngineeringChange, run: ChangeRun): Promise<boolean> {
  return state === "cancelled" && (await isInForce(run));
}

/** Those that were never looked at will hear of it when they are. */
async function wakeKnown(
  tx: Transaction,
  changes: readonly ChangeId[],
  why: string,
  { plant, lanes }: ChangeRun,
): Promise<void> {
  const subjects = changes.map((other) => subjectOf("change", other, plant).id);
  await lanes.wakeAll(tx, await knownAmong(tx, subjects), { why });
}

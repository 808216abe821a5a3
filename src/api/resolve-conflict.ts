import type { Side } from "../domain/bom/mbom-merge.ts";
import type { Digest } from "../domain/ids.ts";
import { ENDED_STATES } from "../domain/run-state.ts";
import { conflictSubject } from "../flows/conflict-subject.ts";
import { recordAudit } from "../store/audit.ts";
import { conflictOf, lockConflict, lockOpenOf, setConflictState, type StoredConflict } from "../store/conflicts.ts";
import type { Database, Transaction } from "../store/database.ts";
import { giveResolution, inForceOf, revokeResolution, type StoredResolution } from "../store/resolutions.ts";
import { runOf } from "../store/runs.ts";
import type { SubjectId } from "../store/subject.ts";
import { changeSubject } from "./change-row.ts";
import { unknownChange } from "./decide-plan.ts";
import type { Lanes } from "./dependencies.ts";
import { ApiError } from "./problem.ts";
import { givenReason } from "./reason.ts";

type Answer = { readonly stands: Side; readonly reason: string; readonly by: string };

/** What the two sides said of the conflict when the person read it; null where one has no such line. */
type Read = { readonly engineeringSaid: string | null; readonly plantSaid: string | null };

/**
 * Records a person's answer to a conflict and wakes the changes that ask it, in one transaction. The same answer
 * again changes nothing.
 *
 * Conflicts are locked before the changes are, in the order of a worker that records a plan: else each could wait for
 * the other.
 *
 * @throws ApiError `invalid-input`, `not-found`, `conflict-moved`, `already-decided`, `own-plan`
 */
export async function resolveConflict(
  database: Database,
  lanes: Lanes,
  { id, engineeringSaid, plantSaid, ...given }: Answer & Read & { readonly id: string },
): Promise<StoredConflict> {
  const answer = { ...given, reason: givenReason(given.reason) };
  return database.transaction(async (tx) => {
    const conflict = await locked(tx, id);
    refuseMoved(conflict, { engineeringSaid, plantSaid });
    await resolveOne(tx, conflict, answer);
    await lanes.wakeAll(tx, asking(conflict), { why: `${answer.by} answered a conflict` });
    return readBack(tx, id);
  });
}

type AnswerToAll = Answer & { readonly change: string; readonly plant: string; readonly digest: string };

/**
 * The same for all that the plan of a change asks and nobody has answered. Gives their ids.
 *
 * @throws ApiError `invalid-input`, `not-found`, `stale-plan`, `own-plan`
 */
export async function resolveConflicts(
  database: Database,
  lanes: Lanes,
  { digest, change, plant, ...given }: AnswerToAll,
): Promise<string[]> {
  const answer = { ...given, reason: givenReason(given.reason) };
  const subject = changeSubject({ change, plant });
  return database.transaction(async (tx) => {
    if ((await runOf(tx, subject)) === null) throw unknownChange({ change, plant });
    const open = await lockOpenOf(tx, subject);
    for (const conflict of open) await resolveOne(tx, conflict, answer);
    await lanes.wakeAll(tx, [subject, ...open.flatMap(asking)], { why: `${answer.by} answered its conflicts` });
    // The wake-up has locked the change: from here on no other plan takes this one's place.
    if ((await runOf(tx, subject))?.planDigest !== (digest as Digest)) {
      throw new ApiError("stale-plan", `This is not the plan of ${change} that counts now.`, { field: "body.digest" });
    }
    return open.map(({ id }) => id);
  });
}

/**
 * Takes the answer in force back: changes that are not done yet and go by it are planned again and will ask; where
 * there is none, the next change of the line asks.
 *
 * @throws ApiError `invalid-input`, `not-found`, `conflict-moved`
 */
export async function revokeAnswer(
  database: Database,
  lanes: Lanes,
  { id, by, ...given }: { readonly id: string; readonly by: string; readonly reason: string },
): Promise<StoredConflict> {
  const reason = givenReason(given.reason);
  return database.transaction(async (tx) => {
    const conflict = await locked(tx, id);
    const revoked = await revokeResolution(tx, conflict.id, { by, reason });
    if (revoked === null) throw nothingInForce(conflict);
    const left = underway(conflict);
    await setConflictState(tx, conflict.id, left.length === 0 ? "gone" : "open");
    await note(tx, conflict, left, by, "answer to a conflict taken back", { stands: revoked.stands, reason });
    await lanes.wakeAll(tx, left, { why: `${by} took the answer to a conflict back` });
    return readBack(tx, id);
  });
}

async function locked(tx: Transaction, id: string): Promise<StoredConflict> {
  const conflict = await lockConflict(tx, id);
  if (conflict === null) throw unknownConflict(id);
  return conflict;
}

/** Puts the answer on record, unless it stands there. */
async function resolveOne(tx: Transaction, conflict: StoredConflict, { stands, reason, by }: Answer): Promise<void> {
  const inForce = (await inForceOf(tx, [conflict.id])).get(conflict.id);
  if (inForce !== undefined && inForce.plantSaid === conflict.said.plant) {
    if (inForce.stands !== stands) throw answeredAlready(conflict, inForce);
    if (conflict.state === "open") await setConflictState(tx, conflict.id, "answered");
    return;
  }
  if (conflict.state !== "open") throw asksNoMore(conflict);
  if (stands === "engineering") refuseOwn(conflict, by);
  await giveResolution(tx, { conflict: conflict.id, stands, said: conflict.said, reason, by });
  await setConflictState(tx, conflict.id, "answered");
  await note(tx, conflict, asking(conflict), by, "conflict answered", { stands, ...conflict.said, reason });
}

/** Four eyes: who released a change in the PLM may keep the plant's word, but not put the change's in its place. */
function refuseOwn({ changes }: StoredConflict, by: string): void {
  const own = changes.find(
    ({ asks, releasedBy }) => asks && releasedBy !== null && releasedBy.toLowerCase() === by.toLowerCase(),
  );
  if (own === undefined) return;
  throw new ApiError("own-plan", `${by} released ${own.change} and may not let it overrule the plant.`, {
    fix: "Ask another approver; you may still keep what the plant has.",
  });
}

/** In the trails of the conflict and of the changes. */
async function note(
  tx: Transaction,
  conflict: StoredConflict,
  changes: readonly SubjectId[],
  who: string,
  what: string,
  said: Readonly<Record<string, string | null>>,
): Promise<void> {
  const { id, item, line, component, field } = conflict;
  const detail = { conflict: id, item, line, component, field, ...said };
  for (const subject of [conflictSubject(conflict), ...changes]) await recordAudit(tx, { who, what, subject, detail });
}

function asking({ changes, plant }: StoredConflict): readonly SubjectId[] {
  return changes.filter(({ asks }) => asks).map(({ change }) => changeSubject({ change, plant }));
}

function underway({ changes, plant }: StoredConflict): readonly SubjectId[] {
  return changes.filter(({ state }) => !ENDED_STATES.has(state)).map(({ change }) => changeSubject({ change, plant }));
}

async function readBack(tx: Transaction, id: string): Promise<StoredConflict> {
  const conflict = await conflictOf(tx, id);
  if (conflict === null) throw new Error(`conflict ${id} was answered and cannot be read back`);
  return conflict;
}

export function unknownConflict(id: string): ApiError {
  return new ApiError("not-found", `There is no conflict ${id}.`, {
    field: "id",
    fix: "See which there are: GET /api/conflicts, or npx heddle conflicts.",
  });
}

/** An answer is to what the person has read: nothing else may go by it. */
function refuseMoved(conflict: StoredConflict, { engineeringSaid, plantSaid }: Read): void {
  const { id, state, said } = conflict;
  const sides = [
    { who: "The plant", field: "body.plantSaid", read: plantSaid, says: said.plant },
    { who: "Engineering", field: "body.engineeringSaid", read: engineeringSaid, says: said.engineering },
  ];
  const moved = sides.find(({ read, says }) => read !== says);
  if (moved === undefined) return;
  if (state === "gone") throw asksNoMore(conflict);
  const [now, then] = [moved.says, moved.read].map((text) => text ?? "no such line");
  throw new ApiError("conflict-moved", `${moved.who} says "${now}" of ${id} now, no longer "${then}".`, {
    field: moved.field,
  });
}

function asksNoMore({ id }: StoredConflict): ApiError {
  return new ApiError("conflict-moved", `No plan asks ${id} any more: nothing is left to answer.`);
}

function answeredAlready({ id }: StoredConflict, { by, stands, at, reason }: StoredResolution): ApiError {
  return new ApiError("already-decided", `${by} answered ${id} on ${at}, ${stands} stands: ${reason}`, {
    fix: `Take that answer back first: POST /api/conflicts/${id}/revoke, or npx heddle conflict ${id} --revoke.`,
  });
}

function nothingInForce({ id, state }: StoredConflict): ApiError {
  return new ApiError("conflict-moved", `No answer to ${id} is in force; it is ${state}.`, {
    fix: `Read it again: GET /api/conflicts/${id}, or npx heddle conflict ${id}.`,
  });
}

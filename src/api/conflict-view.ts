import { conflictSubject } from "../flows/conflict-subject.ts";
import { auditOf } from "../store/audit.ts";
import type { StoredConflict } from "../store/conflicts.ts";
import type { Db } from "../store/database.ts";
import { inForceOf, resolutionsOf, type StoredResolution } from "../store/resolutions.ts";
import type { ConflictRow, ConflictView } from "./contract.ts";

/** Conflicts with the answers that are in force. */
export async function conflictRows(db: Db, conflicts: readonly StoredConflict[]): Promise<ConflictRow[]> {
  const answers = await inForceOf(
    db,
    conflicts.map(({ id }) => id),
  );
  return conflicts.map((conflict) => conflictRow(conflict, answers.get(conflict.id) ?? null));
}

export async function conflictView(db: Db, conflict: StoredConflict): Promise<ConflictView> {
  const [answers, timeline] = await Promise.all([
    resolutionsOf(db, conflict.id),
    auditOf(db, conflictSubject(conflict)),
  ]);
  const inForce = answers.find(({ revokedBy }) => revokedBy === null) ?? null;
  return {
    row: conflictRow(conflict, inForce),
    around: conflict.around.map((line) => ({ ...line })),
    answers: answers.map(answerView),
    timeline,
  };
}

function conflictRow(conflict: StoredConflict, answer: StoredResolution | null): ConflictRow {
  const { around: _around, changes, said, ...row } = conflict;
  return { ...row, said: { ...said }, changes: [...changes], answer: answer === null ? null : answerView(answer) };
}

function answerView(answer: StoredResolution): ConflictView["answers"][number] {
  const { id: _id, conflict: _conflict, base: _base, ...view } = answer;
  return view;
}

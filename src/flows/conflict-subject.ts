import type { StoredConflict } from "../store/conflicts.ts";
import { subjectOf, type SubjectId } from "../store/subject.ts";

/** `conflict:MC-3f2a9c01d4@1000` */
export function conflictSubject({ id, plant }: Pick<StoredConflict, "id" | "plant">): SubjectId {
  return subjectOf("conflict", id, plant).id;
}

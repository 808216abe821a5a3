import type { ConflictId } from "../domain/bom/mbom-merge.ts";
import type { ChangePlan, MbomChange } from "../domain/change-plan.ts";
import type { MbomLineKey } from "../domain/ids.ts";
import { quantityText } from "../domain/quantity.ts";
import { recordAudits } from "../store/audit.ts";
import { recordConflicts, type LineAround } from "../store/conflicts.ts";
import type { Transaction } from "../store/database.ts";
import type { SubjectId } from "../store/subject.ts";
import { conflictSubject } from "./conflict-subject.ts";

/** Lines shown on either side of the one in question. */
const AROUND = 3;

/** Opens the questions that the newest plan of a change asks, and lets those go that it asks no more. */
export async function noteConflicts(tx: Transaction, subject: SubjectId, { change, mboms }: ChangePlan): Promise<void> {
  const asked = mboms.flatMap((mbom) =>
    (mbom.merge?.conflicts ?? []).map((conflict) => ({ ...conflict, around: linesAround(mbom, conflict.line) })),
  );
  const decided = new Set<ConflictId>(
    mboms.flatMap(({ merge }) => (merge?.kept ?? []).flatMap(({ by }) => (by === null ? [] : [by]))),
  );
  const { id, releasedBy } = change;
  const plan = { subject, change: id, releasedBy, asked, decided: [...decided] };
  const { opened, gone } = await recordConflicts(tx, plan);
  const entry = (what: string) => (conflict: (typeof opened)[number]) => ({
    who: "heddle",
    what,
    subject: conflictSubject(conflict),
    detail: { change: id },
  });
  await recordAudits(tx, [...opened.map(entry("conflict opened")), ...gone.map(entry("conflict is gone"))]);
}

/** Of the mBOM that has the line: as it will stand, else as it stood. Empty where neither has it. */
export function linesAround(
  { after, before }: Pick<MbomChange, "after" | "before">,
  line: MbomLineKey,
): readonly LineAround[] {
  for (const { lines } of before === null ? [after] : [after, before]) {
    const at = lines.findIndex(({ key }) => key === line);
    if (at < 0) continue;
    return lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).map(({ key, item, quantity, operation }) => ({
      line: key,
      component: item,
      quantity: quantityText(quantity),
      operation,
    }));
  }
  return [];
}

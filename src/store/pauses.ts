import type { Db, Transaction } from "./database.ts";
import { iso } from "./page.ts";
import type { SubjectId } from "./subject.ts";

/** A system that a person has taken out of use for a while: nothing is read from or written to it. */
export type Pause = { readonly system: string; readonly by: string; readonly reason: string; readonly at: string };

const COLUMNS = `system, by, reason, ${iso("at")} as at`;

/** Pausing what is paused changes nothing. */
export async function pauseSystem(db: Db, { system, by, reason }: Omit<Pause, "at">): Promise<void> {
  await db.query("insert into pauses (system, by, reason) values ($1, $2, $3) on conflict (system) do nothing", [
    system,
    by,
    reason,
  ]);
}

/** Ends a pause; returns the subjects that waited for its end, to be woken in the same transaction. */
export async function resumeSystem(tx: Transaction, system: string): Promise<SubjectId[]> {
  await tx.query("delete from pauses where system = $1", [system]);
  const { rows } = await tx.query<{ subject: SubjectId }>("delete from parked where system = $1 returning subject", [
    system,
  ]);
  return rows.map((row) => row.subject);
}

export async function listPauses(db: Db): Promise<Pause[]> {
  const { rows } = await db.query<Pause>(`select ${COLUMNS} from pauses order by system`);
  return rows;
}

/** The pause that one of these systems is in. In a transaction it cannot end before the transaction does. */
export async function pauseAmong(db: Db, systems: readonly string[]): Promise<Pause | null> {
  const { rows } = await db.query<Pause>(
    `select ${COLUMNS} from pauses where system = any($1) order by system limit 1 for share`,
    [systems],
  );
  return rows[0] ?? null;
}

/** Lays a subject aside until `system` is resumed. */
export async function park(tx: Transaction, subject: SubjectId, system: string): Promise<void> {
  await tx.query(
    "insert into parked (subject, system) values ($1, $2) on conflict (subject) do update set system = excluded.system",
    [subject, system],
  );
}

import type { Db } from "./database.ts";

/** How far a system's history has been read; null at its beginning. */
export async function cursorOf(db: Db, system: string, capability: string): Promise<string | null> {
  const { rows } = await db.query<{ cursor: string | null }>(
    "select cursor from cursors where system = $1 and capability = $2",
    [system, capability],
  );
  return rows[0]?.cursor ?? null;
}

/**
 * Moves on, in the transaction that wakes the subjects of the page. False when the cursor no longer
 * stands at `from`: another hub has read on, and this page is to be dropped.
 */
export async function moveCursor(
  db: Db,
  { system, capability, from, to }: { system: string; capability: string; from: string | null; to: string | null },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into cursors (system, capability, cursor) select $1, $2, $4
      where $3::text is null or exists (select from cursors where system = $1 and capability = $2)
         on conflict (system, capability) do update
        set cursor = excluded.cursor, moved_at = now() where cursors.cursor is not distinct from $3`,
    [system, capability, from, to],
  );
  return rowCount === 1;
}

/** A system's history is read from its beginning again. */
export async function forgetCursor(db: Db, system: string, capability: string): Promise<void> {
  await db.query("delete from cursors where system = $1 and capability = $2", [system, capability]);
}

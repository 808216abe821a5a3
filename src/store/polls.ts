import type { Db } from "./database.ts";

type Turn = { readonly name: string; readonly holder: string };

/** Takes the next turn to poll when it is due and nobody else is at it. */
export async function beginPoll(
  db: Db,
  { name, holder, everyMs, leaseMs }: Turn & { everyMs: number; leaseMs: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into polls (name, holder, until, due)
     values ($1, $2, clock_timestamp() + $3 * interval '1 ms', clock_timestamp() + $4 * interval '1 ms')
         on conflict (name) do update set holder = excluded.holder, until = excluded.until, due = excluded.due
      where (polls.holder is null or polls.until < clock_timestamp()) and polls.due <= clock_timestamp()`,
    [name, holder, leaseMs, everyMs],
  );
  return rowCount === 1;
}

export async function extendPoll(db: Db, { name, holder, leaseMs }: Turn & { leaseMs: number }): Promise<void> {
  await db.query("update polls set until = clock_timestamp() + $3 * interval '1 ms' where name = $1 and holder = $2", [
    name,
    holder,
    leaseMs,
  ]);
}

export async function endPoll(db: Db, { name, holder }: Turn): Promise<void> {
  await db.query("update polls set holder = null where name = $1 and holder = $2", [name, holder]);
}

/** Makes the next poll due now; one that is under way is followed by another. */
export async function hastenPoll(db: Db, name: string): Promise<void> {
  await db.query("update polls set due = clock_timestamp() where name = $1", [name]);
}

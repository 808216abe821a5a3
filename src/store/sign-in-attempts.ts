import type { Db } from "./database.ts";

/** How many attempts one bucket allows within a window, and how long is left of it. */
export type AttemptCount = { readonly attempts: number; readonly secondsLeft: number };

/**
 * Counts one more attempt to sign in. Kept in the database, so that the limit holds over all hub
 * processes and their restarts.
 */
export async function countAttempt(db: Db, bucket: string, windowSeconds: number): Promise<AttemptCount> {
  const { rows } = await db.query<AttemptCount>(
    `insert into sign_in_attempts as a (bucket) values ($1)
     on conflict (bucket) do update
        set attempts = case when a.opened_at < now() - make_interval(secs => $2) then 1 else a.attempts + 1 end,
            opened_at = case when a.opened_at < now() - make_interval(secs => $2) then now() else a.opened_at end
     returning attempts,
               greatest(1, ceil(extract(epoch from opened_at + make_interval(secs => $2) - now())))::int as "secondsLeft"`,
    [bucket, windowSeconds],
  );
  const [count] = rows;
  if (count === undefined) throw new Error(`counting a sign-in attempt of ${bucket} returned no row`);
  return count;
}

export async function forgetAttempts(db: Db, bucket: string): Promise<void> {
  await db.query("delete from sign_in_attempts where bucket = $1", [bucket]);
}

export async function forgetOldAttempts(db: Db, windowSeconds: number): Promise<void> {
  await db.query("delete from sign_in_attempts where opened_at < now() - make_interval(secs => $1)", [windowSeconds]);
}

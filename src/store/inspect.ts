import type { Database } from "./database.ts";
import { pendingMigrations } from "./migrate.ts";

/** How a database is, for whoever looks after it. */
export type DatabaseState = {
  /** As PostgreSQL numbers itself: 140011 is 14.11. */
  readonly versionNumber: number;
  readonly version: string;
  readonly encoding: string;
  /** How far its clock is ahead of ours, in milliseconds; off by half of the time that asking took, at most. */
  readonly aheadMs: number;
  /** Names of migrations that this Heddle has and the database has not. */
  readonly pending: readonly string[];
  /** What keeps this Heddle from using it; null when nothing does. */
  readonly mismatch: string | null;
};

/** Looks at a database and changes nothing in it. */
export async function inspectDatabase(database: Database): Promise<DatabaseState> {
  const asked = Date.now();
  const { rows } = await database.pool.query<{ number: number; version: string; encoding: string; ms: number }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
            current_setting('server_encoding') as encoding,
            (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
  );
  const answered = Date.now();
  const { number: versionNumber = 0, version = "", encoding = "", ms = 0 } = rows[0] ?? {};
  const { pending, mismatch } = await pendingMigrations(database);
  return { versionNumber, version, encoding, aheadMs: ms - (asked + answered) / 2, pending, mismatch };
}

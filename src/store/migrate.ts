import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Database, Transaction } from "./database.ts";

const FOLDER = join(import.meta.dirname, "migrations");
const NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

/** One step of the schema's history: SQL that runs once, in order of its number, and never changes again. */
type Migration = { readonly number: number; readonly name: string; readonly sql: string; readonly checksum: string };

/**
 * Brings the schema up to this version of Heddle. Each file commits by itself; hubs that start together
 * take turns, and the second finds the work done.
 *
 * @throws Error when a file that has run was edited, or the database is newer than this Heddle
 */
export async function migrate(database: Database, folder: string = FOLDER): Promise<void> {
  const migrations = await readMigrations(folder);
  await database.transaction((tx) => tx.query(`${ONE_AT_A_TIME}; ${HISTORY}`));
  for (const migration of migrations) await database.transaction((tx) => apply(tx, migration));
  await refuseNewer(database, migrations);
}

/** What `migrate` would do to the database, and what would keep it from it. Changes nothing. */
export async function pendingMigrations(
  database: Database,
  folder: string = FOLDER,
): Promise<{ readonly pending: readonly string[]; readonly mismatch: string | null }> {
  const migrations = await readMigrations(folder);
  const { rows: tables } = await database.pool.query("select from pg_tables where tablename = 'migrations'");
  if (tables.length === 0) return { pending: migrations.map(({ name }) => name), mismatch: null };
  const { rows } = await database.pool.query<{ number: number; checksum: string }>(
    "select number, checksum from migrations",
  );
  const applied = new Map(rows.map(({ number, checksum }) => [number, checksum]));
  const edited = migrations.find(({ number, checksum }) => (applied.get(number) ?? checksum) !== checksum);
  const isNewer = [...applied.keys()].some((number) => migrations.every((known) => known.number !== number));
  const mismatch = isNewer
    ? "it was made by a newer Heddle"
    : edited === undefined
      ? null
      : `migration ${edited.name} was changed after it had run`;
  return { pending: migrations.filter(({ number }) => !applied.has(number)).map(({ name }) => name), mismatch };
}

const ONE_AT_A_TIME = "select pg_advisory_xact_lock(0x6d696772)"; // "migr"
const HISTORY = `create table if not exists migrations (
  number     integer primary key,
  name       text not null,
  checksum   text not null,
  applied_at timestamptz not null default now()
)`;

async function apply(tx: Transaction, { number, name, sql, checksum }: Migration): Promise<void> {
  await tx.query("set local lock_timeout = '60s'"); // another hub may be at the same work
  await tx.query(ONE_AT_A_TIME);
  const { rows } = await tx.query<{ checksum: string }>("select checksum from migrations where number = $1", [number]);
  const [applied] = rows;
  if (applied === undefined) {
    await tx.query("set local statement_timeout = 0");
    await tx.query(sql);
    await tx.query("insert into migrations (number, name, checksum) values ($1, $2, $3)", [number, name, checksum]);
  } else if (applied.checksum !== checksum) {
    throw new Error(
      `migration ${name} was changed after it had run on this database. Restore the file; put the change into a new one with the next number.`,
    );
  }
}

async function refuseNewer(database: Database, migrations: readonly Migration[]): Promise<void> {
  const { rows } = await database.pool.query<{ name: string }>(
    "select name from migrations where number <> all($1) order by number desc limit 1",
    [migrations.map((migration) => migration.number)],
  );
  if (rows[0] === undefined) return;
  throw new Error(
    `the database has the migration ${rows[0].name}, which this version of Heddle does not know. Run the version that made it, or a newer one.`,
  );
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).toSorted();
  const migrations = await Promise.all(names.map((name) => readMigration(folder, name)));
  const twice = migrations.find(({ number }, index) => migrations[index - 1]?.number === number);
  if (twice !== undefined) throw new Error(`two migrations have the number of ${twice.name}`);
  return migrations;
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const number = NAME.exec(name)?.[1];
  if (number === undefined) throw new Error(`migration ${name} must be named like 0001_what_it_adds.sql`);
  const sql = await readFile(join(folder, name), "utf8");
  return { number: Number(number), name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
}

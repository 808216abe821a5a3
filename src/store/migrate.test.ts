import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Database } from "./database.ts";
import { migrate, pendingMigrations } from "./migrate.ts";
import { emptyDatabase } from "./testing.ts";

let database: Database;
let folder: string;

beforeEach(async () => {
  [database, folder] = await Promise.all([emptyDatabase(), mkdtemp(join(tmpdir(), "heddle-migrations-"))]);
  await write("0001_changes.sql", "create table changes (id text); insert into changes values ('ECO-1');");
});
afterEach(() => Promise.all([database.close(), rm(folder, { recursive: true })]));

it("runs each file once, in order", async () => {
  await migrate(database, folder);
  await write("0002_titles.sql", "alter table changes add title text; insert into changes values ('ECO-2', 'Hinge');");
  await migrate(database, folder);
  await migrate(database, folder);

  expect(await changes()).toEqual(["ECO-1", "ECO-2"]);
});

it("is safe when several hubs start together", async () => {
  await Promise.all([1, 2, 3, 4].map(() => migrate(database, folder)));

  expect(await changes()).toEqual(["ECO-1"]);
});

it("tells what it would do, and what is in the way, without doing it", async () => {
  const before = await pendingMigrations(database, folder);
  expect(before).toEqual({ pending: ["0001_changes.sql"], mismatch: null });
  await migrate(database, folder);
  await write("0002_titles.sql", "alter table changes add title text;");
  expect(await pendingMigrations(database, folder)).toEqual({ pending: ["0002_titles.sql"], mismatch: null });

  await write("0001_changes.sql", "create table other (id text);");
  expect(await pendingMigrations(database, folder)).toMatchObject({
    mismatch: "migration 0001_changes.sql was changed after it had run",
  });
  await rm(join(folder, "0001_changes.sql"));
  expect(await pendingMigrations(database, folder)).toMatchObject({ mismatch: "it was made by a newer Heddle" });
});

it("leaves nothing of a file that fails, and goes on there once it is mended", async () => {
  await write("0002_titles.sql", "insert into changes values ('half'); select 1 / 0;");
  await expect(migrate(database, folder)).rejects.toThrow("division by zero");
  expect(await changes()).toEqual(["ECO-1"]);

  await write("0002_titles.sql", "insert into changes values ('ECO-2');");
  await migrate(database, folder);
  expect(await changes()).toEqual(["ECO-1", "ECO-2"]);
});

it("refuses a file that was changed after it had run", async () => {
  await migrate(database, folder);
  await write("0001_changes.sql", "create table changes (id text, title text);");

  await expect(migrate(database, folder)).rejects.toThrow(/0001_changes\.sql was changed after it had run/);
});

it("refuses a database that a newer Heddle has migrated", async () => {
  await write("0002_titles.sql", "alter table changes add title text;");
  await migrate(database, folder);
  await rm(join(folder, "0002_titles.sql"));

  await expect(migrate(database, folder)).rejects.toThrow(
    /0002_titles\.sql, which this version of Heddle does not know/,
  );
});

it.each([
  ["0001_again.sql", /two migrations have the number/],
  ["titles.sql", /must be named like 0001_what_it_adds\.sql/],
])("refuses a file named %s", async (name, message) => {
  await write(name, "select 1;");

  await expect(migrate(database, folder)).rejects.toThrow(message);
});

async function write(name: string, sql: string): Promise<void> {
  await writeFile(join(folder, name), sql);
}

async function changes(): Promise<string[]> {
  const { rows } = await database.pool.query<{ id: string }>("select id from changes order by id");
  return rows.map((row) => row.id);
}

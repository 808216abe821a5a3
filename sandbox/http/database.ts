import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Opens (or creates) one server's database. WAL with a full sync: what was answered is on the disk, also
 * after kill -9 and a power cut.
 */
export function openDatabase(folder: string, name: string): DatabaseSync {
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, `${name}.sqlite`));
  db.exec("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 5000");
  return db;
}

/** All of `work` or nothing. Not to be nested; `work` is synchronous, so no other request comes between. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec("begin immediate");
  try {
    const result = work();
    db.exec("commit");
    return result;
  } catch (cause) {
    db.exec("rollback");
    throw cause;
  }
}

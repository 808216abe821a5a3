import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../config/heddle-config.ts";
import { SecretError, withSecrets } from "../../config/secret.ts";
import { clockCheck, ok, type Check } from "../../connectors/check.ts";
import type { Environment } from "../../hub/secrets.ts";
import { openDatabase, type DatabaseAddress } from "../../store/database.ts";
import { findPrograms } from "../../store/embedded-home.ts";
import { inspectDatabase, type DatabaseState } from "../../store/inspect.ts";

const VERSION_MIN = 14;

/** The database of the hub. It is asked only: nothing is made and no migration run. */
export async function databaseChecks(config: Config, environment: Environment): Promise<readonly Check[]> {
  const folder = join(config.hub.dataFolder, "postgres");
  let url: string | null;
  try {
    url = await withSecrets(config.databaseUrl, { environment, folder: config.folder });
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    return [{ name: "PostgreSQL", state: "failure", detail: error.message, field: "database", fix: error.fix }];
  }
  if (url !== null && url !== "")
    return inspected({ url }, "check DATABASE_URL, and that the server runs and lets this machine in");
  if (existsSync(folder))
    return inspected({ folder }, "do what the cause says, or restore the data folder from a backup");
  return [await programsCheck(folder)];
}

async function programsCheck(folder: string): Promise<Check> {
  try {
    await findPrograms();
    return ok("PostgreSQL", `Heddle's own; it is made in ${folder} at the first start`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { name: "PostgreSQL", state: "failure", detail: error.message, fix: "npm ci, or set DATABASE_URL" };
  }
}

async function inspected(at: DatabaseAddress, fix: string): Promise<readonly Check[]> {
  try {
    const database = await openDatabase(at);
    try {
      return stateChecks(await inspectDatabase(database), "url" in at ? "a server of yours" : "Heddle's own");
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [{ name: "PostgreSQL", state: "failure", detail: error.message, field: "database", fix }];
  }
}

/** What is wrong with a database that answers. */
export function stateChecks(state: DatabaseState, whose: string): readonly Check[] {
  const { versionNumber, version, encoding, aheadMs } = state;
  const major = Math.floor(versionNumber / 10_000);
  return [
    major >= VERSION_MIN
      ? ok("PostgreSQL", `version ${version}, ${whose}`)
      : {
          name: "PostgreSQL",
          state: "failure",
          detail: `version ${version} is too old`,
          fix: `move to version ${VERSION_MIN} or newer, or leave DATABASE_URL unset: then Heddle runs its own`,
        },
    encoding === "UTF8"
      ? ok("encoding", encoding)
      : {
          name: "encoding",
          state: "failure",
          detail: `${encoding} cannot hold every name that a PLM has`,
          fix: "make the database anew: create database heddle encoding 'UTF8' template template0",
        },
    migrationCheck(state),
    clockCheck("database clock", aheadMs, "the database server"),
  ];
}

function migrationCheck({ pending, mismatch }: DatabaseState): Check {
  if (mismatch !== null) {
    return {
      name: "migrations",
      state: "failure",
      detail: mismatch,
      fix: "run the Heddle that made the database, or a newer one",
    };
  }
  if (pending.length === 0) return ok("migrations", "up to date");
  const detail = `${pending.length} still to run: ${pending.join(", ")}`;
  return { name: "migrations", state: "warning", detail, fix: "start the hub, which runs them: npx heddle up" };
}

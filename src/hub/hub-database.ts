import { join } from "node:path";
import { issueOneTimePassword, type Credentials } from "../api/first-account.ts";
import { addAccount, addApiKey } from "../api/give-access.ts";
import { CliFailure } from "../cli/failure.ts";
import type { Config } from "../config/heddle-config.ts";
import { openDatabase, type Database } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { resolved, type Environment } from "./secrets.ts";

/** The hub's database, migrated: its own, or the one that is configured. @throws CliFailure */
export async function openHubDatabase(
  config: Config,
  environment: Environment,
  onError?: (error: Error) => void,
): Promise<Database> {
  const url = await resolved(config.databaseUrl, config, environment);
  const isOwn = url === null || url === "";
  const at = isOwn ? { folder: join(config.hub.dataFolder, "postgres") } : { url };
  try {
    const database = await openDatabase(at, onError);
    try {
      await migrate(database);
      return database;
    } catch (cause) {
      await database.close();
      throw cause;
    }
  } catch (cause) {
    throw new CliFailure("Heddle's database cannot be used", {
      system: isOwn ? "the PostgreSQL that Heddle brings" : "PostgreSQL",
      field: isOwn ? `${config.hub.dataFolder}/postgres` : "database",
      fix: isOwn
        ? "do what the cause says; hub.dataFolder in heddle.yaml chooses another folder, DATABASE_URL a server of yours"
        : "check DATABASE_URL, or leave it unset: then Heddle runs a PostgreSQL of its own",
      cause,
    });
  }
}

/** What the command line may do to accounts and keys without a hub that runs. */
export type AccessDesk = {
  /** Null when the name is taken. */
  readonly addAccount: (account: Parameters<typeof addAccount>[1]) => ReturnType<typeof addAccount>;
  /** Null when there is no such account. */
  readonly issueOneTimePassword: (account: string, by: string) => Promise<Credentials | null>;
  /** Null when there is no such account, or it was disabled. */
  readonly addApiKey: (key: Parameters<typeof addApiKey>[1]) => ReturnType<typeof addApiKey>;
};

/** Works on the hub's accounts, straight on its database. @throws CliFailure */
export async function atAccessDesk<T>(
  config: Config,
  environment: Environment,
  work: (desk: AccessDesk) => Promise<T>,
): Promise<T> {
  const database = await openHubDatabase(config, environment);
  try {
    return await work({
      addAccount: (account) => addAccount(database, account),
      issueOneTimePassword: (account, by) => issueOneTimePassword(database, account, by),
      addApiKey: (key) => addApiKey(database, key),
    });
  } finally {
    await database.close();
  }
}

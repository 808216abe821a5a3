import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * How the command line reaches the hub that runs on this folder. `heddle up` writes it, readable by its
 * own user only, who could read the database in that folder just as well: it opens no further door.
 */
export type LocalAccess = {
  readonly url: string;
  readonly pid: number;
  /** Null where an admin has disabled the account `cli`. */
  readonly apiKey: string | null;
};

const NAME = "local-access.json";

/** Null when no hub has run on this folder yet. */
export async function readLocalAccess(dataFolder: string): Promise<LocalAccess | null> {
  try {
    return JSON.parse(await readFile(join(dataFolder, NAME), "utf8")) as LocalAccess;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT" || code === "EACCES") return null; // no hub here, or one of another user
    throw error;
  }
}

/** All of it or nothing, and never readable by others, not even for a moment. */
export async function writeLocalAccess(dataFolder: string, access: LocalAccess): Promise<void> {
  await mkdir(dataFolder, { recursive: true }); // a hub on a PostgreSQL of yours has made none yet
  const making = join(dataFolder, `${NAME}.${access.pid}`);
  await rm(making, { force: true });
  await writeFile(making, `${JSON.stringify(access, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  await rename(making, join(dataFolder, NAME));
}

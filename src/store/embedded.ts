import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client, type ClientConfig } from "pg";
import { freePort } from "./free-port.ts";
import { chooseHome, type Home } from "./embedded-home.ts";
import { runToEnd, startServer } from "./embedded-process.ts";
import { withFolderLock } from "./folder-lock.ts";

/** The way to a server that runs, and out of it: whoever leaves last stops it. */
export type Embedded = { readonly connection: ClientConfig; readonly leave: () => Promise<void> };

const USER = "heddle";
const DATABASE = "heddle";
/** Recovery after a crash replays the log; it took seconds in every trial, so this is a hang. */
const START_MS_MAX = 60_000;
/** Between two tries to start a server that died. */
const RESTART_MS = 2_000;
const PORTS_TRIED_MAX = 5;

/**
 * A real PostgreSQL of our own in `folder`, on loopback, with a password of its own. Starts it, or joins
 * the one that another hub started or a killed hub left running.
 *
 * Only `data` ever holds data. It is made under another name and renamed when complete, so an interrupted
 * first start leaves nothing that could be taken for a database.
 *
 * While it is open the server is started again should it die; `onError` hears of that.
 *
 * @throws Error that says what is in the way and what to do
 */
export async function openEmbedded(folder: string, onError: (error: Error) => void): Promise<Embedded> {
  await mkdir(folder, { recursive: true });
  const home = await chooseHome(await realpath(folder));
  const leaving = new AbortController();

  async function enter(): Promise<Joined> {
    const port = (await joinServer(home)) ?? (await startHere(home));
    const connection = await connectionTo(home, port, DATABASE);
    return { connection, presence: await showPresence(connection) };
  }

  async function stay(): Promise<void> {
    while (!leaving.signal.aborted) {
      await joined.presence.lost;
      if (leaving.signal.aborted) return;
      onError(new Error(`the embedded PostgreSQL in ${folder} stopped; it is started again`));
      await withFolderLock(home.folder, enter).then(
        (again) => (joined = again),
        async (error: unknown) => {
          onError(error instanceof Error ? error : new Error(String(error)));
          await pause(RESTART_MS, undefined, { signal: leaving.signal }).catch(() => null); // woken early to leave
        },
      );
    }
  }

  let joined = await withFolderLock(home.folder, enter);
  const staying = stay();
  return {
    connection: joined.connection,
    async leave() {
      leaving.abort();
      await joined.presence.end();
      await staying;
      await joined.presence.end(); // of a server that was being started again just now
      await withFolderLock(home.folder, () => stopIfLast(home, joined.connection));
    },
  };
}

type Joined = { readonly connection: ClientConfig; readonly presence: Presence };

/** The port of the server that already runs on this folder; null when none does. */
async function joinServer(home: Home): Promise<number | null> {
  const until = performance.now() + START_MS_MAX;
  for (;;) {
    const running = await readPostmaster(home);
    if (running === null) return null;
    if (running.port !== null && (await answers(home, running.port))) return running.port;
    if (!(await isAlive(home, running.pid))) {
      await rm(join(home.folder, "data", "postmaster.pid"), { force: true });
      return null;
    }
    if (performance.now() > until) {
      throw new Error(
        `PostgreSQL (process ${running.pid}) runs on ${home.folder} but does not answer. Stop that process, then start again.`,
      );
    }
    await pause(50); // it is starting, recovering or stopping
  }
}

async function startHere(home: Home): Promise<number> {
  await makeData(home);
  const port = await startOnFreePort(home);
  const maintenance = new Client(await connectionTo(home, port, "postgres"));
  maintenance.on("error", () => undefined); // the statement under way rejects and tells
  await maintenance.connect();
  try {
    const { rowCount } = await maintenance.query("select from pg_database where datname = $1", [DATABASE]);
    if (rowCount === 0) await maintenance.query(`create database ${DATABASE}`);
  } finally {
    await maintenance.end();
  }
  return port;
}

async function makeData(home: Home): Promise<void> {
  const data = join(home.folder, "data");
  const making = join(home.folder, "data.making");
  const found = await entriesOf(data);
  if (found.includes("PG_VERSION")) return;
  if (found.length > 0) {
    throw new Error(`${data} holds files but no PostgreSQL data. Move it away, or choose another folder.`);
  }
  await rm(making, { recursive: true, force: true }); // left by an interrupted start
  await ownedFile(home, "password", randomBytes(24).toString("base64url"));
  const words = ["--username", USER, "--auth", "scram-sha-256", "--pwfile", join(home.folder, "password")];
  await runToEnd(home, "initdb", ["-D", making, "--encoding", "UTF8", "--locale", "C", ...words]);
  await rename(making, data);
}

async function startOnFreePort(home: Home): Promise<number> {
  for (let tried = 1; ; tried++) {
    const port = tried === 1 ? await rememberedOrFreePort(home) : await freePort(0);
    const server = await startServer(home, port);
    const until = performance.now() + START_MS_MAX;
    while (server.exited() === null && performance.now() < until) {
      if (await answers(home, port)) {
        await ownedFile(home, "port", `${port}\n`);
        return port;
      }
      await pause(15);
    }
    const log = await server.log();
    // Another program may take the port, or a dying server's last children hold its memory, for a moment.
    if (tried === PORTS_TRIED_MAX || !/Address already in use|shared memory block/.test(log)) {
      throw new Error(`PostgreSQL did not start on ${home.folder}: ${log.trim() || "it gave no reason"}`);
    }
    await pause(200 * tried);
  }
}

/** Held shared by everyone who uses the server, for as long as their process lives. */
const IN_USE = 0x6865_6465; // "hede"

/** A session that counts us among the users; `lost` resolves when it has ended. */
type Presence = { readonly lost: Promise<void>; readonly end: () => Promise<void> };

async function showPresence(connection: ClientConfig): Promise<Presence> {
  const client = new Client({ ...connection, keepAlive: true, application_name: "heddle presence" });
  client.on("error", () => undefined); // `lost` tells
  const lost = new Promise<void>((resolve) => client.once("end", () => resolve()));
  await client.connect();
  await client.query("select pg_advisory_lock_shared($1)", [IN_USE]);
  return { lost, end: () => client.end() };
}

async function stopIfLast(home: Home, connection: ClientConfig): Promise<void> {
  if (!(await isLast(connection))) return;
  await runToEnd(home, "pg_ctl", ["stop", "-D", join(home.folder, "data"), "-m", "fast", "-w", "-t", "60"]);
}

async function isLast(connection: ClientConfig): Promise<boolean> {
  const client = new Client(connection);
  client.on("error", () => undefined); // the query under way rejects and tells
  try {
    await client.connect();
    const { rows } = await client.query<{ last: boolean }>("select pg_try_advisory_lock($1) as last", [IN_USE]);
    return rows[0]?.last === true;
  } catch {
    return false; // it does not run any more: nothing to stop
  } finally {
    await client.end();
  }
}

async function connectionTo(home: Home, port: number, database: string): Promise<ClientConfig> {
  const password = await readFile(join(home.folder, "password"), "utf8");
  return { host: "127.0.0.1", port, user: USER, password: password.trim(), database };
}

/** Whether our server, and not another that got the port, takes connections there. */
async function answers(home: Home, port: number): Promise<boolean> {
  const client = new Client({ ...(await connectionTo(home, port, "postgres")), connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined); // the connect or query under way rejects and tells
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>("show data_directory");
    return rows[0]?.data_directory === join(home.folder, "data");
  } catch {
    return false; // not yet, or not ours
  } finally {
    await client.end();
  }
}

/** What the server notes of itself in `postmaster.pid`; the port comes a moment after the process number. */
async function readPostmaster(home: Home): Promise<{ pid: number; port: number | null } | null> {
  const text = await readOrNull(join(home.folder, "data", "postmaster.pid"));
  if (text === null) return null;
  const lines = text.split("\n");
  const port = Number(lines[3]);
  return { pid: Number(lines[0]), port: Number.isInteger(port) && port > 0 ? port : null };
}

/** Whether a process is a server on this folder. Numbers repeat after a restart, so the number alone says little. */
async function isAlive(home: Home, pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  if (process.platform === "linux") {
    const at = await realpath(`/proc/${pid}/cwd`).catch(() => null); // gone, a zombie, or not ours to look at
    return at === join(home.folder, "data");
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // no such process
  }
}

async function rememberedOrFreePort(home: Home): Promise<number> {
  const remembered = Number(await readOrNull(join(home.folder, "port")));
  if (!Number.isInteger(remembered) || remembered <= 0 || remembered > 65_535) return freePort(0);
  return freePort(remembered).catch(() => freePort(0)); // taken by another program meanwhile
}

async function ownedFile(home: Home, name: string, text: string): Promise<void> {
  const path = join(home.folder, name);
  await writeFile(path, text, { mode: 0o600 });
  await chmod(path, 0o600);
  if (home.owner !== null) await chown(path, home.owner.uid, home.owner.gid);
}

async function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}

async function readOrNull(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}

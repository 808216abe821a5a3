import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { open, readFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "./embedded-home.ts";

/** A server as a process of its own: it outlives us, so a Ctrl-C stops the hub first and then, cleanly, the server. */
export type ServerProcess = { readonly exited: () => number | null; readonly log: () => Promise<string> };

/** Settings that differ from PostgreSQL's own. `fsync` is not among them: what is committed is on disk. */
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  autovacuum_naptime: "5s", // a queue's tables turn over quickly, and its plans are bad until they are analysed
  max_connections: "200",
  logging_collector: "on",
  log_directory: "log",
  log_filename: "postgresql-%a.log", // a week of them
  log_truncate_on_rotation: "on",
  log_rotation_age: "1d",
  log_rotation_size: "0",
} as const;

/** Starts the server; it may still fail, or need a while to recover, before it takes connections. */
export async function startServer(home: Home, port: number): Promise<ServerProcess> {
  const logFile = join(home.folder, "startup.log");
  const settings = Object.entries({ ...SETTINGS, port: String(port) }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const log = await openLog(home, logFile);
  try {
    const process = start(home, "postgres", ["-D", join(home.folder, "data"), ...settings], log, { detached: true });
    process.unref();
    return { exited: () => process.exitCode, log: () => startupLog(home, logFile) };
  } finally {
    await log.close();
  }
}

/** Runs one of PostgreSQL's programs. @throws Error with its words when it fails */
export async function runToEnd(home: Home, program: "initdb" | "pg_ctl", parameters: readonly string[]): Promise<void> {
  const logFile = join(home.folder, `${program}.log`);
  const log = await openLog(home, logFile);
  try {
    const child = start(home, program, parameters, log, {});
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", resolve);
    });
    if (code !== 0) throw new Error(`${program} failed on ${home.folder}: ${(await readFile(logFile, "utf8")).trim()}`);
  } finally {
    await log.close();
  }
}

function start(
  home: Home,
  program: string,
  parameters: readonly string[],
  log: FileHandle,
  options: SpawnOptions,
): ChildProcess {
  return spawn(join(home.programs, program), parameters, {
    cwd: home.folder,
    stdio: ["ignore", log.fd, log.fd],
    env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
    ...home.owner,
    ...options,
  });
}

/** Owned as the rest of the folder, so that its owner can start the server the next time. */
async function openLog({ owner }: Home, path: string): Promise<FileHandle> {
  const log = await open(path, "w", 0o600);
  if (owner !== null) await log.chown(owner.uid, owner.gid);
  return log;
}

/** Once it logs to files of its own, only the last lines there say why a server gave up. */
async function startupLog(home: Home, logFile: string): Promise<string> {
  const weekday = new Intl.DateTimeFormat("en", { weekday: "short", timeZone: "UTC" }).format(new Date());
  const own = await readFile(join(home.folder, "data", "log", `postgresql-${weekday}.log`), "utf8").catch(() => ""); // none yet
  const lines = [...own.split("\n").slice(-10), await readFile(logFile, "utf8")];
  return lines.join("\n");
}

import { createHash } from "node:crypto";
import { unlink } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const PATIENCE_MS = 120_000;

/**
 * Runs `fn` while no other process of this machine does so for the same folder. The lock is a socket name
 * that the system takes back when its process ends, however it ends: no stale lock files, no guessing by
 * process numbers, which repeat in containers.
 *
 * @throws Error when another process keeps the folder for two minutes
 */
export async function withFolderLock<T>(folder: string, fn: () => Promise<T>): Promise<T> {
  const lock = await takeLock(socketName(folder), folder);
  try {
    return await fn();
  } finally {
    await new Promise((resolve) => lock.close(resolve));
  }
}

async function takeLock(name: string, folder: string): Promise<Server> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = await bound(name);
    if (lock !== null) return lock;
    if (performance.now() > until) {
      throw new Error(`another process has kept ${folder} locked for two minutes: end it, then start again`);
    }
    if (isFile(name)) await removeIfDead(name);
    await pause(25);
  }
}

/** Null when another process has the name. */
function bound(name: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(null) : reject(error),
    );
    server.listen(name, () => resolve(server));
  });
}

/** Where socket names are files (macOS), a killed process leaves its own behind. */
async function removeIfDead(path: string): Promise<void> {
  const alive = await new Promise<boolean>((resolve) => {
    const socket = connect(path, () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
  if (alive) return;
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error; // another process was faster
  });
}

function socketName(folder: string): string {
  const id = `heddle-${createHash("sha256").update(folder).digest("hex").slice(0, 32)}`;
  if (process.platform === "linux") return `\0${id}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${id}` : join(tmpdir(), `${id}.sock`);
}

function isFile(name: string): boolean {
  return name.startsWith("/");
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A program in a process group of its own, from its first line of output on. */
export type Child = {
  readonly firstLine: string;
  /** What it has told on standard error so far. */
  readonly told: () => string;
  /** Asks it to stop (SIGTERM) and waits until it did. */
  readonly stop: () => Promise<void>;
  /** kill -9 of the whole group, and of `more`, at one moment. */
  readonly kill: (...more: number[]) => Promise<void>;
};

/** One program is started hundreds of times: what Node made of its source is kept, and taken only while that is the same. */
const COMPILED = join(tmpdir(), "heddle-test-compiled");

const running = new Set<number>();
// A test that is cut short leaves nothing behind.
process.once("exit", () => running.forEach(killGroup));
process.once("SIGTERM", () => {
  running.forEach(killGroup);
  process.kill(process.pid, "SIGTERM");
});

/** @throws Error with its words when it ends before its first line. */
export async function startChild(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Child> {
  const child = spawn(process.execPath, words, {
    stdio: ["ignore", "pipe", "pipe", "ipc"], // a sandbox system ends when the channel does
    detached: true,
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILED, ...env },
  });
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) throw new Error(`${process.execPath} cannot be started`);
  running.add(pid);
  let told = "";
  stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
  const ended = once(child, "close").then(() => running.delete(pid));
  const line = once(createInterface(stdout), "line").then(([text]) => String(text));
  const firstLine = await Promise.race([line, ended.then(() => null)]);
  if (firstLine === null) throw new Error(`${words.join(" ")} ended at once: ${told}`);
  return {
    firstLine,
    told: () => told,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
    async kill(...more) {
      for (const each of more) kill(each);
      killGroup(pid);
      await ended;
    },
  };
}

function killGroup(pid: number): void {
  kill(-pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error; // it is gone already
  }
}

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { freePort } from "../../src/store/free-port.ts";

const PROJECT = join(import.meta.dirname, "..", "..");
const LAUNCHER = join(PROJECT, "bin", "heddle.js");

/** A place to run `heddle` commands in: its own `heddle.yaml`, data folder and ports. */
export type HeddleFolder = {
  readonly folder: string;
  readonly port: number;
  readonly ports: { readonly plm: number; readonly erp: number; readonly mes: number };
  /** Starts `heddle up --sandbox`, waits until it is ready, and gives what it said. */
  readonly up: (...options: readonly string[]) => Promise<UpCommand>;
  /** Runs another command to its end. */
  readonly heddle: (...args: readonly string[]) => Promise<Ended>;
  /** Ends every command that still runs, and removes the folder. */
  readonly remove: () => Promise<void>;
};

export type Ended = { readonly exitCode: number | null; readonly out: string; readonly err: string };

/** `heddle up` as a person started it. */
export type UpCommand = {
  readonly url: string;
  readonly firstAccount: { readonly account: string; readonly oneTimePassword: string } | null;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Waits for its end. */
  readonly ended: Promise<Ended>;
};

/** The project's own `heddle.yaml`, in a folder of its own. */
export async function heddleFolder(): Promise<HeddleFolder> {
  const folder = await mkdtemp(join(tmpdir(), "heddle-up-"));
  await chmod(folder, 0o755); // PostgreSQL runs as somebody else where we are root
  const [port, plm, erp, mes] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const yaml = (await readFile(join(PROJECT, "heddle.yaml"), "utf8"))
    .replace("port: 4700", `port: ${port}`)
    .replace(":4310", `:${plm}`)
    .replace(":4320", `:${erp}`)
    .replace(":4330", `:${mes}`)
    .replace("rules: rules/1000.yaml", `rules: ${join(PROJECT, "rules", "1000.yaml")}`)
    .replace("triggers: feedback/1000.yaml", `triggers: ${join(PROJECT, "feedback", "1000.yaml")}`)
    .replace("seconds: 5", "seconds: 1");
  const config = join(folder, "heddle.yaml");
  await writeFile(config, yaml);

  const children: ChildProcess[] = [];
  const run = (args: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, [LAUNCHER, ...args, "--config", config], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, DATABASE_URL: "" },
    });
    children.push(child);
    return child;
  };
  return {
    folder,
    port,
    ports: { plm, erp, mes },
    up: (...options) => up(run(["--json", "up", "--sandbox", ...options])),
    heddle: (...args) => untilEnd(run(args)),
    async remove() {
      await Promise.all(children.map(endChild));
      await rm(folder, { recursive: true });
    },
  };
}

async function up(child: ChildProcess): Promise<UpCommand> {
  if (child.stdout === null) throw new Error("heddle up was started without its output");
  const ended = untilEnd(child);
  const first = once(createInterface(child.stdout), "line").then(([line]) => String(line));
  const line = await Promise.race([first, ended.then(() => "")]);
  if (!line.includes('"ready":true')) {
    const { exitCode, out, err } = await ended;
    throw new Error(`heddle up ended with ${exitCode}: ${err}${out}`);
  }
  const said = JSON.parse(line) as Pick<UpCommand, "url" | "firstAccount">;
  return { ...said, ended, signal: (signal) => child.kill(signal) };
}

/** Ends what a failed test left running. */
async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  await exit;
}

async function untilEnd(child: ChildProcess): Promise<Ended> {
  if (child.stdout === null || child.stderr === null) throw new Error("a command was started without its output");
  const exit = once(child, "exit");
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await exit;
  return { exitCode: child.exitCode, out, err };
}

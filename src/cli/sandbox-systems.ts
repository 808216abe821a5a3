import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import type { Config, ConnectionConfig } from "../config/heddle-config.ts";
import type { SystemRole } from "../flows/readers.ts";
import { CliFailure } from "./failure.ts";

/** A sandbox system as `heddle.yaml` describes its connection. */
export type SandboxSystem = {
  readonly system: string;
  readonly role: SystemRole;
  readonly url: string;
  readonly apiKey: string;
  /** Where and with which secret it reports changes; null when nobody takes its webhooks. */
  readonly webhook: { readonly url: string; readonly secret: string } | null;
};

/** Sandbox systems that run beside this hub. */
export type RunningSandboxes = { readonly stop: () => Promise<void> };

const ROLES: Readonly<Record<string, SystemRole>> = {
  "sandbox-plm": "plm",
  "sandbox-erp": "erp",
  "sandbox-mes": "mes",
};
const MAINS = join(import.meta.dirname, "..", "..", "sandbox");
/** How many times as fast as real time the shop works: a day's orders are built while somebody looks on. */
const SHOP_SPEED = 300;
/** Sandboxes of a hub that was killed end by themselves; this is how long they are waited for. */
const LEAVE_MS_MAX = 10_000;

/** The sandbox systems among the connections. `hubUrl` is where their webhooks go. */
export function sandboxSystems(connections: readonly ConnectionConfig[], hubUrl: string): readonly SandboxSystem[] {
  return connections.flatMap(({ system, kind, settings, webhookSecrets: [secret] }): SandboxSystem[] => {
    const role = ROLES[kind];
    if (role === undefined) return [];
    const { url, apiKey } = settings as { url: string; apiKey: string }; // the configuration was checked for both
    const webhook = secret === undefined ? null : { url: `${hubUrl}/webhooks/${system}`, secret };
    return [{ system, role, url, apiKey, webhook }];
  });
}

/**
 * Starts each system as a process of its own, with its state in a folder of its own, or joins one that
 * another hub of this folder already runs. They end with this process, however it ends.
 *
 * @throws CliFailure when a port is taken by something else
 */
export async function startSandboxes(
  systems: readonly SandboxSystem[],
  { hub: { dataFolder } }: Config,
  logger: Logger,
): Promise<RunningSandboxes> {
  await using started = new AsyncDisposableStack();
  for (const system of systems) {
    if (await isJoined(system)) continue;
    const child = await launch(system, join(dataFolder, "sandbox", system.system));
    started.defer(() => endChild(child));
    tellTrouble(child, system, logger);
  }
  const running = started.move();
  return { stop: () => running.disposeAsync() };
}

/** Waits until the port is either one of our systems or free. */
async function isJoined({ system, role, url, apiKey }: SandboxSystem): Promise<boolean> {
  const until = performance.now() + LEAVE_MS_MAX;
  for (;;) {
    const found = await whoAnswers(url, apiKey);
    if (found === null) return false;
    if (found === `sandbox-${role}`) return true;
    if (performance.now() > until) {
      throw new CliFailure(
        `the sandbox ${role.toUpperCase()} cannot start: ${new URL(url).host} is taken by ${found}`,
        {
          system,
          field: `connections.${system}.settings.url`,
          fix: "stop what runs there, or choose another port in heddle.yaml",
        },
      );
    }
    await pause(100);
  }
}

/** Null when nothing listens there. */
async function whoAnswers(url: string, apiKey: string): Promise<string | null> {
  const headers = { "x-api-key": apiKey };
  try {
    const health = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) });
    const access = await fetch(`${url}/_sandbox/faults`, { headers, signal: AbortSignal.timeout(2_000) });
    await access.body?.cancel();
    if (access.status === 401) return "a sandbox system with another API key";
    const { system } = (await health.json()) as { system?: string };
    return system ?? "another program";
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    return cause?.code === "ECONNREFUSED" ? null : "another program";
  }
}

async function launch({ system, role, url, apiKey, webhook }: SandboxSystem, folder: string): Promise<ChildProcess> {
  const { hostname, port } = new URL(url);
  const child = spawn(
    process.execPath,
    [
      "--no-warnings",
      join(MAINS, role, "main.ts"),
      `--host=${hostname}`,
      `--port=${port || "80"}`,
      `--folder=${folder}`,
      "--seed",
      `--speed=${SHOP_SPEED}`,
      ...(webhook === null ? [] : [`--webhook-url=${webhook.url}`]),
    ],
    {
      // It sees the channel close when we end, and ends too.
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // Out of the terminal's reach: Ctrl-C stops the hub, which finishes its writes before the ERP goes.
      detached: true,
      env: { ...process.env, SANDBOX_API_KEY: apiKey, SANDBOX_WEBHOOK_SECRET: webhook?.secret },
    },
  );
  const gone = once(child, "exit").then(() => "exit" as const);
  const heard = child.stdout === null ? gone : Promise.race([once(createInterface(child.stdout), "line"), gone]);
  if ((await heard) !== "exit") return child;
  throw new CliFailure(`the sandbox ${role.toUpperCase()} did not start`, {
    system,
    field: `connections.${system}.settings.url`,
    fix: `check the address; to begin again with fresh data, remove ${folder}`,
    cause: new Error(child.stderr === null ? "it said nothing" : (await text(child.stderr)).trim()),
  });
}

function tellTrouble(child: ChildProcess, { system, role }: SandboxSystem, logger: Logger): void {
  child.stdout?.resume();
  if (child.stderr !== null) createInterface(child.stderr).on("line", (line) => logger.warn(`${system}: ${line}`));
  child.once("exit", (code, signal) => {
    if (signal === "SIGTERM") return;
    if (code !== 0) logger.error(`the sandbox ${role.toUpperCase()} stopped (${signal ?? code}); start Heddle again`);
  });
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ChangeRow, ChangeView, PlanView, RunState, Status } from "../../src/api/contract.ts";
import type { ChangePlan } from "../../src/domain/change-plan.ts";
import { fromJson } from "../../src/domain/json.ts";
import { startChild } from "./child-process.ts";
import { until } from "./until.ts";

/** `heddle up` in a process of its own, driven over its API by the account `cli`. */
export type HubProcess = {
  readonly url: string;
  readonly view: (change: string) => Promise<ChangeView>;
  /** Null while the hub does not know the change. */
  readonly stateOf: (change: string) => Promise<RunState | null>;
  /** Waits until the change stands in one of these states. */
  readonly reaches: (change: string, ...states: RunState[]) => Promise<ChangeRow>;
  /** The plan that counts now. */
  readonly planOf: (change: string) => Promise<PlanView & { readonly plan: ChangePlan }>;
  readonly approve: (change: string) => Promise<void>;
  /** Has the change looked at again, and waits until that look has ended. */
  readonly lookAgain: (change: string) => Promise<ChangeRow>;
  readonly status: () => Promise<Status>;
  /** Asks its API anything else. @throws Error with what it answered when that is a no */
  readonly call: <Answer>(method: "GET" | "POST", path: string, body?: object) => Promise<Answer>;
  /** Runs a `heddle` command against it, and gives what that printed. @throws Error when it fails */
  readonly heddle: (...words: readonly string[]) => Promise<string>;
  /** What it has told so far. */
  readonly told: () => string;
  readonly stop: () => Promise<void>;
  /** kill -9 of launcher, hub and PostgreSQL together. */
  readonly kill: () => Promise<void>;
};

/** The plant that every trial is about. */
const PLANT = "1000";
/** Less than a test may take, so that it can say how things stood. */
const PATIENCE_MS = 50_000;

/** @param dataFolder as its configuration names it. */
export async function startHubProcess(
  configFile: string,
  dataFolder: string,
  env: Readonly<Record<string, string>>,
): Promise<HubProcess> {
  const child = await startChild(["bin/heddle.js", "up", "--json", "--config", configFile], env);
  const { url } = JSON.parse(child.firstLine) as { url: string };
  const { apiKey } = JSON.parse(await readFile(join(dataFolder, "local-access.json"), "utf8")) as { apiKey: string };

  let ended = false;

  async function call<Answer>(method: "GET" | "POST", path: string, body?: object): Promise<Answer> {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }

  const view = (change: string) => call<ChangeView>("GET", pathOf(change));
  const status = () => call<Status>("GET", "/api/status");

  async function rowOf(change: string): Promise<ChangeRow | null> {
    const { changes } = await call<{ changes: ChangeRow[] }>("GET", `/api/changes?limit=200&text=${change}`);
    return changes.find((row) => row.change === change) ?? null;
  }

  async function planOf(change: string) {
    const { plan } = await view(change);
    if (plan === null) throw new Error(`no plan of ${change} yet`);
    return { ...plan, plan: fromJson<ChangePlan>(plan.plan) };
  }

  async function rests(change: string): Promise<ChangeRow> {
    const found = await until(`${change} rests`, async () => {
      const { lanes } = await status();
      return lanes.waiting + lanes.active === 0 ? rowOf(change) : null;
    });
    return found;
  }

  return {
    url,
    view,
    stateOf: async (change) => (await rowOf(change))?.state ?? null,
    planOf,
    status,
    call,
    async heddle(...words) {
      const command = ["bin/heddle.js", ...words, "--config", configFile];
      const { stdout } = await promisify(execFile)(process.execPath, command, { env: { ...process.env, ...env } });
      return stdout;
    },
    told: child.told,
    reaches: (change, ...states) =>
      until(
        `${change} is ${states.join(" or ")}`,
        async () => {
          const row = await rowOf(change);
          return row !== null && states.includes(row.state) ? row : null;
        },
        async () => `${JSON.stringify(await rowOf(change))}\n${child.told()}`,
        PATIENCE_MS,
      ),
    async approve(change) {
      const { digest } = await planOf(change);
      await call("POST", `${pathOf(change)}/decision`, { digest, decision: "approve", reason: "looked at it" });
    },
    async lookAgain(change) {
      await call("POST", `${pathOf(change)}/look-again`);
      return rests(change);
    },
    async stop() {
      ended = true;
      await child.stop();
    },
    async kill() {
      if (ended) return; // its PostgreSQL's process number may be somebody else's by now
      ended = true;
      await child.kill(...(await embeddedPostgres(dataFolder)));
    },
  };
}

function pathOf(change: string): string {
  return `/api/changes/${change}/${PLANT}`;
}

/** The process of the hub's own PostgreSQL; none where it uses a server. */
async function embeddedPostgres(dataFolder: string): Promise<number[]> {
  const note = await readFile(join(dataFolder, "postgres", "data", "postmaster.pid"), "utf8").catch(() => null);
  return note === null ? [] : [Number(note.split("\n")[0])];
}

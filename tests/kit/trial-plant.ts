import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Faults } from "../../src/api/contract.ts";
import { startChild, type Child } from "./child-process.ts";
import { freePort } from "../../src/store/free-port.ts";
import { startHubProcess, type HubProcess } from "./hub-process.ts";
import { sandbox, SANDBOX_KEY, type Sandbox } from "./sandbox.ts";

/** Standard Webhooks secret that the sandbox PLM signs with. */
export const WEBHOOK_SECRET = `whsec_${Buffer.from("a secret of trials, 32 bytes long").toString("base64")}`;

/** A sandbox system in a process of its own. Stopped and started again it has its address and data still. */
export type SandboxProcess = Sandbox & {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** kill -9. */
  readonly kill: () => Promise<void>;
  /** Misbehave so; what is not named behaves. */
  readonly misbehave: (faults: Partial<Faults>) => Promise<void>;
};

/** Seeded sandbox systems, each a process, with a place for hubs between them. */
export type TrialPlant = {
  readonly plm: SandboxProcess;
  readonly erp: SandboxProcess;
  /** Its shop's clock stands. Null where the plant was started without one. */
  readonly mes: SandboxProcess | null;
  /** Starts a hub; one of the same name goes on from where that one ended. */
  readonly startHub: (wanted?: HubWanted) => Promise<HubProcess>;
  readonly release: (change: string) => Promise<void>;
  readonly cancel: (change: string) => Promise<void>;
  /** Stops everything and keeps it as it stands, for other plants to begin from. */
  readonly rest: () => Promise<RestingPlant>;
  readonly close: () => Promise<void>;
};

export type RestingPlant = { readonly folder: string; readonly remove: () => Promise<void> };

export type HubWanted = {
  /** `hub` unless there are several; the PLM sends its webhooks to `hub`. */
  readonly name?: string;
  /** Which plans need no person; those that only take flags back unless said otherwise. */
  readonly approves?: "everything" | "flags taken back";
  /** Empty for a PostgreSQL of its own. */
  readonly databaseUrl?: string;
  /** Where it finds the systems, if something stands between. */
  readonly plmUrl?: string;
  readonly erpUrl?: string;
  /** `connections.erp`, where the ERP is not the sandbox. */
  readonly erp?: object;
  readonly pollingSeconds?: number;
  /** `plants[].feedback` and `plants[].production`: as usual unless said otherwise. */
  readonly feedback?: object;
  readonly production?: object;
  /** How many days its clock is ahead of everyone else's. */
  readonly daysAhead?: number;
};

const SHIFTED_CLOCK = resolve(import.meta.dirname, "shifted-clock.ts");

/** What has a process that is started with it, and all that this starts, live so many days ahead. */
function clockAhead(days: number): Readonly<Record<string, string>> {
  return days === 0 ? {} : { CLOCK_AHEAD_MS: `${days * 86_400_000}`, NODE_OPTIONS: `--import=${SHIFTED_CLOCK}` };
}

const POLICIES = {
  everything: "findings.blocked == 0",
  "flags taken back": 'findings.blocked == 0 && actions.all(kind, kind == "take back flag")',
};

/** @param like begins as that one stood, else with seeded systems and without a hub. */
export async function startTrialPlant(
  like: RestingPlant | null = null,
  {
    withMes = false,
    /** ERP and MES tell `hub` of orders, jobs and what happens on the shop floor, as the PLM of changes. */
    orderWebhooks = false,
    /** What time it is in the shop at first. */
    shopOpensAt = new Date(),
  } = {},
): Promise<TrialPlant> {
  const folder = await mkdtemp(join(tmpdir(), "heddle-plant-"));
  if (like !== null) execFileSync("cp", ["-a", `${like.folder}/.`, folder]); // with its owners: PostgreSQL minds them
  await chmod(folder, 0o755); // PostgreSQL runs as somebody else where we are root
  const hubPort = await freePort();
  const webhookTo = (system: string) => `--webhook-url=http://127.0.0.1:${hubPort}/webhooks/${system}`;
  const [plm, erp, mes] = await Promise.all([
    startSandbox("plm", folder, [webhookTo("plm")]),
    startSandbox("erp", folder, orderWebhooks ? [webhookTo("erp")] : []),
    withMes
      ? startSandbox("mes", folder, [
          "--speed=0",
          `--clock=${shopOpensAt.toISOString()}`,
          ...(orderWebhooks ? [webhookTo("mes")] : []),
        ])
      : null,
  ]);
  const stopSystems = () => Promise.all([plm.stop(), erp.stop(), mes?.stop() ?? Promise.resolve()]);
  const hubs: HubProcess[] = [];
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }); // a killed server's children may still write
  return {
    plm,
    erp,
    mes,
    async startHub({ name = "hub", databaseUrl = "", daysAhead = 0, ...wanted } = {}) {
      const port = name === "hub" ? hubPort : await freePort();
      const configFile = join(folder, `${name}.yaml`);
      const dataFolder = join(folder, name);
      await writeFile(
        configFile,
        configOf({ port, dataFolder, plmUrl: plm.url, erpUrl: erp.url, mesUrl: mes?.url ?? null, ...wanted }),
      );
      const secrets = { SANDBOX_API_KEY: SANDBOX_KEY, SANDBOX_WEBHOOK_SECRET: WEBHOOK_SECRET };
      const hub = await startHubProcess(configFile, dataFolder, {
        ...secrets,
        ...clockAhead(daysAhead),
        DATABASE_URL: databaseUrl,
      });
      hubs.push(hub);
      return hub;
    },
    release: (change) => plm.send("POST", `/api/v2/ecos/${change}/release`, { releasedBy: "eva.engineer" }),
    cancel: (change) =>
      plm.send("POST", `/api/v2/ecos/${change}/cancel`, { cancelledBy: "eva.engineer", reason: "not needed" }),
    async rest() {
      await Promise.all(hubs.map((hub) => hub.stop()));
      await stopSystems();
      return { folder, remove };
    },
    async close() {
      await Promise.all(hubs.map((hub) => hub.kill()));
      await stopSystems();
      await remove();
    },
  };
}

async function startSandbox(
  role: "plm" | "erp" | "mes",
  folder: string,
  more: readonly string[],
): Promise<SandboxProcess> {
  const port = await freePort();
  const words = ["--no-warnings", `sandbox/${role}/main.ts`, `--port=${port}`, `--folder=${join(folder, role)}`];
  const secrets = { SANDBOX_API_KEY: SANDBOX_KEY, SANDBOX_WEBHOOK_SECRET: WEBHOOK_SECRET };
  const launch = () => startChild([...words, "--seed", ...more], secrets);
  let child: Child | null = await launch();
  const client = sandbox(`http://127.0.0.1:${port}`);
  return {
    ...client,
    async start() {
      child = await launch();
    },
    async stop() {
      await child?.stop();
      child = null;
    },
    async kill() {
      await child?.kill();
      child = null;
    },
    async misbehave(faults) {
      await client.send("PUT", "/_sandbox/faults", { ...WELL_BEHAVED, ...faults });
    },
  };
}

const WELL_BEHAVED: Faults = {
  latencyMs: 0,
  tooManyRequestsPercent: 0,
  serverErrorPercent: 0,
  cutAfterWritePercent: 0,
  duplicateWebhooks: false,
  reorderWebhooks: false,
};

type Places = {
  readonly port: number;
  readonly dataFolder: string;
  readonly plmUrl: string;
  readonly erpUrl: string;
  readonly mesUrl: string | null;
};

/** A `heddle.yaml`; JSON is YAML. */
function configOf({
  port,
  dataFolder,
  plmUrl,
  erpUrl,
  mesUrl,
  approves = "flags taken back",
  pollingSeconds = 1,
  erp,
  feedback = {},
  production = {},
}: Places & HubWanted): string {
  const webhookSecrets = ["${env:SANDBOX_WEBHOOK_SECRET}"];
  return JSON.stringify({
    hub: { host: "127.0.0.1", port, dataFolder },
    database: "${env:DATABASE_URL:-}",
    connections: {
      plm: {
        kind: "sandbox-plm",
        settings: settings(plmUrl),
        webhookSecrets,
      },
      erp: erp ?? { kind: "sandbox-erp", settings: settings(erpUrl), webhookSecrets },
      // One that was killed is asked again soon.
      ...(mesUrl === null
        ? {}
        : { mes: { kind: "sandbox-mes", settings: { ...settings(mesUrl), pauseMs: 250 }, webhookSecrets } }),
    },
    plants: [
      {
        id: "1000",
        plm: "plm",
        erp: "erp",
        ...(mesUrl === null ? {} : { mes: "mes" }),
        rules: resolve("rules/1000.yaml"),
        currency: "EUR",
        timeZone: "Europe/Berlin",
        feedback,
        production,
      },
    ],
    policy: { autoApprove: { when: POLICIES[approves] } },
    polling: { seconds: pollingSeconds },
  });
}

function settings(url: string) {
  return { url, apiKey: "${env:SANDBOX_API_KEY}" };
}

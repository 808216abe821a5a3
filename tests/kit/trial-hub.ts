import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandboxErp } from "../../sandbox/erp/server.ts";
import { startSandboxMes } from "../../sandbox/mes/server.ts";
import { startSandboxPlm } from "../../sandbox/plm/server.ts";
import { loadRules } from "../../src/config/rule-file.ts";
import type { LiveConnector } from "../../src/connectors/live-connector.ts";
import { makeConnector } from "../../src/connectors/registry.ts";
import type { PlantId, ProductionOrderId, SystemId } from "../../src/domain/ids.ts";
import type { ChangePlan } from "../../src/domain/change-plan.ts";
import { DEFAULT_FEEDBACK_RULES } from "../../src/domain/feedback/feedback-rules.ts";
import { NO_TRIGGERS } from "../../src/domain/feedback/plant-triggers.ts";
import { DEFAULT_ORDER_RULES, type OrderRules } from "../../src/domain/orders/order-rules.ts";
import type { PlantVariants } from "../../src/domain/variant/configuration.ts";
import { openLanes, type Lanes } from "../../src/engine/lanes.ts";
import { startWorker, type Worker } from "../../src/engine/worker.ts";
import { startDesk, type Desk } from "../../src/engine/desk.ts";
import { areReady } from "../../src/flows/answering-systems.ts";
import { orderToMes } from "../../src/flows/order-to-mes.ts";
import { changeToErp } from "../../src/flows/change-to-erp.ts";
import type { ChangeHub, PlantSystems } from "../../src/flows/systems.ts";
import { watchErp, watchMes, watchPlm } from "../../src/flows/watch-systems.ts";
import type { Database } from "../../src/store/database.ts";
import { decide } from "../../src/store/decisions.ts";
import { readPlan } from "../../src/store/plans.ts";
import { fromJson } from "../../src/domain/json.ts";
import { wakeOrdersIn } from "../../src/store/order-wakes.ts";
import { orderOf, type StoredOrder } from "../../src/store/orders.ts";
import { runOf, type Run } from "../../src/store/runs.ts";
import { subjectOf } from "../../src/store/subject.ts";
import { testDatabase } from "../../src/store/testing.ts";
import { sandbox, SANDBOX_KEY, type Sandbox } from "./sandbox.ts";
import { until } from "./until.ts";

/** A hub between seeded sandbox systems, in this process: real HTTP, real PostgreSQL, no console. */
export type TrialHub = {
  readonly database: Database;
  readonly hub: ChangeHub;
  readonly plm: Sandbox;
  readonly erp: Sandbox;
  /** Its shop works only when it is told to: `POST /_sandbox/advance`. */
  readonly mes: Sandbox;
  /** Asks both systems what changed, as the hub does every few seconds. */
  readonly watch: () => Promise<void>;
  readonly release: (change: string) => Promise<void>;
  /** Waits until the change stands in one of these states. */
  readonly reaches: (change: string, ...states: Run["state"][]) => Promise<Run>;
  readonly planOf: (change: string) => Promise<ChangePlan>;
  readonly approve: (change: string, decision?: "approve" | "refuse") => Promise<void>;
  /** As a person asks for it, or as something that moved does. */
  readonly lookAgain: (change: string, by: string | null) => Promise<void>;
  /** Waits until the order stands in one of these states. */
  readonly orderReaches: (order: string, ...states: StoredOrder["state"][]) => Promise<StoredOrder>;
  /** Looks at all orders that wait for their shift, as a hub that starts does, and waits until that is done. */
  readonly lookAtShifts: () => Promise<void>;
  /** Waits until no order is due for a look. */
  readonly ordersRest: () => Promise<void>;
  /** The hub's work on orders: what it would be without a hub. */
  readonly desk: { readonly stop: () => Promise<void>; readonly start: () => Promise<void> };
  /** The MES's server: stopped and started again it has its address and data still. */
  readonly mesServer: { readonly stop: () => Promise<void>; readonly start: () => Promise<void> };
  readonly close: () => Promise<void>;
};

export async function startTrialHub({
  rules = "rules/1000.yaml",
  plant = "1000",
  seed = true,
  plm = null as LiveConnector | null,
  erp = null as LiveConnector | null,
  mes = null as LiveConnector | null,
  /** How orders go to the MES; null leaves the order leg out. */
  orders = null as OrderRules | null,
  now = () => new Date(),
  timeZone = "Europe/Berlin",
  /** Orders that the hub looks at at the same time. */
  atOnce = 400,
  /** Where the hub finds the ERP, if something stands between. */
  erpThrough = (url: string): Promise<string> => Promise.resolve(url),
  /** What the plant builds of products with options. */
  variants = null as PlantVariants | null,
  /** How the MES's connection differs from its defaults. */
  mesSettings = {},
  /** How long a change may take to reach a state. */
  patienceMs = 90_000,
} = {}): Promise<TrialHub> {
  const folder = await mkdtemp(join(tmpdir(), "heddle-trial-"));
  const plmServer = await startSandboxPlm({ folder: join(folder, "plm"), port: 0, apiKey: SANDBOX_KEY, seed });
  const erpServer = await startSandboxErp({ folder: join(folder, "erp"), port: 0, apiKey: SANDBOX_KEY, seed });
  const mesServer = await startTrialMes(join(folder, "mes"), seed);
  const plmConnector = plm ?? connector("sandbox-plm", "plm", plmServer.url);
  const mesConnector = mes ?? connector("sandbox-mes", "mes", mesServer.url, mesSettings);
  const erpConnector = erp ?? connector("sandbox-erp", "erp", await erpThrough(erpServer.url));
  const database = await testDatabase();
  const lanes = await openLanes(database);
  const systems = await plantSystems({
    plant,
    rules,
    plm: plmConnector,
    erp: erpConnector,
    mes: mesConnector,
    timeZone,
    variants,
    ...(orders === null ? {} : { orders }),
  });
  const hub: ChangeHub = {
    database,
    lanes,
    plants: new Map([[systems.plant, systems]]),
    policyFor: onlyTakesFlagsBack,
    now,
  };
  const worker = await startWorker({ database, lanes, handlers: { change: changeToErp(hub) }, slots: 4 });
  const openDesk = async () =>
    orders === null
      ? null
      : startTrialDesk(hub, systems, [erpConnector, mesConnector], { holder: worker.holder, atOnce });
  let desk = await openDesk();
  return {
    database,
    hub,
    plm: sandbox(plmServer.url),
    erp: sandbox(erpServer.url),
    mes: sandbox(mesServer.url),
    ...driving(hub, lanes, plant, plmServer.url, patienceMs),
    async watch() {
      await watchPlm(hub, plmConnector);
      await watchErp(hub, erpConnector);
      await watchMes(hub, mesConnector);
    },
    mesServer,
    desk: {
      async stop() {
        await desk?.stop();
        desk = null;
      },
      async start() {
        await wakeOrdersIn(database.pool, systems.plant, ["scheduled"], "the hub was started");
        desk = await openDesk();
      },
    },
    async close() {
      await desk?.stop();
      await closeAll(worker, lanes, database, [plmServer, erpServer, mesServer], folder);
    },
  };
}

async function startTrialDesk(
  hub: ChangeHub,
  systems: PlantSystems,
  needed: readonly LiveConnector[],
  options: { readonly holder: string; readonly atOnce: number },
): Promise<Desk> {
  const { database, now } = hub;
  const { plant, timeZone, erp, mes, orders: rules } = systems;
  if (mes === null) throw new Error("the trial plant has no MES");
  return startDesk({
    ...options,
    database,
    plant,
    open: orderToMes({ database, plant, timeZone, erp, mes, rules, now }),
    ready: () => areReady(database, plant, needed),
    onError: (error) => console.error(error),
  });
}

type TrialMes = TrialHub["mesServer"] & { readonly url: string; readonly close: () => Promise<void> };

async function startTrialMes(folder: string, seed: boolean): Promise<TrialMes> {
  const launch = (port: number) => startSandboxMes({ folder, port, apiKey: SANDBOX_KEY, seed });
  let server: Awaited<ReturnType<typeof launch>> | null = await launch(0);
  const { url } = server;
  const stop = async () => {
    await server?.close();
    server = null;
  };
  return {
    url,
    stop,
    close: stop,
    async start() {
      server = await launch(Number(new URL(url).port));
    },
  };
}

function driving(hub: ChangeHub, lanes: Lanes, plant: string, plmUrl: string, patienceMs: number) {
  const { database } = hub;
  const subject = (change: string) => subjectOf("change", change, plant).id;
  const run = async (change: string): Promise<Run> => {
    const found = await runOf(database.pool, subject(change));
    if (found === null) throw new Error(`no run of ${change} yet`);
    return found;
  };
  // An order that is being looked at is due until that look has ended.
  const isDue = async () => {
    const { rows } = await database.pool.query<{ order: string }>(
      'select "order" from order_wakes where due <= clock_timestamp()',
    );
    return rows.map(({ order }) => order);
  };
  const ordersRest = async (): Promise<void> => {
    await until(
      "no order is due",
      async () => ((await isDue()).length === 0 ? true : null),
      async () => (await isDue()).slice(0, 20).join(", "),
      patienceMs,
    );
  };
  return {
    async release(change: string) {
      await sandbox(plmUrl).send("POST", `/api/v2/ecos/${change}/release`, { releasedBy: "eva.engineer" });
      await watchPlm(hub, [...hub.plants.values()][0]!.plm);
    },
    async reaches(change: string, ...states: Run["state"][]) {
      return until(
        `${change} is ${states.join(" or ")}`,
        async () => {
          const found = await runOf(database.pool, subject(change));
          return found !== null && !found.queued && states.includes(found.state) ? found : null;
        },
        async () => JSON.stringify(await runOf(database.pool, subject(change))),
        patienceMs,
      );
    },
    async orderReaches(order: string, ...states: StoredOrder["state"][]) {
      const read = () => orderOf(database.pool, plant as PlantId, order as ProductionOrderId);
      return until(
        `${order} is ${states.join(" or ")}`,
        async () => {
          const found = await read();
          return found !== null && states.includes(found.state) ? found : null;
        },
        async () => JSON.stringify(await read()),
        patienceMs,
      );
    },
    ordersRest,
    async lookAtShifts() {
      await wakeOrdersIn(database.pool, plant as PlantId, ["scheduled"], "the clock was moved");
      await ordersRest();
    },
    async planOf(change: string) {
      const { planDigest } = await run(change);
      const stored = planDigest === null ? null : await readPlan(database.pool, planDigest);
      if (stored === null) throw new Error(`no plan of ${change} yet`);
      return fromJson<ChangePlan>(stored.plan);
    },
    async lookAgain(change: string, by: string | null) {
      const why = by === null ? "something moved" : "asked to look again";
      await database.transaction((tx) => lanes.wakeUp(tx, subject(change), { why, by: by ?? undefined }));
    },
    async approve(change: string, decision: "approve" | "refuse" = "approve") {
      const { planDigest } = await run(change);
      if (planDigest === null) throw new Error(`nothing to approve in ${change}`);
      await database.transaction(async (tx) => {
        await decide(tx, {
          digest: planDigest,
          decision,
          by: "ann.approver",
          reason: "looked at it",
          meaning: decision,
        });
        await lanes.wakeUp(tx, subject(change), { why: "decided", by: "ann.approver" });
      });
    },
  };
}

export async function plantSystems({
  plant,
  rules,
  plm,
  erp,
  mes = null,
  orders = DEFAULT_ORDER_RULES,
  timeZone = "Europe/Berlin",
  variants = null,
}: {
  plant: string;
  rules: string;
  plm: LiveConnector;
  erp: LiveConnector;
  mes?: LiveConnector | null;
  orders?: OrderRules;
  timeZone?: string;
  variants?: PlantVariants | null;
}): Promise<PlantSystems> {
  const loaded = loadRules(rules, await readFile(rules, "utf8"), null);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
  return {
    plant: plant as PlantId,
    plm,
    erp,
    mes,
    rules: loaded.value,
    variants,
    feedback: DEFAULT_FEEDBACK_RULES,
    triggers: NO_TRIGGERS,
    currency: "EUR",
    timeZone,
    orders,
  };
}

export function connector(kind: string, system: string, url: string, settings = {}): LiveConnector {
  return makeConnector(kind, system as SystemId, { url, apiKey: SANDBOX_KEY, ...settings });
}

function onlyTakesFlagsBack({ actions, findings }: ChangePlan): string | null {
  const harmless =
    findings.every(({ severity }) => severity === "info") && actions.every(({ kind }) => kind === "take back flag");
  return harmless ? "only takes flags back" : null;
}

async function closeAll(
  worker: Worker,
  lanes: Lanes,
  database: Database,
  servers: { close(): Promise<void> }[],
  folder: string,
) {
  await worker.stop();
  await lanes.close();
  await database.close();
  await Promise.all(servers.map((server) => server.close()));
  await rm(folder, { recursive: true, force: true });
}

import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { collectDefaultMetrics, Registry } from "prom-client";
import type { TSchema } from "typebox";
import packageJson from "../package.json" with { type: "json" };
import type { Status } from "./api/contract.ts";
import type { SandboxControl, WebhookIntake } from "./api/dependencies.ts";
import { createFirstAccount, issueOneTimePassword, type Credentials } from "./api/first-account.ts";
import { addAccount, addApiKey, keepLocalKey } from "./api/give-access.ts";
import { makeApi } from "./api/server.ts";
import { CliFailure } from "./cli/failure.ts";
import { readInput, readInputs } from "./cli/input-file.ts";
import { listen, refuseTakenPort } from "./cli/listen.ts";
import {
  kindsNamed,
  loadConfig,
  type Config,
  type ConnectionConfig,
  type UnusableKind,
} from "./config/heddle-config.ts";
import { planSummary } from "./config/plan-summary.ts";
import { loadRules } from "./config/rule-file.ts";
import { SecretError, withSecrets } from "./config/secret.ts";
import { loadSerialSchedule } from "./config/serial-schedule.ts";
import { loadTriggers } from "./config/trigger-file.ts";
import { ConnectorError } from "./connectors/connector-error.ts";
import { SettingsError, type ConnectorKind } from "./connectors/connector-kind.ts";
import type { LiveConnector } from "./connectors/live-connector.ts";
import { isPackageName, loadPackageKind } from "./connectors/package-kinds.ts";
import { CONNECTOR_KINDS, makeConnector } from "./connectors/registry.ts";
import type { Waivers } from "./connectors/waivers.ts";
import { NO_TRIGGERS, type PlantTriggers } from "./domain/feedback/plant-triggers.ts";
import type { PlantId, SystemId } from "./domain/ids.ts";
import type { NumberSchedule } from "./domain/number-schedule.ts";
import type { ShiftCalendar } from "./domain/orders/shift-calendar.ts";
import { openLanes, type Lanes } from "./engine/lanes.ts";
import { startPolling, type Polling } from "./engine/poller.ts";
import { startDesk, type Desk, type DeskOptions } from "./engine/desk.ts";
import { startWorker } from "./engine/worker.ts";
import { startFeedback, type Feedback } from "./flows/feedback-hub.ts";
import { areReady, lookAtConnection } from "./flows/answering-systems.ts";
import { bomDesk } from "./flows/bom-desk.ts";
import { changeToErp } from "./flows/change-to-erp.ts";
import type { ChangeHub, PlantSystems } from "./flows/systems.ts";
import { orderToMes } from "./flows/order-to-mes.ts";
import type { BookingHub } from "./flows/booking-run.ts";
import { observeOrders } from "./flows/observe-production.ts";
import { previewDesk } from "./flows/preview-in-hub.ts";
import { productionToErp, wakeProduction } from "./flows/production-to-erp.ts";
import { productionToPlm } from "./flows/production-to-plm.ts";
import { wakeOnDays } from "./flows/watch-days.ts";
import { watchErp, watchMes, watchPlm } from "./flows/watch-systems.ts";
import { subjectsOf } from "./flows/wake-subjects.ts";
import { forgetCursor } from "./store/cursors.ts";
import { openDatabase, type Database } from "./store/database.ts";
import { hadDesk } from "./store/desks.ts";
import { forgetMessages } from "./store/inbox.ts";
import { migrate } from "./store/migrate.ts";
import { wakeOrdersIn } from "./store/order-wakes.ts";
import type { Subject } from "./store/subject.ts";

/** Where `${env:…}` in `heddle.yaml` is looked up. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type HubOptions = {
  readonly config: Config;
  readonly environment: Environment;
  readonly logger: Logger;
  /** Null where the hub runs without sandbox systems. */
  readonly sandbox: SandboxControl | null;
};

export type RunningHub = {
  /** Where it listens, on this machine. */
  readonly url: string;
  readonly database: Database;
  /** The account that a new database starts with, this once. */
  readonly firstAccount: Credentials | null;
  /** Whether the console has been built, so that there is a page to open. */
  readonly hasConsole: boolean;
  /** A key for whoever runs the hub on this machine: `known` while it is good, else a new one; null when it is turned off. */
  readonly keepLocalKey: (known: string | null) => Promise<string | null>;
  /** Takes no more work, lets what is under way end, and closes everything. */
  readonly stop: () => Promise<void>;
};

/** Subjects looked at at the same time: most of that time they wait for a system to answer. */
const SLOTS = 8;

/**
 * Composes the hub from its parts and sets it to work; nothing else puts them together. What was started
 * last is stopped first: requests, then polls, then the worker, then the database.
 *
 * @throws CliFailure, FileMistakes
 */
export async function startHub({ config, environment, logger, sandbox }: HubOptions): Promise<RunningHub> {
  await refuseTakenPort(config.hub);
  const systems = await connectSystems(config, environment);
  const onError = (error: Error) => logger.warn({ err: error }, error.message);

  await using started = new AsyncDisposableStack();
  started.defer(() => closeConnections(systems));
  const database = await openHubDatabase(config, environment, onError);
  started.defer(() => database.close());
  const firstAccount = await createFirstAccount(database);
  const lanes = await openLanes(database, onError);
  started.defer(() => lanes.close());

  const hub = changeHub(config, systems, database, lanes);
  const worker = await startWorker({
    database,
    lanes,
    handlers: {
      change: changeToErp(hub),
      production: productionToErp(bookingHub(config, hub)),
      proposal: productionToPlm(hub),
    },
    slots: SLOTS,
    needs: (subject) => systemsOf(subject, config),
    onError: (error) => logger.error({ err: error }, error.message),
  });
  started.defer(() => worker.stop());
  const feedback = await startFeedbackLeg(hub, config, systems, logger);
  started.defer(() => feedback.stop());
  for (const desk of await startDesks(hub, worker.holder, systems, logger)) started.defer(() => desk.stop());
  for (const polling of startPollings(hub, config, systems, logger)) started.defer(() => polling.stop());

  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const consoleFolder = builtConsole();
  const app = await makeApi({
    database,
    lanes,
    version: packageJson.version,
    hub: worker.holder,
    connections: () => connectionStates(systems, lanes, database),
    timeZones: new Map(config.plants.map(({ id, timeZone }) => [id, timeZone])),
    webhooks: webhookIntakes(systems),
    subjectsOf: (connection, hint) => subjectsOf(systems.plants.values(), connection, hint),
    shopEvents: { take: feedback.intake.take, askNow: feedback.askNow, readers: feedback.readers },
    boms: bomDesk(hub),
    preview: previewDesk(hub),
    calendars: shiftCalendars(config),
    sandbox,
    publicUrl: config.hub.publicUrl,
    consoleFolder,
    metrics,
    logger: logger.child({}, { level: "warn" }), // its own "listening at" is no news
  });
  started.defer(() => app.close());
  const url = await listen(app, config.hub);

  const running = started.move();
  return {
    url,
    database,
    firstAccount,
    hasConsole: consoleFolder !== null,
    keepLocalKey: (known) => keepLocalKey(database, known),
    stop: () => running.disposeAsync(),
  };
}

/** What the command line may do to accounts and keys without a hub that runs. */
export type AccessDesk = {
  /** Null when the name is taken. */
  readonly addAccount: (account: Parameters<typeof addAccount>[1]) => ReturnType<typeof addAccount>;
  /** Null when there is no such account. */
  readonly issueOneTimePassword: (account: string, by: string) => Promise<Credentials | null>;
  /** Null when there is no such account, or it was disabled. */
  readonly addApiKey: (key: Parameters<typeof addApiKey>[1]) => ReturnType<typeof addApiKey>;
};

/** Works on the hub's accounts, straight on its database. @throws CliFailure */
export async function atAccessDesk<T>(
  config: Config,
  environment: Environment,
  work: (desk: AccessDesk) => Promise<T>,
): Promise<T> {
  const database = await openHubDatabase(config, environment);
  try {
    return await work({
      addAccount: (account) => addAccount(database, account),
      issueOneTimePassword: (account, by) => issueOneTimePassword(database, account, by),
      addApiKey: (key) => addApiKey(database, key),
    });
  } finally {
    await database.close();
  }
}

/**
 * Reads `heddle.yaml`, with the settings of every kind of connection checked, also of kinds in other packages.
 * @throws CliFailure, FileMistakes
 */
export async function readConfig(file: string): Promise<Config> {
  const folder = resolve(dirname(file));
  const named = await readInput(file, (name, text) => ({ ok: true, value: kindsNamed(name, text) }));
  const packages = await Promise.all(
    named.filter(isPackageName).map(async (kind) => [kind, await settingsOf(kind, folder)] as const),
  );
  const own = Object.entries(CONNECTOR_KINDS).map(([kind, { settings }]) => [kind, settings] as const);
  const kinds = Object.fromEntries([...own, ...packages]);
  return readInput(file, (name, text) => loadConfig(name, text, kinds));
}

async function settingsOf(kind: string, folder: string): Promise<TSchema | UnusableKind> {
  const loaded = await loadPackageKind(kind, folder);
  return loaded.ok ? loaded.kind.settings : loaded;
}

/** Kinds of connection by name: Heddle's own, and those of packages that the configuration names. */
async function kindsOf({ connections, folder }: Config): Promise<Readonly<Record<string, ConnectorKind>>> {
  const packages = connections.map(({ kind }) => kind).filter(isPackageName);
  const loaded = await Promise.all(packages.map((name) => loadPackageKind(name, folder)));
  const usable = loaded.flatMap((each, at) => (each.ok ? [[packages[at] ?? "", each.kind] as const] : []));
  return { ...CONNECTOR_KINDS, ...Object.fromEntries(usable) };
}

/** The connections with their secrets, for whoever is about to use them. @throws CliFailure naming a secret that is missing. */
export async function resolveConnections(
  config: Config,
  environment: Environment,
): Promise<readonly ConnectionConfig[]> {
  return resolved(config.connections, config, environment);
}

/** A connection with its secrets, and what it is reached by. */
export type OpenConnection = ConnectionConfig & { readonly connector: LiveConnector; readonly waivers: Waivers };

/** Makes the connector of one connection; whoever did closes it. Nothing is sent to the system. @throws CliFailure */
export async function openConnection(
  config: Config,
  environment: Environment,
  connection: ConnectionConfig,
): Promise<OpenConnection> {
  const known = await resolved(connection, config, environment);
  const kinds = await kindsOf(config);
  return { ...known, connector: connectorOf(known, kinds), waivers: kinds[known.kind]?.waivers ?? {} };
}

export type Systems = {
  readonly connections: ReadonlyMap<SystemId, { readonly config: ConnectionConfig; readonly connector: LiveConnector }>;
  readonly plants: ReadonlyMap<PlantId, PlantSystems>;
};

/** Connectors and rules, by connection and by plant. Nothing is sent to any system. @throws CliFailure, FileMistakes */
export async function connectSystems(config: Config, environment: Environment): Promise<Systems> {
  const resolvedConnections = await resolveConnections(config, environment);
  const kinds = await kindsOf(config);
  const connections = new Map(
    resolvedConnections.map((each) => [each.system, { config: each, connector: connectorOf(each, kinds) }]),
  );
  const connectorNamed = (system: SystemId): LiveConnector => {
    const connection = connections.get(system);
    if (connection === undefined) throw new Error(`the configuration was read without a connection ${system}`);
    return connection.connector;
  };
  const rules = await readInputs(
    ...config.plants.map((plant) => readInput(plant.rules, (file, text) => loadRules(file, text, [plant.id]))),
  );
  const triggers = await readInputs(...config.plants.map(readTriggers));
  const schedules = await readInputs(...config.plants.map(readSerialSchedule));
  const plants = config.plants.flatMap(({ id, plm, erp, mes, ...plant }, index): [PlantId, PlantSystems][] => {
    const [ruleSet, plantTriggers] = [rules[index], triggers[index]];
    if (ruleSet === undefined || plantTriggers === undefined) return [];
    const { currency, timeZone, orders, feedback, variants } = plant;
    const systems = {
      plm: connectorNamed(plm),
      erp: connectorNamed(erp),
      mes: mes === null ? null : connectorNamed(mes),
    };
    const own = {
      rules: ruleSet,
      currency,
      timeZone,
      orders,
      feedback,
      triggers: plantTriggers,
      variants,
      serialSchedule: schedules[index] ?? [],
    };
    return [[id, { plant: id, ...systems, ...own }]];
  });
  return { connections, plants: new Map(plants) };
}

async function readTriggers({ id, triggers }: Config["plants"][number]): Promise<PlantTriggers> {
  if (triggers === null) return NO_TRIGGERS;
  return readInput(triggers, (file, text) => loadTriggers(file, text, [id]));
}

async function readSerialSchedule({ serialSchedule }: Config["plants"][number]): Promise<NumberSchedule> {
  return "file" in serialSchedule ? readInput(serialSchedule.file, loadSerialSchedule) : serialSchedule;
}

/** Ends the connections that are kept open. */
export async function closeConnections({ connections }: Systems): Promise<void> {
  await Promise.all([...connections.values()].map(async ({ connector }) => connector.close?.()));
}

async function openHubDatabase(
  config: Config,
  environment: Environment,
  onError?: (error: Error) => void,
): Promise<Database> {
  const url = await resolved(config.databaseUrl, config, environment);
  const isOwn = url === null || url === "";
  const at = isOwn ? { folder: join(config.hub.dataFolder, "postgres") } : { url };
  try {
    const database = await openDatabase(at, onError);
    try {
      await migrate(database);
      return database;
    } catch (cause) {
      await database.close();
      throw cause;
    }
  } catch (cause) {
    throw new CliFailure("Heddle's database cannot be used", {
      system: isOwn ? "the PostgreSQL that Heddle brings" : "PostgreSQL",
      field: isOwn ? `${config.hub.dataFolder}/postgres` : "database",
      fix: isOwn
        ? "do what the cause says; hub.dataFolder in heddle.yaml chooses another folder, DATABASE_URL a server of yours"
        : "check DATABASE_URL, or leave it unset: then Heddle runs a PostgreSQL of its own",
      cause,
    });
  }
}

async function resolved<T>(value: T, { folder }: Config, environment: Environment): Promise<T> {
  try {
    return await withSecrets(value, { environment, folder });
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new CliFailure(error.message, {
      field: "heddle.yaml",
      fix: error.reference.includes("SANDBOX_")
        ? "start with the sandbox systems, which make it: npx heddle up --sandbox"
        : error.fix,
      cause: error.cause,
    });
  }
}

function connectorOf(
  { kind, system, settings }: ConnectionConfig,
  kinds: Readonly<Record<string, ConnectorKind>>,
): LiveConnector {
  try {
    return makeConnector(kind, system, settings, kinds);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new CliFailure(error.message, {
      system: error.system,
      field: `connections.${error.system}.settings.${error.field}`,
      fix: "correct it in heddle.yaml, or the secret that it refers to",
    });
  }
}

function changeHub({ policy }: Config, { plants }: Systems, database: Database, lanes: Lanes): ChangeHub {
  return {
    database,
    lanes,
    plants,
    policyFor: (plan) => (policy.approves(planSummary(plan)) ? policy.when : null),
    now: () => new Date(),
  };
}

/** What was made is booked in the ERP of its plant, by the plant's rules. */
function bookingHub({ plants }: Config, { database, lanes, plants: systems, now }: ChangeHub): BookingHub {
  const rules = new Map(plants.map(({ id, production }) => [id, production]));
  const booking = [...systems].flatMap(([plant, { erp }]) => {
    const own = rules.get(plant);
    return own === undefined ? [] : [[plant, { plant, erp, rules: own }] as const];
  });
  return { database, lanes, plants: new Map(booking), startedAt: now(), now };
}

/** The systems of its plant that a subject cannot be looked at without. While one is paused, it is laid aside. */
function systemsOf({ kind, plant }: Subject, { plants }: Config): readonly string[] {
  return plants.flatMap(({ id, plm, erp }) => {
    if (id !== plant) return [];
    return kind === "production" ? [erp] : kind === "proposal" ? [plm] : [plm, erp];
  });
}

/** One desk for each plant whose orders go to an MES; the hubs that share the database agree on who has it. */
async function startDesks(hub: ChangeHub, holder: string, { connections }: Systems, logger: Logger): Promise<Desk[]> {
  const { database, now } = hub;
  const plants = [...hub.plants.values()];
  return Promise.all(
    plants.flatMap(({ plant, erp, mes, orders: rules, timeZone }) => {
      if (mes === null) return [];
      const needed = [erp.system, mes.system].flatMap((system) => connections.get(system)?.connector ?? []);
      return [
        openDesk({
          database,
          plant,
          holder,
          erp: erp.system,
          open: orderToMes({ database, plant, timeZone, erp, mes, rules, now }),
          ready: () => areReady(database, plant, needed),
          onError: (error) => logger.error({ err: error }, error.message),
        }),
      ];
    }),
  );
}

/** What the shop floor tells, from every system that does, and what follows from it. */
async function startFeedbackLeg(
  { database, lanes, plants, now }: ChangeHub,
  config: Config,
  { connections }: Systems,
  logger: Logger,
): Promise<Feedback> {
  const told = new Map<string, ReturnType<typeof tellChanges>>();
  return startFeedback({
    database,
    plants,
    now,
    systems: [...connections].map(([system, { connector }]) => ({
      connector,
      everyMs: config.pollingSecondsOf(system) * 1e3,
    })),
    async counted(tx, plant, orders) {
      const systems = plants.get(plant);
      if (systems === undefined) throw new Error(`heddle.yaml names no plant ${plant}`);
      await wakeProduction(lanes, tx, plant, orders, "its events were counted");
      await observeOrders(tx, lanes, systems, orders);
    },
    onError(name, error) {
      const teller = told.get(name) ?? tellChanges(name, logger);
      told.set(name, teller);
      teller.fails(error);
    },
    onWorks: (name) => told.get(name)?.works(),
  });
}

/** A plant's first desk has all the orders of its ERP to look at, whoever has followed them so far. */
async function openDesk({ erp, ...options }: DeskOptions & { erp: SystemId }): Promise<Desk> {
  const { database, plant } = options;
  if (!(await hadDesk(database.pool, plant))) await forgetCursor(database.pool, erp, "productionOrders");
  await wakeOrdersIn(database.pool, plant, ["scheduled"], "the hub was started; shifts may have other times now");
  return startDesk(options);
}

/** Copies of a webhook come within minutes; the message itself is of use while somebody looks for what happened. */
const MESSAGES_KEPT_DAYS = 14;
const RETENTION_EVERY_MS = 3_600_000;
/** Changes that wait for their day are looked at within this time after the plant's midnight. */
const DAYS_EVERY_MS = 15_000;

function startPollings(hub: ChangeHub, config: Config, { connections }: Systems, logger: Logger): Polling[] {
  const { database } = hub;
  const start = (system: SystemId, what: string, watch: (connector: LiveConnector) => Promise<void>) => {
    const connection = connections.get(system);
    if (connection === undefined) return [];
    const everyMs = config.pollingSecondsOf(system) * 1_000;
    const told = tellChanges(`${system}: looking for ${what}`, logger);
    const poll = async () => {
      await watch(connection.connector);
      told.works();
    };
    return [startPolling({ database, name: `${system} ${what}`, everyMs, poll, onError: told.fails })];
  };
  const plms = new Set(config.plants.map(({ plm }) => plm));
  const erps = new Set(config.plants.map(({ erp }) => erp));
  const mesSystems = new Set(config.plants.flatMap(({ mes }) => mes ?? []));
  return [
    ...[...plms].flatMap((system) => start(system, "changes", (plm) => watchPlm(hub, plm))),
    ...[...erps].flatMap((system) => start(system, "orders", (erp) => watchErp(hub, erp))),
    ...[...mesSystems].flatMap((system) => start(system, "jobs", (mes) => watchMes(hub, mes))),
    startPolling({
      database,
      name: "days",
      everyMs: DAYS_EVERY_MS,
      poll: () => wakeOnDays(hub),
      onError: (error) => logger.warn({ err: error }, error.message),
    }),
    startPolling({
      database,
      name: "retention",
      everyMs: RETENTION_EVERY_MS,
      poll: async () => void (await forgetMessages(database.pool, MESSAGES_KEPT_DAYS)),
      onError: (error) => logger.warn({ err: error }, error.message),
    }),
  ];
}

/** A system that stays away is told of once, and once more when it is back: not at every poll. */
function tellChanges(what: string, logger: Logger): { works: () => void; fails: (error: Error) => void } {
  let known: string | null = null;
  return {
    works() {
      if (known !== null) logger.info(`${what} works again`);
      known = null;
    },
    fails(error) {
      const kind = error instanceof ConnectorError ? error.kind : error.message;
      if (kind !== known) logger.warn({ err: error }, error.message);
      known = kind;
    },
  };
}

function webhookIntakes({ connections }: Systems): ReadonlyMap<string, WebhookIntake> {
  const intakes = [...connections].flatMap(([system, { config, connector }]): [string, WebhookIntake][] => {
    const { webhooks } = connector;
    if (webhooks === undefined || config.webhookSecrets.length === 0) return [];
    return [[system, { secrets: config.webhookSecrets, hints: webhooks.subjects }]];
  });
  return new Map(intakes);
}

function shiftCalendars({ plants }: Config): ReadonlyMap<PlantId, ShiftCalendar> {
  return new Map(
    plants.flatMap(({ id, orders }) => (orders.calendar === null ? [] : [[id, orders.calendar] as const])),
  );
}

/** How old news of a connection may be, before somebody who asks makes us look. */
const NEWS_MS_MAX = 60_000;
/** Longest time that somebody who asks is kept waiting for it. */
const LOOK_MS_MAX = 1_000;

/** Connections as this process sees them; a hub that leaves polling to another asks them itself. */
async function connectionStates(
  { connections }: Systems,
  lanes: Lanes,
  database: Database,
): Promise<Status["connections"]> {
  const looks = [...connections.values()]
    .filter(({ connector }) => isOldNews(connector))
    .map(({ connector }) => lookAtConnection(connector));
  if (looks.length > 0) await Promise.race([Promise.all(looks), pause(LOOK_MS_MAX)]);
  const pauses = new Map((await lanes.paused(database.pool)).map((each) => [each.system, each]));
  return [...connections].map(([system, { config, connector }]) => {
    const status = { system, kind: config.kind, ...connector.status() };
    const held = pauses.get(system);
    if (held === undefined) return status;
    return { ...status, state: "paused" as const, error: `paused by ${held.by}: ${held.reason}` };
  });
}

function isOldNews(connector: LiveConnector): boolean {
  const { lastSeen } = connector.status();
  return lastSeen === null || Date.now() - Date.parse(lastSeen) > NEWS_MS_MAX;
}

/** The console, where it has been built. */
function builtConsole(): string | null {
  const folder = join(import.meta.dirname, "..", "console", "dist");
  return existsSync(join(folder, "index.html")) ? folder : null;
}

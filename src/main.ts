import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import { collectDefaultMetrics, Registry } from "prom-client";
import packageJson from "../package.json" with { type: "json" };
import type { SandboxControl, WebhookIntake } from "./api/dependencies.ts";
import { createFirstAccount, type Credentials } from "./api/first-account.ts";
import { keepLocalKey } from "./api/give-access.ts";
import { makeApi } from "./api/server.ts";
import { listen, refuseTakenPort } from "./cli/listen.ts";
import type { Config } from "./config/heddle-config.ts";
import { planSummary } from "./config/plan-summary.ts";
import type { PlantId } from "./domain/ids.ts";
import type { ShiftCalendar } from "./domain/orders/shift-calendar.ts";
import { openLanes, type Lanes } from "./engine/lanes.ts";
import { startWorker } from "./engine/worker.ts";
import { bomDesk } from "./flows/bom-desk.ts";
import type { BookingHub } from "./flows/booking-run.ts";
import { changeToErp } from "./flows/change-to-erp.ts";
import { previewDesk } from "./flows/preview-in-hub.ts";
import { productionToErp } from "./flows/production-to-erp.ts";
import { productionToPlm } from "./flows/production-to-plm.ts";
import type { ChangeHub } from "./flows/systems.ts";
import { subjectsOf } from "./flows/wake-subjects.ts";
import { connectionStates } from "./hub/connection-states.ts";
import { closeConnections, connectSystems, type Systems } from "./hub/connections.ts";
import { startDesks } from "./hub/desks.ts";
import { startFeedbackLeg } from "./hub/feedback-leg.ts";
import { openHubDatabase } from "./hub/hub-database.ts";
import { startPollings } from "./hub/pollings.ts";
import type { Environment } from "./hub/secrets.ts";
import type { Database } from "./store/database.ts";
import type { Subject } from "./store/subject.ts";

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

/** The console, where it has been built. */
function builtConsole(): string | null {
  const folder = join(import.meta.dirname, "..", "console", "dist");
  return existsSync(join(folder, "index.html")) ? folder : null;
}

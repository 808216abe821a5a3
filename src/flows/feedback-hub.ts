import { setTimeout as pause } from "node:timers/promises";
import type { Connector } from "../connectors/port.ts";
import { DEFAULT_FEEDBACK_RULES, type FeedbackRules } from "../domain/feedback/feedback-rules.ts";
import type { Told } from "../domain/feedback/told.ts";
import type { PlantId, ProductionOrderId, SystemId } from "../domain/ids.ts";
import { startAlone } from "../engine/alone.ts";
import { startPolling, type Polling } from "../engine/poller.ts";
import { cursorOf, moveCursor } from "../store/cursors.ts";
import type { Database, Transaction } from "../store/database.ts";
import { listen } from "../store/listen.ts";
import { wakeFaulty } from "../store/production.ts";
import { EVENTS_CHANNEL, forgetEvents, prepareEventMonths } from "../store/shop-events.ts";
import { countProduction } from "./count-production.ts";
import { learnNames } from "./learn-names.ts";
import { retryApart } from "./retry-apart.ts";
import { IntakeBusy, shopIntake, type ShopIntake } from "./shop-intake.ts";
import type { PlantSystems } from "./systems.ts";

/** What the feedback leg works with. `main.ts` composes it. */
export type FeedbackHub = {
  readonly database: Database;
  readonly plants: ReadonlyMap<PlantId, PlantSystems>;
  /** Systems that may tell of the shop floor, each with the seconds between two polls of it. */
  readonly systems: readonly { readonly connector: Connector; readonly everyMs: number }[];
  readonly now: () => Date;
  /** What else follows from orders whose figures may have moved, in the transaction that counts them. */
  readonly counted: (tx: Transaction, plant: PlantId, orders: readonly ProductionOrderId[]) => Promise<void>;
  /** Hears what fails and is tried again by itself; a name tells where. */
  readonly onError: (name: string, error: Error) => void;
  /** Hears of what is asked again and again that it works, by the same name. */
  readonly onWorks: (name: string) => void;
};

export type Feedback = {
  readonly intake: ShopIntake;
  readonly readers: ReadonlyMap<string, (message: { body: Buffer; contentType: string }) => readonly Told[]>;
  /** Asks a system for its events at once; nothing where it is not asked. */
  readonly askNow: (system: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

const COUNT_EVERY_MS = 1_000;
const NAMES_EVERY_MS = 1_000;
const RETRY_EVERY_MS = 20_000;
const RETENTION_EVERY_MS = 3_600_000;

/** Sets the feedback leg to work: what comes in is taken, counted, and what it names is learned. */
export async function startFeedback(hub: FeedbackHub): Promise<Feedback> {
  const { database, plants, systems, now, onError, onWorks } = hub;
  await prepareEventMonths(database.pool);
  await wakeFaulty(database.pool);
  const intake = shopIntake({
    database,
    rulesOf: (plant) => rulesOf(plants, plant),
    isPlant: (plant) => plants.has(plant),
    now,
  });

  await using started = new AsyncDisposableStack();
  const poll = (name: string, everyMs: number, work: () => Promise<void>): Polling => {
    const polling = startPolling({
      database,
      name,
      everyMs,
      async poll() {
        await work();
        onWorks(name);
      },
      onError: (error) => onError(name, error),
    });
    started.defer(() => polling.stop());
    return polling;
  };

  const retry = () => retryApart(intake, database, (error, group) => onError(`kept apart ${group}`, asError(error)));
  const counting: Polling[] = [];
  for (const [plant, { plm, erp, orders, timeZone }] of plants) {
    const calendar = orders.calendar ?? { timeZone, shifts: [], closed: [] };
    const counter = {
      database,
      plant,
      calendar,
      systems: {
        plm: plm.system,
        erp: erp.system,
      },
      counted: (tx: Transaction, some: readonly ProductionOrderId[]) => hub.counted(tx, plant, some),
      isBusy: intake.isBusy,
      onFault: (
        error: unknown,
        {
          order,
        }: {
          order: string;
        },
      ) => onError(`counting ${order}`, asError(error)),
    };
    counting.push(poll(`counting ${plant}`, COUNT_EVERY_MS, () => countProduction(counter)));
    poll(`names ${plant}`, NAMES_EVERY_MS, async () => {
      if (await learnNames({ database, plant, erp, knowledge: intake.knowledge })) await retry();
    });
  }
  const rung = await listen(database, {
    channel: EVENTS_CHANNEL,
    onMessage: () =>
      void Promise.all(counting.map((each) => each.now())).catch((error) => onError("counting", asError(error))),
    onError: (error) => onError("counting", error),
  });
  started.defer(() => rung.stop());

  const stopping = new AbortController();
  const asked = new Map<string, Polling>();
  const readers: [string, (message: { body: Buffer; contentType: string }) => readonly Told[]][] = [];
  for (const { connector, everyMs } of systems) {
    const { system, shopEvents } = connector;
    if (shopEvents?.toldSince !== undefined) {
      const { toldSince } = shopEvents;
      asked.set(
        system,
        poll(`${system} events`, everyMs, () => follow(database, intake, system, toldSince, stopping.signal)),
      );
    }
    if (shopEvents?.read !== undefined) readers.push([system, shopEvents.read]);
    if (shopEvents?.listen !== undefined) {
      const { listen: hear } = shopEvents;
      const tell = (error: Error) => onError(`${system} events`, error);
      const begin = () => hear((told) => takePatiently(intake, told, system, stopping.signal), tell);
      const listening = startAlone({ database, name: `${system} events`, begin, onError: tell });
      started.defer(() => listening.stop());
    }
  }

  poll("kept apart", RETRY_EVERY_MS, retry);
  poll("event retention", RETENTION_EVERY_MS, async () => {
    await prepareEventMonths(database.pool);
    const days = Math.max(...[...plants.values()].map(({ feedback }) => feedback.retentionDays));
    if (Number.isFinite(days)) await forgetEvents(database, new Date(now().getTime() - days * 86_400_000));
  });

  const running = started.move();
  return {
    intake,
    readers: new Map(readers),
    askNow: async (system) => asked.get(system)?.now(),
    async stop() {
      stopping.abort();
      await running.disposeAsync();
    },
  };
}

function rulesOf(plants: FeedbackHub["plants"], plant: PlantId): FeedbackRules {
  return plants.get(plant)?.feedback ?? [...plants.values()][0]?.feedback ?? DEFAULT_FEEDBACK_RULES;
}

/** Page by page; the cursor moves when a page is taken in, so that nothing is skipped, and what comes again is known. */
async function follow(
  database: Database,
  intake: ShopIntake,
  system: SystemId,
  toldSince: NonNullable<NonNullable<Connector["shopEvents"]>["toldSince"]>,
  stopping: AbortSignal,
): Promise<void> {
  for (let more = true; more;) {
    const from = await cursorOf(database.pool, system, "shopEvents");
    const page = await toldSince(from);
    more = page.more;
    if (page.told.length > 0) await takePatiently(intake, page.told, system, stopping);
    if (page.cursor === from) return;
    const moved = await database.transaction((tx) =>
      moveCursor(tx, { system, capability: "shopEvents", from, to: page.cursor }),
    );
    if (!moved) return; // another hub took this page
  }
}

/** Whoever brings events by itself waits, instead of being told to come again. @throws when the hub stops meanwhile */
async function takePatiently(
  intake: ShopIntake,
  told: readonly Told[],
  via: string,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await intake.take(told, via);
      return;
    } catch (error) {
      if (!(error instanceof IntakeBusy)) throw error;
      await pause(error.retryAfterMs, undefined, { signal });
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

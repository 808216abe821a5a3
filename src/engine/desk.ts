import { setTimeout as pause } from "node:timers/promises";
import type { PlantId, ProductionOrderId } from "../domain/ids.ts";
import { together, type Database, type Transaction } from "../store/database.ts";
import { checkDesk, DeskLost, keepDesk, leaveDesk, takeDesk, type DeskToken, type Outage } from "../store/desks.ts";
import { listen } from "../store/listen.ts";
import { dueOrders, nextDueMs, ORDERS_CHANNEL, type DueOrder } from "../store/order-wakes.ts";
import { bell } from "./bell.ts";

/** A hub's hold on the orders of a plant. */
export type DeskHold = {
  readonly plant: PlantId;
  /** While nobody looked at the plant's orders, before this hold. */
  readonly outage: Outage;
  /** One transaction that only the holder of the desk can commit. @throws DeskLost */
  readonly commit: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;
  /** Call before anything that cannot be taken back. @throws DeskLost */
  readonly assertHeld: () => void;
};

export type DeskOptions = {
  readonly database: Database;
  readonly plant: PlantId;
  /** This hub among all hubs, whose presence in the database is shown elsewhere. */
  readonly holder: string;
  /** Called when the desk is taken; gives what looks at an order. It settles the order itself, wake-up included. */
  readonly open: (hold: DeskHold) => (due: DueOrder) => Promise<void>;
  /** Whether the systems that orders need answer; while they do not, none is taken. */
  readonly ready: () => Promise<boolean>;
  readonly onError: (error: Error) => void;
  /** Orders looked at at the same time. */
  readonly atOnce?: number;
  readonly leaseMs?: number;
};

export type Desk = { readonly stop: () => Promise<void> };

const AT_ONCE = 400;
const LEASE_MS = 10_000;
const IDLE_MS = 1_000;

/**
 * Works off the orders of one plant, each alone and in the order of its wake-ups, many beside each other.
 * One hub has the desk at a time; when it dies another takes it over. Orders are not claimed one by one: the
 * desk's fence guards every commit, so that what is looked at together can be written together.
 */
export async function startDesk(options: DeskOptions): Promise<Desk> {
  const { database, plant, holder, onError, leaseMs = LEASE_MS } = options;
  const stopping = new AbortController();
  const news = bell();
  const listening = await listen(database, {
    channel: ORDERS_CHANNEL,
    onMessage: (payload) => payload === plant && news.ring(),
    onConnect: news.ring,
    onError,
  });
  const looping = loop();

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const token = await takeDesk(database.pool, { plant, holder, leaseMs });
        if (token !== null) await workOff(token);
      } catch (error) {
        tell(error);
      }
      if (!stopping.signal.aborted) await news.heard(IDLE_MS);
    }
  }

  async function workOff(token: DeskToken & { readonly outage: Outage }): Promise<void> {
    let provenAt = performance.now();
    const lost = new AbortController();
    const hold: DeskHold = {
      plant,
      outage: token.outage,
      commit: (work) =>
        database.transaction(async (tx) => {
          const [, result] = await together(checkDesk(tx, token), work(tx));
          return result;
        }),
      assertHeld() {
        if (lost.signal.aborted || performance.now() - provenAt > leaseMs) throw new DeskLost(token);
      },
    };
    const heartbeat = setInterval(() => {
      const sentAt = performance.now();
      keepDesk(database.pool, token, leaseMs)
        .then((kept) => (kept ? (provenAt = sentAt) : lost.abort()))
        .catch(tell);
    }, leaseMs / 3);
    const look = options.open(hold);
    const underway = new Map<ProductionOrderId, Promise<void>>();
    try {
      while (!stopping.signal.aborted && !lost.signal.aborted) {
        try {
          await turn(look, underway);
        } catch (error) {
          // The desk is kept: taken anew, it would look again at what is under way.
          tell(error);
          await news.heard(IDLE_MS);
        }
      }
      await Promise.all(underway.values());
    } finally {
      clearInterval(heartbeat);
      await leaveDesk(database.pool, token);
    }
  }

  async function turn(
    look: (due: DueOrder) => Promise<void>,
    underway: Map<ProductionOrderId, Promise<void>>,
  ): Promise<void> {
    const { atOnce = AT_ONCE } = options;
    // A look at many orders at once costs one query; so few free places are not worth one.
    const free = atOnce - underway.size;
    if (free < atOnce / 4 && underway.size > 0) return news.heard(IDLE_MS);
    if (!(await options.ready())) return news.heard(IDLE_MS);
    const due = await dueOrders(database.pool, plant, { limit: free, except: [...underway.keys()] });
    for (const one of due) {
      const work = look(one)
        // It stays due: a pause keeps what fails at once from being tried without end.
        .catch((error: unknown) => {
          tell(error);
          return pause(IDLE_MS);
        })
        .finally(() => {
          underway.delete(one.order);
          if (underway.size === 0 || underway.size === Math.floor(atOnce / 2)) news.ring();
        });
      underway.set(one.order, work);
    }
    if (due.length === free) return; // there may be more
    await news.heard(Math.min(IDLE_MS, Math.max(1, (await nextDueMs(database.pool, plant)) ?? IDLE_MS)));
  }

  function tell(error: unknown): void {
    onError(error instanceof Error ? error : new Error(String(error)));
  }

  return {
    async stop() {
      stopping.abort();
      news.ring();
      await looping;
      await listening.stop();
    },
  };
}

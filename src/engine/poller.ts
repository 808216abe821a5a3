import { randomUUID } from "node:crypto";
import type { Database } from "../store/database.ts";
import { beginPoll, endPoll, extendPoll, hastenPoll } from "../store/polls.ts";
import { bell } from "./bell.ts";

export type Polling = {
  /** Asks for a poll at once, by whichever hub comes first; one that is under way is followed by another. */
  readonly now: () => Promise<void>;
  /** Waits for a poll that is under way. */
  readonly stop: () => Promise<void>;
};

export type PollingOptions = {
  readonly database: Database;
  /** One poll of a name at a time, over all hubs; for instance `plm changes`. */
  readonly name: string;
  readonly everyMs: number;
  readonly poll: () => Promise<void>;
  /** Hears of polls that failed; the next one comes in its time. */
  readonly onError?: ((error: Error) => void) | undefined;
};

/** A hub that dies while it polls is replaced after this long. */
const LEASE_MS = 15_000;
const CHECK_MS_MAX = 1_000;

/**
 * Calls `poll` every so often, on exactly one of the hubs that share the database. A poll must be safe to
 * run twice: after a stall, two may overlap.
 */
export function startPolling({ database, name, everyMs, poll, onError = tellStderr }: PollingOptions): Polling {
  const holder = `poller-${randomUUID()}`;
  const news = bell();
  const stopping = new AbortController();
  const looping = loop();

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      await turn().catch((error: unknown) => onError(error instanceof Error ? error : new Error(String(error))));
      if (!stopping.signal.aborted) await news.heard(Math.min(everyMs, CHECK_MS_MAX));
    }
  }

  async function turn(): Promise<void> {
    if (!(await beginPoll(database.pool, { name, holder, everyMs, leaseMs: LEASE_MS }))) return;
    const heartbeat = setInterval(() => {
      extendPoll(database.pool, { name, holder, leaseMs: LEASE_MS }).catch(onError);
    }, LEASE_MS / 3);
    try {
      await poll();
    } finally {
      clearInterval(heartbeat);
      await endPoll(database.pool, { name, holder });
    }
  }

  return {
    async now() {
      await hastenPoll(database.pool, name);
      news.ring();
    },
    async stop() {
      stopping.abort();
      news.ring();
      await looping;
    },
  };
}

function tellStderr(error: Error): void {
  console.error(`polling: ${error.message}`);
}

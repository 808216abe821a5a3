import { once } from "node:events";
import type { Client } from "pg";
import type { Database } from "../store/database.ts";
import { bell } from "./bell.ts";

export type AloneOptions = {
  readonly database: Database;
  /** What one hub does at a time, over all that share the database: `mes events`. */
  readonly name: string;
  /** Called when this hub is the one; what it gives is stopped when it is not any more. */
  readonly begin: () => Promise<{ readonly stop: () => Promise<void> }>;
  readonly onError: (error: Error) => void;
};

/** How soon another hub takes over from one that died, at the latest. */
const LOOK_MS = 1_000;

/**
 * Does something that lasts on one hub at a time: whoever holds a lock of a database session. When that hub dies or
 * loses the database, its session ends and another begins. For a moment both may be at it.
 */
export function startAlone({ database, name, begin, onError }: AloneOptions): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const news = bell();
  const looping = loop();

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await session();
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)));
      }
      if (!stopping.signal.aborted) await news.heard(LOOK_MS);
    }
  }

  async function session(): Promise<void> {
    const client = await database.connect();
    const lost = new AbortController();
    client.once("end", () => {
      lost.abort();
      news.ring();
    });
    try {
      while (!stopping.signal.aborted && !lost.signal.aborted && !(await isOurs(client, name)))
        await news.heard(LOOK_MS);
      if (stopping.signal.aborted || lost.signal.aborted) return;
      const running = await begin();
      try {
        while (!stopping.signal.aborted && !lost.signal.aborted) await news.heard(60_000);
      } finally {
        await running.stop();
      }
    } finally {
      if (!lost.signal.aborted) await Promise.all([once(client, "end"), client.end()]);
    }
  }

  return {
    async stop() {
      stopping.abort();
      news.ring();
      await looping;
    },
  };
}

async function isOurs(client: Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ ours: boolean }>(
    "select pg_try_advisory_lock(hashtextextended('heddle alone ' || $1, 0)) as ours",
    [name],
  );
  return rows[0]?.ours === true;
}

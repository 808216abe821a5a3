import { setTimeout as pause } from "node:timers/promises";
import { escapeIdentifier, type Client } from "pg";
import type { Database } from "./database.ts";

export type Listening = {
  readonly channel: string;
  readonly onMessage: (payload: string) => void;
  /** Called after each (re)connect, when messages may have been missed. May run statements on the connection first. */
  readonly onConnect?: (client: Client) => void | Promise<void>;
  readonly onDisconnect?: () => void;
  readonly onError?: (error: Error) => void;
};

const RECONNECT_MS_MAX = 5_000;
/** A dead peer is noticed within two of these. */
const HEARTBEAT_MS = 5_000;

/** Hears a channel until stopped, over a connection of its own that is made again when it breaks. */
export async function listen(database: Database, listening: Listening): Promise<{ stop: () => Promise<void> }> {
  const stopping = new AbortController();
  let connection = await connect(database, listening);
  const kept = keep();

  async function keep(): Promise<void> {
    while (!stopping.signal.aborted) {
      await connection.broken;
      if (stopping.signal.aborted) return;
      listening.onDisconnect?.();
      const again = await reconnect();
      if (again === null) return;
      connection = again;
    }
  }

  async function reconnect(): Promise<Connection | null> {
    for (let waitMs = 50; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, RECONNECT_MS_MAX)) {
      try {
        return await connect(database, listening);
      } catch (error) {
        listening.onError?.(asError(error));
        await pause(waitMs, undefined, { signal: stopping.signal }).catch(() => null); // woken early to stop
      }
    }
    return null;
  }

  return {
    async stop() {
      stopping.abort();
      await connection.end();
      await kept;
    },
  };
}

/** `broken` resolves once, when the connection has ended for whatever reason. */
type Connection = { readonly broken: Promise<void>; readonly end: () => Promise<void> };

async function connect(database: Database, { channel, onMessage, onConnect, onError }: Listening): Promise<Connection> {
  const client = await database.connect();
  const broken = new Promise<void>((resolve) => client.once("end", () => resolve()));
  client.on("error", (error) => onError?.(error));
  client.on("notification", (message) => onMessage(message.payload ?? ""));
  try {
    await client.query(`listen ${escapeIdentifier(channel)}`);
    await onConnect?.(client);
  } catch (error) {
    await client.end();
    throw error;
  }
  const heartbeat = setInterval(() => {
    prove(client).catch((error: unknown) => {
      onError?.(asError(error));
      void client.end();
    });
  }, HEARTBEAT_MS);
  void broken.then(() => clearInterval(heartbeat));
  return { broken, end: () => client.end() };
}

/** The server ends a session that stops answering; this finds out when the server is what stopped. */
async function prove(client: Client): Promise<void> {
  const late = pause(HEARTBEAT_MS, "late", { ref: false });
  if ((await Promise.race([client.query("select 1"), late])) === "late") {
    throw new Error("the database stopped answering on the connection that listens");
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

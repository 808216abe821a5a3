import { PassThrough, type Readable } from "node:stream";
import type { Database } from "../store/database.ts";
import { listen } from "../store/listen.ts";

const CHANNEL = "heddle_live";
/** Below the idle limits of common proxies (60 s). */
const HEARTBEAT_MS = 20_000;
/** A stream ends after this, and the browser reconnects: so a withdrawn right to read holds soon. */
const LIFETIME_MS = 10 * 60_000;
/** What one client may leave unread before it is dropped; it reconnects and reads everything again. */
const UNREAD_BYTES_MAX = 64 * 1024;

/** Live events for any number of clients over one database connection. */
export type LiveFeed = {
  /** A stream of server-sent events that starts with `ready`: from here on nothing is missed, read now. */
  readonly open: () => Readable;
  readonly close: () => Promise<void>;
};

export async function openLiveFeed(database: Database, onError: (error: Error) => void): Promise<LiveFeed> {
  const clients = new Set<PassThrough>();

  const sendAll = (text: string) => clients.forEach((client) => send(client, text));

  const listening = await listen(database, {
    channel: CHANNEL,
    onMessage: (payload) => sendAll(`data: ${payload}\n\n`),
    onConnect: () => sendAll(READY), // what happened while we were away is told by nobody
    onError,
  });
  const heartbeat = setInterval(() => sendAll(": still here\n\n"), HEARTBEAT_MS);

  return {
    open() {
      const client = new PassThrough();
      const lifetime = setTimeout(() => client.end(), LIFETIME_MS);
      clients.add(client);
      client.once("close", () => {
        clearTimeout(lifetime);
        clients.delete(client);
      });
      client.write(READY);
      return client;
    },
    async close() {
      clearInterval(heartbeat);
      clients.forEach((client) => client.end());
      await listening.stop();
    },
  };
}

const READY = "event: ready\ndata: {}\n\n";

function send(client: PassThrough, text: string): void {
  if (client.writableLength + client.readableLength > UNREAD_BYTES_MAX) client.destroy();
  else client.write(text);
}

import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Database } from "../store/database.ts";
import { testDatabase } from "../store/testing.ts";
import { openLiveFeed, type LiveFeed } from "./live-feed.ts";

let database: Database;
let feed: LiveFeed;
const errors: Error[] = [];

beforeAll(async () => {
  database = await testDatabase();
  feed = await openLiveFeed(database, (error) => errors.push(error));
});
afterAll(async () => {
  await feed.close();
  await database.close();
});

const notify = (payload: string) => database.pool.query("select pg_notify('heddle_live', $1)", [payload]);

it("drops a client that does not read, and serves the others on", async () => {
  const [slow, quick] = [feed.open(), feed.open()];
  let read = "";
  quick.on("data", (chunk: Buffer) => (read += chunk.toString()));

  const payload = JSON.stringify({ subject: "x".repeat(7_000) });
  for (let sent = 0; sent < 12; sent++) await notify(payload);
  await notify('{"subject":"the last"}');

  await vi.waitFor(() => expect(read).toContain("the last"), 60_000);
  expect(slow.destroyed).toBe(true);
  expect(quick.destroyed).toBe(false);
});

it("finds its way back when its database connection breaks, and says so", async () => {
  const client = feed.open();
  let read = "";
  client.on("data", (chunk: Buffer) => (read += chunk.toString()));
  await vi.waitFor(() => expect(read).toBe("event: ready\ndata: {}\n\n"), 60_000);

  await database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%' and datname = current_database()",
  );

  await vi.waitFor(() => expect(read.match(/event: ready/g)).toHaveLength(2), 60_000);
  expect(errors).not.toEqual([]);
  await notify('{"subject":"after the break"}');
  await vi.waitFor(() => expect(read).toContain("after the break"), 60_000);
});

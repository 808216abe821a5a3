import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Database } from "../store/database.ts";
import { testDatabase } from "../store/testing.ts";
import { startPolling } from "./poller.ts";

let database: Database;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("polls again and again, on one hub at a time", async () => {
  let atOnce = 0;
  let most = 0;
  let polls = 0;
  const poll = async () => {
    polls++;
    most = Math.max(most, ++atOnce);
    await database.pool.query("select pg_sleep(0.02)"); // a poll that takes longer than the interval
    atOnce--;
  };
  const hubs = [1, 2, 3].map(() => startPolling({ database, name: "plm changes", everyMs: 10, poll }));

  await vi.waitFor(() => expect(polls).toBeGreaterThan(5), 60_000);
  await Promise.all(hubs.map((hub) => hub.stop()));
  expect(most).toBe(1);
});

it("polls at once when asked, and not before its time otherwise", async () => {
  let polls = 0;
  const poll = async () => void polls++;
  const hub = startPolling({ database, name: "erp orders", everyMs: 3_600_000, poll });
  await vi.waitFor(() => expect(polls).toBe(1), 60_000);
  const second = startPolling({ database, name: "erp orders", everyMs: 3_600_000, poll });

  await hub.now();

  await vi.waitFor(() => expect(polls).toBe(2), 60_000);
  await Promise.all([hub.stop(), second.stop()]);
  expect(polls).toBe(2);
});

it("goes on after a poll that failed, and tells of it", async () => {
  const told: string[] = [];
  let polls = 0;
  const poll = async () => {
    if (++polls === 1) throw new Error("plm is unreachable");
  };
  const hub = startPolling({
    database,
    name: "plm orders",
    everyMs: 10,
    poll,
    onError: (error) => told.push(error.message),
  });

  await vi.waitFor(() => expect(polls).toBeGreaterThan(1), 60_000);
  await hub.stop();
  expect(told).toEqual(["plm is unreachable"]);
});

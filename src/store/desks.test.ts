import type { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { PlantId } from "../domain/ids.ts";
import type { Database } from "./database.ts";
import { checkDesk, DeskLost, hadDesk, keepDesk, leaveDesk, takeDesk, type DeskToken } from "./desks.ts";
import { showPresence } from "./leases.ts";
import { testDatabase } from "./testing.ts";

const P1 = "P1" as PlantId;
const LONG_MS = 60_000;

let database: Database;
const sessions = new Map<string, Client>();

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate desks");
  await Promise.all(["hub-1", "hub-2"].map(comes));
});
afterEach(() => Promise.all([...sessions.keys()].map(dies)));

/** A hub shows that it lives. */
async function comes(holder: string): Promise<void> {
  const session = await database.connect();
  await showPresence(session, holder);
  sessions.set(holder, session);
}

async function dies(holder: string): Promise<void> {
  await sessions.get(holder)?.end();
  sessions.delete(holder);
}

function takes(holder: string, { plant = P1, leaseMs = LONG_MS } = {}): ReturnType<typeof takeDesk> {
  return takeDesk(database.pool, { plant, holder, leaseMs });
}

async function desk(
  holder: string,
  more: { plant?: PlantId; leaseMs?: number } = {},
): Promise<NonNullable<Awaited<ReturnType<typeof takeDesk>>>> {
  const token = await takes(holder, more);
  if (token === null) throw new Error(`${holder} does not get the desk`);
  return token;
}

/** What a hub writes, if it may. */
function writes(token: DeskToken): Promise<string> {
  return database.transaction(async (tx) => {
    await checkDesk(tx, token);
    return "written";
  });
}

describe("a plant's desk", () => {
  it("has one holder at a time", async () => {
    const first = await desk("hub-1");

    expect(first).toMatchObject({ plant: P1, fence: 1, holder: "hub-1", outage: { from: null } });
    expect(await takes("hub-2")).toBeNull();
    expect(await takes("hub-1")).toBeNull();
    expect(await takes("hub-2", { plant: "P2" as PlantId })).toMatchObject({ fence: 1 });
  });

  it("tells its next holder since when nobody was there", async () => {
    const first = await desk("hub-1");
    await leaveDesk(database.pool, first);
    const { outage } = await desk("hub-2");

    expect(outage.from).not.toBeNull();
    expect(Date.parse(outage.from ?? "")).toBeLessThan(Date.parse(outage.to));
  });

  it("goes to one of many who reach for it", async () => {
    const reached = await Promise.all(Array.from({ length: 8 }, (_, at) => takes(`hub-${(at % 2) + 1}`)));

    expect(reached.filter((token) => token !== null)).toHaveLength(1);
  });

  it("is taken over at once when its holder's connection is gone", async () => {
    await desk("hub-1");
    await dies("hub-1");

    const next = await vi.waitFor(() => desk("hub-2"), 60_000);
    expect(next.fence).toBe(2);
  });

  it("is taken over when its holder fell silent, and only then", async () => {
    const silent = await desk("hub-1", { leaseMs: 200 });
    expect(await takes("hub-2")).toBeNull();

    expect(await vi.waitFor(() => desk("hub-2"), 60_000)).toMatchObject({ fence: 2 });
    expect(await keepDesk(database.pool, silent, LONG_MS)).toBe(false);
  });

  it("is kept by a holder that speaks up", async () => {
    const held = await desk("hub-1", { leaseMs: 0 });

    expect(await keepDesk(database.pool, held, LONG_MS)).toBe(true);
    expect(await takes("hub-2")).toBeNull();
  });

  it("is free when its holder leaves", async () => {
    await leaveDesk(database.pool, await desk("hub-1"));

    expect(await desk("hub-2")).toMatchObject({ fence: 2 });
  });

  it("is remembered", async () => {
    expect(await hadDesk(database.pool, P1)).toBe(false);
    await leaveDesk(database.pool, await desk("hub-1"));
    expect(await hadDesk(database.pool, P1)).toBe(true);
  });
});

describe("the desk's fence", () => {
  it("lets its holder write", async () => {
    expect(await writes(await desk("hub-1"))).toBe("written");
  });

  it("refuses who has lost the desk, although it was the same hub", async () => {
    const late = await desk("hub-1", { leaseMs: 0 });
    await vi.waitFor(() => desk("hub-1"), 60_000);

    await expect(writes(late)).rejects.toThrow(DeskLost);
    await expect(writes(late)).rejects.toThrow("the desk of plant P1 (fence 1) is lost");
  });

  it("cannot be taken away from who left late: leaving touches one's own only", async () => {
    const late = await desk("hub-1", { leaseMs: 0 });
    const next = await vi.waitFor(() => desk("hub-2"), 60_000);
    await leaveDesk(database.pool, late);

    expect(await writes(next)).toBe("written");
    expect(await takes("hub-1")).toBeNull();
  });

  it("keeps the desk from being taken over before a write has come to its end", async () => {
    const slow = await desk("hub-1", { leaseMs: 0 });
    const takenOver = Promise.withResolvers<DeskToken | null>();
    const order: string[] = [];
    await database.transaction(async (tx) => {
      await checkDesk(tx, slow);
      const taking = takes("hub-2").then((token) => {
        order.push("taken over");
        return token;
      });
      taking.then(takenOver.resolve, takenOver.reject);
      await vi.waitFor(isOneWaiting, 60_000);
      order.push("written");
    });

    expect(await takenOver.promise).toMatchObject({ fence: 2 });
    expect(order).toEqual(["written", "taken over"]);
  });
});

/** Somebody in this database waits for somebody's lock. */
async function isOneWaiting(): Promise<void> {
  const { rowCount } = await database.pool.query(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  expect(rowCount).toBe(1);
}

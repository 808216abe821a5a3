import type { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PlantId, ProductionOrderId } from "../domain/ids.ts";
import { DeskLost } from "../store/desks.ts";
import { showPresence } from "../store/leases.ts";
import { dueOrders, wakeOrders, workOff, type DueOrder } from "../store/order-wakes.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import { startDesk, type Desk, type DeskHold, type DeskOptions } from "./desk.ts";

const P1 = "P1" as PlantId;

let database: TestDatabase;
const sessions: Client[] = [];
const desks: Desk[] = [];
const goOns: (() => void)[] = [];

beforeEach(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  for (const goOn of goOns.splice(0)) goOn();
  await Promise.all(desks.splice(0).map((desk) => desk.stop()));
  await Promise.all(sessions.splice(0).map((session) => session.end()));
  await database.close();
});

/** A hub with a desk in plant P1. Its looks do nothing but rest, unless `look` says otherwise. */
async function hub(
  holder: string,
  { look, ...more }: Partial<DeskOptions> & { readonly look?: (due: DueOrder, hold: DeskHold) => Promise<void> } = {},
) {
  const session = await database.connect();
  await showPresence(session, holder);
  sessions.push(session);
  const errors: Error[] = [];
  const desk = await startDesk({
    database,
    plant: P1,
    holder,
    open: (hold) => (due) => (look ?? rest)(due, hold),
    ready: () => Promise.resolve(true),
    onError: (error) => errors.push(error),
    ...more,
  });
  desks.push(desk);
  return { stop: () => desk.stop(), errors, dies: () => session.end() };
}

/** The look came to its end, and nothing is left to do. */
async function rest({ order, asked }: DueOrder, { commit }: DeskHold): Promise<void> {
  await commit((tx) => workOff(tx, P1, [{ order, asked, priority: 0, againMs: null, why: null, attempt: 0 }]));
}

function wake(...orders: string[]): Promise<void> {
  return wakeOrders(database.pool, P1, orders as ProductionOrderId[], { why: "released" });
}

async function waiting(): Promise<number> {
  return (await dueOrders(database.pool, P1, { limit: 1_000, except: [] })).length;
}

/** Something that happens when the test says so. */
function signal() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { given: promise, give: resolve };
}

/** Looks that wait for a signal, and who is under way and how often. */
function slowLooks() {
  const goOn = signal();
  goOns.push(goOn.give);
  const underway: string[] = [];
  const looked: string[] = [];
  let isTwice = false;
  return {
    goOn: goOn.give,
    underway,
    looked,
    isTwice: () => isTwice,
    look: async (due: DueOrder, hold: DeskHold): Promise<void> => {
      isTwice ||= underway.includes(due.order);
      underway.push(due.order);
      looked.push(due.order);
      try {
        await goOn.given;
        await rest(due, hold);
      } finally {
        underway.splice(underway.indexOf(due.order), 1);
      }
    },
  };
}

describe("a plant's desk", () => {
  it("looks at many orders at once, and at each alone", async () => {
    const looks = slowLooks();
    await hub("hub-1", { look: looks.look });
    await wake("MO-1", "MO-2", "MO-3");
    await vi.waitFor(() => expect(looks.underway.toSorted()).toEqual(["MO-1", "MO-2", "MO-3"]), 60_000);

    await wake("MO-2", "MO-4"); // MO-4 shows that the desk has heard of it
    await vi.waitFor(() => expect(looks.underway).toContain("MO-4"), 60_000);
    expect(looks.looked.filter((order) => order === "MO-2")).toHaveLength(1);
    looks.goOn();

    await vi.waitFor(async () => expect(await waiting()).toBe(0), 60_000);
    expect(looks.looked.toSorted()).toEqual(["MO-1", "MO-2", "MO-2", "MO-3", "MO-4"]);
    expect(looks.isTwice()).toBe(false);
  });

  it("looks at no more at once than it may", async () => {
    const looks = slowLooks();
    await hub("hub-1", { look: looks.look, atOnce: 2 });
    await wake("MO-1", "MO-2", "MO-3");
    await vi.waitFor(() => expect(looks.underway).toHaveLength(2), 60_000);
    looks.goOn();

    await vi.waitFor(() => expect(looks.looked).toHaveLength(3), 60_000);
    await vi.waitFor(async () => expect(await waiting()).toBe(0), 60_000);
  });

  it("works off what waited before it was there, and what comes to its time", async () => {
    await wake("MO-1");
    const looked: string[] = [];
    await hub("hub-1", {
      async look(due, { commit }) {
        looked.push(due.why);
        const again = { order: due.order, asked: due.asked, priority: 0, attempt: 0 };
        const later = looked.length === 1 ? { againMs: 100, why: "its shift starts" } : { againMs: null, why: null };
        await commit((tx) => workOff(tx, P1, [{ ...again, ...later }]));
      },
    });

    await vi.waitFor(() => expect(looked).toEqual(["released", "its shift starts"]), 60_000);
  });

  it("leaves orders alone while the systems are away", async () => {
    let isReady = false;
    const asked = vi.fn(() => Promise.resolve(isReady));
    const looks = slowLooks();
    looks.goOn();
    await hub("hub-1", { look: looks.look, ready: asked });
    await wake("MO-1");
    await vi.waitFor(() => expect(asked.mock.calls.length).toBeGreaterThan(1), 60_000);
    expect(looks.looked).toEqual([]);

    isReady = true;
    await vi.waitFor(() => expect(looks.looked).toEqual(["MO-1"]), 60_000);
  });

  it("tells of a look that throws, and tries it again", async () => {
    let looks = 0;
    const { errors } = await hub("hub-1", {
      async look(due, hold) {
        looks += 1;
        if (looks === 1) throw new Error("the database hiccuped");
        await rest(due, hold);
      },
    });
    await wake("MO-1");

    await vi.waitFor(async () => expect(await waiting()).toBe(0), 60_000);
    expect(errors.map(({ message }) => message)).toEqual(["the database hiccuped"]);
    expect(looks).toBe(2);
  });

  it("ends what is under way before it stops", async () => {
    const looks = slowLooks();
    const { stop } = await hub("hub-1", { look: looks.look });
    await wake("MO-1");
    await vi.waitFor(() => expect(looks.underway).toEqual(["MO-1"]), 60_000);
    const stopped = stop();
    looks.goOn();
    await stopped;

    expect(await waiting()).toBe(0);
    await wake("MO-2");
    expect(looks.looked).toEqual(["MO-1"]);
  });

  it("looks at nothing twice at once when it trips over something else", async () => {
    const looks = slowLooks();
    let trips = false;
    const { errors } = await hub("hub-1", {
      look: looks.look,
      ready: () => (trips ? Promise.reject(new Error("who is there?")) : Promise.resolve(true)),
    });
    await wake("MO-1");
    await vi.waitFor(() => expect(looks.underway).toEqual(["MO-1"]), 60_000);
    trips = true;
    await wake("MO-2");
    await vi.waitFor(() => expect(errors).not.toEqual([]), 60_000);
    trips = false;
    await vi.waitFor(() => expect(looks.underway).toContain("MO-2"), 60_000);

    expect(looks.looked).toEqual(["MO-1", "MO-2"]);
    expect(errors[0]?.message).toBe("who is there?");
    looks.goOn();
    await vi.waitFor(async () => expect(await waiting()).toBe(0), 60_000);
  });
});

describe("when a hub dies", () => {
  it("another takes its desk over, and what the dead one still writes is refused", async () => {
    const late = signal();
    const outcome = Promise.withResolvers<unknown>();
    const doomed = await hub("hub-1", {
      async look(due, hold) {
        await late.given;
        await rest(due, hold).then(outcome.resolve, outcome.resolve);
      },
    });
    await wake("MO-1");
    const looks = slowLooks();
    const next = await hub("hub-2", { look: looks.look });
    await doomed.dies();

    await vi.waitFor(() => expect(looks.underway).toEqual(["MO-1"]), 60_000);
    late.give();
    expect(await outcome.promise).toBeInstanceOf(DeskLost);
    expect(await waiting()).toBe(1);
    looks.goOn();
    await vi.waitFor(async () => expect(await waiting()).toBe(0), 60_000);
    expect(next.errors).toEqual([]);
  });

  it("nothing that cannot be taken back is begun once the desk is lost", async () => {
    const holds: DeskHold[] = [];
    const looks = slowLooks();
    const doomed = await hub("hub-1", {
      leaseMs: 300,
      look(due, hold) {
        holds.push(hold);
        return looks.look(due, hold);
      },
    });
    await wake("MO-1");
    await vi.waitFor(() => expect(looks.underway).toEqual(["MO-1"]), 60_000);
    holds[0]?.assertHeld();

    await doomed.dies();
    const other = slowLooks();
    await hub("hub-2", { look: other.look });
    await vi.waitFor(() => expect(other.underway).toEqual(["MO-1"]), 60_000);

    await vi.waitFor(() => expect(() => holds[0]?.assertHeld()).toThrow(DeskLost), 60_000);
    looks.goOn();
    other.goOn();
  });
});

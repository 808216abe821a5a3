import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Day } from "../../src/domain/calendar.ts";
import { DEFAULT_ORDER_RULES, type OrderRules } from "../../src/domain/orders/order-rules.ts";
import { WEEKDAYS } from "../../src/domain/orders/shift-calendar.ts";
import { shiftBatches } from "../../src/store/orders.ts";
import { orderBooks, type OrderBooksByHand } from "../kit/order-books.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";

/** A round-the-clock plant, with two starts that fall into the hours that clock changes skip or repeat. */
const SHIFTS = ["01:30", "02:30", "06:00", "14:00", "22:00"].map((start) => ({ name: start, start, days: WEEKDAYS }));

function rulesOf(timeZone: string): OrderRules {
  return {
    ...DEFAULT_ORDER_RULES,
    dispatch: "shift start",
    byType: new Map([["rework", "on release"]]),
    calendar: { timeZone, shifts: SHIFTS, closed: ["2027-07-14" as Day] },
    urgentFrom: 500,
  };
}

/** Every start from a Saturday's early shift to the Monday's after the night in which the clock changes. */
const NIGHTS = [
  {
    what: "a day of 23 hours in Berlin",
    timeZone: "Europe/Berlin",
    starts: [
      ["2027-03-27", "06:00", "2027-03-27T05:00:00.000Z"],
      ["2027-03-27", "14:00", "2027-03-27T13:00:00.000Z"],
      ["2027-03-27", "22:00", "2027-03-27T21:00:00.000Z"],
      ["2027-03-28", "01:30", "2027-03-28T00:30:00.000Z"],
      ["2027-03-28", "02:30", "2027-03-28T01:00:00.000Z"], // the clock goes from 02:00 to 03:00
      ["2027-03-28", "06:00", "2027-03-28T04:00:00.000Z"],
      ["2027-03-28", "14:00", "2027-03-28T12:00:00.000Z"],
      ["2027-03-28", "22:00", "2027-03-28T20:00:00.000Z"],
      ["2027-03-29", "01:30", "2027-03-28T23:30:00.000Z"],
      ["2027-03-29", "02:30", "2027-03-29T00:30:00.000Z"],
      ["2027-03-29", "06:00", "2027-03-29T04:00:00.000Z"],
    ],
  },
  {
    what: "a day of 25 hours in Berlin",
    timeZone: "Europe/Berlin",
    starts: [
      ["2027-10-30", "06:00", "2027-10-30T04:00:00.000Z"],
      ["2027-10-30", "14:00", "2027-10-30T12:00:00.000Z"],
      ["2027-10-30", "22:00", "2027-10-30T20:00:00.000Z"],
      ["2027-10-31", "01:30", "2027-10-30T23:30:00.000Z"],
      ["2027-10-31", "02:30", "2027-10-31T00:30:00.000Z"], // and again at 01:30 UTC, which is no start
      ["2027-10-31", "06:00", "2027-10-31T05:00:00.000Z"],
      ["2027-10-31", "14:00", "2027-10-31T13:00:00.000Z"],
      ["2027-10-31", "22:00", "2027-10-31T21:00:00.000Z"],
      ["2027-11-01", "01:30", "2027-11-01T00:30:00.000Z"],
      ["2027-11-01", "02:30", "2027-11-01T01:30:00.000Z"],
      ["2027-11-01", "06:00", "2027-11-01T05:00:00.000Z"],
    ],
  },
  {
    what: "a day of 23 hours in Chicago",
    timeZone: "America/Chicago",
    starts: [
      ["2027-03-13", "06:00", "2027-03-13T12:00:00.000Z"],
      ["2027-03-13", "14:00", "2027-03-13T20:00:00.000Z"],
      ["2027-03-13", "22:00", "2027-03-14T04:00:00.000Z"],
      ["2027-03-14", "01:30", "2027-03-14T07:30:00.000Z"],
      ["2027-03-14", "02:30", "2027-03-14T08:00:00.000Z"], // the clock goes from 02:00 to 03:00
      ["2027-03-14", "06:00", "2027-03-14T11:00:00.000Z"],
      ["2027-03-14", "14:00", "2027-03-14T19:00:00.000Z"],
      ["2027-03-14", "22:00", "2027-03-15T03:00:00.000Z"],
      ["2027-03-15", "01:30", "2027-03-15T06:30:00.000Z"],
      ["2027-03-15", "02:30", "2027-03-15T07:30:00.000Z"],
      ["2027-03-15", "06:00", "2027-03-15T11:00:00.000Z"],
    ],
  },
  {
    what: "a day of 25 hours in Chicago",
    timeZone: "America/Chicago",
    starts: [
      ["2027-11-06", "06:00", "2027-11-06T11:00:00.000Z"],
      ["2027-11-06", "14:00", "2027-11-06T19:00:00.000Z"],
      ["2027-11-06", "22:00", "2027-11-07T03:00:00.000Z"],
      ["2027-11-07", "01:30", "2027-11-07T06:30:00.000Z"], // and again at 07:30 UTC, which is no start
      ["2027-11-07", "02:30", "2027-11-07T08:30:00.000Z"],
      ["2027-11-07", "06:00", "2027-11-07T12:00:00.000Z"],
      ["2027-11-07", "14:00", "2027-11-07T20:00:00.000Z"],
      ["2027-11-07", "22:00", "2027-11-08T04:00:00.000Z"],
      ["2027-11-08", "01:30", "2027-11-08T07:30:00.000Z"],
      ["2027-11-08", "02:30", "2027-11-08T08:30:00.000Z"],
      ["2027-11-08", "06:00", "2027-11-08T12:00:00.000Z"],
    ],
  },
] as const;

type Trial = {
  readonly hub: TrialHub;
  readonly books: OrderBooksByHand;
  /** Moves the hub's clock and lets it do what is due by then. */
  readonly clockShows: (instant: string) => Promise<void>;
  readonly setClock: (instant: string) => void;
  /** The orders in the MES, oldest first. */
  readonly inMes: () => Promise<string[]>;
};

async function startTrial(timeZone: string, begins: string, atOnce = 400): Promise<Trial> {
  let clock = new Date(begins);
  const hub = await startTrialHub({ orders: rulesOf(timeZone), timeZone, now: () => clock, atOnce });
  const books = orderBooks(hub);
  await hub.watch();
  await hub.ordersRest(); // what the seed brings goes with the first shift, or is looked at and left
  const setClock = (instant: string) => void (clock = new Date(instant));
  return {
    hub,
    books,
    setClock,
    async clockShows(instant) {
      setClock(instant);
      await hub.lookAtShifts();
    },
    async inMes() {
      const jobs = await books.jobs();
      return jobs.toSorted((a, b) => a.sequence - b.sequence).map(({ order }) => order);
    },
  };
}

const shifted = (instant: string, seconds: number) => new Date(Date.parse(instant) + seconds * 1_000).toISOString();

describe.each(NIGHTS)("$what", ({ timeZone, starts }) => {
  const begins = shifted(starts[0][2], -3_600);
  let trial: Trial;
  beforeAll(async () => {
    trial = await startTrial(timeZone, begins);
  });
  afterAll(() => trial.hub.close());

  it("has each order go once, with the shift that it is planned to start in, and not a second before", async () => {
    const { hub, books, clockShows, inMes } = trial;
    const wanted: { order: string; at: string }[] = [];
    for (const [, , at] of starts) {
      for (const startTime of [at, shifted(at, 20 * 60)]) {
        wanted.push({ order: (await books.released("FX-210", "2", { startTime })).number, at });
      }
    }
    await hub.watch();
    await hub.ordersRest();
    const own = new Set(wanted.map(({ order }) => order));
    const gone = async () => (await inMes()).filter((order) => own.has(order)).toSorted();
    const due = (now: string) => wanted.flatMap(({ order, at }) => (at <= now ? [order] : [])).toSorted();
    expect(await gone()).toEqual([]);

    const previewed = (await shiftBatches(hub.database.pool, "1000")).filter(({ at }) => at > begins);
    for (const [day, shift, at] of starts) {
      expect(previewed).toContainEqual(expect.objectContaining({ day, shift, at, firstDispatchedAt: null }));
    }
    for (const [, , at] of starts) {
      for (const now of [shifted(at, -1), at, shifted(at, 900)]) {
        await clockShows(now);
        expect(await gone(), now).toEqual(due(now));
      }
    }
    for (const { order, at } of wanted) {
      expect(await books.logOf(order)).toEqual(["RECEIVED"]);
      expect(await hub.orderReaches(order, "dispatched")).toMatchObject({ shiftAt: at, dispatchedAt: at });
    }
    const batches = await shiftBatches(hub.database.pool, "1000");
    for (const [day, shift, at] of starts) {
      const batch = batches.find((one) => one.at === at);
      expect(batch).toMatchObject({ day, shift, firstDispatchedAt: at, lastDispatchedAt: at });
      expect(batch?.states).toEqual({ dispatched: batch?.orders });
    }
  });
});

describe("a shift's batch", () => {
  /** Monday 12 July 2027; 06:00 in Berlin is 04:00 UTC. */
  const EARLY = "2027-07-12T04:00:00.000Z";
  const LATE = "2027-07-12T12:00:00.000Z";
  const NIGHT = "2027-07-12T20:00:00.000Z";
  let trial: Trial;
  beforeAll(async () => {
    trial = await startTrial("Europe/Berlin", "2027-07-12T03:00:00.000Z", 10);
  });
  afterAll(() => trial.hub.close());

  const news = async () => {
    await trial.hub.watch();
    await trial.hub.ordersRest();
  };
  const batchAt = async (at: string) =>
    (await shiftBatches(trial.hub.database.pool, "1000")).find((batch) => batch.at === at) ?? null;

  it("is caught up once when the hub was down at its start", async () => {
    const { hub, books, inMes, setClock } = trial;
    const orders = [];
    for (let at = 0; at < 30; at += 1) orders.push(await books.released("FX-210", "1", { startTime: EARLY }));
    const later = await books.released("FX-210", "1", { startTime: LATE });
    await news();
    expect(await batchAt(EARLY)).toMatchObject({ shift: "06:00", states: { scheduled: expect.any(Number) } });
    await hub.desk.stop();
    setClock("2027-07-12T05:17:00.000Z");
    expect(await inMes()).toEqual([]);
    await hub.desk.start();
    await hub.ordersRest();
    const gone = await inMes();
    for (const { number } of orders) expect(gone.filter((order) => order === number)).toHaveLength(1);
    expect(gone).not.toContain(later.number);
    expect(await batchAt(EARLY)).toMatchObject({
      states: { dispatched: gone.length },
      firstDispatchedAt: "2027-07-12T05:17:00.000Z",
    });
    await hub.desk.stop();
    await hub.desk.start();
    await hub.ordersRest();
    for (const { number } of orders) expect(await books.logOf(number)).toEqual(["RECEIVED"]);
  });

  it("loses an order that is moved to a later shift before its start", async () => {
    const { hub, books, clockShows, inMes } = trial;
    const moved = await books.released("FX-210", "1", { startTime: LATE });
    const brought = await books.released("FX-210", "1", { startTime: NIGHT });
    await news();
    await books.edit(moved.number, { startTime: NIGHT });
    await books.edit(brought.number, { startTime: LATE });
    await news();
    await clockShows(LATE);
    expect(await inMes()).not.toContain(moved.number);
    expect(await inMes()).toContain(brought.number);
    await clockShows(NIGHT);
    expect(await hub.orderReaches(moved.number, "dispatched")).toMatchObject({
      shiftName: "22:00",
      dispatchedAt: NIGHT,
    });
    expect(await books.logOf(moved.number)).toEqual(["RECEIVED"]);
  });

  it("does not keep what is urgent, or rework, waiting", async () => {
    const { hub, books, inMes } = trial;
    const startTime = "2027-07-13T12:00:00.000Z";
    const urgent = await books.released("FX-210", "1", { startTime, priority: 500 });
    const usual = await books.released("FX-210", "1", { startTime, priority: 499 });
    const rework = await hub.erp.send<{ number: string }>("POST", `/erp/v1/production-orders/${usual.number}/rework`, {
      quantity: "1",
      startTime,
    });
    await books.step(rework.number, "release");
    await news();
    expect(await inMes()).toContain(urgent.number);
    expect(await inMes()).toContain(rework.number);
    await hub.orderReaches(usual.number, "scheduled");
    await books.edit(usual.number, { priority: 501 });
    await news();
    await hub.orderReaches(usual.number, "dispatched");
  });

  it("sends the orders of a higher priority first", async () => {
    const { books, clockShows, inMes } = trial;
    const startTime = "2027-07-13T04:00:00.000Z";
    const first: string[] = [];
    const all: string[] = [];
    for (let at = 0; at < 60; at += 1) {
      const isFirst = at % 6 === 5;
      const { number } = await books.released("FX-210", "1", { startTime, priority: isFirst ? 99 : 1 });
      all.push(number);
      if (isFirst) first.push(number);
    }
    await news();
    await clockShows(startTime);
    const gone = (await inMes()).filter((order) => all.includes(order));
    expect(gone).toHaveLength(60);
    const places = first.map((order) => gone.indexOf(order));
    expect(Math.max(...places)).toBeLessThan(20); // ten go side by side
  });

  it("leaves out the days on which the plant is closed", async () => {
    const { hub, books, clockShows, inMes } = trial;
    const { number } = await books.released("FX-210", "1", { startTime: "2027-07-14T05:00:00.000Z" });
    await news();
    // Tuesday's night shift is the last one to begin before the order is to start.
    expect(await hub.orderReaches(number, "scheduled")).toMatchObject({ shiftDay: "2027-07-13", shiftName: "22:00" });
    await clockShows("2027-07-13T19:59:59.000Z");
    expect(await inMes()).not.toContain(number);
    await clockShows("2027-07-13T20:00:00.000Z");
    expect(await inMes()).toContain(number);
  });
});

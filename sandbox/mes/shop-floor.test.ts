import fc from "fast-check";
import { expect, it } from "vitest";
import { match, trial, trialFolder, type Client } from "../http/trial.ts";
import type { ShopEvent } from "./event.ts";
import { startSandboxMes } from "./server.ts";

const CLOCK = "2026-03-02T05:00:00.000Z";
const HOUR = 3600;
const CALM = { seed: 1, scrapPercent: 0, reworkPercent: 0, latePercent: 0, twicePercent: 0 };
const ROUGH = { seed: 7, scrapPercent: 15, reworkPercent: 15, latePercent: 20, twicePercent: 20 };

const BLOWER = {
  itemCode: "FX-210",
  name: "Blower module",
  operations: [
    { operation: "0010", name: "Assemble", workCenter: "ASM-1", setupSeconds: 600, runSeconds: 420 },
    { operation: "0020", name: "Test", workCenter: "TST-1", setupSeconds: 180, runSeconds: 90 },
  ],
  components: [
    { line: "0010", operation: "0010", itemCode: "MOT-024", quantity: "5", unit: "EA", supplyType: "PUSH" },
    {
      line: "0020",
      operation: "0010",
      itemCode: "SMP-101",
      quantity: "11",
      unit: "EA",
      supplyType: "PULL",
      lot: "L-7",
    },
    { line: "0030", operation: "0010", itemCode: "LOCTITE-243", quantity: "2.5", unit: "GRM", supplyType: "BULK" },
  ],
};
const BRACKET = {
  itemCode: "SMP-101",
  name: "Motor bracket",
  operations: [{ operation: "0010", name: "Cut", workCenter: "LAS-1", setupSeconds: 900, runSeconds: 25 }],
  components: [
    {
      line: "0010",
      operation: "0010",
      itemCode: "RAW-DC01-15",
      quantity: "1.06",
      unit: "KGM",
      supplyType: "BACKFLUSH",
    },
  ],
};

type Recorded = ShopEvent & { readonly recordedAt: string; readonly sequence: number };

async function shop(rules: typeof CALM, options: { folder?: string } = {}) {
  const { client, server } = await trial(startSandboxMes, { seed: true, clock: CLOCK, ...options });
  await client("PUT", "/_sandbox/shop", rules);
  return { client, server };
}

function send(client: Client, order: string, what: object, more: object = {}) {
  const job = { externalId: `1000:${order}`, plant: "1000", order, version: 1, quantity: "5", unit: "EA", priority: 0 };
  return client("POST", "/mes/v1/job-orders", { ...job, ...what, ...more });
}

const advance = (client: Client, seconds: number) => client("POST", "/_sandbox/advance", { seconds });
const read = async (client: Client, order: string) => (await client("GET", `/mes/v1/job-orders/1000:${order}`)).body;

async function events(client: Client, query = ""): Promise<readonly Recorded[]> {
  const all: Recorded[] = [];
  for (let cursor = 0; ;) {
    const { body } = await client("GET", `/mes/v1/events?since=${cursor}&limit=50${query}`);
    all.push(...body.value);
    cursor = body.cursor;
    if (body.more === false) return all;
  }
}

/** What was told, without where it stands in the list. */
async function told(client: Client): Promise<readonly Omit<Recorded, "sequence">[]> {
  return (await events(client)).map(({ sequence: _sequence, ...event }) => event);
}

/** Each once, in the order in which they happened. */
function asHappened<Event extends ShopEvent>(recorded: readonly Event[]): readonly Event[] {
  const once = new Map(recorded.map((event) => [event.id, event]));
  return [...once.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function sum(recorded: readonly ShopEvent[], which: "good" | "scrap" | "rework", operation: string): number {
  const counted = asHappened(recorded).filter((event) => event.operation === operation);
  return counted.reduce((total, { quantities }) => total + Number(quantities?.[which] ?? 0), 0);
}

it("takes a job through its operations, piece by piece, and reports what it does and takes", async () => {
  const { client } = await shop(CALM);
  await send(client, "MO-1", BLOWER, { quantity: "1", components: BLOWER.components.slice(0, 1) });
  await advance(client, HOUR);
  const happened = (await events(client)).map(({ type, operation, station, material, measurement, serials }) =>
    [operation, type, station, material?.quantity, measurement?.passed, ...serials].filter(Boolean).join(" "),
  );
  expect(happened).toEqual([
    "0010 OPERATION_STARTED ASM-1/1",
    "0010 SETUP_COMPLETED ASM-1/1",
    "0010 CONSUMED ASM-1/1 5 FX-210-000001-0001",
    "0010 GOOD ASM-1/1 FX-210-000001-0001",
    "0010 OPERATION_COMPLETED ASM-1/1 FX-210-000001-0001",
    "0020 OPERATION_STARTED TST-1/1",
    "0020 SETUP_COMPLETED TST-1/1",
    "0020 MEASURED TST-1/1 true FX-210-000001-0001",
    "0020 GOOD TST-1/1 FX-210-000001-0001",
    "0020 OPERATION_COMPLETED TST-1/1 FX-210-000001-0001",
  ]);
  expect(await read(client, "MO-1")).toMatchObject({ state: "ENDED", good: "1", scrap: "0" });
});

it("says of every event who, where, when and on which job", async () => {
  const { client } = await shop(CALM);
  await send(client, "MO-1", BRACKET, { revision: "B" });
  await advance(client, HOUR);
  const good = (await events(client, "&type=GOOD"))[0];
  expect(good).toEqual({
    id: "EVT-000004",
    source: "LAS-1/1",
    type: "GOOD",
    time: expect.stringMatching(/^2026-03-02T05:15:2\d\.\d{3}Z$/),
    plant: "1000",
    order: "MO-1",
    jobNumber: "JOB-000001",
    externalId: "1000:MO-1",
    jobVersion: 1,
    itemCode: "SMP-101",
    revision: "B",
    operation: "0010",
    workCenter: "LAS-1",
    station: "LAS-1/1",
    operator: expect.stringMatching(/^OP-1\d\d$/),
    quantities: { good: "1", scrap: "0", rework: "0" },
    unit: "EA",
    workSeconds: expect.closeTo(25, -1),
    reworked: false,
    reason: null,
    lot: "JOB-000001",
    serials: [],
    material: null,
    measurement: null,
    defect: null,
    about: null,
    instead: null,
    recordedAt: good?.time,
    sequence: expect.any(Number),
  });
});

it("takes from stock what the job says in all, with lots and serial numbers", async () => {
  const { client } = await shop(CALM);
  await send(client, "MO-1", BLOWER);
  await send(client, "MO-2", BRACKET);
  await advance(client, 3 * HOUR);
  const consumed = (await events(client, "&type=CONSUMED")).map(({ material }) => material!);
  const of = (itemCode: string) => consumed.filter((material) => material.itemCode === itemCode);
  expect(of("SMP-101").map(({ quantity, lot }) => [quantity, lot])).toEqual(
    ["3", "2", "2", "2", "2"].map((quantity) => [quantity, "L-7"]),
  );
  expect(of("LOCTITE-243")).toMatchObject([{ quantity: "2.5", unit: "GRM" }]);
  expect(of("LOCTITE-243")[0]?.lot).toMatch(/^LOCTITE-243-26\d{4}[ABC]$/);
  expect(of("RAW-DC01-15")).toMatchObject([{ quantity: "1.06" }]);
  const motors = of("MOT-024").flatMap(({ serials }) => serials);
  expect(new Set(motors).size).toBe(5);
  expect(motors[0]).toMatch(/^MOT-024-S\d{8}$/);
});

it("builds in the pieces that an earlier job made, each once", async () => {
  const { client } = await shop(CALM);
  await send(client, "MO-1", BLOWER, { components: [] });
  await advance(client, 3 * HOUR);
  const inside = { line: "0010", operation: "0010", itemCode: "FX-210", quantity: "6", unit: "EA", supplyType: "PUSH" };
  await send(client, "MO-2", { ...BLOWER, itemCode: "FX-200", components: [inside] }, { quantity: "6" });
  await advance(client, 3 * HOUR);
  const built = (await events(client, "&externalId=1000:MO-2&type=CONSUMED")).map(({ serials, material }) => [
    serials[0],
    material?.serials[0],
  ]);
  expect(built.slice(0, 5)).toEqual(
    [1, 2, 3, 4, 5].map((nth) => [`FX-200-000002-000${nth}`, `FX-210-000001-000${nth}`]),
  );
  expect(built[5]?.[1]).toMatch(/^FX-210-S/);
});

it("takes from the lots that earlier jobs made, the oldest that has enough first, and then from bought ones", async () => {
  const { client } = await shop(CALM);
  for (const order of ["MO-1", "MO-2"]) await send(client, order, BRACKET, { components: [] });
  await advance(client, 3 * HOUR);
  const bracket = {
    line: "0020",
    operation: "0010",
    itemCode: "SMP-101",
    quantity: "12",
    unit: "EA",
    supplyType: "PULL",
  };
  await send(client, "MO-3", BLOWER, { quantity: "6", components: [bracket] });
  await advance(client, 3 * HOUR);
  const lots = (await events(client, "&externalId=1000:MO-3&type=CONSUMED")).map(({ material }) => material?.lot);
  expect(lots.slice(0, 4)).toEqual(["JOB-000001", "JOB-000001", "JOB-000002", "JOB-000002"]);
  for (const bought of lots.slice(4)) expect(bought).toMatch(/^SMP-101-2603\d\d[ABC]$/);
  expect(lots).toHaveLength(6);
});

it("starts no job before its time, and the more urgent one first", async () => {
  const { client } = await shop(CALM);
  await send(client, "MO-1", BRACKET);
  await send(client, "MO-2", BRACKET, { priority: 5 });
  await send(client, "MO-3", BRACKET, { priority: 9, start: "2026-03-02T05:10:00Z" });
  await advance(client, 3 * HOUR);
  const begun = (await events(client, "&type=OPERATION_STARTED")).map(({ order }) => order);
  expect(begun).toEqual(["MO-2", "MO-3", "MO-1"]);
  const { startedAt } = await read(client, "MO-2");
  expect(startedAt).toBe(CLOCK);
});

it("works at as many stations as a work center has", async () => {
  const { client } = await shop(CALM);
  for (const order of ["MO-1", "MO-2", "MO-3", "MO-4"]) await send(client, order, BLOWER);
  await advance(client, 1);
  const states = (await client("GET", "/mes/v1/job-orders")).body.value.map(({ state }: never) => state);
  expect(states).toEqual(["RUNNING", "RUNNING", "RUNNING", "ALLOWED_TO_START"]);
});

it("goes on with an interrupted piece where it was", async () => {
  const { client } = await shop(CALM);
  await send(client, "MO-1", BRACKET, { quantity: "1" });
  await advance(client, 910);
  const { etag } = await read(client, "MO-1");
  const held = await client("POST", "/mes/v1/job-orders/1000:MO-1/hold", { reason: "tool broke" }, match(etag));
  await advance(client, HOUR);
  await client("POST", "/mes/v1/job-orders/1000:MO-1/release", {}, match(held.body.etag));
  await advance(client, HOUR);
  const recorded = await events(client);
  expect(recorded.map(({ type }) => type)).toEqual([
    "OPERATION_STARTED",
    "SETUP_COMPLETED",
    "INTERRUPTED",
    "RESUMED",
    "MEASURED",
    "GOOD",
    "CONSUMED",
    "OPERATION_COMPLETED",
  ]);
  expect(recorded.find(({ type }) => type === "INTERRUPTED")).toMatchObject({
    reason: "tool broke",
    source: "LAS-1/1",
  });
  const made = recorded.find(({ type }) => type === "GOOD");
  expect(Date.parse(made?.time ?? "") - Date.parse(CLOCK)).toBe(
    900_000 + HOUR * 1000 + (made?.workSeconds ?? 0) * 1000,
  );
});

it("scraps what was begun of a cancelled job, once, and takes from stock what that used", async () => {
  const { client } = await shop(CALM);
  await send(client, "MO-1", BLOWER);
  await advance(client, 1500); // two pieces are assembled, the third is at work
  for (const reason of ["customer cancelled", "asked again"]) {
    await client("POST", "/mes/v1/job-orders/1000:MO-1/cancel", { reason });
    await advance(client, 120);
    expect((await read(client, "MO-1")).cancellation.answer).toBe("PARTLY_DONE");
  }
  const ends = await events(client, "&type=OPERATION_COMPLETED");
  expect(ends.map(({ operation, reason }) => [operation, reason])).toEqual([["0010", "JOB_CANCELLED"]]);
  await advance(client, HOUR);
  const scrapped = await events(client, "&type=SCRAP");
  expect(scrapped.map(({ quantities, reason }) => [quantities?.scrap, reason])).toEqual([["3", "JOB_CANCELLED"]]);
  const glue = (await events(client, "&type=CONSUMED")).filter(({ material }) => material?.itemCode === "LOCTITE-243");
  expect(glue.map(({ material }) => material?.quantity)).toEqual(["1"]);
  expect(await read(client, "MO-1")).toMatchObject({ state: "ABORTED", good: "0", scrap: "3" });
});

it("scraps and reworks with a defect as the reason, and measures what is out of tolerance", async () => {
  const { client } = await shop({ ...ROUGH, latePercent: 0, twicePercent: 0 });
  await send(client, "MO-1", BLOWER, { quantity: "60" });
  await advance(client, 24 * HOUR);
  const recorded = await events(client);
  const job = await read(client, "MO-1");
  expect([Number(job.good) + Number(job.scrap), job.state]).toEqual([60, "ENDED"]);
  expect(Number(job.scrap)).toBeGreaterThan(3);

  const defects = recorded.filter(({ type }) => type === "DEFECT").map(({ defect }) => defect?.code);
  const bad = recorded.filter(({ type }) => type === "SCRAP" || type === "REWORK");
  expect(bad.map(({ reason }) => reason)).toEqual(defects);
  const outside = recorded.filter(({ measurement }) => measurement?.passed === false);
  expect(outside.length).toBe(defects.filter((code) => code === "OUT_OF_TOLERANCE").length);
  expect(outside.length).toBeGreaterThan(0);
  for (const { measurement } of recorded) {
    if (measurement === null) continue;
    const { value, lower, upper, passed } = measurement;
    expect(Number(lower) <= Number(value) && Number(value) <= Number(upper)).toBe(passed);
  }
});

it("reports some events late, some twice and so some out of order, but tells no event in two ways", async () => {
  const { client } = await shop(ROUGH);
  await send(client, "MO-1", BLOWER, { quantity: "30" });
  await advance(client, 24 * HOUR);
  const recorded = await events(client);
  const once = new Map(recorded.map(({ sequence: _s, recordedAt: _r, ...event }) => [event.id, event]));
  expect(recorded.length).toBeGreaterThan(once.size);
  for (const { sequence: _s, recordedAt: _r, ...event } of recorded) expect(event).toEqual(once.get(event.id));
  const times = recorded.map(({ time }) => time);
  expect(times).not.toEqual(times.toSorted());
  expect(recorded.map(({ recordedAt }) => recordedAt)).toEqual(recorded.map(({ recordedAt }) => recordedAt).toSorted());
  expect(recorded.some(({ time, recordedAt }) => Date.parse(recordedAt) - Date.parse(time) >= 60_000)).toBe(true);
});

it("does the same however its time is cut, and counts every piece once", async () => {
  const whole = await shop(ROUGH);
  const orders = [BLOWER, BRACKET, BLOWER] as const;
  for (const [at, what] of orders.entries()) await send(whole.client, `MO-${at}`, what);
  await advance(whole.client, 8 * HOUR);
  const expected = await told(whole.client);
  for (const [at, { operations }] of orders.entries()) {
    const own = expected.filter(({ order: of }) => of === `MO-${at}`);
    let entering = 5;
    for (const { operation } of operations) {
      const good = sum(own, "good", operation);
      expect(good + sum(own, "scrap", operation)).toBe(entering);
      entering = good;
    }
  }

  const cuts = fc.array(fc.integer({ min: 1, max: 8 * HOUR }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(cuts, async (seconds) => {
      const { client } = await shop(ROUGH);
      for (const [at, what] of orders.entries()) await send(client, `MO-${at}`, what);
      let past = 0;
      for (const cut of [...seconds.toSorted((a, b) => a - b), 8 * HOUR]) {
        await advance(client, Math.max(0, cut - past));
        past = Math.max(past, cut);
      }
      expect(await told(client)).toEqual(expected);
    }),
    { numRuns: 6 },
  );
});

it("goes on after a restart as if there had been none", async () => {
  const folder = trialFolder();
  const first = await shop(ROUGH, { folder });
  await send(first.client, "MO-1", BLOWER);
  await advance(first.client, 1000);
  await first.server.close();
  const { client } = await trial(startSandboxMes, { folder, seed: true });
  expect((await client("GET", "/_sandbox/clock")).body).toEqual({ now: "2026-03-02T05:16:40.000Z", speed: 0 });
  await advance(client, 8 * HOUR - 1000);

  const whole = await shop(ROUGH);
  await send(whole.client, "MO-1", BLOWER);
  await advance(whole.client, 8 * HOUR);
  expect(await told(client)).toEqual(await told(whole.client));
});

it("works by itself as fast as it is told", async () => {
  const { client } = await shop(CALM);
  await send(client, "MO-1", BRACKET);
  await client("PUT", "/_sandbox/clock", { speed: 20_000 });
  await expect.poll(async () => (await read(client, "MO-1")).state, { timeout: 10_000 }).toBe("ENDED");
  await client("PUT", "/_sandbox/clock", { speed: 0 });
  const { now } = (await client("GET", "/_sandbox/clock")).body;
  expect((await client("GET", "/_sandbox/clock")).body.now).toBe(now);
});

import { expect, it } from "vitest";
import { trial, type Client } from "../http/trial.ts";
import type { ShopEvent } from "./event.ts";
import { startSandboxMes } from "./server.ts";

const WEEK = 7 * 86_400;
const CALM = { seed: 1, scrapPercent: 0, reworkPercent: 0, latePercent: 0, twicePercent: 0 };
const BLOWER = {
  itemCode: "FX-210",
  name: "Blower module",
  operations: [
    { operation: "0010", name: "Assemble", workCenter: "ASM-1", setupSeconds: 600, runSeconds: 420 },
    { operation: "0020", name: "Test", workCenter: "TST-1", setupSeconds: 180, runSeconds: 90 },
  ],
  components: [
    { line: "0010", operation: "0010", itemCode: "MOT-024", quantity: "25", unit: "EA", supplyType: "PUSH" },
    { line: "0020", operation: "0010", itemCode: "SMP-101", quantity: "25", unit: "EA", supplyType: "PULL" },
    { line: "0030", operation: "0010", itemCode: "LOCTITE-243", quantity: "12.5", unit: "GRM", supplyType: "BULK" },
  ],
};

async function shop(rules: object): Promise<Client> {
  const { client } = await trial(startSandboxMes, { seed: true, clock: "2026-03-02T05:00:00.000Z" });
  await client("PUT", "/_sandbox/shop", { ...CALM, ...rules });
  return client;
}

async function send(client: Client, order: string, more: object = {}): Promise<void> {
  const job = {
    externalId: `1000:${order}`,
    plant: "1000",
    order,
    version: 1,
    quantity: "25",
    unit: "EA",
    priority: 0,
  };
  await client("POST", "/mes/v1/job-orders", { ...job, ...BLOWER, ...more });
}

const advance = (client: Client, seconds: number) => client("POST", "/_sandbox/advance", { seconds });

async function events(client: Client, query = ""): Promise<readonly ShopEvent[]> {
  const all: ShopEvent[] = [];
  for (let cursor = 0; ;) {
    const { body } = await client("GET", `/mes/v1/events?since=${cursor}&limit=200${query}`);
    all.push(...body.value);
    cursor = body.cursor;
    if (body.more === false) return all;
  }
}

/** Why pieces were scrapped. */
const scrapped = (some: readonly ShopEvent[]) =>
  some.filter(({ type }) => type === "SCRAP").map(({ reason }) => reason);

/** Seconds of work on a piece, in the middle of all pieces. */
function medianWork(some: readonly ShopEvent[]): number {
  const worked = some
    .filter(({ quantities }) => quantities !== null)
    .map(({ workSeconds }) => workSeconds ?? 0)
    .toSorted((a, b) => a - b);
  return worked[Math.floor(worked.length / 2)] ?? 0;
}

it("works otherwise on a revision and later ones, where it is told to", async () => {
  const effect = { itemCode: "FX-210", revision: "B", operation: "0010" };
  const client = await shop({ effects: [{ ...effect, runFactor: 1.5, scrapPercent: 40, defect: "FIT" }] });
  for (const revision of ["A", "B", "AA"]) await send(client, `MO-${revision}`, { revision });
  await advance(client, WEEK);

  const at = (revision: string, operation: string) =>
    events(client).then((all) => all.filter((one) => one.revision === revision && one.operation === operation));
  expect(scrapped(await at("A", "0010"))).toEqual([]);
  for (const revision of ["B", "AA"]) {
    const reasons = scrapped(await at(revision, "0010"));
    expect(reasons.length).toBeGreaterThan(3);
    expect(new Set(reasons)).toEqual(new Set(["FIT"]));
    expect(medianWork(await at(revision, "0010")) / medianWork(await at("A", "0010"))).toBeCloseTo(1.5, 0);
    expect(scrapped(await at(revision, "0020"))).toEqual([]);
  }
  expect(medianWork(await at("B", "0010"))).toBeGreaterThan(420 * 1.5 * 0.92);
  expect(medianWork(await at("A", "0010"))).toBeLessThan(420 * 1.08);
});

it("works otherwise on jobs that use a component, the last word counting", async () => {
  const ofMotor = { itemCode: "FX-210", component: "MOT-026" };
  const client = await shop({
    effects: [
      { ...ofMotor, reworkPercent: 100 },
      { ...ofMotor, operation: "0020", reworkPercent: 0 },
    ],
  });
  await send(client, "MO-1");
  const [, ...others] = BLOWER.components;
  const motor = {
    line: "0010",
    operation: "0010",
    itemCode: "MOT-026",
    quantity: "25",
    unit: "EA",
    supplyType: "PUSH",
  };
  await send(client, "MO-2", { components: [motor, ...others] });
  await advance(client, WEEK);
  const reworked = (await events(client, "&type=REWORK")).map(({ order, operation }) => `${order} ${operation}`);
  expect(reworked).toEqual(Array.from({ length: 25 }, () => "MO-2 0010"));
  const again = (await events(client, "&type=GOOD")).filter((one) => one.reworked === true);
  expect(again.map(({ order, operation }) => `${order} ${operation}`)).toEqual(reworked);
});

it("keeps what it was told before it knew of effects and corrections", async () => {
  const client = await shop({});
  expect((await client("GET", "/_sandbox/shop")).body).toEqual({ ...CALM, correctedPercent: 0, effects: [] });
});

const nameOf = ({ source, id }: { source: string; id: string }) => `${source} ${id}`;

it("puts right what it reported wrongly or twice, so that in the end all is as it was", async () => {
  const client = await shop({ correctedPercent: 30, scrapPercent: 5, reworkPercent: 5 });
  const truthful = await shop({ correctedPercent: 0, scrapPercent: 5, reworkPercent: 5 });
  for (const one of [client, truthful]) {
    await send(one, "MO-1");
    await advance(one, WEEK);
  }
  const told = await events(client);
  const about = (type: string) => told.filter((one) => one.type === type);
  expect(about("CORRECTION").length).toBeGreaterThan(3);
  expect(about("REVERSAL").length).toBeGreaterThan(3);

  const instead = new Map(about("CORRECTION").map((one) => [nameOf(one.about!), one.instead]));
  const undone = new Set(about("REVERSAL").map((one) => nameOf(one.about!)));
  for (const { about: target, time } of [...about("CORRECTION"), ...about("REVERSAL")]) {
    const first = told.find((one) => nameOf(one) === nameOf(target!));
    expect(first!.time < time, `${target!.id} was told before it was put right`).toBe(true);
  }
  const effective = told
    .filter((one) => one.about === null && !undone.has(nameOf(one)))
    .map((one) => contentOf({ ...one, ...instead.get(nameOf(one)) }));
  expect(effective).toEqual((await events(truthful)).map(contentOf));
});

/** What an event says, without when it was recorded and under which number. */
function contentOf(event: ShopEvent) {
  const { type, time, order, operation, station, quantities, workSeconds, reworked, reason, serials, material } = event;
  return { type, time, order, operation, station, quantities, workSeconds, reworked, reason, serials, material };
}

it("makes 40 orders of 25 pieces in one go, each piece and each bought motor under a number of its own", async () => {
  const client = await shop({ scrapPercent: 3, reworkPercent: 2, correctedPercent: 1 });
  for (let order = 1; order <= 40; order++) await send(client, `MO-${order}`);
  await advance(client, WEEK);

  const { value } = (await client("GET", "/mes/v1/job-orders?limit=200&state=ENDED")).body;
  expect(value).toHaveLength(40);
  const entered = await events(client, "&type=OPERATION_COMPLETED");
  const made = entered.filter(({ operation }) => operation === "0020").flatMap(({ serials }) => serials);
  expect(made.length).toBeGreaterThan(850);
  expect(new Set(made).size).toBe(made.length);

  const wrong = new Set((await events(client, "&type=REVERSAL")).map(({ about }) => about?.id));
  const consumed = (await events(client, "&type=CONSUMED")).filter(({ id }) => !wrong.has(id));
  const motors = consumed.flatMap(({ material }) => (material?.itemCode === "MOT-024" ? material.serials : []));
  expect(motors).toHaveLength(1000);
  expect(new Set(motors).size).toBe(1000);
  const lots = new Set(consumed.flatMap(({ material }) => (material?.itemCode === "SMP-101" ? [material.lot] : [])));
  expect(lots.size).toBeGreaterThan(1);
});

it("takes in from outside what a terminal might send, be it as it may", async () => {
  const client = await shop({});
  const odd = { id: "T-1", source: "OLD-TERMINAL", type: "GOOD", time: "yesterday", quantities: { good: "-3" } };
  expect((await client("POST", "/_sandbox/events", { events: [odd, {}] })).body).toEqual({ recorded: 2 });
  expect(await events(client)).toMatchObject([odd, { recordedAt: "2026-03-02T05:00:00.000Z" }]);
});

import { afterAll, beforeAll, expect, it } from "vitest";
import type { ShopEventsTaken } from "../../src/api/contract.ts";
import type { ShopOrder } from "../../src/domain/feedback/shop-order.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../../src/domain/ids.ts";
import { rational } from "../../src/domain/rational.ts";
import { learnOrders } from "../../src/store/shop-orders.ts";
import { testDatabase, type TestDatabase } from "../../src/store/testing.ts";
import type { HubProcess } from "../kit/hub-process.ts";
import { startTrialPlant, type TrialPlant } from "../kit/trial-plant.ts";
import { until } from "../kit/until.ts";

/**
 * Stations tell of their work in batches, some batches twice, and send each again until the hub has answered, while the
 * hub is killed by kill -9 at seeded moments. In the end each event is stored once and counted once.
 */
const EVENTS = Number(process.env["HEDDLE_EVENTS"] ?? 30_000);
const EACH = 250;
const KILLS = 8;
const SENDERS = 8;
/** So many events belong to one order. */
const OF_ORDER = 100;
const PATIENCE_MS = 120_000 + EVENTS;

const BEGAN = Date.now() - 86_400_000;
const ITEM = "FX-210" as ItemId;
const plant = "1000" as PlantId;

let trial: TrialPlant;
let database: TestDatabase;
beforeAll(async () => {
  trial = await startTrialPlant();
  database = await testDatabase();
});
afterAll(async () => {
  await trial.close();
  await database.close();
});

const startHub = (): Promise<HubProcess> => trial.startHub({ databaseUrl: database.url });

it(`${EVENTS} events with ${KILLS} kills are stored and counted once each`, { timeout: 4 * PATIENCE_MS }, async () => {
  const orders = Math.ceil(EVENTS / OF_ORDER);
  for (let at = 0; at < orders; at += 2_000) {
    const some = Array.from({ length: Math.min(2_000, orders - at) }, (_, each) => orderAt(at + each));
    await database.transaction((tx) => learnOrders(tx, some));
  }
  let hub = await startHub();
  const began = performance.now();
  const batches = shuffled(
    Array.from({ length: Math.ceil(EVENTS / EACH) }, (_, batch) => batch).flatMap((batch) =>
      batch % 20 === 0 ? [batch, batch] : [batch],
    ),
  );
  const sums = { stored: 0, known: 0, apart: 0 };
  let answered = 0;

  async function send(): Promise<void> {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
      const events = Array.from({ length: Math.min(EACH, EVENTS - batch * EACH) }, (_, at) =>
        eventAt(batch * EACH + at),
      );
      const { stored, known, keptApart } = await untilAnswered(events);
      sums.stored += stored;
      sums.known += known;
      sums.apart += keptApart;
      answered += 1;
    }
  }

  /** A hub that dies may have stored what it did not answer: then it is known when it is told again. */
  async function untilAnswered(events: readonly object[]): Promise<ShopEventsTaken> {
    return until(
      "the batch is answered",
      async () => {
        try {
          return await hub.call<ShopEventsTaken>("POST", "/api/shop-events", events);
        } catch (error) {
          if (
            error instanceof Error &&
            /fetch failed|terminated|: 429|ECONN|other side closed/.test(`${error.message} ${String(error.cause)}`)
          )
            return null;
          throw error;
        }
      },
      undefined,
      PATIENCE_MS,
    );
  }

  const all = batches.length;
  const senders = Promise.all(Array.from({ length: SENDERS }, send));
  for (let kill = 1; kill <= KILLS; kill++) {
    const moment = Math.floor((all * 0.9 * (kill - random())) / KILLS);
    await until(
      "it is time to kill",
      async () => (answered >= moment ? true : null),
      () => `${answered} of ${all}`,
      PATIENCE_MS,
    );
    await hub.kill();
    hub = await startHub();
  }
  await senders;
  const ingested = performance.now();
  await until(
    "everything is counted",
    async () => ((await one(`select count(*) as value from count_wakes`)) === 0 ? true : null),
    undefined,
    PATIENCE_MS,
  );
  console.error(
    `${EVENTS} events with ${KILLS} kills: taken in after ${((ingested - began) / 1_000).toFixed(1)} s, ` +
      `counted after ${((performance.now() - began) / 1_000).toFixed(1)} s`,
  );

  expect(sums.apart).toBe(0);
  expect(sums.stored).toBeLessThanOrEqual(EVENTS); // the rest was stored by hubs that died before they answered
  expect(await one("select sum(count) as value from shop_events")).toBe(EVENTS);
  expect(await one("select count(*) as value from shop_event_keys")).toBe(EVENTS);
  expect(await one("select sum(events) as value from order_production")).toBe(EVENTS);
  expect(await one("select count(*) as value from order_production where events <> 100")).toBe(
    EVENTS % OF_ORDER === 0 ? 0 : 1,
  );
  const good = `sum((elements -> 'good' ->> '$exact')::numeric) as value`;
  const scrap = `sum((elements -> 'scrap' ->> '$exact')::numeric) as value`;
  const scrapped = Array.from({ length: EVENTS }, (_, at) => at).filter(isScrap).length;
  for (const table of ["kpi_cells", "kpi_totals"]) {
    expect(await one(`select ${good} from ${table}`), table).toBe(EVENTS - scrapped);
    expect(await one(`select ${scrap} from ${table}`), table).toBe(scrapped);
  }
  expect(await one("select count(*) as value from order_production where fault is not null")).toBe(0);
});

async function one(query: string): Promise<number> {
  const { rows } = await database.pool.query<{ value: string | null }>(query);
  return Number(rows[0]?.value ?? 0);
}

function orderAt(at: number): ShopOrder {
  const operation = {
    operation: "0010" as OperationId,
    workCenter: "ASM-1" as WorkCenterId,
    setupMs: null,
    runMs: 60_000,
  };
  return {
    plant,
    order: `MO-K${at}` as ProductionOrderId,
    item: ITEM,
    from: null,
    plan: {
      revision: "A" as Revision,
      quantity: { amount: rational(100n), unit: "EA" },
      unitFactors: [],
      mbom: null,
      sentAt: null,
      operations: [operation],
      components: [],
    },
  };
}

/** Some orders are worked on side by side, and then the next ones. */
function eventAt(at: number): object {
  return {
    source: `STATION-${at % 40}`,
    id: `e-${at}`,
    at: new Date(BEGAN + Math.floor(at / 40) * 100).toISOString(),
    plant,
    order: `MO-K${orderOf(at)}`,
    operation: "0010",
    workCenter: "ASM-1",
    station: `ST-${at % 40}`,
    fact: isScrap(at)
      ? { kind: "scrap", quantity: "1", unit: "EA", reason: "SURFACE", workedMs: 60_000 }
      : { kind: "good", quantity: "1", unit: "EA", workedMs: 60_000 },
  };
}

const OPEN = 100;
function orderOf(at: number): number {
  return Math.floor(at / (OPEN * OF_ORDER)) * OPEN + (at % OPEN);
}

function isScrap(at: number): boolean {
  return at % 37 === 0;
}

let state = Number(process.env["HEDDLE_SEED"] ?? 11);
/** From 0 to 1, the same in every run of a seed. */
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

function shuffled<Value>(values: readonly Value[]): Value[] {
  return values
    .map((value) => ({ value, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

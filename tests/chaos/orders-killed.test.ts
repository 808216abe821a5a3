import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { subjectOf } from "../../src/store/subject.ts";
import { testDatabase, type TestDatabase } from "../../src/store/testing.ts";
import type { HubProcess } from "../kit/hub-process.ts";
import { orderBooks, type ErpOrder, type OrderBooksByHand } from "../kit/order-books.ts";
import { everyOne } from "../kit/sandbox.ts";
import { startTrialPlant, type SandboxProcess, type TrialPlant } from "../kit/trial-plant.ts";
import { until } from "../kit/until.ts";

/**
 * A planner releases a great many orders, edits some of them once or twice and cancels others, while the hub and
 * the MES are killed by kill -9 at seeded moments. In the end the MES holds what the ERP wants, each order once.
 */
const ORDERS = Number(process.env["HEDDLE_ORDERS"] ?? 2_000);
const SEED = Number(process.env["HEDDLE_SEED"] ?? 7);
const KILLS = 12;
/** Nothing is begun before that, so every edit still meets a job that waits. */
const START = "2030-03-04T05:00:00.000Z";
const PATIENCE_MS = 60_000 + ORDERS * 30;

type Kill = { readonly atJobs: number; readonly what: "hub" | "MES" | "both" };
type Step = { readonly order: ErpOrder; readonly act: "release" | "edit" | "cancel"; readonly at: number };

const random = mulberry32(SEED);
let plant: TrialPlant;
let mes: SandboxProcess;
let database: TestDatabase;
let books: OrderBooksByHand;
beforeAll(async () => {
  plant = await startTrialPlant(null, { withMes: true });
  if (plant.mes === null) throw new Error("the plant was asked for with an MES");
  ({ mes } = plant);
  database = await testDatabase();
  books = orderBooks({ erp: plant.erp, mes });
});
afterAll(async () => {
  await plant.close();
  await database.close();
});

describe(`${ORDERS} orders, with ${KILLS} kills of hub and MES`, () => {
  it(
    "are in the MES once each, as the ERP has them, in the order of their versions",
    { timeout: 20 * PATIENCE_MS },
    async () => {
      const orders = await inParallel(Array.from({ length: ORDERS }), () =>
        books.planned("FX-210", String(2 + Math.floor(random() * 40)), { startTime: START }),
      );
      let hub = await startHub();
      const began = performance.now();
      const killing = killAll(killPlan(), async (kill) => {
        if (kill.what !== "hub") await mes.kill();
        if (kill.what !== "MES") await hub.kill();
        if (kill.what !== "hub") await mes.start();
        if (kill.what !== "MES") hub = await startHub();
      });
      const planner = carryOut(planOf(orders));
      const kills = await killing;
      await planner;
      await rest("asked to cancel");
      await books.advance(150);
      await rest("done");
      tell(`${ORDERS} orders, killed ${kills.join(", ")}: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
      expect(kills).toHaveLength(KILLS);
      await everythingIsAsTheErpHasIt(orders);
    },
  );
});

const startHub = (): Promise<HubProcess> => plant.startHub({ databaseUrl: database.url });

/** In every share of the run one kill, at a moment of its own. */
function killPlan(): readonly Kill[] {
  const whats = ["hub", "MES", "both"] as const;
  return Array.from({ length: KILLS }, (_, nth) => ({
    // Up to 15 % are cancelled and may never get there: the last kills must come all the same.
    atJobs: Math.floor((ORDERS * 0.8 * (nth + random())) / KILLS),
    what: whats[nth % 3] ?? "both",
  }));
}

/** The share of the planner's work that may be done by now: it goes with the MES's, so that kills meet all of it. */
let mayBeDone = 0.1;

/** Kills at the moments that were planned; gives what was killed when. */
async function killAll(kills: readonly Kill[], carry: (kill: Kill) => Promise<void>): Promise<string[]> {
  const seen = new Set<string>();
  let since = 0;
  const followJobs = async () => {
    for (let more = true; more;) {
      const page = await mes.get<{ value: { number: string }[]; cursor: number; more: boolean }>(
        `/mes/v1/job-orders?since=${since}&limit=200`,
      );
      for (const { number } of page.value) seen.add(number);
      ({ cursor: since, more } = page);
    }
    mayBeDone = seen.size / (ORDERS * 0.8) + 0.1;
  };
  for (const kill of kills) {
    await until(
      `the MES has ${kill.atJobs} jobs`,
      async () => {
        await followJobs();
        return seen.size >= kill.atJobs ? true : null;
      },
      () => `it has ${seen.size}`,
      PATIENCE_MS,
    );
    await carry(kill);
  }
  mayBeDone = 1;
  return kills.map(({ what, atJobs }) => `${what} at ${atJobs}`);
}

/** What the planner does, in an order of its own for each order, mixed with the others'. */
function planOf(orders: readonly ErpOrder[]): readonly Step[] {
  const steps = orders.flatMap((order): Step[] => {
    const at = random();
    const later = () => at + (1 - at) * random();
    const [one = 0, two = 0] = [later(), later()].toSorted((a, b) => a - b);
    const lot = random();
    const release: Step = { order, act: "release", at };
    if (lot < 0.1) return [release, { order, act: "cancel", at: one }];
    if (lot < 0.15) return [release, { order, act: "edit", at: one }, { order, act: "cancel", at: two }];
    if (lot < 0.3) return [release, { order, act: "edit", at: one }, { order, act: "edit", at: two }];
    return lot < 0.5 ? [release, { order, act: "edit", at: one }] : [release];
  });
  return steps.toSorted((a, b) => a.at - b.at);
}

async function carryOut(steps: readonly Step[]): Promise<void> {
  // Orders of one row are one after the other: each order is in one row only.
  let done = 0;
  const rows = Map.groupBy(steps, ({ order }) => Number(order.number.replace(/\D/g, "")) % 4);
  await Promise.all(
    [...rows.values()].map(async (row) => {
      for (const { order, act } of row) {
        await until(
          "the planner may go on",
          async () => (done < mayBeDone * steps.length ? true : null),
          () => `${done} of ${steps.length} steps are done`,
          PATIENCE_MS,
        );
        done += 1;
        if (act === "edit") {
          const quantity = String(2 + Math.floor(random() * 40));
          await books.edit(order.number, { quantity, priority: Math.floor(random() * 100) });
        } else await books.step(order.number, act, act === "cancel" ? { reason: "not needed" } : {});
      }
    }),
  );
}

/** Waits until the hub has nothing left to do, or nothing but to wait for the MES's answers to cancellations. */
async function rest(point: "asked to cancel" | "done"): Promise<void> {
  let cursor = -1;
  await until(
    "nothing is left to do",
    async () => {
      const { rows } = await database.pool.query<{ busy: number; place: number }>(
        `select (select count(*)::int from order_wakes wakes left join orders using (plant, "order")
                  where $1 or orders.state is distinct from 'negotiating' or wakes.due <= clock_timestamp()) as busy,
                (select cursor::int from cursors where system = 'erp' and capability = 'productionOrders') as place`,
        [point === "done"],
      );
      const { value } = await plant.erp.get<{ value: { sequence: number }[] }>(
        `/erp/v1/production-orders?since=${rows[0]?.place ?? 0}&limit=1`,
      );
      const isQuiet = rows[0]?.busy === 0 && value.length === 0;
      const wasQuiet = isQuiet && cursor === rows[0]?.place;
      cursor = isQuiet ? (rows[0]?.place ?? -1) : -1;
      return wasQuiet ? true : null;
    },
    async () => {
      const { rows } = await database.pool.query(
        `select state, reason, wakes.why, count(*) from order_wakes wakes left join orders using (plant, "order") group by 1, 2, 3 limit 10`,
      );
      return JSON.stringify(rows);
    },
    PATIENCE_MS,
  );
}

type WholeOrder = ErpOrder & Content & { components: { line: string; requiredQuantity: string }[] };
type WholeJob = Content & {
  externalId: string;
  order: string;
  version: number;
  state: string;
  components: { line: string; quantity: string }[];
};
type Content = { quantity: string; priority: number; operations: { operation: string; workCenter: string }[] };

async function everythingIsAsTheErpHasIt(orders: readonly ErpOrder[]): Promise<void> {
  const own = new Set(orders.map(({ number }) => number));
  const wanted = (await everyOne<WholeOrder>(plant.erp, "/erp/v1/production-orders?limit=200")).filter(({ number }) =>
    own.has(number),
  );
  const jobs = (await everyOne<WholeJob>(mes, "/mes/v1/job-orders?limit=200&expand=operations")).filter(({ order }) =>
    own.has(order),
  );
  expect(new Set(jobs.map(({ externalId }) => externalId)).size).toBe(jobs.length);
  const jobOf = new Map(jobs.map((job) => [job.order, job]));
  for (const order of wanted) {
    const job = jobOf.get(order.number);
    if (order.state === "CANCELLED") expect(job?.state ?? "never sent", order.number).toMatch(/CANCELLED|never sent/);
    else expect(job === undefined ? null : contentOf(job), order.number).toEqual(contentOf(order));
  }
  await versionsOnlyWentUp(jobs);
  await hubKnowsIt(jobs, wanted);
}

function contentOf({ quantity, priority, operations, components }: WholeOrder | WholeJob) {
  return {
    quantity,
    priority,
    operations: operations.map(({ operation, workCenter }) => [operation, workCenter]),
    components: components
      .map((one) => [one.line, "quantity" in one ? one.quantity : one.requiredQuantity].join(" "))
      .toSorted(),
  };
}

/** The MES's own log of each job: received once, and each change is of a later version. */
async function versionsOnlyWentUp(jobs: readonly WholeJob[]): Promise<void> {
  await inParallel(jobs, async ({ externalId, version }) => {
    type Entry = { action: string; reference: string | null };
    const log = await everyOne<Entry>(mes, `/mes/v1/job-orders/${externalId}/log`);
    const taken = log.filter(({ action }) => action === "RECEIVED" || action === "CHANGED");
    expect(taken.filter(({ action }) => action === "RECEIVED")).toHaveLength(1);
    const versions = taken.map(({ reference }) => Number(/:v(\d+)$/.exec(reference ?? "")?.[1]));
    expect(versions.at(-1)).toBe(version);
    for (const [at, one] of versions.entries()) expect(one).toBeGreaterThan(versions[at - 1] ?? 0);
    expect(log.filter(({ action }) => action === "CANCEL_ASKED").length).toBeLessThanOrEqual(1);
    const trail = await trailOf(externalId.split(":")[1] ?? "");
    for (const one of versions)
      expect(
        trail.some(({ before, version: last }) => before < one && one <= last),
        `version ${one} of ${externalId} is in the audit trail`,
      ).toBe(true);
  });
}

/** The versions that the hub's audit trail tells of. Of those that it found after a kill it tells from where to where. */
async function trailOf(order: string): Promise<readonly { readonly before: number; readonly version: number }[]> {
  const { rows } = await database.pool.query<{ before: number; version: number }>(
    `select (detail->>'version')::int as version, coalesce(detail->>'before', detail->>'version')::int
            - (not detail ? 'before')::int as before from audit where subject = $1 and what like 'job %' and detail ? 'version'`,
    [subjectOf("order", order, "1000").id],
  );
  return rows;
}

async function hubKnowsIt(jobs: readonly WholeJob[], wanted: readonly WholeOrder[]): Promise<void> {
  const { rows } = await database.pool.query<{ order: string; state: string; acknowledged: number }>(
    `select "order", state, acknowledged from orders`,
  );
  const known = new Map(rows.map((row) => [row.order, row]));
  for (const { order, version } of jobs) expect(known.get(order), order).toMatchObject({ acknowledged: version });
  for (const { number, state } of wanted)
    expect(known.get(number)?.state, number).toBe(state === "CANCELLED" ? "ended" : "dispatched");
  const left = await database.pool.query("select * from order_wakes");
  expect(left.rows).toEqual([]);
  const linked = await database.pool.query<{ id: string }>(
    "select from_id as id from thread_links where relation = 'dispatched as'",
  );
  const links = new Set(linked.rows.map(({ id }) => id));
  for (const { order } of jobs) expect(links.has(order), `${order} in the thread`).toBe(true);
  type Report = { order: string; version: number | null; jobNumber: string | null };
  const reports = await everyOne<Report>(plant.erp, "/erp/v1/job-reports?plant=1000&limit=200");
  const told = new Map(reports.map((report) => [report.order, report.version]));
  for (const { order, version } of jobs) expect(told.get(order), `${order} in the ERP's reports`).toBe(version);
}

/** Eight at a time. */
async function inParallel<In, Out>(all: readonly In[], work: (one: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  const entries = all.entries();
  const row = async () => {
    for (const [at, one] of entries) results[at] = await work(one);
  };
  await Promise.all(Array.from({ length: 8 }, row));
  return results;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function tell(what: string): void {
  process.stdout.write(`${what}\n`);
}

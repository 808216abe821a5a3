/**
 * How fast the KPI page reads: one item with all its operations over a year, out of what 10,000,000 events come to,
 * beside the bare scan of the same rows. `node bench/kpis.ts [--orders 100000] [--rounds 15] [--json]`.
 */
import { parseArgs } from "node:util";
import { kpiReport } from "../src/api/kpi-view.ts";
import { lossRows } from "../src/api/loss-view.ts";
import { NO_ELEMENTS, type KpiElements } from "../src/domain/feedback/kpi-elements.ts";
import { sketchOf } from "../src/domain/feedback/duration-sketch.ts";
import { toJson } from "../src/domain/json.ts";
import { rational, type Rational } from "../src/domain/rational.ts";
import type { Database } from "../src/store/database.ts";
import { lossSums } from "../src/store/losses.ts";
import { testDatabase } from "../src/store/testing.ts";
import { median } from "./kit/measure.ts";
import { report, type Figure } from "./kit/report.ts";

const ITEMS = 50;
const OPERATIONS = 5;
const DAYS = 250;
const SHIFTS = ["early", "late", "night"];
/** An order's operation is told of by so many events: 100,000 orders are 10,000,000. */
const EVENTS_PER_CELL = 20;
const ORDERS = 100_000;

/**
 * Fills an empty database with the tables that counting leaves behind, and reads them as the page does. `kpi.10m` is
 * the median of the page's answer; its ratio is to the bare scan of the rows it is made of.
 */
export async function benchKpis({
  database,
  rounds,
  orders = ORDERS,
}: {
  readonly database: Database;
  readonly rounds: number;
  readonly orders?: number;
}): Promise<readonly Figure[]> {
  const start = performance.now();
  await fill(database, orders);
  console.error(`${orders * OPERATIONS} cells in ${Math.round((performance.now() - start) / 1_000)} s`);
  const bare = await medianOf(rounds, () => scan(database));
  const page = await medianOf(rounds, () => readPage(database));
  return [
    { name: "kpi.10m", figure: page, unit: "ms", ratio: page / bare },
    { name: "kpi.scan", figure: bare, unit: "ms", ratio: 1 },
  ];
}

/** What the page asks for: the rows by day and operation with its markers, the operations' totals, the losses. */
async function readPage({ pool }: Database): Promise<unknown> {
  const filter = { plant: "1000", item: itemNamed(7), from: dayNamed(0), until: dayNamed(DAYS - 1) };
  return Promise.all([
    kpiReport(pool, filter, ["operation", "day"], () => null),
    kpiReport(pool, filter, ["operation", "changes"], () => null),
    lossSums(pool, filter, ["operation"]).then(lossRows),
  ]);
}

/** The rows that the answer is made of, untouched. */
async function scan({ pool }: Database): Promise<unknown> {
  return pool.query(
    `select item, revision, operation, work_center, changes, day, shift, unit, elements::text from kpi_totals
      where plant = '1000' and item = $1 and day >= $2 and day <= $3`,
    [itemNamed(7), dayNamed(0), dayNamed(DAYS - 1)],
  );
}

async function medianOf(runs: number, task: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const start = performance.now();
    await task();
    if (run > 0) times.push(performance.now() - start); // the first one warms up
  }
  return median(times);
}

/** Orders go through all their operations in one shift; each sum is of the orders of its item in that shift. */
async function fill({ pool }: Database, orders: number): Promise<void> {
  const ordersOfSum = Math.max(1, Math.round(orders / ITEMS / DAYS / SHIFTS.length));
  await pool.query("create table samples (sample int, elements json, sums json)");
  await pool.query(
    `insert into samples select * from json_to_recordset($1) as rows (sample int, elements json, sums json)`,
    [
      JSON.stringify(
        Array.from({ length: SAMPLES }, (_, sample) => ({
          sample,
          elements: toJson(elementsOf(sample, EVENTS_PER_CELL)),
          sums: toJson(elementsOf(sample, EVENTS_PER_CELL * ordersOfSum)),
        })),
      ),
    ],
  );
  const step = Math.ceil(orders / 20);
  for (let from = 0; from < orders; from += step) {
    await pool.query(INSERT_CELLS, [from, Math.min(orders, from + step) - 1, orders]);
  }
  await pool.query(
    `insert into kpi_totals (${KEY}, orders, elements)
     select ${KEY}, count(*), (select sums from samples where sample = min(cell) * 13 % ${SAMPLES}) from kpi_cells group by ${KEY}`,
  );
  await pool.query(
    `insert into losses (plant, "order", item, revision, operation, work_center, day, kind, reason, quantity, unit)
     select plant, "order", item, revision, operation, work_center, day, 'scrap', 'R' || hashtext("order") % 12, '1', unit
       from kpi_cells`,
  );
  await pool.query("drop table samples");
  await pool.query("vacuum analyze kpi_cells, kpi_totals, losses");
}

/** Different figures that cells have, so that no two next to each other are alike. */
const SAMPLES = 97;
const KEY = "key, plant, item, revision, operation, work_center, changes, day, shift, unit";

/** Orders from $1 to $2 of $3 in all. */
const INSERT_CELLS = `
  with made as (
    select made, made % ${ITEMS} as number, 'FX-' || 1000 + made % ${ITEMS} as item,
           made::bigint * ${DAYS * SHIFTS.length} / $3 as at
      from generate_series($1::int, $2::int) as made
  ), placed as (
    select made.*, ('2026-01-01'::date + (at / ${SHIFTS.length})::int)::text as day,
           ('{${SHIFTS.join(",")}}'::text[])[at % ${SHIFTS.length} + 1] as shift,
           at / ${SHIFTS.length} < ${DAYS / 2} as is_before
      from made
  ), named as (
    select placed.*, cell, case when is_before then 'A' else 'B' end as revision, '00' || cell + 1 || '0' as operation,
           'WC-' || number % 10 * ${OPERATIONS} + cell as work_center,
           case when is_before then array['ECO-' || number] else array['ECO-' || number, 'ECO-' || number + ${ITEMS}] end as changes
      from placed cross join generate_series(0, ${OPERATIONS - 1}) as cell
  )
  insert into kpi_cells ("order", cell, ${KEY}, elements)
  select 'MO-' || made, cell,
         json_build_array('1000', item, revision, operation, work_center, changes, day, shift, 'EA')::text,
         '1000', item, revision, operation, work_center, changes, day, shift, 'EA', samples.elements
    from named join samples on sample = (made * 7 + cell) % ${SAMPLES}`;

function all(count: number): Rational {
  return rational(BigInt(count));
}

/** Pieces that took around a minute each, spread as real work is. */
function elementsOf(seed: number, pieces: number): KpiElements {
  const times = Array.from({ length: pieces }, (_, at) => 40_000 + ((seed * 7_919 + at * 104_729) % 50_000));
  const productionMs = times.reduce((a, b) => a + b, 0);
  return {
    ...NO_ELEMENTS,
    good: all(pieces - 1),
    scrap: all(1),
    inspected: all(pieces),
    goodAtFirst: all(pieces - 1),
    setupMs: 300_000,
    productionMs,
    delayMs: 60_000,
    executionMs: productionMs + 900_000,
    plannedRunMs: all(60_000 * pieces),
    withPlanMs: productionMs,
    cycleTimes: sketchOf(times),
  };
}

function itemNamed(item: number): string {
  return `FX-${1_000 + item}`;
}

function dayNamed(day: number): string {
  return new Date(Date.UTC(2026, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      orders: { type: "string", default: String(ORDERS) },
      rounds: { type: "string", default: "15" },
      json: { type: "boolean", default: false },
    },
  });
  await using stack = new AsyncDisposableStack();
  const database = stack.adopt(await testDatabase(), (one) => one.close());
  const figures = await benchKpis({ database, rounds: Number(values.rounds), orders: Number(values.orders) });
  console.log(report(figures, values.json));
}

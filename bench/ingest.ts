/**
 * How fast the hub takes in events of the shop floor, beside a bare COPY of the same rows into the same PostgreSQL:
 * `node bench/ingest.ts [--events 400000] [--single 30000] [--rounds 3] [--json]`. See `bench/ingest`.
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { from as copyFrom } from "pg-copy-streams";
import { testDatabase } from "../src/store/testing.ts";
import type { HubSettings } from "./ingest/hub.ts";
import type { Ran, Round } from "./ingest/load.ts";
import { sampleEvent } from "./ingest/sample-event.ts";
import { median } from "./kit/measure.ts";
import { startPart, type Part } from "./kit/part.ts";
import { report } from "./kit/report.ts";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "400000" },
    single: { type: "string", default: "30000" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
  },
});
const [events, single, rounds] = [Number(values.events), Number(values.single), Number(values.rounds)];

/** Events in a request, and requests under way at the same time. */
const BATCH = { each: 100, atOnce: 32 };
const SINGLE = { each: 1, atOnce: 64 };
/** Columns of a bare row, and what stands where an event tells nothing. */
const COLUMNS = 15;
const NOTHING = Array.from({ length: COLUMNS }, () => "\\N");
/** The whole run must not take longer. */
const LIMIT_MS = 300_000;

setTimeout(() => {
  console.error(`the run took longer than ${LIMIT_MS / 1_000} s`);
  process.exit(1);
}, LIMIT_MS).unref();

await using stack = new AsyncDisposableStack();
const database = stack.adopt(await testDatabase(), (one) => one.close());
const load = await started("load.ts", {});
const hub = await started("hub.ts", { database: database.url } satisfies HubSettings);

type Measured = { copy: number; parse: number; batch: Ran; single: Ran; cpu: number; counted: number };
const measured: Measured[] = [];
// The first round warms up.
for (let round = 0; round <= rounds; round++) {
  const result = await measure(`R${round}`);
  const { copy, batch, counted } = result;
  console.error(
    `round ${round}: COPY ${Math.round(events / copy)}/s, batches ${Math.round(events / batch.seconds)}/s, ` +
      `single ${Math.round(single / result.single.seconds)}/s, counted ${counted.toFixed(1)} s after`,
  );
  if (round > 0) measured.push(result);
}
await hub.stop();
await load.stop();

const of = (figure: (result: Measured) => number) => median(measured.map(figure));
const copied = of(({ copy }) => events / copy);
const rate = (name: string, figure: (result: Measured) => number) => {
  const perSecond = of(figure);
  return { name, figure: perSecond, unit: "events/s", ratio: perSecond / copied };
};
const compared = (name: string, unit: string, figure: (result: Measured) => number, bare: number) => {
  const value = of(figure);
  return { name, figure: value, unit, ratio: value / bare };
};
const bareMicros = 1_000_000 / copied;
console.log(
  report(
    [
      rate("ingest.copy", ({ copy }) => events / copy),
      rate("ingest.parse", ({ parse }) => events / parse),
      rate("ingest.batch", ({ batch }) => events / batch.seconds),
      rate("ingest.single", (result) => single / result.single.seconds),
      rate("ingest.counted", ({ batch, counted }) => events / (batch.seconds + counted)),
      compared(
        "ingest.batch.p50",
        "ms",
        ({ batch }) => batch.p50,
        of(({ batch }) => batch.p50),
      ),
      compared(
        "ingest.batch.p99",
        "ms",
        ({ batch }) => batch.p99,
        of(({ batch }) => batch.p50),
      ),
      compared(
        "ingest.single.p99",
        "ms",
        (result) => result.single.p99,
        of((result) => result.single.p50),
      ),
      compared("ingest.batch.cpu-per-event", "µs", ({ cpu }) => cpu, bareMicros),
    ],
    values.json,
  ),
);

async function measure(round: string): Promise<Measured> {
  const bare = await copyBare(round);
  await hub.ask("know", { round: `${round}b`, events });
  await hub.ask("know", { round: `${round}s`, events: single });
  const before = (await hub.cost()).cpuMicroseconds;
  const batch = await load.ask<Ran>("run", { url: hub.url, round: `${round}b`, events, ...BATCH } satisfies Round);
  const cpu = ((await hub.cost()).cpuMicroseconds - before) / events;
  const stored = await storedEvents(`${round}b`);
  if (stored !== events) throw new Error(`${stored} of ${events} events are stored`);
  const began = performance.now();
  await hub.ask("counted");
  const counted = (performance.now() - began) / 1_000;
  const alone = await load.ask<Ran>("run", {
    url: hub.url,
    round: `${round}s`,
    events: single,
    ...SINGLE,
  } satisfies Round);
  await hub.ask("counted");
  return { ...bare, batch, single: alone, cpu, counted };
}

/** The same rows over a connection into a table without an index; and what parsing them alone takes. */
async function copyBare(round: string): Promise<{ copy: number; parse: number }> {
  const all = Array.from({ length: events }, (_, at) => sampleEvent(round, at));
  const row = ({ fact, ...event }: ReturnType<typeof sampleEvent>) =>
    [...Object.values(event), ...Object.values(fact), ...NOTHING].slice(0, COLUMNS).join("\t");
  const rows = Array.from({ length: events / 1_000 }, (_, part) =>
    Buffer.from(
      `${all
        .slice(part * 1_000, (part + 1) * 1_000)
        .map(row)
        .join("\n")}\n`,
    ),
  );
  const columns = Array.from({ length: COLUMNS }, (_, at) => (at === 2 ? `c${at} timestamptz` : `c${at} text`));
  await database.pool.query(`drop table if exists bare; create table bare (${columns.join(", ")}); checkpoint`);
  const text = JSON.stringify(all);
  const parsing = performance.now();
  JSON.parse(text);
  const parse = (performance.now() - parsing) / 1_000;
  const client = await database.connect();
  const copying = performance.now();
  await pipeline(Readable.from(rows), client.query(copyFrom("copy bare from stdin")));
  const copy = (performance.now() - copying) / 1_000;
  await client.end();
  return { copy, parse };
}

async function storedEvents(round: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select coalesce(sum(count), 0)::int as count from shop_events where "order" like $1`,
    [`${round}-%`],
  );
  return rows[0]?.count ?? 0;
}

async function started(script: string, settings: object): Promise<Part> {
  return startPart(fileURLToPath(new URL(`ingest/${script}`, import.meta.url)), settings);
}

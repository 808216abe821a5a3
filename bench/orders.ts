/**
 * How fast orders go from the ERP to the MES, beside forwarding them without storage and a hand-tuned outbox:
 * `node bench/orders.ts [--orders 10000] [--rounds 4] [--batch 10000] [--json]`. See `bench/orders`.
 */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { emptyDatabase, testDatabase } from "../src/store/testing.ts";
import { median } from "./kit/measure.ts";
import { report } from "./kit/report.ts";
import type { HubSettings } from "./orders/hub.ts";
import type { Ran, Round } from "./orders/load.ts";
import { startPart, type Part } from "./kit/part.ts";

const { values } = parseArgs({
  options: {
    orders: { type: "string", default: "10000" },
    rounds: { type: "string", default: "4" },
    batch: { type: "string", default: "10000" },
    json: { type: "boolean", default: false },
    /** One target alone, to look at where its time goes; the ratios mean nothing then. */
    only: { type: "string" },
  },
});
const orders = count("orders", 1);
const rounds = count("rounds", 1);
const batch = count("batch", 0);

/** Connections to the MES, the same for all. */
const CONNECTIONS = 64;
/** Requests of the load under way at the same time, and orders that a durable target may be behind. */
const AT_ONCE = 128;
const AHEAD = 1_000;
/** The whole run must not take longer. */
const LIMIT_MS = 180_000;

const secret = `whsec_${randomBytes(24).toString("base64")}`;
/** Megabytes. */
const peaks = new Map<string, number>();
type Measured = { readonly perSecond: number; readonly cpu: number; readonly p50: number; readonly p99: number };

setTimeout(() => {
  console.error(`the run took longer than ${LIMIT_MS / 1_000} s`);
  process.exit(1);
}, LIMIT_MS).unref();

await using stack = new AsyncDisposableStack();
const mes = await started("stub-mes.ts", {});
const erp = await started("stub-erp.ts", {});
const load = await started("load.ts", {});
await benchmark();

async function benchmark(): Promise<void> {
  const outboxDatabase = stack.adopt(await emptyDatabase(), (database) => database.close());
  const targets = {
    bare: await started("bare.ts", { mes: mes.url, connections: CONNECTIONS }),
    outbox: await started("outbox.ts", { mes: mes.url, connections: CONNECTIONS, database: outboxDatabase.url }),
    durable: await startHub("on release", false),
    reported: await startHub("on release", true),
  };
  const names = Object.keys(targets) as (keyof typeof targets)[];
  const measured: Record<keyof typeof targets, Measured[]> = { bare: [], outbox: [], durable: [], reported: [] };
  // The first round warms up. Rounds interleave, so that the machine's moods fall on all alike.
  for (let round = 0; round <= rounds; round++) {
    for (const name of names.filter((one) => values.only === undefined || one === values.only)) {
      const result = await measure(targets[name], name, round);
      console.error(`round ${round} ${name}: ${Math.round(result.perSecond)} orders/s`);
      if (round > 0) measured[name].push(result);
    }
  }
  for (const name of names) await targets[name].stop();
  if (values.only !== undefined) return;
  const of = (name: keyof typeof targets, figure: keyof Measured) =>
    median(measured[name].map((result) => result[figure]));
  const rate = (name: keyof typeof targets) => ({
    name: `orders.${name}`,
    figure: of(name, "perSecond"),
    unit: "orders/s",
    ratio: of(name, "perSecond") / of("bare", "perSecond"),
  });
  const compared = (name: string, figure: keyof Measured, unit: string, base: keyof typeof targets) => ({
    name: `orders.durable.${name}`,
    figure: of("durable", figure),
    unit,
    ratio: of("durable", figure) / of(base, figure),
  });
  const figures = [
    rate("bare"),
    rate("outbox"),
    rate("durable"),
    rate("reported"),
    compared("to-outbox", "perSecond", "orders/s", "outbox"),
    compared("p50", "p50", "ms", "outbox"),
    compared("p99", "p99", "ms", "outbox"),
    compared("cpu-per-order", "cpu", "µs", "bare"),
  ];
  if (batch > 0) {
    const { seconds, peak } = await shiftBatch();
    const bareSeconds = batch / of("bare", "perSecond");
    figures.push({ name: "orders.shift-batch", figure: seconds, unit: "s", ratio: seconds / bareSeconds });
    const barePeak = peaks.get("bare") ?? Number.NaN;
    figures.push({ name: "orders.shift-batch.peak-memory", figure: peak, unit: "MB", ratio: peak / barePeak });
  }
  console.log(report(figures, values.json));
}

/** One round: all orders given, acknowledged by the MES, and recorded by who is to keep them. */
async function measure(target: Part, name: string, round: number): Promise<Measured> {
  const isHub = name === "durable" || name === "reported";
  const before = await target.cost();
  const { startedMs, p50, p99 } = await load.ask<Ran>("run", {
    url: target.url,
    body: isHub ? { kind: "webhook", secret } : { kind: "order" },
    mes: mes.url,
    prefix: `MO-${name}${round}`,
    orders,
    atOnce: AT_ONCE,
    ahead: name === "bare" ? null : AHEAD,
  } satisfies Round);
  if (name !== "bare") await until(() => target.ask<boolean>("recorded", orders * (round + 1)));
  const seconds = (performance.timeOrigin + performance.now() - startedMs) / 1_000;
  const after = await target.cost();
  peaks.set(name, after.peakKilobytes / 1024);
  return { perSecond: orders / seconds, cpu: (after.cpuMicroseconds - before.cpuMicroseconds) / orders, p50, p99 };
}

/** Orders that wait for their shift in a hub of its own, from its start until all are acknowledged and recorded. */
async function shiftBatch(): Promise<{ seconds: number; peak: number }> {
  const hub = await startHub("shift start", true);
  const round: Round = {
    url: hub.url,
    body: { kind: "webhook", secret },
    mes: mes.url,
    prefix: "MO-batch",
    orders: batch,
    atOnce: AT_ONCE,
    ahead: null,
  };
  // The load ends when the MES has them all, so it waits until the shift has started.
  const given = load.ask<Ran>("run", round);
  await until(() => hub.ask<boolean>("scheduled", batch));
  const startedAt = performance.now();
  await hub.ask("startShift");
  await given;
  await until(() => hub.ask<boolean>("recorded", batch));
  const seconds = (performance.now() - startedAt) / 1_000;
  const { peakKilobytes } = await hub.cost();
  await hub.stop();
  return { seconds, peak: peakKilobytes / 1024 };
}

async function startHub(dispatch: HubSettings["dispatch"], reports: boolean): Promise<Part> {
  const { url: database } = stack.adopt(await testDatabase(), (one) => one.close());
  const where = { database, erp: erp.url, mes: mes.url, secret, connections: CONNECTIONS };
  return started("hub.ts", { ...where, dispatch, reports } satisfies HubSettings);
}

async function started(script: string, settings: unknown): Promise<Part> {
  const part = await startPart(fileURLToPath(new URL(`orders/${script}`, import.meta.url)), settings);
  return stack.adopt(part, (one) => one.stop());
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(5);
}

function count(name: "orders" | "rounds" | "batch", least: number): number {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new Error(`--${name} ${values[name]} is not a whole number from ${least} on`);
}

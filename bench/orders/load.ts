/** Gives a target its orders, as fast as it takes them, and sees to it that the MES got each exactly once. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Webhook } from "standardwebhooks";
import { Pool } from "undici";
import { servePart } from "../kit/part.ts";
import { PLANT, sampleOrder } from "./sample-order.ts";
import type { Acknowledged } from "./stub-mes.ts";

export type Round = {
  /** Where orders are posted, and what is posted: the order itself, or a signed webhook that names it. */
  readonly url: string;
  readonly body: { readonly kind: "order" } | { readonly kind: "webhook"; readonly secret: string };
  readonly mes: string;
  /** Begins the orders' numbers. */
  readonly prefix: string;
  readonly orders: number;
  /** Requests under way at the same time. */
  readonly atOnce: number;
  /** Orders taken and not yet acknowledged by the MES, at most; null where the answer means that it has. */
  readonly ahead: number | null;
};

/** Times on the clock that all processes share. */
export type Ran = { readonly startedMs: number; readonly p50: number; readonly p99: number };

/** Longest time that a round may go on without any job that the MES acknowledges. */
const STALLED_MS = 20_000;
const LOOK_MS = 5;

servePart("load:", { run }, async () => undefined);

async function run({ url, body, mes, prefix, orders, atOnce, ahead }: Round): Promise<Ran> {
  const target = new URL(url);
  const pool = new Pool(target.origin, { connections: atOnce });
  const watch = new Pool(mes);
  const requests = Array.from({ length: orders }, (_, at) => requestFor(`${prefix}-${at}`, at, body));
  const acceptedMs = new Map<string, number>();
  let acknowledged = 0;
  let next = 0;

  const isFarAhead = () => ahead !== null && next - acknowledged > ahead;

  async function send(): Promise<void> {
    for (let one = requests[next++]; one !== undefined; one = requests[next++]) {
      while (isFarAhead()) await pause(1);
      const { number, text, headers } = one;
      const answer = await pool.request({ method: "POST", path: target.pathname, headers, body: text });
      const said = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}: ${said.slice(0, 300)}`);
      acceptedMs.set(number, now());
    }
  }

  async function look(): Promise<void> {
    for (let movedAt = now(); acknowledged < orders; await pause(LOOK_MS)) {
      const { body: count } = await watch.request({ method: "GET", path: "/count" });
      const before = acknowledged;
      acknowledged = Number(await count.text());
      if (acknowledged > before) movedAt = now();
      if (now() - movedAt > STALLED_MS)
        throw new Error(`${url}: nothing moves any more, at ${acknowledged} of ${orders} orders`);
    }
  }

  const startedMs = now();
  await Promise.all([look(), ...Array.from({ length: atOnce }, send)]);
  const { body: list } = await watch.request({ method: "GET", path: "/acknowledged" });
  const jobs = (await list.json()) as Acknowledged;
  await Promise.all([pool.close(), watch.close()]);

  const waited = jobs.map(([job, times, at]) => {
    const accepted = acceptedMs.get(job.slice(PLANT.length + 1));
    if (accepted === undefined) throw new Error(`${url}: the MES has ${job}, which nobody ordered`);
    if (times !== 1) throw new Error(`${url}: the MES was given ${job} ${times} times`);
    return Math.max(0, at - accepted);
  });
  if (waited.length !== orders) throw new Error(`${url}: the MES has ${waited.length} of ${orders} jobs`);
  const sorted = waited.toSorted((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.min(orders - 1, Math.floor(orders * share))] ?? 0;
  return { startedMs, p50: quantile(0.5), p99: quantile(0.99) };
}

function requestFor(number: string, at: number, body: Round["body"]) {
  if (body.kind === "order")
    return {
      number,
      text: JSON.stringify(sampleOrder(number, at)),
      headers: { "content-type": "application/json" },
    };
  const sentAt = new Date();
  const id = randomUUID();
  const text = JSON.stringify({ type: "production-order.released", timestamp: sentAt.toISOString(), data: { number } });
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1_000)),
    "webhook-signature": new Webhook(body.secret).sign(id, sentAt, text),
  };
  return { number, text, headers };
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

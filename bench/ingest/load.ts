/** Sends events to a hub as fast as it takes them: every request is answered before its sender sends the next. */
import { Pool } from "undici";
import { servePart } from "../kit/part.ts";
import { sampleEvent } from "./sample-event.ts";

export type Round = {
  readonly url: string;
  readonly round: string;
  readonly events: number;
  /** Events in a request. */
  readonly each: number;
  /** Requests under way at the same time. */
  readonly atOnce: number;
};

export type Ran = { readonly seconds: number; readonly p50: number; readonly p99: number; readonly busy: number };

servePart("load:", { run }, async () => undefined);

async function run({ url, round, events, each, atOnce }: Round): Promise<Ran> {
  const target = new URL(url);
  const headers = { authorization: `Bearer ${target.hash.slice(1)}`, "content-type": "application/json" };
  const pool = new Pool(target.origin, { connections: atOnce });
  const bodies = Array.from({ length: Math.ceil(events / each) }, (_, body) => {
    const size = Math.min(each, events - body * each);
    const all = Array.from({ length: size }, (__, at) => sampleEvent(round, body * each + at));
    return Buffer.from(JSON.stringify(each === 1 ? all[0] : all));
  });
  const answered: number[] = [];
  let [next, busy] = [0, 0];

  async function send(): Promise<void> {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const sent = performance.now();
      for (;;) {
        const answer = await pool.request({ method: "POST", path: target.pathname, headers, body });
        const said = await answer.body.text();
        if (answer.statusCode === 429) {
          busy += 1;
          continue;
        }
        const { stored } = JSON.parse(said) as { stored?: number };
        const size = each === 1 ? 1 : undefined;
        if (answer.statusCode !== 200 || (size !== undefined && stored !== size)) throw new Error(said.slice(0, 300));
        break;
      }
      answered.push(performance.now() - sent);
    }
  }

  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, send));
  const seconds = (performance.now() - began) / 1_000;
  await pool.close();
  const sorted = answered.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { seconds, p50: at(0.5), p99: at(0.99), busy };
}

import type { ThreadNode } from "../../src/domain/thread-link.ts";
import { countBuiltWith, openRecalls } from "../../src/flows/recall.ts";
import type { Database } from "../../src/store/database.ts";
import { findNodes } from "../../src/store/thread-search.ts";
import { STEPS_SHOWN, traceFrom } from "../../src/store/trace.ts";
import { unitsBefore } from "../../src/store/unit-records.ts";
import { median } from "../kit/measure.ts";
import type { Figure } from "../kit/report.ts";
import { fillThread } from "./fill-thread.ts";

/** Traces, look-ups and recalls; `trace.1m` is the slowest trace of the three that people ask for. */
export async function benchTraces(bench: {
  links: number;
  rounds: number;
  database: Database;
}): Promise<readonly Figure[]> {
  const { database, rounds } = bench;
  const { pool } = database;
  const filled = await fillThread(database, bench.links);
  console.error(`${filled.links} links, ${filled.units} units`);
  const { serial, lot, change } = filled;
  const bounds = { depth: 8, perNode: 20, steps: STEPS_SHOWN, after: null };
  const pages = openRecalls(pool);
  let last: string | null = null;
  const tasks = {
    "one hop in bare SQL": () => oneHop(database, serial),
    "serial to change": () => traceFrom(pool, serial, { ...bounds, direction: "back" }),
    "lot to serials, first page": () =>
      traceFrom(pool, lot, { ...bounds, direction: "forward", depth: 1, perNode: 100 }),
    "change to serials": () => traceFrom(pool, change, { ...bounds, direction: "forward" }),
    "look-up of a serial": () => findNodes(pool, serial.id.split("@")[0] ?? "", {}, 50),
    "what begins so": () => findNodes(pool, "SN-0", {}, 20),
    "recall of the lot, first page": async () => {
      last = (await pages(lot, null, 100)).next;
    },
    "recall of the lot, next page": async () => {
      last = (await pages(lot, last, 100)).next;
    },
    "recall before the change, a page": () => unitsBefore(pool, change.id, filled.items, { after: null, limit: 100 }),
  };
  const names = Object.keys(tasks) as (keyof typeof tasks)[];
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  // The first round warms up. Rounds interleave, so that the machine's moods fall on all alike.
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const start = performance.now();
      await tasks[name]();
      if (round > 0) times.get(name)?.push(performance.now() - start);
    }
  }
  const of = (name: keyof typeof tasks) => median(times.get(name) ?? []);
  for (const name of names) {
    const worst = Math.max(...(times.get(name) ?? []));
    console.error(`${name}: ${of(name).toFixed(2)} ms, at most ${worst.toFixed(2)} ms`);
  }
  const start = performance.now();
  const { counts } = await countBuiltWith(pool, lot);
  console.error(`count of the whole recall, ${counts.serial} serials: ${Math.round(performance.now() - start)} ms`);
  const bare = of("one hop in bare SQL");
  const traces = ["serial to change", "lot to serials, first page", "change to serials"] as const;
  const slowest = Math.max(...traces.map(of));
  return [{ name: "trace.1m", figure: slowest, unit: "ms", ratio: slowest / bare }];
}

/** The links from and to one node, which any trace must read at the least. */
async function oneHop({ pool }: Database, { system, kind, id }: ThreadNode): Promise<unknown> {
  const { rows } = await pool.query(
    `select * from thread_links where (from_system, from_kind, from_id) = ($1, $2, $3)
      union all
     select * from thread_links where (to_system, to_kind, to_id) = ($1, $2, $3)`,
    [system, kind, id],
  );
  return rows;
}

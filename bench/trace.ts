/**
 * How fast the thread is traced on a million links and a page of KPIs is read over ten million events, beside bare SQL:
 * `node bench/trace.ts [--links 1000000] [--rounds 15] [--json]`. Each part of `bench/trace` gives its lines.
 */
import { parseArgs } from "node:util";
import { testDatabase } from "../src/store/testing.ts";
import { report, type Figure } from "./kit/report.ts";
import { benchKpis } from "./kpis.ts";
import { benchTraces } from "./trace/traces.ts";

const { values } = parseArgs({
  options: {
    links: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "15" },
    json: { type: "boolean", default: false },
  },
});
const [links, rounds] = [Number(values.links), Number(values.rounds)];
if (!Number.isSafeInteger(links) || links < 10_000)
  throw new Error(`--links ${values.links} is not a number from 10000`);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds} is not a number from 1`);

/** Each fills a database of its own, measures, and says what it found on standard error. */
const PARTS: readonly ((bench: {
  links: number;
  rounds: number;
  database: Awaited<ReturnType<typeof testDatabase>>;
}) => Promise<readonly Figure[]>)[] = [benchTraces, benchKpis];

const figures: Figure[] = [];
for (const part of PARTS) {
  await using stack = new AsyncDisposableStack();
  const database = stack.adopt(await testDatabase(), (one) => one.close());
  figures.push(...(await part({ links, rounds, database })));
}
console.log(report(figures, values.json));

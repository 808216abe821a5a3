/**
 * One change of many assemblies, from the PLM into the ERP: `npm run bench:mass-change -- [--parents 3000] [--json]`. A screw
 * gives way to another in all of them; the hub plans it, a person approves, and it is written in parts of 200. Sandbox
 * systems over HTTP and a real PostgreSQL, all on this machine. Beside each figure stands what one parent comes to.
 */
import { subscribe } from "node:diagnostics_channel";
import { parseArgs } from "node:util";
import { toJson } from "../../src/domain/json.ts";
import { draftMassChange, NEW_SCREW, OLD_SCREW } from "../kit/draft-mass-change.ts";
import { startTrialHub } from "../kit/trial-hub.ts";
import { report } from "../../bench/kit/report.ts";

const { values } = parseArgs({
  options: { parents: { type: "string", default: "3000" }, json: { type: "boolean", default: false } },
});
const parents = Number(values.parents);
if (!Number.isSafeInteger(parents) || parents < 1)
  throw new Error(`--parents ${values.parents} is not a number from 1`);

const PATIENCE_MS = 900_000;

let requests = 0;
subscribe("undici:request:create", () => (requests += 1));
let peak = 0;
const memory = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 50);

const trial = await startTrialHub({ patienceMs: PATIENCE_MS });
try {
  await toEnd(await draftMassChange(trial.plm, { parents, revision: "A", screw: OLD_SCREW }));
  const change = await draftMassChange(trial.plm, { parents, revision: "B", screw: NEW_SCREW });
  const planned = await timed(async () => {
    await trial.release(change);
    await trial.reaches(change, "awaiting approval", "blocked");
  });
  const plan = await trial.planOf(change);
  const megabytes = Buffer.byteLength(JSON.stringify(toJson(plan))) / 1e6;
  const written = await timed(async () => {
    await trial.approve(change);
    await trial.reaches(change, "applied", "blocked");
  });
  const accounted = plan.mboms.filter(({ account }) => account.length > 0).length;
  console.error(`${plan.actions.length} writes, ${accounted} of ${plan.mboms.length} mBOMs with an account`);
  const figure = (name: string, value: number, unit: string) => ({ name, figure: value, unit, ratio: value / parents });
  const figures = [
    figure("plan.mass-change", planned.ms, "ms"),
    figure("plan.mass-change.reads", planned.requests, "requests"),
    figure("plan.mass-change.size", megabytes, "MB"),
    figure("apply.mass-change", written.ms, "ms"),
    figure("apply.mass-change.requests", written.requests, "requests"),
    figure("mass-change.peak-memory", peak / 1e6, "MB"),
  ];
  console.log(report(figures, values.json));
} finally {
  clearInterval(memory);
  await trial.close();
}

async function toEnd(change: string): Promise<void> {
  await trial.release(change);
  await trial.reaches(change, "awaiting approval", "blocked");
  await trial.approve(change);
  await trial.reaches(change, "applied", "blocked");
}

async function timed(work: () => Promise<void>): Promise<{ readonly ms: number; readonly requests: number }> {
  const [from, before] = [performance.now(), requests];
  await work();
  return { ms: performance.now() - from, requests: requests - before };
}

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startSandboxPlm } from "../../sandbox/plm/server.ts";
import { startFaultProxy, type FaultProxy } from "../../src/connectors/fault-proxy.ts";
import { isTrytonWrite } from "../../src/connectors/tryton/harness.ts";
import { openLanes, type Lanes } from "../../src/engine/lanes.ts";
import { decide } from "../../src/store/decisions.ts";
import { runOf, type Run } from "../../src/store/runs.ts";
import { subjectOf } from "../../src/store/subject.ts";
import { testDatabase, type TestDatabase } from "../../src/store/testing.ts";
import { sandbox } from "../kit/sandbox.ts";
import { until } from "../kit/until.ts";
import { duplicates } from "./duplicates.ts";
import { PLANT, startTrytonPlant, type TrytonPlant } from "./tryton-plant.ts";

/** How often the hub is killed; `HEDDLE_KILLS=200` for the long run, of about half an hour. */
const KILLS = Number(process.env["HEDDLE_KILLS"] ?? 12);
/** The changes, each with an item whose mBOM it publishes; ECO-0007 waits for its day. */
const CHANGES = [
  ["ECO-0001", "FX-210"],
  ["ECO-0002", "SMP-101"],
  ["ECO-0003", "FX-211"],
  ["ECO-0004", "FX-220"],
  ["ECO-0006", "HAR-001"],
] as const;

/** For one change, with as many hubs as it takes. */
const PATIENCE_MS = 300_000;

let plant: TrytonPlant;
let proxy: FaultProxy;
let database: TestDatabase;
let lanes: Lanes;
let plm: Awaited<ReturnType<typeof startSandboxPlm>>;
let folder: string;
let child: ChildProcess | null = null;
let onRequest: (isWrite: boolean) => void = () => {};

beforeAll(async () => {
  plant = await startTrytonPlant();
  proxy = await startFaultProxy(plant.url, (method, path) => {
    const isWrite = isTrytonWrite(method, path);
    onRequest(isWrite);
    return isWrite;
  });
  proxy.cutAfterWrite(Number.MAX_SAFE_INTEGER); // so that each write is looked at; it never strikes
  folder = await mkdtemp(join(tmpdir(), "heddle-killed-"));
  plm = await startSandboxPlm({ folder, port: 0, apiKey: "trial-key", seed: true });
  database = await testDatabase();
  lanes = await openLanes(database);
});
afterAll(async () => {
  child?.kill("SIGKILL");
  await lanes.close();
  await database.close();
  await proxy.stop();
  await plm.close();
  await plant.close();
  await rm(folder, { recursive: true, force: true });
});

it(`leaves nothing twice in Tryton when the hub is killed ${KILLS} times while it writes`, async () => {
  let kills = 0;
  let hubs = 0;
  let requests = 0;
  let writes = 0;
  const isEnough = () => kills >= KILLS;
  let lastRequest = 0;
  /** Every other hub dies at its first, second or third write, the others anywhere. */
  const isItsLast = () => (hubs % 2 === 1 ? writes === 1 + (((hubs - 1) / 2) % 3) : requests === lastRequest);
  onRequest = (isWrite) => {
    requests += 1;
    if (isWrite) writes += 1;
    if (isEnough() || child?.killed === true || !isItsLast()) return;
    kills += 1;
    const killed = child;
    // Some time between the sending and a little after the answer.
    setTimeout(() => killed?.kill("SIGKILL"), Math.random() * 150);
  };
  const started = async (): Promise<void> => {
    [hubs, requests, writes] = [hubs + 1, 0, 0];
    lastRequest = 1 + Math.floor(Math.random() * 120);
    const script = join(import.meta.dirname, "hub-process.ts");
    child = spawn(process.execPath, [script, database.url, plm.url, proxy.url], { stdio: "ignore" });
    await once(child, "spawn");
  };
  const isApplied = (change: string) =>
    until(
      `${change} is applied`,
      async () => {
        if (hubIsGone()) await started();
        const run = await runNow(change);
        if (run === null || run.queued) return null;
        if (run.state === "awaiting approval" && run.planDigest !== null) await approve(change, run.planDigest);
        return run.state === "applied" ? run : null;
      },
      async () => JSON.stringify(await runNow(change)),
      PATIENCE_MS,
    );

  await started();
  for (const [change] of CHANGES) {
    await sandbox(plm.url).send("POST", `/api/v2/ecos/${change}/release`, { releasedBy: "eva.engineer" });
    await wake(change, "released");
    await isApplied(change);
  }
  // As long as kills are left, a planner edits the mBOMs by hand and the changes are carried out once more.
  for (let round = 0; !isEnough(); round++) {
    const [change, item] = CHANGES[round % CHANGES.length] ?? CHANGES[0];
    await editByHand(item, 90 + round);
    await wake(change, "look again");
    await until(
      "the edit is replaced",
      async () => {
        await isApplied(change);
        return (await quantitiesOf(item)).includes(90 + round) ? null : true;
      },
      async () => `${kills} kills; ${JSON.stringify(await runNow(change))}`,
      PATIENCE_MS,
    );
  }
  expect(await duplicates(plant.world)).toEqual([]);
  expect(kills).toBe(KILLS);
}, 3_600_000);

async function quantitiesOf(item: string): Promise<number[]> {
  return (await inputsOf(item)).map(({ quantity }) => quantity);
}

async function inputsOf(item: string): Promise<{ id: number; quantity: number }[]> {
  return await plant.world.search(
    "production.bom.input",
    [
      ["bom.output_products.code", "=", item],
      ["bom.active", "=", true],
    ],
    ["quantity"],
  );
}

async function editByHand(item: string, quantity: number): Promise<void> {
  const [input] = await inputsOf(item);
  await plant.world.rpc("model.production.bom.input.write", [input?.id], { quantity });
}

function hubIsGone(): boolean {
  return child?.exitCode !== null || child.signalCode !== null;
}

function subjectId(change: string) {
  return subjectOf("change", change, PLANT).id;
}

async function runNow(change: string): Promise<Run | null> {
  return await runOf(database.pool, subjectId(change));
}

async function wake(change: string, why: string): Promise<void> {
  await database.transaction((tx) => lanes.wakeUp(tx, subjectId(change), { why, by: "ann.approver" }));
}

async function approve(change: string, digest: NonNullable<Run["planDigest"]>): Promise<void> {
  await database.transaction(async (tx) => {
    await decide(tx, { digest, decision: "approve", by: "ann.approver", reason: "looked at it", meaning: "approve" });
    await lanes.wakeUp(tx, subjectId(change), { why: "decided", by: "ann.approver" });
  });
}

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

/** How often the hub is killed over all changes; `HEDDLE_KILLS=200` for the long run. */
const KILLS = Number(process.env["HEDDLE_KILLS"] ?? 12);
const CHANGES = ["ECO-0001", "ECO-0002", "ECO-0003", "ECO-0004", "ECO-0006", "ECO-0007"];

let plant: TrytonPlant;
let proxy: FaultProxy;
let database: TestDatabase;
let lanes: Lanes;
let plm: Awaited<ReturnType<typeof startSandboxPlm>>;
let folder: string;
let child: ChildProcess | null = null;
let onWrite: () => void = () => {};

beforeAll(async () => {
  plant = await startTrytonPlant();
  proxy = await startFaultProxy(plant.url, (method, path) => {
    const isWrite = isTrytonWrite(method, path);
    if (isWrite) onWrite();
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
  let writesOfThisHub = 0;
  /** Each hub gets a write further than the one before it, so that each write is the last of some hub. */
  let patience = 1;
  onWrite = () => {
    writesOfThisHub += 1;
    if (kills >= KILLS || writesOfThisHub !== patience) return;
    kills += 1;
    patience = (patience % 3) + 1;
    const killed = child;
    // Some time between the sending and a little after the answer.
    setTimeout(() => killed?.kill("SIGKILL"), Math.random() * 150);
  };
  const started = async (): Promise<void> => {
    writesOfThisHub = 0;
    const script = join(import.meta.dirname, "hub-process.ts");
    child = spawn(process.execPath, [script, database.url, plm.url, proxy.url], { stdio: "inherit" });
    await once(child, "spawn");
  };

  await started();
  for (const change of CHANGES) {
    await sandbox(plm.url).send("POST", `/api/v2/ecos/${change}/release`, { releasedBy: "eva.engineer" });
    await wake(change, "released");
    await until(
      `${change} is applied`,
      async () => {
        if (hubIsGone()) await started();
        const run = await runNow(change);
        if (run === null || run.queued) return null;
        if (run.state === "awaiting approval" && run.planDigest !== null) await approve(change, run.planDigest);
        return run.state === "applied" ? run : null;
      },
      async () => JSON.stringify(await runNow(change)),
      240_000,
    );
  }
  expect(await duplicates(plant.world)).toEqual([]);
  expect(kills).toBe(KILLS);
});

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

import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { countByState } from "../store/runs.ts";
import { subjectOf, type SubjectId } from "../store/subject.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import { openLanes, type Lanes } from "./lanes.ts";

let database: TestDatabase;
let lanes: Lanes;
const hubs: ChildProcess[] = [];

beforeEach(async () => {
  database = await testDatabase();
  lanes = await openLanes(database);
  await database.pool.query("create table looks (subject text, holder text, alone boolean)");
});
afterEach(async () => {
  hubs.splice(0).forEach((hub) => hub.kill("SIGKILL"));
  await lanes.close();
  await database.close();
});

it("shares the work of two hubs, and loses nothing of the one that is killed", async () => {
  const [doomed, other] = await Promise.all([startHub({ lookMs: 30 }), startHub({ lookMs: 30 })]);
  const subjects = Array.from({ length: 200 }, (_, i) => subjectOf("change", `ECO-${i}`, "1000").id);
  await wakeAll(subjects);
  await vi.waitFor(async () => expect((await countByState(database.pool)).applied).toBeGreaterThan(40), 60_000);

  doomed.process.kill("SIGKILL");

  await vi.waitFor(async () => expect(await countByState(database.pool)).toEqual({ applied: 200 }), 60_000);
  const { rows } = await database.pool.query(
    "select holder, count(*)::int, bool_and(alone) as alone from looks group by 1",
  );
  expect(new Set(rows.map((row) => row.holder))).toEqual(new Set([doomed.holder, other.holder]));
  expect(rows.every((row) => row.alone)).toBe(true);
  // What completed did so once: its wake-up went in the same transaction.
  expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(200);
  expect(await lanes.counts(database.pool)).toEqual({ waiting: 0, active: 0 });
});

it("takes a killed hub's subject over without waiting for its lease", async () => {
  const doomed = await startHub({ lookMs: 3_600_000, leaseMs: 3_600_000 });
  await wakeAll([subjectOf("change", "ECO-1", "1000").id]);
  await vi.waitFor(async () => expect(await lanes.counts(database.pool)).toEqual({ waiting: 0, active: 1 }), 60_000);
  const next = await startHub({ lookMs: 0 });

  doomed.process.kill("SIGKILL");

  await vi.waitFor(async () => expect(await countByState(database.pool)).toEqual({ applied: 1 }), 60_000);
  expect(await holders()).toEqual([next.holder]);
});

it("takes a frozen hub's subject over after its lease, and refuses what that writes when it wakes", async () => {
  const frozen = await startHub({ lookMs: 500, leaseMs: 2_000 });
  await wakeAll([subjectOf("change", "ECO-1", "1000").id]);
  await vi.waitFor(async () => expect(await lanes.counts(database.pool)).toEqual({ waiting: 0, active: 1 }), 60_000);
  frozen.process.kill("SIGSTOP");

  const next = await startHub({ lookMs: 0 });
  await vi.waitFor(async () => expect(await countByState(database.pool)).toEqual({ applied: 1 }), 60_000);
  frozen.process.kill("SIGCONT");

  await vi.waitFor(() => expect(frozen.errors()).toMatch(/lease on change:ECO-1@1000 \(fence 1\) is lost/), 60_000);
  expect(await holders()).toEqual([next.holder]);
});

async function wakeAll(subjects: readonly SubjectId[]): Promise<void> {
  await database.transaction((tx) => lanes.wakeAll(tx, subjects, { why: "released" }));
}

async function holders(): Promise<string[]> {
  const { rows } = await database.pool.query<{ holder: string }>("select holder from looks");
  return rows.map((row) => row.holder);
}

type Hub = { readonly process: ChildProcess; readonly holder: string; readonly errors: () => string };

async function startHub({ lookMs, leaseMs = 10_000 }: { lookMs: number; leaseMs?: number }): Promise<Hub> {
  const program = join(import.meta.dirname, "fixtures", "worker-process.ts");
  const hub = spawn(process.execPath, [program, database.url, String(lookMs), String(leaseMs)]);
  hubs.push(hub);
  let errors = "";
  hub.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const holder = await new Promise<string>((resolve, reject) => {
    hub.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    hub.once("exit", (code) => reject(new Error(`the hub ended with ${code}: ${errors}`)));
  });
  return { process: hub, holder, errors: () => errors };
}

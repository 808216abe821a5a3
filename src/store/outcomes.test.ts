import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Digest } from "../domain/ids.ts";
import type { Database } from "./database.ts";
import { LeaseLost, releaseLease, type LeaseToken } from "./leases.ts";
import { countUnknownOutcomes, outcomesOf, settleAction, startAction, unknownOutcomes } from "./outcomes.ts";
import { storePlan } from "./plans.ts";
import { subjectOf } from "./subject.ts";
import { holdSubject, testDatabase } from "./testing.ts";

let database: Database;
let lease: LeaseToken;
const change = subjectOf("change", "ECO-1", "1000");
const digest = "d".repeat(64) as Digest;
const receipt = { id: "BOM-000047", version: "3" };
const cut = { code: "answer-lost", message: "the connection was cut" };

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate runs, outcomes cascade");
  lease = await holdSubject(database, change);
  await storePlan(database.pool, { digest, subject: change.id, plan: {}, state: "approved", requestedBy: "plm" });
});

it("tells a first attempt from one that follows a crash, a lost answer or a refusal", async () => {
  expect(await start()).toBeNull();
  expect(await start()).toBe("started"); // nobody noted how it ended: a crash
  await settle({ state: "unknown", error: cut });
  expect(await start()).toBe("unknown");
  await settle({ state: "refused", error: { code: "rejected" } });
  expect(await start()).toBe("refused");
  expect(await outcomesOf(database.pool, digest)).toMatchObject([{ state: "started", attempts: 4, error: null }]);
});

it("leaves alone what is done", async () => {
  await start();
  await settle({ state: "done", receipt });

  expect(await start()).toBe("done");
  expect(await outcomesOf(database.pool, digest)).toMatchObject([
    { action: "publish mBOM FRAME", state: "done", attempts: 1, receipt, error: null },
  ]);
});

it("takes nothing from whoever has lost the subject", async () => {
  await start();
  await holdSubject(database, change);

  await expect(start()).rejects.toThrow(LeaseLost);
  await expect(settle({ state: "done", receipt })).rejects.toThrow(LeaseLost);
  expect(await outcomesOf(database.pool, digest)).toMatchObject([{ state: "started", receipt: null }]);
});

it("counts as unknown what ended without an answer, and what was started by someone who is gone", async () => {
  await start();
  expect(await countUnknownOutcomes(database.pool)).toBe(0); // someone is at it
  await settle({ state: "unknown", error: cut });
  expect(await unknownOutcomes(database.pool)).toMatchObject([
    { digest, subject: change.id, state: "unknown", error: cut },
  ]);

  await start();
  await database.transaction((tx) => releaseLease(tx, lease));
  expect(await unknownOutcomes(database.pool)).toMatchObject([{ state: "started" }]);
  expect(await countUnknownOutcomes(database.pool)).toBe(1);
});

async function start() {
  return startAction(database.pool, lease, digest, "publish mBOM FRAME");
}

async function settle(outcome: Parameters<typeof settleAction>[4]) {
  return settleAction(database.pool, lease, digest, "publish mBOM FRAME", outcome);
}

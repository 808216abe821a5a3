import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Database } from "./database.ts";
import { LeaseLost } from "./leases.ts";
import { listen } from "./listen.ts";
import { countByState, listRuns, recordRun, runOf, takeDue, type RunPatch } from "./runs.ts";
import { subjectOf, type Subject } from "./subject.ts";
import { holdSubject, testDatabase } from "./testing.ts";

let database: Database;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("truncate runs cascade"));

it("notes where a subject stands, and leaves alone what is not said", async () => {
  await record(eco("1"), { title: "Longer hinge pin", state: "blocked", reason: "DOOR has no sourcing rule" });
  await record(eco("1"), { state: "awaiting approval", reason: null, actionRequired: 2, exposure: "120.00 EUR" });

  expect(await runOf(database.pool, eco("1").id)).toMatchObject({
    subject: "change:ECO-1@1000",
    kind: "change",
    key: "ECO-1",
    plant: "1000",
    title: "Longer hinge pin",
    state: "awaiting approval",
    reason: null,
    waitsFor: [],
    planDigest: null,
    actionRequired: 2,
    exposure: "120.00 EUR",
    updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  });
  expect(await runOf(database.pool, eco("2").id)).toBeNull();
});

it("takes nothing from whoever has lost the subject to another", async () => {
  const late = await holdSubject(database, eco("1"));
  const holder = await holdSubject(database, eco("1"));
  await recordRun(database.pool, holder, { state: "applying" });

  await expect(recordRun(database.pool, late, { state: "applied" })).rejects.toThrow(LeaseLost);
  await expect(recordRun(database.pool, { ...holder, fence: holder.fence + 1 }, { state: "applied" })).rejects.toThrow(
    "the lease on change:ECO-1@1000 (fence 3) is lost",
  );
  expect((await runOf(database.pool, eco("1").id))?.state).toBe("applying");
});

it("lets nobody take the subject over between a check in a transaction and its commit", async () => {
  const lease = await holdSubject(database, eco("1"));
  const order: string[] = [];
  let takeover: Promise<unknown> = Promise.resolve();

  await database.transaction(async (tx) => {
    await recordRun(tx, lease, { state: "applied" });
    takeover = holdSubject(database, eco("1")).then(() => order.push("taken over"));
    await tx.query("select pg_sleep(0.1)"); // long enough for the takeover, were it not kept waiting
    order.push("about to commit");
  });
  await takeover;

  expect(order).toEqual(["about to commit", "taken over"]);
});

it("lists the last touched first, page by page, each run once", async () => {
  for (let i = 1; i <= 7; i++) await record(eco(String(i)), { title: `Change ${i}` });

  const keys: string[] = [];
  let after: string | undefined;
  do {
    const page = await listRuns(database.pool, { limit: 3, after });
    keys.push(...page.runs.map((run) => run.key));
    after = page.next ?? undefined;
  } while (after !== undefined);

  expect(keys).toEqual(["ECO-7", "ECO-6", "ECO-5", "ECO-4", "ECO-3", "ECO-2", "ECO-1"]);
});

it("finds runs by state and by words of the key or the title", async () => {
  await record(eco("1"), { title: "Longer hinge pin", state: "applied" });
  await record(eco("2"), { title: "100 % cotton belt", state: "blocked" });
  const found = async (filter: object) =>
    (await listRuns(database.pool, { limit: 10, ...filter })).runs.map((run) => run.key);

  expect(await found({ state: "blocked" })).toEqual(["ECO-2"]);
  expect(await found({ text: "HINGE" })).toEqual(["ECO-1"]);
  expect(await found({ text: "eco-2" })).toEqual(["ECO-2"]);
  expect(await found({ text: "%" })).toEqual(["ECO-2"]);
  expect(await countByState(database.pool)).toEqual({ applied: 1, blocked: 1 });
});

it("refuses a place in the list that it never gave", async () => {
  await expect(listRuns(database.pool, { limit: 1, after: "'; drop table runs" })).rejects.toThrow(RangeError);
});

it("tells live views of the change, its plant and its state, once it has committed", async () => {
  const heard: unknown[] = [];
  const listening = await listen(database, {
    channel: "heddle_live",
    onMessage: (payload) => heard.push(JSON.parse(payload)),
  });

  await record(eco("1"), { state: "blocked" });

  const told = { subject: "change:ECO-1@1000", change: "ECO-1", plant: "1000", state: "blocked" };
  await vi.waitFor(() => expect(heard).toContainEqual(told), 60_000);
  await listening.stop();
});

function eco(number: string): Subject {
  return subjectOf("change", `ECO-${number}`, "1000");
}

async function record(subject: Subject, patch: RunPatch): Promise<void> {
  await recordRun(database.pool, await holdSubject(database, subject), patch);
}

it("hands out once what has come due, to one hub of several", async () => {
  await record(eco("1"), { state: "waiting day", wakesAt: "2026-06-01T00:00:00.000Z" });
  await record(eco("2"), { state: "applied", wakesAt: "2026-06-02T00:00:00.000Z" });
  await record(eco("3"), { state: "applied" });
  const due = (at: string) => database.transaction((tx) => takeDue(tx, new Date(at)));

  expect(await due("2026-05-31T23:59:59.999Z")).toEqual([]);
  const taken = await Promise.all([due("2026-06-01T00:00:00.000Z"), due("2026-06-01T00:00:00.000Z")]);
  expect(taken.flat()).toEqual([eco("1").id]);
  expect(await due("2026-07-01T00:00:00.000Z")).toEqual([eco("2").id]);
  expect(await due("2026-07-01T00:00:00.000Z")).toEqual([]);
});

it("hands out again what a hub took and did not commit", async () => {
  await record(eco("1"), { state: "waiting day", wakesAt: "2026-06-01T00:00:00.000Z" });
  const killed = database.transaction(async (tx) => {
    await takeDue(tx, new Date("2026-06-01T00:00:00.000Z"));
    throw new Error("killed");
  });
  await expect(killed).rejects.toThrow("killed");
  const again = await database.transaction((tx) => takeDue(tx, new Date("2026-06-01T00:00:00.000Z")));
  expect(again).toEqual([eco("1").id]);
});

import { expect, it } from "vitest";
import { openDatabase } from "../store/database.ts";
import { runOf } from "../store/runs.ts";
import { subjectOf, type SubjectId } from "../store/subject.ts";
import { testDatabase } from "../store/testing.ts";
import { openLanes, type LaneEntry, type WakeUp } from "./lanes.ts";
import { testLanes } from "./testing.ts";

const { database, lanes } = await testLanes();

it("wakes a subject only if the cause commits", async () => {
  const subject = eco("1");

  await expect(
    database.transaction(async (tx) => {
      await lanes.wakeUp(tx, subject, { why: "released" });
      throw new Error("the cause did not come about");
    }),
  ).rejects.toThrow("did not come about");
  expect(await entriesOf(subject)).toEqual([]);
  expect(await runOf(database.pool, subject)).toBeNull();

  await wake(subject, { why: "released", by: "anna" });
  expect(await entriesOf(subject)).toMatchObject([{ state: "waiting", why: "released", by: "anna" }]);
  expect(await runOf(database.pool, subject)).toMatchObject({ state: "planning", queued: true, key: "ECO-1" });
});

it("makes one of any number of wake-ups that wait, also of those that come at the same moment", async () => {
  const subject = eco("2");

  await Promise.all(Array.from({ length: 20 }, (_, i) => wake(subject, { why: `hint ${i}` })));

  expect(await entriesOf(subject)).toHaveLength(1);
});

it("lets a wake-up that is due now overtake one that is due later, and not the other way round", async () => {
  const subject = eco("3");
  await wake(subject, { why: "try again", delayMs: 60_000 });
  expect(dueInMs(await entriesOf(subject))).toBeGreaterThan(50_000);

  await wake(subject, { why: "approved" });
  expect(dueInMs(await entriesOf(subject))).toBeLessThan(1_000);

  await wake(subject, { why: "try again", delayMs: 60_000 });
  expect(await entriesOf(subject)).toMatchObject([{ why: "approved" }]);
  expect(dueInMs(await entriesOf(subject))).toBeLessThan(1_000);
});

it("does not lose a wake-up that comes while the one before it is being claimed", async () => {
  const subject = eco("4");
  await wake(subject, { why: "first" });
  const claimed = await database.transaction(async (tx) => {
    const claims = await lanes.claim(tx, 100);
    // Not yet committed: whoever wakes the subject now must not take the claimed wake-up for a waiting one.
    return claims.find((claim) => claim.subject === subject);
  });

  await wake(subject, { why: "second" });

  expect((await entriesOf(subject)).map(({ state, why }) => [state, why])).toEqual([
    ["active", "first"],
    ["waiting", "second"],
  ]);
  expect(await database.transaction((tx) => lanes.claim(tx, 100))).toEqual([]); // one at a time
  if (claimed === undefined) throw new Error("the first wake-up was not claimed");
  expect(await database.transaction((tx) => lanes.finish(tx, claimed))).toBe(true);
  expect(await database.transaction((tx) => lanes.finish(tx, claimed))).toBe(false);
  expect(await database.transaction((tx) => lanes.claim(tx, 100))).toMatchObject([{ subject, why: "second" }]);
});

it("wakes a crowd in one order, so that two that wake the same subjects do not deadlock", async () => {
  const crowd = Array.from({ length: 30 }, (_, i) => eco(`9${i}`));
  const inTurn = (subjects: SubjectId[]) =>
    database.transaction((tx) => lanes.wakeAll(tx, subjects, { why: "their turn came" }));

  await Promise.all([inTurn(crowd), inTurn(crowd.toReversed())]);

  const woken = await lanes.list(database.pool, 1_000);
  expect(woken.filter((entry) => crowd.includes(entry.subject))).toHaveLength(30);
});

it("refuses what is no subject", async () => {
  await expect(wake("ECO-0001" as SubjectId, { why: "released" })).rejects.toThrow('"ECO-0001" is no subject');
});

it("opens on one database from several hubs at once, also the first time", async () => {
  const fresh = await testDatabase();
  const hubs = await Promise.all(Array.from({ length: 4 }, () => openDatabase({ url: fresh.url })));

  const opened = await Promise.all(hubs.map((hub) => openLanes(hub)));

  const counts = await Promise.all(opened.map((each) => each.counts(fresh.pool)));
  expect(counts).toEqual(opened.map(() => ({ waiting: 0, active: 0 })));
  await Promise.all(opened.map((each) => each.close()));
  await Promise.all(hubs.map((hub) => hub.close()));
  await fresh.close();
});

function eco(number: string): SubjectId {
  return subjectOf("change", `ECO-${number}`, "1000").id;
}

async function wake(subject: SubjectId, wakeUp: WakeUp): Promise<void> {
  await database.transaction((tx) => lanes.wakeUp(tx, subject, wakeUp));
}

async function entriesOf(subject: SubjectId): Promise<LaneEntry[]> {
  return (await lanes.list(database.pool, 1_000)).filter((entry) => entry.subject === subject);
}

function dueInMs(entries: readonly LaneEntry[]): number {
  return Date.parse(entries[0]?.due ?? "") - Date.now();
}

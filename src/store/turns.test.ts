import { array, assert as always, asyncProperty, constantFrom, record, uniqueArray } from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "./database.ts";
import { subjectOf, type SubjectId } from "./subject.ts";
import { testDatabase } from "./testing.ts";
import { takeTurn, yieldTurn, type Turn } from "./turns.ts";

let database: Database;
const [first, second, third] = ["ECO-1", "ECO-2", "ECO-3"].map((key) => subjectOf("change", key, "1000").id) as [
  SubjectId,
  SubjectId,
  SubjectId,
];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("truncate turns, turn_waits"));

describe("a change", () => {
  it("has its turn at once on assemblies that nobody is at work on", async () => {
    expect(await take(first, ["FRAME", "DOOR"])).toMatchObject({ kind: "has turn" });
    expect(await take(second, ["HINGE"])).toMatchObject({ kind: "has turn" });
  });

  it("waits for the one that is at work on an assembly of its own, and is woken when that is through", async () => {
    await take(first, ["FRAME", "DOOR"]);

    expect(await take(second, ["DOOR", "HINGE"])).toEqual({ kind: "waits", for: [first], wake: [] });
    expect(await giveUp(first)).toEqual([second]);
    expect(await take(second, ["DOOR", "HINGE"])).toMatchObject({ kind: "has turn" });
  });

  it("keeps its turn although an earlier one comes later, and has it again whenever it asks", async () => {
    await take(second, ["DOOR"]);

    expect(await take(first, ["DOOR"])).toMatchObject({ kind: "waits", for: [second] });
    expect(await take(second, ["DOOR"])).toMatchObject({ kind: "has turn" });
  });

  it("goes after those that wait and were released earlier, so nobody is passed over for ever", async () => {
    await take(first, ["DOOR"]);
    await take(second, ["DOOR", "HINGE"]);

    expect(await take(third, ["HINGE"])).toMatchObject({ kind: "waits", for: [second] });
    await giveUp(first);
    expect(await take(third, ["HINGE"])).toMatchObject({ kind: "waits", for: [second] });
    expect(await take(second, ["DOOR", "HINGE"])).toMatchObject({ kind: "has turn" });
    expect(await giveUp(second)).toEqual([third]);
  });

  it("wakes those behind it when it no longer wants what they wait for", async () => {
    await take(first, ["DOOR"]);
    await take(second, ["DOOR", "HINGE"]);
    await take(third, ["HINGE"]);

    expect(await take(second, ["DOOR"])).toEqual({ kind: "waits", for: [first], wake: [third] });
  });

  it("gives back what it holds rather than wait in a circle", async () => {
    await take(first, ["FRAME"]);
    await take(second, ["DOOR"]);
    expect(await take(first, ["FRAME", "DOOR"])).toMatchObject({ kind: "waits", for: [second] });

    expect(await take(second, ["FRAME", "DOOR"])).toEqual({ kind: "waits", for: [first], wake: [first] });
    expect(await take(first, ["FRAME", "DOOR"])).toMatchObject({ kind: "has turn" });
  });
});

it("never gives an assembly to two, and everyone gets through, whatever is wanted in whatever order", async () => {
  const wants = uniqueArray(constantFrom("A", "B", "C", "D"), { minLength: 1 });
  await always(
    asyncProperty(array(record({ early: wants, late: wants }), { minLength: 1, maxLength: 5 }), async (changes) => {
      await database.pool.query("truncate turns, turn_waits");
      const work = changes.map(({ early, late }, i) => ({
        subject: subjectOf("change", `ECO-${i}`, "1000").id,
        wants: [early, [...new Set([...early, ...late])]], // a plan that was made again may want more
      }));
      expect(await workedOff(work)).toBe(changes.length);
    }),
    { numRuns: 40 },
  );
});

/** Lets each subject take its turns, one after the other, as a hub would; looks again only at those that were woken. */
async function workedOff(work: { subject: SubjectId; wants: string[][] }[]): Promise<number> {
  const queue = work.map(({ subject }) => subject);
  const holders = new Map<string, SubjectId>();
  const left = new Map(work.map(({ subject, wants }) => [subject, [...wants]]));
  for (let looks = 0; queue.length > 0; looks++) {
    if (looks > 500) throw new Error("they go round and round");
    const subject = queue.shift() as SubjectId;
    const wants = left.get(subject)?.[0];
    if (wants === undefined) continue;
    const turn = await take(subject, wants);
    queue.push(...turn.wake);
    if (turn.kind === "waits") {
      if (turn.wake.length > 0)
        for (const [resource, holder] of holders) if (holder === subject) holders.delete(resource);
      continue;
    }
    for (const resource of wants) {
      expect(holders.get(resource) ?? subject).toBe(subject);
      holders.set(resource, subject);
    }
    left.get(subject)?.shift();
    if (left.get(subject)?.length !== 0) queue.push(subject);
    else {
      queue.push(...(await giveUp(subject)));
      for (const [resource, holder] of holders) if (holder === subject) holders.delete(resource);
    }
  }
  return [...left.values()].filter((wants) => wants.length === 0).length;
}

/** In the order of their numbers, as if released in it. */
async function take(subject: SubjectId, resources: string[]): Promise<Turn> {
  return database.transaction((tx) => takeTurn(tx, subject, resources, subject));
}

async function giveUp(subject: SubjectId): Promise<SubjectId[]> {
  return database.transaction((tx) => yieldTurn(tx, subject));
}

import { array, assert as always, asyncProperty, constantFrom, record, uniqueArray } from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "./database.ts";
import { subjectOf, type SubjectId } from "./subject.ts";
import { testDatabase } from "./testing.ts";
import { hasTurn, holdTurn, takeTurn, turnClock, yieldTurn, type Turn, type TurnClock } from "./turns.ts";

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
beforeEach(() => database.pool.query("truncate turns, turn_line, turn_ends"));

describe("a change", () => {
  it("has its turn at once on assemblies that nobody is at work on", async () => {
    expect(await take(first, ["FRAME", "DOOR"])).toMatchObject({ kind: "has turn" });
    expect(await take(second, ["HINGE"])).toMatchObject({ kind: "has turn" });
  });

  it("waits for the one before it on an assembly of its own, and is woken when that is through", async () => {
    await take(first, ["FRAME", "DOOR"]);

    expect(await take(second, ["DOOR", "HINGE"])).toEqual({ kind: "waits", for: [first], displaced: [], wake: [] });
    expect(await hold(first)).toBe(true);
    expect(await giveUp(first)).toEqual([second]);
    expect(await take(second, ["DOOR", "HINGE"])).toMatchObject({ kind: "has turn" });
  });

  it("loses a turn that nobody has approved yet to one that comes before it", async () => {
    await take(second, ["DOOR", "HINGE"]);

    expect(await take(first, ["DOOR"])).toEqual({ kind: "has turn", for: [], displaced: [second], wake: [second] });
    expect(await hold(second)).toBe(false);
    expect(await take(second, ["DOOR", "HINGE"])).toMatchObject({ kind: "waits", for: [first] });
    expect(await hold(first)).toBe(true);
    expect(await giveUp(first)).toEqual([second]);
  });

  it("keeps its turn once it is approved, although one that comes before it comes later", async () => {
    await take(second, ["DOOR"]);
    expect(await hold(second)).toBe(true);

    expect(await take(first, ["DOOR"])).toEqual({ kind: "waits", for: [second], displaced: [], wake: [] });
    expect(await take(second, ["DOOR", "HINGE"])).toMatchObject({ kind: "has turn" });
    expect(await giveUp(second)).toEqual([first]);
  });

  it("that has begun has what it wants in addition before those that wait", async () => {
    await take(third, ["DOOR"]);
    await hold(third);
    await take(first, ["DOOR", "HINGE"]);

    expect(await take(third, ["DOOR", "HINGE"])).toMatchObject({ kind: "has turn" });
    expect(await giveUp(third)).toEqual([first]);
  });

  it("goes after those that wait before it, so nobody is passed over for ever", async () => {
    await take(first, ["DOOR"]);
    await hold(first);
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

    expect(await take(second, ["DOOR"])).toEqual({ kind: "waits", for: [first], displaced: [], wake: [third] });
  });

  it("wakes those behind it when it is put off until after them", async () => {
    await take(first, ["DOOR"]);
    await take(second, ["DOOR"]);

    expect(await take(first, ["DOOR"], "change:ECO-9")).toEqual({
      kind: "waits",
      for: [second],
      displaced: [],
      wake: [second],
    });
    expect(await take(second, ["DOOR"])).toMatchObject({ kind: "has turn" });
  });

  it("gives back what it holds rather than wait in a circle", async () => {
    await take(first, ["FRAME"]);
    await hold(first);
    await take(second, ["DOOR"]);
    await hold(second);
    expect(await take(first, ["FRAME", "DOOR"])).toMatchObject({ kind: "waits", for: [second] });

    expect(await take(second, ["FRAME", "DOOR"])).toMatchObject({ kind: "waits", for: [first], wake: [first] });
    expect(await take(first, ["FRAME", "DOOR"])).toMatchObject({ kind: "has turn" });
  });

  it("reads again what another gave back while it was being read", async () => {
    await take(first, ["DOOR"]);
    await hold(first);
    const readAt = await turnClock(database.pool);
    await giveUp(first);

    expect(await take(second, ["DOOR"], second, readAt)).toMatchObject({ kind: "read again" });
    expect(await take(second, ["DOOR"])).toMatchObject({ kind: "has turn" });
    expect(await take(third, ["HINGE"], third, readAt)).toMatchObject({ kind: "has turn" });
  });
});

it("is one's own until the transaction that asks for it ends, whoever comes meanwhile", async () => {
  await take(second, ["DOOR"]);
  const coming = await database.transaction(async (tx) => {
    expect(await hasTurn(tx, second)).toBe(true);
    const others = take(first, ["DOOR"]);
    await expect.poll(lockWaits).toBeGreaterThan(0);
    expect(await holdTurn(tx, second)).toBe(true);
    return { others };
  });
  expect(await coming.others).toMatchObject({ kind: "waits", for: [second] });
});

async function lockWaits(): Promise<number> {
  const { rows } = await database.pool.query("select from pg_locks where locktype = 'advisory' and not granted");
  return rows.length;
}

it("never gives an assembly to two, and everyone gets through, whatever is wanted in whatever order", async () => {
  const wants = uniqueArray(constantFrom("A", "B", "C", "D"), { minLength: 1 });
  await always(
    asyncProperty(array(record({ early: wants, late: wants }), { minLength: 1, maxLength: 5 }), async (changes) => {
      await database.pool.query("truncate turns, turn_line, turn_ends");
      const work = changes.map(({ early, late }, i) => ({
        subject: subjectOf("change", `ECO-${changes.length - i}`, "1000").id, // the last come before the first
        wants: [early, [...new Set([...early, ...late])]], // a plan that was made again may want more
      }));
      expect(await workedOff(work)).toBe(changes.length);
    }),
    { numRuns: 40 },
  );
});

/**
 * Lets each subject take its turns and have them approved, one look after the other, as a hub would; looks again only at
 * those that were woken. An approval comes a look later than the turn, so that others may come between.
 */
async function workedOff(work: { subject: SubjectId; wants: string[][] }[]): Promise<number> {
  const queue = work.map(({ subject }) => ({ subject, isApproved: false }));
  const left = new Map(work.map(({ subject, wants }) => [subject, [...wants]]));
  const wake = (subjects: readonly SubjectId[]) =>
    queue.push(...subjects.map((subject) => ({ subject, isApproved: false })));
  for (let looks = 0; queue.length > 0; looks++) {
    if (looks > 1000) throw new Error("they go round and round");
    const { subject, isApproved } = queue.shift()!;
    const wants = left.get(subject)?.[0];
    if (wants === undefined) continue;
    const turn = await take(subject, wants);
    wake(turn.wake);
    if (turn.kind === "waits") continue;
    if (!isApproved) {
      queue.push({ subject, isApproved: true });
      continue;
    }
    expect(await hold(subject)).toBe(true);
    expect(await holdersOf(wants)).toEqual([subject]);
    left.get(subject)?.shift();
    if (left.get(subject)?.length === 0) wake(await giveUp(subject));
    else wake([subject]);
  }
  return [...left.values()].filter((wants) => wants.length === 0).length;
}

/** In the order of their numbers, as if released in it. */
async function take(
  subject: SubjectId,
  resources: string[],
  place: string = subject,
  readAt?: TurnClock,
): Promise<Turn> {
  const now = readAt ?? (await turnClock(database.pool));
  return database.transaction((tx) => takeTurn(tx, subject, { resources, place, readAt: now }));
}

async function hold(subject: SubjectId): Promise<boolean> {
  return database.transaction((tx) => holdTurn(tx, subject));
}

async function giveUp(subject: SubjectId): Promise<SubjectId[]> {
  return database.transaction((tx) => yieldTurn(tx, subject));
}

async function holdersOf(resources: readonly string[]): Promise<SubjectId[]> {
  const { rows } = await database.pool.query<{ subject: SubjectId }>(
    "select distinct subject from turns where resource = any($1)",
    [resources],
  );
  return rows.map(({ subject }) => subject);
}

it("compares the names of subjects as bytes, whatever the server's language", async () => {
  const { rows } = await database.pool.query(
    `select table_name || '.' || column_name as column from information_schema.columns
      where table_name in ('turn_line', 'turns') and column_name in ('subject', 'place')
        and collation_name is distinct from 'C'`,
  );
  expect(rows).toEqual([]);
});

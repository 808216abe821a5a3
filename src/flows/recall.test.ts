import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pieceNode, type ThreadLink, type ThreadNode } from "../domain/thread-link.ts";
import type { Database } from "../store/database.ts";
import { subjectOf } from "../store/subject.ts";
import { testDatabase } from "../store/testing.ts";
import { leaveUnits, type UnitLeft } from "../store/thread-harness.ts";
import { linkThread } from "../store/thread-links.ts";
import { countUnitsBefore, unitsBefore } from "../store/unit-records.ts";
import { builtWith, countBuiltWith, openRecalls, type RecallPage } from "./recall.ts";

const lot = (number: string, item = "MOT-024") => pieceNode("1000", "lot", number, item);
const serial = (number: string, item = "FX-110") => pieceNode("1000", "serial", number, item);
const order = (id: string): ThreadNode => ({ system: "erp", kind: "production order", id });

const LINKS: readonly ThreadLink[] = [
  // Motors of lot L-7 in drives; two drives in one machine, which holds a motor of its own too.
  { from: serial("SN-1"), relation: "contains", to: lot("L-7") },
  { from: serial("SN-2"), relation: "contains", to: lot("L-7") },
  { from: serial("M-1", "FX-900"), relation: "contains", to: serial("SN-1") },
  { from: serial("M-1", "FX-900"), relation: "contains", to: serial("SN-2") },
  { from: serial("M-1", "FX-900"), relation: "contains", to: lot("L-7") },
  // A lot of drives whose serials are known, and one whose are not.
  { from: lot("D-1", "FX-110"), relation: "contains", to: lot("L-7") },
  { from: serial("SN-9"), relation: "of lot", to: lot("D-1", "FX-110") },
  { from: lot("D-2", "FX-110"), relation: "contains", to: lot("L-7") },
  // Orders that used of it without a word for which piece: one whose pieces are known, one without any.
  { from: order("MO-8"), relation: "consumed", to: lot("L-7") },
  { from: serial("SN-8"), relation: "made by", to: order("MO-8") },
  { from: order("MO-9"), relation: "consumed", to: lot("L-7") },
  // Not of it.
  { from: serial("SN-5"), relation: "contains", to: lot("L-8") },
  // A number that goes round must not keep a recall from ending.
  { from: lot("L-7"), relation: "contains", to: lot("D-2", "FX-110") },
];

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
  await linkThread(database.pool, subjectOf("order", "MO-5001", "1000").id, LINKS);
  await leaveUnits(database.pool, [
    { id: "SN-1", changes: ["ECO-1"], builtAt: "2026-02-01T06:00:00.000Z" },
    { id: "MO-9", kind: "order", order: "MO-9", item: "FX-110" },
  ]);
});
afterAll(() => database.close());

describe("a recall of a lot", () => {
  it("reaches all that holds it, at any depth, each once: serials, and lots and orders where there are none", async () => {
    const found = await Array.fromAsync(builtWith(database.pool, lot("L-7")));
    expect(found.map(({ kind, id, item, because }) => `${kind} ${id} ${item}: ${because}`).toSorted()).toEqual([
      "lot D-2 FX-110: contains lot L-7 of MOT-024",
      "order MO-9 : consumed lot L-7 of MOT-024",
      "serial M-1 FX-900: contains lot L-7 of MOT-024",
      "serial SN-1 FX-110: contains lot L-7 of MOT-024",
      "serial SN-2 FX-110: contains lot L-7 of MOT-024",
      "serial SN-8 FX-110: was made by production order MO-8",
      "serial SN-9 FX-110: belongs to lot D-1 of FX-110",
    ]);
    expect(await countBuiltWith(database.pool, lot("L-7"))).toEqual({
      counts: { serial: 5, lot: 1, order: 1 },
      isAtLeast: false,
    });
  });

  it.each([1, 2, 3, 7])("is read by pages of %d, whether a walk was kept or not", async (limit) => {
    const whole = (await Array.fromAsync(builtWith(database.pool, lot("L-7")))).map(({ id }) => id);
    const kept = openRecalls(database.pool);
    for (const turn of [() => kept, () => openRecalls(database.pool)]) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: RecallPage = await turn()(lot("L-7"), after, limit);
        seen.push(...page.units.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      expect(seen).toEqual(whole);
    }
  });

  it("shows what is on record of each", async () => {
    const { units } = await openRecalls(database.pool)(lot("L-7"), null, 10);
    const byId = new Map(units.map((unit) => [unit.id, unit]));
    expect(byId.get("SN-1")?.record).toMatchObject({ order: "MO-5001", changes: ["ECO-1"] });
    expect(byId.get("SN-2")?.record).toBeNull();
    expect(byId.get("MO-9")).toMatchObject({ plant: "1000", item: "FX-110" });
  });

  it("refuses a place that is none", async () => {
    await expect(openRecalls(database.pool)(lot("L-7"), "-1", 10)).rejects.toThrow(/no place in a recall/);
  });
});

describe("a recall of what was built before a change", () => {
  it("lists units of its items that were built without it, page by page, in each plant", async () => {
    await leaveUnits(database.pool, [
      ...Array.from({ length: 10 }, (_, n) => built("1000", n, n % 5 < 2 ? [] : ["ECO-9", "ECO-5"])),
      built("2000", 20, ["ECO-9"]),
    ]);
    const items = [
      { plant: "2000", item: "FX-500" },
      { plant: "1000", item: "FX-500" },
    ];
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof unitsBefore>> = await unitsBefore(database.pool, "ECO-5", items, {
        after,
        limit: 2,
      });
      seen.push(...page.units.map(({ plant, id }) => `${plant} ${id}`));
      after = page.next;
    } while (after !== null);
    expect(seen).toEqual(["1000 P-0", "1000 P-5", "1000 P-1", "1000 P-6", "2000 P-20"]);
    expect(await countUnitsBefore(database.pool, "ECO-5", items)).toEqual({ serial: 5, lot: 0, order: 0 });
  });
});

function built(plant: string, n: number, changes: string[]): UnitLeft {
  const builtAt = `2026-03-0${1 + (n % 5)}T06:00:00.000Z`;
  return { id: `P-${n}`, plant, item: "FX-500", order: "MO-1", changes, builtAt };
}

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ConflictId } from "../domain/bom/mbom-merge.ts";
import type { ChangeId, ItemId, MbomLineKey, PlantId } from "../domain/ids.ts";
import {
  conflictIdOf,
  conflictOf,
  countOpenConflicts,
  listConflicts,
  lockOpenOf,
  recordConflicts,
  type PlanConflicts,
} from "./conflicts.ts";
import type { Database } from "./database.ts";
import { giveResolution, inForceIn, inForceOf, resolutionsOf, revokeResolution } from "./resolutions.ts";
import { subjectOf } from "./subject.ts";
import { holdSubject, testDatabase } from "./testing.ts";

const PLANT = "1000" as PlantId;

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("truncate conflicts, conflict_changes, resolutions, runs cascade"));

type Asked = PlanConflicts["asked"][number];

/** Engineering wants 5 of L10 where it wanted 4, and the planner set 6. */
function quantity(item = "FRAME", said: Partial<Asked["said"]> = {}): Asked {
  return {
    id: `1000/${item}/L10/quantity` as ConflictId,
    plant: PLANT,
    item: item as ItemId,
    line: "L10" as MbomLineKey,
    component: "BOLT" as ItemId,
    field: "quantity",
    said: { base: "4 EA", engineering: "5 EA", plant: "6 EA", ...said },
    around: [],
  };
}

const QUESTION = quantity().id;
const FRAME = conflictIdOf(QUESTION);

/** Records a plan of a change; gives what it opened and what it let go. */
async function planned(change: string, asked: readonly Asked[], decided: readonly ConflictId[] = []) {
  const subject = subjectOf("change", change, PLANT);
  await holdSubject(database, subject);
  const { opened, gone } = await database.transaction((tx) =>
    recordConflicts(tx, {
      subject: subject.id,
      change: change as ChangeId,
      releasedBy: "m.keller",
      asked,
      decided,
    }),
  );
  return { opened: opened.map(({ id }) => id), gone: gone.map(({ id }) => id) };
}

const answer = (stands: "engineering" | "plant", said = quantity().said) =>
  database.transaction((tx) =>
    giveResolution(tx, { conflict: FRAME, stands, said, reason: "the jig needs it", by: "ada" }),
  );

describe("a conflict", () => {
  it("opens with the plan that has it, and is told once however often it is planned", async () => {
    expect(await planned("ECO-1", [quantity()])).toEqual({ opened: [FRAME], gone: [] });
    expect(await planned("ECO-1", [quantity()])).toEqual({ opened: [], gone: [] });
    expect(await conflictOf(database.pool, FRAME)).toMatchObject({
      state: "open",
      said: { base: "4 EA", engineering: "5 EA", plant: "6 EA" },
      change: "ECO-1",
      changes: [{ change: "ECO-1", asks: true, releasedBy: "m.keller", state: "planning" }],
    });
  });

  it("goes when the last change that asks it asks it no more", async () => {
    await planned("ECO-1", [quantity()]);
    await planned("ECO-2", [quantity()]);
    expect(await planned("ECO-1", [])).toEqual({ opened: [], gone: [] });
    expect(await planned("ECO-2", [])).toEqual({ opened: [], gone: [FRAME] });
    expect((await conflictOf(database.pool, FRAME))?.state).toBe("gone");
    expect(await countOpenConflicts(database.pool)).toBe(0);
  });

  it("keeps the time since when it is open while what is said moves on, and opens anew after it was gone", async () => {
    await planned("ECO-1", [quantity()]);
    await database.pool.query("update conflicts set opened_at = '2026-01-31T12:00:00Z'");
    await planned("ECO-1", [quantity("FRAME", { plant: "7 EA" })]);
    expect(await conflictOf(database.pool, FRAME)).toMatchObject({
      openedAt: "2026-01-31T12:00:00.000Z",
      said: { plant: "7 EA" },
    });
    await planned("ECO-1", []);
    expect(await planned("ECO-2", [quantity()])).toMatchObject({ opened: [FRAME] });
    expect((await conflictOf(database.pool, FRAME))?.openedAt).not.toBe("2026-01-31T12:00:00.000Z");
  });

  it("is answered for the plans that go by its answer, and stays so when they are done", async () => {
    await planned("ECO-1", [quantity()]);
    await answer("plant");
    await planned("ECO-1", [], [QUESTION]);
    expect(await conflictOf(database.pool, FRAME)).toMatchObject({
      state: "answered",
      changes: [{ change: "ECO-1", asks: false }],
    });
    expect(await planned("ECO-1", [])).toEqual({ opened: [], gone: [] });
    expect(await conflictOf(database.pool, FRAME)).toMatchObject({ state: "answered", changes: [] });
  });
});

describe("answers", () => {
  it("are remembered with what was seen, one in force, and none once it is taken back", async () => {
    await planned("ECO-1", [quantity()]);
    await answer("engineering");
    await answer("plant", quantity("FRAME", { plant: null }).said);
    expect(await inForceIn(database.pool, PLANT)).toEqual(
      new Map([[QUESTION, { conflict: QUESTION, stands: "plant", plantSaid: null }]]),
    );
    expect(await inForceIn(database.pool, "2000" as PlantId)).toEqual(new Map());
    await database.transaction((tx) => revokeResolution(tx, FRAME, { by: "bob", reason: "the jig is gone" }));
    expect(await inForceOf(database.pool, [FRAME])).toEqual(new Map());
    expect(await resolutionsOf(database.pool, FRAME)).toMatchObject([
      { stands: "plant", plantSaid: null, by: "ada", revokedBy: "bob", revokedReason: "the jig is gone" },
      { stands: "engineering", plantSaid: "6 EA", revokedBy: "ada", revokedReason: "answered anew" },
    ]);
  });
});

describe("the list of conflicts", () => {
  it("is narrowed by plant, item, change and state, page by page", async () => {
    const items = ["FRAME", "DOOR", "LID"];
    for (const [index, item] of items.entries()) await planned(`ECO-${index + 1}`, [quantity(item)]);
    await planned("ECO-3", []);
    const itemsOf = async (filter: Partial<Parameters<typeof listConflicts>[1]>) =>
      (await listConflicts(database.pool, { limit: 50, ...filter })).conflicts.map(({ item }) => item);
    expect(await itemsOf({})).toEqual(["LID", "DOOR", "FRAME"]);
    expect(await itemsOf({ state: "open", plant: "1000" })).toEqual(["DOOR", "FRAME"]);
    expect(await itemsOf({ item: "DOOR" })).toEqual(["DOOR"]);
    expect(await itemsOf({ change: "ECO-1" })).toEqual(["FRAME"]);
    expect(await itemsOf({ plant: "2000" })).toEqual([]);

    const first = await listConflicts(database.pool, { limit: 2 });
    const rest = await listConflicts(database.pool, { limit: 2, after: first.next ?? "" });
    expect([...first.conflicts, ...rest.conflicts].map(({ item }) => item)).toEqual(["LID", "DOOR", "FRAME"]);
    expect(rest.next).toBeNull();
  });

  it("gives what a change asks and nobody has answered, for one answer to all", async () => {
    await planned("ECO-1", [quantity("FRAME"), quantity("DOOR")]);
    await planned("ECO-2", [quantity("LID")]);
    const open = await database.transaction((tx) => lockOpenOf(tx, subjectOf("change", "ECO-1", PLANT).id));
    expect(open.map(({ item }) => item).toSorted()).toEqual(["DOOR", "FRAME"]);
  });
});

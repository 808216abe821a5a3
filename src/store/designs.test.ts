import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChangeId, Digest, ItemId, PlantId } from "../domain/ids.ts";
import type { Database } from "./database.ts";
import { designsOf, forgetDesigns, publishDesigns, recordDesigns, type StoredDesign } from "./designs.ts";
import { recordPublication } from "./publications.ts";
import { testDatabase } from "./testing.ts";

const P1 = "P1" as PlantId;
const [FRAME, DOOR] = ["FRAME", "DOOR"] as ItemId[] as [ItemId, ItemId];
const RELEASED = "2026-02-01T12:00:00.000Z";

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("truncate newer_designs, publications"));

function design(item: ItemId, more: Partial<StoredDesign> = {}) {
  return { item, releasedAt: RELEASED, effectiveFrom: null, revision: null, ...more };
}

function record(change: string, designs: readonly ReturnType<typeof design>[]): Promise<ItemId[]> {
  return database.transaction((tx) => recordDesigns(tx, P1, change, designs));
}

function publish(change: string): Promise<ItemId[]> {
  return database.transaction((tx) => publishDesigns(tx, P1, change));
}

/** `ECO-1`, or `ECO-1 as BOM-2` once the ERP has it. */
async function designsNow(item: ItemId): Promise<string[]> {
  const found = await designsOf(database.pool, P1, [FRAME, DOOR]);
  return (found.get(item) ?? [])
    .map(({ change, published, mbom }) => `${change}${published ? ` as ${mbom}` : ""}`)
    .toSorted();
}

function wasPublished(change: string, item: ItemId, number: string): Promise<void> {
  const by = { change: change as ChangeId, digest: number as Digest, releasedAt: RELEASED };
  return recordPublication(database.pool, { plant: P1, item, ...by, before: null, after: {}, number, version: null });
}

describe("the designs that a change gives", () => {
  it("are kept as they were planned", async () => {
    expect(await record("ECO-1", [design(FRAME, { revision: "B", effectiveFrom: "2026-04-01" })])).toEqual([FRAME]);

    expect(await designsOf(database.pool, P1, [FRAME, DOOR])).toEqual(
      new Map([
        [
          FRAME,
          [
            {
              item: FRAME,
              change: "ECO-1",
              releasedAt: RELEASED,
              effectiveFrom: "2026-04-01",
              revision: "B",
              published: false,
              mbom: null,
            },
          ],
        ],
      ]),
    );
    expect(await designsOf(database.pool, "P2" as PlantId, [FRAME])).toEqual(new Map());
  });

  it("tell what moved, so that only its orders are looked at", async () => {
    await record("ECO-1", [design(FRAME), design(DOOR)]);

    expect(await record("ECO-1", [design(FRAME), design(DOOR)])).toEqual([]);
    expect(await record("ECO-1", [design(FRAME, { revision: "B" }), design(DOOR)])).toEqual([FRAME]);
    expect(await record("ECO-1", [design(FRAME, { revision: "B" })])).toEqual([DOOR]);
    expect(await designsNow(DOOR)).toEqual([]);
  });

  it("of several changes stand beside each other", async () => {
    await record("ECO-1", [design(FRAME)]);
    await record("ECO-2", [design(FRAME)]);

    expect(await designsNow(FRAME)).toEqual(["ECO-1", "ECO-2"]);
  });

  it("get the ERP's newest number when they are published; one that only a phantom changed gets none", async () => {
    await record("ECO-1", [design(FRAME), design(DOOR)]);
    await wasPublished("ECO-1", FRAME, "BOM-2");
    await wasPublished("ECO-1", FRAME, "BOM-3");
    await wasPublished("ECO-2", FRAME, "BOM-9");

    expect((await publish("ECO-1")).toSorted()).toEqual([DOOR, FRAME]);
    expect(await designsNow(FRAME)).toEqual(["ECO-1 as BOM-3"]);
    expect(await designsNow(DOOR)).toEqual(["ECO-1 as null"]);
  });

  it("are forgotten when it is withdrawn, except what the ERP has", async () => {
    await record("ECO-1", [design(FRAME)]);
    await publish("ECO-1");
    await record("ECO-1", [design(FRAME), design(DOOR)]);

    expect(await database.transaction((tx) => forgetDesigns(tx, P1, "ECO-1"))).toEqual([DOOR]);
    expect(await designsNow(FRAME)).toEqual(["ECO-1 as null"]);
    expect(await designsNow(DOOR)).toEqual([]);
  });
});

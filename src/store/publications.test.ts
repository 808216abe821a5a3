import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Day } from "../domain/calendar.ts";
import type { ChangeId, Digest, ItemId, PlantId } from "../domain/ids.ts";
import type { Database } from "./database.ts";
import {
  baselineOf,
  lastPublished,
  leftBy,
  publicationAt,
  publicationsToday,
  publishersOf,
  rebasePublication,
  recordPublication,
  type Publication,
} from "./publications.ts";
import { publishedBy } from "./rollbacks.ts";
import { testDatabase } from "./testing.ts";

let database: Database;
const plant = "1000" as PlantId;
const frame = "FRAME" as ItemId;
const door = "DOOR" as ItemId;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("truncate publications"));

it("knows what stood in the plant before a change, however often that was planned again", async () => {
  await publish({ change: "ECO-1", digest: "a", before: { lines: 3 }, after: { lines: 4 } });
  await publish({ change: "ECO-1", digest: "b", before: { lines: 4 }, after: { lines: 5 } });
  await publish({ change: "ECO-1", digest: "b", item: door, before: null, after: { lines: 1 } });
  await publish({ change: "ECO-2", digest: "c", before: { lines: 5 }, after: { lines: 6 } });

  expect(await baselineOf(database.pool, { change: "ECO-1" as ChangeId, plant })).toEqual(
    new Map([
      [frame, { lines: 3 }],
      [door, null],
    ]),
  );
});

it("knows how a change left each item, whoever published it since", async () => {
  await publish({ change: "ECO-1", digest: "a", after: { lines: 4 } });
  await publish({ change: "ECO-1", digest: "b", after: { lines: 5 } });
  await publish({ change: "ECO-2", digest: "c", after: { lines: 6 } });

  expect(await leftBy(database.pool, { change: "ECO-1" as ChangeId, plant })).toEqual(new Map([[frame, { lines: 5 }]]));
  expect(await leftBy(database.pool, { change: "ECO-1" as ChangeId, plant: "2000" as PlantId })).toEqual(new Map());
});

it("knows the newest mBOM of each item, and which change put it there", async () => {
  await publish({ change: "ECO-1", digest: "a", after: { lines: 4 }, number: "BOM-1" });
  await publish({ change: "ECO-2", digest: "b", after: { lines: 5 }, number: "BOM-2", effectiveFrom: DAY });

  expect(await lastPublished(database.pool, plant, [frame, door])).toEqual(
    new Map([
      [
        frame,
        {
          after: { lines: 5 },
          engineering: null,
          number: "BOM-2",
          version: "1",
          change: "ECO-2",
          releasedAt: RELEASED,
          effectiveFrom: "2026-04-01",
        },
      ],
    ]),
  );
  expect(await lastPublished(database.pool, "2000" as PlantId, [frame])).toEqual(new Map());
});

it("tells one of an item's publications, by its place before the last or by its change", async () => {
  await publish({ change: "ECO-1", digest: "a", after: { lines: 4 }, number: "BOM-1" });
  await publish({ change: "ECO-2", digest: "b", after: { lines: 5 }, number: "BOM-2" });
  await publish({ change: "ECO-1", digest: "c", after: { lines: 6 }, number: "BOM-3" });
  await publish({ change: "ECO-2", digest: "b", item: door, after: { lines: 1 } });

  const at = (which: Parameters<typeof publicationAt>[3]) => publicationAt(database.pool, plant, frame, which);
  const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;
  const newest = { after: { lines: 6 }, engineering: null, number: "BOM-3", change: "ECO-1", digest: "c", at: instant };
  expect(await at({ back: 0 })).toEqual(newest);
  expect(await at({ change: "ECO-1" as ChangeId })).toEqual(newest);
  expect((await at({ back: 1 }))?.number).toBe("BOM-2");
  expect((await at({ back: 2 }))?.number).toBe("BOM-1");
  expect(await at({ back: 3 })).toBeNull();
  expect(await at({ change: "ECO-3" as ChangeId })).toBeNull();
  expect(await publishersOf(database.pool, plant, frame)).toEqual(["ECO-1", "ECO-2", "ECO-1"]);
  expect(await publicationAt(database.pool, "2000" as PlantId, frame, { back: 0 })).toBeNull();
});

it("knows what engineering's plan said where the plant's own edits were published with it", async () => {
  await publish({ change: "ECO-1", digest: "a", after: { lines: 5 }, engineering: { lines: 4 } });

  const published = await lastPublished(database.pool, plant, [frame]);
  expect(published.get(frame)).toMatchObject({ after: { lines: 5 }, engineering: { lines: 4 } });
});

describe("what bears on a plan that is made today", () => {
  const TODAY = "2026-03-01" as Day;
  const bearing = async () => {
    const found = (await publicationsToday(database.pool, plant, [frame, door], TODAY)).get(frame) ?? [];
    return found.map(({ change, after, isTakenBack }) => [change, after, ...(isTakenBack ? ["taken back"] : [])]);
  };

  it("is the newest publication, and of each change for a day to come its newest", async () => {
    await publish({ change: "ECO-0", digest: "0", after: { lines: 1 } });
    await publish({ change: "ECO-1", digest: "a", after: { lines: 2 } });
    await publish({ change: "ECO-2", digest: "b", after: { lines: 3 }, effectiveFrom: DAY });
    await publish({ change: "ECO-2", digest: "c", after: { lines: 4 }, effectiveFrom: DAY });
    await publish({ change: "ECO-3", digest: "d", after: { lines: 5 }, effectiveFrom: "2026-05-01" as Day });

    expect(await bearing()).toEqual([
      ["ECO-1", { lines: 2 }],
      ["ECO-2", { lines: 4 }],
      ["ECO-3", { lines: 5 }],
    ]);
  });

  it("is no order of a change that was taken back, and the one in force before it", async () => {
    await publish({ change: "ECO-1", digest: "a", after: { lines: 2 }, effectiveFrom: "2026-02-01" as Day });
    await publish({ change: "ECO-2", digest: "b", after: { lines: 3 }, effectiveFrom: DAY });
    await publish({ change: "ECO-2", digest: "c", after: { lines: 2 }, takesBack: "ECO-2" as ChangeId });

    expect(await bearing()).toEqual([
      ["ECO-1", { lines: 2 }],
      ["ECO-2", { lines: 3 }, "taken back"],
      ["ECO-2", { lines: 2 }],
    ]);
  });
});

it("goes on with a publication of a later day over one that was put beneath it", async () => {
  const engineering = { lines: "as drawn" };
  await publish({
    change: "ECO-2",
    digest: "b",
    before: { lines: 1 },
    after: { lines: 3 },
    engineering,
    effectiveFrom: DAY,
  });
  await publish({ change: "ECO-1", digest: "a", before: { lines: 1 }, after: { lines: 2 } });
  const rebased = { plant, item: frame, change: "ECO-2" as ChangeId, by: "a" as Digest, number: "BOM-2", version: "2" };
  const over = { ...rebased, before: { lines: 2 }, after: { lines: 4 } };
  await rebasePublication(database.pool, over);
  await rebasePublication(database.pool, over);

  const last = (await lastPublished(database.pool, plant, [frame])).get(frame);
  expect(last).toMatchObject({
    change: "ECO-2",
    after: { lines: 4 },
    engineering,
    effectiveFrom: DAY,
    number: "BOM-2",
  });
  expect(await publishersOf(database.pool, plant, frame)).toEqual(["ECO-2", "ECO-1", "ECO-2"]);
  expect(await baselineOf(database.pool, { change: "ECO-2" as ChangeId, plant })).toEqual(
    new Map([[frame, { lines: 2 }]]),
  );
  const [back] = await publishedBy(database.pool, { change: "ECO-2" as ChangeId, plant }, ["b" as Digest]);
  expect(back).toMatchObject({ before: { lines: 2 }, after: { lines: 4 }, earlier: { lines: 2 } });
});

it("records the same publication once", async () => {
  await publish({ change: "ECO-1", digest: "a", after: { lines: 4 } });
  await publish({ change: "ECO-1", digest: "a", after: { lines: 4 } });

  const { rows } = await database.pool.query("select count(*)::int as count from publications");
  expect(rows).toEqual([{ count: 1 }]);
});

const DAY = "2026-04-01" as Day;
const RELEASED = "2026-01-31T12:00:00.000Z";

async function publish(given: Omit<Partial<Publication>, "change" | "digest"> & { change: string; digest: string }) {
  const usual = { plant, item: frame, before: null, after: {}, number: "BOM-1", version: "1" };
  await recordPublication(database.pool, {
    ...usual,
    releasedAt: RELEASED,
    ...given,
    change: given.change as ChangeId,
    digest: given.digest as Digest,
  });
}

import { afterAll, beforeAll, expect, it } from "vitest";
import type { ChangeId, Digest, ItemId, PlantId } from "../domain/ids.ts";
import type { Database } from "../store/database.ts";
import { recordPublication } from "../store/publications.ts";
import { testDatabase } from "../store/testing.ts";
import { builtIn, leaveShopOrder, leaveUnits } from "../store/thread-harness.ts";
import { unitAsBuilt } from "./unit-as-built.ts";

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
  const { pool } = database;
  const components = [{ line: "10", item: "MOT-024", required: "40 EA" }];
  await leaveShopOrder(pool, { order: "MO-1" }, { quantity: "40 EA", mbom: "BOM-7", components });
  await leaveShopOrder(pool, { order: "MO-2" }, { quantity: "40 EA", mbom: "BOM-8", components });
  await recordPublication(pool, {
    plant: "1000" as PlantId,
    item: "FX-110" as ItemId,
    change: "ECO-1" as ChangeId,
    digest: "d" as Digest,
    before: null,
    after: { lines: [{ item: "MOT-024", alternates: ["MOT-025"] }] },
    number: "BOM-7",
    version: null,
    releasedAt: "2026-01-31T12:00:00.000Z",
  });
  await leaveUnits(pool, [
    { id: "SN-1", order: "MO-1", record: { components: [builtIn("MOT-025", "1 EA")] } },
    {
      id: "SN-1",
      order: "MO-9",
      builtAt: "2026-02-03T06:00:00.000Z",
      record: { components: [builtIn("SHIM-1", "1 EA")] },
    },
    { id: "L-1", kind: "lot", order: "MO-2", record: { components: [builtIn("MOT-024", "12 EA")] } },
    { id: "L-2", kind: "lot", order: "MO-2" },
    { id: "MO-3", kind: "order", order: "MO-3" },
  ]);
});
afterAll(() => database.close());

const built = (kind: "serial" | "lot" | "order", id: string) =>
  unitAsBuilt(database.pool, { plant: "1000", item: "FX-110", kind, id });

it("takes alternates from the mBOM that Heddle published, and all that any order built in", async () => {
  const seen = await built("serial", "SN-1");
  expect(seen).toMatchObject({ orders: ["MO-1", "MO-9"], notes: [], unit: { order: "MO-1" } });
  expect(seen?.compared?.text).toEqual([
    "Serial SN-1 against FX-110 rev B: 0 of 1 lines differ, and 1 of what was built in is extra.",
    "10 MOT-024, 1 EA: 1 EA of MOT-025 (alternate), at operation 0010",
    "extra SHIM-1, 1 EA: the design does not ask for it, at operation 0010",
  ]);
});

it("compares no quantities of a lot that is one of several of its order, and says so", async () => {
  const seen = await built("lot", "L-1");
  expect(seen?.compared?.isAsDesigned).toBe(true);
  expect(seen?.notes).toEqual([
    "Order MO-2 made 2 lots, and how much of it lot L-1 is, is not known: quantities are not compared.",
    "mBOM BOM-8 was not published by Heddle: its alternates are not known and show as extra.",
  ]);
});

it("says when the design is not known, and knows nothing of what has no record", async () => {
  expect(await built("order", "MO-3")).toMatchObject({
    compared: null,
    notes: ["What order MO-3 was to make is not known to the hub."],
  });
  expect(await built("serial", "SN-404")).toBeNull();
});

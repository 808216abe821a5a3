import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { Database } from "./database.ts";
import {
  addDeviation,
  deviationsOf,
  revokeDeviation,
  useDeviations,
  type DeviationUse,
  type NewDeviation,
} from "./deviations.ts";
import { testDatabase } from "./testing.ts";

const P1 = "P1" as PlantId;
const [MO_1, MO_2] = ["MO-1", "MO-2"] as ProductionOrderId[] as [ProductionOrderId, ProductionOrderId];

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() => database.pool.query("truncate deviations, deviation_uses"));

function give(more: Partial<NewDeviation> = {}): Promise<string> {
  const given: NewDeviation = {
    plant: P1,
    item: "FRAME" as ItemId,
    supersededBy: "ECO-1",
    order: null,
    reason: "old stock",
    approvedBy: "grete",
    quantity: null,
    until: null,
    ...more,
  };
  return database.transaction((tx) => addDeviation(tx, given));
}

function use(...uses: DeviationUse[]): Promise<void> {
  return database.transaction((tx) => useDeviations(tx, uses));
}

describe("a deviation", () => {
  it("is kept as it was given", async () => {
    const id = await give({ order: MO_1, quantity: "1/3", until: "2026-03-31T22:00:00.000Z" });

    const [held] = await deviationsOf(database.pool, { plant: P1 });
    expect(held).toMatchObject({
      id,
      plant: P1,
      item: "FRAME",
      supersededBy: "ECO-1",
      order: "MO-1",
      reason: "old stock",
      approvedBy: "grete",
      quantity: "1/3",
      until: "2026-03-31T22:00:00.000Z",
      revokedBy: null,
      uses: [],
    });
  });

  it("is found by plant and by item, newest first", async () => {
    const [first, second] = [await give(), await give()];
    await give({ item: "DOOR" as ItemId });
    await give({ plant: "P2" as PlantId });

    const found = await deviationsOf(database.pool, { plant: P1, items: ["FRAME"] });
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set([first, second]));
    expect(found.map(({ createdAt }) => createdAt)).toEqual(
      found
        .map(({ createdAt }) => createdAt)
        .toSorted()
        .toReversed(),
    );
    expect(await deviationsOf(database.pool, { plant: P1 })).toHaveLength(3);
    expect(await deviationsOf(database.pool, {})).toHaveLength(4);
    expect(await deviationsOf(database.pool, { limit: 2 })).toHaveLength(2);
    expect(await deviationsOf(database.pool, { items: [] })).toEqual([]);
  });

  it("is revoked once, by whom is kept", async () => {
    const id = await give();
    const revoke = (which: string, by: string) => database.transaction((tx) => revokeDeviation(tx, which, by));

    expect(await revoke(id, "grete")).toMatchObject({ id, item: "FRAME" });
    expect(await revoke(id, "otto")).toBeNull();
    expect(await revoke("DEV-0", "otto")).toBeNull();
    expect(await deviationsOf(database.pool, {})).toMatchObject([{ revokedBy: "grete" }]);
  });

  it("knows what each order took of it, last", async () => {
    const id = await give({ quantity: "100" });
    await use({ deviation: id, order: MO_2, quantity: "10" }, { deviation: id, order: MO_1, quantity: "40" });
    await use({ deviation: id, order: MO_1, quantity: "60.5" });
    await use();

    expect(await deviationsOf(database.pool, {})).toMatchObject([
      {
        uses: [
          { order: "MO-1", quantity: "60.5" },
          { order: "MO-2", quantity: "10" },
        ],
      },
    ]);
  });
});

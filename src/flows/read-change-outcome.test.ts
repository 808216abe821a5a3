import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChangeId, Digest, ItemId, PlantId, Revision } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import type { Database } from "../store/database.ts";
import { storePlan } from "../store/plans.ts";
import { recordPublication } from "../store/publications.ts";
import { subjectOf } from "../store/subject.ts";
import { holdSubject, testDatabase } from "../store/testing.ts";
import { pieceOf, recordOrders, type TrialOrder } from "./production-harness.ts";
import { readChangeOutcome, type ChangeInProduction } from "./read-change-outcome.ts";

const ECO = "ECO-7" as ChangeId;
const PLANT = "1000" as PlantId;
const BERLIN = { change: ECO, plant: PLANT, timeZone: "Europe/Berlin" };

let database: Database;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(() =>
  database.pool.query(
    "truncate runs, publications, order_production, kpi_cells, losses, built_units, shop_orders cascade",
  ),
);

type Design = { readonly revision: string; readonly items: readonly string[] };

/** The change was planned for FX-110, and published. */
async function plan(before: Design, after: Design, effectiveFrom: string | null = null): Promise<void> {
  const subject = subjectOf("change", ECO, PLANT);
  await holdSubject(database, subject);
  const mbom = ({ revision, items }: Design) => ({
    plant: PLANT,
    item: "FX-110",
    revision: revision as Revision,
    lines: items.map((item) => ({ item })),
  });
  const content = {
    change: { id: ECO, effectiveFrom },
    mboms: [{ item: "FX-110", before: mbom(before), after: mbom(after) }],
  };
  const digest = "a".repeat(64) as Digest;
  await storePlan(database.pool, {
    digest,
    subject: subject.id,
    plan: toJson(content),
    state: "approved",
    requestedBy: "plm",
  });
  await recordPublication(database.pool, {
    plant: PLANT,
    item: "FX-110" as ItemId,
    change: ECO,
    digest,
    before: toJson(mbom(before)),
    after: toJson(mbom(after)),
    number: "BOM-2",
    version: null,
    releasedAt: "2026-02-01T00:00:00.000Z",
  });
  await database.pool.query("update publications set at = '2026-02-02T20:30:00Z'");
}

const A_TO_B = [
  { revision: "A", items: ["MOT-024"] },
  { revision: "B", items: ["MOT-024"] },
] as const;
const MOTOR = [
  { revision: "A", items: ["MOT-024"] },
  { revision: "A", items: ["MOT-025"] },
] as const;

/** An order of one serial, finished in the `hour`th hour from 2 February on, and what it took at operation 0020. */
function order(hour: number, took: number, more: Partial<TrialOrder> = {}): TrialOrder {
  const finishedAt = new Date(Date.UTC(2026, 1, 2, hour)).toISOString();
  return {
    order: `MO-${hour}`,
    finishedAt,
    operations: { "0020": { pieces: 20, scrap: hour % 2, took, planned: 60 } },
    built: [{ serial: `FX-${String(hour).padStart(6, "0")}` }],
    ...more,
  };
}

/** Ten orders before the change and ten after: a minute a piece, then so many seconds. */
function twenty(after: number, of: (hour: number, isAfter: boolean) => Partial<TrialOrder>): readonly TrialOrder[] {
  return Array.from({ length: 20 }, (_, at) => {
    const isAfter = at >= 10;
    return order(at + 11, (isAfter ? after : 60) + ((at * 7) % 10) / 10, of(at + 11, isAfter));
  });
}

async function outcome(): Promise<ChangeInProduction> {
  const found = await readChangeOutcome(database.pool, BERLIN);
  if (found === null) throw new Error("the change is not known");
  return found;
}

function runTime({ measures }: ChangeInProduction): string | undefined {
  return measures.find(({ measure }) => measure === "run time")?.sentence;
}

describe("a change in production", () => {
  it("cut in with the serial from which on the new revision was built, and its effect is told", async () => {
    await plan(...A_TO_B);
    await recordOrders(database.pool, [
      ...twenty(75, (_, isAfter) => ({ revision: isAfter ? "B" : "A", changes: isAfter ? [ECO] : [] })),
    ]);
    const found = await outcome();
    expect(found.items).toMatchObject([
      {
        item: "FX-110",
        from: "A",
        to: "B",
        toldBy: "revision",
        text: "ECO-7 cut in at plant 1000 with FX-000021, built 2026-02-02T21:00:00.000Z. This is as planned, from 2026-02-02T20:30:00.000Z on.",
        orders: { before: 10, after: 10 },
      },
    ]);
    expect(runTime(found)).toMatch(
      /^Since ECO-7 \(from serial FX-000021 on\), run time at operation 0020 rose from a median of .* to 7\d\.\d s/,
    );
    const [first] = found.measures;
    expect(first?.judged.verdict).toBe("worse");
    expect(first?.points[0]).toMatchObject({ order: "MO-11", finishedAt: "2026-02-02T11:00:00.000Z", side: "before" });
    expect(found.measures.find(({ measure }) => measure === "scrap")?.judged.verdict).toBe("no difference shown");
  });

  it("shows no difference where there is none", async () => {
    await plan(...A_TO_B);
    await recordOrders(
      database.pool,
      twenty(60, (_, isAfter) => ({ revision: isAfter ? "B" : "A" })),
    );
    const { measures } = await outcome();
    expect(new Set(measures.map(({ judged }) => judged.verdict))).toEqual(new Set(["no difference shown"]));
  });

  it("is told by a component that it replaced, where nobody told the revision", async () => {
    await plan(...MOTOR);
    await recordOrders(
      database.pool,
      twenty(75, (hour, isAfter) => ({
        revision: null,
        built: [{ serial: `FX-${hour}`, components: [pieceOf(isAfter ? "MOT-025" : "MOT-024", "0020")] }],
      })),
    );
    const found = await outcome();
    expect(found.items).toMatchObject([{ toldBy: "component", cutIn: { kind: "cut in", from: { id: "FX-21" } } }]);
    expect(runTime(found)).toMatch(/from serial FX-21 on.* rose/);
  });

  it("is told by what was in force, where neither tells it", async () => {
    await plan(...A_TO_B);
    await recordOrders(
      database.pool,
      twenty(75, (_, isAfter) => ({ revision: null, changes: isAfter ? [ECO] : [] })),
    );
    const found = await outcome();
    expect(found.items).toMatchObject([
      { toldBy: "changes in force", cutIn: { kind: "cut in", from: { id: "FX-000021" } } },
    ]);
    expect(runTime(found)).toMatch(/from serial FX-000021 on.* rose/);
  });

  it("leaves a prototype ahead of it, and an old order finished late, out of the comparison", async () => {
    await plan(...A_TO_B);
    await recordOrders(
      database.pool,
      twenty(75, (hour, isAfter) => ({ revision: hour === 12 ? "B" : hour === 30 ? "A" : isAfter ? "B" : "A" })),
    );
    const { items } = await outcome();
    expect(items).toMatchObject([{ orders: { before: 9, after: 9 }, cutIn: { from: { id: "FX-000021" } } }]);
    expect(items[0]?.text).toContain("before the cut-in FX-000012 is new already, after it FX-000030 is still old");
  });

  it("was to begin with its day at the plant, not in Greenwich", async () => {
    await plan(...A_TO_B, "2026-02-03");
    await recordOrders(
      database.pool,
      twenty(75, (_, isAfter) => ({ revision: isAfter ? "B" : "A" })),
    );
    const { items } = await outcome();
    expect(items[0]?.text).toContain(
      "Planned was from 2026-02-02T23:00:00.000Z on: 2 units (FX-000021 to FX-000022) are of the new design before.",
    );
  });

  it("that has not come in yet says so, and compares nothing", async () => {
    await plan(...A_TO_B);
    await recordOrders(
      database.pool,
      twenty(60, () => ({ revision: "A" })),
    );
    const { items, measures } = await outcome();
    expect(items[0]?.text).toMatch(
      /^ECO-7 has not cut in at plant 1000: FX-000030, built .*, is still of the old design/,
    );
    expect(measures).toEqual([]);
  });

  it("of which nothing was made says so", async () => {
    await plan(...A_TO_B);
    const { items } = await outcome();
    expect(items).toMatchObject([{ toldBy: null, orders: { before: 0, after: 0 } }]);
    expect(items[0]?.text).toBe("Nothing shows where ECO-7 cut in at plant 1000: no unit is on record.");
  });

  it("names other changes that came with the same orders", async () => {
    await plan(...A_TO_B);
    await recordOrders(
      database.pool,
      twenty(60, (hour, isAfter) => ({
        revision: isAfter ? "B" : "A",
        changes: isAfter ? (hour > 25 ? [ECO, "ECO-8"] : [ECO]) : [],
      })),
    );
    expect((await outcome()).alongside).toEqual([{ change: "ECO-8", orders: 5 }]);
  });

  it("that was never planned for the plant is not known there", async () => {
    expect(await readChangeOutcome(database.pool, BERLIN)).toBeNull();
  });
});

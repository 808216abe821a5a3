import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Connector } from "../connectors/port.ts";
import type { PlantTrigger, PlantTriggers } from "../domain/feedback/plant-triggers.ts";
import type { TriggerRule } from "../domain/feedback/trigger-rule.ts";
import type { ChangeId, Digest, ItemId, PlantId, ProductionOrderId, Revision, SystemId } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import { rational } from "../domain/rational.ts";
import { auditOf } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import { listProposals, type StoredProposal } from "../store/proposals.ts";
import { recordPublication } from "../store/publications.ts";
import { testDatabase } from "../store/testing.ts";
import { threadOf } from "../store/thread-links.ts";
import { observeOrders } from "./observe-production.ts";
import { pieceOf, recordOrders, type TrialOrder } from "./production-harness.ts";
import { proposalSubject } from "./proposal-thread.ts";

const PLANT = "1000" as PlantId;
const PLM = { system: "plm" as SystemId } as Connector;
const ERP = { system: "erp" as SystemId } as Connector;

const RUN_TIME: TriggerRule = {
  name: "run-time",
  watches: "run time",
  opensAt: 0.15,
  closesAt: 0.08,
  opensAfter: { times: 2, of: 2 },
  closesAfter: 2,
  piecesLeast: 10,
  proposes: ["routing time"],
};
const SCRAP: TriggerRule = {
  ...RUN_TIME,
  name: "scrap",
  watches: "scrap",
  opensAt: 0.05,
  closesAt: 0.02,
  proposes: ["scrap factor", "problem report"],
};
const YIELD: TriggerRule = {
  ...RUN_TIME,
  name: "yield",
  watches: "first-pass yield",
  opensAt: 0.05,
  closesAt: 0.02,
  proposes: ["problem report"],
};
const DEFECT: TriggerRule = {
  ...YIELD,
  name: "defect",
  watches: "nonconformance",
  opensAt: 2,
  closesAt: 0,
  piecesLeast: 1,
};
const SUBSTITUTE: TriggerRule = { ...DEFECT, name: "substitute", watches: "substitution", opensAt: 1 };

let database: Database;
const woken: string[] = [];
const lanes = {
  wakeAll: async (_: unknown, subjects: readonly string[]) => void woken.push(...subjects),
};

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  woken.length = 0;
  await database.pool.query(
    "truncate trigger_states, yields_before, proposals, order_production, kpi_cells, losses, built_units, shop_orders, publications, thread_links",
  );
});

function asking(...rules: readonly TriggerRule[]): PlantTriggers {
  return { plannedScrapShare: 0.03, triggers: rules.map((rule) => trigger(rule)) };
}

function trigger(rule: TriggerRule, more: Partial<PlantTrigger> = {}): PlantTrigger {
  return { rule, items: null, operations: null, filesUnasked: false, ...more };
}

/** The order that is finished in the `hour`th hour. */
function order(hour: number, more: Partial<TrialOrder> = {}): TrialOrder {
  return { order: `MO-${hour}`, finishedAt: new Date(Date.UTC(2026, 1, 2, hour)).toISOString(), ...more };
}

/** Orders as they finish, one after the other. */
async function finish(triggers: PlantTriggers, orders: readonly TrialOrder[]): Promise<void> {
  for (const one of orders) {
    await recordOrders(database.pool, [one]);
    await observe(triggers, [one.order]);
  }
}

function observe(triggers: PlantTriggers, orders: readonly string[]): Promise<void> {
  const watch = { plant: PLANT, plm: PLM, erp: ERP, triggers };
  return database.transaction((tx) => observeOrders(tx, lanes, watch, orders as ProductionOrderId[]));
}

async function proposals(): Promise<readonly StoredProposal[]> {
  const { proposals: found } = await listProposals(database.pool, { limit: 100 });
  return found.toSorted((a, b) => a.title.localeCompare(b.title));
}

async function titles(): Promise<readonly string[]> {
  return (await proposals()).map(({ title, state }) => `${state}: ${title}`);
}

function slow(...hours: readonly number[]): readonly TrialOrder[] {
  return hours.map((hour) => order(hour, { operations: { "0020": { pieces: 40, took: 75, planned: 60 } } }));
}

function usual(...hours: readonly number[]): readonly TrialOrder[] {
  return hours.map((hour) => order(hour, { operations: { "0020": { pieces: 40, took: 60, planned: 60 } } }));
}

describe("run times far off the plan", () => {
  it("open one proposal, however often the figures come in", async () => {
    const triggers = asking(RUN_TIME);
    await finish(triggers, slow(1, 2));
    await finish(triggers, slow(2, 3));
    await observe(triggers, ["MO-1", "MO-2", "MO-3"]);
    const [proposal, ...others] = await proposals();
    expect(others).toEqual([]);
    expect(proposal).toMatchObject({
      id: expect.stringMatching(/^PROP-[0-9a-f]{10}$/) as string,
      title: expect.stringMatching(
        /^Run time of FX-110 rev B at operation 0020: 7[45]\.\d s instead of 60\.0 s$/,
      ) as string,
      state: "waiting",
      rule: "run-time",
      orders: ["MO-1", "MO-2"],
      change: null,
      content: { kind: "routing time", plannedSeconds: 60 },
    });
  });

  it("close it when production comes back to plan before anybody answers", async () => {
    await finish(asking(RUN_TIME), [...slow(1, 2), ...usual(3, 4)]);
    expect(await proposals()).toMatchObject([{ state: "closed", reason: "production came back to plan" }]);
  });

  it("say nothing while an order is not finished, and are seen once it is", async () => {
    const triggers = asking(RUN_TIME);
    await finish(triggers, [...slow(1), { ...order(2), finishedAt: null }]);
    expect(await proposals()).toEqual([]);
    await finish(triggers, slow(2));
    expect(await proposals()).toHaveLength(1);
  });

  it("are passed over where the trigger looks elsewhere", async () => {
    const elsewhere = [trigger(RUN_TIME, { operations: [] }), trigger(RUN_TIME, { items: ["FX-210" as ItemId] })];
    await finish({ plannedScrapShare: 0, triggers: elsewhere }, slow(1, 2, 3));
    expect(await proposals()).toEqual([]);
  });

  it("are found whether orders are counted one by one or all at once", async () => {
    await recordOrders(database.pool, [...slow(2, 1, 3)]);
    await observe(asking(RUN_TIME), ["MO-3", "MO-1", "MO-2"]);
    expect(await proposals()).toMatchObject([{ orders: ["MO-1", "MO-2"] }]);
  });

  it("are not forgotten by two that count at the same time", async () => {
    await recordOrders(database.pool, slow(1, 2));
    const triggers = asking(RUN_TIME);
    await Promise.all([observe(triggers, ["MO-1"]), observe(triggers, ["MO-2"])]);
    expect(await proposals()).toHaveLength(1);
  });
});

function scrapping(hour: number): TrialOrder {
  return order(hour, { operations: { "0020": { pieces: 50, scrap: 5 } } });
}

describe("scrap", () => {
  it("above plan asks for a scrap factor and a problem report", async () => {
    await finish(asking(SCRAP), [scrapping(1), scrapping(2)]);
    expect(await titles()).toEqual([
      "waiting: Scrap above plan at operation 0020, FX-110 rev B",
      "waiting: Scrap of FX-110 rev B at operation 0020: 10.0 % of the pieces instead of 3.0 %",
    ]);
  });

  it("is no more than planned where the mBOM plans it", async () => {
    await publish("ECO-1", 10); // on top of the net quantity: 9.1 % of the pieces
    await finish(asking(SCRAP), [scrapping(1), scrapping(2)]);
    expect(await proposals()).toEqual([]);
  });
});

function reworking(hour: number, rework: number, changes: readonly string[]): TrialOrder {
  return order(hour, { changes, operations: { "0020": { pieces: 50, rework } } });
}

describe("first-pass yield", () => {
  const before = [1, 2, 3, 4, 5, 6].map((hour) => reworking(hour, 1, ["ECO-9"]));

  it("that falls with a change is laid to it, and held against the orders before it", async () => {
    await publish("ECO-9");
    await publish("ECO-10");
    await finish(asking(YIELD), [
      ...before,
      reworking(11, 10, ["ECO-10", "ECO-9"]),
      reworking(12, 10, ["ECO-10", "ECO-9"]),
    ]);
    const [proposal] = await proposals();
    expect(proposal).toMatchObject({ change: "ECO-10", orders: ["MO-11", "MO-12"], state: "waiting" });
    expect(proposal?.content).toMatchObject({
      description: expect.stringContaining(
        "80.0 % of the pieces are good at the first pass since ECO-10, where 98.0 % were before",
      ) as string,
    });
  });

  it("is not judged where too little was made before", async () => {
    await finish(asking(YIELD), [...before.slice(0, 4), reworking(11, 10, ["ECO-10"]), reworking(12, 10, ["ECO-10"])]);
    expect(await proposals()).toEqual([]);
  });

  it("is not held against itself: what it was before stays as it was noted", async () => {
    const triggers = asking(YIELD);
    await finish(triggers, [...before, reworking(11, 10, ["ECO-10", "ECO-9"])]);
    await finish(
      triggers,
      before.map((one) => ({ ...one, operations: { "0020": { pieces: 50, rework: 30 } } })),
    );
    await finish(triggers, [reworking(12, 10, ["ECO-10", "ECO-9"])]);
    expect(await proposals()).toMatchObject([{ change: "ECO-10" }]);
  });
});

function finding(hour: number, times: number): TrialOrder {
  return order(hour, {
    operations: { "0020": { pieces: 40 } },
    found: { "0020": times === 0 ? {} : { SURFACE: times } },
  });
}

/** Two pieces, each with that motor. */
function withMotor(hour: number, motor: string): NonNullable<TrialOrder["built"]> {
  const components = [pieceOf(motor, "0020"), pieceOf("SCR-M3", "0020")];
  return [1, 2].map((piece) => ({ serial: `SN-${hour}-${piece}`, components }));
}

describe("what occurs again and again", () => {
  it("is reported with its code, and closes when it stays away", async () => {
    await finish(asking(DEFECT), [finding(1, 3), finding(2, 2)]);
    expect(await titles()).toEqual(["waiting: Nonconformance SURFACE repeated at operation 0020, FX-110 rev B"]);
    await finish(asking(DEFECT), [finding(3, 0), finding(4, 0)]);
    expect(await proposals()).toMatchObject([{ state: "closed" }]);
  });

  it("is reported of an item that is used in place of another, alternates aside", async () => {
    const ordered = [
      { line: "10", item: "MOT-024" as ItemId, required: pieces(2), operation: pieceOf("", "0020").operation },
      { line: "20", item: "SCR-M3" as ItemId, required: pieces(2), operation: pieceOf("", "0020").operation },
    ];
    const orders = (motor: string) =>
      [1, 2].map((hour) =>
        order(hour, { operations: { "0020": { pieces: 2 } }, ordered, built: withMotor(hour, motor) }),
      );
    await publish("ECO-1", null, ["MOT-025"]);
    await finish(asking(SUBSTITUTE), orders("MOT-025"));
    expect(await proposals()).toEqual([]);
    await finish(asking(SUBSTITUTE), orders("MOT-026"));
    expect(await titles()).toEqual(["waiting: MOT-026 for MOT-024 repeatedly at operation 0020, FX-110 rev B"]);
    expect((await proposals())[0]?.content).toMatchObject({
      description: expect.stringContaining("MOT-026 for MOT-024 was used 4 times in 2 orders") as string,
    });
  });
});

describe("a proposal", () => {
  it("stands in the thread by item revision, orders and change, and in the trail", async () => {
    await finish(asking(RUN_TIME), slow(1, 2));
    const [proposal] = await proposals();
    if (proposal === undefined) throw new Error("nothing was proposed");
    const from = { system: "heddle", kind: "proposal", id: proposal.id } as const;
    expect(await threadOf(database.pool, from)).toMatchObject([
      { from, relation: "based on", to: { system: "erp", kind: "production order", id: "MO-1" } },
      { from, relation: "based on", to: { system: "erp", kind: "production order", id: "MO-2" } },
      { from, relation: "reports on", to: { system: "erp", kind: "item revision", id: "FX-110 rev B" } },
    ]);
    expect(await auditOf(database.pool, proposalSubject(proposal), 1)).toMatchObject([{ what: "proposal opened" }]);
    expect(woken).toEqual([]);
  });

  it("goes to the PLM at once where its trigger needs no person, unless the ERP is to be changed", async () => {
    const unasked = { plannedScrapShare: 0.03, triggers: [trigger(SCRAP, { filesUnasked: true })] };
    await finish(
      unasked,
      [1, 2].map((hour) => order(hour, { operations: { "0020": { pieces: 50, scrap: 5 } } })),
    );
    const [report, factor] = await proposals();
    expect(report).toMatchObject({ state: "filing", decidedBy: "trigger scrap" });
    expect(factor).toMatchObject({ state: "waiting", decidedBy: null });
    expect(woken).toEqual([`proposal:${report?.id}@1000`]);
  });
});

function pieces(count: number) {
  return { amount: rational(BigInt(count)), unit: "EA" } as const;
}

async function publish(change: string, scrapPercent: number | null = null, alternates: readonly string[] = []) {
  const scrap = {
    componentPercent: null,
    operationPercent: scrapPercent === null ? null : rational(BigInt(scrapPercent)),
    fixedPerOrder: null,
  };
  const mbom = {
    plant: PLANT,
    item: "FX-110",
    revision: "B" as Revision,
    lines: [{ item: "MOT-024", operation: "0020", scrap, alternates }],
  };
  await recordPublication(database.pool, {
    plant: PLANT,
    item: "FX-110" as ItemId,
    change: change as ChangeId,
    digest: change as Digest,
    before: null,
    after: toJson(mbom),
    number: "BOM-1",
    version: null,
    releasedAt: "2026-01-01T00:00:00.000Z",
  });
}

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ALWAYS } from "../../domain/calendar.ts";
import type {
  ChangeId,
  ItemId,
  LineId,
  MbomLineKey,
  OperationId,
  PlantId,
  ProductionOrderId,
  Revision,
  SystemId,
} from "../../domain/ids.ts";
import { NO_SCRAP, type MbomLine } from "../../domain/mbom.ts";
import type { ProductionOrder } from "../../domain/order.ts";
import { rational, rationalText } from "../../domain/rational.ts";
import { startFaultProxy, type FaultProxy } from "../fault-proxy.ts";
import type { Connector, Cursor, IdempotencyKey, JobReport, ProductionOrders } from "../port.ts";
import { makeConnector } from "../registry.ts";
import { PLANT } from "../trial-records-harness.ts";
import { startFakeTryton } from "./fake-harness.ts";
import { isTrytonWrite } from "./harness.ts";
import { DATABASE, furnish, PASSWORD, startTryton, type TrytonServer, type TrytonWorld } from "./server-harness.ts";

/** By `npm run test:tryton` the same tests run against a real server. */
const isReal = process.env["HEDDLE_TRYTON"] === "real";

let server: TrytonServer;
let world: TrytonWorld;
let proxy: FaultProxy;
let erp: Required<Connector>;
let orders: Required<ProductionOrders>;
const connect = (url: string) =>
  makeConnector("tryton", "erp" as SystemId, {
    url,
    database: DATABASE,
    user: "admin",
    password: PASSWORD,
    plant: PLANT,
    attempts: 1,
  }) as unknown as Required<Connector>;

beforeAll(async () => {
  server = await (isReal ? startTryton() : startFakeTryton());
  world = await furnish(server.url);
  proxy = await startFaultProxy(server.url, isTrytonWrite);
  erp = connect(proxy.url);
  orders = erp.productionOrders as Required<ProductionOrders>;
  for (const item of ["SHEET", "SCREW", "NUT"]) await world.item(item);
});
afterAll(async () => {
  await proxy.stop();
  await server.close();
});

let tests = 0;
let key: IdempotencyKey;
let item: ItemId;
/** Each test has a made item and a key of its own. */
beforeEach(async () => {
  tests += 1;
  key = `key-${tests}` as IdempotencyKey;
  item = `MADE-${tests}` as ItemId;
  await world.item(item, { made: true });
});

function line(component: string, operation: string | null, at: string): MbomLine {
  const quantity = { amount: rational(2n), unit: "EA" } as const;
  return {
    key: at as MbomLineKey,
    item: component as ItemId,
    quantity,
    basis: "per assembly",
    operation: operation as OperationId | null,
    supply: "push",
    scrap: NO_SCRAP,
    phantom: false,
    referenceDesignators: [],
    alternates: [],
    effectivity: ALWAYS,
    origin: { kind: "engineering", from: [{ path: [at as LineId], quantity, rules: [] }] },
  };
}
/** The sheet is needed once, the screws at two operations, the nut at none in particular. */
const publish = (revision = "B") =>
  erp.mbom.publish.write(
    {
      value: {
        plant: PLANT,
        item,
        revision: revision as Revision,
        lines: [
          line("SHEET", "0010", "U1"),
          line("SCREW", "0010", "U2"),
          line("SCREW", "0020", "U3"),
          line("NUT", null, "U4"),
        ],
      },
      expected: null,
      change: "ECO-0001" as ChangeId,
    },
    key,
  );
/** Laser 1 is the only one of the lasers; checking names no category of work centers. */
const route = () =>
  world.routing(item, [
    ["0010 Cut", "Laser 1", "Lasers"],
    ["0020 Check", null],
  ]);
const read = async (order: string) => (await orders.read([order as ProductionOrderId]))[0]!;
const operationsOf = ({ operations }: Pick<ProductionOrder, "operations">) =>
  operations?.map(({ operation, name, workCenter }) => `${operation} ${name} @ ${workCenter}`) ?? null;
const routingNow = async () => (await erp.routings.read([item], PLANT)).get(item)!;
const worksOf = (id: number) => world.search<{ id: number }>("production.work", [["production", "=", id]], []);

describe("a production order", () => {
  it("carries the mBOM, the revision and the routing that it was planned from", async () => {
    await publish();
    await route();
    const { order } = await world.production(item, 5, "waiting");
    const { value } = await read(order);
    const mbom = (await erp.mbom.read([item], PLANT)).get(item)!.value;
    expect(value).toMatchObject({ mbom: mbom.number, revision: "B", routing: (await routingNow()).number });
    expect(value).toMatchObject({ startAt: null, endAt: null, priority: 0, type: "standard", from: null });
  });

  it("has the steps of its routing until it is released, then works with work centers of their own", async () => {
    await publish();
    await route();
    const { id, order } = await world.production(item, 5, "draft");
    expect(operationsOf((await read(order)).value)).toEqual(["0010 0010 Cut @ Lasers", "0020 0020 Check @ null"]);
    expect(operationsOf(await routingNow())).toEqual(["0010 0010 Cut @ Lasers", "0020 0020 Check @ null"]);
    await world.rpc("model.production.wait", [id]);
    expect(operationsOf((await read(order)).value)).toEqual([
      "0010 0010 Cut @ Laser 1",
      "0020 0020 Check @ Shop floor",
    ]);
  });

  it("names the category of work centers where a person took the work center away", async () => {
    await publish();
    await route();
    const { id, order } = await world.production(item, 5, "waiting");
    const works = await worksOf(id);
    await world.rpc(
      "model.production.work.write",
      works.map((work) => work.id),
      { work_center: null },
    );
    expect(operationsOf((await read(order)).value)).toEqual(["0010 0010 Cut @ Lasers", "0020 0020 Check @ null"]);
  });

  it("tells that a work was edited past it", async () => {
    await publish();
    await route();
    const { id, order } = await world.production(item, 5, "waiting");
    const before = await read(order);
    const cursor = await pollToEnd();
    const [first] = await worksOf(id);
    await world.rpc("model.production.work.write", [first?.id], { work_center: null });
    expect((await orders.changedSince(cursor)).ids).toEqual([order]);
    expect((await read(order)).version).not.toBe(before.version);
  });

  it("of a BOM by hand has neither revision nor routing nor operations of its own", async () => {
    await world.bom(item, [["SCREW", 4]]);
    const { order } = await world.production(item, 5, "waiting");
    const { value } = await read(order);
    expect(value).toMatchObject({ revision: null, routing: null, operations: null });
    expect(value.mbom).toMatch(/^BOM-\d+$/);
    expect(value.components).toMatchObject([{ item: "SCREW", operation: null, supply: null, lot: null }]);
  });

  it("needs a component at the operation that its own BOM says, unless it says several", async () => {
    await publish();
    const { order } = await world.production(item, 5, "waiting");
    const needs = (await read(order)).value.components.map(({ item: of, operation }) => `${of} @ ${operation}`);
    expect(needs.toSorted()).toEqual(["NUT @ null", "SCREW @ null", "SHEET @ 0010"]);
  });

  it("must use the lot that stands at its component", async () => {
    await world.bom(item, [
      ["SHEET", 1],
      ["SCREW", 4],
    ]);
    const { id, order } = await world.production(item, 5, "waiting");
    const { id: product } = await world.product("SHEET");
    const lot = await world.create("stock.lot", { number: `COIL-${tests}`, product });
    const [move] = await world.search<{ id: number }>(
      "stock.move",
      [
        ["production_input", "=", id],
        ["product", "=", product],
      ],
      [],
    );
    await world.rpc("model.stock.move.write", [move?.id], { lot });
    const lots = (await read(order)).value.components.map(({ item: of, lot: own }) => `${of} ${own}`);
    expect(lots.toSorted()).toEqual(["SCREW null", `SHEET COIL-${tests}`]);
  });

  it("names an operation and a work center with blank names by their records", async () => {
    await publish();
    await world.routing(item, [["Weld", `Robot ${tests}`, `Robots ${tests}`]]);
    const { id, order } = await world.production(item, 5, "waiting");
    const [work] = await world.search<{ operation: number; work_center: number }>(
      "production.work",
      [["production", "=", id]],
      ["operation", "work_center"],
    );
    await world.rpc("model.production.routing.operation.write", [work?.operation], { name: " " });
    await world.rpc("model.production.work.center.write", [work?.work_center], { name: " " });
    const named = `#${work?.operation} #${work?.operation} @ #${work?.work_center}`;
    expect(operationsOf((await read(order)).value)).toEqual([named]);
  });

  // The stand-in knows no wizards.
  it.runIf(isReal)("that was split off another does not tell which: Tryton keeps no trace", async () => {
    await world.bom(item, [["SCREW", 4]]);
    const { id, order } = await world.production(item, 5, "draft");
    const wizard = "wizard.production.split";
    const [session] = await world.rpc<[number]>(`${wizard}.create`);
    const start = { quantity: 2, uom: world.unit("u"), count: null };
    await world.rpcAt({ active_model: "production", active_id: id, active_ids: [id] })(
      `${wizard}.execute`,
      session,
      { start },
      "split",
    );
    const parts = await orders.openOf([item], PLANT);
    expect(parts.map(({ value }) => rationalText(value.quantity.amount)).toSorted()).toEqual(["1", "2", "2"]);
    expect(parts.map(({ value }) => value.from)).toEqual([null, null, null]);
    expect(parts.map(({ value }) => String(value.id))).toContain(order);
  });
});

describe("the number of a routing", () => {
  it("is another one after every edit of what is done where, and the order's follows", async () => {
    await publish();
    const routing = await route();
    const { order } = await world.production(item, 5, "draft");
    const [cut, check] = await world.search<{ id: number; operation: number }>(
      "production.routing.step",
      [["routing", "=", routing]],
      ["operation"],
    );
    const category = await world.create("production.work.center.category", { name: `Benches ${tests}` });
    const packing = await world.create("production.routing.operation", { name: "0030 Pack" });
    const edits: readonly (readonly [model: string, method: string, ...params: unknown[]])[] = [
      ["production.routing.step", "write", [check?.id], { sequence: 0 }],
      ["production.routing.operation", "write", [cut?.operation], { name: "0010 Cut and bend" }],
      ["production.routing.operation", "write", [check?.operation], { work_center_category: category }],
      ["production.work.center.category", "write", [category], { name: `Test benches ${tests}` }],
      ["production.routing", "write", [routing], { steps: [["create", [{ operation: packing, sequence: 3 }]]] }],
      ["production.routing.step", "delete", [check?.id]],
    ];
    const numbers = [(await routingNow()).number];
    for (const [model, method, ...params] of edits) {
      await world.rpc(`model.${model}.${method}`, ...params);
      const { number } = await routingNow();
      numbers.push(number);
      expect((await read(order)).value.routing).toBe(number);
    }
    expect(new Set(numbers).size).toBe(edits.length + 1);
    expect(operationsOf(await routingNow())).toEqual(["0010 0010 Cut and bend @ Lasers", "0030 0030 Pack @ null"]);
  });

  it("stays when the next mBOM takes it along", async () => {
    await publish();
    await route();
    const before = await routingNow();
    const held = (await erp.mbom.read([item], PLANT)).get(item)!;
    const value = { plant: PLANT, item, revision: "C" as Revision, lines: [line("NUT", "0010", "U1")] };
    await erp.mbom.publish.write(
      { value, expected: held.version, change: "ECO-0002" as ChangeId },
      `${key}-next` as IdempotencyKey,
    );
    expect(await routingNow()).toEqual(before);
  });

  it("differs from that of an order which another routing was chosen for", async () => {
    await publish();
    const usual = await route();
    const { order, id } = await world.production(item, 5, "draft");
    const operation = await world.create("production.routing.operation", { name: "0010 Cut by hand" });
    const [bom] = await world.search<{ bom: number }>("production", [["id", "=", id]], ["bom"]);
    const other = await world.create("production.routing", {
      name: "by hand",
      steps: [["create", [{ operation }]]],
      boms: [["add", [bom?.bom]]],
    });
    await world.rpc("model.production.write", [id], { routing: other });
    const { value } = await read(order);
    expect(other).not.toBe(usual);
    expect(value.routing).not.toBe((await routingNow()).number);
    expect(operationsOf(value)).toEqual(["0010 0010 Cut by hand @ null"]);
  });
});

const report = (order: string, more: Partial<JobReport> = {}): JobReport => ({
  order: order as ProductionOrderId,
  plant: PLANT,
  mes: "mes-north" as SystemId,
  job: "WO-0042",
  version: 2,
  state: "running",
  note: null,
  ...more,
});
const notesAt = async (production: number) =>
  (
    await world.search<{ message: string }>("ir.note", [["resource", "=", `production,${production}`]], ["message"])
  ).map(({ message }) => message);

describe("a report from the MES", () => {
  beforeEach(async () => {
    await world.bom(item, [["SCREW", 4]]);
  });

  it("shows the planner job, version, state and why, in place of the one before", async () => {
    const { id, order } = await world.production(item, 5, "waiting");
    await world.create("ir.note", { resource: `production,${id}`, message: "In the MES: ask Kim" });
    await orders.report.write([report(order, { job: null, version: null, state: "held", note: "Out of date." })], key);
    await orders.report.write([report(order, { note: "The MES took 7 pieces." })], `${key}-b` as IdempotencyKey);
    expect(await notesAt(id)).toEqual([
      "In the MES: ask Kim",
      "In the MES: running\nMES mes-north, job WO-0042, version 2\nThe MES took 7 pieces.\n[heddle job report]",
    ]);
    expect(await orders.report.find([report(order)], key)).toBeNull();
  });

  it("moves neither the order's version nor its history", async () => {
    const { order } = await world.production(item, 5, "waiting");
    const before = await read(order);
    const cursor = await pollToEnd();
    await orders.report.write([report(order)], key);
    expect(await read(order)).toEqual(before);
    expect(await orders.changedSince(cursor)).toEqual({ ids: [], cursor, more: false });
  });

  it("on many orders shows all or none of them", async () => {
    const some = [await world.production(item, 1, "waiting"), await world.production(item, 2, "waiting")];
    const reports = some.map(({ order }) => report(order));
    const unknown = report("MO-NONE");
    await expect(orders.report.write([...reports, unknown], key)).rejects.toMatchObject({
      kind: "not found",
      at: { object: "MO-NONE" },
    });
    proxy.cutBeforeWrite(1);
    await expect(orders.report.write(reports, key)).rejects.toMatchObject({ kind: "answer lost" });
    for (const { id } of some) expect(await notesAt(id)).toEqual([]);
    await orders.report.write(reports, key);
    for (const { id } of some) expect(await notesAt(id)).toHaveLength(1);
    expect(await orders.report.find([], key)).not.toBeNull();
  });

  it("counts by the newest where the one before could not be taken away, which the next write does", async () => {
    const { id, order } = await world.production(item, 5, "waiting");
    await orders.report.write([report(order, { state: "dispatched" })], key);
    const next = [report(order)];
    proxy.cutBeforeWrite(2);
    await expect(orders.report.write(next, key)).rejects.toMatchObject({ kind: "answer lost" });
    expect(await notesAt(id)).toHaveLength(2);
    expect(await orders.report.find(next, key)).not.toBeNull();
    await orders.report.write(next, key);
    expect(await notesAt(id)).toEqual([expect.stringContaining("running")]);
  });

  it("takes the later of two on one order, and a person's deletion for a reason to show it again", async () => {
    const { id, order } = await world.production(item, 5, "waiting");
    const twice = [report(order, { state: "dispatched" }), report(order)];
    await orders.report.write(twice, key);
    expect(await notesAt(id)).toEqual([expect.stringContaining("running")]);
    const [note] = await world.search<{ id: number }>("ir.note", [["resource", "=", `production,${id}`]], []);
    await world.rpc("model.ir.note.delete", [note?.id]);
    expect(await orders.report.find(twice, key)).toBeNull();
  });

  it("for another plant is refused by its field", async () => {
    const { order } = await world.production(item, 5, "waiting");
    const elsewhere = report(order, { plant: "2000" as PlantId });
    await expect(orders.report.write([elsewhere], key)).rejects.toMatchObject({
      kind: "rejected",
      at: { system: "erp", object: order, field: "plant" },
    });
  });
});

// A real server has its modules for good.
describe.skipIf(isReal)("a Tryton without routings, works and lots", () => {
  it("gives its orders without them", async () => {
    const bare = await startFakeTryton(["production_routing", "production_work", "stock_lot"]);
    const plain = await furnish(bare.url);
    const connector = connect(bare.url);
    await plain.item("SCREW");
    await plain.item("FRAME", { made: true });
    const bom = await plain.bom("FRAME", [["SCREW", 4]]);
    const { id: product } = await plain.product("FRAME");
    await plain.create("production", {
      product,
      bom,
      uom: plain.unit("u"),
      quantity: 3,
      warehouse: plain.place("WH"),
      location: plain.place("PROD"),
    });
    const order = (await connector.productionOrders.openOf(["FRAME" as ItemId], PLANT)).map(({ value }) => value);
    expect(order).toMatchObject([{ mbom: `BOM-${bom}`, routing: null, operations: null }]);
    expect(await connector.routings.read(["FRAME" as ItemId], PLANT)).toEqual(new Map());
    expect((await connector.mbom.read(["FRAME" as ItemId], PLANT)).size).toBe(1);
    expect((await connector.productionOrders.changedSince(null)).ids).toEqual(["MO-1"]);
    await bare.close();
  });
});

async function pollToEnd(): Promise<Cursor> {
  for (let cursor: Cursor = null; ;) {
    const page = await orders.changedSince(cursor);
    ({ cursor } = page);
    if (!page.more) return cursor;
  }
}

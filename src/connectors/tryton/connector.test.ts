import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ALWAYS } from "../../domain/calendar.ts";
import type {
  ChangeId,
  ItemId,
  LineId,
  MbomLineKey,
  ProductionOrderId,
  PurchaseOrderLineId,
  Revision,
  SupplierId,
  SystemId,
} from "../../domain/ids.ts";
import { canonicalText } from "../../domain/json.ts";
import { NO_SCRAP, type Mbom, type MbomLine } from "../../domain/mbom.ts";
import { rational, rationalText, type Rational } from "../../domain/rational.ts";
import type { Unit } from "../../domain/unit.ts";
import { startFaultProxy, type FaultProxy } from "../fault-proxy.ts";
import type { Connector, Cursor, IdempotencyKey, Page } from "../port.ts";
import { makeConnector } from "../registry.ts";
import { PLANT } from "../trial-records-harness.ts";
import { startFakeTryton } from "./fake-harness.ts";
import { isTrytonWrite } from "./harness.ts";
import { openRpc } from "./json-rpc.ts";
import {
  DATABASE,
  decimal,
  furnish,
  PASSWORD,
  startTryton,
  type TrytonServer,
  type TrytonWorld,
} from "./server-harness.ts";
import { CONTRACTS } from "./wire.ts";

/** By `npm run test:tryton` the same tests run against a real server. */
const isReal = process.env["HEDDLE_TRYTON"] === "real";
const start = isReal ? startTryton : startFakeTryton;
const CHANGE = "ECO-0001" as ChangeId;

let server: TrytonServer;
let world: TrytonWorld;
let proxy: FaultProxy;
let erp: Required<Connector>;
let settings: { url: string; database: string; user: string; password: string; plant: string; attempts: number };

beforeAll(async () => {
  server = await start();
  world = await furnish(server.url);
  proxy = await startFaultProxy(server.url, isTrytonWrite);
  settings = { url: proxy.url, database: DATABASE, user: "admin", password: PASSWORD, plant: PLANT, attempts: 1 };
  erp = makeConnector("tryton", "erp" as SystemId, settings) as unknown as Required<Connector>;
  for (const supplier of ["NORDLUFT", "VENTEC"]) await world.supplier(supplier);
  for (const item of ["SCREW", "WASHER", "NUT"]) await world.item(item);
  await world.item("WIRE", { unit: "m" });
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
  item = `NEW-${tests}` as ItemId;
  await world.item(item, { made: true, revision: "A" });
});

function line(component: string, amount: Rational, more: Partial<MbomLine> = {}, unit: Unit = "EA"): MbomLine {
  const quantity = { amount, unit };
  return {
    key: "U1" as MbomLineKey,
    item: component as ItemId,
    quantity,
    basis: "per assembly",
    operation: null,
    supply: "push",
    scrap: NO_SCRAP,
    phantom: false,
    referenceDesignators: [],
    alternates: [],
    effectivity: ALWAYS,
    origin: { kind: "engineering", from: [{ path: ["U1" as LineId], quantity, rules: [] }] },
    ...more,
  };
}
const mbom = (...lines: readonly MbomLine[]): Mbom => ({ plant: PLANT, item, revision: "B" as Revision, lines });
const publish = (value: Mbom, expected: string | null = null, by: string = key) =>
  erp.mbom.publish.write({ value, expected, change: CHANGE }, by as IdempotencyKey);
const readMbom = async () => (await erp.mbom.read([item], PLANT)).get(item);
const inputsOf = async (code: string = item) =>
  await world.search<{ id: number; quantity: number; "product.": { code: string } }>(
    "production.bom.input",
    [["bom.output_products.code", "=", code]],
    ["quantity", "product", "product.code"],
  );
const namesOf = async () =>
  (
    await world.search<{ name: string }>(
      "production.bom",
      [
        ["output_products.code", "=", item],
        ["active", "in", [true, false]],
      ],
      ["name"],
    )
  ).map(({ name }) => name);

const replaced = (order: string, expected: string) =>
  erp.productionOrders.replaceComponents.write(
    {
      order: order as ProductionOrderId,
      components: [{ item: "WASHER" as ItemId, required: { amount: rational(7n), unit: "EA" }, operation: null }],
      expected,
    },
    key,
  );
const readOrder = async (order: string) => (await erp.productionOrders.read([order as ProductionOrderId]))[0];
const rpcWith = (acceptWarnings: string[]) =>
  openRpc("erp" as SystemId, {
    ...settings,
    timeoutMs: 15_000,
    maxConcurrent: 2,
    maxPerSecond: 0,
    failuresToPause: 100,
    pauseMs: 1_000,
    units: {},
    acceptWarnings,
  });

const cost = (material: Rational, conversion: Rational) => ({
  item,
  plant: PLANT,
  material: { amount: material, currency: "EUR" },
  conversion: { amount: conversion, currency: "EUR" },
});

describe("an mBOM", () => {
  it("is read back as it was published, with what Tryton has no field for", async () => {
    const published = mbom(
      line("SCREW", rational(2n), { referenceDesignators: ["B1", "B2"], operation: "0010" as never }),
      line("SCREW", rational(1n, 3n), { key: "U2" as MbomLineKey, basis: "per order", supply: "bulk" }),
      line(
        "WIRE",
        rational(45n, 100n),
        { key: "U3" as MbomLineKey, scrap: { ...NO_SCRAP, componentPercent: rational(3n) } },
        "MTR",
      ),
      line("WASHER", rational(3n), {
        key: "+add-washer" as MbomLineKey,
        alternates: ["NUT" as ItemId],
        origin: { kind: "rule", rule: "add-washer" as never, driver: null },
      }),
    );
    const receipt = await publish(published);
    const held = await readMbom();
    expect(held?.version).toBe(receipt.version);
    const { number, ...read } = held!.value;
    expect(number).toBe(receipt.id);
    expect(canonicalText(read)).toBe(canonicalText(published));
    expect(await erp.mbom.whereUsed("WASHER" as ItemId, PLANT)).toContain(item);
  });

  it("has one component for an item, scrap included, rounded up at its unit's digits", async () => {
    await publish(
      mbom(
        line("SCREW", rational(2n)),
        line("SCREW", rational(1n, 3n), { key: "U2" as MbomLineKey }),
        line(
          "WIRE",
          rational(45n, 100n),
          { key: "U3" as MbomLineKey, scrap: { ...NO_SCRAP, componentPercent: rational(3n) } },
          "MTR",
        ),
      ),
    );
    expect((await inputsOf()).map((input) => `${input["product."].code} ${input.quantity}`)).toEqual([
      "SCREW 3",
      "WIRE 0.47",
    ]);
  });

  it("shows what a planner edited and added in Tryton", async () => {
    const before = await publish(
      mbom(line("SCREW", rational(2n)), line("NUT", rational(2n), { key: "U2" as MbomLineKey })),
    );
    const [screw] = await inputsOf();
    await world.rpc("model.production.bom.input.write", [screw?.id], { quantity: 5 });
    const [bom] = await world.search<{ id: number }>("production.bom", [["output_products.code", "=", item]], []);
    const { id: washer } = await world.product("WASHER");
    await world.create("production.bom.input", { bom: bom?.id, product: washer, quantity: 1, uom: world.unit("u") });
    const held = await readMbom();
    expect(held?.version).not.toBe(before.version);
    expect(
      held?.value.lines.map(
        ({ key: name, quantity, origin }) => `${name} ${rationalText(quantity.amount)} ${origin.kind}`,
      ),
    ).toEqual(["U1 5 engineering", "U2 2 engineering", "planner:WASHER 1 planner"]);
  });

  it("makes co- and by-products, beside what the plant itself has it make", async () => {
    const outputsOf = async () => {
      const [bom] = await world.search<{ id: number }>("production.bom", [["output_products.code", "=", item]], []);
      const made = await world.search<{ "product.": { code: string }; quantity: number }>(
        "production.bom.output",
        [["bom", "=", bom?.id]],
        ["product.code", "quantity"],
      );
      return made.map(({ "product.": product, quantity }) => `${product.code} ${quantity}`).toSorted();
    };
    const trimmings = (amount: bigint) =>
      line("WIRE", rational(amount, 8n), { key: "+trimmings" as MbomLineKey, output: "by-product" }, "MTR");
    const usage = [
      { item: "NUT" as ItemId, percent: rational(75n), factor: rational(1n) },
      { item: "WASHER" as ItemId, percent: rational(25n), factor: rational(2n) },
    ];
    const nuts = line("NUT", rational(2n), { alternates: ["WASHER" as ItemId], usage });
    const wire = line("WIRE", rational(1n), { key: "U2" as MbomLineKey }, "MTR");

    const published = mbom(nuts, wire, trimmings(1n));
    const first = await publish(published);
    expect(await outputsOf()).toEqual([`${item} 1`, "WIRE 0.12"]);
    const { number: _number, ...read } = (await readMbom())!.value;
    expect(canonicalText(read)).toBe(canonicalText(published));

    const [bom] = await world.search<{ id: number }>("production.bom", [["output_products.code", "=", item]], []);
    await world.item(`OFFCUT-${tests}`);
    const { id: offcut } = await world.product(`OFFCUT-${tests}`);
    await world.create("production.bom.output", { bom: bom?.id, product: offcut, quantity: 3, uom: world.unit("u") });
    const held = await readMbom();
    expect(held?.version).not.toBe(first.version);
    expect(held?.value.lines).toHaveLength(3);
    const second = await publish(mbom(nuts, trimmings(2n)), held?.version ?? null, `${key}-more`);
    expect(await outputsOf()).toEqual([`${item} 1`, `OFFCUT-${tests} 3`, "WIRE 0.25"]);
    await publish(mbom(nuts), second.version, `${key}-none`);
    expect(await outputsOf()).toEqual([`${item} 1`, `OFFCUT-${tests} 3`]);
  });

  it("that was superseded since is still found as done, and is archived", async () => {
    const first = await publish(mbom(line("NUT", rational(1n))));
    await publish(mbom(line("NUT", rational(2n))), first.version, `${key}-next`);
    const input = { value: mbom(line("NUT", rational(1n))), expected: null, change: CHANGE };
    expect(await erp.mbom.publish.find(input, key)).toMatchObject({ id: first.id });
    const used = await world.search<object>("production.bom", [["output_products.code", "=", item]], []);
    expect(used).toHaveLength(1);
  });

  it("takes up the draft that a lost answer left, and makes an edited one anew", async () => {
    for (const edits of [false, true]) {
      item = `DRAFT-${String(edits)}` as ItemId;
      await world.item(item, { made: true });
      proxy.cutAfterWrite(1);
      await expect(publish(mbom(line("NUT", rational(1n))))).rejects.toMatchObject({ kind: "answer lost" });
      expect(await namesOf()).toEqual([expect.stringMatching(/ draft$/)]);
      const [draft] = await inputsOf();
      if (edits) await world.rpc("model.production.bom.input.write", [draft?.id], { quantity: 99 });
      await publish(mbom(line("NUT", rational(1n))));
      expect(await namesOf()).toEqual([expect.stringMatching(/ rev B, ECO-0001 \([0-9a-f]{12}\)$/)]);
      const [input] = await inputsOf();
      expect(input?.quantity).toBe(1);
      expect(input?.id === draft?.id).toBe(!edits);
    }
  });

  it("that Tryton could not take is refused before anything is written", async () => {
    await expect(publish(mbom(line("GHOST", rational(1n))))).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "inputs", cause: expect.stringContaining("GHOST") },
    });
    await expect(publish(mbom(line("NUT", rational(1n), {}, "PR")))).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "uom" },
    });
    item = "SCREW" as ItemId;
    await expect(publish(mbom(line("NUT", rational(1n))))).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "producible" },
    });
    expect(await namesOf()).toEqual([]);
  });

  it("takes the routing of the one before it along, and so do its planned orders", async () => {
    const bom = await world.bom(item, [["SCREW", 1]]);
    const routing = await world.routing(item, [["0010 Assemble", null]]);
    const planned = await world.production(item, 2, "request");
    const routings = await erp.routings.read([item, "SCREW" as ItemId], PLANT);
    expect([...routings]).toEqual([
      [
        item,
        {
          plant: PLANT,
          item,
          number: expect.stringMatching(new RegExp(`^RTG-${routing}@`)),
          operations: [
            { operation: "0010", name: "0010 Assemble", workCenter: null, setupSeconds: null, runSeconds: null },
          ],
        },
      ],
    ]);
    const held = await readMbom();
    await publish(mbom(line("NUT", rational(1n))), held?.version ?? null);
    const [turned] = await world.search<{ bom: number; routing: number }>(
      "product.product-production.bom",
      [["product.code", "=", item]],
      ["bom", "routing"],
    );
    expect(turned?.routing).toBe(routing);
    expect(turned?.bom).not.toBe(bom);
    const order = await readOrder(planned.order);
    const exploded = { order: planned.order as ProductionOrderId, expected: order?.version ?? "" };
    await erp.productionOrders.reExplode.write(exploded, `${key}-order` as IdempotencyKey);
    const [production] = await world.search<{ bom: number; routing: number }>(
      "production",
      [["id", "=", planned.id]],
      ["bom", "routing"],
    );
    expect(production).toMatchObject({ bom: turned?.bom, routing });
  });

  // The stand-in does not look for circles.
  it.runIf(isReal)("that needs itself is refused by Tryton and leaves no draft", async () => {
    await expect(publish(mbom(line(item, rational(1n))))).rejects.toMatchObject({ kind: "rejected" });
    expect(await namesOf()).toEqual([]);
  });

  it("in a unit that Heddle does not know is named with object and field", async () => {
    await world.bom(item, [["SCREW", 1]]);
    const [input] = await inputsOf();
    await world.rpc("model.production.bom.input.write", [input?.id], { quantity: 1 });
    await world.item(`GEM-${tests}`, { unit: "c" });
    const gem = await world.product(`GEM-${tests}`);
    const [bom] = await world.search<{ id: number }>("production.bom", [["output_products.code", "=", item]], []);
    await world.create("production.bom.input", { bom: bom?.id, product: gem.id, quantity: 1, uom: world.unit("c") });
    await expect(readMbom()).rejects.toMatchObject({
      kind: "rejected",
      at: {
        system: "erp",
        object: expect.stringContaining(`input GEM-${tests}`),
        field: "uom",
        cause: expect.stringContaining('"c"'),
      },
    });
  });

  it("declares what Tryton does not act by", () => {
    const losses = erp.mbom.cannotHold(
      mbom(
        line("SCREW", rational(1n), { basis: "per order" }),
        line("NUT", rational(1n), { phantom: true }),
        line("WASHER", rational(2n)),
      ),
    );
    expect(losses).toEqual([expect.stringMatching(/per order.*SCREW/), expect.stringMatching(/phantom.*NUT/)]);
  });
});

describe("procurement", () => {
  it("puts the new supplier first and keeps the old one's record", async () => {
    const code = `BOUGHT-${tests}` as ItemId;
    await world.item(code);
    const of = (supplier: string, amount: bigint) => ({
      item: code,
      plant: PLANT,
      supplier: supplier as SupplierId,
      supplierItem: "S-1",
      leadTimeDays: 5,
      price: { amount: rational(amount), currency: "EUR" },
    });
    const first = await erp.procurement.set.write({ value: of("NORDLUFT", 3n), expected: null }, key);
    const second = await erp.procurement.set.write(
      { value: of("VENTEC", 4n), expected: first.version },
      `${key}-b` as IdempotencyKey,
    );
    expect((await erp.procurement.read([code], PLANT)).get(code)?.value.supplier).toBe("VENTEC");
    await erp.procurement.set.write(
      { value: of("NORDLUFT", 2n), expected: second.version },
      `${key}-c` as IdempotencyKey,
    );
    const held = (await erp.procurement.read([code], PLANT)).get(code)?.value;
    expect(held).toMatchObject({ supplier: "NORDLUFT", leadTimeDays: 5, price: { amount: rational(2n) } });
    const { id } = await world.product(code);
    expect(await world.rpc<number>("model.purchase.product_supplier.search_count", [["product", "=", id]])).toBe(2);
  });

  it("of an item that is not bought is refused by name", async () => {
    const value = {
      item,
      plant: PLANT,
      supplier: "VENTEC" as SupplierId,
      supplierItem: "",
      leadTimeDays: 1,
      price: null,
    };
    await expect(erp.procurement.set.write({ value, expected: null }, key)).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "purchasable" },
    });
  });
});

describe("a standard cost", () => {
  it("of zero is none, and is set with labour apart from material", async () => {
    expect((await erp.costs.read([item], PLANT)).has(item)).toBe(false);
    const set = { value: cost(rational(2n, 3n), rational(7n, 2n)), expected: null };
    await erp.costs.set.write(set, key);
    const held = (await erp.costs.read([item], PLANT)).get(item)?.value;
    expect([held?.material.amount, held?.conversion.amount]).toEqual([rational(6_667n, 10_000n), rational(7n, 2n)]);
    expect(await erp.costs.set.find(set, key)).not.toBeNull();
  });

  it("takes labour from a planner's note, and material is the rest", async () => {
    const { id } = await world.product(item);
    await world.rpc("model.product.product.write", [id], { cost_price: decimal("10") });
    await world.create("ir.note", {
      resource: `product.product,${id}`,
      message: "Conversion cost: 4.25 as reckoned in spring",
    });
    const held = (await erp.costs.read([item], PLANT)).get(item)?.value;
    expect(rationalText(held!.material.amount)).toBe("5.75");
  });
});

describe("orders", () => {
  beforeEach(async () => {
    await world.bom(item, [
      ["SCREW", 4],
      ["NUT", 2],
    ]);
  });
  it("are found by what they make and by what they need, each once", async () => {
    const { order } = await world.production(item, 5, "waiting");
    const found = await erp.productionOrders.openOf([item, "SCREW", "NUT"] as ItemId[], PLANT);
    const numbers = found.map(({ value }) => String(value.id));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers).toContain(order);
  });

  it("whose stock is reserved give it back before their components are replaced", async () => {
    const { id, order } = await world.production(item, 5, "waiting");
    await world.rpc("model.production.assign_force", [id]);
    const held = await readOrder(order);
    expect(held?.value.state).toBe("released");
    await replaced(order, held?.version ?? "");
    const [now] = await world.search<{ state: string }>("production", [["id", "=", id]], ["state"]);
    expect(now?.state).toBe("waiting");
    expect((await readOrder(order))?.value.components.map(({ item: of }) => of)).toEqual(["WASHER"]);
  });

  it("that run are refused what Tryton's client forbids", async () => {
    const { id, order } = await world.production(item, 5, "waiting");
    await world.rpc("model.production.assign_force", [id]);
    await world.rpc("model.production.run", [id]);
    const held = await readOrder(order);
    expect(held?.value).toMatchObject({ state: "started", onHold: false });
    await expect(replaced(order, held?.version ?? "")).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "state" },
    });
    const hold = { order: order as ProductionOrderId, reason: "superseded", expected: held?.version ?? "" };
    await erp.productionOrders.hold.write(hold, key);
    expect((await readOrder(order))?.value.onHold).toBe(true);
    await expect(erp.productionOrders.hold.write(hold, `${key}-b` as IdempotencyKey)).rejects.toMatchObject({
      kind: "version conflict",
    });
  });

  it("planned by Tryton's API without components are exploded with their output", async () => {
    const { id: product } = await world.product(item);
    const values = {
      product,
      uom: world.unit("u"),
      quantity: 3,
      warehouse: world.place("WH"),
      location: world.place("PROD"),
      company: world.company,
    };
    const id = await world.create("production", { ...values, state: "request" });
    const [production] = await world.search<{ number: string }>("production", [["id", "=", id]], ["number"]);
    const order = `MO-${production?.number}`;
    const held = await readOrder(order);
    await erp.productionOrders.reExplode.write(
      { order: order as ProductionOrderId, expected: held?.version ?? "" },
      key,
    );
    const now = await readOrder(order);
    expect(
      now?.value.components.map(({ item: of, required }) => `${of} ${rationalText(required.amount)}`).toSorted(),
    ).toEqual(["NUT 6", "SCREW 12"]);
    expect(await world.rpc<number>("model.stock.move.search_count", [["production_output", "=", id]])).toBe(1);
  });

  it("are told when they are deleted, of which Tryton keeps no trace", async () => {
    const { id, order } = await world.production(item, 5);
    const { cursor } = await pollAll(erp.productionOrders.changedSince, null);
    await world.rpc("model.production.delete", [id]);
    const after = await pollAll(erp.productionOrders.changedSince, cursor);
    expect(after.ids).toContain(order);
    expect(await erp.productionOrders.changedSince(after.cursor)).toEqual({
      ids: [],
      cursor: after.cursor,
      more: false,
    });
  });

  it("tell that a component was deleted past its order", async () => {
    const { id, order } = await world.production(item, 5);
    const { cursor } = await pollAll(erp.productionOrders.changedSince, null);
    const [move] = await world.search<{ id: number }>("stock.move", [["production_input", "=", id]], []);
    await world.rpc("model.stock.move.delete", [move?.id]);
    expect((await pollAll(erp.productionOrders.changedSince, cursor)).ids).toContain(order);
  });
});

describe("flags", () => {
  it("tell who closed them", async () => {
    const placed = await world.purchase("NORDLUFT", [{ item: "NUT", quantity: 5, price: "1" }]);
    const change = `ECO-${tests}` as ChangeId;
    const on = { kind: "purchase-order line", id: placed.ids[0] as PurchaseOrderLineId } as const;
    const set = (text: string) => erp.flags.set.write({ on, change, text }, `${key}-${text}` as IdempotencyKey);
    const [, taken, dealt] = [await set("open"), await set("taken"), await set("dealt")];
    await erp.flags.takeBack.write({ id: taken.id, reason: "the change was cancelled" }, key);
    const [note] = await world.search<{ message: string }>("ir.note", [["id", "=", Number(dealt.id)]], ["message"]);
    const [, code] = /begins with: done ([0-9a-f]{12})/.exec(note?.message ?? "") ?? [];
    await world.create("ir.note", {
      resource: `purchase.purchase,${placed.id}`,
      message: `Done ${code}, told the supplier`,
    });
    expect((await erp.flags.of(change)).map(({ text, state, on: where }) => `${where.id} ${text}: ${state}`)).toEqual([
      `${on.id} open: open`,
      `${on.id} taken: taken back`,
      `${on.id} dealt: closed by a person`,
    ]);
    expect(await erp.flags.of("ECO" as ChangeId), "another change whose number begins the same").toEqual([]);
  });

  it("on what does not exist say so", async () => {
    const on = { kind: "production order", id: "MO-NONE" as ProductionOrderId } as const;
    await expect(erp.flags.set.write({ on, change: CHANGE, text: "?" }, key)).rejects.toMatchObject({
      kind: "not found",
    });
  });
});

describe("a session", () => {
  it("that Tryton has forgotten is opened anew, also in the middle of a write", async () => {
    const again = makeConnector("tryton", "erp" as SystemId, settings) as unknown as Required<Connector>;
    await again.check();
    proxy.answerNext(401, { "content-type": "text/html" }, "<h1>Unauthorized</h1>");
    expect((await again.items.read([item], PLANT)).size).toBe(1);
    const lost = `LOST-${tests}` as ItemId;
    const wanted = {
      item: lost,
      plant: PLANT,
      name: "Lost",
      revision: null,
      unit: "EA",
      decimals: 0,
      procurement: "buy",
    } as const;
    const written = again.items.create.write(wanted, key);
    proxy.answerNext(401, { "content-type": "text/html" }, "<h1>Unauthorized</h1>");
    await written;
    expect(await world.rpc<number>("model.product.product.search_count", [["code", "=", lost]])).toBe(1);
  });
});

describe("access", () => {
  it("to a database that is not there is told by its field", async () => {
    const elsewhere = makeConnector("tryton", "erp" as SystemId, { ...settings, database: "other" });
    await expect(elsewhere.check()).rejects.toMatchObject({ kind: "not found", at: { field: "database" } });
    proxy.answerNext(404, { "content-type": "text/html" }, "<!doctype html><title>404 Not Found</title>");
    await expect(elsewhere.check(), "as on PostgreSQL").rejects.toMatchObject({
      kind: "not found",
      at: { field: "database" },
    });
  });

  it("to one of several companies wants its name", async () => {
    const unknown = makeConnector("tryton", "erp" as SystemId, { ...settings, company: "Elsewhere Ltd" });
    await expect(unknown.check()).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "company", cause: expect.stringContaining("Fan Works") },
    });
  });

  // Rights are Tryton's own; the stand-in has none.
  it.runIf(isReal)("that lacks a right on one model names it, and the others go on", async () => {
    const password = "qX7-trunk-blue";
    const own = { companies: [["add", [world.company]]], company: world.company };
    await world.create("res.user", { name: "Narrow", login: "narrow", password, ...own });
    const narrow = makeConnector("tryton", "erp" as SystemId, { ...settings, user: "narrow", password });
    const abilities = narrow as unknown as Required<Connector>;
    await expect(abilities.purchaseOrders.openOf([item], PLANT)).rejects.toMatchObject({
      kind: "access denied",
      at: { doing: "reading purchase-order lines", cause: 'You are not allowed to access "Purchase Line".' },
    });
    expect((await abilities.items.read([item], PLANT)).size).toBe(1);
  });
});

describe("a call", () => {
  it("that raises an error with status 200 fails by what the error is", async () => {
    const rpc = rpcWith([]);
    const make = (values: object) =>
      rpc.write({
        doing: "making a BOM",
        method: "model.production.bom.create",
        params: [[values]],
        context: { company: world.company },
        answer: CONTRACTS.ids,
      });
    await expect(make({ name: "x", nosuch: 1 })).rejects.toMatchObject({
      kind: "contract broken",
      at: { cause: expect.stringContaining("'nosuch'") },
    });
    const { id } = await world.product("NUT");
    const twice = { product: id, quantity: 1, uom: world.unit("u") };
    await expect(make({ name: "x", inputs: [["create", [twice, twice]]] })).rejects.toMatchObject({
      kind: "rejected",
      at: { cause: "Products can only appear once on each BOM." },
    });
  });

  it("that raises a warning is refused with it, and done where the settings accept it", async () => {
    const code = `WARNED-${tests}` as ItemId;
    await world.item(code, { unit: "kg" });
    const { id, template } = await world.product(code);
    const party = await world.supplier(`S-${tests}`);
    await world.rpc("model.product.product.write", [id], {
      product_suppliers: [["create", [{ template, party, currency: world.currency }]]],
    });
    const change = (acceptWarnings: string[]) =>
      rpcWith(acceptWarnings).write({
        doing: "changing a unit",
        method: "model.product.template.write",
        params: [[template], { purchase_uom: world.unit("g") }],
        context: { company: world.company },
        answer: CONTRACTS.nothing,
      });
    await expect(change(["something else"])).rejects.toMatchObject({
      kind: "rejected",
      at: { cause: expect.stringContaining(`${template}@product_template`) },
    });
    await change(["\\d+@product_template"]);
    const [held] = await world.search<{ purchase_uom: number }>(
      "product.template",
      [["id", "=", template]],
      ["purchase_uom"],
    );
    expect(held?.purchase_uom).toBe(world.unit("g"));
  });
});

async function pollAll<Id extends string>(changedSince: (cursor: Cursor) => Promise<Page<Id>>, from: Cursor) {
  const ids: string[] = [];
  for (let cursor = from; ;) {
    const page = await changedSince(cursor);
    ids.push(...page.ids);
    cursor = page.cursor;
    if (!page.more) return { ids, cursor };
  }
}

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  Connector,
  Cursor,
  IdempotencyKey,
  OrderCompletion,
  Posting,
  Production,
  ProductionOrders,
} from "../../src/connectors/port.ts";
import { decimal } from "../../src/connectors/tryton/server-harness.ts";
import type { ItemId, OperationId } from "../../src/domain/ids.ts";
import { parseQuantity, type Quantity } from "../../src/domain/quantity.ts";
import { FRAME, makeProduct, planOrder, releaseOrder, type PlacedOrder } from "./order-plant.ts";
import { PLANT, startBareTrytonPlant, type TrytonPlant } from "./tryton-plant.ts";

let plant: TrytonPlant;
let orders: ProductionOrders;
let production: Production;

/** In stock: 100 sheets of the coil, 1,000 screws; work at the laser costs 60 an hour. */
beforeAll(async () => {
  plant = await startBareTrytonPlant();
  ({ productionOrders: orders, production } = plant.connector as Required<Connector>);
  const { world } = plant;
  await world.item("SHEET", { cost: "10" });
  await world.item("SCREW", { cost: "0.5" });
  await makeProduct(plant, FRAME);
  const coil = await world.create("stock.lot", { number: "COIL-1", product: (await world.product("SHEET")).id });
  await stockUp("SHEET", 100, coil);
  await stockUp("SCREW", 1_000, null);
  const [laser] = await world.search<{ id: number }>("production.work.center", [["name", "=", "LAS-1"]], []);
  await world.rpc("model.production.work.center.write", [laser?.id], {
    cost_method: "hour",
    cost_price: decimal("60"),
  });
});
afterAll(async () => {
  await plant.close();
});

/** By an inventory, as Tryton's users count stock. */
async function stockUp(item: string, quantity: number, lot: number | null): Promise<void> {
  const { world } = plant;
  const { id: product } = await world.product(item);
  const line = { product, quantity, ...(lot === null ? {} : { lot }) };
  const inventory = await world.create("stock.inventory", {
    location: world.place("STO"),
    company: world.company,
    lines: [["create", [line]]],
  });
  await world.rpc("model.stock.inventory.confirm", [inventory]);
}

/** What Tryton itself counts in its storage zone. */
async function inStock(item: string): Promise<number | undefined> {
  const { world } = plant;
  const { id } = await world.product(item);
  const at = world.rpcAt({ locations: [world.place("STO")] });
  const [found] = await at<{ quantity: number }[]>("model.product.product.read", [id], ["quantity"]);
  return found?.quantity;
}
async function lotsInStock(item: string): Promise<readonly string[]> {
  const { world } = plant;
  const at = world.rpcAt({ locations: [world.place("STO")] });
  const domain = [["product.code", "=", item]];
  const lots = await at<{ number: string; quantity: number }[]>(
    "model.stock.lot.search_read",
    domain,
    0,
    null,
    [["number", "ASC"]],
    ["number", "quantity"],
  );
  return lots.map(({ number, quantity }) => `${quantity} of ${number}`);
}

const pieces = (text: string): Quantity => parseQuantity(text, "EA")!;
const HOUR = 3_600_000;
function posting(order: PlacedOrder, nth: number, more: Partial<Posting>): Posting {
  return {
    id: `${order.order}:${nth}`,
    order: order.order,
    plant: PLANT,
    at: "2026-03-02T10:00:00.000Z",
    confirmations: [],
    consumptions: [],
    ...more,
  };
}
const cut = (good: string, scrap: string, runMs: number) => ({
  operation: "0010" as OperationId,
  good: pieces(good),
  scrap: pieces(scrap),
  rework: pieces("0"),
  setupMs: 0,
  runMs,
  isFinal: false,
});
const used = (item: string, quantity: string, lot: string | null = null) => ({
  line: null,
  item: item as ItemId,
  operation: null,
  quantity: pieces(quantity),
  lot,
  serials: [],
});
const post = (one: Posting) => production.post.write(one, one.id as IdempotencyKey);
const completion = (order: PlacedOrder, good: string, lot: string): OrderCompletion => ({
  order: order.order,
  plant: PLANT,
  at: "2026-03-02T16:00:00.000Z",
  good: pieces(good),
  scrap: pieces("0"),
  lot,
  serials: [],
});
const complete = (one: OrderCompletion) => production.complete.write(one, `complete:${one.order}` as IdempotencyKey);
async function polled(from: Cursor): Promise<{ readonly ids: ReadonlySet<string>; readonly cursor: Cursor }> {
  const ids = new Set<string>();
  for (let cursor = from; ;) {
    const page = await orders.changedSince(cursor);
    for (const id of page.ids) ids.add(id);
    ({ cursor } = page);
    if (!page.more) return { ids, cursor };
  }
}

describe("an order that an MES makes", () => {
  it("ends with Tryton's own stock, lots and costs as they really are", async () => {
    const order = await planOrder(plant, "FRAME", 10);
    await releaseOrder(plant, order);
    const { cursor } = await polled(null);

    await post(
      posting(order, 1, {
        confirmations: [cut("4", "0", HOUR)],
        consumptions: [used("SHEET", "4", "COIL-1"), used("SCREW", "16")],
      }),
    );
    expect([...(await polled(cursor)).ids]).toEqual([order.order]);
    expect([await inStock("SHEET"), await inStock("SCREW")]).toEqual([96, 984]);
    expect(await lotsInStock("SHEET")).toEqual(["96 of COIL-1"]);

    // Two sheets are scrapped: more are used than were planned. Of the screws one was counted too many before.
    await post(
      posting(order, 2, {
        confirmations: [cut("6", "2", HOUR / 2)],
        consumptions: [used("SHEET", "8", "COIL-1"), used("SCREW", "-1"), used("SCREW", "24")],
      }),
    );
    expect([await inStock("SHEET"), await inStock("SCREW")]).toEqual([88, 961]);

    await complete(completion(order, "10", "FRAMES-1"));
    expect([await inStock("SHEET"), await inStock("SCREW"), await inStock("FRAME")]).toEqual([88, 961, 10]);
    expect(await lotsInStock("FRAME")).toEqual(["10 of FRAMES-1"]);

    // 12 sheets at 10, 40 screws at 0.5, 1.5 hours at 60; the screw that came back is worth 0.5.
    const { world } = plant;
    const [made] = await world.search<{ cost: object }>("production", [["id", "=", order.id]], ["cost"]);
    expect(made?.cost).toMatchObject({ decimal: "230.0000" });
    const outputs = await world.search<{ quantity: number; unit_price: object }>(
      "stock.move",
      [["production_output", "=", order.id]],
      ["quantity", "unit_price"],
    );
    expect(outputs).toMatchObject([
      { quantity: 10, unit_price: { decimal: "22.9500" } },
      { quantity: 1, unit_price: { decimal: "0.5" } },
    ]);
    const [{ value } = { value: null }] = await orders.read([order.order]);
    expect(value).toMatchObject({ state: "finished", completed: pieces("10") });
  });

  it("shows its planner what was booked, in a note at the production", async () => {
    const order = await planOrder(plant, "FRAME", 10);
    await releaseOrder(plant, order);
    const one = posting(order, 1, {
      confirmations: [cut("4", "1", HOUR)],
      consumptions: [used("SHEET", "5", "COIL-1")],
    });
    await post(one);
    const { world } = plant;
    const [note] = await world.search<{ message: string }>(
      "ir.note",
      [["resource", "=", `production,${order.id}`]],
      ["message"],
    );
    expect(note?.message).toMatch(
      /^Booked from the MES: MO-\d+:1, as of 2026-03-02T10:00:00\.000Z\nOperation 0010: 4 EA good, 1 EA scrap, 60 min run\nUsed: 5 EA SHEET \(lot COIL-1\)\n/,
    );
    expect((await production.read([order.order])).get(order.order)?.value.postings).toEqual([one]);
  });

  it("goes on after a planner pressed Run, and issues nothing twice", async () => {
    const order = await planOrder(plant, "FRAME", 10);
    await releaseOrder(plant, order);
    const before = [await inStock("SHEET"), await inStock("SCREW")] as [number, number];
    await post(posting(order, 1, { consumptions: [used("SHEET", "3", "COIL-1")] }));
    const { world } = plant;
    await world.rpc("model.production.assign_force", [order.id]);
    await world.rpc("model.production.run", [order.id]);
    await post(posting(order, 2, { consumptions: [used("SHEET", "8", "COIL-1"), used("SCREW", "40")] }));
    await complete(completion(order, "10", "FRAMES-2"));
    expect([await inStock("SHEET"), await inStock("SCREW")]).toEqual([before[0] - 11, before[1] - 40]);
  });

  it("is refused in Tryton's words where it wants a lot and the MES told of none", async () => {
    const order = await planOrder(plant, "FRAME", 10);
    await releaseOrder(plant, order);
    const { world } = plant;
    const { template } = await world.product("SCREW");
    await world.rpc("model.product.template.write", [template], { lot_required: ["production"] });
    const error = {
      kind: "rejected",
      at: { cause: `To move product "[SCREW] Item SCREW" you must provide a stock lot.` },
    };
    await expect(post(posting(order, 1, { consumptions: [used("SCREW", "4")] }))).rejects.toMatchObject(error);
    await world.rpc("model.product.template.write", [template], { lot_required: [] });
    expect((await production.read([order.order])).get(order.order)?.value).toMatchObject({
      state: "released",
      postings: [],
    });
  });
});

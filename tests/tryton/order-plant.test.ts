import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connector, Cursor, IdempotencyKey, JobReport, ProductionOrders } from "../../src/connectors/port.ts";
import type { Day } from "../../src/domain/calendar.ts";
import type { ItemId, SystemId } from "../../src/domain/ids.ts";
import type { Held } from "../../src/domain/plant-item.ts";
import type { ProductionOrder } from "../../src/domain/order.ts";
import { rationalText } from "../../src/domain/rational.ts";
import {
  cancelOrder,
  changeQuantity,
  FRAME,
  changeRouting,
  makeProduct,
  planOrder,
  publishBom,
  releaseOrder,
  reportAt,
  startOrder,
  type PlacedOrder,
} from "./order-plant.ts";
import { PLANT, startBareTrytonPlant, type TrytonPlant } from "./tryton-plant.ts";

let plant: TrytonPlant;
let orders: Required<ProductionOrders>;
let cursor: Cursor = null;

beforeAll(async () => {
  plant = await startBareTrytonPlant();
  orders = (plant.connector as Required<Connector>).productionOrders as Required<ProductionOrders>;
  await makeProduct(plant, FRAME);
});
afterAll(async () => {
  await plant.close();
});

const read = async ({ order }: PlacedOrder): Promise<Held<ProductionOrder>> => (await orders.read([order]))[0]!;
const inForce = async () => {
  const { mbom, routings } = plant.connector as Required<Connector>;
  const item = FRAME.item as ItemId;
  const [bom, routing] = [await mbom.read([item], PLANT), await routings.read([item], PLANT)];
  return { mbom: bom.get(item)?.value.number, routing: routing.get(item)?.number };
};
/** What an MES would be told of it. */
const inShort = ({ state, quantity, operations, components }: ProductionOrder) => ({
  state,
  quantity: rationalText(quantity.amount),
  operations: (operations ?? []).map(({ operation, workCenter }) => `${operation} @ ${workCenter}`),
  components: components.map(
    ({ item, required, operation }) => `${rationalText(required.amount)} ${item} @ ${operation}`,
  ),
});
/** Every order that polling tells of since the last call. */
async function polled(): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (;;) {
    const page = await orders.changedSince(cursor);
    for (const id of page.ids) ids.add(id);
    ({ cursor } = page);
    if (!page.more) return [...ids];
  }
}

describe("an order that a planner leads through Tryton", () => {
  it("reaches Heddle planned, released, changed, started and cancelled, each seen by polling", async () => {
    const order = await planOrder(plant, "FRAME", 5, "2026-03-02" as Day);
    expect(await polled()).toEqual([order.order]);
    const operations = ["0010 @ LAS-1", "0020 @ ASM-1"];
    expect((await read(order)).value).toMatchObject({ state: "planned", start: "2026-03-02", revision: "A" });

    await releaseOrder(plant, order);
    expect(await polled()).toEqual([order.order]);
    const released = await read(order);
    expect(inShort(released.value)).toEqual({
      state: "released",
      quantity: "5",
      operations,
      components: ["5 SHEET @ 0010", "20 SCREW @ 0020"],
    });
    expect(released.value).toMatchObject(await inForce());

    await changeQuantity(plant, order, 7);
    expect(await polled()).toEqual([order.order]);
    const changed = await read(order);
    expect(changed.version).not.toBe(released.version);
    expect(inShort(changed.value)).toEqual({
      state: "released",
      quantity: "7",
      operations,
      components: ["7 SHEET @ 0010", "28 SCREW @ 0020"],
    });

    await startOrder(plant, order);
    expect(await polled()).toEqual([order.order]);
    expect(inShort((await read(order)).value)).toMatchObject({ state: "started", operations });

    const cancelled = await planOrder(plant, "FRAME", 1);
    await releaseOrder(plant, cancelled);
    expect(await polled()).toEqual([cancelled.order]);
    await cancelOrder(plant, cancelled);
    expect(await polled()).toEqual([cancelled.order]);
    expect((await read(cancelled)).value.state).toBe("cancelled");
  });

  it("differs from what is in force once its mBOM or its routing was superseded", async () => {
    const order = await planOrder(plant, "FRAME", 5);
    await releaseOrder(plant, order);
    const before = await inForce();
    await publishBom(plant, { ...FRAME, revision: "B", components: [["SHEET", 2, "0010"]] });
    const { mbom, routing } = await inForce();
    expect([mbom === before.mbom, routing === before.routing]).toEqual([false, true]);
    expect((await read(order)).value).toMatchObject({ ...before, revision: "A" });
    await changeRouting(plant, { item: "FRAME", operations: [["0010 Cut", "LAS-2"]] });
    expect((await inForce()).routing).not.toBe(before.routing);
    expect((await read(order)).value.routing).toBe(before.routing);
  });

  it("shows the planner how it fares in the MES", async () => {
    const order = await planOrder(plant, "FRAME", 5);
    expect(await reportAt(plant, order)).toBeNull();
    const report: JobReport = {
      order: order.order,
      plant: PLANT,
      mes: "mes" as SystemId,
      job: "WO-1",
      version: 1,
      state: "dispatched",
      note: null,
    };
    await orders.report.write([report], "report-1" as IdempotencyKey);
    await orders.report.write([{ ...report, state: "running" }], "report-2" as IdempotencyKey);
    expect(await reportAt(plant, order)).toMatch(/^In the MES: running\nMES mes, job WO-1, version 1\n/);
  });
});

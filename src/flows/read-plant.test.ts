import { expect, it } from "vitest";
import type { FlagOnOrder } from "../domain/impact/plan-flags.ts";
import type { PlantId } from "../domain/ids.ts";
import { change, PLANT, productionOrder } from "../domain/testing.ts";
import { readRecords } from "./read-plant.ts";
import type { ErpReader } from "./readers.ts";

const OTHER = "P2" as PlantId;

const none = () => Promise.resolve(new Map());

const flag = (id: string): FlagOnOrder =>
  ({ id: `F-${id}`, on: { kind: "production order", id }, text: "ECO-1: look", state: "open" }) as FlagOnOrder;

/** An ERP that two plants share, with a flag of the change on an order of each. */
function sharedErp(): ErpReader {
  const orders = [
    productionOrder("MO-1", "PUMP", "1", "released", {}),
    { ...productionOrder("MO-2", "PUMP", "1", "released", {}), plant: OTHER },
  ];
  const held = (ids: readonly string[]) =>
    Promise.resolve(orders.filter(({ id }) => ids.includes(id)).map((value) => ({ value, version: "1" })));
  return {
    system: "erp",
    items: { read: none },
    procurement: { read: none, knownSuppliers: () => Promise.resolve(new Set()) },
    mbom: { read: none, whereUsed: () => Promise.resolve([]), cannotHold: () => [] },
    costs: { read: none },
    purchaseOrders: { openOf: () => Promise.resolve([]), read: () => Promise.resolve([]) },
    productionOrders: { openOf: () => Promise.resolve([]), read: held },
    flags: { of: () => Promise.resolve([flag("MO-1"), flag("MO-2")]) },
  } as unknown as ErpReader;
}

it("leaves the flags on another plant's orders to that plant, where both share an ERP", async () => {
  const told = change({});
  const wanted = {
    system: "plm",
    change: told,
    ebom: { assemblies: new Map(), items: new Map() },
    tops: [],
    findings: [],
  };
  const design = { mboms: [], items: [], change: told, effects: [], findings: [] };
  const plant = { items: new Map(), mboms: new Map(), baselines: new Map() };
  const nothing = { left: new Map() };

  const records = await readRecords(wanted, design, plant, { plant: PLANT, currency: "EUR" }, sharedErp(), nothing);

  expect(records.flags.map(({ id }) => id)).toEqual(["F-MO-1"]);
  expect(records.productionOrders.map(({ value }) => value.id)).toEqual(["MO-1"]);
});

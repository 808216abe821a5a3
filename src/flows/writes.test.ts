import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IdempotencyKey, Receipt, Write } from "../connectors/port.ts";
import { mbom, mbomLine } from "../domain/bom/bom-builder.ts";
import type { Action, ActionContent } from "../domain/change-plan.ts";
import type { ChangeId, ProductionOrderId, PurchaseOrderLineId } from "../domain/ids.ts";
import { PLANT, plantItem, source, standardCost } from "../domain/testing.ts";
import type { ErpAbilities } from "./readers.ts";
import { keyOf, writeFor } from "./writes.ts";

const CHANGE = "ECO-1" as ChangeId;
const RECEIPT: Receipt = { id: "R-1", version: "2" };

type Call = readonly [ability: string, input: unknown, key: IdempotencyKey];

/** An ERP that notes what it is asked to write and to find. */
function notingErp() {
  const calls: Call[] = [];
  const write = (ability: string): Write<unknown> => ({
    write: async (input, key) => {
      calls.push([ability, input, key]);
      return RECEIPT;
    },
    find: async (input, key) => {
      calls.push([`find ${ability}`, input, key]);
      return null;
    },
  });
  const abilities = {
    items: { create: write("items.create"), update: write("items.update") },
    procurement: { set: write("procurement.set") },
    mbom: { publish: write("mbom.publish") },
    costs: { set: write("costs.set") },
    flags: { set: write("flags.set"), takeBack: write("flags.takeBack") },
    productionOrders: {
      reExplode: write("productionOrders.reExplode"),
      replaceComponents: write("productionOrders.replaceComponents"),
      hold: write("productionOrders.hold"),
    },
  };
  return { calls, erp: abilities as unknown as ErpAbilities };
}

const order = "MO-1" as ProductionOrderId;
const line = "PO-7/10" as PurchaseOrderLineId;
const item = plantItem("SEAL");
const cost = standardCost("SEAL", "3");
const pump = mbom("PUMP", [mbomLine("L10", "SEAL", "2")]);
const record = { item: item.item, plant: PLANT, ...source("ACME", 7, "3") };
const onLine = { kind: "purchase-order line", id: line } as const;
const onOrder = { kind: "production order", id: order } as const;

const CASES: readonly (readonly [ActionContent, ability: string, input: unknown])[] = [
  [{ kind: "create item", item }, "items.create", item],
  [{ kind: "update item", item, was: item, expected: "7" }, "items.update", { value: item, expected: "7" }],
  [
    { kind: "set procurement record", record, was: null, expected: null },
    "procurement.set",
    { value: record, expected: null },
  ],
  [
    { kind: "publish mBOM", mbom: pump, change: CHANGE, expected: "7" },
    "mbom.publish",
    { value: pump, expected: "7", change: CHANGE },
  ],
  [{ kind: "set standard cost", cost, was: null, expected: "7" }, "costs.set", { value: cost, expected: "7" }],
  [
    { kind: "flag purchase-order line", line, change: CHANGE, text: "Stop." },
    "flags.set",
    { on: onLine, change: CHANGE, text: "Stop." },
  ],
  [
    { kind: "flag production order", order, change: CHANGE, text: "Stop." },
    "flags.set",
    { on: onOrder, change: CHANGE, text: "Stop." },
  ],
  [
    { kind: "take back flag", flag: "F-1", on: onLine, reason: "It came in." },
    "flags.takeBack",
    { id: "F-1", reason: "It came in." },
  ],
  [{ kind: "re-explode planned order", order, expected: "7" }, "productionOrders.reExplode", { order, expected: "7" }],
  [
    { kind: "replace order components", order, components: [], expected: "7" },
    "productionOrders.replaceComponents",
    { order, components: [], expected: "7" },
  ],
  [
    { kind: "hold production order", order, reason: "Old seal.", expected: "7" },
    "productionOrders.hold",
    { order, reason: "Old seal.", expected: "7" },
  ],
];

function action(content: ActionContent): Action {
  return { id: "1", ...content };
}

describe("the write of an action", () => {
  it.each(CASES.map(([content, ability, input]) => [content.kind, { content, ability, input }] as const))(
    "to %s asks the ability for it, and finds it by the same input and key",
    async (_, { content, ability, input }) => {
      const { calls, erp } = notingErp();
      const { write, find } = writeFor(action(content), CHANGE, PLANT, erp);
      expect(await write()).toBe(RECEIPT);
      expect(await find()).toBeNull();
      const key = calls[0]?.[2];
      expect(calls).toEqual([
        [ability, input, key],
        [`find ${ability}`, input, key],
      ]);
    },
  );

  it("has a key of its own, the same whenever it is planned again", async () => {
    const keys = await Promise.all(
      [...CASES, ...CASES].map(async ([content]) => {
        const { calls, erp } = notingErp();
        await writeFor(action(content), CHANGE, PLANT, erp).write();
        return calls[0]?.[2];
      }),
    );
    expect(new Set(keys).size).toBe(CASES.length);
  });

  it("has another key over another state of the record, for another change and in another plant", () => {
    const hold = { kind: "hold production order", order, reason: "Old seal.", expected: "7" };
    const keys = [
      keyOf(CHANGE, PLANT, hold),
      keyOf(CHANGE, PLANT, { ...hold, expected: "8" }),
      keyOf("ECO-2" as ChangeId, PLANT, hold),
      keyOf(CHANGE, "P2" as typeof PLANT, hold),
    ];
    expect(new Set(keys).size).toBe(4);
  });
});

it("makes keys that any system takes: at most 64 plain characters", () => {
  fc.assert(
    fc.property(fc.string(), fc.json(), (change, what) => {
      expect(keyOf(change as ChangeId, PLANT, JSON.parse(what))).toMatch(/^[A-Za-z0-9.:-]{1,64}$/);
    }),
  );
});

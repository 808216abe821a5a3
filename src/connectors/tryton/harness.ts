import type {
  ChangeId,
  ItemId,
  OperationId,
  ProductionOrderId,
  PurchaseOrderLineId,
  Revision,
  SupplierId,
  SystemId,
} from "../../domain/ids.ts";
import type { Held, PlantItem, ProcurementRecord, StandardCost } from "../../domain/plant-item.ts";
import { rational } from "../../domain/rational.ts";
import type { Harness, PreparedHistory, PreparedProduction, PreparedWrite } from "../conformance.ts";
import { startFaultProxy } from "../fault-proxy.ts";
import type { Connector, OrderCompletion, Posting, ProductionOrders } from "../port.ts";
import { makeConnector } from "../registry.ts";
import { PLANT, NEW_ITEM, trialMbom } from "../trial-records-harness.ts";
import { tried } from "../tried-harness.ts";
import { DATABASE, furnish, PASSWORD, startTryton, type TrytonServer, type TrytonWorld } from "./server-harness.ts";

/** Which requests change something in Tryton, by the method in their address. */
export function isTrytonWrite(_method: string, path: string): boolean {
  const method = path.slice(path.indexOf("?") + 1);
  if (method.startsWith("wizard.")) return method.endsWith(".execute");
  return (
    method.startsWith("model.") &&
    !/\.(read|search|search_read|search_count|fields_get|get_preferences|default_get|today|reset_bom)$/.test(method)
  );
}

/** A Tryton under the conformance suite. */
export async function trytonHarness(start: () => Promise<TrytonServer> = startTryton): Promise<Harness> {
  const server = await start();
  const proxy = await startFaultProxy(server.url, isTrytonWrite);
  const world = await furnish(server.url);
  const settings = {
    url: proxy.url,
    database: DATABASE,
    user: "admin",
    password: PASSWORD,
    plant: PLANT,
    attempts: 1,
    failuresToPause: 1_000,
  };
  const system = "tryton" as SystemId;
  const connector = makeConnector("tryton", system, settings);
  const erp = connector as Required<Connector>;
  const { rpc } = world;

  await world.supplier("NORDLUFT");
  await world.supplier("VENTEC");
  await world.item("SCR-M4-10");
  await world.item("SCR-M5-16");
  await world.item("PLATE");
  await world.item("FX-200", { made: true });
  await world.bom("FX-200", [
    ["PLATE", 2],
    ["SCR-M4-10", 4],
  ]);
  await world.item("FX-300", { made: true });
  let codes = 0;
  const nextCode = () => `TST-${(codes += 1)}` as ItemId;
  const newItem = async (more: Parameters<typeof world.item>[1] = {}): Promise<ItemId> => {
    const code = nextCode();
    await world.item(code, { name: NEW_ITEM.name, revision: "A", ...more });
    return code;
  };
  const count = async (model: string, domain: readonly unknown[]) =>
    await rpc<number>(`model.${model}.search_count`, domain);
  const standing = await world.purchase("NORDLUFT", [
    { item: "PLATE", quantity: 10, price: "1.50" },
    { item: "SCR-M4-10", quantity: 4, price: "2" },
  ]);
  const order = await world.production("FX-200", 5, "waiting");
  const shrinking = await world.purchase("NORDLUFT", [
    { item: "PLATE", quantity: 1, price: "1" },
    { item: "SCR-M4-10", quantity: 1, price: "1" },
  ]);
  const leaving = await world.production("FX-200", 5);
  let edits = 0;

  const writes: Record<string, () => Promise<PreparedWrite>> = {
    async "items.create"() {
      const item: PlantItem = { ...NEW_ITEM, item: nextCode() };
      return {
        ...tried(erp.items.create, item),
        timesDone: () => count("product.product", [["identifiers.code", "=", `${item.item} rev A`]]),
        disturb: async () => void (await world.item(item.item)),
      };
    },
    async "items.update"() {
      const code = await newItem();
      const { value, version } = one(await erp.items.read([code], PLANT));
      return {
        ...tried(erp.items.update, {
          value: { ...value, revision: "B" as Revision, procurement: "make" },
          expected: version,
        }),
        timesDone: () =>
          count("product.product", [
            ["identifiers.code", "=", `${code} rev B`],
            ["producible", "=", true],
          ]),
        disturb: async () =>
          void (await rpc("model.product.template.write", [(await world.product(code)).template], {
            name: "Renamed by a planner",
          })),
      };
    },
    async "procurement.set"() {
      const code = await newItem();
      const { id, template } = await world.product(code);
      const [nordluft] = await world.search<{ id: number }>("party.party", [["code", "=", "NORDLUFT"]], []);
      const lead = { __class__: "timedelta", seconds: 21 * 86_400 };
      await rpc("model.product.product.write", [id], {
        product_suppliers: [
          ["create", [{ template, party: nordluft?.id, code: "NL-1", lead_time: lead, currency: world.currency }]],
        ],
      });
      const { version } = one(await erp.procurement.read([code], PLANT));
      const value: ProcurementRecord = {
        item: code,
        plant: PLANT,
        supplier: "VENTEC" as SupplierId,
        supplierItem: "V-7",
        leadTimeDays: 14,
        price: { amount: rational(1n, 3n), currency: "EUR" },
      };
      return {
        ...tried(erp.procurement.set, { value, expected: version }),
        timesDone: () =>
          count("purchase.product_supplier", [
            ["product", "=", id],
            ["code", "=", "V-7"],
            ["prices.unit_price", "=", { __class__: "Decimal", decimal: "0.3333" }],
          ]),
        disturb: async () => {
          const [record] = await world.search<{ id: number }>("purchase.product_supplier", [["product", "=", id]], []);
          await rpc("model.purchase.product_supplier.write", [record?.id], { code: "NL-2" });
        },
      };
    },
    async "costs.set"() {
      const code = await newItem({ cost: "3" });
      const { value, version } = one(await erp.costs.read([code], PLANT));
      const wanted: StandardCost = {
        ...value,
        material: { amount: rational(10n, 3n), currency: "EUR" },
        conversion: { amount: rational(2n), currency: "EUR" },
      };
      const { id } = await world.product(code);
      return {
        ...tried(erp.costs.set, { value: wanted, expected: version }),
        timesDone: () =>
          count("product.cost_price.revision", [
            ["product", "=", id],
            ["cost_price", "=", "5.3333"],
          ]),
        disturb: async () =>
          void (await rpc("model.product.product.write", [id], { cost_price: { __class__: "Decimal", decimal: "9" } })),
      };
    },
    async "mbom.publish"() {
      const code = await newItem({ made: true });
      const bom = await world.bom(code, [["SCR-M4-10", 2]]);
      const { version } = one(await erp.mbom.read([code], PLANT));
      return {
        ...tried(erp.mbom.publish, { value: trialMbom(code), expected: version, change: "ECO-1" as ChangeId }),
        timesDone: () =>
          count("production.bom", [
            ["output_products.code", "=", code],
            ["name", "like", `${code} rev B, ECO-1 (%)`],
          ]),
        async disturb() {
          const [line] = await world.search<{ id: number }>("production.bom.input", [["bom", "=", bom]], []);
          await rpc("model.production.bom.input.write", [line?.id], { quantity: 8 });
        },
      };
    },
    async "productionOrders.reExplode"() {
      const item = await newItem({ made: true });
      await world.bom(item, [["SCR-M4-10", 2]]);
      const planned = await world.production(item, 5, "request");
      const [first] = await world.search<{ id: number }>(
        "stock.move",
        [["production_input.number", "=", planned.number]],
        [],
      );
      await rpc("model.stock.move.write", [first?.id], { quantity: 1 });
      const id = planned.order as ProductionOrderId;
      const [held] = await erp.productionOrders.read([id]);
      return {
        ...tried(erp.productionOrders.reExplode, { order: id, expected: held?.version ?? "" }),
        timesDone: () =>
          count("stock.move", [
            ["production_input.number", "=", planned.number],
            ["quantity", "=", 10],
          ]),
        disturb: async () => void (await rpc("model.stock.move.write", [first?.id], { quantity: 3 })),
      };
    },
    async "productionOrders.replaceComponents"() {
      const { id: production, order: number, number: own } = await world.production("FX-200", 5, "waiting");
      const [held] = await erp.productionOrders.read([number as ProductionOrderId]);
      const required = { amount: rational(7n), unit: "EA" } as const;
      return {
        ...tried(erp.productionOrders.replaceComponents, {
          order: number as ProductionOrderId,
          components: [{ item: "SCR-M5-16" as ItemId, required, operation: null }],
          expected: held?.version ?? "",
        }),
        timesDone: () =>
          count("stock.move", [
            ["production_input.number", "=", own],
            ["product.code", "=", "SCR-M5-16"],
          ]),
        disturb: async () => void (await rpc("model.production.write", [production], { reference: "urgent" })),
      };
    },
    async "productionOrders.hold"() {
      const { id: production, order: number } = await world.production("FX-200", 5, "waiting");
      const [held] = await erp.productionOrders.read([number as ProductionOrderId]);
      const reason = "ECO-1 takes its design away";
      return {
        ...tried(erp.productionOrders.hold, {
          order: number as ProductionOrderId,
          reason,
          expected: held?.version ?? "",
        }),
        timesDone: () =>
          count("ir.note", [
            ["resource", "=", `production,${production}`],
            ["message", "like", "ON HOLD%"],
          ]),
        disturb: async () => void (await rpc("model.production.write", [production], { reference: "urgent" })),
      };
    },
    async "productionOrders.report"() {
      const orders = [await world.production("FX-200", 1, "waiting"), await world.production("FX-200", 2, "waiting")];
      const { report } = erp.productionOrders as Required<ProductionOrders>;
      const shown = {
        plant: PLANT,
        mes: "mes" as SystemId,
        job: `JOB-${(codes += 1)}`,
        version: 1,
        state: "dispatched",
        note: null,
      };
      const reports = orders.map(({ order: number }) => ({ ...shown, order: number as ProductionOrderId }));
      const earlier = reports.map((later) => ({ ...later, job: null, version: null, state: "waiting" }));
      await report.write(earlier, "earlier" as Parameters<PreparedWrite["write"]>[0]);
      return {
        ...tried(report, reports),
        // Both or none: what only one of them shows is no whole number.
        timesDone: async () => (await count("ir.note", [["message", "like", `%, job ${shown.job},%`]])) / orders.length,
      };
    },
    async "production.post"() {
      const placed = await world.production("FX-200", 5, "waiting");
      const posting: Posting = {
        id: `${placed.order}:1`,
        order: placed.order as ProductionOrderId,
        plant: PLANT,
        at: "2026-03-02T10:00:00.000Z",
        confirmations: [],
        consumptions: [
          {
            line: null,
            item: "PLATE" as ItemId,
            operation: null,
            quantity: { amount: rational(3n), unit: "EA" },
            lot: null,
            serials: [],
          },
        ],
      };
      return {
        ...tried(erp.production.post, posting),
        timesDone: () =>
          count("stock.move", [
            ["production_input", "=", placed.id],
            ["state", "=", "done"],
            ["quantity", "=", 3],
          ]),
      };
    },
    async "production.complete"() {
      const placed = await world.production("FX-200", 5, "waiting");
      const completion: OrderCompletion = {
        order: placed.order as ProductionOrderId,
        plant: PLANT,
        at: "2026-03-02T16:00:00.000Z",
        good: { amount: rational(4n), unit: "EA" },
        scrap: { amount: rational(1n), unit: "EA" },
        lot: null,
        serials: [],
      };
      return {
        ...tried(erp.production.complete, completion),
        timesDone: () =>
          count("stock.move", [
            ["production_output", "=", placed.id],
            ["state", "=", "done"],
            ["quantity", "=", 4],
          ]),
      };
    },
    async "flags.set"() {
      const id = (standing.ids[0] ?? "") as PurchaseOrderLineId;
      const change = `ECO-${(codes += 1)}` as ChangeId;
      return {
        ...tried(erp.flags.set, { on: { kind: "purchase-order line", id }, change, text: `Cancel for ${change}.` }),
        timesDone: () =>
          count("ir.note", [
            ["resource", "=", `purchase.purchase,${standing.id}`],
            ["message", "like", `Cancel for ${change}.%`],
          ]),
      };
    },
    async "flags.takeBack"() {
      const change = `ECO-${(codes += 1)}` as ChangeId;
      const on = { kind: "production order", id: order.order as ProductionOrderId } as const;
      const key = `flag-${change}` as Parameters<PreparedWrite["write"]>[0];
      const { id } = await erp.flags.set.write({ on, change, text: "Stop" }, key);
      return {
        ...tried(erp.flags.takeBack, { id, reason: `${change} was cancelled` }),
        timesDone: () =>
          count("ir.note", [
            ["resource", "=", `production,${order.id}`],
            ["message", "like", `Taken back %: ${change} was cancelled`],
          ]),
      };
    },
  };

  const purchaseOrders: PreparedHistory = {
    changedSince: erp.purchaseOrders.changedSince,
    async editLine() {
      const note = `by truck, please, ${(edits += 1)}`;
      await rpc("model.purchase.line.write", [standing.lines[1]], { note });
      return standing.ids[1] ?? "";
    },
    // Lines are deleted in a draft only, which a quotation may become again.
    async deleteOne() {
      await rpc("model.purchase.purchase.draft", [shrinking.id]);
      await rpc("model.purchase.line.delete", [shrinking.lines[1]]);
      await rpc("model.purchase.purchase.quote", [shrinking.id]);
      return shrinking.ids[1] ?? "";
    },
    async addMany() {
      const lines = Array.from({ length: 210 }, () => ({ item: "PLATE", quantity: 1, price: "1" }));
      return (await world.purchase("NORDLUFT", lines)).ids;
    },
  };
  const productionOrders: PreparedHistory = {
    changedSince: erp.productionOrders.changedSince,
    async editLine() {
      const [move] = await world.search<{ id: number }>("stock.move", [["production_input", "=", order.id]], []);
      await rpc("model.stock.move.write", [move?.id], { quantity: 10 + (edits += 1) });
      return order.order;
    },
    async deleteOne() {
      await rpc("model.production.delete", [leaving.id]);
      return leaving.order;
    },
    async addMany() {
      const { id } = await world.product("FX-300");
      const values = {
        product: id,
        uom: world.unit("u"),
        quantity: 1,
        warehouse: world.place("WH"),
        location: world.place("PROD"),
        company: world.company,
      };
      const made = await rpc<number[]>(
        "model.production.create",
        Array.from({ length: 210 }, () => values),
      );
      const found = await world.search<{ number: string }>("production", [["id", "in", made]], ["number"]);
      return found.map(({ number }) => `MO-${number}`);
    },
  };

  return {
    connector,
    withWrongKey: makeConnector("tryton", system, { ...settings, password: "some-other-password" }),
    proxy,
    plant: PLANT,
    writes,
    histories: { purchaseOrders, productionOrders },
    production: preparedProduction(world, newItem),
    async exactNumbers() {
      const cost = await newItem({ cost: "1234567.0001" });
      const made = await newItem({ made: true });
      await world.bom(made, [["SCR-M4-10", 3]]);
      const quantity = async () => one(await erp.mbom.read([made], PLANT)).value.lines[0]!.quantity.amount;
      const material = async () => one(await erp.costs.read([cost], PLANT)).value.material.amount;
      return [
        { what: "cost", read: material, expected: "1234567.0001" },
        { what: "quantity", read: quantity, expected: "3" },
      ];
    },
    async nulls() {
      const made = await newItem({ made: true });
      await world.bom(made, [["SCR-M4-10", 2]]);
      const line = one(await erp.mbom.read([made], PLANT)).value.lines[0];
      const bare = await newItem();
      return [
        { what: "the operation of a line without one", read: async () => line?.operation },
        { what: "the scrap of a line without one", read: async () => line?.scrap.componentPercent },
        { what: "the supplier of an item without one", read: () => erp.procurement.read([bare], PLANT) },
        { what: "the mBOM of an item without one", read: () => erp.mbom.read([bare], PLANT) },
      ];
    },
    errorAs200: {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ id: 1, error: ["UserError", ["The record is locked.", ""], null] }),
    },
    // Tryton lets nobody in who comes with a session that it has ended.
    endSession: async () => proxy.answerNext(401, { "content-type": "text/plain" }, "Unauthorized"),
    async close() {
      await proxy.stop();
      await server.close();
    },
  };
}

const pieces = (amount: bigint) => ({ amount: rational(amount), unit: "EA" as const });

/** Orders of a made item of their own, which takes a sheet from a lot. */
function preparedProduction(
  world: TrytonWorld,
  newItem: (more?: Parameters<TrytonWorld["item"]>[1]) => Promise<ItemId>,
): PreparedProduction {
  const productions = new Map<ProductionOrderId, number>();
  const idOf = (order: ProductionOrderId) => productions.get(order) ?? Number.NaN;
  return {
    async posting() {
      const [made, sheet] = [await newItem({ made: true }), await newItem()];
      await world.bom(made, [[sheet, 1]]);
      await world.routing(made, [["0010 Cut", "Laser 1"]]);
      const lot = `LOT-${sheet}`;
      await world.create("stock.lot", { number: lot, product: (await world.product(sheet)).id });
      const { id, order: number } = await world.production(made, 5, "waiting");
      const order = number as ProductionOrderId;
      productions.set(order, id);
      const confirmation = { good: pieces(3n), scrap: pieces(1n), rework: pieces(0n), setupMs: 0, runMs: 1_800_000 };
      return {
        id: `${order}:1`,
        order,
        plant: PLANT,
        at: "2026-03-02T10:00:00.000Z",
        confirmations: [{ operation: "0010" as OperationId, ...confirmation, isFinal: true }],
        consumptions: [{ line: null, item: sheet, operation: null, quantity: pieces(4n), lot, serials: [] }],
      };
    },
    async used({ order, consumptions }) {
      const product = (await world.product(consumptions[0]?.item ?? "")).id;
      const moved = async (side: "production_input" | "production_output") => {
        const domain = [
          [side, "=", idOf(order)],
          ["product", "=", product],
          ["state", "=", "done"],
        ];
        const moves = await world.search<{ quantity: number }>("stock.move", domain, ["quantity"]);
        return moves.reduce((sum, { quantity }) => sum + quantity, 0);
      };
      return String((await moved("production_input")) - (await moved("production_output")));
    },
    async bookByHand({ order }) {
      await world.rpc("model.production.assign_force", [idOf(order)]);
      await world.rpc("model.production.run", [idOf(order)]);
    },
    async close(order) {
      for (const button of ["draft", "cancel"]) await world.rpc(`model.production.${button}`, [idOf(order)]);
    },
  };
}

function one<T>(held: ReadonlyMap<ItemId, Held<T>>): Held<T> {
  const [first] = held.values();
  if (first === undefined) throw new Error("the record that was just made is not there");
  return first;
}

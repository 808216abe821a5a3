import { startSandboxErp } from "../../../sandbox/erp/server.ts";
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
import type {
  Harness,
  PreparedHistory,
  PreparedNull,
  PreparedNumber,
  PreparedProduction,
  PreparedWrite,
} from "../conformance.ts";
import type { Connector, JobReport, OrderCompletion, Posting, ProductionOrders } from "../port.ts";
import { ERROR_AS_200, startSandbox, type BackDoor } from "../sandbox-harness.ts";
import { PLANT, NEW_ITEM, trialMbom } from "../trial-records-harness.ts";
import { tried } from "../tried-harness.ts";

type Order = { readonly number: string; readonly etag: string };
type List = { readonly value: readonly Readonly<Record<string, unknown>>[] };

/** Everything that the sandbox ERP can do. */
export type WholeErp = Required<Connector> & { readonly productionOrders: Required<ProductionOrders> };

const isAny = () => true;
const logged = (order: string, key: string) => `/erp/v1/production-orders/${order}/log?note=${key}`;

/** The sandbox ERP under the conformance suite. */
export async function sandboxErpHarness(): Promise<Harness> {
  const sandbox = await startSandbox("sandbox-erp", startSandboxErp);
  const { backDoor } = sandbox;
  const erp = sandbox.connector as WholeErp;
  const made = recordMaker(backDoor);
  const standing = await made.releasedOrder();
  const shrinking = await made.releasedOrder();

  /** How many of a list's records pass. */
  async function count(path: string, isDone: (record: Readonly<Record<string, unknown>>) => boolean): Promise<number> {
    return (await backDoor<List>("GET", path)).value.filter(isDone).length;
  }

  const writes: Record<string, () => Promise<PreparedWrite>> = {
    async "items.create"() {
      const item: PlantItem = { ...NEW_ITEM, item: made.nextCode() as ItemId };
      return {
        ...tried(erp.items.create, item),
        timesDone: (key) =>
          count(`/erp/v1/items?code=${item.item}`, ({ externalReference }) => externalReference === key),
        disturb: async () => void (await made.item(item.item)),
      };
    },
    async "items.update"() {
      const code = await made.item();
      const { value, version } = one(await erp.items.read([code], PLANT));
      return {
        ...tried(erp.items.update, { value: { ...value, revision: "B" as Revision }, expected: version }),
        timesDone: () => count(`/erp/v1/items?code=${code}`, ({ revisionLevel }) => revisionLevel === "B"),
        disturb: () => made.edit("/erp/v1/items", `code=${code}`, { description: "Renamed by a planner" }),
      };
    },
    async "procurement.set"() {
      const code = await made.item();
      await backDoor("POST", "/erp/v1/purchasing-info", { ...PURCHASING_INFO, itemCode: code });
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
          count(
            `/erp/v1/purchasing-info?itemCode=${code}&preferred=true`,
            ({ supplierCode }) => supplierCode === "VENTEC",
          ),
        disturb: () => made.edit("/erp/v1/purchasing-info", `itemCode=${code}`, { leadTimeDays: 99 }),
      };
    },
    async "costs.set"() {
      const code = await made.item();
      await backDoor("POST", "/erp/v1/item-costs", {
        plant: PLANT,
        itemCode: code,
        material: "1",
        conversion: "2",
        currency: "EUR",
      });
      const { value, version } = one(await erp.costs.read([code], PLANT));
      const wanted: StandardCost = { ...value, material: { amount: rational(10n, 3n), currency: "EUR" } };
      return {
        ...tried(erp.costs.set, { value: wanted, expected: version }),
        timesDone: () => count(`/erp/v1/item-costs?itemCode=${code}`, ({ material }) => Number(material) === 3.3333),
        disturb: () => made.edit("/erp/v1/item-costs", `itemCode=${code}`, { material: "9" }),
      };
    },
    async "mbom.publish"() {
      const code = await made.item();
      const { number, etag } = await made.activeBom(code);
      const { version } = one(await erp.mbom.read([code], PLANT));
      return {
        ...tried(erp.mbom.publish, { value: trialMbom(code), expected: version, change: "ECO-1" as ChangeId }),
        timesDone: (key) => count(`/erp/v1/boms?externalReference=${key}`, isAny),
        disturb: async () =>
          void (await backDoor("PATCH", `/erp/v1/boms/${number}/lines/0010`, { quantity: "8" }, etag)),
      };
    },
    async "productionOrders.reExplode"() {
      const order = await made.plannedOrder();
      return {
        ...tried(erp.productionOrders.reExplode, { order: order.number as ProductionOrderId, expected: order.etag }),
        timesDone: (key) => count(logged(order.number, key), isAny),
        disturb: async () =>
          void (await backDoor(
            "POST",
            `/erp/v1/production-orders/${order.number}/hold`,
            { reason: "wait" },
            order.etag,
          )),
      };
    },
    async "productionOrders.replaceComponents"() {
      const order = await made.releasedOrder();
      const required = { amount: rational(7n), unit: "EA" } as const;
      const components = [{ item: "FX-210" as ItemId, required, operation: "0010" as OperationId }];
      return {
        ...tried(erp.productionOrders.replaceComponents, {
          order: order.number as ProductionOrderId,
          components,
          expected: order.etag,
        }),
        timesDone: (key) => count(logged(order.number, key), isAny),
        disturb: () => made.replaceComponents(order),
      };
    },
    async "productionOrders.hold"() {
      const order = await made.releasedOrder();
      const input = {
        order: order.number as ProductionOrderId,
        reason: "ECO-1 takes its design away",
        expected: order.etag,
      };
      return {
        ...tried(erp.productionOrders.hold, input),
        timesDone: (key) => count(logged(order.number, key), isAny),
        disturb: () => made.replaceComponents(order),
      };
    },
    async "productionOrders.report"() {
      const orders = [await made.releasedOrder(), await made.plannedOrder()];
      const reports = orders.map(({ number }, at): JobReport => ({
        order: number as ProductionOrderId,
        plant: PLANT,
        mes: "mes" as SystemId,
        job: `JOB-${at}`,
        version: 1,
        state: "dispatched",
        note: null,
      }));
      const [first, second] = orders.map(({ number }) => number);
      return {
        ...tried(erp.productionOrders.report, reports),
        // Two reports make one list of them, done or not done as a whole.
        timesDone: async () =>
          (await count(
            `/erp/v1/job-reports?order=${first}&order=${second}`,
            ({ state, version }) => state === "dispatched" && version === 1,
          )) / orders.length,
      };
    },
    async "production.post"() {
      const posting = await made.posting();
      return {
        ...tried(erp.production.post, posting),
        timesDone: () => count(`/erp/v1/postings?externalId=${posting.id}`, isAny),
      };
    },
    async "production.complete"() {
      const { order, at } = await made.posting();
      const completion: OrderCompletion = {
        order,
        plant: PLANT,
        at,
        good: pieces(4n),
        scrap: pieces(1n),
        lot: null,
        serials: [`SN-${order}-1`, `SN-${order}-2`],
      };
      return {
        ...tried(erp.production.complete, completion),
        timesDone: () => count(`/erp/v1/completions?order=${order}`, isAny),
      };
    },
    async "flags.set"() {
      const line = "PO-1001/10" as PurchaseOrderLineId;
      const change = "ECO-1" as ChangeId;
      return {
        ...tried(erp.flags.set, { on: { kind: "purchase-order line", id: line }, change, text: "Cancel this line" }),
        timesDone: (key) => count(`/erp/v1/alerts?externalReference=ECO-1%20${key}`, isAny),
      };
    },
    async "flags.takeBack"() {
      const alert = {
        plant: PLANT,
        objectType: "PRODUCTION_ORDER",
        objectId: standing.number,
        text: "Stop",
        author: "heddle",
      };
      const { number } = await backDoor<Order>("POST", "/erp/v1/alerts", alert);
      return {
        ...tried(erp.flags.takeBack, { id: number, reason: "the change was cancelled" }),
        timesDone: async () =>
          Number((await backDoor<{ state: string }>("GET", `/erp/v1/alerts/${number}`)).state === "CLOSED"),
      };
    },
  };

  const purchaseOrders: PreparedHistory = {
    changedSince: erp.purchaseOrders.changedSince,
    async editLine() {
      const path = "/erp/v1/purchase-orders/PO-1001/lines/20";
      const { value } = await backDoor<List>("GET", "/erp/v1/purchase-order-lines?id=PO-1001/20");
      await backDoor("PATCH", path, { dueDate: "2027-03-01" }, String(value[0]?.["etag"]));
      return "PO-1001/20";
    },
    // A line is cancelled, never deleted.
    async deleteOne() {
      const { value } = await backDoor<List>("GET", "/erp/v1/purchase-order-lines?id=PO-1001/10");
      const cancel = "/erp/v1/purchase-orders/PO-1001/lines/10/cancel";
      await backDoor("POST", cancel, { reason: "ordered by mistake" }, String(value[0]?.["etag"]));
      return "PO-1001/10";
    },
    addMany: () => placeOrder(210),
  };
  async function placeOrder(lineCount: number): Promise<readonly string[]> {
    const line = {
      itemCode: "MOT-024",
      unit: "EA",
      orderedQuantity: "1",
      price: "1",
      currency: "EUR",
      dueDate: null,
    };
    const order = { plant: PLANT, supplierCode: "NORDLUFT", buyer: "j.brandt", orderedOn: "2026-01-12" };
    const body = { ...order, lines: Array.from({ length: lineCount }, () => line) };
    const { lines } = await backDoor<{ lines: { id: string }[] }>("POST", "/erp/v1/purchase-orders", body);
    return lines.map(({ id }) => id);
  }
  const productionOrders: PreparedHistory = {
    changedSince: erp.productionOrders.changedSince,
    async editLine() {
      await made.replaceComponents(await backDoor<Order>("GET", `/erp/v1/production-orders/${standing.number}`));
      return standing.number;
    },
    // An order is cancelled, never deleted; its components are deleted when others take their place.
    async deleteOne() {
      await made.replaceComponents(shrinking);
      return shrinking.number;
    },
    async addMany() {
      const numbers: string[] = [];
      for (let i = 0; i < 210; i++) numbers.push((await made.plannedOrder()).number);
      return numbers;
    },
  };

  return {
    ...sandbox,
    writes,
    histories: { purchaseOrders, productionOrders },
    production: productionOf(backDoor, made),
    exactNumbers: () => exactNumbers(erp, backDoor, made),
    nulls: () => nulls(erp, backDoor, made),
    errorAs200: ERROR_AS_200,
  };
}

function productionOf(backDoor: BackDoor, made: Made): PreparedProduction {
  return {
    posting: () => made.posting(),
    async used({ order, consumptions }) {
      const { components } = await backDoor<{ components: { line: string; issuedQuantity: string }[] }>(
        "GET",
        `/erp/v1/production-orders/${order}`,
      );
      return components.find(({ line }) => line === consumptions[0]?.line)?.issuedQuantity ?? "none";
    },
    async bookByHand({ id, order }) {
      const confirmations = [{ operation: "0010", good: "1" }];
      const byHand = { externalId: `${id} by hand`, author: "s.vogt", confirmations };
      await backDoor("POST", `/erp/v1/production-orders/${order}/postings`, byHand);
    },
    async close(order) {
      await backDoor("POST", `/erp/v1/production-orders/${order}/start`, {});
      await backDoor("POST", `/erp/v1/production-orders/${order}/finish`, { completedQuantity: "5" });
    },
  };
}

type Made = ReturnType<typeof recordMaker>;

async function exactNumbers(
  erp: Required<Connector>,
  backDoor: BackDoor,
  made: Made,
): Promise<readonly PreparedNumber[]> {
  const code = await made.item();
  const cost = { plant: PLANT, itemCode: code, material: "123456789.1001", conversion: "0.1", currency: "EUR" };
  await backDoor("POST", "/erp/v1/item-costs", cost);
  await backDoor("POST", "/erp/v1/purchasing-info", { ...PURCHASING_INFO, itemCode: code, price: "0.3333" });
  const costs = async () => one(await erp.costs.read([code], PLANT)).value;
  return [
    { what: "material cost", read: async () => (await costs()).material.amount, expected: "123456789.1001" },
    { what: "conversion cost", read: async () => (await costs()).conversion.amount, expected: "0.1" },
    {
      what: "price",
      read: async () => one(await erp.procurement.read([code], PLANT)).value.price!.amount,
      expected: "0.3333",
    },
  ];
}

async function nulls(erp: Required<Connector>, backDoor: BackDoor, made: Made): Promise<readonly PreparedNull[]> {
  const code = await made.item();
  await made.activeBom(code);
  const info = { ...PURCHASING_INFO, itemCode: code, price: null, currency: null };
  await backDoor("POST", "/erp/v1/purchasing-info", info);
  const line = async () => one(await erp.mbom.read([code], PLANT)).value.lines[0]!;
  return [
    {
      what: "the price of a record without one",
      read: async () => one(await erp.procurement.read([code], PLANT)).value.price,
    },
    { what: "the operation of a line without one", read: async () => (await line()).operation },
    { what: "the supply type of a line without one", read: async () => (await line()).supply },
    { what: "the scrap of a line without one", read: async () => (await line()).scrap.componentPercent },
    { what: "the first day of a line without one", read: async () => (await line()).effectivity.from },
    { what: "the cost of an item without one", read: () => erp.costs.read([code], PLANT) },
    { what: "open orders of an item without one", read: () => erp.purchaseOrders.openOf([code], PLANT) },
  ];
}

const PURCHASING_INFO = {
  plant: PLANT,
  supplierCode: "NORDLUFT",
  supplierItem: "NL-1",
  leadTimeDays: 21,
  price: "11.90",
  currency: "EUR",
  preferred: true,
};

const pieces = (count: bigint) => ({ amount: rational(count), unit: "EA" }) as const;

/** Makes records that no other test touches. */
function recordMaker(backDoor: BackDoor) {
  let codes = 0;
  const maker = {
    nextCode: () => `TST-${(codes += 1)}`,
    async item(code: string = maker.nextCode()): Promise<ItemId> {
      const { plant, name: description, unit: baseUnit, decimals } = NEW_ITEM;
      await backDoor("POST", "/erp/v1/items", {
        code,
        plant,
        description,
        revisionLevel: "A",
        baseUnit,
        decimals,
        procurementType: "BUY",
      });
      return code as ItemId;
    },
    async activeBom(itemCode: string): Promise<Order> {
      const lines = [{ position: "0010", componentCode: "SCR-M4-10", quantity: "2", unit: "EA" }];
      const draft = await backDoor<Order>("POST", "/erp/v1/boms", {
        plant: PLANT,
        itemCode,
        revisionLevel: "A",
        lines,
      });
      return await backDoor<Order>("POST", `/erp/v1/boms/${draft.number}/activate`, { replaces: null }, draft.etag);
    },
    plannedOrder: () =>
      backDoor<Order>("POST", "/erp/v1/production-orders", {
        plant: PLANT,
        itemCode: "FX-200",
        quantity: "5",
        startDate: "2027-01-11",
      }),
    async releasedOrder(): Promise<Order> {
      const { number } = await maker.plannedOrder();
      return await backDoor<Order>("POST", `/erp/v1/production-orders/${number}/release`, {});
    },
    /** Of a released order of 5 FX-200: three are assembled and one is scrap, from a lot of FX-210. */
    async posting(): Promise<Posting> {
      const { number } = await maker.releasedOrder();
      return {
        id: `${number}:1`,
        order: number as ProductionOrderId,
        plant: PLANT,
        at: "2027-01-11T09:30:00.000Z",
        confirmations: [
          {
            operation: "0010" as OperationId,
            good: pieces(3n),
            scrap: pieces(1n),
            rework: pieces(2n),
            setupMs: 600_000,
            runMs: 1_234_567,
            isFinal: false,
          },
        ],
        consumptions: [
          {
            line: "0010",
            item: "FX-210" as ItemId,
            operation: "0010" as OperationId,
            quantity: pieces(4n),
            lot: "L-7",
            serials: ["S-1", "S-2"],
          },
        ],
      };
    },
    async replaceComponents({ number, etag }: Order): Promise<void> {
      const components = [{ itemCode: "FX-220", unit: "EA", requiredQuantity: "1", operation: null }];
      await backDoor("PUT", `/erp/v1/production-orders/${number}/components`, { components }, etag);
    },
    /** Changes some members of the one record that a list finds. */
    async edit(path: string, query: string, members: object): Promise<void> {
      const { value } = await backDoor<List>("GET", `${path}?${query}`);
      const { id, etag, costVersion: _counted, ...written } = value[0] ?? {};
      await backDoor("PUT", `${path}/${String(id)}`, { ...written, ...members }, String(etag));
    },
  };
  return maker;
}

function one<T>(held: ReadonlyMap<ItemId, Held<T>>): Held<T> {
  const [first] = held.values();
  if (first === undefined) throw new Error("the record that was just made is not there");
  return first;
}

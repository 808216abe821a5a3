import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSandboxErp } from "../../../sandbox/erp/server.ts";
import { ALWAYS } from "../../domain/calendar.ts";
import { canonicalText } from "../../domain/json.ts";
import type {
  ChangeId,
  ItemId,
  LineId,
  MbomLineKey,
  OperationId,
  ProductionOrderId,
  PurchaseOrderLineId,
  Revision,
  SupplierId,
  SystemId,
} from "../../domain/ids.ts";
import { NO_SCRAP, type Mbom, type MbomLine } from "../../domain/mbom.ts";
import { rational, type Rational } from "../../domain/rational.ts";
import type { IdempotencyKey, JobReport } from "../port.ts";
import { startSandbox, type RunningSandbox } from "../sandbox-harness.ts";
import { PLANT } from "../trial-records-harness.ts";
import type { WholeErp } from "./harness.ts";
import { toHeldProductionOrder } from "./order-mapping.ts";
import type { ProductionOrder as WireOrder } from "./wire.ts";

let sandbox: RunningSandbox;
let erp: WholeErp;
beforeAll(async () => {
  sandbox = await startSandbox("sandbox-erp", startSandboxErp);
  erp = sandbox.connector as WholeErp;
});
afterAll(async () => {
  await sandbox.close();
});

const CHANGE = "ECO-0001" as ChangeId;
let tests = 0;
let key: IdempotencyKey;
let item: ItemId;
/** Each test has an item and a key of its own. */
beforeEach(async () => {
  tests += 1;
  key = `key-${tests}` as IdempotencyKey;
  item = `NEW-${tests}` as ItemId;
  await erp.items.create.write(
    { item, plant: PLANT, name: "New", revision: "B" as Revision, unit: "EA", decimals: 0, procurement: "make" },
    `item-${tests}` as IdempotencyKey,
  );
});

function line(component: string, amount: Rational, more: Partial<MbomLine> = {}): MbomLine {
  const quantity = { amount, unit: "EA" } as const;
  return {
    key: "USG-1" as MbomLineKey,
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
    origin: { kind: "engineering", from: [{ path: ["USG-1" as LineId], quantity, rules: [] }] },
    ...more,
  };
}
const mbom = (...lines: readonly MbomLine[]): Mbom => ({ plant: PLANT, item, revision: "B" as Revision, lines });

type Boms = { readonly value: readonly { readonly number: string; readonly status: string; readonly etag: string }[] };
const bomsOfKey = async () => (await sandbox.backDoor<Boms>("GET", `/erp/v1/boms?externalReference=${key}`)).value;

describe("an mBOM", () => {
  it("is read back as it was published", async () => {
    const published = mbom(
      line("SCR-M4-10", rational(2n), {
        referenceDesignators: ["B1", "B2"],
        scrap: { ...NO_SCRAP, componentPercent: rational(5n, 2n) },
      }),
      line("WSH-M4", rational(3n), {
        key: "+add-washer" as MbomLineKey,
        basis: "per order",
        supply: null,
        origin: { kind: "rule", rule: "add-washer" as never, driver: null },
      }),
      line("NUT-M4", rational(1n), {
        key: "+trimmings" as MbomLineKey,
        output: "by-product",
        supply: null,
        origin: { kind: "rule", rule: "trimmings" as never, driver: null },
      }),
      line("SCR-M4-10", rational(3n), {
        key: "USG-1/USG-9@0020" as MbomLineKey,
        operation: "0020" as OperationId,
        alternates: ["WSH-M4" as ItemId],
        usage: [
          { item: "SCR-M4-10" as ItemId, percent: rational(80n), factor: rational(1n) },
          { item: "WSH-M4" as ItemId, percent: rational(20n), factor: rational(3n, 2n) },
        ],
        origin: {
          kind: "engineering",
          from: [{ path: ["USG-1", "USG-9"] as LineId[], quantity: { amount: rational(3n), unit: "EA" }, rules: [] }],
        },
      }),
    );
    const receipt = await erp.mbom.publish.write({ value: published, expected: null, change: CHANGE }, key);
    const held = (await erp.mbom.read([item], PLANT)).get(item);
    expect(held?.version).toBe(receipt.version);
    const { number, ...read } = held!.value;
    expect(number).toBe(receipt.id);
    expect(canonicalText(read)).toBe(canonicalText(published));
    expect(await erp.mbom.whereUsed("WSH-M4" as ItemId, PLANT)).toContain(item);
    expect(await erp.mbom.whereUsed("NUT-M4" as ItemId, PLANT)).not.toContain(item);
  });

  it("holds for which variants a line is", async () => {
    const option = { kind: "is", feature: "MOTOR", values: ["AC", "DC"] } as const;
    const lines = [
      line("WSH-M4", rational(1n), { option }),
      line("NUT-M4", rational(1n), { key: "USG-2" as MbomLineKey }),
    ];
    await erp.mbom.publish.write({ value: mbom(...lines), expected: null, change: CHANGE }, key);
    const held = (await erp.mbom.read([item], PLANT)).get(item)?.value.lines ?? [];
    expect(held.map((each) => each.option)).toEqual([option, undefined]);
    expect(erp.mbom.holdsOptions).toBe(true);
  });

  it("that was superseded since is still found as done", async () => {
    const first = await erp.mbom.publish.write(
      { value: mbom(line("WSH-M4", rational(1n))), expected: null, change: CHANGE },
      key,
    );
    const next = { value: mbom(line("WSH-M4", rational(2n))), expected: first.version, change: CHANGE };
    await erp.mbom.publish.write(next, `${key}-next` as IdempotencyKey);
    expect(await erp.mbom.publish.find({ ...next, expected: null }, key)).toMatchObject({ id: first.id });
  });

  it("takes up the draft that a lost answer left, and no other", async () => {
    const input = { value: mbom(line("WSH-M4", rational(1n))), expected: null, change: CHANGE };
    sandbox.proxy.cutAfterWrite(1);
    await expect(erp.mbom.publish.write(input, key)).rejects.toMatchObject({ kind: "answer lost" });
    const [draft] = await bomsOfKey();
    expect(draft?.status).toBe("DRAFT");
    expect((await erp.mbom.publish.write(input, key)).id).toBe(draft?.number);
  });

  it("is made anew when someone edited its draft meanwhile", async () => {
    const input = { value: mbom(line("WSH-M4", rational(1n))), expected: null, change: CHANGE };
    sandbox.proxy.cutAfterWrite(1);
    await expect(erp.mbom.publish.write(input, key)).rejects.toMatchObject({ kind: "answer lost" });
    const [draft] = await bomsOfKey();
    await sandbox.backDoor("PATCH", `/erp/v1/boms/${draft?.number}/lines/0010`, { quantity: "99" }, draft?.etag);
    const receipt = await erp.mbom.publish.write(input, key);
    expect(receipt.id).not.toBe(draft?.number);
    expect(await bomsOfKey()).toEqual([expect.objectContaining({ number: receipt.id, status: "ACTIVE" })]);
  });

  it("that the ERP refuses names the field and leaves no draft", async () => {
    const unknown = { value: mbom(line("GHOST", rational(1n))), expected: null, change: CHANGE };
    await expect(erp.mbom.publish.write(unknown, key)).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "lines[0].componentCode", cause: expect.stringContaining("ITEM_UNKNOWN") },
    });
    const recursive = { value: mbom(line(item, rational(1n))), expected: null, change: CHANGE };
    await expect(erp.mbom.publish.write(recursive, key)).rejects.toMatchObject({ kind: "rejected" });
    expect(await bomsOfKey()).toEqual([]);
  });

  it("shows a planner's own line as such", async () => {
    const { id, version } = await erp.mbom.publish.write(
      { value: mbom(line("WSH-M4", rational(1n))), expected: null, change: CHANGE },
      key,
    );
    const added = { position: "0050", componentCode: "NUT-M4", quantity: "1", unit: "EA" };
    await sandbox.backDoor("POST", `/erp/v1/boms/${id}/lines`, added, version?.split(" ")[1]);
    const lines = (await erp.mbom.read([item], PLANT)).get(item)?.value.lines ?? [];
    expect(lines.map(({ key: name, origin }) => `${name} ${origin.kind}`)).toEqual([
      "USG-1 engineering",
      "planner:0050 planner",
    ]);
  });

  it("declares what the ERP has no place for", () => {
    const losses = erp.mbom.cannotHold(
      mbom(
        line("WSH-M4", rational(1n, 3n)),
        line("NUT-M4", rational(1n), { key: "USG-1/".repeat(40) as MbomLineKey }),
        line("SCR-M4-10", rational(2n)),
      ),
    );
    expect(losses).toHaveLength(2);
    expect(losses[0]).toContain("1/3");
    expect(losses[1]).toContain("longer than the 200 characters");
  });
});

describe("procurement", () => {
  it("gives the mark to the new supplier and keeps the old one's record", async () => {
    const of = (supplier: string, amount: bigint) => ({
      item,
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
    await erp.procurement.set.write(
      { value: of("NORDLUFT", 2n), expected: second.version },
      `${key}-c` as IdempotencyKey,
    );
    const { value } = await sandbox.backDoor<{ value: object[] }>("GET", `/erp/v1/purchasing-info?itemCode=${item}`);
    expect(value).toMatchObject([
      { supplierCode: "NORDLUFT", price: "2", preferred: true },
      { supplierCode: "VENTEC", price: "4", preferred: false },
    ]);
  });

  it("counts a blocked supplier as unknown", async () => {
    await sandbox.backDoor("POST", "/erp/v1/suppliers", { code: "SHUT", name: "Shut", currency: "EUR", blocked: true });
    const asked = ["VENTEC", "SHUT", "GHOST"] as SupplierId[];
    expect([...(await erp.procurement.knownSuppliers(asked))]).toEqual(["VENTEC"]);
  });
});

describe("a standard cost", () => {
  it("is created where there is none, rounded to four decimals", async () => {
    const cost = {
      item,
      plant: PLANT,
      material: { amount: rational(2n, 3n), currency: "EUR" },
      conversion: { amount: rational(0n), currency: "EUR" },
    };
    await erp.costs.set.write({ value: cost, expected: null }, key);
    expect((await erp.costs.read([item], PLANT)).get(item)?.value.material).toEqual({
      amount: rational(6_667n, 10_000n),
      currency: "EUR",
    });
    expect(await erp.costs.set.find({ value: cost, expected: null }, key)).not.toBeNull();
    await expect(erp.costs.set.write({ value: cost, expected: null }, "other" as IdempotencyKey)).rejects.toMatchObject(
      { kind: "version conflict" },
    );
  });
});

describe("orders", () => {
  it("are found by what they make and by what they need, each once", async () => {
    const orders = await erp.productionOrders.openOf(["FX-200", "FX-210"] as ItemId[], PLANT);
    const numbers = orders.map(({ value }) => value.id);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers).toContain("MO-5001");
  });

  it("of more items than one request may name are all found", async () => {
    const many = [...Array.from({ length: 250 }, (_, i) => `GHOST-${i}`), "MOT-024"] as ItemId[];
    const lines = await erp.purchaseOrders.openOf(many, PLANT);
    expect(lines.map(({ value }) => value.id)).toEqual(["PO-1001/10", "PO-1001/20"]);
    expect(lines[0]?.value.price.currency).toBe("EUR");
  });

  it("that are held already are a version conflict", async () => {
    const [order] = await erp.productionOrders.read(["MO-5001" as ProductionOrderId]);
    const hold = { order: order!.value.id, reason: "superseded", expected: order!.version };
    const receipt = await erp.productionOrders.hold.write(hold, key);
    const again = { ...hold, expected: receipt.version ?? "" };
    await expect(erp.productionOrders.hold.write(again, `${key}-b` as IdempotencyKey)).rejects.toMatchObject({
      kind: "version conflict",
    });
  });
});

/** An order of 10 blower modules, read back. */
async function planned(members: object = {}) {
  const body = { plant: PLANT, itemCode: "FX-210", quantity: "10", ...members };
  const { number } = await sandbox.backDoor<{ number: string }>("POST", "/erp/v1/production-orders", body);
  return await readOrder(number);
}
async function readOrder(number: string) {
  const [order] = await erp.productionOrders.read([number as ProductionOrderId]);
  return order!;
}
const actOn = (number: string, action: string, body: object = {}, etag?: string) =>
  sandbox.backDoor<{ number: string }>("POST", `/erp/v1/production-orders/${number}/${action}`, body, etag);

describe("a production order", () => {
  it("is read with its times to the second, in UTC, and its kind and priority", async () => {
    const written = { startTime: "2027-03-28T03:30:00+02:00", endTime: "2027-03-28T15:00:00Z", orderType: "PILOT" };
    const { value } = await planned({ ...written, priority: 7 });
    expect(value).toMatchObject({
      start: "2027-03-28",
      startAt: "2027-03-28T01:30:00Z",
      endAt: "2027-03-28T15:00:00Z",
      type: "pilot",
      priority: 7,
      from: null,
    });
    expect((await planned()).value).toMatchObject({ startAt: null, endAt: null, type: "standard", priority: 0 });
  });

  it("names the revision, mBOM and routing that it was planned with, as they are read from the ERP", async () => {
    const mbomOf = await erp.mbom.read(["FX-210" as ItemId], PLANT);
    const routing = (await erp.routings.read(["FX-210" as ItemId], PLANT)).get("FX-210" as ItemId);
    const { value } = await planned();
    expect(value).toMatchObject({
      revision: "A",
      mbom: mbomOf.get("FX-210" as ItemId)?.value.number,
      routing: routing?.number,
      operations: routing?.operations,
    });
    expect(value.routing).toMatch(/^RTG-\d{6}\/1$/);
  });

  it("keeps the routing it was planned with after that is edited, and the routing has another number", async () => {
    const { value: old } = await planned({ itemCode: "HAR-001" });
    const path = "/erp/v1/routings";
    const { value } = await sandbox.backDoor<{ value: { id: string; etag: string; operations: object[] }[] }>(
      "GET",
      `${path}?itemCode=HAR-001`,
    );
    const [{ id, etag, ...routing }] = value as [(typeof value)[number]];
    const operations = [{ ...routing.operations[0], workCenter: null, runSeconds: 95.5 }];
    await sandbox.backDoor("PUT", `${path}/${id}`, { ...routing, operations }, etag);

    const now = (await erp.routings.read(["HAR-001" as ItemId], PLANT)).get("HAR-001" as ItemId);
    expect(now?.number).toBe(old.routing?.replace("/1", "/2"));
    expect(now?.operations).toEqual([
      { operation: "0010", name: "Cut and crimp", workCenter: null, setupSeconds: 300, runSeconds: 95.5 },
    ]);
    const still = (await readOrder(old.id)).value;
    expect([still.routing, still.operations]).toEqual([old.routing, old.operations]);
    expect((await planned({ itemCode: "HAR-001" })).value).toMatchObject({
      routing: now?.number,
      operations: now?.operations,
    });
  });

  it("of an item without a routing has no operations, and no number of one", async () => {
    const { number, etag } = await sandbox.backDoor<{ number: string; etag: string }>("POST", "/erp/v1/boms", {
      plant: PLANT,
      itemCode: item,
      lines: [{ position: "0010", componentCode: "NUT-M4", quantity: "4", unit: "EA" }],
    });
    await sandbox.backDoor("POST", `/erp/v1/boms/${number}/activate`, { replaces: null }, etag);
    const { value } = await planned({ itemCode: item });
    expect(value).toMatchObject({ revision: null, mbom: number, routing: null, operations: [] });
    expect(value.components[0]).toMatchObject({ item: "NUT-M4", operation: null, supply: null, lot: null });
  });

  it("is read with its components' supply types, and the lot that the planner chose", async () => {
    const { value, version } = await planned();
    const lots = [{ line: "0010", lot: "L-77" }];
    await sandbox.backDoor("PATCH", `/erp/v1/production-orders/${value.id}`, { components: lots }, version ?? "");
    const { components } = (await readOrder(value.id)).value;
    expect(components[0]).toMatchObject({ item: "MOT-024", supply: "push", lot: "L-77" });
    expect(new Set(components.map(({ supply }) => supply))).toEqual(new Set(["push", "bulk"]));
  });

  it("names the order that it was split from, or whose pieces it reworks", async () => {
    const { id } = (await planned()).value;
    await actOn(id, "release");
    const part = await actOn(id, "split", { quantity: "4" }, (await readOrder(id)).version ?? "");
    expect((await readOrder(part.number)).value).toMatchObject({
      from: { order: id, because: "split" },
      quantity: { amount: rational(4n), unit: "EA" },
      state: "released",
    });
    const rework = await actOn(id, "rework", { quantity: "1", operations: ["0020"] });
    const { value } = await readOrder(rework.number);
    expect(value).toMatchObject({ from: { order: id, because: "rework" }, type: "rework", components: [] });
    expect(value.operations?.map(({ operation }) => operation)).toEqual(["0020"]);
    const again = { order: value.id, expected: (await readOrder(value.id)).version ?? "" };
    await expect(erp.productionOrders.reExplode.write(again, key)).rejects.toMatchObject({ kind: "rejected" });
  });

  it("whose components become what the mBOM in force says goes by that mBOM", async () => {
    const { value: old } = await planned();
    await actOn(old.id, "release");
    const held = (await erp.mbom.read([old.item], PLANT)).get(old.item)!;
    const [motor] = held.value.lines;
    const wanted: Mbom = { plant: PLANT, item: old.item, revision: "B" as Revision, lines: [motor!] };
    const { id: inForce } = await erp.mbom.publish.write(
      { value: wanted, expected: held.version, change: CHANGE },
      key,
    );
    const replace = async (amount: bigint, nth: string) =>
      erp.productionOrders.replaceComponents.write(
        {
          order: old.id,
          components: [
            { item: motor!.item, required: { amount: rational(amount), unit: "EA" }, operation: motor!.operation },
          ],
          expected: (await readOrder(old.id)).version ?? "",
        },
        `${key}-${nth}` as IdempotencyKey,
      );

    await replace(11n, "a");
    expect((await readOrder(old.id)).value).toMatchObject({ mbom: old.mbom, revision: "A" });
    await replace(10n, "b");
    expect((await readOrder(old.id)).value).toMatchObject({ mbom: inForce, revision: "B" });
  });

  it.each<[Partial<WireOrder>, string, string]>([
    [{ startTime: "2027-02-30T06:00:00.000Z" }, "startTime", "2027-02-30"],
    [{ endTime: "2027-03-01T25:00:00.000Z" }, "endTime", "25:00"],
    [{ startDate: "2027-02-30" }, "startDate", "2027-02-30"],
    [{ unit: "FURLONG" }, "unit", "FURLONG"],
  ])("with %j is refused by name and field", async (members, field, words) => {
    const order = await sandbox.backDoor<WireOrder>("GET", "/erp/v1/production-orders/MO-5002");
    const read = () => toHeldProductionOrder({ ...order, ...members }, erp.system);
    expect(read).toThrow(
      expect.objectContaining({
        kind: "rejected",
        at: expect.objectContaining({
          system: "sandbox-erp",
          object: "production order MO-5002",
          field,
          cause: expect.stringContaining(words),
        }),
      }),
    );
  });
});

describe("job reports", () => {
  const report: JobReport = {
    order: "MO-5002" as ProductionOrderId,
    plant: PLANT,
    mes: "mes" as SystemId,
    job: null,
    version: null,
    state: "held",
    note: "BOM-000004 is superseded",
  };

  it("take the place of those before, and are found only while they stand", async () => {
    const { version } = await readOrder(report.order);
    const running: JobReport = { ...report, job: "JOB-7", version: 2, state: "running", note: null };
    await erp.productionOrders.report.write([report], key);
    expect(await erp.productionOrders.report.find([report], key)).toEqual({ id: "MO-5002", version: null });
    expect(await erp.productionOrders.report.find([running], key)).toBeNull();
    await erp.productionOrders.report.write([running], `${key}-b` as IdempotencyKey);
    expect(await erp.productionOrders.report.find([report], key)).toBeNull();
    expect((await readOrder(report.order)).version).toBe(version);
  });

  it("with a note longer than the ERP keeps are cut, and found again", async () => {
    const long = [{ ...report, note: "Why? ".repeat(300) }];
    await erp.productionOrders.report.write(long, key);
    expect(await erp.productionOrders.report.find(long, key)).not.toBeNull();
  });

  it("name the order that the ERP does not know, and leave all others as they were", async () => {
    const known: JobReport = { ...report, order: "MO-5006" as ProductionOrderId };
    const unknown: JobReport = { ...report, order: "MO-1" as ProductionOrderId };
    await expect(erp.productionOrders.report.write([known, unknown], key)).rejects.toMatchObject({
      kind: "rejected",
      at: { field: "reports[1].order", cause: expect.stringContaining("MO-1") },
    });
    expect(await erp.productionOrders.report.find([known], key)).toBeNull();
  });
});

describe("a webhook", () => {
  it("names the production order to look at", () => {
    const body = {
      type: "production-order.released",
      timestamp: "2026-02-02T09:12:44.120Z",
      data: { number: "MO-5002", plant: "1000", state: "RELEASED", sequence: 57 },
    };
    expect(erp.webhooks.subjects(body)).toEqual([{ kind: "production order", id: "MO-5002" }]);
  });

  it.each([
    [null],
    ["text"],
    [{ type: "production-order.released", data: {} }],
    [{ type: "production-order.released", data: { number: "" } }],
    [{ type: "eco.released", data: { number: "ECO-1" } }],
  ])("of another shape is refused: %j", (body) => {
    expect(() => erp.webhooks.subjects(body)).toThrow(expect.objectContaining({ kind: "contract broken" }) as Error);
  });
});

describe("flags", () => {
  it("tell who closed them", async () => {
    const change = `ECO-${tests}` as ChangeId;
    const on = { kind: "purchase-order line", id: "PO-1001/10" as PurchaseOrderLineId } as const;
    const set = (text: string) => erp.flags.set.write({ on, change, text }, `${key}-${text}` as IdempotencyKey);
    const [, taken, dealt] = [await set("open"), await set("taken"), await set("dealt")];
    await erp.flags.takeBack.write({ id: taken.id, reason: "the change was cancelled" }, key);
    await sandbox.backDoor("POST", `/erp/v1/alerts/${dealt.id}/close`, { reason: "told the supplier" });
    expect((await erp.flags.of(change)).map(({ text, state }) => `${text}: ${state}`)).toEqual([
      "open: open",
      "taken: taken back",
      "dealt: closed by a person",
    ]);
    expect(await erp.flags.of("ECO" as ChangeId), "another change whose number begins the same").toEqual([]);
  });
});

it("reads the routing of an item that has one, operations in sequence", async () => {
  const assembly = "FX-210" as ItemId;
  const routings = await erp.routings.read([assembly, item], PLANT);
  expect([...routings.keys()]).toEqual([assembly]);
  expect(routings.get(assembly)?.operations[0]).toEqual({
    operation: "0010",
    name: "Assemble",
    workCenter: "ASM-1",
    setupSeconds: 600,
    runSeconds: 420,
  });
  expect(routings.get(assembly)?.operations.map(({ operation }) => operation)).toEqual(["0010", "0020", "0030"]);
});

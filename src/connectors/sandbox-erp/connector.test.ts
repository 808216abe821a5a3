import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSandboxErp } from "../../../sandbox/erp/server.ts";
import { ALWAYS } from "../../domain/calendar.ts";
import { canonicalText } from "../../domain/json.ts";
import type {
  ChangeId,
  ItemId,
  LineId,
  MbomLineKey,
  ProductionOrderId,
  PurchaseOrderLineId,
  Revision,
  SupplierId,
} from "../../domain/ids.ts";
import { NO_SCRAP, type Mbom, type MbomLine } from "../../domain/mbom.ts";
import { rational, type Rational } from "../../domain/rational.ts";
import type { Connector, IdempotencyKey } from "../port.ts";
import { startSandbox, type RunningSandbox } from "../sandbox-harness.ts";
import { PLANT } from "../trial-records-harness.ts";

let sandbox: RunningSandbox;
let erp: Required<Connector>;
beforeAll(async () => {
  sandbox = await startSandbox("sandbox-erp", startSandboxErp);
  erp = sandbox.connector as Required<Connector>;
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
    );
    const receipt = await erp.mbom.publish.write({ value: published, expected: null, change: CHANGE }, key);
    const held = (await erp.mbom.read([item], PLANT)).get(item);
    expect(held?.version).toBe(receipt.version);
    const { number, ...read } = held!.value;
    expect(number).toBe(receipt.id);
    expect(canonicalText(read)).toBe(canonicalText(published));
    expect(await erp.mbom.whereUsed("WSH-M4" as ItemId, PLANT)).toContain(item);
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

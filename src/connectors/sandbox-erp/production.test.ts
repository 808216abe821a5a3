import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startSandboxErp } from "../../../sandbox/erp/server.ts";
import type { ItemId, OperationId, ProductionOrderId } from "../../domain/ids.ts";
import { rational } from "../../domain/rational.ts";
import type { IdempotencyKey, OrderCompletion, Posting, Production } from "../port.ts";
import { startSandbox, type RunningSandbox } from "../sandbox-harness.ts";
import { PLANT } from "../trial-records-harness.ts";

let sandbox: RunningSandbox;
let production: Production;
beforeAll(async () => {
  sandbox = await startSandbox("sandbox-erp", startSandboxErp);
  production = sandbox.connector.production!;
});
afterAll(async () => {
  await sandbox.close();
});

let order: ProductionOrderId;
let key: IdempotencyKey;
/** Each test has a released order of 5 FX-200 of its own. */
beforeEach(async () => {
  const planned = { plant: PLANT, itemCode: "FX-200", quantity: "5" };
  const { number } = await sandbox.backDoor<{ number: string }>("POST", "/erp/v1/production-orders", planned);
  await sandbox.backDoor("POST", `/erp/v1/production-orders/${number}/release`, {});
  order = number as ProductionOrderId;
  key = `key-${number}` as IdempotencyKey;
});

const pieces = (numerator: bigint, denominator = 1n) =>
  ({ amount: rational(numerator, denominator), unit: "EA" }) as const;
const ASSEMBLE = "0010" as OperationId;
const AT = "2026-03-02T09:30:00.123Z";

function posting(more: Partial<Posting> = {}): Posting {
  const confirmation = { operation: ASSEMBLE, good: pieces(5n), scrap: pieces(0n), rework: pieces(1n) };
  return {
    id: `${order}:1`,
    order,
    plant: PLANT,
    at: AT,
    confirmations: [{ ...confirmation, setupMs: 0, runMs: 2_100_007, isFinal: true }],
    consumptions: [],
    ...more,
  };
}

const completion = (more: Partial<OrderCompletion> = {}): OrderCompletion => ({
  order,
  plant: PLANT,
  at: AT,
  good: pieces(4n),
  scrap: pieces(1n),
  lot: "JOB-000001",
  serials: ["FX-200-1"],
  ...more,
});

const state = async () => (await production.read([order])).get(order)?.value.state;

describe("a posting", () => {
  it("starts the order, and is read back to the millisecond with the version that people decide by", async () => {
    expect(await state()).toBe("released");
    const receipt = await production.post.write(posting(), key);
    expect(receipt).toEqual({ id: expect.stringMatching(/^PST-\d{6}$/), version: null });
    const held = (await production.read([order])).get(order)!;
    expect(held.value).toEqual({ order, state: "started", postings: [posting()] });
    await production.post.write(posting({ id: `${order}:2` }), `${key}-2` as IdempotencyKey);
    expect((await production.read([order])).get(order)?.version).toBe(held.version);
  });

  it("under the id of another is rejected", async () => {
    await production.post.write(posting(), key);
    const other = posting({ at: "2026-03-03T09:30:00.000Z" });
    await expect(production.post.write(other, key)).rejects.toMatchObject({
      kind: "rejected",
      at: { object: order, field: "externalId", cause: expect.stringContaining("says something else") },
    });
  });

  it.each([
    [
      "an operation that the order does not have",
      { operation: "0099" as OperationId },
      "operation",
      "no operation 0099",
    ],
    ["pieces in another unit", { good: { ...pieces(1n), unit: "KGM" } as const }, "unit", "counts in EA, not in KGM"],
    ["more scrap taken back than there is", { scrap: pieces(-1n) }, "scrap", "-1 would leave -1 of scrap"],
    ["a third of a piece", { good: pieces(1n, 3n) }, "good", "1/3 is no decimal number"],
  ])("with %s is rejected by field, and nothing of it is booked", async (_what, wrong, field, cause) => {
    const [first] = posting().confirmations;
    const bad = posting({ confirmations: [{ ...first!, ...wrong }] });
    await expect(production.post.write(bad, key)).rejects.toMatchObject({
      kind: "rejected",
      at: { field: expect.stringContaining(field), cause: expect.stringContaining(cause) },
    });
    expect((await production.read([order])).get(order)?.value).toEqual({ order, state: "released", postings: [] });
  });

  it("of what the order does not plan is kept without a line", async () => {
    const glue = { line: null, item: "LOCTITE-243" as ItemId, operation: null, lot: null, serials: [] };
    const used = posting({
      confirmations: [],
      consumptions: [{ ...glue, quantity: { amount: rational(1n, 8n), unit: "GRM" } }],
    });
    expect(production.cannotHold(used)).toEqual([]);
    await production.post.write(used, key);
    expect((await production.read([order])).get(order)?.value.postings).toEqual([used]);
  });

  it("on an order that is not released is rejected in the ERP's words", async () => {
    await expect(production.post.write(posting({ order: "MO-5001" as ProductionOrderId }), key)).rejects.toMatchObject({
      kind: "rejected",
      at: { cause: "ORDER_NOT_RELEASED: MO-5001 is PLANNED: it must be released first" },
    });
  });

  it("is read with those of more orders than one request may name", async () => {
    await production.post.write(posting(), key);
    const ghosts = Array.from({ length: 250 }, (_, at) => `MO-GHOST-${at}` as ProductionOrderId);
    const held = await production.read([...ghosts, order, order]);
    expect([...held.keys()]).toEqual([order]);
    expect(held.get(order)?.value.postings).toHaveLength(1);
  });
});

describe("the completion of an order", () => {
  it("puts into stock what was made, once", async () => {
    expect(await production.complete.find(completion(), key)).toBeNull();
    const receipt = await production.complete.write(completion(), key);
    expect(await production.complete.write(completion(), `${key}-2` as IdempotencyKey)).toEqual(receipt);
    expect(await production.complete.find(completion(), key)).toEqual(receipt);
    expect(await state()).toBe("finished");
    const stock = await sandbox.backDoor<{ value: object[] }>("GET", `/erp/v1/completions?order=${order}`);
    expect(stock.value).toMatchObject([{ good: "4", scrap: "1", lot: "JOB-000001", serials: ["FX-200-1"] }]);
  });

  it("of one that a person finished is rejected, and not found", async () => {
    await sandbox.backDoor("POST", `/erp/v1/production-orders/${order}/start`, {});
    await sandbox.backDoor("POST", `/erp/v1/production-orders/${order}/finish`, { completedQuantity: "5" });
    expect(await production.complete.find(completion(), key)).toBeNull();
    await expect(production.complete.write(completion(), key)).rejects.toMatchObject({
      kind: "rejected",
      at: { object: order, cause: expect.stringContaining("ORDER_CLOSED") },
    });
  });

  it("with other figures than it was completed with is rejected", async () => {
    await production.complete.write(completion({ serials: [] }), key);
    await expect(production.complete.write(completion({ serials: [], good: pieces(3n) }), key)).rejects.toMatchObject({
      kind: "rejected",
      at: { cause: expect.stringContaining("COMPLETION_EXISTS") },
    });
  });
});

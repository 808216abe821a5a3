import { startFaultProxy } from "../../src/connectors/fault-proxy.ts";
import type { Connector, IdempotencyKey } from "../../src/connectors/port.ts";
import { decimal, furnish, startTryton, type TrytonWorld } from "../../src/connectors/tryton/server-harness.ts";
import { ALWAYS } from "../../src/domain/calendar.ts";
import type { ChangeId, ItemId, LineId, MbomLineKey, Revision } from "../../src/domain/ids.ts";
import { NO_SCRAP, type Mbom, type MbomLine } from "../../src/domain/mbom.ts";
import { rational } from "../../src/domain/rational.ts";
import { report, type Figure } from "../../bench/kit/report.ts";
import { connectTryton, PLANT } from "./tryton-plant.ts";

/**
 * What a change costs at a real Tryton, of 1, 10 and 100 lines in an mBOM of 1,000: everything that planning
 * reads, the publication, the new cost, and reading it all again to verify. Beside it the bare limit: as
 * many calls that only read one record, made by nothing but `fetch`.
 *
 *   npm run bench:tryton [-- --json] [-- --lines 1000]
 */
const LINES = Number(argument("--lines") ?? 1_000);
const ITEM = "BIG" as ItemId;

const server = await startTryton();
try {
  const world = await furnish(server.url);
  let requests = 0;
  // The proxy asks of each request whether it is a write while one is to be cut; none is.
  const proxy = await startFaultProxy(server.url, () => {
    requests += 1;
    return false;
  });
  proxy.cutAfterWrite(1);
  const erp = connectTryton(proxy.url) as Required<Connector>;
  console.error(`making ${LINES} items and an mBOM of them`);
  await makeItems(world);
  const first = await erp.mbom.publish.write(publication(mbomOf(0), null, 0), key(0));

  const figures: Figure[] = [];
  let version = first.version;
  for (const [at, touched] of [1, 10, 100].entries()) {
    requests = 0;
    const started = performance.now();
    await readForPlan(erp);
    const receipt = await erp.mbom.publish.write(publication(mbomOf(touched), version, at + 1), key(at + 1));
    const cost = { amount: rational(BigInt(100 + touched)), currency: "EUR" };
    const held = (await erp.costs.read([ITEM], PLANT)).get(ITEM);
    const value = { item: ITEM, plant: PLANT, material: cost, conversion: { amount: rational(0n), currency: "EUR" } };
    await erp.costs.set.write({ value, expected: held?.version ?? null }, key(at + 1));
    await readForPlan(erp);
    const took = performance.now() - started;
    version = receipt.version;
    const bare = await bareCalls(world, requests);
    figures.push({ name: `tryton.change-${touched}-lines`, figure: took, unit: "ms", ratio: took / bare });
    figures.push({ name: `tryton.change-${touched}-lines.requests`, figure: requests, unit: "requests", ratio: 1 });
  }
  await proxy.stop();
  console.log(report(figures, process.argv.includes("--json")));
} finally {
  await server.close();
}

async function makeItems(world: TrytonWorld): Promise<void> {
  const item = (code: string, made: boolean) => ({
    name: `Item ${code}`,
    code,
    type: "goods",
    default_uom: world.unit("u"),
    purchase_uom: world.unit("u"),
    purchasable: !made,
    producible: made,
    list_price: decimal("0"),
    cost_price_method: "fixed",
    products: [["create", [{ cost_price: decimal("1") }]]],
  });
  const parts = Array.from({ length: LINES }, (_, i) => item(`PART-${i}`, false));
  await world.rpc("model.product.template.create", [...parts, item(ITEM, true)]);
}

/** The mBOM with so many of its quantities changed. */
function mbomOf(touched: number): Mbom {
  const lines = Array.from({ length: LINES }, (_, i): MbomLine => {
    const quantity = { amount: rational(i < touched ? BigInt(touched + 2) : 1n), unit: "EA" } as const;
    return {
      key: `U${i}` as MbomLineKey,
      item: `PART-${i}` as ItemId,
      quantity,
      basis: "per assembly",
      operation: null,
      supply: "push",
      scrap: NO_SCRAP,
      phantom: false,
      referenceDesignators: [],
      alternates: [],
      effectivity: ALWAYS,
      origin: { kind: "engineering", from: [{ path: [`U${i}` as LineId], quantity, rules: [] }] },
    };
  });
  return { plant: PLANT, item: ITEM, revision: "A" as Revision, lines };
}

function publication(value: Mbom, expected: string | null, at: number) {
  return { value, expected, change: `ECO-${at}` as ChangeId };
}

/** As a plan reads: what it compares, what it costs, who needs it and what is on order. */
async function readForPlan(erp: Required<Connector>): Promise<void> {
  const items = [ITEM, ...mbomOf(0).lines.map(({ item }) => item)];
  await erp.mbom.read(items, PLANT);
  await erp.items.read(items, PLANT);
  await Promise.all([
    erp.procurement.read(items, PLANT),
    erp.costs.read(items, PLANT),
    erp.mbom.whereUsed(ITEM, PLANT),
    erp.flags.of("ECO-1" as ChangeId),
  ]);
  await erp.purchaseOrders.openOf(items, PLANT);
  await erp.productionOrders.openOf(items, PLANT);
}

async function bareCalls(world: TrytonWorld, count: number): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < count; i++) await world.rpc("model.product.uom.read", [world.unit("u")], ["symbol"]);
  return performance.now() - started;
}

function key(at: number): IdempotencyKey {
  return `bench-${at}` as IdempotencyKey;
}

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at === -1 ? undefined : process.argv[at + 1];
}

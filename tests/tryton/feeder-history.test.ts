import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { furnish, startTryton, type TrytonServer, type TrytonWorld } from "../../src/connectors/tryton/server-harness.ts";
import type { ItemId, PlantId } from "../../src/domain/ids.ts";
import { quantityText } from "../../src/domain/quantity.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { until } from "../kit/until.ts";
import { openFeederExports, type FeederExports } from "../replay/feeder-exports.ts";
import { listedIn, type Listed } from "../replay/listed-parts.ts";
import { replayHistory, type Replayed } from "../replay/replay-history.ts";
import { duplicates } from "./duplicates.ts";
import { openFlags, placeProduction, placePurchase, SUPPLIER, type OpenFlag, type PlacedOrder } from "./feeder-orders.ts";
import { connectTryton, countFinely } from "./tryton-plant.ts";
import { planInWords } from "../../src/domain/plan-in-words.ts";

/** The data stand beside a checkout of the project; they are not ours to ship. */
const FOLDER = join(import.meta.dirname, "../../../shared/data/opulo-feeder");
const BUILT = 10;

/** How Tryton stood once a revision and what it set off had come to rest. */
type Stand = {
  readonly orders: readonly PlacedOrder[];
  readonly flags: readonly OpenFlag[];
  /** Components of each open feeder that has not started, by the order's words. */
  readonly components: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

describe.skipIf(!existsSync(FOLDER))("the real BOM history of a tape feeder, into a real Tryton with open orders", () => {
  let tryton: TrytonServer;
  let world: TrytonWorld;
  let exports: FeederExports;
  let trial: TrialHub;
  let replayed: Replayed[];
  let orders: readonly PlacedOrder[] = [];
  const stands = new Map<string, Stand>();

  beforeAll(async () => {
    tryton = await startTryton();
    world = await furnish(tryton.url);
    await countFinely(world);
    await world.supplier(SUPPLIER);
    exports = await openFeederExports();
    const erp = connectTryton(tryton.url, "2000" as PlantId);
    trial = await startTrialHub({ rules: "rules/feeder.yaml", plant: "2000", seed: false, plm: exports.plm, erp });
    replayed = await replayHistory(FOLDER, exports.folder, trial, async ({ file }) => {
      await settle();
      stands.set(file, await stand());
      if (file.startsWith("05")) orders = await placeFirstOrders(world);
      if (file.startsWith("09")) orders = [...orders, ...(await placeLaterOrders(world))];
      console.log(file, stands.get(file)?.flags.map(({change, id}) => change.slice(0,2) + " " + (orders.find(o=>o.id===id)?.words ?? id)));
    });
  });
  afterAll(async () => {
    await trial.close();
    await exports.close();
    await tryton.close();
  });

  async function stand(): Promise<Stand> {
    const waiting = orders.filter(({ kind, part, isStarted, isOver }) => kind === "production" && part === "FEEDER" && !isStarted && !isOver);
    const components = new Map<string, ReadonlyMap<string, number>>();
    for (const order of waiting) components.set(order.words, await componentsOf(world, order));
    return { orders, flags: await openFlags(world), components };
  }

  /** Has every change look at what moved, with a person's yes where that takes flags back, until nothing is left. */
  async function settle(): Promise<void> {
    await trial.watch();
    await until("every change rests", async () => {
      const { rows } = await trial.database.pool.query<{ key: string; state: string; queued: boolean; planDigest: string }>(
        `select key, state, queued, plan_digest as "planDigest" from runs where queued or state in ('awaiting approval', 'waiting turn', 'planning', 'applying')`,
      );
      for (const { key, state, queued } of rows) {
        if (queued || state !== "awaiting approval") continue;
        const plan = await trial.planOf(key);
        console.log(key, planInWords(plan).flatMap(({ sentences }) => sentences));
        await trial.approve(key);
      }
      return rows.length === 0 ? true : null;
    }, async () => JSON.stringify((await trial.database.pool.query("select key, state, reason, queued from runs")).rows), 60_000);
  }

  it("x", async () => {
    expect(await duplicates(world)).toEqual([]);
    void listedIn; void quantityText; void replayed; void (0 as unknown as ItemId); void (0 as unknown as Listed);
  });
});

const BOUGHT = [
  ...["M3-hex-nut", "M3x12mm-flat-head", "M3x14mm-flat-head", "M3x15mm-flat-head", "M5-t-slot-nut"],
  ...["M5x10mm-socket-head", "mobo", "slot", "drive-wheel", "light-diffusion", "photon-8mm-fid", "slot-harness"],
  ...["n20-motor", "right-angle-n20", "shaft-collar", "PLA-filament"],
];

/** Of everything that the first good list buys or builds, in every state that an order can have. */
async function placeFirstOrders(world: TrytonWorld): Promise<PlacedOrder[]> {
  const placed: PlacedOrder[] = [];
  for (const part of BOUGHT) placed.push(await placePurchase(world, part, "on order"));
  for (const part of ["M3-hex-nut", "n20-motor", "mobo"]) {
    for (const state of ["quoted", "partly received", "received", "draft", "cancelled"] as const) {
      placed.push(await placePurchase(world, part, state));
    }
  }
  for (const state of ["requested", "draft", "waiting", "assigned", "running", "done", "cancelled"] as const) {
    placed.push(await placeProduction(world, "FEEDER", BUILT, state));
  }
  for (const part of ["peel-gear", "spool-holder"]) {
    for (const state of ["requested", "waiting", "running", "done", "cancelled"] as const) {
      placed.push(await placeProduction(world, part, 20, state));
    }
  }
  return placed;
}

/** Of parts that one list has and the next has not. */
async function placeLaterOrders(world: TrytonWorld): Promise<PlacedOrder[]> {
  const placed: PlacedOrder[] = [];
  for (const part of ["peel-gear-1u", "frame-8"]) {
    for (const state of ["requested", "waiting", "running", "done"] as const) {
      placed.push(await placeProduction(world, part, 20, state));
    }
  }
  placed.push(await placeProduction(world, "FEEDER", BUILT, "waiting"));
  return placed;
}

async function componentsOf(world: TrytonWorld, { resource }: PlacedOrder): Promise<ReadonlyMap<string, number>> {
  const moves = await world.search<{ quantity: number; "product.": { code: string } }>(
    "stock.move",
    [["production_input", "=", Number(resource.split(",")[1])]],
    ["quantity", "product", "product.code"],
  );
  return new Map(moves.map((move) => [move["product."].code, move.quantity]));
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  furnish,
  startTryton,
  type TrytonServer,
  type TrytonWorld,
} from "../../src/connectors/tryton/server-harness.ts";
import type { PlantId } from "../../src/domain/ids.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { until } from "../kit/until.ts";
import { openFeederExports, type FeederExports } from "../replay/feeder-exports.ts";
import { listedIn, type Listed } from "../replay/listed-parts.ts";
import { replayHistory, type Replayed } from "../replay/replay-history.ts";
import { duplicates } from "./duplicates.ts";
import {
  openFlags,
  placeProduction,
  placePurchase,
  SUPPLIER,
  type OpenFlag,
  type PlacedOrder,
  type ProductionState,
  type PurchaseState,
} from "./feeder-orders.ts";
import { connectTryton, countFinely } from "./tryton-plant.ts";

/** The data stand beside a checkout of the project; they are not ours to ship. */
const FOLDER = join(import.meta.dirname, "../../../shared/data/opulo-feeder");

/** How Tryton stood after a revision. */
type After = { readonly flags: readonly OpenFlag[]; readonly orders: readonly PlacedOrder[] };

describe.skipIf(!existsSync(FOLDER))(
  "the real BOM history of a tape feeder, into a real Tryton with open orders",
  () => {
    let tryton: TrytonServer;
    let world: TrytonWorld;
    let exports: FeederExports;
    let trial: TrialHub;
    let replayed: Replayed[];
    let orders: readonly PlacedOrder[] = [];
    const after = new Map<string, After>();

    beforeAll(async () => {
      tryton = await startTryton();
      world = await furnish(tryton.url);
      await countFinely(world);
      await world.supplier(SUPPLIER);
      exports = await openFeederExports();
      const erp = connectTryton(tryton.url, "2000" as PlantId);
      trial = await startTrialHub({ rules: "rules/feeder.yaml", plant: "2000", seed: false, plm: exports.plm, erp });
      replayed = await replayHistory(FOLDER, exports.folder, trial, async ({ file, state, reason, writes }) => {
        const flags = await openFlags(world);
        console.log(file, state, writes, reason);
        for (const f of flags) console.log("   ", f.change.slice(0, 2), f.id, orders.find((o) => o.id === f.id)?.words);
        after.set(file, { flags, orders });
        const { rows } = await trial.database.pool
          .query("select key, state, reason, queued, \"attempt\" from runs where state not in ('blocked','in step')")
          .catch(async () => await trial.database.pool.query("select * from runs"));
        console.log(JSON.stringify(rows));
        if (file.startsWith("05")) orders = await placeOrders(world);
      }).catch(async (e) => {
        const { rows } = await trial.database.pool.query("select * from runs order by subject");
        for (const r of rows)
          if (!/blocked|in step/.test(r.state)) {
            console.log(JSON.stringify(r));
            try {
              const p = await trial.planOf(r.subject.split(":")[1].split("@")[0]);
              console.log(
                JSON.stringify(
                  p.actions.map((a: object) => JSON.stringify(a).slice(0, 300)),
                  null,
                  1,
                ),
                JSON.stringify(p.findings.slice(0, 5)),
              );
            } catch (x) {
              console.log(x);
            }
          }
        console.log(
          (await trial.database.pool.query("select * from turns")).rows,
          (await trial.database.pool.query("select * from turn_waits")).rows,
        );
        console.log(
          (
            await trial.database.pool
              .query(
                "select at, subject, what, detail from audit where subject like '%08-%' or subject like '%09-%' order by 1",
              )
              .catch(
                async () =>
                  await trial.database.pool.query(
                    "select * from audit where subject like '%08-%' or subject like '%09-%'",
                  ),
              )
          ).rows
            .map((r) => JSON.stringify(r))
            .join("\n"),
        );
        throw e;
      });
    });
    afterAll(async () => {
      await trial.close();
      await exports.close();
      await tryton.close();
    });
    it("x", async () => {
      expect(await duplicates(world)).toEqual([]);
      void until;
      void listedIn;
    });
  },
);

const BOUGHT = [
  ...["M3-hex-nut", "M3x12mm-flat-head", "M3x14mm-flat-head", "M3x15mm-flat-head", "M5-t-slot-nut"],
  ...["M5x10mm-socket-head", "mobo", "slot", "drive-wheel", "light-diffusion", "photon-8mm-fid", "slot-harness"],
  ...["n20-motor", "right-angle-n20", "shaft-collar", "PLA-filament"],
];

async function placeOrders(world: TrytonWorld): Promise<PlacedOrder[]> {
  const placed: PlacedOrder[] = [];
  for (const part of BOUGHT) placed.push(await placePurchase(world, part, "on order"));
  for (const part of ["M3-hex-nut", "n20-motor", "mobo"]) {
    for (const state of [
      "quoted",
      "partly received",
      "received",
      "draft",
      "cancelled",
    ] as const satisfies PurchaseState[]) {
      placed.push(await placePurchase(world, part, state));
    }
  }
  for (const state of [
    "requested",
    "draft",
    "waiting",
    "assigned",
    "running",
    "done",
    "cancelled",
  ] as const satisfies ProductionState[]) {
    placed.push(await placeProduction(world, "FEEDER", 10, state));
  }
  for (const part of ["peel-gear", "spool-holder"]) {
    for (const state of ["requested", "waiting", "running", "done", "cancelled"] as const) {
      placed.push(await placeProduction(world, part, 20, state));
    }
  }
  return placed;
}
void (0 as unknown as Listed);

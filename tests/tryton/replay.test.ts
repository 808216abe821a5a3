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
import { readBomHistory } from "../replay/bom-history.ts";
import { replayHistory, type Replayed } from "../replay/replay-history.ts";
import { duplicates } from "./duplicates.ts";
import { connectTryton } from "./tryton-plant.ts";

/** The data stand beside a checkout of the project; they are not ours to ship. */
const FOLDER = join(import.meta.dirname, "../../../shared/data/opulo-feeder");

describe.skipIf(!existsSync(FOLDER))("the real BOM history of a tape feeder, into a real Tryton", () => {
  let server: TrytonServer;
  let world: TrytonWorld;
  let trial: TrialHub;
  let replayed: Replayed[];
  beforeAll(async () => {
    server = await startTryton();
    world = await furnish(server.url);
    const kilogram = world.unit("kg");
    await world.rpc("model.product.uom.write", [kilogram], { digits: 4, rounding: 0.0001 });
    const erpInstead = connectTryton(server.url, "2000" as PlantId);
    trial = await startTrialHub({ rules: "rules/feeder.yaml", plant: "2000", seed: false, erpInstead });
    replayed = await replayHistory(await readBomHistory(FOLDER), "FEEDER", trial);
  });
  afterAll(async () => {
    await trial.close();
    await server.close();
  });

  it("ends as it does in the sandbox ERP", () => {
    expect(replayed.map(({ file, state }) => `${file.slice(0, 2)} ${state}`)).toEqual([
      "01 blocked",
      "02 blocked",
      "03 blocked",
      "04 blocked",
      "05 applied",
      "06 in step",
      "07 applied",
      "08 applied",
      "09 applied",
      "10 applied",
      "11 applied",
      "12 in step",
      "13 in step",
      "14 applied",
      "15 applied",
    ]);
  });

  it("leaves one BOM of each item in use, and nothing twice", async () => {
    expect(await duplicates(world)).toEqual([]);
    const published = new Set(
      replayed.flatMap(({ plan, state }) => (state === "applied" ? plan.mboms : [])).map(({ item }) => item),
    );
    const used = await world.search<{ "output_products.": { code: string }[] }>(
      "production.bom",
      [],
      ["output_products", "output_products.code"],
    );
    expect(used.flatMap((bom) => bom["output_products."].map(({ code }) => code)).toSorted()).toEqual(
      [...published].toSorted(),
    );
  });

  it("prints each printed part from filament, with what is lost to failed prints", async () => {
    const inputs = await world.search<{ quantity: number; "product.": { code: string } }>(
      "production.bom.input",
      [
        ["bom.output_products.code", "=", "peel-gear"],
        ["bom.active", "=", true],
      ],
      ["quantity", "product", "product.code"],
    );
    expect(inputs.map((input) => `${input["product."].code} ${input.quantity}`)).toEqual(["PLA-filament 0.108"]);
  });
});

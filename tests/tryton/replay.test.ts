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
import { readBomHistory, type BomRevision } from "../replay/bom-history.ts";
import { replayHistory, type Replayed } from "../replay/replay-history.ts";
import { duplicates } from "./duplicates.ts";
import { connectTryton } from "./tryton-plant.ts";

/** The data stand beside a checkout of the project; they are not ours to ship. */
const FOLDER = join(import.meta.dirname, "../../../shared/data/opulo-feeder");

describe.skipIf(!existsSync(FOLDER))("the real BOM history of a tape feeder, into a real Tryton", () => {
  let server: TrytonServer;
  let world: TrytonWorld;
  let trial: TrialHub;
  let history: BomRevision[];
  let replayed: Replayed[];
  /** Of purchase-order lines, the item that each buys; and the production order of the feeder. */
  let lines: ReadonlyMap<string, string>;
  beforeAll(async () => {
    server = await startTryton();
    world = await furnish(server.url);
    const kilogram = world.unit("kg");
    await world.rpc("model.product.uom.write", [kilogram], { digits: 4, rounding: 0.0001 });
    const erpInstead = connectTryton(server.url, "2000" as PlantId);
    trial = await startTrialHub({
      rules: "rules/feeder.yaml",
      plant: "2000",
      seed: false,
      erpInstead,
      patienceMs: 240_000,
    });
    await world.supplier("HARDWARE");
    history = await readBomHistory(FOLDER);
    replayed = await replayHistory(history, "FEEDER", trial, async ({ file }) => {
      if (file.startsWith("05")) lines = await orderEverything();
    });
  });
  afterAll(async () => {
    await trial.close();
    await server.close();
  });

  /** A purchase line of each thing that is bought, and a planned production of ten feeders. */
  async function orderEverything(): Promise<ReadonlyMap<string, string>> {
    const bought = await world.search<{ code: string }>(
      "product.product",
      [["template.purchasable", "=", true]],
      ["code"],
    );
    const items = bought.map(({ code }) => code).filter((code) => code !== "PLA-filament");
    const placed = await world.purchase(
      "HARDWARE",
      items.map((item) => ({ item, quantity: 100, price: "1" })),
    );
    await world.confirm(placed.id);
    await world.production("FEEDER", 10, "request");
    return new Map(placed.ids.map((id, at) => [id, items[at] ?? ""]));
  }

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

  it("flags each open order line exactly where two parts lists differ", async () => {
    const flagged = new Set<string>();
    for (const { message } of await world.search<{ message: string }>(
      "ir.note",
      [["message", "like", "%[heddle %"]],
      ["message"],
    )) {
      const { change, id } = /\[heddle [0-9a-f]{12} flag (?<change>\S+) line (?<id>\S+)\]$/.exec(message)?.groups ?? {};
      if (change !== undefined && id !== undefined) flagged.add(`${change} ${lines.get(decodeURIComponent(id))}`);
    }
    const expected = new Set<string>();
    let before: BomRevision | undefined;
    for (const { file, change, state } of replayed) {
      const list = history.find((one) => one.file === file);
      if (list === undefined || state === "blocked") continue;
      const previous = before ?? list;
      for (const item of lines.values()) {
        if (builtOf(previous, item) !== builtOf(list, item)) expected.add(`${change} ${item}`);
      }
      before = list;
    }
    expect(expected.size).toBeGreaterThan(5);
    expect([...flagged].toSorted()).toEqual([...expected].toSorted());
  });

  it("works the planned production order out again with each list", async () => {
    const moves = await world.search<{ quantity: number; "product.": { code: string } }>(
      "stock.move",
      [["production_input.product.code", "=", "FEEDER"]],
      ["quantity", "product", "product.code"],
    );
    const inputs = await world.search<{ quantity: number; "product.": { code: string } }>(
      "production.bom.input",
      [
        ["bom.output_products.code", "=", "FEEDER"],
        ["bom.active", "=", true],
      ],
      ["quantity", "product", "product.code"],
    );
    const needed = inputs.map(({ quantity, "product.": { code } }) => `${code} ${quantity * 10}`);
    expect(moves.map(({ quantity, "product.": { code } }) => `${code} ${quantity}`).toSorted()).toEqual(
      needed.toSorted(),
    );
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

/** What a parts list says of an item, so far as the plant builds or buys by it. */
function builtOf({ parts }: BomRevision, item: string): string {
  const own = parts.filter(({ name, optional }) => name === item && !/^yes$/i.test(optional));
  return JSON.stringify(own.map(({ quantity, type }) => [Number(quantity), type]));
}

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
import { movesOnlyFlags } from "../../src/domain/plan-change.ts";
import { planInWords } from "../../src/domain/plan-in-words.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { until } from "../kit/until.ts";
import { openFeederExports, type FeederExports } from "../replay/feeder-exports.ts";
import { listedIn, type Listed } from "../replay/listed-parts.ts";
import { replayHistory, type Replayed } from "../replay/replay-history.ts";
import { duplicates } from "./duplicates.ts";
import {
  endOrder,
  openFlags,
  placeProduction,
  placePurchase,
  SUPPLIER,
  type OpenFlag,
  type PlacedOrder,
} from "./feeder-orders.ts";
import { connectTryton, countFinely } from "./tryton-plant.ts";

/** The data stand beside a checkout of the project; they are not ours to ship. */
const FOLDER = join(import.meta.dirname, "../../../shared/data/opulo-feeder");
const BUILT = 10;
/** A revision may be 40 writes, each of several requests. */
const PATIENCE_MS = 120_000;

/** How Tryton stood once a revision and what it set off had come to rest. */
type Stand = {
  readonly orders: readonly PlacedOrder[];
  readonly flags: readonly OpenFlag[];
  /** Components of each open feeder that has not started, by the order's words. */
  readonly components: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

describe.skipIf(!existsSync(FOLDER))(
  "the real BOM history of a tape feeder, into a real Tryton with open orders",
  () => {
    let tryton: TrytonServer;
    let world: TrytonWorld;
    let exports: FeederExports;
    let trial: TrialHub;
    let replayed: Replayed[];
    let orders: readonly PlacedOrder[] = [];
    const stands = new Map<string, Stand>();
    /** Orders that were flagged and then ended, with all that was flagged before and after. */
    let settled: {
      readonly orders: readonly string[];
      readonly before: readonly string[];
      readonly after: readonly string[];
    };

    beforeAll(async () => {
      tryton = await startTryton();
      world = await furnish(tryton.url);
      await countFinely(world);
      await world.supplier(SUPPLIER);
      exports = await openFeederExports();
      const erp = connectTryton(tryton.url, "2000" as PlantId);
      const where = { rules: "rules/feeder.yaml", plant: "2000", seed: false };
      trial = await startTrialHub({ ...where, plm: exports.plm, erp, patienceMs: PATIENCE_MS });
      replayed = await replayHistory(FOLDER, exports.folder, trial, async ({ file }) => {
        await settle();
        stands.set(file, await stand());
        if (file.startsWith("05")) orders = await placeFirstOrders(world);
        if (file.startsWith("09")) orders = [...orders, ...(await placeLaterOrders(world))];
        if (file.startsWith("11")) settled = await endSomeOrders();
      });
    });
    afterAll(async () => {
      await trial.close();
      await exports.close();
      await tryton.close();
    });

    async function stand(): Promise<Stand> {
      const waiting = orders.filter(
        ({ kind, part, isStarted, isOver }) => kind === "production" && part === "FEEDER" && !isStarted && !isOver,
      );
      const components = new Map<string, ReadonlyMap<string, number>>();
      for (const order of waiting) components.set(order.words, await componentsOf(world, order));
      return { orders, flags: await openFlags(world), components };
    }

    async function endSomeOrders(): Promise<typeof settled> {
      const ended = ["n20-motor, partly received", "M3-hex-nut, quoted", "frame-8, running"].map((words) => {
        const order = orders.find((one) => one.words === words);
        if (order === undefined) throw new Error(`no order ${words}`);
        return order;
      });
      const before = await flaggedOrders(world);
      for (const order of ended) await endOrder(world, order);
      orders = orders.map((order) => (ended.includes(order) ? { ...order, isOver: true } : order));
      await settle();
      return { orders: ended.map(({ id }) => id), before, after: await flaggedOrders(world) };
    }

    /** Has every change look at what moved, with a person's yes where that takes flags back, until nothing is left. */
    async function settle(): Promise<void> {
      const { database, hub } = trial;
      await trial.watch();
      await until(
        "every change rests",
        async () => {
          const { waiting, active } = await hub.lanes.counts(database.pool);
          if (waiting + active > 0) return null;
          const { rows } = await database.pool.query<{ key: string }>(
            "select key from runs where state = 'awaiting approval'",
          );
          for (const { key } of rows) {
            const plan = await trial.planOf(key);
            // An earlier change that looks again writes nothing but flags.
            if (!movesOnlyFlags(plan)) throw new Error(`${key} wants more: ${JSON.stringify(planInWords(plan))}`);
            await trial.approve(key);
          }
          return rows.length === 0 ? true : null;
        },
        async () => JSON.stringify((await database.pool.query("select key, state, reason from runs")).rows),
        PATIENCE_MS,
      );
    }

    it("is refused where it is broken or empty, in step without a write where nothing changed, else applied", () => {
      expect(
        replayed.map(({ file, state, writes }) => `${file.slice(0, 2)} ${state}${writes === 0 ? "" : ", writes"}`),
      ).toEqual([
        "01 blocked",
        "02 blocked",
        "03 blocked",
        "04 blocked",
        "05 applied, writes",
        "06 in step",
        "07 applied, writes",
        "08 applied, writes",
        "09 applied, writes",
        "10 applied, writes",
        "11 applied, writes",
        "12 in step",
        "13 in step",
        "14 applied, writes",
        "15 applied, writes",
      ]);
      expect(replayed.slice(0, 4).map(({ reason }) => reason)).toEqual([
        expect.stringContaining("01-cd2e794.csv: the file is empty: it has no lines"),
        ...["02-64e5123.csv, row 43", "03-a6fbf5e.csv, row 10", "04-6727017.csv, row 10"].map((where) =>
          expect.stringMatching(new RegExp(`${where}, column "Quantity" .* is not a decimal number`)),
        ),
      ]);
    });

    it("flags after each applied revision exactly the orders that its difference to the one before reaches", async () => {
      for (const [before, file] of appliedSteps()) {
        const touched = touchedBetween(await listOf(before), await listOf(file));
        const { orders: held, flags } = standAfter(file);
        expect(
          wordsOf(
            flags.filter(({ change }) => change === file),
            held,
          ),
          file,
        ).toEqual(reached(held, touched));
      }
    });

    it("keeps the flags of earlier revisions where no later one touched the part again, and takes the others back", async () => {
      const standing = new Map<string, string>();
      for (const [before, file] of appliedSteps()) {
        const [from, to] = [await listOf(before), await listOf(file)];
        for (const part of movedBetween(from, to)) standing.delete(part);
        for (const part of touchedBetween(from, to)) standing.set(part, file);
        const { orders: held, flags } = standAfter(file);
        const expected = [...new Set(standing.values()), file].flatMap((change) => {
          const own = new Set([...standing].filter(([, by]) => by === change).map(([part]) => part));
          return reached(held, own, change === file).map((words) => `${change}: ${words}`);
        });
        expect(flags.map((flag) => `${flag.change}: ${wordsOf([flag], held).join()}`).toSorted(), file).toEqual(
          [...new Set(expected)].toSorted(),
        );
      }
    });

    it("gives each feeder that has not started the components of the newest list", async () => {
      for (const [, file] of appliedSteps()) {
        const due = new Map((await builtIn(file)).map(({ name, quantity }) => [name, Number(quantity) * BUILT]));
        const { components } = standAfter(file);
        expect(components.size).toBeGreaterThan(3);
        for (const [words, held] of components) expect(sorted(held), `${file}: ${words}`).toEqual(sorted(due));
      }
    });

    it("takes a flag back when what it stands on is received, finished or cancelled", () => {
      expect(settled.before).toEqual(expect.arrayContaining([...settled.orders]));
      expect(settled.before.filter((id) => !settled.after.includes(id)).toSorted()).toEqual(
        [...settled.orders].toSorted(),
      );
    });

    it("ends in BOMs in Tryton that account for every line of the last list", async () => {
      const built = await builtIn("15-f053cec.csv");
      expect(await bomOf(world, "FEEDER")).toEqual(
        sorted(new Map(built.map(({ name, quantity }) => [name, `${Number(quantity)} u`]))),
      );
      const printed = built.filter(({ type }) => type === "FDM");
      expect(printed.length).toBeGreaterThan(5);
      for (const { name } of printed) expect(await bomOf(world, name), name).toEqual([["PLA-filament", "0.108 kg"]]);

      const feeder = replayed.at(-1)?.plan.mboms.find(({ item }) => item === "FEEDER");
      const leftOut = (feeder?.account ?? []).flatMap(({ item, unplaced }) =>
        unplaced === null ? [] : [`${item}: ${unplaced.reason}`],
      );
      expect(leftOut.toSorted()).toEqual([
        expect.stringMatching(/^PLA-filament: .*mBOM of each printed part/),
        expect.stringMatching(/^tape-guide: .*optional/),
      ]);
      expect(built.length + leftOut.length).toBe((await listOf("15-f053cec.csv")).length);
      expect(await duplicates(world)).toEqual([]);
      expect(
        await world.search("product.product", [["code", "in", ["tape-guide", "tape-guide-1u"]]], ["code", "boms"]),
      ).toEqual([]);
    });

    function standAfter(file: string): Stand {
      const found = stands.get(file);
      if (found === undefined) throw new Error(`nothing was kept of ${file}`);
      return found;
    }

    /** Each applied revision but the first, with the good one before it. */
    function appliedSteps(): (readonly [string, string])[] {
      const good = replayed.filter(({ state }) => state !== "blocked").map(({ file }) => file);
      const applied = new Set(replayed.filter(({ state }) => state === "applied").map(({ file }) => file));
      return good.flatMap((file, at) => {
        const before = good[at - 1];
        return before !== undefined && applied.has(file) ? [[before, file] as const] : [];
      });
    }
  },
);

const listOf = (file: string): Promise<readonly Listed[]> => listedIn(join(FOLDER, file));

/** What the plant's rules leave of a list, by what they are written for: no optional part, no loose filament. */
async function builtIn(file: string): Promise<readonly Listed[]> {
  return (await listOf(file)).filter(({ isOptional, type }) => !isOptional && type !== "FIL");
}

/** Parts of the earlier list that the later one has not, or in another quantity, or of another make. */
function touchedBetween(earlier: readonly Listed[], later: readonly Listed[]): ReadonlySet<string> {
  const now = new Set(later.map((part) => JSON.stringify(part)));
  return new Set(earlier.filter((part) => !now.has(JSON.stringify(part))).map(({ name }) => name));
}

/** Those, and parts that come in. */
function movedBetween(earlier: readonly Listed[], later: readonly Listed[]): ReadonlySet<string> {
  return new Set([...touchedBetween(earlier, later), ...touchedBetween(later, earlier)]);
}

/** Orders that buy or make one of the parts and are open; and feeders that were started, where the feeder changed. */
function reached(orders: readonly PlacedOrder[], parts: ReadonlySet<string>, isNewest = true): string[] {
  return orders
    .filter(({ isOver }) => !isOver)
    .filter(({ part, isStarted }) => (part === "FEEDER" ? isStarted && isNewest : parts.has(part)))
    .map(({ words }) => words)
    .toSorted();
}

async function flaggedOrders(world: TrytonWorld): Promise<readonly string[]> {
  return [...new Set((await openFlags(world)).map(({ id }) => id))];
}

/** Flags by the orders that they stand on; one at the wrong record shows as itself. */
function wordsOf(flags: readonly OpenFlag[], orders: readonly PlacedOrder[]): string[] {
  const order = ({ id, resource }: OpenFlag) => orders.find((one) => one.id === id && one.resource === resource);
  return flags.map((flag) => order(flag)?.words ?? JSON.stringify(flag)).toSorted();
}

const sorted = <V>(map: ReadonlyMap<string, V>): [string, V][] => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Inputs of the BOM that Tryton's users are offered for an item. */
async function bomOf(world: TrytonWorld, item: string): Promise<[string, string][]> {
  type Input = { quantity: number; "product.": { code: string }; "uom.": { symbol: string } };
  const inputs = await world.search<Input>(
    "production.bom.input",
    [
      ["bom.active", "=", true],
      ["bom.output_products.code", "=", item],
    ],
    ["quantity", "product.code", "uom.symbol"],
  );
  return inputs
    .map((input): [string, string] => [input["product."].code, `${input.quantity} ${input["uom."].symbol}`])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

const BOUGHT = [
  "M3-hex-nut",
  "M3x12mm-flat-head",
  "M3x14mm-flat-head",
  "M3x15mm-flat-head",
  "M5-t-slot-nut",
  "M5x10mm-socket-head",
  "mobo",
  "slot",
  "drive-wheel",
  "light-diffusion",
  "photon-8mm-fid",
  "slot-harness",
  "n20-motor",
  "right-angle-n20",
  "shaft-collar",
  "PLA-filament",
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

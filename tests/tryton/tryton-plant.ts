import { ITEMS, THREADLOCKER } from "../../sandbox/product/items.ts";
import { builtItems, plantLines, procurementOf, type PlantLine } from "../../sandbox/product/mbom.ts";
import {
  PRODUCTION_ORDERS,
  PURCHASE_ORDERS,
  SUPPLIERS,
  type SeedProductionOrder,
} from "../../sandbox/product/plant.ts";
import type { LiveConnector } from "../../src/connectors/live-connector.ts";
import type { Connector, IdempotencyKey } from "../../src/connectors/port.ts";
import { makeConnector } from "../../src/connectors/registry.ts";
import {
  DATABASE,
  furnish,
  PASSWORD,
  startTryton,
  type TrytonWorld,
} from "../../src/connectors/tryton/server-harness.ts";
import type {
  ChangeId,
  ItemId,
  LineId,
  MbomLineKey,
  OperationId,
  PlantId,
  Revision,
  RuleName,
  SupplierId,
  SystemId,
} from "../../src/domain/ids.ts";
import { NO_SCRAP, type MbomLine, type SupplyType } from "../../src/domain/mbom.ts";
import { parseRational, type Rational } from "../../src/domain/rational.ts";
import { parseUnit, type Unit } from "../../src/domain/unit.ts";

export const PLANT = "1000" as PlantId;
const SYMBOLS: Readonly<Record<string, string>> = { EA: "u", KGM: "kg", MTR: "m", GRM: "g" };
const DIGITS = 4;

/** A real Tryton that holds what plant 1000 of the sandbox ERP holds, as far as Tryton has a place for it. */
export type TrytonPlant = {
  readonly url: string;
  readonly world: TrytonWorld;
  readonly connector: LiveConnector;
  readonly close: () => Promise<void>;
};

/** A connector to Tryton at another address, a proxy's. */
export const connectTryton = (url: string, plant: PlantId = PLANT): LiveConnector =>
  makeConnector("tryton", "erp" as SystemId, { url, database: DATABASE, user: "admin", password: PASSWORD, plant });

export async function startTrytonPlant({ withOrders = true } = {}): Promise<TrytonPlant> {
  const plant = await startBareTrytonPlant();
  await seed(plant.world, plant.connector as Required<Connector>);
  if (withOrders) for (const order of PRODUCTION_ORDERS) await seedOrder(plant.world, order);
  return plant;
}

/** A real Tryton with a company and its warehouse, and nothing to make yet. */
export async function startBareTrytonPlant(): Promise<TrytonPlant> {
  const server = await startTryton();
  const world = await furnish(server.url);
  return { url: server.url, world, connector: connectTryton(server.url), close: server.close };
}

/** Grams and millimetres count; Tryton keeps two decimals unless it is told. */
export async function countFinely(world: TrytonWorld): Promise<void> {
  for (const symbol of ["kg", "g", "m"]) {
    await world.rpc("model.product.uom.write", [world.unit(symbol)], { digits: DIGITS, rounding: 10 ** -DIGITS });
  }
}

async function seed(world: TrytonWorld, erp: Required<Connector>): Promise<void> {
  await countFinely(world);
  for (const [code] of SUPPLIERS) await world.supplier(code);
  for (const { number, description, unit, source } of [...ITEMS, THREADLOCKER]) {
    const item = ITEMS.find((one) => one.number === number) ?? THREADLOCKER;
    const procurement = procurementOf(item);
    if (procurement === null) continue;
    await world.item(number, {
      name: description,
      unit: SYMBOLS[unit] ?? unit,
      made: procurement === "MAKE",
      both: procurement === "SUBCONTRACT",
      cost: source?.price ?? "5",
      ...(item === THREADLOCKER ? {} : { revision: "A" }),
    });
    if (source === undefined) continue;
    await erp.procurement.set.write(
      {
        value: {
          item: number as ItemId,
          plant: PLANT,
          supplier: source.supplier as SupplierId,
          supplierItem: source.item,
          leadTimeDays: source.days,
          price: { amount: exact(source.price), currency: "EUR" },
        },
        expected: null,
      },
      `seed-source-${number}` as IdempotencyKey,
    );
  }
  for (const number of builtItems()) {
    const value = {
      plant: PLANT,
      item: number as ItemId,
      revision: "A" as Revision,
      lines: plantLines(number).map(toLine),
    };
    const input = { value, expected: null, change: "ECO-0000" as ChangeId };
    await erp.mbom.publish.write(input, `seed-bom-${number}` as IdempotencyKey);
  }
  for (const { supplier, lines } of PURCHASE_ORDERS) {
    const placed = await world.purchase(
      supplier,
      lines.map(({ item, unit, quantity, price }) => ({
        item,
        unit: SYMBOLS[unit] ?? unit,
        quantity: Number(quantity),
        price,
      })),
    );
    await world.confirm(placed.id);
    for (const [index, { received }] of lines.entries()) {
      const line = placed.lines[index];
      if (received !== undefined && line !== undefined) await world.receive(supplier, line, Number(received));
    }
  }
}

async function seedOrder(world: TrytonWorld, { item, quantity, reached }: SeedProductionOrder): Promise<void> {
  const { id } = await world.production(item, Number(quantity), reached === "planned" ? "request" : "draft");
  const act = async (...actions: readonly string[]): Promise<void> => {
    for (const action of actions) await world.rpc(`model.production.${action}`, [id]);
  };
  if (reached === "planned") return;
  if (reached === "cancelled") return await act("cancel");
  await act("wait");
  // Tryton issues all components of an order at once, when it starts.
  if (reached === "released") return;
  await act("assign_force", "run");
  if (reached === "finished") await act("done");
}

function toLine(line: PlantLine): MbomLine {
  const quantity = { amount: exact(line.quantity), unit: known(line.unit) };
  const isRule = line.reference.startsWith("+");
  return {
    key: line.reference as MbomLineKey,
    item: line.component as ItemId,
    quantity,
    basis: "per assembly",
    operation: line.operation as OperationId | null,
    supply: line.supply.toLowerCase() as SupplyType,
    scrap: { ...NO_SCRAP, componentPercent: line.scrapPercent === null ? null : exact(line.scrapPercent) },
    phantom: false,
    referenceDesignators: line.referenceDesignators,
    alternates: line.alternates as ItemId[],
    effectivity: { from: null, until: null },
    origin: isRule
      ? { kind: "rule", rule: line.reference.slice(1) as RuleName, driver: null }
      : { kind: "engineering", from: [{ path: line.reference.split("/") as LineId[], quantity, rules: [] }] },
  };
}

function exact(text: string): Rational {
  const number = parseRational(text);
  if (number === null) throw new Error(`${text} is no number`);
  return number;
}

function known(code: string): Unit {
  const unit = parseUnit(code);
  if (unit === null) throw new Error(`${code} is no unit`);
  return unit;
}

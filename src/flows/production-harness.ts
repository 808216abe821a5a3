import type { BuiltComponent } from "../domain/feedback/as-built.ts";
import { sketchOf } from "../domain/feedback/duration-sketch.ts";
import { NO_ELEMENTS, type KpiElements } from "../domain/feedback/kpi-elements.ts";
import type { OrderedComponent } from "../domain/feedback/used-instead.ts";
import type { ItemId, OperationId } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import { rational } from "../domain/rational.ts";
import type { Db } from "../store/database.ts";

/** What a test says that an order came to. */
export type TrialOrder = {
  readonly order: string;
  readonly plant?: string;
  readonly item?: string;
  readonly revision?: string | null;
  /** Null for one that is not finished. */
  readonly finishedAt: string | null;
  readonly changes?: readonly string[];
  readonly operations?: Readonly<Record<string, TrialOperation>>;
  /** Nonconformances at an operation: `{ "0020": { SURFACE: 3 } }`. */
  readonly found?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly ordered?: readonly OrderedComponent[];
  readonly built?: readonly TrialUnit[];
};

type TrialOperation = {
  readonly pieces: number;
  readonly scrap?: number;
  readonly rework?: number;
  /** Seconds that a piece took, and was planned to. */
  readonly took?: number;
  readonly planned?: number;
};

type TrialUnit = {
  readonly serial: string;
  readonly components?: readonly BuiltComponent[];
  readonly builtAt?: string;
  readonly revision?: string | null;
};

/** One piece of a component at an operation. */
export function pieceOf(item: string, operation: string, more: Partial<BuiltComponent> = {}): BuiltComponent {
  return {
    item: item as ItemId,
    revision: null,
    quantity: { amount: rational(1n), unit: "EA" },
    unitFactors: [],
    lot: null,
    serial: null,
    operation: operation as OperationId,
    ...more,
  };
}

/** Writes what counting writes of orders; of one that is there already, in its place. */
export async function recordOrders(db: Db, orders: readonly TrialOrder[]): Promise<void> {
  for (const order of orders) await recordOrder(db, order);
}

async function recordOrder(db: Db, given: TrialOrder): Promise<void> {
  const { order, plant = "1000", item = "FX-110", revision = "B", finishedAt, changes = [], operations = {} } = given;
  for (const table of ["order_production", "kpi_cells", "losses", "built_units", "shop_orders"])
    await db.query(`delete from ${table} where plant = $1 and "order" = $2`, [plant, order]);
  await db.query(
    `insert into order_production (plant, "order", item, revision, unit, actuals, changes, events, last_at, finished_at)
     values ($1, $2, $3, $4, 'EA', $7, $5, 1, $6, $6)`,
    [plant, order, item, revision, changes, finishedAt, JSON.stringify(toJson({ consumption: consumed(given) }))],
  );
  const steps = Object.entries(operations);
  for (const [cell, [operation, made]] of steps.entries()) {
    await db.query(
      `insert into kpi_cells (plant, "order", cell, item, revision, operation, changes, unit, key, elements)
       values ($1, $2, $3, $4, $5, $6, $7, 'EA', $8, $9)`,
      [plant, order, cell, item, revision, operation, changes, order + cell, JSON.stringify(toJson(elementsOf(made)))],
    );
  }
  for (const [operation, codes] of Object.entries(given.found ?? {}))
    for (const [code, times] of Object.entries(codes))
      await db.query(
        `insert into losses (plant, "order", item, operation, day, kind, reason, quantity)
         values ($1, $2, $3, $4, '2026-02-01', 'nonconformance', $5, $6)`,
        [plant, order, item, operation, code, String(times)],
      );
  const plan = {
    operations: steps.map(([operation, { planned }]) => ({
      operation,
      runMs: planned === undefined ? null : planned * 1_000,
    })),
    components: given.ordered ?? [],
  };
  await db.query(`insert into shop_orders (plant, "order", item, plan) values ($1, $2, $3, $4)`, [
    plant,
    order,
    item,
    JSON.stringify(toJson(plan)),
  ]);
  for (const { serial, components = [], builtAt, revision: own = revision } of given.built ?? [])
    await db.query(
      `insert into built_units (plant, item, kind, id, "order", revision, built_at, changes, record)
       values ($1, $2, 'serial', $3, $4, $5, $6, $7, $8)`,
      [
        plant,
        item,
        serial,
        order,
        own,
        builtAt ?? finishedAt ?? "2026-02-01T12:00:00.000Z",
        changes,
        JSON.stringify(toJson({ components, operations: [], results: [] })),
      ],
    );
}

/** What the order used, as counting adds it up. */
function consumed({ built = [], ordered = [] }: TrialOrder) {
  return built
    .flatMap(({ components = [] }) => components)
    .map(({ item, operation, lot, quantity }) => {
      const line = ordered.find((one) => one.item === item)?.line ?? null;
      return { line, item, operation, lot, quantity, serials: [] };
    });
}

function elementsOf({ pieces, scrap = 0, rework = 0, took, planned }: TrialOperation): KpiElements {
  const runMs = took === undefined ? 0 : took * 1_000 * pieces;
  return {
    ...NO_ELEMENTS,
    good: count(pieces - scrap),
    scrap: count(scrap),
    rework: count(rework),
    inspected: count(pieces),
    goodAtFirst: count(pieces - scrap - rework),
    productionMs: Math.round(runMs),
    withPlanMs: planned === undefined ? 0 : Math.round(runMs),
    plannedRunMs: planned === undefined ? NO_ELEMENTS.plannedRunMs : count(planned * 1_000 * pieces),
    cycleTimes: took === undefined ? NO_ELEMENTS.cycleTimes : sketchOf([took * 1_000]),
  };
}

function count(number: number) {
  return rational(BigInt(number));
}

import type { BuiltComponent } from "../domain/feedback/as-built.ts";
import type { Nonconformance, OrderCell } from "../domain/feedback/finished-order.ts";
import type { Instant } from "../domain/feedback/instant.ts";
import type { KpiElements } from "../domain/feedback/kpi-elements.ts";
import type { OrderedComponent } from "../domain/feedback/used-instead.ts";
import type { ChangeId, ItemId, OperationId, PlantId, ProductionOrderId, Revision } from "../domain/ids.ts";
import { fromJson, type Json } from "../domain/json.ts";
import type { Db } from "./database.ts";
import { iso } from "./page.ts";

/** An order whose last operation is complete. */
export type OrderOnRecord = {
  readonly order: ProductionOrderId;
  readonly item: ItemId;
  readonly finishedAt: Instant;
  /** Changes in force while it was made. */
  readonly changes: readonly ChangeId[];
  /** Planned milliseconds for one piece, by operation. */
  readonly runMs: ReadonlyMap<OperationId, number>;
  readonly components: readonly OrderedComponent[];
  /** All items that it used. */
  readonly used: readonly ItemId[];
};

/** Those of the orders that are finished, the earliest first. */
export async function finishedOrders(
  db: Db,
  plant: PlantId,
  orders: readonly ProductionOrderId[],
): Promise<readonly OrderOnRecord[]> {
  const { rows } = await db.query<{
    order: ProductionOrderId;
    item: ItemId;
    finishedAt: Instant;
    changes: ChangeId[];
    plan: PlanJson | null;
    used: ItemId[] | null;
  }>(
    `select made."order", made.item, ${iso("made.finished_at")} as "finishedAt", made.changes,
            case when planned.plan is not null then json_build_object(
              'operations', planned.plan->'operations', 'components', planned.plan->'components') end as plan,
            (select array_agg(distinct used->>'item') from jsonb_array_elements(made.actuals->'consumption') used) as used
       from order_production made
       left join shop_orders planned on planned.plant = made.plant and planned."order" = made."order"
      where made.plant = $1 and made."order" = any($2) and made.finished_at is not null and made.item is not null
      order by made.finished_at, made."order"`,
    [plant, orders],
  );
  return rows.map(({ plan, used, ...row }) => ({
    ...row,
    used: used ?? [],
    runMs: new Map(
      (plan?.operations ?? []).flatMap(({ operation, runMs }) => (runMs === null ? [] : [[operation, runMs] as const])),
    ),
    components: fromJson<readonly OrderedComponent[]>(plan?.components ?? []),
  }));
}

/** The parts of `shop_orders.plan` that are read here. */
type PlanJson = {
  readonly operations: readonly { readonly operation: OperationId; readonly runMs: number | null }[] | null;
  readonly components: readonly Json[] | null;
};

/** KPI elements of each order. */
export async function cellsOfOrders(
  db: Db,
  plant: PlantId,
  orders: readonly ProductionOrderId[],
): Promise<ReadonlyMap<ProductionOrderId, readonly OrderCell[]>> {
  const { rows } = await db.query<{
    order: ProductionOrderId;
    revision: Revision | null;
    operation: OperationId | null;
    elements: Json;
  }>(
    `select "order", revision, operation, elements from kpi_cells
      where plant = $1 and "order" = any($2) and item is not null order by "order", cell`,
    [plant, orders],
  );
  return byOrder(
    rows.map(({ order, elements, ...cell }) => [order, { ...cell, elements: fromJson<KpiElements>(elements) }]),
  );
}

/** Nonconformances of each order that has some. */
export async function nonconformancesOf(
  db: Db,
  plant: PlantId,
  orders: readonly ProductionOrderId[],
): Promise<ReadonlyMap<ProductionOrderId, readonly Nonconformance[]>> {
  const { rows } = await db.query<Nonconformance & { order: ProductionOrderId }>(
    `select "order", operation, reason as code, sum(quantity::numeric)::float8 as times from losses
      where plant = $1 and "order" = any($2) and kind = 'nonconformance'
      group by "order", operation, reason order by "order", operation, reason`,
    [plant, orders],
  );
  return byOrder(rows.map(({ order, ...found }) => [order, found]));
}

/** What went into each piece, lot or order that was built for an order. */
export async function componentsBuiltIn(
  db: Db,
  plant: PlantId,
  orders: readonly ProductionOrderId[],
): Promise<ReadonlyMap<ProductionOrderId, readonly { readonly components: readonly BuiltComponent[] }[]>> {
  const { rows } = await db.query<{ order: ProductionOrderId; components: Json }>(
    `select "order", coalesce(record->'components', '[]') as components from built_units
      where plant = $1 and "order" = any($2) order by "order", kind, id`,
    [plant, orders],
  );
  return byOrder(
    rows.map(({ order, components }) => [order, { components: fromJson<readonly BuiltComponent[]>(components) }]),
  );
}

/** Orders that were made before a change came into force, the latest first, as far as they are finished. */
export async function finishedBefore(
  db: Db,
  { plant, item, change }: { readonly plant: PlantId; readonly item: ItemId; readonly change: ChangeId },
  limit: number,
): Promise<readonly ProductionOrderId[]> {
  const { rows } = await db.query<{ order: ProductionOrderId }>(
    `select "order" from order_production
      where plant = $1 and item = $2 and finished_at is not null and not changes @> array[$3::text]
        and finished_at < (select min(finished_at) from order_production
                            where plant = $1 and item = $2 and changes @> array[$3::text])
      order by finished_at desc, "order" desc limit $4`,
    [plant, item, change, limit],
  );
  return rows.map(({ order }) => order);
}

/** In which order a plant put changes in force: their places, the newest highest. What Heddle did not publish is absent. */
export async function placesOfChanges(
  db: Db,
  plant: PlantId,
  changes: readonly ChangeId[],
): Promise<ReadonlyMap<ChangeId, number>> {
  const { rows } = await db.query<{ change: ChangeId; place: string }>(
    "select change, max(id) as place from publications where plant = $1 and change = any($2) group by change",
    [plant, changes],
  );
  return new Map(rows.map(({ change, place }) => [change, Number(place)]));
}

function byOrder<Value>(
  entries: readonly (readonly [ProductionOrderId, Value])[],
): ReadonlyMap<ProductionOrderId, readonly Value[]> {
  const lists = new Map<ProductionOrderId, Value[]>();
  for (const [order, value] of entries) {
    const list = lists.get(order);
    if (list === undefined) lists.set(order, [value]);
    else list.push(value);
  }
  return lists;
}

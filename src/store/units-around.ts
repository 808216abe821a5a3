import type { BuiltComponent } from "../domain/feedback/as-built.ts";
import type { BuiltUnit } from "../domain/feedback/cut-in.ts";
import type { Instant } from "../domain/feedback/instant.ts";
import type { KpiElements } from "../domain/feedback/kpi-elements.ts";
import type { ChangeId, ItemId, OperationId, PlantId, ProductionOrderId, Revision } from "../domain/ids.ts";
import { fromJson, type Json } from "../domain/json.ts";
import type { Unit } from "../domain/unit.ts";
import type { Db } from "./database.ts";
import { iso } from "./page.ts";

type Made = { readonly plant: PlantId; readonly item: ItemId };

/** A unit that was built, with what it is counted by and the changes that were in force for it. */
export type UnitOnRecord = BuiltUnit & {
  readonly kind: "serial" | "lot" | "order";
  readonly order: ProductionOrderId;
  readonly changes: readonly ChangeId[];
};

/** How much is read, and whether with what went in: of units of many components that is most of the work. */
type Around = { readonly at: Instant; readonly each: number; readonly withComponents: boolean };

/** The units that were built around an instant: the last `each` before it, and the first `each` from it on. */
export async function unitsAround(
  db: Db,
  { plant, item }: Made,
  { at, each, withComponents }: Around,
): Promise<UnitOnRecord[]> {
  const columns = `kind, id, "order", revision, ${iso("built_at")} as "builtAt", changes,
    case when $5::boolean then record->'components' end as components`;
  const { rows } = await db.query<Omit<UnitOnRecord, "plant" | "components"> & { components: Json | null }>(
    `(select ${columns} from built_units where plant = $1 and item = $2 and built_at < $3
       order by built_at desc, id desc limit $4)
      union all
     (select ${columns} from built_units where plant = $1 and item = $2 and built_at >= $3
       order by built_at, id limit $4)`,
    [plant, item, at, each, withComponents],
  );
  return rows.map(({ components, ...unit }) => ({
    ...unit,
    plant,
    components: fromJson<readonly BuiltComponent[]>(components ?? []).map(({ item: used, revision }) => ({
      item: used,
      revision,
    })),
  }));
}

/** When the first unit of one of these revisions was built; null while none was. */
export async function firstBuilt(
  db: Db,
  { plant, item }: Made,
  revisions: readonly Revision[],
): Promise<Instant | null> {
  const { rows } = await db.query<{ at: Instant | null }>(
    `select ${iso("min(built_at)")} as at from built_units where plant = $1 and item = $2 and revision = any($3)`,
    [plant, item, revisions],
  );
  return rows[0]?.at ?? null;
}

/** A finished order with what tells its design, and its elements by operation. */
export type OrderAround = {
  readonly order: ProductionOrderId;
  readonly finishedAt: Instant;
  readonly changes: readonly ChangeId[];
  readonly cells: readonly {
    readonly revision: Revision | null;
    readonly operation: OperationId;
    readonly unit: Unit | null;
    readonly elements: KpiElements;
  }[];
  /** The items that it used, of any revision, where that was asked for. */
  readonly components: BuiltUnit["components"];
};

/** The finished orders of an item nearest to an instant: the last `each` before it, and the first `each` from it on. */
export async function ordersAround(
  db: Db,
  { plant, item }: Made,
  { at, each, withComponents }: Around,
): Promise<OrderAround[]> {
  const { rows } = await db.query<{
    order: ProductionOrderId;
    finishedAt: Instant;
    changes: ChangeId[];
    cells: { revision: Revision | null; operation: OperationId; unit: Unit | null; elements: Json }[] | null;
    used: ItemId[] | null;
  }>(
    `with near as (
       (select "order", finished_at, changes, actuals->'consumption' as consumption from order_production
         where plant = $1 and item = $2 and finished_at < $3 order by finished_at desc, "order" desc limit $4)
        union all
       (select "order", finished_at, changes, actuals->'consumption' from order_production
         where plant = $1 and item = $2 and finished_at >= $3 order by finished_at, "order" limit $4)
     )
     select "order", ${iso("finished_at")} as "finishedAt", changes,
            (select json_agg(json_build_object('revision', revision, 'operation', operation, 'unit', unit,
                                               'elements', elements) order by cell)
               from kpi_cells cell where cell.plant = $1 and cell."order" = near."order"
                and item is not null and operation is not null) as cells,
            case when $5::boolean then (
              select json_agg(distinct used->>'item') from jsonb_array_elements(consumption) used) end as used
       from near order by finished_at, "order"`,
    [plant, item, at, each, withComponents],
  );
  return rows.map(({ cells, used, ...order }) => ({
    ...order,
    cells: (cells ?? []).map(({ elements, ...cell }) => ({ ...cell, elements: fromJson<KpiElements>(elements) })),
    components: (used ?? []).map((one) => ({ item: one, revision: null })),
  }));
}

/** The revisions that Heddle published of an item in a plant, the first one first, and when each change first did. */
export async function publishedRevisions(
  db: Db,
  { plant, item }: Made,
): Promise<readonly { readonly revision: Revision; readonly change: ChangeId; readonly at: Instant }[]> {
  const { rows } = await db.query<{ revision: Revision; change: ChangeId; at: Instant }>(
    `select after->>'revision' as revision, change, ${iso("at")} as at from publications
      where plant = $1 and item = $2 order by id`,
    [plant, item],
  );
  return rows;
}

import type { BuiltRecord } from "../domain/feedback/built-record.ts";
import type { OrderUnit } from "../domain/feedback/built-units.ts";
import type { EventPlace } from "../domain/feedback/event-place.ts";
import {
  keyText,
  mergedElements,
  NO_ELEMENTS,
  type KpiCell,
  type KpiElements,
} from "../domain/feedback/kpi-elements.ts";
import type { Loss } from "../domain/feedback/losses.ts";
import type { OrderActuals } from "../domain/feedback/order-actuals.ts";
import type { ChangeId, ItemId, Revision } from "../domain/ids.ts";
import { fromJson, toJson } from "../domain/json.ts";
import type { Unit } from "../domain/unit.ts";
import type { Db, Transaction } from "./database.ts";

/** What the events of a place come to. */
export type CountedPlace = EventPlace & {
  /** Null for a place of no order. */
  readonly item: ItemId | null;
  readonly revision: Revision | null;
  readonly unit: Unit | null;
  readonly actuals: OrderActuals | null;
  readonly changes: readonly ChangeId[];
  /** Events that count. */
  readonly events: number;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  readonly finishedAt: string | null;
  readonly cells: readonly KpiCell[];
  readonly losses: readonly Loss[];
  readonly units: readonly OrderUnit[];
};

/** Puts what orders come to in place of what they came to before, sums over orders included. */
export async function recordProduction(tx: Transaction, counted: readonly CountedPlace[]): Promise<void> {
  const places = [counted.map(({ plant }) => plant), counted.map(({ order }) => order)];
  const gone = `from unnest($1::text[], $2::text[]) as place (plant, "order") where at.plant = place.plant and at."order" = place."order"`;
  const before = await tx.query<{ key: string }>(
    `delete from kpi_cells at using unnest($1::text[], $2::text[]) as place (plant, "order")
      where at.plant = place.plant and at."order" = place."order" returning key`,
    places,
  );
  for (const table of ["losses", "built_units"]) {
    await tx.query(`delete from ${table} at using ${gone.slice("from ".length)}`, places);
  }
  await insert(tx, "order_production", ORDER_COLUMNS, counted.map(orderRow), ORDER_UPDATE);
  const cells = counted.flatMap(cellRows);
  await insert(tx, "kpi_cells", CELL_COLUMNS, cells);
  await insert(tx, "losses", LOSS_COLUMNS, counted.flatMap(lossRows));
  await insert(tx, "built_units", UNIT_COLUMNS, counted.flatMap(unitRows), "on conflict do nothing");
  await sumUp(tx, [...new Set([...before.rows.map(({ key }) => key), ...cells.map(({ key }) => key)])]);
}

/** Notes why a place could not be counted; its figures stay as they were. */
export async function noteFault(tx: Transaction, { plant, order }: EventPlace, fault: string): Promise<void> {
  await tx.query(
    `insert into order_production (plant, "order", events, fault) values ($1, $2, 0, $3)
         on conflict (plant, "order") do update set fault = excluded.fault, counted_at = now()`,
    [plant, order, fault],
  );
}

/** Has what could not be counted be counted again: this hub may be newer than the one that failed. */
export async function wakeFaulty(db: Db): Promise<void> {
  await db.query(
    `insert into count_wakes (plant, "order") select plant, "order" from order_production where fault is not null`,
  );
}

type Columns = Readonly<Record<string, string>>;

async function insert(
  tx: Transaction,
  table: string,
  columns: Columns,
  rows: readonly object[],
  then = "",
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns).map((name) => `"${name}"`);
  const typed = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
  await tx.query(
    `insert into ${table} (${names.join(", ")}) select ${names.join(", ")} from json_to_recordset($1) as rows (${typed.join(", ")}) ${then}`,
    [JSON.stringify(rows)],
  );
}

const ORDER_COLUMNS = {
  plant: "text",
  order: "text",
  item: "text",
  revision: "text",
  unit: "text",
  actuals: "jsonb",
  changes: "text[]",
  events: "int",
  first_at: "timestamptz",
  last_at: "timestamptz",
  finished_at: "timestamptz",
};
const ORDER_UPDATE = `on conflict (plant, "order") do update set (item, revision, unit, actuals, changes, events, first_at, last_at, finished_at, fault, counted_at)
  = row(excluded.item, excluded.revision, excluded.unit, excluded.actuals, excluded.changes, excluded.events,
        excluded.first_at, excluded.last_at, excluded.finished_at, null, now())`;

function orderRow({ plant, order, item, revision, unit, actuals, changes, events, ...times }: CountedPlace) {
  const { firstAt: first_at, lastAt: last_at, finishedAt: finished_at } = times;
  return {
    plant,
    order,
    item,
    revision,
    unit,
    actuals: actuals === null ? null : toJson(actuals),
    changes,
    events,
    first_at,
    last_at,
    finished_at,
  };
}

const CELL_COLUMNS = {
  plant: "text",
  order: "text",
  cell: "int",
  item: "text",
  revision: "text",
  operation: "text",
  work_center: "text",
  changes: "text[]",
  day: "text",
  shift: "text",
  unit: "text",
  key: "text",
  elements: "json",
};

function cellRows({ plant, order, cells }: CountedPlace) {
  return cells.map(({ key, elements }, cell) => {
    const { item, revision, operation, workCenter: work_center, changes, day, shift, unit } = key;
    const place = { plant, order, cell, item, revision, operation, work_center, changes, day, shift, unit };
    return { ...place, key: keyText(key), elements: toJson(elements) };
  });
}

const LOSS_COLUMNS = {
  plant: "text",
  order: "text",
  item: "text",
  revision: "text",
  operation: "text",
  work_center: "text",
  day: "text",
  kind: "text",
  reason: "text",
  quantity: "text",
  unit: "text",
};

function lossRows({ plant, order, item, revision, losses }: CountedPlace) {
  return losses.map(({ workCenter: work_center, ...loss }) => ({ plant, order, item, revision, work_center, ...loss }));
}

const UNIT_COLUMNS = {
  plant: "text",
  item: "text",
  kind: "text",
  id: "text",
  order: "text",
  revision: "text",
  lot: "text",
  built_at: "timestamptz",
  changes: "text[]",
  record: "json",
};

function unitRows({ plant, order, item, changes, units }: CountedPlace) {
  return units.map(({ kind, id, revision, lot, builtAt: built_at, record }) => ({
    plant,
    item,
    kind,
    id,
    order,
    revision,
    lot,
    built_at,
    changes,
    record: toJson(record satisfies BuiltRecord),
  }));
}

/** Sums of keys over all orders, from the orders' own: so they are right however often an order is counted. */
async function sumUp(tx: Transaction, keys: readonly string[]): Promise<void> {
  type Row = { key: string; elements: unknown; orders: number };
  const { rows } = await tx.query<Row>(`select key, elements, 1 as orders from kpi_cells where key = any($1)`, [keys]);
  const sums = new Map<string, { elements: KpiElements; orders: number }>();
  for (const { key, elements } of rows) {
    const sum = sums.get(key) ?? { elements: NO_ELEMENTS, orders: 0 };
    sums.set(key, {
      elements: mergedElements(sum.elements, fromJson<KpiElements>(elements)),
      orders: sum.orders + 1,
    });
  }
  await tx.query("delete from kpi_totals where key = any($1)", [keys.filter((key) => !sums.has(key))]);
  const totals = [...sums].map(([key, { elements, orders }]) => {
    const [plant, item, revision, operation, work_center, changes, day, shift, unit] = JSON.parse(key) as (
      | string
      | null
    )[];
    const named = { plant, item, revision, operation, work_center, changes, day, shift, unit };
    return { key, ...named, orders, elements: toJson(elements) };
  });
  const { cell: _cell, order: _order, ...columns } = CELL_COLUMNS;
  await insert(
    tx,
    "kpi_totals",
    { ...columns, orders: "int" },
    totals,
    "on conflict (key) do update set orders = excluded.orders, elements = excluded.elements",
  );
}

/** Takes the links out that an order's events made and do not make any more. */
export async function keepLinks(
  tx: Transaction,
  subjects: readonly string[],
  relations: readonly string[],
  kept: readonly {
    readonly subject: string;
    readonly from: { readonly kind: string; readonly id: string };
    readonly relation: string;
    readonly to: { readonly kind: string; readonly id: string };
  }[],
): Promise<void> {
  await tx.query(
    `delete from thread_links link
      where subject = any($1) and subject like 'production:%' and relation = any($2)
        and not exists (
          select from json_to_recordset($3) as kept (subject text, from_kind text, from_id text, relation text, to_kind text, to_id text)
           where (kept.subject, kept.from_kind, kept.from_id, kept.relation, kept.to_kind, kept.to_id)
               = (link.subject, link.from_kind, link.from_id, link.relation, link.to_kind, link.to_id))`,
    [
      subjects,
      relations,
      JSON.stringify(
        kept.map(({ subject, from, relation, to }) => ({
          subject,
          from_kind: from.kind,
          from_id: from.id,
          relation,
          to_kind: to.kind,
          to_id: to.id,
        })),
      ),
    ],
  );
}

import { readElements, type KpiCell, type KpiKey } from "../domain/feedback/kpi-elements.ts";
import type { Db } from "./database.ts";

/** What figures are narrowed to; both days are included. */
export type ProductionFilter = {
  readonly plant?: string;
  readonly item?: string;
  readonly revision?: string;
  readonly operation?: string;
  readonly workCenter?: string;
  readonly from?: string;
  readonly until?: string;
};

/** There is more than one request may add up: it would hold up everybody else's. */
export class TooMuchProduction extends RangeError {
  override readonly name = "TooMuchProduction";
}

/** Most rows that one report is made of: about half a second's work. */
const ROWS_MAX = 100_000;

/** Sums over all orders, with those parts of their keys that are asked for. @throws TooMuchProduction */
export async function kpiTotals(db: Db, filter: ProductionFilter, parts: readonly KeyPart[]): Promise<KpiCell[]> {
  const [where, values] = narrowed(filter);
  const { rows } = await db.query<CellRow>(
    `select ${shown(parts)}, elements from kpi_totals where ${where} limit ${ROWS_MAX + 1}`,
    values,
  );
  return withinLimit(rows).map(cellOf);
}

/** The same of each order. @throws TooMuchProduction */
export async function kpiCellsOfOrders(
  db: Db,
  filter: ProductionFilter,
  parts: readonly KeyPart[],
): Promise<(KpiCell & { readonly order: string })[]> {
  const [where, values] = narrowed(filter);
  const { rows } = await db.query<CellRow & { order: string }>(
    `select "order", ${shown(parts)}, elements from kpi_cells
      where item is not null and ${where} limit ${ROWS_MAX + 1}`,
    values,
  );
  return withinLimit(rows).map((row) => ({ order: row.order, ...cellOf(row) }));
}

/** How many orders there are of some plant and parts. */
export type OrderCount = Partial<Record<KeyPart, string | readonly string[] | null>> & {
  readonly plant: string;
  readonly orders: number;
};

/** How many orders stand behind each combination of plant and parts. */
export async function orderCounts(
  db: Db,
  filter: ProductionFilter,
  parts: readonly KeyPart[],
): Promise<readonly OrderCount[]> {
  const [where, values] = narrowed(filter);
  const names = ["plant", ...parts].map((part) => `"${part}"`).join(", ");
  const { rows } = await db.query<OrderCount>(
    // Two aggregations are several times as fast as one count(distinct), which sorts.
    `select ${names}, count(*)::int as orders
       from (select distinct "order", plant${parts.map((part) => `, ${COLUMNS[part]} as "${part}"`).join("")}
               from kpi_cells where item is not null and ${where}) as counted
      group by ${names}`,
    values,
  );
  return rows;
}

export type ChangeStart = {
  readonly plant: string;
  readonly item: string;
  readonly change: string;
  readonly day: string;
};

/** The first day on which an item was made under each engineering change, those within the filter's days. */
export async function changeStarts(
  db: Db,
  { plant, item, from, until }: ProductionFilter & { readonly item: string },
): Promise<readonly ChangeStart[]> {
  const { rows } = await db.query<ChangeStart>(
    `select plant, item, change, min(day) as day
       from kpi_totals cross join lateral unnest(changes) as change
      where item = $1 and ($2::text is null or plant = $2) and day is not null
      group by plant, item, change
     having ($3::text is null or min(day) >= $3) and ($4::text is null or min(day) <= $4)
      order by day, change, plant`,
    [item, plant ?? null, from ?? null, until ?? null],
  );
  return rows;
}

/** A part of the key; plant and unit go with every sum. */
type KeyPart = Exclude<keyof KpiKey, "plant" | "unit">;

const COLUMNS = {
  item: "item",
  revision: "revision",
  operation: "operation",
  workCenter: "work_center",
  changes: "changes",
  day: "day",
  shift: "shift",
} as const satisfies Record<KeyPart, string>;

function shown(parts: readonly KeyPart[]): string {
  return ["plant", "unit", ...new Set(parts.map((part) => `${COLUMNS[part]} as "${part}"`))].join(", ");
}

type CellRow = Pick<KpiKey, "plant" | "unit"> & Partial<KpiKey> & { readonly elements: unknown };

function cellOf({ elements, ...key }: CellRow): KpiCell {
  const { plant, unit, item = null, revision = null, operation = null, workCenter = null } = key;
  const { changes = [], day = null, shift = null } = key;
  return {
    key: { plant, item, revision, operation, workCenter, changes, day, shift, unit },
    elements: readElements(elements),
  };
}

function withinLimit<Row>(rows: readonly Row[]): readonly Row[] {
  if (rows.length <= ROWS_MAX) return rows;
  throw new TooMuchProduction(`there are more than ${ROWS_MAX} sums to add up`);
}

const CONDITIONS = {
  plant: "plant = ",
  item: "item = ",
  revision: "revision = ",
  operation: "operation = ",
  workCenter: "work_center = ",
  from: "day >= ",
  until: "day <= ",
} as const satisfies Record<keyof ProductionFilter, string>;

/** The condition of a filter, and its values from `$1` on. */
export function narrowed(filter: ProductionFilter): [where: string, values: string[]] {
  const given = Object.entries(CONDITIONS).flatMap(([part, condition]) => {
    const value = filter[part as keyof ProductionFilter];
    return value === undefined ? [] : [{ condition, value }];
  });
  const where = given.map(({ condition }, at) => `${condition}$${at + 1}`);
  return [where.join(" and ") || "true", given.map(({ value }) => value)];
}

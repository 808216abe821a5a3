import type { BuiltRecord } from "../domain/feedback/built-record.ts";
import type { Instant } from "../domain/feedback/instant.ts";
import type { ItemId, PlantId, ProductionOrderId, Revision } from "../domain/ids.ts";
import { fromJson, type Json } from "../domain/json.ts";
import type { Mbom } from "../domain/mbom.ts";
import { plainOrder } from "../domain/natural-order.ts";
import type { Db } from "./database.ts";
import { iso, NoSuchPlace } from "./page.ts";

export type UnitKind = "serial" | "lot" | "order";

/** What a unit is known by: its number, or the order's where pieces have none. */
export type UnitName = {
  readonly plant: string;
  readonly item: string;
  readonly kind: UnitKind;
  readonly id: string;
};

/** A unit as lists show it, without its record. */
export type BuiltUnit = UnitName & {
  readonly order: ProductionOrderId;
  readonly revision: Revision | null;
  readonly lot: string | null;
  readonly builtAt: Instant;
  /** Changes in force when it was built. */
  readonly changes: readonly string[];
};

export type RecordedUnit = BuiltUnit & { readonly record: BuiltRecord };

const COLUMNS = `plant, item, kind, id, "order", revision, lot, ${iso("built_at")} as "builtAt", changes`;

/** What is on record of a unit, once for each order that worked on it, oldest first: a piece may be reworked by another. */
export async function recordsOf(db: Db, { plant, item, kind, id }: UnitName): Promise<RecordedUnit[]> {
  const { rows } = await db.query<BuiltUnit & { record: Json }>(
    `select ${COLUMNS}, record from built_units
      where (plant, item, kind, id) = ($1, $2, $3, $4) order by built_at, "order" limit 100`,
    [plant, item, kind, id],
  );
  return rows.map(({ record, ...unit }) => ({ ...unit, record: fromJson<BuiltRecord>(record) }));
}

/** Those of the units that are on record, by the order that first built each; of an order the item may be left empty. */
export async function unitsNamed(db: Db, names: readonly UnitName[]): Promise<BuiltUnit[]> {
  const { rows } = await db.query<BuiltUnit>(
    `select units.* from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as named (plant, item, kind, id)
      cross join lateral (
        select ${COLUMNS} from built_units
         where built_units.plant = named.plant and built_units.kind = named.kind and built_units.id = named.id
           and (built_units.item = named.item or named.item = '')
         order by built_units.built_at, "order" limit 1) units`,
    [
      names.map(({ plant }) => plant),
      names.map(({ item }) => item),
      names.map(({ kind }) => kind),
      names.map(({ id }) => id),
    ],
  );
  return rows;
}

/** How many units of each kind an order built. */
export async function unitsOfOrder(db: Db, plant: string, order: string): Promise<Readonly<Record<UnitKind, number>>> {
  const { rows } = await db.query<{ kind: UnitKind; count: number }>(
    `select kind, count(*)::int as count from built_units where plant = $1 and "order" = $2 group by kind`,
    [plant, order],
  );
  return { serial: 0, lot: 0, order: 0, ...Object.fromEntries(rows.map(({ kind, count }) => [kind, count])) };
}

/** A place in the list of units of some items, by plant and item, oldest first. */
type UnitPlace = readonly [plant: string, item: string, builtAt: string, kind: string, id: string, order: string];

/** Units that are looked at for one page; where most were built with the change, a page may be short or empty. */
const LOOKED_AT = 2_000;

export type UnitPage = {
  readonly units: readonly BuiltUnit[];
  /** Where the next page begins; null at the end. */
  readonly next: string | null;
};

/**
 * Units of these items that were built without the change, by plant and item, oldest first. A page holds at most
 * `limit`, and may hold fewer and still have a `next`.
 * @throws NoSuchPlace when `after` was not the `next` of such a page
 */
export async function unitsBefore(
  db: Db,
  change: string,
  items: readonly { readonly plant: string; readonly item: string }[],
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<UnitPage> {
  const place = after === null ? null : unitPlace(after);
  const inOrder = items.toSorted((a, b) => plainOrder(a.plant, b.plant) || plainOrder(a.item, b.item));
  const left = inOrder.filter(
    (one) => place === null || (plainOrder(one.plant, place[0]) || plainOrder(one.item, place[1])) >= 0,
  );
  const units: BuiltUnit[] = [];
  let looked = 0;
  for (const { plant, item } of left) {
    const isHere = place !== null && plant === place[0] && item === place[1];
    const begin = isHere ? place.slice(2) : [null, "", "", ""];
    const most = LOOKED_AT - looked;
    const { rows } = await db.query<BuiltUnit & { n: number; without: boolean }>(
      `with seen as (
         select *, row_number() over (order by built_at, kind, id, "order") as n from (
           select * from built_units
            where plant = $1 and item = $2
              and built_at >= coalesce($3::timestamptz, '-infinity')
              and (built_at, kind, id, "order") > (coalesce($3::timestamptz, '-infinity'), $4, $5, $6)
            order by built_at, kind, id, "order" limit $7) looked_at)
       select * from (
         select ${COLUMNS}, n::int, not (changes @> array[$8]::text[]) as without from seen
          where not (changes @> array[$8]::text[]) order by n limit $9) without
       union all
       select * from (select ${COLUMNS}, n::int, false from seen order by n desc limit 1) last
        order by n`,
      [plant, item, ...begin, most, change, limit - units.length],
    );
    const last = rows.at(-1);
    const found = rows.filter(({ without }) => without);
    units.push(...found.map(withoutPlace));
    const lastFound = found.at(-1);
    looked += last?.n ?? 0;
    if (units.length >= limit && lastFound !== undefined) return { units, next: cursorAt(lastFound) };
    if (looked >= LOOKED_AT && last !== undefined) return { units, next: cursorAt(last) };
  }
  return { units, next: null };
}

/** How many units of these items were built without the change, by kind. */
export async function countUnitsBefore(
  db: Db,
  change: string,
  items: readonly { readonly plant: string; readonly item: string }[],
): Promise<Readonly<Record<UnitKind, number>>> {
  const { rows } = await db.query<{ kind: UnitKind; count: number }>(
    `select kind, count(*)::int as count
       from built_units join unnest($1::text[], $2::text[]) as asked (plant, item) using (plant, item)
      where not (changes @> array[$3]::text[]) group by kind`,
    [items.map(({ plant }) => plant), items.map(({ item }) => item), change],
  );
  return { serial: 0, lot: 0, order: 0, ...Object.fromEntries(rows.map(({ kind, count }) => [kind, count])) };
}

/** Items that a change designs anew, in each plant: by what was planned for it, and by what was published. */
export async function itemsOfChange(
  db: Db,
  change: string,
  plant: string | null,
): Promise<{ plant: string; item: string }[]> {
  const { rows } = await db.query<{ plant: string; item: string }>(
    `select plant, item from newer_designs where change = $1 and ($2::text is null or plant = $2)
      union
     select plant, item from publications where change = $1 and ($2::text is null or plant = $2)
      order by 1, 2`,
    [change, plant],
  );
  return rows;
}

/** mBOMs of the item that Heddle published under the ERP's number; the last, where a number was used again. */
export async function publishedAs(db: Db, plant: PlantId, item: ItemId, number: string): Promise<Mbom | null> {
  const { rows } = await db.query<{ after: Json }>(
    "select after from publications where plant = $1 and item = $2 and number = $3 order by id desc limit 1",
    [plant, item, number],
  );
  return rows[0] === undefined ? null : fromJson<Mbom>(rows[0].after);
}

function withoutPlace({ plant, item, kind, id, order, revision, lot, builtAt, changes }: BuiltUnit): BuiltUnit {
  return { plant, item, kind, id, order, revision, lot, builtAt, changes };
}

function cursorAt({ plant, item, builtAt, kind, id, order }: BuiltUnit): string {
  return Buffer.from(JSON.stringify([plant, item, builtAt, kind, id, order])).toString("base64url");
}

function unitPlace(cursor: string): UnitPlace {
  const read = parsed(Buffer.from(cursor, "base64url").toString());
  const isPlace =
    Array.isArray(read) && read.length === 6 && read.every((part) => typeof part === "string") && isInstant(read[2]);
  if (!isPlace) throw new NoSuchPlace(cursor, "a list of units");
  return read as unknown as UnitPlace;
}

function isInstant(text: unknown): boolean {
  return typeof text === "string" && !Number.isNaN(Date.parse(text));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the caller says what a cursor should be
  }
}

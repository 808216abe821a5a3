import type { Day } from "../domain/calendar.ts";
import type { ChangeId, Digest, ItemId, PlantId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { Db } from "./database.ts";
import { iso } from "./page.ts";

/** An mBOM that Heddle put in force. */
export type Publication = {
  readonly plant: PlantId;
  readonly item: ItemId;
  readonly change: ChangeId;
  readonly digest: Digest;
  /** The mBOM it took the place of; null when the item had none. */
  readonly before: Json | null;
  readonly after: Json;
  /** What engineering's plan said, without the plant's own edits; null or absent where it is the same as `after`. */
  readonly engineering?: Json | null;
  /** The target's number and version of it. */
  readonly number: string;
  readonly version: string | null;
  /** When the change was released. */
  readonly releasedAt: string;
  /** The change's day; null or absent where it took effect at once. */
  readonly effectiveFrom?: Day | null;
  /** The change whose mBOM it took back, perhaps its own; null or absent where it took none. */
  readonly takesBack?: ChangeId | null;
};

/** Idempotent: one plan publishes an item once. */
export async function recordPublication(db: Db, published: Publication): Promise<void> {
  const { plant, item, change, digest, before, after, engineering = null } = published;
  const { number, version, releasedAt, effectiveFrom = null, takesBack = null } = published;
  await db.query(
    `insert into publications (plant, item, change, digest, before, after, engineering, number, version,
                               released_at, effective_from, takes_back)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (plant, item, digest, rebased_by) do nothing`,
    [
      plant,
      item,
      change,
      digest,
      before === null ? null : JSON.stringify(before),
      JSON.stringify(after),
      engineering === null ? null : JSON.stringify(engineering),
      number,
      version,
      releasedAt,
      effectiveFrom,
      takesBack,
    ],
  );
}

/** A publication of a later day that stays over one that was put beneath it. */
export type Rebased = Pick<Publication, "plant" | "item" | "change" | "after" | "number" | "version"> & {
  readonly before: Json;
  /** The plan that was put beneath it. */
  readonly by: Digest;
};

/** Goes on with the newest publication of the change, for what it stands on now. Idempotent, as `recordPublication`. */
export async function rebasePublication(db: Db, rebased: Rebased): Promise<void> {
  const { plant, item, change, by, before, after, number, version } = rebased;
  await db.query(
    `insert into publications (plant, item, change, digest, rebased_by, before, after, engineering, number, version,
                               released_at, effective_from)
     select plant, item, change, digest, $4, $5, $6, coalesce(engineering, after), $7, $8, released_at, effective_from
       from publications where plant = $1 and item = $2 and change = $3 order by id desc limit 1
         on conflict (plant, item, digest, rebased_by) do nothing`,
    [plant, item, change, by, JSON.stringify(before), JSON.stringify(after), number, version],
  );
}

/** The publication of a change by which its baseline is known: the newest that was rebased, else its first. */
export const BASELINE_FIRST = "item, case when rebased_by = '' then id else -id end";

/** What stood in the plant before the change first published an mBOM of each item, or was put beneath it since. */
export async function baselineOf(
  db: Db,
  { change, plant }: { change: ChangeId; plant: PlantId },
): Promise<Map<ItemId, Json | null>> {
  const { rows } = await db.query<{ item: ItemId; before: Json | null }>(
    `select distinct on (item) item, before from publications where change = $1 and plant = $2
      order by ${BASELINE_FIRST}`,
    [change, plant],
  );
  return new Map(rows.map(({ item, before }) => [item, before]));
}

/** The mBOM of each item as the change published it last, whoever published it since. */
export async function leftBy(
  db: Db,
  { change, plant }: { change: ChangeId; plant: PlantId },
): Promise<Map<ItemId, Json>> {
  const { rows } = await db.query<{ item: ItemId; after: Json }>(
    "select distinct on (item) item, after from publications where change = $1 and plant = $2 order by item, id desc",
    [change, plant],
  );
  return new Map(rows.map(({ item, after }) => [item, after]));
}

export type StoredPublication = Required<
  Pick<Publication, "after" | "engineering" | "number" | "change" | "digest">
> & {
  readonly at: string;
};

/** What Heddle published of an item: so many times before the last, or last by one change. Null where there is none. */
export async function publicationAt(
  db: Db,
  plant: PlantId,
  item: ItemId,
  at: { readonly back: number } | { readonly change: ChangeId },
): Promise<StoredPublication | null> {
  const [change, back] = "back" in at ? [null, at.back] : [at.change, 0];
  const { rows } = await db.query<StoredPublication>(
    `select after, engineering, number, change, digest, ${iso("at")} as at
       from publications where plant = $1 and item = $2 and ($3::text is null or change = $3)
      order by id desc offset $4 limit 1`,
    [plant, item, change, back],
  );
  return rows[0] ?? null;
}

/** The change of each publication of an item, the newest first. */
export async function publishersOf(db: Db, plant: PlantId, item: ItemId): Promise<readonly ChangeId[]> {
  const { rows } = await db.query<{ change: ChangeId }>(
    "select change from publications where plant = $1 and item = $2 order by id desc",
    [plant, item],
  );
  return rows.map(({ change }) => change);
}

export type LastPublished = Required<
  Pick<Publication, "after" | "engineering" | "number" | "version" | "change" | "releasedAt" | "effectiveFrom">
>;

/** The newest mBOM that Heddle published of each of these items; items it never published are absent. */
export async function lastPublished(
  db: Db,
  plant: PlantId,
  items: readonly ItemId[],
): Promise<Map<ItemId, LastPublished>> {
  const { rows } = await db.query<LastPublished & { item: ItemId }>(
    `select latest.item, after, engineering, number, version, change, released_at as "releasedAt",
            effective_from as "effectiveFrom"
       from unnest($2::text[]) as wanted (item)
      cross join lateral (
        select * from publications where plant = $1 and publications.item = wanted.item order by id desc limit 1
      ) latest`,
    [plant, items],
  );
  return new Map(rows.map(({ item, ...published }) => [item, published]));
}

/** A publication that still bears on what is planned. */
export type RememberedPublication = Pick<Publication, "before" | "after" | "change" | "releasedAt"> &
  Required<Pick<Publication, "engineering" | "effectiveFrom" | "takesBack">> & {
    /** Counts on. */
    readonly at: number;
    /** Whether its change was taken back since. */
    readonly isTakenBack: boolean;
  };

/**
 * Of each item: the newest publication, the newest that is in force by its day, the newest that took effect at once, and of
 * each change for a day to come its newest. Items that Heddle never published are absent.
 */
export async function publicationsToday(
  db: Db,
  plant: PlantId,
  items: readonly ItemId[],
  today: Day,
): Promise<Map<ItemId, RememberedPublication[]>> {
  const { rows } = await db.query<RememberedPublication & { item: ItemId }>(
    `with own as (
       select id, item, change, effective_from as day, takes_back as back,
              exists (select from publications later
                       where later.plant = $1 and later.item = one.item and later.id > one.id
                         and later.takes_back = one.change) as taken_back
         from publications one where plant = $1 and item = any($2)
     ),
     bearing (id) as (
       select max(id) from own group by item
       union select max(id) from own where day is null or day <= $3 group by item
       union select max(id) from own where (day is null or day <= $3) and back is null and not taken_back group by item
       union select max(id) from own where day is null and back is null group by item
       union select max(id) from own where day > $3 group by item, change
     )
     select item, id::float8 as at, before, after, engineering, change, released_at as "releasedAt",
            effective_from as "effectiveFrom", takes_back as "takesBack", taken_back as "isTakenBack"
       from bearing join own using (id) join publications using (id, item, change) order by id`,
    [plant, items, today],
  );
  const found = new Map<ItemId, RememberedPublication[]>();
  for (const { item, ...publication } of rows) found.set(item, [...(found.get(item) ?? []), publication]);
  return found;
}

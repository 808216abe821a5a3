import type { EventPlace } from "../domain/feedback/event-place.ts";
import type { ShopEventKey } from "../domain/feedback/shop-event.ts";
import type { PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { Db, Transaction } from "./database.ts";
import { textArray } from "./text-array.ts";

/** Rung when events were taken in. */
export const EVENTS_CHANNEL = "heddle_events";

export type EventKey = ShopEventKey & { readonly content: number };

/** What became of keys: the number of the commit, and which of them earlier commits took in. */
export type Claimed = {
  readonly intake: string;
  /** By their place in what was claimed, with the content that they had then. */
  readonly before: ReadonlyMap<number, number>;
};

/** Notes keys as taken in by this commit, each that no earlier commit took in. */
export async function claimKeys(tx: Transaction, keys: readonly EventKey[]): Promise<Claimed> {
  const named = [textArray(keys.map(({ source }) => source)), textArray(keys.map(({ id }) => id))];
  const { rows: claims } = await tx.query<{ intake: string; fresh: number }>({
    name: "claim event keys",
    // In one order for all, or two commits that claim the same keys deadlock.
    text: `with commit as materialized (
       select nextval('intakes') as intake
     ), fresh as (
       insert into shop_event_keys (source, id, intake, content)
       select source, id, intake, content from commit, unnest($1::text[], $2::text[], $3::bigint[]) as told (source, id, content)
        order by source collate "C", id collate "C"
           on conflict do nothing returning 1
     )
     select intake, (select count(*)::int from fresh) as fresh from commit`,
    values: [...named, keys.map(({ content }) => content)],
  });
  const { intake = "", fresh = 0 } = claims[0] ?? {};
  if (fresh === keys.length) return { intake, before: new Map() };
  const { rows } = await tx.query<{ at: string; content: string }>(
    `select told.at, known.content
       from unnest($1::text[], $2::text[]) with ordinality as told (source, id, at)
       join shop_event_keys known on known.source = told.source and known.id = told.id
      where known.intake <> $3`,
    [...named, intake],
  );
  return { intake, before: new Map(rows.map(({ at, content }) => [Number(at) - 1, Number(content)])) };
}

/** Those of the keys that were taken in with this very content, by their place among them. */
export async function takenIn(db: Db, keys: readonly EventKey[]): Promise<ReadonlySet<number>> {
  const { rows } = await db.query<{ at: string }>(
    `select told.at from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as told (source, id, content, at)
       join shop_event_keys known on known.source = told.source and known.id = told.id and known.content = told.content`,
    [
      textArray(keys.map(({ source }) => source)),
      textArray(keys.map(({ id }) => id)),
      keys.map(({ content }) => content),
    ],
  );
  return new Set(rows.map(({ at }) => Number(at) - 1));
}

/** Events of one order, the JSON of each on a line. */
export type EventLines = EventPlace & { readonly count: number; readonly events: string };

/** Stores what `claimKeys` has claimed in the same transaction, and asks for its orders to be counted. */
export async function storeEvents(tx: Transaction, intake: string, lines: readonly EventLines[]): Promise<void> {
  if (lines.length === 0) return;
  await tx.query({
    name: "store shop events",
    text: `with told as (
       select * from unnest($1::text[], $2::text[], $3::int[], $4::text[]) as told (plant, "order", count, events)
     ), woken as (
       insert into count_wakes (plant, "order") select plant, "order" from told
     ), rung as (
       select pg_notify('${EVENTS_CHANNEL}', '')
     )
     insert into shop_events (plant, "order", intake, count, events)
     select plant, "order", $5, count, events from told, rung`,
    values: [
      textArray(lines.map(({ plant }) => plant)),
      textArray(lines.map(({ order }) => order)),
      lines.map(({ count }) => count),
      textArray(lines.map(({ events }) => events)),
      intake,
    ],
  });
}

/** Asks for orders to be counted again. */
export async function wakeCounting(db: Db, places: readonly EventPlace[]): Promise<void> {
  if (places.length === 0) return;
  await queueCounts(db, places);
  await db.query("select pg_notify($1, '')", [EVENTS_CHANNEL]);
}

async function queueCounts(db: Db, places: readonly EventPlace[]): Promise<void> {
  await db.query(`insert into count_wakes (plant, "order") select * from unnest($1::text[], $2::text[])`, [
    places.map(({ plant }) => plant),
    places.map(({ order }) => order),
  ]);
}

/** That events of one place were given to another: whoever counts the second reads the first as well. */
export async function noteMoved(
  tx: Transaction,
  moves: readonly { readonly from: EventPlace; readonly to: EventPlace }[],
): Promise<void> {
  for (const { from, to } of moves) {
    await tx.query(
      `insert into moved_events (plant, "order", from_plant, from_order) values ($1, $2, $3, $4) on conflict do nothing`,
      [to.plant, to.order, from.plant, from.order],
    );
  }
}

/** The lines that stand beside events which were taken in: where each of `keys` stands must be looked up in them. */
export async function linesAround(
  db: Db,
  keys: readonly ShopEventKey[],
): Promise<readonly (EventPlace & { events: string })[]> {
  if (keys.length === 0) return [];
  const { rows } = await db.query<{ plant: PlantId; order: ProductionOrderId; events: string }>(
    `select plant, "order", events from shop_events
      where intake in (
        select intake from unnest($1::text[], $2::text[]) as named (source, id)
          join shop_event_keys known on known.source = named.source and known.id = named.id)`,
    [keys.map(({ source }) => source), keys.map(({ id }) => id)],
  );
  return rows;
}

/** All that was told of each place, and of places whose events were given to it. Each list is for its place. */
export async function linesOf(
  db: Db,
  places: readonly EventPlace[],
): Promise<readonly { readonly plant: PlantId; readonly order: ProductionOrderId; readonly events: string }[]> {
  const { rows } = await db.query<{ plant: PlantId; order: ProductionOrderId; events: string }>(
    `with places as (
       select plant, "order", plant as from_plant, "order" as from_order
         from unnest($1::text[], $2::text[]) as place (plant, "order")
        union
       select moved.* from unnest($1::text[], $2::text[]) as place (plant, "order")
         join moved_events moved on moved.plant = place.plant and moved."order" = place."order"
     )
     select places.plant, places."order", events from places
       join shop_events told on told.plant = from_plant and told."order" = from_order`,
    [places.map(({ plant }) => plant), places.map(({ order }) => order)],
  );
  return rows;
}

export type CountWake = EventPlace & { readonly ids: readonly string[] };

/**
 * Orders to count, those that waited longest first, with the wakes that counting them settles. The more events an order
 * has, the longer it rests between two counts, for it is always counted as a whole; what rests goes to the end of the
 * queue. `events` bounds how many there are in all.
 */
export async function dueCounts(
  tx: Transaction,
  plant: PlantId,
  { orders, events }: { readonly orders: number; readonly events: number },
): Promise<readonly CountWake[]> {
  const { rows } = await tx.query<CountWake & { events: number; rests: boolean }>(
    `with first as (
       select plant, "order", min(id) as since
         from (select * from count_wakes where plant = $1 order by id limit 5000) oldest group by plant, "order"
     )
     -- All that wait of these orders, also far behind.
     select first.plant, first."order", coalesce(production.events, 0) as events,
            coalesce(production.counted_at > now() - greatest(0, production.events - 200) * interval '2 milliseconds', false) as rests,
            (select array_agg(id::text) from count_wakes wake where wake.plant = first.plant and wake."order" = first."order") as ids
       from first
       left join order_production production on production.plant = first.plant and production."order" = first."order"
      order by since limit $2`,
    [plant, 10 * orders],
  );
  const resting = rows.filter(({ rests }) => rests);
  if (resting.length > 0) {
    await settleCounts(tx, resting);
    await queueCounts(tx, resting);
  }
  let sum = 0;
  const due = rows.filter(({ rests }) => !rests).slice(0, orders);
  return due.filter((row, at) => (sum += row.events) <= events || at === 0);
}

export async function settleCounts(tx: Transaction, wakes: readonly CountWake[]): Promise<void> {
  await tx.query("delete from count_wakes where id = any($1::bigint[])", [wakes.flatMap(({ ids }) => ids)]);
}

/** Plants of which something is to be counted. */
export async function plantsToCount(db: Db): Promise<readonly PlantId[]> {
  const { rows } = await db.query<{ plant: PlantId }>("select distinct plant from count_wakes");
  return rows.map(({ plant }) => plant);
}

/** One counts a plant's orders at a time: sums over orders are made of all of them. Ends with the transaction. */
export async function lockCounting(tx: Transaction, plant: PlantId): Promise<boolean> {
  const { rows } = await tx.query<{ got: boolean }>(
    "select pg_try_advisory_xact_lock(hashtextextended('heddle counting ' || $1, 0)) as got",
    [plant],
  );
  return rows[0]?.got === true;
}

/** Makes room for events of this month and the next. Call it at the start of a hub, and now and then. */
export async function prepareEventMonths(db: Db): Promise<void> {
  await db.query(
    `do $$
     declare month date := date_trunc('month', now() at time zone 'UTC');
     begin
       perform pg_advisory_xact_lock(hashtextextended('heddle event months', 0));
       for i in 0..1 loop
         execute format(
           'create table if not exists %I partition of shop_events for values from (%L) to (%L)',
           'shop_events_' || to_char(month, 'YYYY_MM'),
           month::timestamp at time zone 'UTC', (month + interval '1 month')::timestamp at time zone 'UTC');
         month := month + interval '1 month';
       end loop;
     end $$`,
  );
}

/** Drops whole months of events that came in before an instant, and what is kept beside them. Gives the months. */
export async function forgetEvents(db: Db, before: Date): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select relid::text as name from pg_partition_tree('shop_events')
      where isleaf and relid::text < 'shop_events_' || to_char($1::timestamptz at time zone 'UTC', 'YYYY_MM')
      order by 1`,
    [before],
  );
  for (const { name } of rows) await db.query(`drop table ${name}`);
  if (rows.length > 0) {
    await db.query(
      "delete from shop_event_keys where intake < coalesce((select min(intake) from shop_events), (select last_value from intakes))",
    );
  }
  await db.query("delete from kept_apart where received_at < $1", [before]);
  await db.query("delete from kept_apart_keys where at < $1", [before]);
  return rows.map(({ name }) => name);
}

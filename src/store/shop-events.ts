import type { EventPlace } from "../domain/feedback/event-place.ts";
import type { ShopEventKey } from "../domain/feedback/shop-event.ts";
import type { PlantId, ProductionOrderId } from "../domain/ids.ts";
import { together, type Database, type Db, type Transaction } from "./database.ts";
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

/**
 * What is told about events of these places may take them from, or give them to, any place that such an event was moved
 * to: those are counted again. One commit at a time does that for a place, so that none misses what another moves.
 */
export async function countMoved(
  tx: Transaction,
  abouts: readonly EventPlace[],
  moves: readonly { readonly from: EventPlace; readonly to: EventPlace }[],
): Promise<void> {
  if (abouts.length === 0) return;
  const places = [abouts.map(({ plant }) => plant), abouts.map(({ order }) => order)];
  await tx.query(
    `select pg_advisory_xact_lock(lock) from (
       select distinct hashtextextended(json_build_array('heddle moved', plant, "order")::text, 0) as lock
         from unnest($1::text[], $2::text[]) as place (plant, "order") order by 1) as locks`,
    places,
  );
  await noteMoved(tx, moves);
  await tx.query(
    `insert into count_wakes (plant, "order")
     select distinct moved.plant, moved."order" from unnest($1::text[], $2::text[]) as place (plant, "order")
       join moved_events moved on moved.from_plant = place.plant and moved.from_order = place."order"`,
    places,
  );
}

/** That events of one place were given to another: whoever counts the second reads the first as well. */
async function noteMoved(
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

/** Where events stand that were taken in, by their place in `keys`. They are picked out here: commits may be great. */
export async function placesOfEvents(
  db: Db,
  keys: readonly ShopEventKey[],
): Promise<readonly (EventPlace & { readonly at: number })[]> {
  if (keys.length === 0) return [];
  const { rows } = await db.query<EventPlace & { at: string }>(
    // A line begins with source and id as `eventJson` writes them.
    `with wanted as materialized (
       select at, intake, beginning from unnest($1::text[], $2::text[], $3::text[]) with ordinality as named (source, id, beginning, at)
         join shop_event_keys known on known.source = named.source and known.id = named.id
     ), lines as (
       select plant, "order", substring(line from '^\\{"source":"(?:[^"\\\\]|\\\\.)*","id":"(?:[^"\\\\]|\\\\.)*"') as beginning
         from shop_events told, string_to_table(events, E'\\n') as line
        where told.intake in (select intake from wanted)
     )
     select at, plant, "order" from wanted join lines using (beginning)`,
    [
      keys.map(({ source }) => source),
      keys.map(({ id }) => id),
      keys.map(({ source, id }) => JSON.stringify({ source, id }).slice(0, -1)),
    ],
  );
  return rows.map(({ at, ...place }) => ({ ...place, at: Number(at) - 1 }));
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
  const { rows } = await tx.query<CountWake & { rests: boolean; retired: boolean }>(
    `with first as (
       select plant, "order", min(id) as since
         from (select * from count_wakes where plant = $1 order by id limit 5000) oldest group by plant, "order"
     )
     -- All that wait of these orders, also far behind.
     select first.plant, first."order", production.retired_at is not null as retired,
            coalesce(production.counted_at > now() - greatest(0, production.events - 200) * interval '2 milliseconds', false) as rests,
            (select array_agg(id::text) from count_wakes wake where wake.plant = first.plant and wake."order" = first."order") as ids
       from first
       left join order_production production on production.plant = first.plant and production."order" = first."order"
      order by since limit $2`,
    [plant, 10 * orders],
  );
  await settleCounts(
    tx,
    rows.filter(({ retired }) => retired),
  );
  const resting = rows.filter(({ rests, retired }) => rests && !retired);
  if (resting.length > 0) {
    await settleCounts(tx, resting);
    await queueCounts(tx, resting);
  }
  const due = rows.filter(({ rests, retired }) => !rests && !retired).slice(0, orders);
  // What came since they were counted last is not among the events of then.
  const held = await countsOf(tx, due);
  let sum = 0;
  return due.filter((_, at) => (sum += held[at] ?? 0) <= events || at === 0);
}

/** How many events stand at each place. */
async function countsOf(db: Db, places: readonly EventPlace[]): Promise<readonly number[]> {
  const { rows } = await db.query<{ count: number }>(
    `select (select coalesce(sum(count), 0)::float8 from shop_events told
              where told.plant = place.plant and told."order" = place."order") as count
       from unnest($1::text[], $2::text[]) with ordinality as place (plant, "order", at) order by at`,
    [places.map(({ plant }) => plant), places.map(({ order }) => order)],
  );
  return rows.map(({ count }) => count);
}

export async function settleCounts(tx: Transaction, wakes: readonly CountWake[]): Promise<void> {
  if (wakes.length === 0) return;
  await tx.query("delete from count_wakes where id = any($1::bigint[])", [wakes.flatMap(({ ids }) => ids)]);
}

/**
 * One counts a plant's orders at a time: sums over orders are made of all of them. Ends with the transaction, which may
 * think between two statements for as long as a great order takes.
 */
export async function lockCounting(tx: Transaction, plant: PlantId): Promise<boolean> {
  await tx.query("set local idle_in_transaction_session_timeout = '2min'");
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

/**
 * Lets events go that came in before an instant, by whole months, and what is kept beside them. All events of an order
 * go together: those of an order of which something came in later, or is still to be counted, stay, for an order is
 * counted as a whole. What was counted of the others stays as it is. Gives the months.
 */
export async function forgetEvents(database: Database, before: Date): Promise<readonly string[]> {
  const months = await database.transaction((tx) => retireMonths(tx, before));
  await database.transaction(forgetKeys);
  await database.pool.query("delete from kept_apart where received_at < $1", [before]);
  await database.pool.query("delete from kept_apart_keys where at < $1", [before]);
  return months;
}

async function retireMonths(tx: Transaction, before: Date): Promise<readonly string[]> {
  const { rows: months } = await tx.query<{ name: string }>(
    `select relid::text as name from pg_partition_tree('shop_events')
      where isleaf and relid::text < 'shop_events_' || to_char($1::timestamptz at time zone 'UTC', 'YYYY_MM')
      order by 1`,
    [before],
  );
  if (months.length === 0) return [];
  await tx.query("set local statement_timeout = 0");
  await tx.query("lock table shop_events in exclusive mode"); // nothing comes in between the look and the drop
  const old = "received_at < date_trunc('month', $1::timestamptz, 'UTC')";
  await tx.query(`insert into retired_keys select max(intake) from shop_events where ${old} having count(*) > 0`, [
    before,
  ]);
  // An order goes on with those that its events were given to, or that gave it events.
  await tx.query(
    `create temporary table going_on on commit drop as
     with live as (
       select plant, "order" from shop_events where not ${old} union select plant, "order" from count_wakes
     )
     select * from live
      union select from_plant, from_order from moved_events join live using (plant, "order")
      union select moved.plant, moved."order" from moved_events moved
              join live on live.plant = from_plant and live."order" = from_order`,
    [before],
  );
  await tx.query(
    `with retired as (
       select plant, "order" from shop_events where ${old} except select plant, "order" from going_on
     ), all_retired as (
       select * from retired
        union select moved.plant, moved."order" from moved_events moved
                join retired on retired.plant = from_plant and retired."order" = from_order
     )
     update order_production production set retired_at = now() from all_retired
      where production.plant = all_retired.plant and production."order" = all_retired."order"`,
    [before],
  );
  await tx.query(
    `update shop_events set received_at = now() where ${old} and (plant, "order") in (select plant, "order" from going_on)`,
    [before],
  );
  for (const { name } of months) await tx.query(`drop table ${name}`);
  await tx.query(
    `delete from moved_events moved where not exists (
       select from shop_events told where told.plant = from_plant and told."order" = from_order)`,
  );
  return months.map(({ name }) => name);
}

/** Apart from the months, for they are many, and events come in meanwhile. */
async function forgetKeys(tx: Transaction): Promise<void> {
  const { rows } = await tx.query<{ upto: string | null }>("select max(upto) as upto from retired_keys");
  const upto = rows[0]?.upto ?? null;
  if (upto === null) return;
  await tx.query("set local statement_timeout = 0");
  await tx.query(
    `delete from shop_event_keys key where intake <= $1
        and not exists (select from shop_events told where told.intake = key.intake)`,
    [upto],
  );
  await tx.query("delete from retired_keys where upto <= $1", [upto]);
}

/** Those of places whose events were let go. In the transaction that stores events: none are let go until it ends. */
export async function retiredAmong(tx: Transaction, places: readonly EventPlace[]): Promise<readonly EventPlace[]> {
  if (places.length === 0) return [];
  const [, { rows }] = await together(
    tx.query("lock table shop_events in row exclusive mode"),
    tx.query<EventPlace>({
      name: "retired orders",
      text: `select plant, "order" from order_production
              where retired_at is not null and (plant, "order") in (select * from unnest($1::text[], $2::text[]))`,
      values: [textArray(places.map(({ plant }) => plant)), textArray(places.map(({ order }) => order))],
    }),
  );
  return rows;
}

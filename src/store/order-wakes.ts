import type { ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { Db, Transaction } from "./database.ts";

/** Rung with orders that are due at once; the payload is the plant. */
export const ORDERS_CHANNEL = "heddle_orders";

/** Why orders are to be looked at again; `by` is the person who asked. */
export type OrderWake = { readonly why: string; readonly by?: string | undefined };

/** Counts on from the clock: what a look does under its number must not be taken for what an earlier one did. */
const NEW_ASKED = "(extract(epoch from clock_timestamp()) * 1000000)::bigint";

/** Asks for a look at orders, in the transaction of its cause: both come true, or neither. Any number that wait become one, by whoever of the persons asked last. */
export async function wakeOrders(
  db: Db,
  plant: PlantId,
  orders: readonly ProductionOrderId[],
  { why, by }: OrderWake,
): Promise<void> {
  if (orders.length === 0) return;
  await db.query({
    name: "wake orders",
    text: `insert into order_wakes (plant, "order", due, asked, why, by)
     select $1, "order", clock_timestamp(), ${NEW_ASKED}, $3, $4 from unnest($2::text[]) as named ("order") order by "order"
         on conflict (plant, "order") do update
        set due = excluded.due, asked = order_wakes.asked + 1, why = excluded.why,
            by = coalesce(excluded.by, order_wakes.by)`,
    values: [plant, [...new Set(orders)], why, by ?? null],
  });
  await ring(db, plant);
}

/** Asks for a look at all orders of these items that have not ended. */
export async function wakeOrdersOf(db: Db, plant: PlantId, items: readonly ItemId[], why: string): Promise<void> {
  await wakeSelected(db, plant, `item = any($3) and state <> 'ended'`, items, why);
}

/** Asks for a look at the orders that were split from these. */
export async function wakeSplits(db: Db, plant: PlantId, parents: readonly ProductionOrderId[]): Promise<void> {
  await wakeSelected(
    db,
    plant,
    "from_order = any($3) and state <> 'ended'",
    parents,
    "the order that it was split from moved",
  );
}

/** Asks for a look at all orders in these states: rules or systems may have changed while the hub was away. */
export async function wakeOrdersIn(db: Db, plant: PlantId, states: readonly string[], why: string): Promise<void> {
  await wakeSelected(db, plant, "state = any($3)", states, why);
}

async function wakeSelected(
  db: Db,
  plant: PlantId,
  where: string,
  named: readonly string[],
  why: string,
): Promise<void> {
  if (named.length === 0) return;
  const { rowCount } = await db.query(
    `insert into order_wakes (plant, "order", due, asked, why)
     select plant, "order", clock_timestamp(), ${NEW_ASKED}, $2 from orders where plant = $1 and ${where} order by "order"
         on conflict (plant, "order") do update
        set due = excluded.due, asked = order_wakes.asked + 1, why = excluded.why`,
    [plant, why, named],
  );
  if ((rowCount ?? 0) > 0) await ring(db, plant);
}

async function ring(db: Db, plant: PlantId): Promise<void> {
  await db.query("select pg_notify($1, $2)", [ORDERS_CHANNEL, plant]);
}

/** An order that is due for a look. `attempt` counts the looks since the last one that came to rest. */
export type DueOrder = {
  readonly order: ProductionOrderId;
  readonly asked: string;
  readonly why: string;
  readonly by: string | null;
  readonly attempt: number;
};

/** Urgent ones first, then as they fell due. Claims nothing: one desk works off a plant. */
export async function dueOrders(
  db: Db,
  plant: PlantId,
  { limit, except }: { limit: number; except: readonly ProductionOrderId[] },
): Promise<DueOrder[]> {
  const { rows } = await db.query<DueOrder>(
    `select "order", asked::text as asked, why, by, attempt from order_wakes
      where plant = $1 and due <= clock_timestamp() and not ("order" = any($2))
      order by priority desc, due limit $3`,
    [plant, except, limit],
  );
  return rows;
}

/** What follows a look at an order: rest, or another look after a time. */
export type WorkedOff = {
  readonly order: ProductionOrderId;
  readonly asked: string;
  readonly priority: number;
  /** Milliseconds until the next look that it needs by itself; null for none. */
  readonly againMs: number | null;
  readonly why: string | null;
  /** Looks in a row that failed; 0 when this one did not. */
  readonly attempt: number;
};

/** Whoever asked for a look during this one gets another. */
export async function workOff(tx: Transaction, plant: PlantId, worked: readonly WorkedOff[]): Promise<void> {
  const rows = JSON.stringify(worked);
  await tx.query(
    `with worked as (
       select * from json_to_recordset($2) as worked ("order" text, asked bigint, priority int, "againMs" float8, why text, attempt int)
     ), gone as (
       delete from order_wakes wake using worked
        where wake.plant = $1 and wake."order" = worked."order" and wake.asked = worked.asked and worked."againMs" is null
     )
     update order_wakes wake
        set due = case when wake.asked = worked.asked then clock_timestamp() + worked."againMs" * interval '1 ms' else wake.due end,
            priority = worked.priority, attempt = worked.attempt,
            why = case when wake.asked = worked.asked then coalesce(worked.why, wake.why) else wake.why end,
            by = case when wake.asked = worked.asked then null else wake.by end
       from worked where wake.plant = $1 and wake."order" = worked."order"
        and (worked."againMs" is not null or wake.asked <> worked.asked)`,
    [plant, rows],
  );
}

/** Milliseconds until the next order falls due that is not due yet; null when none waits. */
export async function nextDueMs(db: Db, plant: PlantId): Promise<number | null> {
  const { rows } = await db.query<{ ms: number | null }>(
    "select extract(epoch from min(due) - clock_timestamp())::float8 * 1000 as ms from order_wakes where plant = $1 and due > clock_timestamp()",
    [plant],
  );
  return rows[0]?.ms ?? null;
}

/** Orders that wait to be tried again are tried now. */
export async function hastenRetries(db: Db, plant: PlantId): Promise<void> {
  await db.query("update order_wakes set due = clock_timestamp() where plant = $1 and attempt > 0", [plant]);
}

import type { PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { Db, Transaction } from "./database.ts";
import { iso, pageAfter, pageCursor } from "./page.ts";

/**
 * Where the booking of an order's production in the ERP stands. `waiting`: it is booked with the next completion of an
 * operation, or when its time has come; `refused`: the ERP did not take it; `blocked`: it cannot go on.
 */
export type BookingState = "waiting" | "booked" | "completed" | "to decide" | "refused" | "blocked";

export type OrderPlace = { readonly plant: PlantId; readonly order: ProductionOrderId };

export type Booking = {
  readonly plant: string;
  readonly order: string;
  readonly state: BookingState;
  /** Why it stands there, in a sentence; null when that goes without saying. */
  readonly reason: string | null;
  readonly findings: readonly Json[];
  readonly decisions: readonly Json[];
  /** What the ERP held at the last look, and what it lacked; null before the first. */
  readonly held: Json | null;
  readonly outstanding: Json | null;
  readonly losses: readonly string[];
  readonly postings: number;
  readonly completed: number;
  readonly dueAt: string | null;
  readonly lookedAt: string | null;
  readonly bookedAt: string | null;
  readonly updatedAt: string;
};

export type ListedBooking = Omit<Booking, "state" | "held" | "outstanding" | "decisions" | "completed"> & {
  /** `retrying`: a system is away, and it goes on by itself. */
  readonly state: BookingState | "retrying";
  /** What was made; null where nothing was counted yet. */
  readonly item: string | null;
};

const COLUMNS = `plant, "order", state, reason, findings, decisions, held, outstanding, losses, postings, completed,
  ${iso("due_at")} as "dueAt", ${iso("looked_at")} as "lookedAt", ${iso("booked_at")} as "bookedAt",
  ${iso("updated_at")} as "updatedAt"`;

/** The order's booking, made where there is none. */
export async function openBooking(db: Db, { plant, order }: OrderPlace): Promise<Booking> {
  await db.query(`insert into bookings (plant, "order") values ($1, $2) on conflict do nothing`, [plant, order]);
  const booking = await bookingOf(db, { plant, order });
  if (booking === null) throw new Error(`the booking of order ${order} in plant ${plant} was not stored`);
  return booking;
}

export async function bookingOf(db: Db, { plant, order }: OrderPlace): Promise<Booking | null> {
  const { rows } = await db.query<Booking>(`select ${COLUMNS} from bookings where plant = $1 and "order" = $2`, [
    plant,
    order,
  ]);
  return rows[0] ?? null;
}

/** As `bookingOf`; nobody else changes it until the transaction ends. */
export async function lockedBooking(tx: Transaction, { plant, order }: OrderPlace): Promise<Booking | null> {
  const { rows } = await tx.query<Booking>(
    `select ${COLUMNS} from bookings where plant = $1 and "order" = $2 for update`,
    [plant, order],
  );
  return rows[0] ?? null;
}

/** Something new is known, and may wait until `dueAt`; what was due before stays so. */
export async function postponeBooking(tx: Transaction, { plant, order }: OrderPlace, dueAt: Date): Promise<void> {
  await tx.query(`update bookings set due_at = least(due_at, $3) where plant = $1 and "order" = $2`, [
    plant,
    order,
    dueAt,
  ]);
}

export type LookedAt = Pick<Booking, "state" | "reason" | "completed"> & {
  readonly findings: readonly Json[];
  readonly held: Json;
  readonly outstanding: Json;
};

/** A look came to its end. What people decided stays. */
export async function recordLook(tx: Transaction, { plant, order }: OrderPlace, look: LookedAt): Promise<void> {
  const { state, reason, findings, held, outstanding, completed } = look;
  await tx.query(
    `update bookings set state = $3, reason = $4, findings = $5, held = $6, outstanding = $7, completed = $8, due_at = null,
            looked_at = clock_timestamp(), updated_at = clock_timestamp() where plant = $1 and "order" = $2`,
    [
      plant,
      order,
      state,
      reason,
      JSON.stringify(findings),
      JSON.stringify(held),
      JSON.stringify(outstanding),
      completed,
    ],
  );
}

/** The operations of an order that are complete, by what counting made of its events. */
const COMPLETED = `coalesce(jsonb_array_length(jsonb_path_query_array(p.actuals, '$.operations[*] ? (@.isComplete == true)')), 0)`;

/** It cannot go on by itself, not even for an operation that is complete. What was looked at before stays as it was. */
export async function stopBooking(
  tx: Transaction,
  { plant, order }: OrderPlace,
  { state, reason }: { readonly state: "refused" | "blocked"; readonly reason: string },
): Promise<void> {
  await tx.query(
    `update bookings b set state = $3, reason = $4, due_at = null, updated_at = clock_timestamp(),
            completed = coalesce((select ${COMPLETED} from order_production p where p.plant = $1 and p."order" = $2), 0)
      where b.plant = $1 and b."order" = $2`,
    [plant, order, state, reason],
  );
}

/** The ERP has booked, except for what it has no place for. */
export async function countPosting(
  tx: Transaction,
  { plant, order }: OrderPlace,
  losses: readonly string[],
): Promise<void> {
  await tx.query(
    `update bookings set postings = postings + 1, losses = $3, booked_at = clock_timestamp(), updated_at = clock_timestamp()
      where plant = $1 and "order" = $2`,
    [plant, order, JSON.stringify(losses)],
  );
}

export async function storeDecisions(
  tx: Transaction,
  { plant, order }: OrderPlace,
  decisions: readonly Json[],
): Promise<void> {
  await tx.query(
    `update bookings set decisions = $3, updated_at = clock_timestamp() where plant = $1 and "order" = $2`,
    [plant, order, JSON.stringify(decisions)],
  );
}

/** What counting made of an order's events: `OrderActuals` as JSON. Null while nothing was counted. */
export async function actualsOf(
  db: Db,
  { plant, order }: OrderPlace,
): Promise<{ readonly item: string | null; readonly actuals: Json; readonly countedAt: string } | null> {
  const { rows } = await db.query<{ item: string | null; actuals: Json; countedAt: string }>(
    `select item, actuals, ${iso("counted_at")} as "countedAt" from order_production where plant = $1 and "order" = $2`,
    [plant, order],
  );
  return rows[0] ?? null;
}

/**
 * Those of the orders that need a wake-up: all without one that waits, and those with an operation that was completed
 * (or opened again) since the ERP was looked at, unless their booking is due anyway. A run whose wake-up waits is held,
 * so that nobody takes it before the caller's transaction is through.
 */
export async function ordersToBook(
  tx: Transaction,
  plant: PlantId,
  orders: readonly { readonly order: ProductionOrderId; readonly subject: string }[],
): Promise<ProductionOrderId[]> {
  const { rows } = await tx.query<{ order: ProductionOrderId }>(
    `with asked as (select * from unnest($2::text[], $3::text[]) as asked ("order", subject)),
     waiting as (
       select runs.subject from runs join asked using (subject) where queued order by runs.subject for update of runs
     )
     select asked."order" from asked
       left join waiting using (subject)
       left join order_production p on p.plant = $1 and p."order" = asked."order"
       left join bookings b on b.plant = $1 and b."order" = asked."order"
      where waiting.subject is null
         or coalesce(b.completed, 0) <> ${COMPLETED} and coalesce(b.due_at > clock_timestamp(), true)
      order by asked.subject`,
    [plant, orders.map(({ order }) => order), orders.map(({ subject }) => subject)],
  );
  return rows.map(({ order }) => order);
}

/** Those of the orders whose booking does not go on by itself. */
export async function heldBookings(
  db: Db,
  plants: readonly string[],
  orders: readonly string[],
): Promise<OrderPlace[]> {
  const { rows } = await db.query<OrderPlace>(
    `select plant, "order" from bookings where plant = any($1) and "order" = any($2)
        and state in ('to decide', 'refused', 'blocked')`,
    [plants, orders],
  );
  return rows;
}

/** They are not to wait for their time: something moved. */
export async function hastenBookings(tx: Transaction, places: readonly OrderPlace[]): Promise<void> {
  await tx.query(
    `with moved as (
       select plant, "order" from bookings
        where (plant, "order") in (select * from unnest($1::text[], $2::text[])) order by plant, "order" for update
     )
     update bookings b set due_at = least(b.due_at, clock_timestamp())
       from moved where b.plant = moved.plant and b."order" = moved."order"`,
    [places.map(({ plant }) => plant), places.map(({ order }) => order)],
  );
}

export type BookingFilter = {
  readonly plant?: string | undefined;
  readonly state?: ListedBooking["state"] | undefined;
  readonly order?: string | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
};

/** Where runs tell of something newer than the booking does: a system that is away, or a fault of the hub. */
const LISTED = `select b.plant, b."order", p.item, b.postings, b.findings, b.losses,
    case when r.updated_at > b.updated_at and r.state in ('blocked', 'retrying') then r.state else b.state end as state,
    case when r.updated_at > b.updated_at then coalesce(r.reason, b.reason) else b.reason end as reason,
    ${iso("b.due_at")} as "dueAt", ${iso("b.looked_at")} as "lookedAt", ${iso("b.booked_at")} as "bookedAt",
    ${iso("b.updated_at")} as "updatedAt"
  from bookings b
  left join order_production p on p.plant = b.plant and p."order" = b."order"
  left join runs r on r.subject = 'production:' || b."order" || '@' || b.plant`;

/** A page of bookings, the last touched first. @throws NoSuchPlace on an `after` that is not one of ours */
export async function listBookings(
  db: Db,
  { plant, state, order, after, limit }: BookingFilter,
): Promise<{ bookings: ListedBooking[]; next: string | null }> {
  const [instant, place] = after === undefined ? [null, null] : pageAfter(after);
  const { rows } = await db.query<ListedBooking>(
    `select * from (${LISTED}
       where ($1::text is null or b.plant = $1)
         and ($6::text is null or b."order" = $6)
         and ($3::timestamptz is null or (b.updated_at, b.plant || '/' || b."order") < ($3, $4))) listed
      where ($2::text is null or state = $2)
      order by "updatedAt" desc, plant || '/' || "order" desc limit $5`,
    [plant ?? null, state ?? null, instant, place, limit + 1, order ?? null],
  );
  const bookings = rows.slice(0, limit);
  const last = bookings.at(-1);
  const next =
    rows.length > limit && last !== undefined ? pageCursor(last.updatedAt, `${last.plant}/${last.order}`) : null;
  return { bookings, next };
}

export async function listedBooking(db: Db, { plant, order }: OrderPlace): Promise<ListedBooking | null> {
  const { rows } = await db.query<ListedBooking>(`${LISTED} where b.plant = $1 and b."order" = $2`, [plant, order]);
  return rows[0] ?? null;
}

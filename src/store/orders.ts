import type { ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { OrderState } from "../domain/orders/plan-order.ts";
import type { Db, Transaction } from "./database.ts";
import { iso, pageAfter, pageCursor } from "./page.ts";
import { textArray } from "./text-array.ts";

/** What the hub remembers of an order, and shows of it. */
export type StoredOrder = {
  readonly plant: PlantId;
  readonly order: ProductionOrderId;
  readonly item: ItemId;
  readonly fromOrder: ProductionOrderId | null;
  readonly state: OrderState;
  readonly reason: string | null;
  /** The rest of what its page shows. */
  readonly shown: Json;
  readonly acknowledged: number;
  readonly heldByHeddle: boolean;
  readonly directives: Json;
  /** The report that the ERP has, as text; null before the first. */
  readonly reported: string | null;
  readonly dispatchAt: string | null;
  readonly shiftAt: string | null;
  readonly shiftName: string | null;
  readonly shiftDay: string | null;
  readonly dispatchedAt: string | null;
  readonly updatedAt: string;
};

/** What was sent last, or begun to be. */
export type SentVersion = {
  readonly version: number;
  readonly content: Json;
  readonly sentAt: string;
  readonly refusal: string | null;
};

/** As lists and pages show it. */
export type ListedOrder = StoredOrder & {
  /** The last version that was sent, or begun to be; 0 before the first. */
  readonly version: number;
};

/** An order as the hub last left it, with the last version that was sent. */
export type RememberedOrder = StoredOrder & {
  readonly last: SentVersion | null;
  /** The content of the version that was acknowledged; null where this database did not send it. */
  readonly taken: Json | null;
};

const COLUMNS = `plant, "order", item, from_order as "fromOrder", state, reason, shown, acknowledged,
  held_by_heddle as "heldByHeddle", directives, reported,
  ${iso("dispatch_at")} as "dispatchAt", ${iso("shift_at")} as "shiftAt", shift_name as "shiftName",
  shift_day as "shiftDay", ${iso("dispatched_at")} as "dispatchedAt", ${iso("updated_at")} as "updatedAt"`;

const LISTED = `${COLUMNS}, coalesce((select max(version) from order_versions sent
  where sent.plant = orders.plant and sent."order" = orders."order"), 0) as version`;

/** What is left of a first look that ended with its hub: only that something was begun. */
const CUT_SHORT = {
  item: "" as ItemId,
  fromOrder: null,
  state: "sending",
  reason: null,
  shown: { mes: null },
  acknowledged: 0,
  heldByHeddle: false,
  directives: {},
  reported: null,
  dispatchAt: null,
  shiftAt: null,
  shiftName: null,
  shiftDay: null,
  dispatchedAt: null,
} as const satisfies Partial<StoredOrder>;

/** Orders that the hub has not looked at yet, nor sent anything of, are absent. */
export async function rememberedOrders(
  db: Db,
  plant: PlantId,
  orders: readonly ProductionOrderId[],
): Promise<ReadonlyMap<ProductionOrderId, RememberedOrder>> {
  type Row = { readonly id: ProductionOrderId; readonly last: SentVersion | null; readonly taken: Json | null };
  const { rows } = await db.query<Row & (StoredOrder | { readonly order: null })>(
    `select id, ${COLUMNS}, last,
            (select content from order_versions sent where sent.plant = $1 and sent."order" = id
                and sent.version = acknowledged) as taken
       from unnest($2::text[]) as named (id) left join orders on orders.plant = $1 and orders."order" = id
       left join lateral (
         select json_build_object('version', version, 'content', content, 'sentAt', sent_at, 'refusal', refusal) as last
           from order_versions sent where sent.plant = $1 and sent."order" = id
          order by version desc limit 1) versions on true`,
    [plant, [...new Set(orders)]],
  );
  return new Map(
    rows.flatMap(({ id, last, taken, ...row }): [ProductionOrderId, RememberedOrder][] => {
      if (row.order !== null) return [[id, { ...row, last, taken }]];
      return last === null ? [] : [[id, { ...CUT_SHORT, plant, order: id, updatedAt: last.sentAt, last, taken }]];
    }),
  );
}

/** A version that is about to be sent. Written first, so that a lost answer is known to be one. */
export type BegunVersion = {
  readonly order: ProductionOrderId;
  readonly version: number;
  /** JSON as text: as objects, the contents of all orders under way would burden the garbage collector. */
  readonly content: string;
};

/** One that was begun before keeps its first content: the same version never says two things. */
export async function beginVersions(tx: Transaction, plant: PlantId, begun: readonly BegunVersion[]): Promise<void> {
  await tx.query({
    name: "begin versions",
    text: `insert into order_versions (plant, "order", version, content)
     select $1, "order", version, content::json
       from unnest($2::text[], $3::int[], $4::text[]) as begun ("order", version, content)
         on conflict do nothing`,
    values: [
      plant,
      begun.map(({ order }) => order),
      begun.map(({ version }) => version),
      textArray(begun.map(({ content }) => content)),
    ],
  });
}

export async function refuseVersions(
  tx: Transaction,
  plant: PlantId,
  refused: readonly { order: ProductionOrderId; version: number; words: string }[],
): Promise<void> {
  if (refused.length === 0) return;
  await tx.query(
    `update order_versions sent set refusal = refused.words
       from json_to_recordset($2) as refused ("order" text, version int, words text)
      where sent.plant = $1 and sent."order" = refused."order" and sent.version = refused.version`,
    [plant, JSON.stringify(refused)],
  );
}

/** Where a look at an order left it. */
export type SettledOrder = Omit<StoredOrder, "plant" | "directives" | "reported" | "updatedAt"> & {
  /** The report that the ERP took in this look; null or absent leaves the one before. */
  readonly reported?: string | null;
};

/** Notes where orders stand. What people ordered of them is not touched. */
export async function recordOrders(tx: Transaction, plant: PlantId, orders: readonly SettledOrder[]): Promise<void> {
  await tx.query({
    name: "record orders",
    text: `insert into orders as held (plant, "order", item, from_order, state, reason, shown, acknowledged, held_by_heddle,
                                 reported, dispatch_at, shift_at, shift_name, shift_day, dispatched_at, updated_at)
     select $1, "order", item, "fromOrder", state, reason, shown, acknowledged, "heldByHeddle",
            reported, "dispatchAt", "shiftAt", "shiftName", "shiftDay", "dispatchedAt", clock_timestamp()
       from json_to_recordset($2) as settled ("order" text, item text, "fromOrder" text, state text, reason text,
            shown jsonb, acknowledged int, "heldByHeddle" boolean, reported text,
            "dispatchAt" timestamptz, "shiftAt" timestamptz, "shiftName" text, "shiftDay" text, "dispatchedAt" timestamptz)
      order by "order"
         on conflict (plant, "order") do update
        set item = excluded.item, from_order = excluded.from_order, state = excluded.state, reason = excluded.reason,
            shown = excluded.shown, acknowledged = excluded.acknowledged, held_by_heddle = excluded.held_by_heddle,
            reported = coalesce(excluded.reported, held.reported),
            dispatch_at = excluded.dispatch_at, shift_at = excluded.shift_at, shift_name = excluded.shift_name,
            shift_day = excluded.shift_day, dispatched_at = excluded.dispatched_at, updated_at = excluded.updated_at`,
    values: [plant, JSON.stringify(orders)],
  });
}

/** Sets or, with null, takes back what people order of an order. False when the hub does not know the order. */
export async function directOrder(
  tx: Transaction,
  { plant, order }: { plant: PlantId; order: ProductionOrderId },
  directives: Readonly<Record<string, Json>>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update orders set directives = jsonb_strip_nulls(directives || $3), updated_at = clock_timestamp()
      where plant = $1 and "order" = $2`,
    [plant, order, JSON.stringify(directives)],
  );
  return rowCount === 1;
}

export async function orderOf(db: Db, plant: PlantId, order: ProductionOrderId): Promise<ListedOrder | null> {
  const { rows } = await db.query<ListedOrder>(`select ${LISTED} from orders where plant = $1 and "order" = $2`, [
    plant,
    order,
  ]);
  return rows[0] ?? null;
}

/** Newest first. */
export async function versionsOf(db: Db, plant: PlantId, order: ProductionOrderId): Promise<SentVersion[]> {
  const { rows } = await db.query<SentVersion>(
    `select version, content, ${iso("sent_at")} as "sentAt", refusal from order_versions
      where plant = $1 and "order" = $2 order by version desc limit 200`,
    [plant, order],
  );
  return rows;
}

export type OrderFilter = {
  readonly plant?: string | undefined;
  readonly state?: OrderState | undefined;
  /** The instant of a shift start. */
  readonly shift?: string | undefined;
  /** Found in the order's number or its item, whatever its case. */
  readonly text?: string | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
};

/** A page of orders, the last touched first; those that are not released only when asked for. @throws NoSuchPlace on an `after` that is not one of ours */
export async function listOrders(
  db: Db,
  { plant, state, shift, text, after, limit }: OrderFilter,
): Promise<{ orders: ListedOrder[]; next: string | null }> {
  const [instant, place] = after === undefined ? [null, null] : pageAfter(after);
  const { rows } = await db.query<ListedOrder>(
    `select ${LISTED} from orders
      where ($1::text is null or plant = $1)
        and (state = $2 or $2::text is null and state <> 'not released')
        and ($3::timestamptz is null or shift_at = $3)
        and ($4::text is null or strpos(lower("order" || ' ' || item), lower($4)) > 0)
        and ($5::timestamptz is null or (updated_at, plant || '/' || "order") < ($5, $6))
      order by updated_at desc, plant || '/' || "order" desc limit $7`,
    [plant ?? null, state ?? null, shift ?? null, text ?? null, instant, place, limit + 1],
  );
  const orders = rows.slice(0, limit);
  const last = orders.at(-1);
  const next =
    rows.length > limit && last !== undefined ? pageCursor(last.updatedAt, `${last.plant}/${last.order}`) : null;
  return { orders, next };
}

export async function countOrders(db: Db): Promise<Partial<Record<OrderState, number>>> {
  const { rows } = await db.query<{ state: OrderState; count: number }>(
    "select state, count(*)::int as count from orders where state <> 'not released' group by state",
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** The orders that go, or went, together at a shift's start. */
export type StoredBatch = {
  readonly plant: string;
  readonly shift: string;
  readonly day: string;
  readonly at: string;
  readonly orders: number;
  readonly states: Readonly<Record<string, number>>;
  readonly firstDispatchedAt: string | null;
  readonly lastDispatchedAt: string | null;
};

/** Oldest first: all that are to come, and of each plant the last few that went. */
export async function shiftBatches(db: Db, plant: string | null, past = 5): Promise<StoredBatch[]> {
  const { rows } = await db.query<StoredBatch>(
    `with counted as (
       select plant, shift_at, shift_name, shift_day, state, count(*)::int as orders,
              min(dispatched_at) as first, max(dispatched_at) as last
         from orders where shift_at is not null and ($1::text is null or plant = $1)
        group by plant, shift_at, shift_name, shift_day, state
     ), batches as (
       select plant, shift_at, shift_name, shift_day, sum(orders)::int as orders,
              json_object_agg(state, orders) as states, min(first) as first, max(last) as last,
              row_number() over (partition by plant, shift_at > now() order by shift_at desc) as place
         from counted group by plant, shift_at, shift_name, shift_day
     )
     select plant, shift_name as shift, shift_day as day, ${iso("shift_at")} as at, orders, states,
            ${iso("first")} as "firstDispatchedAt", ${iso("last")} as "lastDispatchedAt"
       from batches where shift_at > now() or place <= $2 order by shift_at, plant`,
    [plant, past],
  );
  return rows;
}

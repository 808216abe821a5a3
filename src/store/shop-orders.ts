import type { EventPlace } from "../domain/feedback/event-place.ts";
import type { Instant } from "../domain/feedback/instant.ts";
import { shopOperation, type ShopOrder, type ShopOrderPlan } from "../domain/feedback/shop-order.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import { fromJson, toJson } from "../domain/json.ts";
import type { JobOrder } from "../domain/job-order.ts";
import type { Unit, UnitFactor } from "../domain/unit.ts";
import type { Db, Transaction } from "./database.ts";
import { iso } from "./page.ts";

/** An order that events may name, and which of its operations were told to have begun and ended. */
export type KnownShopOrder = ShopOrder & {
  readonly progress: ReadonlyMap<OperationId, { startedAt: Instant | null; completedAt: Instant | null }>;
};

/** The orders among these that feedback knows. */
export async function shopOrders(db: Db, places: readonly EventPlace[]): Promise<readonly KnownShopOrder[]> {
  if (places.length === 0) return [];
  type Progress = { operation: OperationId; startedAt: Instant | null; completedAt: Instant | null };
  type Row = Omit<ShopOrder, "plan"> & { plan: unknown; progress: readonly Progress[] | null };
  const { rows } = await db.query<Row>(
    `select known.plant, known."order", known.item, from_order as "from", plan, production.actuals -> 'operations' as progress
       from unnest($1::text[], $2::text[]) as named (plant, "order")
       join shop_orders known on known.plant = named.plant and known."order" = named."order"
       left join order_production production on production.plant = named.plant and production."order" = named."order"`,
    [places.map(({ plant }) => plant), places.map(({ order }) => order)],
  );
  return rows.map(({ plan, progress, ...order }) => ({
    ...order,
    plan: fromJson<ShopOrderPlan>(plan),
    progress: new Map((progress ?? []).map(({ operation, ...times }) => [operation, times])),
  }));
}

/** Orders that the order leg sent to an MES, as it sent them first. */
export async function dispatchedOrders(db: Db, places: readonly EventPlace[]): Promise<readonly ShopOrder[]> {
  if (places.length === 0) return [];
  type Row = { plant: PlantId; order: ProductionOrderId; content: unknown; sentAt: Instant };
  const { rows } = await db.query<Row>(
    `select distinct on (sent.plant, sent."order") sent.plant, sent."order", content,
            ${iso(`min(sent_at) over (partition by sent.plant, sent."order")`)} as "sentAt"
       from unnest($1::text[], $2::text[]) as named (plant, "order")
       join order_versions sent on sent.plant = named.plant and sent."order" = named."order"
      where refusal is null order by sent.plant, sent."order", version desc`,
    [places.map(({ plant }) => plant), places.map(({ order }) => order)],
  );
  return rows.map(({ plant, order, content, sentAt }) => {
    const job = fromJson<Omit<JobOrder, "version">>(content);
    return {
      plant,
      order,
      item: job.item,
      from: job.from?.order ?? null,
      plan: {
        revision: job.revision,
        quantity: job.quantity,
        unitFactors: [],
        mbom: job.mbom,
        sentAt,
        operations: job.operations.map(shopOperation),
        components: job.operations.flatMap(({ operation, components }) =>
          components.map(({ line, item, required, supply }) => ({ line, item, required, operation, supply })),
        ),
      },
    };
  });
}

/** Of these orders, those of which the MES was sent another version since they were learned. */
export async function sentSinceLearned(db: Db, places: readonly EventPlace[]): Promise<readonly EventPlace[]> {
  const { rows } = await db.query<EventPlace>(
    `select distinct known.plant, known."order"
       from unnest($1::text[], $2::text[]) as named (plant, "order")
       join shop_orders known on known.plant = named.plant and known."order" = named."order"
       join order_versions sent on sent.plant = named.plant and sent."order" = named."order"
      where sent.sent_at > known.learned_at`,
    [places.map(({ plant }) => plant), places.map(({ order }) => order)],
  );
  return rows;
}

/** Keeps what is known of orders now. What was sent first stays the earliest that the shop floor could know it. */
export async function learnOrders(tx: Transaction, orders: readonly ShopOrder[]): Promise<void> {
  if (orders.length === 0) return;
  await tx.query(
    `insert into shop_orders (plant, "order", item, from_order, plan)
     select plant, "order", item, "from", plan
       from jsonb_to_recordset($1) as known (plant text, "order" text, item text, "from" text, plan jsonb)
      order by plant, "order"
         on conflict (plant, "order") do update
        set item = excluded.item, from_order = excluded.from_order, learned_at = now(),
            plan = excluded.plan || jsonb_build_object('sentAt', coalesce(shop_orders.plan ->> 'sentAt', excluded.plan ->> 'sentAt'))`,
    [JSON.stringify(orders.map(toJson))],
  );
}

export type ShopItem = {
  readonly plant: PlantId;
  readonly item: ItemId;
  readonly unit: Unit;
  readonly unitFactors: readonly UnitFactor[];
};

type PlantItem = Pick<ShopItem, "plant" | "item">;

export async function shopItems(db: Db, items: readonly PlantItem[]): Promise<readonly ShopItem[]> {
  if (items.length === 0) return [];
  const { rows } = await db.query<Omit<ShopItem, "unitFactors"> & { factors: unknown }>(
    `select known.plant, known.item, unit, unit_factors as factors
       from unnest($1::text[], $2::text[]) as named (plant, item)
       join shop_items known on known.plant = named.plant and known.item = named.item`,
    [items.map(({ plant }) => plant), items.map(({ item }) => item)],
  );
  return rows.map(({ factors, ...item }) => ({ ...item, unitFactors: fromJson<readonly UnitFactor[]>(factors) }));
}

export async function learnItems(tx: Transaction, items: readonly ShopItem[]): Promise<void> {
  if (items.length === 0) return;
  await tx.query(
    `insert into shop_items (plant, item, unit, unit_factors)
     select plant, item, unit, "unitFactors"
       from jsonb_to_recordset($1) as known (plant text, item text, unit text, "unitFactors" jsonb) order by plant, item
         on conflict (plant, item) do update
        set unit = excluded.unit, unit_factors = excluded.unit_factors, learned_at = now()`,
    [JSON.stringify(items.map(toJson))],
  );
}

/** The orders that made or reworked pieces, by plant, item and serial number. */
export async function makersOf(
  db: Db,
  pieces: readonly (PlantItem & { readonly serial: string })[],
): Promise<readonly (PlantItem & { readonly serial: string; readonly order: ProductionOrderId })[]> {
  if (pieces.length === 0) return [];
  const { rows } = await db.query<PlantItem & { serial: string; order: ProductionOrderId }>(
    `select built.plant, built.item, built.id as serial, "order"
       from unnest($1::text[], $2::text[], $3::text[]) as named (plant, item, serial)
       join built_units built on built.plant = named.plant and built.item = named.item
        and built.kind = 'serial' and built.id = named.serial`,
    [pieces.map(({ plant }) => plant), pieces.map(({ item }) => item), pieces.map(({ serial }) => serial)],
  );
  return rows;
}

/** A name in events that feedback does not know. */
export type UnknownName =
  | { readonly plant: PlantId; readonly kind: "order"; readonly id: ProductionOrderId }
  | { readonly plant: PlantId; readonly kind: "item"; readonly id: ItemId };

/** Has the ERP asked for names. One that was asked for lately is not asked for sooner. */
export async function askForNames(tx: Transaction, names: readonly UnknownName[]): Promise<void> {
  if (names.length === 0) return;
  await tx.query(
    `insert into unknown_names (plant, kind, id)
     select distinct * from unnest($1::text[], $2::text[], $3::text[]) as named (plant, kind, id) order by 1, 2, 3
         on conflict do nothing`,
    [names.map(({ plant }) => plant), names.map(({ kind }) => kind), names.map(({ id }) => id)],
  );
}

export async function namesToAskFor(db: Db, plant: PlantId, limit: number): Promise<readonly UnknownName[]> {
  const { rows } = await db.query<UnknownName>(
    "select plant, kind, id from unknown_names where plant = $1 and due <= now() order by due limit $2",
    [plant, limit],
  );
  return rows;
}

/** The ERP has answered: what it knows is forgotten here, what it does not know is asked for again later. */
export async function answeredNames(
  tx: Transaction,
  names: readonly UnknownName[],
  isKnown: (name: UnknownName) => boolean,
): Promise<void> {
  const columns = (of: readonly UnknownName[]) => [
    of.map(({ plant }) => plant),
    of.map(({ kind }) => kind),
    of.map(({ id }) => id),
  ];
  const named = "(select * from unnest($1::text[], $2::text[], $3::text[]))";
  await tx.query(`delete from unknown_names where (plant, kind, id) in ${named}`, columns(names.filter(isKnown)));
  await tx.query(
    // The longer it is unknown, the seldomer it is asked for; what nobody tells of any more is let go after a day.
    `update unknown_names set due = now() + least(greatest(now() - asked_at, interval '15 seconds'), interval '10 minutes')
      where (plant, kind, id) in ${named}`,
    columns(names.filter((name) => !isKnown(name))),
  );
  await tx.query("delete from unknown_names where asked_at < now() - interval '1 day'");
}

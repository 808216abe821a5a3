import type { Place } from "../domain/feedback/trigger-rule.ts";
import type { TriggerState } from "../domain/feedback/triggers.ts";
import type { ChangeId, ItemId, OperationId, PlantId } from "../domain/ids.ts";
import type { Transaction } from "./database.ts";

/**
 * Has whoever else observes these items wait until the transaction ends: two that add to what is remembered of one place
 * would each forget the other's.
 */
export async function lockTriggers(tx: Transaction, plant: PlantId, items: readonly ItemId[]): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(0x74726967, hash) -- "trig"
       from (select distinct hashtext($1 || '/' || item) as hash from unnest($2::text[]) as item) items
      order by hash -- one order for all, or two deadlock`,
    [plant, items],
  );
}

/** One text for one place. */
export function placeKey({ plant, item, revision, operation }: Place): string {
  return JSON.stringify([plant, item, revision, operation]);
}

/** What the triggers remember of these items, by `placeKey`. */
export async function triggerStates(
  tx: Transaction,
  plant: PlantId,
  items: readonly ItemId[],
): Promise<Map<string, TriggerState>> {
  const { rows } = await tx.query<Place & { state: TriggerState }>(
    "select plant, item, revision, operation, state from trigger_states where plant = $1 and item = any($2)",
    [plant, items],
  );
  return new Map(rows.map(({ state, ...place }) => [placeKey(place), state]));
}

export async function keepTriggerStates(
  tx: Transaction,
  states: readonly { readonly place: Place; readonly state: TriggerState }[],
): Promise<void> {
  if (states.length === 0) return;
  await tx.query(
    `insert into trigger_states (plant, item, revision, operation, state)
     select plant, item, revision, operation, state
       from json_to_recordset($1) as kept (plant text, item text, revision text, operation text, state json)
         on conflict (plant, item, revision, operation) do update set state = excluded.state`,
    [JSON.stringify(states.map(({ place, state }) => ({ ...place, state })))],
  );
}

type YieldPlace = { readonly plant: PlantId; readonly item: ItemId; readonly change: ChangeId };

/** First-pass yield before a change, by operation, as it was noted. */
export async function yieldsBefore(
  tx: Transaction,
  { plant, item, change }: YieldPlace,
): Promise<ReadonlyMap<OperationId, number>> {
  const { rows } = await tx.query<{ operation: OperationId; share: number }>(
    "select operation, share from yields_before where plant = $1 and item = $2 and change = $3",
    [plant, item, change],
  );
  return new Map(rows.map(({ operation, share }) => [operation, share]));
}

/** Notes it once: what orders are held against stays. */
export async function noteYieldsBefore(
  tx: Transaction,
  { plant, item, change }: YieldPlace,
  shares: ReadonlyMap<OperationId, number>,
): Promise<void> {
  if (shares.size === 0) return;
  await tx.query(
    `insert into yields_before (plant, item, change, operation, share)
     select $1, $2, $3, * from unnest($4::text[], $5::float8[]) on conflict do nothing`,
    [plant, item, change, [...shares.keys()], [...shares.values()]],
  );
}

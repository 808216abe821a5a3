import type { ItemId } from "../domain/ids.ts";
import { fromJson, type Json } from "../domain/json.ts";
import type { Mbom } from "../domain/mbom.ts";
import type { Published } from "../domain/plan-change.ts";
import { builtOrders } from "../store/built-orders.ts";
import { baselineOf, lastPublished, leftBy, type LastPublished } from "../store/publications.ts";
import { inForceIn } from "../store/resolutions.ts";
import type { ChangeReading } from "./change-run.ts";
import type { Memory } from "./read-plant.ts";
import { beginOf } from "./systems.ts";

/** What the hub remembers of these items, for a plan of the change. */
export async function remember(
  items: readonly ItemId[],
  { change, plant, systems, database: { pool } }: ChangeReading,
): Promise<Memory> {
  const baselines = await baselineOf(pool, { change, plant });
  const left = await leftBy(pool, { change, plant });
  const published = await lastPublished(pool, plant, items);
  return {
    baselines: mapValues(baselines, (json) => (json === null ? null : fromJson<Mbom>(json))),
    left: mapValues(left, (json) => fromJson<Mbom>(json)),
    published: mapValues(published, publishedFrom),
    builtSince: (of, day) => builtOrders(pool, { plant, items: of, since: beginOf(day, systems) }),
    resolutions: await inForceIn(pool, plant),
  };
}

function publishedFrom({ after, engineering, change, releasedAt, effectiveFrom }: LastPublished): Published {
  return {
    mbom: fromJson<Mbom>(after),
    ...(engineering === null ? {} : { engineering: fromJson<Mbom>(engineering) }),
    change,
    releasedAt,
    ...(effectiveFrom == null ? {} : { effectiveFrom }),
  };
}

function mapValues<A extends Json | LastPublished, B>(
  map: ReadonlyMap<ItemId, A>,
  read: (value: A) => B,
): ReadonlyMap<ItemId, B> {
  return new Map([...map].map(([item, value]) => [item, read(value)]));
}

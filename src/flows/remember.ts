import type { ItemId } from "../domain/ids.ts";
import { fromJson, type Json } from "../domain/json.ts";
import type { Mbom } from "../domain/mbom.ts";
import type { Remembered } from "../domain/layers.ts";
import { builtOrders } from "../store/built-orders.ts";
import { baselineOf, leftBy, publicationsToday, type RememberedPublication } from "../store/publications.ts";
import { inForceIn } from "../store/resolutions.ts";
import type { ChangeReading } from "./change-run.ts";
import type { Memory } from "./read-plant.ts";
import { beginOf } from "./systems.ts";

/** What the hub remembers of these items, for a plan of the change. */
export async function remember(
  items: readonly ItemId[],
  { change, plant, systems, database: { pool }, today }: ChangeReading,
): Promise<Memory> {
  const baselines = await baselineOf(pool, { change, plant });
  const left = await leftBy(pool, { change, plant });
  const history = await publicationsToday(pool, plant, items, today());
  return {
    baselines: mapValues(baselines, (json) => (json === null ? null : fromJson<Mbom>(json))),
    left: mapValues(left, (json) => fromJson<Mbom>(json)),
    history: mapValues(history, (rows) => rows.map(rememberedFrom)),
    builtSince: (of, day) => builtOrders(pool, { plant, items: of, since: beginOf(day, systems) }),
    resolutions: await inForceIn(pool, plant),
  };
}

function rememberedFrom(row: RememberedPublication): Remembered {
  const { at, change, releasedAt, before, after, engineering, effectiveFrom, takesBack, isTakenBack } = row;
  return {
    at,
    mbom: fromJson<Mbom>(after),
    ...(engineering === null ? {} : { engineering: fromJson<Mbom>(engineering) }),
    before: before === null ? null : fromJson<Mbom>(before),
    change,
    releasedAt,
    ...(effectiveFrom === null ? {} : { effectiveFrom }),
    ...(takesBack === null ? {} : { takesBack }),
    isTakenBack,
  };
}

function mapValues<A extends Json | readonly RememberedPublication[], B>(
  map: ReadonlyMap<ItemId, A>,
  read: (value: A) => B,
): ReadonlyMap<ItemId, B> {
  return new Map([...map].map(([item, value]) => [item, read(value)]));
}

import { laidOver, withoutLayer } from "./bom/mbom-layers.ts";
import type { Day } from "./calendar.ts";
import type { Beneath } from "./change-plan.ts";
import type { EngineeringChange } from "./change.ts";
import type { ChangeId, ItemId } from "./ids.ts";
import { placeOf } from "./later-publication.ts";
import type { Mbom } from "./mbom.ts";
import type { Published } from "./plan-change.ts";
import type { Plant } from "./plan-design.ts";
import type { Held, PublishedMbom } from "./plant-item.ts";

/** A publication that still bears on what is planned now, as the hub remembers it. */
export type Remembered = Published & {
  /** Counts on with each publication of the plant: the later has the higher one. */
  readonly at: number;
  /** What stands without it. */
  readonly before: Mbom | null;
  /** The change that it took back; absent where it took none. */
  readonly takesBack?: ChangeId;
  /** Whether its change was taken back since. */
  readonly isTakenBack: boolean;
};

/** A change that is published for a day to come, over what is planned. */
export type Layer = {
  readonly change: ChangeId;
  readonly effectiveFrom: Day;
  readonly revision: Mbom["revision"];
  readonly before: Mbom | null;
};

/** What stands in the plant with the layers over it, and those by their days. */
export type Layered = { readonly held: Held<PublishedMbom>; readonly layers: readonly Layer[] };

/**
 * The plant as it is for a change: without what later changes have published for days to come, where its target's
 * lines hold days. So each change is planned on those before it, in whatever order they were published; the later ones are
 * laid over it again when it is published.
 */
export function plantBeneath(
  plant: Plant,
  history: ReadonlyMap<ItemId, readonly Remembered[]>,
  change: EngineeringChange,
  today: Day,
): Plant {
  const mboms = new Map(plant.mboms);
  const published = new Map(plant.published);
  const layered = new Map<ItemId, Layered>();
  for (const [item, known] of history) {
    const layers = plant.holdsEffectivity === undefined ? [] : layersOver(known, change, today);
    const last = lastBeneath(known, layers);
    if (last !== null) published.set(item, last);
    const held = mboms.get(item);
    if (layers.length === 0 || held === undefined) continue;
    layered.set(item, { held, layers });
    mboms.set(item, { ...held, value: { ...held.value, ...beneath(held.value, layers) } });
  }
  return { ...plant, mboms, published, ...(layered.size === 0 ? {} : { layered }) };
}

/** Lays the later designs over one again, each from its day on, as the plant has them. */
export function relaid(own: Mbom, { held, layers }: Layered): { readonly mbom: Mbom; readonly over: Beneath["over"] } {
  const over: Beneath["over"][number][] = [];
  let mbom = own;
  for (const [index, { change, effectiveFrom }] of layers.entries()) {
    const design = beneath(held.value, layers.slice(index + 1));
    const after = laidOver(mbom, design, effectiveFrom);
    over.push({ change, before: mbom, after });
    mbom = after;
  }
  return { mbom, over };
}

function beneath(mbom: Mbom, layers: readonly Layer[]): Mbom {
  return layers.toReversed().reduce((above, layer) => withoutLayer(above, layer), mbom);
}

/** Those in force later than a dated change, and not yet today, by their days. */
function layersOver(known: readonly Remembered[], change: EngineeringChange, today: Day): Layer[] {
  const { id, effectiveFrom: day, state } = change;
  if (day === null || state !== "released") return [];
  // What takes effect at once takes the place of all that was published before it.
  const anew = known.filter(({ effectiveFrom, takesBack }) => effectiveFrom === undefined && takesBack === undefined);
  const since = Math.max(-1, ...anew.map(({ at }) => at));
  const newest = new Map(known.toSorted((a, b) => a.at - b.at).map((one) => [one.change, one]));
  return [...newest.values()]
    .filter(({ change: other, takesBack, isTakenBack, at }) => {
      return other !== id && takesBack === undefined && !isTakenBack && at > since;
    })
    .toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
    .flatMap(({ change: other, effectiveFrom, mbom, before }): Layer[] =>
      effectiveFrom !== undefined && effectiveFrom > today && effectiveFrom > day
        ? [{ change: other, effectiveFrom, revision: mbom.revision, before }]
        : [],
    );
}

/**
 * What merges start from, the newest of all, or what the first layer was laid over; and by which change it stands in the
 * order of changes, the newest that was not taken back.
 */
function lastBeneath(known: readonly Remembered[], layers: readonly Layer[]): Published | null {
  const over = new Set(layers.map(({ change }) => change));
  const rest = known.filter(({ change }) => !over.has(change)).toSorted((a, b) => b.at - a.at);
  const [base] = rest;
  const first = known.findLast(({ change }) => change === layers[0]?.change);
  if (base === undefined) {
    return first === undefined ? null : { mbom: beneath(first.mbom, layers), change: first.change, releasedAt: "" };
  }
  const { mbom, engineering } = base;
  const inForce = rest.find(({ takesBack, isTakenBack }) => takesBack === undefined && !isTakenBack);
  const { releasedAt, effectiveFrom } = inForce ?? { releasedAt: "" };
  return {
    mbom: beneath(mbom, layers),
    ...(engineering === undefined ? {} : { engineering }),
    change: base.change,
    ...(inForce === undefined || inForce.change === base.change ? {} : { standsBy: inForce.change }),
    releasedAt,
    ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
  };
}

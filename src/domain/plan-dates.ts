import { mbomToPublish } from "./bom/dated-mbom.ts";
import type { Day } from "./calendar.ts";
import type { EngineeringChange } from "./change.ts";
import type { Mbom } from "./mbom.ts";
import type { Plant } from "./plan-design.ts";

/** A design, and what it takes the place of. */
type Dating = {
  /** The new design, with the plant's edits in it. */
  readonly design: Mbom;
  /** Engineering's plan of it alone: lines that it does not have are the planners' own. */
  readonly engineering: Mbom;
  readonly before: Mbom | null;
  readonly plant: Plant;
  readonly change: EngineeringChange;
  readonly today: Day;
};

/** The design as it is published: where the target's lines hold days, with the one before it until the change's day. */
export function mbomWithDates({ design, engineering, before, plant, change, today }: Dating): Mbom {
  if (plant.holdsEffectivity === undefined) return design;
  const upstream = new Set(engineering.lines.map(({ key }) => key));
  const sent = plant.published?.get(design.item)?.mbom;
  return mbomToPublish({
    before,
    planned: design,
    held: plant.mboms.get(design.item)?.value ?? null,
    from: change.effectiveFrom ?? today,
    today,
    isPublished: plant.baselines.has(design.item),
    ...(sent === undefined ? {} : { sent }),
    own: new Set(design.lines.flatMap(({ key }) => (upstream.has(key) ? [] : [key]))),
  });
}

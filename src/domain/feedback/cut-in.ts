import type { ItemId, PlantId, Revision } from "../ids.ts";
import { naturalOrder, plainOrder } from "../natural-order.ts";

/** What is on record of one unit that was built: of a serial; of a lot or an order where there are no serials. */
export type BuiltUnit = {
  readonly plant: PlantId;
  /** Serial, lot or order; each stands here once. */
  readonly id: string;
  /** Instant in UTC as `2026-01-31T12:00:00.000Z`, so that instants compare as text. */
  readonly builtAt: string;
  /** Engineering revision that it was reported as; null where it was not. */
  readonly revision: Revision | null;
  readonly components: readonly ComponentUse[];
};

type ComponentUse = { readonly item: ItemId; readonly revision: Revision | null };

/** What tells a unit of the new design from one of the old. */
export type Telltale =
  /** Its own revision; `new` also names those that came after, `old` those before. */
  | { readonly by: "revision"; readonly old: readonly Revision[]; readonly new: readonly Revision[] }
  /**
   * A component of it. A revision of null stands for any. Empty `old`: the component is added, so without it the unit is
   * old. Empty `new`: it is removed, so without it the unit is new.
   */
  | { readonly by: "component"; readonly old: readonly ComponentUse[]; readonly new: readonly ComponentUse[] };

/** From where on a plant was to build the new design. */
export type PlannedCutIn =
  | { readonly kind: "instant"; readonly at: string }
  /** The first serial of the new design; serials count up as people read them. */
  | { readonly kind: "serial"; readonly first: string };

/** Where a change really cut in at one plant. */
export type CutIn = {
  readonly plant: PlantId;
  readonly planned: PlannedCutIn | null;
  /** Units that tell neither old nor new, or both. */
  readonly untold: readonly BuiltUnit[];
} & (
  | {
      readonly kind: "cut in";
      /** The unit from which on the new design was built, but for `oldAfter`. */
      readonly from: BuiltUnit;
      readonly firstNew: BuiltUnit;
      /** Null where nothing of the old design is on record. */
      readonly lastOld: BuiltUnit | null;
      /** Ahead of the cut-in, a prototype for instance; with `oldAfter` what makes it a mixed one. */
      readonly newBefore: readonly BuiltUnit[];
      readonly oldAfter: readonly BuiltUnit[];
      readonly versusPlan: VersusPlan | null;
    }
  /** `newAmong`: single units of the new design, after which the old one went on. */
  | { readonly kind: "not cut in"; readonly lastOld: BuiltUnit; readonly newAmong: readonly BuiltUnit[] }
  | { readonly kind: "nothing told" }
);

/** Units that the plan would have built by the other design; none of either is as planned. */
type VersusPlan = { readonly newTooEarly: readonly BuiltUnit[]; readonly oldTooLate: readonly BuiltUnit[] };

/** Where a change cut in at each plant, from all units of it that are on record. */
export function cutIns(
  plants: readonly { readonly plant: PlantId; readonly planned: PlannedCutIn | null }[],
  units: readonly BuiltUnit[],
  telltale: Telltale,
): readonly CutIn[] {
  return plants.map(({ plant, planned }) =>
    cutInAt(
      plant,
      planned,
      units.filter((unit) => unit.plant === plant),
      telltale,
    ),
  );
}

/** By which design a unit was built; null when what is on record of it does not tell. */
export function designOf(unit: BuiltUnit, telltale: Telltale): "old" | "new" | null {
  if (telltale.by === "revision") {
    if (unit.revision === null) return null;
    return telltale.new.includes(unit.revision) ? "new" : telltale.old.includes(unit.revision) ? "old" : null;
  }
  const shows = (uses: readonly ComponentUse[]): boolean => uses.some((use) => isUsed(use, unit));
  const isOld = telltale.old.length === 0 ? !shows(telltale.new) : shows(telltale.old);
  const isNew = telltale.new.length === 0 ? !shows(telltale.old) : shows(telltale.new);
  return isOld === isNew ? null : isNew ? "new" : "old";
}

function isUsed({ item, revision }: ComponentUse, { components }: BuiltUnit): boolean {
  return components.some((used) => used.item === item && (revision === null || used.revision === revision));
}

type ToldUnit = { readonly unit: BuiltUnit; readonly design: "old" | "new" };

/**
 * The cut-in is where one cut through the units, in the order in which they were built, leaves the fewest on the wrong
 * side of it; the earliest such. So neither a prototype months ahead nor an old unit finished late is taken for it.
 */
function cutInAt(plant: PlantId, planned: PlannedCutIn | null, units: readonly BuiltUnit[], telltale: Telltale): CutIn {
  const told = units
    .flatMap((unit): ToldUnit[] => {
      const design = designOf(unit, telltale);
      return design === null ? [] : [{ unit, design }];
    })
    .toSorted((a, b) => buildOrder(a.unit, b.unit));
  const known = { plant, planned, untold: units.filter((unit) => designOf(unit, telltale) === null) };
  const [olds, news] = [unitsOf(told, "old"), unitsOf(told, "new")];
  const [firstNew, lastOld] = [news[0], olds.at(-1)];

  const cut = bestCut(told);
  const from = told[cut]?.unit;
  if (from !== undefined && firstNew !== undefined) {
    const newBefore = unitsOf(told.slice(0, cut), "new");
    const oldAfter = unitsOf(told.slice(cut), "old");
    const versusPlan = planned === null ? null : againstPlan(planned, olds, news);
    return { ...known, kind: "cut in", from, firstNew, lastOld: lastOld ?? null, newBefore, oldAfter, versusPlan };
  }
  return lastOld === undefined
    ? { ...known, kind: "nothing told" }
    : { ...known, kind: "not cut in", lastOld, newAmong: news };
}

function buildOrder(a: BuiltUnit, b: BuiltUnit): number {
  return plainOrder(a.builtAt, b.builtAt) || naturalOrder(a.id, b.id);
}

function unitsOf(told: readonly ToldUnit[], design: ToldUnit["design"]): readonly BuiltUnit[] {
  return told.filter((one) => one.design === design).map(({ unit }) => unit);
}

/** The place of the first unit after the cut; behind the last where the old design goes on. */
function bestCut(told: readonly ToldUnit[]): number {
  let wrong = told.filter(({ design }) => design === "old").length;
  let [best, least] = [told.length, told.length - wrong];
  for (const [at, { design }] of told.entries()) {
    if (design === "new" && (wrong < least || (wrong === least && best === told.length))) [best, least] = [at, wrong];
    wrong += design === "new" ? 1 : -1;
  }
  return best;
}

function againstPlan(planned: PlannedCutIn, olds: readonly BuiltUnit[], news: readonly BuiltUnit[]): VersusPlan {
  const isDue = (unit: BuiltUnit): boolean =>
    planned.kind === "instant" ? unit.builtAt >= planned.at : naturalOrder(unit.id, planned.first) >= 0;
  return { newTooEarly: news.filter((unit) => !isDue(unit)), oldTooLate: olds.filter(isDue) };
}

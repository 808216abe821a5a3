import { isExploded, type ExplosionSources } from "./bom/exploded-components.ts";
import { sameMbom } from "./bom/diff-mbom.ts";
import type { ActionContent } from "./change-plan.ts";
import type { ItemId } from "./ids.ts";
import type { Mbom } from "./mbom.ts";
import type { PlantRecords } from "./plan-change.ts";
import type { Design, Plant } from "./plan-design.ts";
import type { PlantItem } from "./plant-item.ts";

/** The plant as it is once a plan is applied. */
export type PlantAfter = ExplosionSources & {
  /** Phantoms that an order of the item is exploded through, at any depth. */
  readonly phantomsIn: (item: ItemId) => ReadonlySet<ItemId>;
  /** Whether an order of the item is built by another mBOM than before, its own or that of a phantom in it. */
  readonly isBuiltAnew: (item: ItemId) => boolean;
};

/** @param itemActions the items that the plan creates and updates. */
export function plantAfter(
  design: Design,
  plant: Plant,
  records: Pick<PlantRecords, "otherItems" | "usingMboms">,
  itemActions: readonly ActionContent[],
): PlantAfter {
  const items = itemsAfter(plant, records, itemActions);
  const mboms = mbomsAfter(design, plant, records);
  const mbomOf = (item: ItemId): Mbom | null => mboms.get(item) ?? null;
  const itemOf = (item: ItemId): PlantItem | null => items.get(item) ?? null;
  const renewed = new Set(
    design.mboms.filter(({ before, mbom }) => !sameMbom(before, mbom)).map(({ mbom }) => mbom.item),
  );
  const phantomsIn = (item: ItemId): ReadonlySet<ItemId> => {
    const found = new Set<ItemId>();
    const visit = (at: ItemId): void => {
      for (const line of mbomOf(at)?.lines ?? []) {
        if (!isExploded(line, itemOf(line.item)) || found.has(line.item)) continue;
        found.add(line.item);
        visit(line.item);
      }
    };
    visit(item);
    return found;
  };
  return {
    mbomOf,
    itemOf,
    phantomsIn,
    isBuiltAnew: (item) => renewed.has(item) || !phantomsIn(item).isDisjointFrom(renewed),
  };
}

function itemsAfter(
  { items }: Plant,
  { otherItems }: Pick<PlantRecords, "otherItems">,
  actions: readonly ActionContent[],
): ReadonlyMap<ItemId, PlantItem> {
  const held = [...otherItems.values(), ...items.values()].map(({ value }) => value);
  const written = actions.flatMap((action) =>
    action.kind === "create item" || action.kind === "update item" ? [action.item] : [],
  );
  return new Map([...held, ...written].map((item) => [item.item, item]));
}

function mbomsAfter(
  design: Design,
  { mboms }: Plant,
  { usingMboms }: Pick<PlantRecords, "usingMboms">,
): ReadonlyMap<ItemId, Mbom> {
  const held = [...mboms.values()].map(({ value }) => value);
  const planned = design.mboms.map(({ mbom }) => mbom);
  return new Map([...usingMboms, ...held, ...planned].map((mbom) => [mbom.item, mbom]));
}

import type { PlantOwnItem, PlanInput } from "../domain/bom/planning.ts";
import { isAddition, type RuleSet } from "../domain/bom/rules.ts";
import type { Day } from "../domain/calendar.ts";
import type { ItemId } from "../domain/ids.ts";
import { isCount, type Unit } from "../domain/unit.ts";
import type { PlantVariants } from "../domain/variant/configuration.ts";
import type { EbomFile } from "./ebom-file.ts";

/**
 * What the planner needs where there are only files and no ERP to ask. Pieces are whole, other units keep
 * three decimals; an item that a rule names and engineering does not know is taken to exist in the plant.
 */
export function filePlanInput(
  { ebom, tops }: EbomFile,
  rules: RuleSet,
  today: Day,
  variants: PlantVariants | null = null,
): PlanInput {
  return {
    system: "file",
    ebom,
    tops,
    rules,
    today,
    effectiveFrom: null,
    decimalsOf: (_item, unit) => (isCount(unit) ? 0 : 3),
    plantItems: assumedItems(ebom, rules),
    ...(variants === null ? {} : { variants }),
  };
}

/** Items that only the rules name, in the unit that they are added in or that what they replace has. */
export function assumedItems({ items }: EbomFile["ebom"], { rules }: RuleSet): ReadonlyMap<ItemId, PlantOwnItem> {
  const units = new Map<ItemId, Unit>([...items.values()].map(({ item, unit }) => [item, unit]));
  const assumed = new Map<ItemId, PlantOwnItem>();
  const assume = (item: ItemId, unit: Unit) => {
    if (units.has(item)) return;
    units.set(item, unit);
    assumed.set(item, { unit });
  };
  const actions = rules.map(({ action }) => action);
  for (const action of actions) if (isAddition(action)) assume(action.item, action.quantity.unit);
  const tables = actions.flatMap((action) => (action.kind === "replace" ? [action.items] : []));
  // Grows while it is gone through: a successor has a successor of its own, wherever that stands in a table.
  for (const [item, unit] of units) {
    for (const table of tables) {
      const by = table.get(item)?.with;
      if (by !== undefined) assume(by, unit);
    }
  }
  // What remains replaces nothing that is there, or may stand in for it.
  for (const table of tables) for (const { with: to } of table.values()) assume(to, "EA");
  for (const action of actions)
    if (action.kind === "alternate") for (const { item } of action.items) assume(item, "EA");
  return assumed;
}

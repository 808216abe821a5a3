import { GROUP_UNIT } from "./bom/group-mboms.ts";
import type { ActionContent } from "./change-plan.ts";
import type { PlannedItem } from "./bom/mbom-plan.ts";
import type { Finding } from "./finding.ts";
import type { ItemId } from "./ids.ts";
import type { Item, Procurement } from "./item.ts";
import { decimalsOfNew, type Design, type DesignedMbom, type Plant, type Wanted } from "./plan-design.ts";
import type { PlantRecords } from "./plan-change.ts";
import type { Held, PlantItem } from "./plant-item.ts";
import { conversionFactor, type Unit } from "./unit.ts";

/**
 * The item records that must be made or brought up to date: items that the plant lacks, and the affected
 * items. A record of any other item is the plant's own business.
 */
export function planItems(
  wanted: Wanted,
  design: Design,
  plant: Plant,
  records: PlantRecords,
): { actions: ActionContent[]; findings: Finding[] } {
  const actions: ActionContent[] = [];
  const findings: Finding[] = [];
  const named = namedItems(design);
  const affected = new Set([...wanted.change.affected, ...design.change.affected].map(({ item }) => item));

  for (const planned of design.items) {
    const { item, key, procurement } = planned;
    if (!named.has(item) && !affected.has(item)) continue;
    const held = plant.items.get(item);
    const known = inPlant(planned, key === null ? undefined : wanted.ebom.items.get(key));
    const group = design.mboms.find(({ mbom, group: one }) => one !== undefined && mbom.item === item)?.group;
    if (group !== undefined) {
      actions.push(...groupActions(item, group, held ?? null, records));
    } else if (held === undefined) {
      if (known === undefined) findings.push(unknownToBoth(item, records));
      else actions.push({ kind: "create item", item: newItem(known, procurement, design, records) });
    } else if (affected.has(item) && known !== undefined) {
      const value = { ...held.value, name: known.name, revision: known.revision, procurement };
      if (isSameRecord(value, held.value)) continue;
      actions.push({ kind: "update item", item: value, was: held.value, expected: held.version });
    }
  }
  return { actions, findings: [...findings, ...unitFindings(design, plant, records)] };
}

/** Engineering's item as the plant has it: a variant of it has a number of its own, and in its name what is chosen. */
function inPlant({ item, variant }: PlannedItem, known: Item | undefined): Item | undefined {
  return known === undefined || variant === undefined ? known : { ...known, item, name: `${known.name} (${variant})` };
}

/** Items that the ERP must hold before the mBOMs can be published. */
function namedItems(design: Design): Set<ItemId> {
  return new Set(
    design.mboms.flatMap(({ mbom }) => [
      mbom.item,
      ...mbom.lines.flatMap(({ item, alternates }) => [item, ...alternates]),
    ]),
  );
}

/** What only manufacturing knows is Heddle's to keep: engineering has no record of it. */
function groupActions(
  item: ItemId,
  { name, procurement }: NonNullable<DesignedMbom["group"]>,
  held: Held<PlantItem> | null,
  { plant }: PlantRecords,
): ActionContent[] {
  if (held === null) {
    const decimals = decimalsOfNew(GROUP_UNIT);
    const made: PlantItem = { item, plant, name, revision: null, unit: GROUP_UNIT, decimals, procurement };
    return [{ kind: "create item", item: made }];
  }
  const value = { ...held.value, name, procurement };
  if (isSameRecord(value, held.value)) return [];
  return [{ kind: "update item", item: value, was: held.value, expected: held.version }];
}

function newItem(known: Item, procurement: Procurement, design: Design, { plant }: PlantRecords): PlantItem {
  const unit = unitInUse(known, design);
  return {
    item: known.item,
    plant,
    name: known.name,
    revision: known.revision,
    unit,
    decimals: decimalsOfNew(unit),
    procurement,
  };
}

/** Engineering's unit, unless the rules count the item in another dimension, as sheet by the kilogram. */
function unitInUse(known: Item, design: Design): Unit {
  const used = design.mboms.flatMap(({ mbom }) => mbom.lines).find(({ item }) => item === known.item)?.quantity.unit;
  return used === undefined || conversionFactor(used, known.unit) !== null ? known.unit : used;
}

function isSameRecord(a: PlantItem, b: PlantItem): boolean {
  return a.name === b.name && a.revision === b.revision && a.procurement === b.procurement;
}

function unknownToBoth(item: ItemId, { system }: PlantRecords): Finding {
  return {
    severity: "blocked",
    code: "item-missing",
    system,
    item,
    line: null,
    field: "item",
    cause: `The rules use ${item}, which neither engineering nor ${system} knows.`,
    fix: `Create ${item} in ${system}, or correct the rule that names it.`,
  };
}

/** The ERP can only take a quantity that it can convert to its own unit of the item. */
function unitFindings(design: Design, plant: Plant, { system }: PlantRecords): Finding[] {
  return design.mboms.flatMap(({ mbom }) =>
    mbom.lines.flatMap((line): Finding[] => {
      const unit = plant.items.get(line.item)?.value.unit;
      if (unit === undefined || conversionFactor(line.quantity.unit, unit) !== null) return [];
      return [
        {
          severity: "blocked",
          code: "unit-not-convertible",
          system,
          item: line.item,
          line: line.key,
          field: "unit",
          cause: `${mbom.item} needs ${line.item} in ${line.quantity.unit}; ${system} keeps it in ${unit}.`,
          fix: `Add a convert rule to ${unit} and the item's own factor in engineering.`,
        },
      ];
    }),
  );
}

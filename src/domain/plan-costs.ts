import type { ActionContent, CostChange } from "./change-plan.ts";
import type { Finding } from "./finding.ts";
import type { ItemId } from "./ids.ts";
import type { Mbom } from "./mbom.ts";
import { noMoney } from "./money.ts";
import type { Design, Plant, Wanted } from "./plan-design.ts";
import type { PlantRecords } from "./plan-change.ts";
import type { PlantItem, StandardCost } from "./plant-item.ts";
import { equals } from "./rational.ts";
import { rolledUpMaterial, wholeCost } from "./rolled-up-cost.ts";

/**
 * Standard costs that the change moves: a new bought item costs what its preferred source asks, then every
 * reached assembly and all that use it are rolled up again, components before assemblies.
 */
export function planCosts(
  wanted: Wanted,
  design: Design,
  plant: Plant,
  records: PlantRecords,
): { actions: ActionContent[]; changes: CostChange[]; findings: Finding[] } {
  const actions: ActionContent[] = [];
  const changes: CostChange[] = [];
  const findings: Finding[] = [];
  const costs = new Map<ItemId, StandardCost>([...records.costs].map(([item, held]) => [item, held.value]));
  const itemOf = (item: ItemId): PlantItem | null =>
    (plant.items.get(item) ?? records.otherItems.get(item))?.value ?? null;

  const set = (cost: StandardCost): void => {
    const held = records.costs.get(cost.item);
    costs.set(cost.item, cost);
    if (held !== undefined && isSameCost(held.value, cost)) return;
    actions.push({ kind: "set standard cost", cost, was: held?.value ?? null, expected: held?.version ?? null });
    changes.push({
      item: cost.item,
      before: held === undefined ? null : wholeCost(held.value),
      after: wholeCost(cost),
    });
  };

  for (const cost of newPrices(wanted, design, costs, records)) set(cost);
  for (const mbom of [...design.mboms.map(({ mbom: designed }) => designed), ...usersOf(design, records)]) {
    const { material, missing } = rolledUpMaterial(mbom, {
      costOf: (item) => costs.get(item) ?? null,
      itemOf,
      currency: records.currency,
    });
    if (mbom.lines.length === 0) continue;
    if (missing.length > 0) findings.push(costMissing(mbom, missing, records));
    else set({ item: mbom.item, plant: records.plant, material, conversion: conversionOf(mbom.item, costs, records) });
  }
  return { actions, changes, findings };
}

function usersOf(design: Design, { usingMboms }: PlantRecords): Mbom[] {
  const designed = new Set(design.mboms.map(({ mbom }) => mbom.item));
  return usingMboms.filter(({ item }) => !designed.has(item));
}

function newPrices(
  wanted: Wanted,
  design: Design,
  costs: ReadonlyMap<ItemId, StandardCost>,
  { plant, currency }: PlantRecords,
): StandardCost[] {
  return design.items.flatMap(({ item, key, procurement }) => {
    const price = key === null ? undefined : wanted.ebom.items.get(key)?.approvedSources[0]?.price;
    if (procurement !== "buy" || costs.has(item) || price === undefined || price?.currency !== currency) return [];
    return [{ item, plant, material: price, conversion: noMoney(currency) }];
  });
}

function conversionOf(
  item: ItemId,
  costs: ReadonlyMap<ItemId, StandardCost>,
  { currency }: PlantRecords,
): StandardCost["conversion"] {
  return costs.get(item)?.conversion ?? noMoney(currency);
}

function isSameCost(a: StandardCost, b: StandardCost): boolean {
  return (
    a.material.currency === b.material.currency &&
    equals(a.material.amount, b.material.amount) &&
    equals(a.conversion.amount, b.conversion.amount)
  );
}

function costMissing(mbom: Mbom, missing: readonly ItemId[], { system }: PlantRecords): Finding {
  const names = [...new Set(missing)].join(", ");
  return {
    severity: "warning",
    code: "cost-missing",
    system,
    item: mbom.item,
    line: null,
    field: "standard cost",
    cause: `${mbom.item} cannot be costed: ${names} ${missing.length === 1 ? "has" : "have"} no standard cost in ${system}.`,
    fix: `Enter a standard cost for ${names}, then look at the change again, or approve without a new cost of ${mbom.item}.`,
  };
}

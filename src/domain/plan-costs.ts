import { walkDepthFirst } from "./bom/depth-first.ts";
import type { Day } from "./calendar.ts";
import type { ActionContent, CostChange } from "./change-plan.ts";
import type { Finding } from "./finding.ts";
import type { ItemId } from "./ids.ts";
import type { Item } from "./item.ts";
import type { Mbom } from "./mbom.ts";
import { multiplied, noMoney, type Money } from "./money.ts";
import { naturalOrder } from "./natural-order.ts";
import type { PlantRecords } from "./plan-change.ts";
import type { Design, Wanted } from "./plan-design.ts";
import type { PlantAfter } from "./plant-after.ts";
import type { StandardCost } from "./plant-item.ts";
import { equals } from "./rational.ts";
import { rolledUpMaterial, wholeCost } from "./rolled-up-cost.ts";
import { itemConversionFactor, type Unit } from "./unit.ts";

type CostPlan = { actions: ActionContent[]; changes: CostChange[]; findings: Finding[] };

/**
 * Standard costs that the change moves: a new bought item costs what its preferred source asks, then every
 * reached assembly and all that use it are rolled up again, components before assemblies.
 */
export function planCosts(
  wanted: Wanted,
  design: Design,
  after: PlantAfter,
  records: PlantRecords,
  day: Day,
): CostPlan {
  const { plant, currency, system } = records;
  const prices = newPrices(wanted, design, after, records);
  const costs = new Map([...heldCosts(records), ...prices].map((cost) => [cost.item, cost]));
  const costOf = (item: ItemId): StandardCost | null => costs.get(item) ?? null;
  const rolledUp: StandardCost[] = [];
  const findings: Finding[] = [];
  for (const mbom of componentsFirst(design, records)) {
    const { material, missing } = rolledUpMaterial(mbom, { costOf, itemOf: after.itemOf, currency, day });
    if (missing.length > 0) {
      findings.push(costMissing(mbom.item, missing, currency, system));
      continue;
    }
    const conversion = costOf(mbom.item)?.conversion ?? noMoney(currency);
    const cost = { item: mbom.item, plant, material, conversion };
    costs.set(mbom.item, cost);
    rolledUp.push(cost);
  }
  const moved = [...prices, ...rolledUp].filter((cost) => !isHeld(cost, records));
  return {
    actions: moved.map((cost) => costAction(cost, records)),
    changes: moved.map((cost) => costChange(cost, records)),
    findings,
  };
}

function heldCosts({ costs }: PlantRecords): StandardCost[] {
  return [...costs.values()].map(({ value }) => value);
}

/** What new bought items cost, in the plant's currency and by the plant's unit. */
function newPrices(
  wanted: Wanted,
  design: Design,
  { itemOf }: PlantAfter,
  { plant, currency, costs }: PlantRecords,
): StandardCost[] {
  return design.items.flatMap(({ item, key, procurement }) => {
    const known = key === null ? undefined : wanted.ebom.items.get(key);
    if (procurement !== "buy" || known === undefined || costs.has(item)) return [];
    const material = priceOf(known, itemOf(item)?.unit ?? known.unit);
    if (material === null || material.currency !== currency) return [];
    return [{ item, plant, material, conversion: noMoney(currency) }];
  });
}

/** What the preferred source asks for one of a unit; its own price is for one of engineering's. */
function priceOf({ approvedSources, unit, unitFactors }: Item, of: Unit): Money | null {
  const price = approvedSources[0]?.price ?? null;
  const factor = itemConversionFactor(of, unit, unitFactors);
  return price === null || factor === null ? null : multiplied(price, factor);
}

/** The reached mBOMs, as they are to be, and those that use them: each after all that stands below it. */
function componentsFirst(design: Design, { usingMboms }: PlantRecords): Mbom[] {
  const planned = design.mboms.map(({ mbom }) => mbom);
  const byItem = new Map([...usingMboms, ...planned].map((mbom) => [mbom.item, mbom]));
  const below = (item: ItemId): ItemId[] =>
    (byItem.get(item)?.lines ?? []).flatMap((line) =>
      line.output === undefined && byItem.has(line.item) ? [line.item] : [],
    );
  return walkDepthFirst([...byItem.keys()].toSorted(naturalOrder), below).childrenFirst.flatMap((item) => {
    const mbom = byItem.get(item);
    // An empty mBOM is never published, and does not make its item cost nothing.
    return mbom === undefined || mbom.lines.length === 0 ? [] : [mbom];
  });
}

function isHeld(cost: StandardCost, { costs }: PlantRecords): boolean {
  const held = costs.get(cost.item)?.value;
  return held !== undefined && isSame(held.material, cost.material) && isSame(held.conversion, cost.conversion);
}

function isSame(a: Money, b: Money): boolean {
  return a.currency === b.currency && equals(a.amount, b.amount);
}

function costAction(cost: StandardCost, { costs }: PlantRecords): ActionContent {
  const held = costs.get(cost.item);
  return { kind: "set standard cost", cost, was: held?.value ?? null, expected: held?.version ?? null };
}

function costChange(cost: StandardCost, { costs }: PlantRecords): CostChange {
  const held = costs.get(cost.item);
  return { item: cost.item, before: held === undefined ? null : wholeCost(held.value), after: wholeCost(cost) };
}

function costMissing(assembly: ItemId, missing: readonly ItemId[], currency: string, system: string): Finding {
  const names = missing.join(", ");
  return {
    severity: "warning",
    code: "cost-missing",
    system,
    item: assembly,
    line: null,
    field: "standard cost",
    cause: `${assembly} cannot be costed: ${names} ${missing.length === 1 ? "has" : "have"} no standard cost in ${currency} in ${system}.`,
    fix: `Enter a standard cost for ${names}, then look at the change again, or approve without a new cost of ${assembly}.`,
  };
}

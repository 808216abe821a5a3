import { explodedComponents } from "./bom/exploded-components.ts";
import type { ConflictId, Resolution } from "./bom/mbom-merge.ts";
import type { Rule } from "./bom/rules.ts";
import type { Day } from "./calendar.ts";
import type { Action, ChangePlan } from "./change-plan.ts";
import type { EngineeringChange } from "./change.ts";
import { itemRevision, type Ebom } from "./ebom.ts";
import type { ChangeId, ItemId, SupplierId } from "./ids.ts";
import type { FlagOnOrder } from "./impact/plan-flags.ts";
import { plantBeneath, type Remembered } from "./layers.ts";
import type { Mbom } from "./mbom.ts";
import type { NeededComponent, ProductionOrder, PurchaseOrderLine } from "./order.ts";
import { planChange, type PlantRecords, type Published } from "./plan-change.ts";
import { planDesign, type Design, type Plant, type Wanted } from "./plan-design.ts";
import type { Held, PlantItem, ProcurementRecord, PublishedMbom, StandardCost } from "./plant-item.ts";
import { PLANT } from "./testing.ts";
import { ZERO } from "./rational.ts";
import type { PlantVariants } from "./variant/configuration.ts";

/** What an ERP holds of plant P1 and what Heddle remembers of it: enough to plan from and to apply to. */
export type Books = {
  readonly items: readonly PlantItem[];
  readonly mboms: readonly Mbom[];
  readonly procurement: readonly ProcurementRecord[];
  readonly costs: readonly StandardCost[];
  readonly suppliers: readonly string[];
  readonly purchaseLines: readonly PurchaseOrderLine[];
  readonly productionOrders: readonly ProductionOrder[];
  readonly flags: readonly FlagOnOrder[];
  readonly baselines: ReadonlyMap<ItemId, Mbom | null>;
  readonly published: ReadonlyMap<ItemId, Published>;
  /** All publications, for plans that several changes are in. */
  readonly history: ReadonlyMap<ItemId, readonly HistoryEntry[]>;
  /** People's answers to conflicts. */
  readonly resolutions: ReadonlyMap<ConflictId, Resolution>;
  /** What each change published last of an item. */
  readonly left: ReadonlyMap<ChangeId, ReadonlyMap<ItemId, Mbom>>;
};

type HistoryEntry = Remembered & { readonly isRebased: boolean };

export function books(more: Partial<Books> = {}): Books {
  return {
    items: [],
    mboms: [],
    procurement: [],
    costs: [],
    suppliers: [],
    purchaseLines: [],
    productionOrders: [],
    flags: [],
    baselines: new Map(),
    published: new Map(),
    history: new Map(),
    resolutions: new Map(),
    left: new Map(),
    ...more,
  };
}

export type Scenario = {
  readonly ebom: Ebom;
  readonly change: EngineeringChange;
  readonly rules: readonly Rule[];
  readonly today?: Day;
  /** Plans from these tops; without them, from the affected items. */
  readonly tops?: readonly string[];
  /** What the plant's ERP can say of when a line holds and for which variants, and its serial schedule. */
  readonly target?: Pick<Plant, "asHeld" | "holdsEffectivity" | "holdsOptions" | "schedule">;
  readonly variants?: PlantVariants;
};

export type Planned = {
  readonly plan: ChangePlan;
  readonly wanted: Wanted;
  readonly design: Design;
  readonly plant: Plant;
  readonly records: PlantRecords;
};

/** Reads and plans as the flow does, from books instead of systems. */
export function planned(
  { ebom, change, rules, today = TODAY, tops, target = {}, variants }: Scenario,
  held: Books,
): Planned {
  const affected = change.affected.flatMap(({ item, to }) => (to === null ? [] : [itemRevision(item, to)]));
  const named = tops?.map((item) => itemRevision(item as ItemId, "A" as PlantItem["revision"] & string));
  const wanted: Wanted = { system: "plm", change, ebom, tops: named ?? affected, findings: [] };
  const whole = { ...plantOf(held), ...target, ...(variants === undefined ? {} : { variants }) };
  const plant = plantBeneath(whole, held.history, change, today);
  const ruleSet = { plant: PLANT, version: "1", rules };
  const design = planDesign(wanted, plant, ruleSet, today);
  const records = recordsOf({ ...held, published: plant.published ?? held.published }, design, change);
  return { plan: planChange(wanted, design, plant, records, ruleSet, today), wanted, design, plant, records };
}

const TODAY = "2026-03-01" as Day;

function plantOf({ items, mboms, baselines, published: last, resolutions }: Books): Plant {
  return {
    items: byItem(items),
    mboms: byItem(mboms.map((mbom): PublishedMbom => ({ ...mbom, number: `BOM-${mbom.item}` }))),
    baselines,
    published: last,
    resolutions,
  };
}

function recordsOf(held: Books, design: Design, { id }: EngineeringChange): PlantRecords {
  return {
    system: "erp",
    plant: PLANT,
    currency: "EUR",
    procurement: byItem(held.procurement),
    knownSuppliers: new Set(held.suppliers as SupplierId[]),
    costs: byItem(held.costs),
    otherItems: byItem(held.items),
    usingMboms: usersOf(design, held.mboms),
    purchaseLines: held.purchaseLines.map(version),
    productionOrders: held.productionOrders.map(version),
    flags: held.flags.filter(({ text }) => text.startsWith(`${id}: `)),
    routings: new Map(),
    cannotHold: () => [],
    published: held.published,
    left: held.left.get(id) ?? new Map(),
  };
}

function usersOf(design: Design, mboms: readonly Mbom[]): Mbom[] {
  const reached = new Set(design.mboms.map(({ mbom }) => mbom.item));
  const users = new Set<Mbom>();
  for (let size = -1; size !== users.size;) {
    size = users.size;
    for (const mbom of mboms) {
      if (!mbom.lines.some(({ item }) => reached.has(item))) continue;
      users.add(mbom);
      reached.add(mbom.item);
    }
  }
  return [...users];
}

function byItem<T extends { readonly item: ItemId }>(values: readonly T[]): ReadonlyMap<ItemId, Held<T>> {
  return new Map(values.map((value) => [value.item, version(value)]));
}

/** The books as the hub reads them for a plan of a change: what stood before it, and what it published last. */
export function booksOf(held: Books, id: ChangeId): Books {
  const own = [...held.history].flatMap(([item, all]) => {
    const entries = all.filter(({ change }) => change === id);
    const first = entries.findLast(({ isRebased }) => isRebased) ?? entries[0];
    return first === undefined ? [] : [[item, first.before] as const];
  });
  return { ...held, baselines: new Map(own) };
}

/** A record's version is what it says, so that a write over another state is found out. */
function version<T>(value: T): Held<T> {
  return { value, version: JSON.stringify(value, (_, held: unknown) => (typeof held === "bigint" ? `${held}` : held)) };
}

/** The books once a plan is applied, by an ERP that does what it is told and works planned orders out itself. */
export function applied(plan: ChangePlan, before: Books, today: Day = TODAY): Books {
  return plan.actions.reduce((held, action) => afterAction(held, action, plan, today), before);
}

function afterAction(held: Books, action: Action, plan: ChangePlan, today: Day): Books {
  switch (action.kind) {
    case "create item":
    case "update item":
      return { ...held, items: put(held.items, action.item) };
    case "set procurement record":
      return { ...held, procurement: put(held.procurement, action.record) };
    case "set standard cost":
      return { ...held, costs: put(held.costs, action.cost) };
    case "publish mBOM":
      return published(held, action, plan);
    case "flag purchase-order line":
      return flagged(held, { on: { kind: "purchase-order line", id: action.line }, text: action.text });
    case "flag production order":
      return flagged(held, { on: { kind: "production order", id: action.order }, text: action.text });
    case "take back flag":
      return {
        ...held,
        flags: held.flags.map((flag) => (flag.id === action.flag ? { ...flag, state: "taken back" } : flag)),
      };
    case "hold production order":
      return ordered(held, action.order, () => ({ onHold: true }));
    case "re-explode planned order":
      return ordered(held, action.order, (order) => ({ components: reExploded(order, held, today) }));
    case "replace order components":
      return ordered(held, action.order, () => ({ components: action.components.map(unissued) }));
  }
}

function put<T extends { readonly item: ItemId }>(values: readonly T[], value: T): readonly T[] {
  return [...values.filter(({ item }) => item !== value.item), value];
}

function published(
  held: Books,
  { mbom, engineering, beneath }: Extract<Action, { kind: "publish mBOM" }>,
  { change: { id, releasedAt, effectiveFrom }, mboms }: ChangePlan,
): Books {
  const { item } = mbom;
  const last: Published = {
    mbom: beneath?.own ?? mbom,
    ...(engineering === undefined ? {} : { engineering }),
    change: id,
    releasedAt: releasedAt ?? "",
    ...(effectiveFrom === null ? {} : { effectiveFrom }),
  };
  const known = held.history.get(item) ?? [];
  const stood = mboms.find((one) => one.item === item)?.before ?? null;
  const own = { ...last, before: stood, at: known.length, isTakenBack: false };
  const over = (beneath?.over ?? []).flatMap((rebased, index): HistoryEntry[] => {
    const was = known.findLast(({ change }) => change === rebased.change);
    if (was === undefined) throw new Error(`${rebased.change} is published over ${id} and was never published`);
    const engineeringOf = was.engineering ?? was.mbom;
    const at = known.length + 1 + index;
    return [{ ...was, mbom: rebased.after, before: rebased.before, engineering: engineeringOf, at, isRebased: true }];
  });
  return {
    ...held,
    mboms: put(held.mboms, mbom),
    baselines: held.baselines.has(item) ? held.baselines : new Map([...held.baselines, [item, stood]]),
    published: new Map([...held.published, [item, last]]),
    history: new Map([...held.history, [item, [...known, { ...own, isRebased: false }, ...over]]]),
    left: new Map([...held.left, [id, new Map([...(held.left.get(id) ?? []), [item, mbom]])]]),
  };
}

function flagged(held: Books, flag: Pick<FlagOnOrder, "on" | "text">): Books {
  return { ...held, flags: [...held.flags, { id: `F-${held.flags.length + 1}`, state: "open", ...flag }] };
}

function ordered(held: Books, id: string, change: (order: ProductionOrder) => Partial<ProductionOrder>): Books {
  const orders = held.productionOrders.map((order) => (order.id === id ? { ...order, ...change(order) } : order));
  return { ...held, productionOrders: orders };
}

function reExploded(order: ProductionOrder, { mboms, items }: Books, today: Day): ProductionOrder["components"] {
  const mbomOf = (item: ItemId) => mboms.find((mbom) => mbom.item === item) ?? null;
  const own = mbomOf(order.item);
  if (own === null) throw new Error(`${order.item} has no mBOM to explode ${order.id} on`);
  return explodedComponents(own, order.quantity.amount, order.start ?? today, {
    mbomOf,
    itemOf: (item) => items.find((one) => one.item === item) ?? null,
  }).map(unissued);
}

function unissued(component: NeededComponent, at: number): ProductionOrder["components"][number] {
  const issued = { ...component.required, amount: ZERO };
  return { ...component, line: `${(at + 1) * 10}`, issued, supply: null, lot: null };
}

import { explodedThrough } from "../domain/bom/exploded-components.ts";
import type { ConflictId, Resolution } from "../domain/bom/mbom-merge.ts";
import type { Day } from "../domain/calendar.ts";
import type { BuiltOrder } from "../domain/effectivity-findings.ts";
import { groupNumber } from "../domain/bom/grouped-lines.ts";
import { isAddition, type RuleSet } from "../domain/bom/rules.ts";
import { variantNumbers } from "../domain/bom/variants.ts";
import type { ItemId, ProductionOrderId, PurchaseOrderLineId, SupplierId } from "../domain/ids.ts";
import type { Mbom } from "../domain/mbom.ts";
import type { Remembered } from "../domain/layers.ts";
import type { PlantRecords } from "../domain/plan-change.ts";
import type { Design, Plant, Wanted } from "../domain/plan-design.ts";
import type { Held } from "../domain/plant-item.ts";
import type { PlantId } from "../domain/ids.ts";
import type { PlantVariants } from "../domain/variant/configuration.ts";
import type { ErpReader } from "./readers.ts";

/** What Heddle remembers of its own publications; empty for a preview without a database. */
export type Memory = {
  readonly baselines: Plant["baselines"];
  /** What the change itself published last of each item. */
  readonly left: ReadonlyMap<ItemId, Mbom>;
  /** The publications of each item that bear on what is planned, whoever made them. */
  readonly history: ReadonlyMap<ItemId, readonly Remembered[]>;
  /** People's answers to conflicts of the plant that stand, those of the items asked for. */
  readonly resolutions: ReadonlyMap<ConflictId, Resolution>;
  /** Orders of these items that the shop floor told of since a day; left out where there is no hub to ask. */
  readonly builtSince?: (items: readonly ItemId[], day: Day) => Promise<readonly BuiltOrder[]>;
};

/** Reads the plant's items and mBOMs of everything that the structure or the rules name. */
export async function readPlant(
  wanted: Wanted,
  rules: RuleSet,
  plant: PlantId,
  erp: ErpReader,
  memory: Pick<Memory, "baselines" | "resolutions">,
  variants: PlantVariants | null = null,
): Promise<Plant> {
  return readPlantOf([...namedItems(wanted, rules, variants)], plant, erp, memory, variants);
}

/** Reads these items and their mBOMs, and the items that those name. */
export async function readPlantOf(
  given: readonly ItemId[],
  plant: PlantId,
  erp: ErpReader,
  { baselines, resolutions }: Pick<Memory, "baselines" | "resolutions">,
  variants: PlantVariants | null = null,
): Promise<Plant> {
  const named = new Set(given);
  const mboms = await erp.mbom.read([...named], plant);
  for (const { value } of mboms.values()) for (const { item } of value.lines) named.add(item);
  const items = await erp.items.read([...named], plant);
  const { asHeld, holdsEffectivity, typedFields } = erp.mbom;
  return {
    items,
    mboms,
    baselines,
    resolutions,
    ...(asHeld === undefined ? {} : { asHeld }),
    ...(typedFields === undefined ? {} : { typedFields }),
    ...(holdsEffectivity === undefined ? {} : { holdsEffectivity }),
    ...(variants === null ? {} : { variants }),
    ...(erp.mbom.holdsOptions === true ? { holdsOptions: true } : {}),
  };
}

const NOTHING_PUBLISHED: PlantRecords["published"] = new Map();
const NO_ROUTINGS: PlantRecords["routings"] = new Map();

/** Reads the plant's records that the design touches: sources, costs, what uses it, open orders and flags. */
export async function readRecords(
  wanted: Wanted,
  design: Design,
  plant: Plant,
  { plant: id, currency }: { plant: PlantId; currency: string },
  erp: ErpReader,
  { left, builtSince }: Pick<Memory, "left" | "builtSince">,
): Promise<PlantRecords> {
  const { effectiveFrom } = wanted.change;
  const designed = design.mboms.map(({ mbom }) => mbom);
  const usingMboms = await readUsers(designed, id, erp);
  const costed = componentsOf([...designed, ...usingMboms]);
  const others = [...costed].filter((item) => !plant.items.has(item));
  const effectItems = design.effects.map(({ item }) => item);
  const suppliers = new Set<SupplierId>(
    [...wanted.ebom.items.values()].flatMap(({ approvedSources }) => approvedSources[0]?.supplier ?? []),
  );
  const [procurement, knownSuppliers, routings, costs, otherItems, flags] = await Promise.all([
    erp.procurement.read(
      design.items.map(({ item }) => item),
      id,
    ),
    erp.procurement.knownSuppliers([...suppliers]),
    erp.routings?.read(
      designed.map(({ item }) => item),
      id,
    ) ?? NO_ROUTINGS,
    erp.costs.read([...new Set([...costed, ...design.items.map(({ item }) => item)])], id),
    erp.items.read(others, id),
    erp.flags.of(wanted.change.id),
  ]);
  const purchaseLines = await erp.purchaseOrders.openOf(effectItems, id);
  const throughPhantoms = explodedThrough(
    designed,
    usingMboms,
    (item) => (plant.items.get(item) ?? otherItems.get(item))?.value ?? null,
  );
  const orderItems = new Set([...effectItems, ...designed.map(({ item }) => item), ...throughPhantoms]);
  const productionOrders = await erp.productionOrders.openOf([...orderItems], id);
  const lines = [...purchaseLines, ...(await erp.purchaseOrders.read(flaggedLines(flags, purchaseLines)))];
  const orders = [...productionOrders, ...(await erp.productionOrders.read(flaggedOrders(flags, productionOrders)))];
  // Where plants share an ERP, the change has flags on the orders of each: those of others are theirs to take back.
  const elsewhere = new Set<string>(
    [...lines, ...orders].flatMap(({ value }) => (value.plant === id ? [] : [value.id])),
  );
  return {
    system: erp.system,
    plant: id,
    currency,
    procurement,
    knownSuppliers,
    costs,
    otherItems,
    usingMboms,
    routings,
    purchaseLines: byId(lines.filter(({ value }) => !elsewhere.has(value.id))),
    productionOrders: byId(orders.filter(({ value }) => !elsewhere.has(value.id))),
    flags: flags.filter(({ on }) => !elsewhere.has(on.id)),
    cannotHold: erp.mbom.cannotHold,
    published: plant.published ?? NOTHING_PUBLISHED,
    left,
    ...(effectiveFrom === null || builtSince === undefined
      ? {}
      : {
          built: await builtSince(
            designed.map(({ item }) => item),
            effectiveFrom,
          ),
        }),
  };
}

/** Every item that a plan for the plant may name: engineering's, what the rules make of them, and what rules add. */
export function namedItems(
  { ebom }: Pick<Wanted, "ebom">,
  ruleSet: RuleSet,
  variants: PlantVariants | null,
): Set<ItemId> {
  const { plant, rules } = ruleSet;
  const named = new Set<ItemId>([...ebom.items.values()].map(({ item }) => item));
  const assemblies = new Set<ItemId>([...ebom.assemblies.values()].map(({ item }) => item));
  const tables = rules.flatMap(({ action }) => (action.kind === "replace" ? [action.items] : []));
  // A set that grows while it is gone through: replacements may be replaced. Of a long table, only what is met is read.
  for (const item of named) {
    for (const table of tables) {
      const by = table.get(item)?.with;
      if (by === undefined) continue;
      named.add(by);
      if (assemblies.has(item)) assemblies.add(by);
    }
  }
  for (const number of variants === null ? [] : variantNumbers(ebom, ruleSet, variants)) {
    named.add(number);
    assemblies.add(number);
  }
  for (const { action } of rules) {
    if (isAddition(action)) named.add(action.item);
    if (action.kind === "alternate") for (const { item } of action.items) named.add(item);
    if (action.kind !== "group") continue;
    for (const assembly of assemblies) named.add(groupNumber(action, assembly, plant));
  }
  return named;
}

/** The mBOMs in force that use these, directly or further up; components before the assemblies that use them. */
async function readUsers(designed: readonly Mbom[], plant: PlantId, erp: ErpReader): Promise<Mbom[]> {
  const users = new Map<ItemId, Mbom>();
  let level = designed.map(({ item }) => item);
  while (level.length > 0) {
    const using = new Set((await Promise.all(level.map((item) => erp.mbom.whereUsed(item, plant)))).flat());
    level = [...using].filter((item) => !users.has(item));
    for (const [item, { value }] of await erp.mbom.read(level, plant)) users.set(item, value);
  }
  return componentsFirst(users);
}

function componentsFirst(mboms: ReadonlyMap<ItemId, Mbom>): Mbom[] {
  const ordered = new Map<ItemId, Mbom>();
  const begun = new Set<ItemId>();
  const visit = (item: ItemId): void => {
    const mbom = mboms.get(item);
    if (mbom === undefined || begun.has(item)) return;
    begun.add(item);
    for (const line of mbom.lines) visit(line.item);
    ordered.set(item, mbom);
  };
  for (const item of [...mboms.keys()].toSorted()) visit(item);
  return [...ordered.values()];
}

function componentsOf(mboms: readonly Mbom[]): Set<ItemId> {
  return new Set(mboms.flatMap(({ item, lines }) => [item, ...lines.map((line) => line.item)]));
}

type ReadFlags = Awaited<ReturnType<ErpReader["flags"]["of"]>>;

/** Lines that carry a flag and were not read as open ones: the flag may have to come off. */
function flaggedLines(flags: ReadFlags, read: readonly Held<{ id: PurchaseOrderLineId }>[]): PurchaseOrderLineId[] {
  const known = new Set(read.map(({ value }) => value.id));
  return flags.flatMap(({ on }) => (on.kind === "purchase-order line" && !known.has(on.id) ? [on.id] : []));
}

function flaggedOrders(flags: ReadFlags, read: readonly Held<{ id: ProductionOrderId }>[]): ProductionOrderId[] {
  const known = new Set(read.map(({ value }) => value.id));
  return flags.flatMap(({ on }) => (on.kind === "production order" && !known.has(on.id) ? [on.id] : []));
}

/** In one order whatever the ERP's: the plan's digest must not depend on it. */
function byId<T extends { readonly id: string }>(held: readonly Held<T>[]): Held<T>[] {
  return held.toSorted((a, b) => (a.value.id < b.value.id ? -1 : a.value.id > b.value.id ? 1 : 0));
}

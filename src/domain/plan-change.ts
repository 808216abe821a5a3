import type { RuleSet } from "./bom/rules.ts";
import type { Day } from "./calendar.ts";
import type { ActionContent, ChangePlan } from "./change-plan.ts";
import type { EngineeringChange } from "./change.ts";
import { builtSince, effectivityFindings, type BuiltOrder } from "./effectivity-findings.ts";
import type { Finding } from "./finding.ts";
import { identified } from "./identified-action.ts";
import type { ChangeId, ItemId, PlantId, SupplierId } from "./ids.ts";
import { planFlags, type FlagOnOrder } from "./impact/plan-flags.ts";
import { judgeProduction, judgePurchases, planComponents, planHolds } from "./impact/plan-orders.ts";
import type { Mbom } from "./mbom.ts";
import type { ProductionOrder, PurchaseOrderLine } from "./order.ts";
import { planCosts } from "./plan-costs.ts";
import type { Design, Plant, Wanted } from "./plan-design.ts";
import { planItems } from "./plan-items.ts";
import { mergeFindings } from "./plan-merge.ts";
import { planProcurement } from "./plan-procurement.ts";
import {
  editedSince,
  emptiedFindings,
  layerFindings,
  mbomChanges,
  planPublications,
  publicationFindings,
  withoutSuperseded,
} from "./plan-publications.ts";
import { plantAfter } from "./plant-after.ts";
import { routingFindings } from "./routing-findings.ts";
import type { Routing } from "./routing.ts";
import type { Held, PlantItem, ProcurementRecord, StandardCost } from "./plant-item.ts";

/** What the plant has bought, ordered and reckoned, as far as a design touches it. */
export type PlantRecords = {
  /** The ERP connection's name, for findings. */
  readonly system: string;
  readonly plant: PlantId;
  readonly currency: string;
  readonly procurement: ReadonlyMap<ItemId, Held<ProcurementRecord>>;
  readonly knownSuppliers: ReadonlySet<SupplierId>;
  readonly costs: ReadonlyMap<ItemId, Held<StandardCost>>;
  /** Items that only the using mBOMs name. */
  readonly otherItems: ReadonlyMap<ItemId, Held<PlantItem>>;
  /** mBOMs in force that use a reached item, directly or further up, components before assemblies. */
  readonly usingMboms: readonly Mbom[];
  readonly purchaseLines: readonly Held<PurchaseOrderLine>[];
  readonly productionOrders: readonly Held<ProductionOrder>[];
  readonly flags: readonly FlagOnOrder[];
  /** Routings of the items that are designed; empty where the ERP has none. */
  readonly routings: ReadonlyMap<ItemId, Routing>;
  /** What the ERP has no place for. */
  readonly cannotHold: (mbom: Mbom) => readonly string[];
  /** What Heddle published last, and by which change, released when. */
  readonly published: ReadonlyMap<ItemId, Published>;
  /** What this change itself published last, whoever published the item since. */
  readonly left: ReadonlyMap<ItemId, Mbom>;
  /** Orders of the designed items that the shop floor built since the change's day, where that has passed. */
  readonly built?: readonly BuiltOrder[];
};

export type Published = {
  readonly mbom: Mbom;
  /** What engineering's plan said, without the plant's edits in it; absent where that is the same. */
  readonly engineering?: Mbom;
  readonly change: ChangeId;
  /** By which change it counts in the order of changes, where that one only took another back; absent: by itself. */
  readonly standsBy?: ChangeId;
  /** Empty where none stands that was not taken back. */
  readonly releasedAt: string;
  /** The day of the change by which it counts; absent where that took effect at once. */
  readonly effectiveFrom?: Day;
};

/**
 * Compares what engineering wants with what the plant has and lists the writes that are left to do.
 * In the order they are safe: records that others name come first; holds and flags stop the wrong part
 * from being built or bought before the new mBOMs are published; orders are worked out from those.
 */
export function planChange(
  wanted: Wanted,
  whole: Design,
  plant: Plant,
  records: PlantRecords,
  rules: RuleSet,
  today: Day,
): ChangePlan {
  const { change } = wanted;
  const { design, overtaken } = withoutSuperseded(whole, plant, records, change, today);
  const items = planItems(wanted, design, plant, records);
  const after = plantAfter(design, plant, records, items.actions);
  const procurement = planProcurement(wanted, design, records);
  const costs = planCosts(wanted, design, after, records, firstDay(change, today));
  const edited = editedSince(whole, plant, change);
  const flags = flagsApartFrom(edited, records);
  const purchases = judgePurchases(records.purchaseLines, design.effects, design.change);
  const ordersToJudge = records.productionOrders.filter(
    ({ value }) => !overtaken.has(value.item) && !isOfLater(value, plant),
  );
  const orders = judgeProduction(ordersToJudge, design.effects, after, design.change, today);
  const impact = [...purchases, ...orders.map((order) => order.impact)];
  const following = isAhead(change, plant, today) ? [...items.actions, ...costs.actions].filter(movesRecord) : [];
  const publications = planPublications(design, plant, change);
  const now = (contents: readonly ActionContent[]) => contents.filter((one) => !following.includes(one));
  const contents = [
    ...now(items.actions),
    ...planHolds(orders, flags, design.change),
    ...planFlags(impact, flags, design.change),
    ...procurement.actions,
    ...publications,
    ...now(costs.actions),
    ...planComponents(orders),
  ];
  const findings = [
    ...design.findings,
    ...items.findings,
    ...procurement.findings,
    ...costs.findings,
    ...publicationFindings(design, records, change, today),
    ...layerFindings(publications, plant, records, change),
    ...emptiedFindings(design, plant, records),
    ...mergeFindings({ mboms: [...design.mboms, ...whole.mboms.filter(({ mbom }) => edited.has(mbom.item))] }, records),
    ...design.mboms.flatMap(({ mbom }) => routingFindings(mbom, records.routings, records.system)),
    ...effectivityFindings(change, today, {
      following: plant.holdsEffectivity === undefined ? null : following,
      built: builtInGap(change, contents, records, today),
    }),
  ];
  return {
    change,
    plant: records.plant,
    rulesVersion: rules.version,
    actions: contents.map(identified),
    mboms: mbomChanges(design, publications, change, today),
    impact,
    costs: costs.changes,
    findings,
    ...(following.length === 0 ? {} : { later: { day: firstDay(change, today), actions: following.map(identified) } }),
  };
}

/** Flags on open orders of mBOMs that planners edited stay as they are: nobody judges those orders anew. */
function flagsApartFrom(
  edited: ReadonlySet<ItemId>,
  { flags, productionOrders }: PlantRecords,
): readonly FlagOnOrder[] {
  const orders = new Set<string>(
    productionOrders.flatMap(({ value: { id, item, state } }) =>
      edited.has(item) && state !== "finished" ? [id] : [],
    ),
  );
  return flags.filter(({ on }) => on.kind !== "production order" || !orders.has(on.id));
}

/** An order that starts when a later change is in effect already: that one judges it. */
function isOfLater({ item, start }: ProductionOrder, { layered }: Plant): boolean {
  const first = layered?.get(item)?.layers[0];
  return first !== undefined && start !== null && start >= first.effectiveFrom;
}

/** Published ahead of the day that it takes effect: the target's lines hold days. */
function isAhead({ effectiveFrom }: EngineeringChange, { holdsEffectivity }: Plant, today: Day): boolean {
  return holdsEffectivity !== undefined && effectiveFrom !== null && effectiveFrom > today;
}

/** What was built by the old design although the new one was in effect, as long as it is not published. */
function builtInGap(
  { effectiveFrom }: EngineeringChange,
  contents: readonly ActionContent[],
  { productionOrders, built = [] }: PlantRecords,
  today: Day,
): readonly BuiltOrder[] {
  const items = new Set(contents.flatMap((content) => (content.kind === "publish mBOM" ? [content.mbom.item] : [])));
  if (effectiveFrom === null || effectiveFrom >= today) return [];
  const open = productionOrders.map(({ value }) => value);
  return builtSince(effectiveFrom, today, open, built).filter(({ item }) => items.has(item));
}

/** Overwrites what the plant builds and reckons by today, with nowhere to say from which day. */
function movesRecord(content: ActionContent): boolean {
  return content.kind === "update item" || (content.kind === "set standard cost" && content.was !== null);
}

/** Nothing to write and nothing that stands in the way. */
export function isInStep(plan: ChangePlan): boolean {
  return plan.actions.length === 0 && blockedFindings(plan).length === 0;
}

/** Nothing but notes for people: no record that a plant builds or buys by is written. */
export function movesOnlyFlags(plan: ChangePlan): boolean {
  return plan.actions.every(({ kind }) => FLAG_MOVES.has(kind));
}

const FLAG_MOVES: ReadonlySet<ActionContent["kind"]> = new Set([
  "flag purchase-order line",
  "flag production order",
  "take back flag",
]);

export function blockedFindings(plan: ChangePlan): readonly Finding[] {
  return plan.findings.filter(({ severity }) => severity === "blocked");
}

/** The first day that the new design can be built. */
function firstDay({ effectiveFrom }: EngineeringChange, today: Day): Day {
  return effectiveFrom !== null && effectiveFrom > today ? effectiveFrom : today;
}

import type { Action, ActionContent, ChangePlan, MbomChange } from "./change-plan.ts";
import type { Day } from "./calendar.ts";
import type { EngineeringChange } from "./change.ts";
import { diffMbom } from "./bom/diff-mbom.ts";
import { explodedComponents } from "./bom/exploded-components.ts";
import type { RuleSet } from "./bom/rules.ts";
import type { ItemRevisionKey } from "./ebom.ts";
import type { Finding } from "./finding.ts";
import type { ChangeId, ItemId, PlantId, SupplierId } from "./ids.ts";
import { effectsOn, planFlags, type FlagOnOrder } from "./impact/plan-flags.ts";
import type { OrderImpact, ProductionImpact } from "./impact/order-impact.ts";
import { productionImpact } from "./impact/production-impact.ts";
import { purchaseImpact } from "./impact/purchase-impact.ts";
import { planItems } from "./plan-items.ts";
import { planProcurement } from "./plan-procurement.ts";
import { planCosts } from "./plan-costs.ts";
import type { Mbom } from "./mbom.ts";
import type { ProductionOrder, PurchaseOrderLine } from "./order.ts";
import type { Design, DesignedMbom, Plant, Wanted } from "./plan-design.ts";
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
};

export type Published = { readonly mbom: Mbom; readonly change: ChangeId; readonly releasedAt: string };

/**
 * Compares what engineering wants with what the plant has and lists the writes that are left to do.
 * In the order they are safe: records that others name come first; flags and holds stop the wrong part
 * from being bought or built before the new mBOMs are published; planned orders are worked out from them.
 */
export function planChange(
  wanted: Wanted,
  design: Design,
  plant: Plant,
  records: PlantRecords,
  rules: RuleSet,
  today: Day,
): ChangePlan {
  const { change } = wanted;
  const items = planItems(wanted, design, plant, records);
  const procurement = planProcurement(wanted, design, plant, records);
  const mboms = design.mboms.map(mbomChange);
  const publish = publications(design, plant, change);
  const costs = planCosts(wanted, design, plant, records);
  const impact = orderImpact(design, plant, records, change);
  const orders = orderActions(impact, design, plant, records, change);
  const flags = planFlags(impact, records.flags, change);
  const findings = [
    ...design.findings,
    ...items.findings,
    ...procurement.findings,
    ...costs.findings,
    ...design.mboms.flatMap(({ mbom }) => plantFindings(mbom, plant, records, change)),
    ...design.mboms.flatMap(({ mbom }) => routingFindings(mbom, records.routings, records.system)),
    ...effectivityFindings(change, today),
  ];
  const contents = [
    ...items.actions,
    ...orders.protective,
    ...flags,
    ...procurement.actions,
    ...publish,
    ...costs.actions,
    ...orders.following,
  ];
  return {
    change,
    plant: records.plant,
    rulesVersion: rules.version,
    actions: contents.map(identified),
    mboms: mboms.filter(({ before, diff }) => before === null || !isSame(diff)),
    impact,
    costs: costs.changes,
    findings,
  };
}

/** Nothing to write and nothing that stands in the way. */
export function isInStep(plan: ChangePlan): boolean {
  return plan.actions.length === 0 && blockedFindings(plan).length === 0;
}

export function blockedFindings(plan: ChangePlan): readonly Finding[] {
  return plan.findings.filter(({ severity }) => severity === "blocked");
}

function mbomChange({ mbom, before, contributors, decisions, account }: DesignedMbom): MbomChange {
  const key = contributors[0] ?? (`${mbom.item} rev ${mbom.revision}` as ItemRevisionKey);
  return { item: mbom.item, key, before, after: mbom, diff: diffMbom(before, mbom), decisions, account };
}

function isSame(diff: MbomChange["diff"]): boolean {
  return diff.added.length === 0 && diff.removed.length === 0 && diff.changed.length === 0;
}

/** Design order is components before assemblies, so that no mBOM is published before what it names. */
function publications(design: Design, plant: Plant, change: EngineeringChange): ActionContent[] {
  return design.mboms.flatMap(({ mbom }): ActionContent[] => {
    if (mbom.lines.length === 0) return [];
    const held = plant.mboms.get(mbom.item);
    if (held !== undefined && isSame(diffMbom(held.value, mbom))) return [];
    return [{ kind: "publish mBOM", mbom, change: change.id, expected: held?.version ?? null }];
  });
}

function orderImpact(design: Design, plant: Plant, records: PlantRecords, change: EngineeringChange): OrderImpact[] {
  const effects = new Map(design.effects.map((effect) => [effect.item, effect]));
  const purchases = records.purchaseLines.flatMap(({ value }) => {
    const effect = effects.get(value.item);
    return effect === undefined ? [] : [purchaseImpact(value, effect, change)];
  });
  const production = records.productionOrders.flatMap(({ value }) => {
    const touched = effectsOn(value, design.effects);
    const wanted = neededBy(value, design, plant);
    return touched.length === 0 && wanted === null ? [] : [productionImpact(value, touched, wanted, change)];
  });
  return [...purchases, ...production];
}

/** What an order needs on its item's new mBOM; null when the change leaves that mBOM as it was. */
function neededBy(order: ProductionOrder, design: Design, plant: Plant): ReturnType<typeof explodedComponents> | null {
  const designed = design.mboms.find(({ mbom }) => mbom.item === order.item);
  if (designed === undefined || isSame(diffMbom(designed.before, designed.mbom))) return null;
  const mboms = new Map(design.mboms.map(({ mbom }) => [mbom.item, mbom]));
  return explodedComponents(
    designed.mbom,
    order.quantity.amount,
    (item) => mboms.get(item) ?? plant.mboms.get(item)?.value ?? null,
    (item) => plant.items.get(item)?.value ?? null,
  );
}

/** Holds protect and come first; components follow once the new mBOM is in force. */
function orderActions(
  impact: readonly OrderImpact[],
  design: Design,
  plant: Plant,
  records: PlantRecords,
  change: EngineeringChange,
): { protective: ActionContent[]; following: ActionContent[] } {
  const versions = new Map(records.productionOrders.map(({ value, version }) => [value.id, version]));
  const flagged = new Set(records.flags.map(({ on }) => on.id));
  const protective: ActionContent[] = [];
  const following: ActionContent[] = [];
  for (const one of impact) {
    const expected = one.kind === "production" ? versions.get(one.order) : undefined;
    if (one.kind !== "production" || one.status === "resolved" || expected === undefined) continue;
    if (holds(one) && !one.facts.onHold && !flagged.has(one.order)) {
      protective.push({
        kind: "hold production order",
        order: one.order,
        reason: `${change.id}: ${one.text}`,
        expected,
      });
    }
    if (one.treatment === "re-explode")
      following.push({ kind: "re-explode planned order", order: one.order, expected });
    if (one.treatment === "replace components") {
      const components = neededBy(one.facts, design, plant) ?? [];
      following.push({ kind: "replace order components", order: one.order, components, expected });
    }
  }
  return { protective, following };
}

/** A flag on the order says that it was held before: whoever let it go on since has decided. */
function holds(impact: ProductionImpact): boolean {
  return (
    impact.status === "action required" && (impact.treatment === "hold" || impact.treatment === "return or deviation")
  );
}

/** What the plant's records say against publishing an mBOM. */
function plantFindings(mbom: Mbom, plant: Plant, records: PlantRecords, change: EngineeringChange): Finding[] {
  const at = { system: records.system, item: mbom.item, line: null, field: null };
  const findings: Finding[] = records.cannotHold(mbom).map((loss) => ({
    ...at,
    severity: "warning",
    code: "target-cannot-hold",
    cause: `${records.system} has no place for this in the mBOM of ${mbom.item}: ${loss}.`,
    fix: "Approve to publish without it, or keep it where the plant can see it.",
  }));
  const last = records.published.get(mbom.item);
  const current = plant.mboms.get(mbom.item)?.value ?? null;
  if (last === undefined) return findings;
  if (last.change !== change.id && change.releasedAt !== null && last.releasedAt > change.releasedAt) {
    findings.push({
      ...at,
      severity: "blocked",
      code: "change-superseded",
      cause: `${mbom.item} is already built as ${last.change} wants it, which was released after ${change.id}.`,
      fix: `Refuse ${change.id} here, or release a new change in the PLM.`,
    });
  }
  if (current !== null && !isSame(diffMbom(current, last.mbom)) && !isSame(diffMbom(current, mbom))) {
    findings.push({
      ...at,
      severity: "warning",
      code: "mbom-edited-in-plant",
      cause: `The mBOM of ${mbom.item} in ${records.system} is not as Heddle published it for ${last.change}: somebody edited it.`,
      fix: "Compare the lines; to keep the edit, have it released in engineering or written as a rule before you approve.",
    });
  }
  return findings;
}

function effectivityFindings({ id, effectiveFrom }: EngineeringChange, today: Day): Finding[] {
  if (effectiveFrom === null || effectiveFrom >= today) return [];
  return [
    {
      severity: "info",
      code: "effectivity-past",
      system: "heddle",
      item: null,
      line: null,
      field: "effectivity date",
      cause: `${id} is effective from ${effectiveFrom}, which has passed: it takes effect when it is published.`,
      fix: "Check what was built since then; the order impact lists what is still open.",
    },
  ];
}

/** The action's identity within its plan: what it does to which record. */
function identified(content: ActionContent): Action {
  return { id: `${content.kind}:${targetOf(content)}`, ...content };
}

function targetOf(content: ActionContent): string {
  switch (content.kind) {
    case "create item":
    case "update item":
      return content.item.item;
    case "set procurement record":
      return content.record.item;
    case "publish mBOM":
      return content.mbom.item;
    case "set standard cost":
      return content.cost.item;
    case "flag purchase-order line":
      return content.line;
    case "flag production order":
    case "re-explode planned order":
    case "replace order components":
    case "hold production order":
      return content.order;
    case "take back flag":
      return content.flag;
  }
}

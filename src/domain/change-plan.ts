import type { Day } from "./calendar.ts";
import type { EngineeringChange } from "./change.ts";
import type { MbomDiff } from "./bom/mbom-diff.ts";
import type { MbomMerge } from "./bom/mbom-merge.ts";
import type { AccountEntry, Decision } from "./bom/mbom-plan.ts";
import type { ItemRevisionKey } from "./ebom.ts";
import type { Finding } from "./finding.ts";
import type { ChangeId, ItemId, PlantId, ProductionOrderId, PurchaseOrderLineId } from "./ids.ts";
import type { OrderImpact } from "./impact/order-impact.ts";
import type { Mbom } from "./mbom.ts";
import type { Money } from "./money.ts";
import type { NeededComponent, OrderRef } from "./order.ts";
import type { PlantItem, ProcurementRecord, StandardCost, VersionToken } from "./plant-item.ts";
import type { Configured } from "./variant/configuration.ts";

/**
 * Everything a change will do to one plant's ERP, and why, before any of it is done. Immutable: what a
 * person approves by digest is exactly what is applied.
 */
export type ChangePlan = {
  readonly change: EngineeringChange;
  readonly plant: PlantId;
  readonly rulesVersion: string;
  /** In the order they are applied. */
  readonly actions: readonly Action[];
  readonly mboms: readonly MbomChange[];
  readonly impact: readonly OrderImpact[];
  readonly costs: readonly CostChange[];
  readonly findings: readonly Finding[];
  /**
   * What follows on the day that the change takes effect, because a record has no place for a day. Approved with
   * the plan, as long as the systems have not moved by then; absent where nothing follows.
   */
  readonly later?: { readonly day: Day; readonly actions: readonly Action[] };
};

/** One write to the target. `id` is stable: with the plan's digest it is the idempotency key. */
export type Action = { readonly id: string } & ActionContent;

export type ActionContent =
  | { readonly kind: "create item"; readonly item: PlantItem }
  | { readonly kind: "update item"; readonly item: PlantItem; readonly was: PlantItem; readonly expected: VersionToken }
  | {
      readonly kind: "set procurement record";
      readonly record: ProcurementRecord;
      readonly was: ProcurementRecord | null;
      readonly expected: VersionToken | null;
    }
  | {
      readonly kind: "publish mBOM";
      readonly mbom: Mbom;
      /** What engineering's plan alone says, which the next merge starts from; absent where it says the same as `mbom`. */
      readonly engineering?: Mbom;
      readonly change: ChangeId;
      /** Where changes of later days stay over it in `mbom`; absent where there are none. */
      readonly beneath?: Beneath;
      readonly expected: VersionToken | null;
    }
  | {
      readonly kind: "set standard cost";
      readonly cost: StandardCost;
      readonly was: StandardCost | null;
      readonly expected: VersionToken | null;
    }
  | {
      readonly kind: "flag purchase-order line";
      readonly line: PurchaseOrderLineId;
      readonly change: ChangeId;
      readonly text: string;
    }
  | {
      readonly kind: "flag production order";
      readonly order: ProductionOrderId;
      readonly change: ChangeId;
      readonly text: string;
    }
  | {
      readonly kind: "take back flag";
      readonly flag: string;
      readonly on: OrderRef;
      readonly reason: string;
    }
  | { readonly kind: "re-explode planned order"; readonly order: ProductionOrderId; readonly expected: VersionToken }
  | {
      readonly kind: "replace order components";
      readonly order: ProductionOrderId;
      readonly components: readonly NeededComponent[];
      readonly expected: VersionToken;
    }
  | {
      readonly kind: "hold production order";
      readonly order: ProductionOrderId;
      readonly reason: string;
      readonly expected: VersionToken;
    };

/** The mBOM of a change alone, and what each later one stands on from now on, and comes to. */
export type Beneath = {
  readonly own: Mbom;
  readonly over: readonly { readonly change: ChangeId; readonly before: Mbom; readonly after: Mbom }[];
};

/** What changes in one item's mBOM, line by line, and what became of every eBOM line. */
export type MbomChange = {
  readonly item: ItemId;
  readonly key: ItemRevisionKey;
  /** The choices that made this variant; absent where the item is none. */
  readonly configured?: Configured;
  readonly before: Mbom | null;
  readonly after: Mbom;
  readonly diff: MbomDiff;
  /** The day from which `after` holds the differences, beside what holds until then; absent: at once. */
  readonly from?: Day;
  readonly decisions: readonly Decision[];
  readonly account: readonly AccountEntry[];
  /** The edits of the plant's planners that `after` keeps, and what only a person can decide; absent where there are none. */
  readonly merge?: Pick<MbomMerge, "kept" | "conflicts">;
};

/** Standard cost before and after, of an item whose cost the change moves. */
export type CostChange = { readonly item: ItemId; readonly before: Money | null; readonly after: Money };

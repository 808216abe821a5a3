import type { MbomField } from "../domain/bom/mbom-diff.ts";
import type { EngineeringChange } from "../domain/change.ts";
import type { Ebom } from "../domain/ebom.ts";
import type { Hint } from "../domain/hint.ts";
import type { Told } from "../domain/feedback/told.ts";
import type { Finding } from "../domain/finding.ts";
import type {
  ChangeId,
  ItemId,
  JobOrderId,
  PlantId,
  ProductionOrderId,
  PurchaseOrderLineId,
  Revision,
  SystemId,
} from "../domain/ids.ts";
import type { Job, JobOrder } from "../domain/job-order.ts";
import type { Mbom } from "../domain/mbom.ts";
import type { NeededComponent, ProductionOrder, PurchaseOrderLine } from "../domain/order.ts";
import type { HoldsEffectivity } from "../domain/plan-design.ts";
import type { Routing } from "../domain/routing.ts";
import type { OrderCompletion, OrderProduction, Posting } from "../domain/posting.ts";
import type {
  Held,
  PlantItem,
  ProcurementRecord,
  PublishedMbom,
  StandardCost,
  VersionToken,
} from "../domain/plant-item.ts";

/**
 * The version of this contract. A connector from another package names the one it was written for; it goes
 * up when a connector that was right becomes wrong, not when an ability is added.
 */
export const PORT_VERSION = 2;

/**
 * A system as Heddle sees it: groups of abilities. What a system cannot do is absent, never a stub that
 * throws. Every promise rejects with `ConnectorError` and nothing else.
 */
export type Connector = {
  /** The connection's name in `heddle.yaml`. */
  readonly system: SystemId;
  /** Proves access with one cheap read. */
  readonly check: () => Promise<void>;
  readonly describe?: () => Promise<SystemDescription>;
  readonly changes?: Changes;
  readonly ebom?: EbomReader;
  readonly problemReports?: ProblemReports;
  readonly items?: Items;
  readonly procurement?: Procurement;
  readonly routings?: Routings;
  readonly mbom?: Mboms;
  readonly costs?: Costs;
  readonly purchaseOrders?: PurchaseOrders;
  readonly productionOrders?: ProductionOrders;
  readonly production?: Production;
  readonly flags?: Flags;
  readonly jobs?: Jobs;
  readonly shopEvents?: ShopEvents;
  readonly webhooks?: Webhooks;
};

/** What a system says of itself. */
export type SystemDescription = {
  /** Its version in its own words; null when it does not say. */
  readonly version: string | null;
  /** What its clock shows now, as an instant, to the second; null when it does not say. */
  readonly now: string | null;
};

/** Names one write, the same on every attempt. At most 64 characters of `A–Z a–z 0–9 . : -`. */
export type IdempotencyKey = string & { readonly __key: true };

/** What the target calls what a write made or changed, for the thread: `BOM-000047`. */
export type Receipt = { readonly id: string; readonly version: VersionToken | null };

/**
 * A write that is safe to lose the answer of: `write` may be tried again with the same key only after
 * `find` has said null. `find` looks the result up by the key or a natural key, or by reading again.
 */
export type Write<Input> = {
  readonly write: (input: Input, key: IdempotencyKey) => Promise<Receipt>;
  readonly find: (input: Input, key: IdempotencyKey) => Promise<Receipt | null>;
};

/** What changed since a cursor, oldest first. An empty page with the cursor unchanged means: up to date. */
export type Page<Id> = { readonly ids: readonly Id[]; readonly cursor: Cursor; readonly more: boolean };

/** A place in a system's history of changes; opaque; null means from the beginning. */
export type Cursor = string | null;

export type Changes = {
  /** Ids of changes that were released, cancelled or edited since; may repeat, never skips. */
  readonly changedSince: (cursor: Cursor) => Promise<Page<ChangeId>>;
  readonly read: (id: ChangeId) => Promise<EngineeringChange>;
  /** Tells the PLM how the change ended in a plant. Natural key: change, plant. */
  readonly acknowledge: Write<Acknowledgement>;
};

export type Acknowledgement = {
  readonly change: ChangeId;
  readonly plant: PlantId;
  readonly outcome: "applied" | "refused" | "in step" | "superseded";
  readonly note: string;
};

export type EbomReader = {
  /**
   * The whole structure below an item revision. Data that cannot be read (an unknown unit, a negative
   * quantity, an item that does not exist) comes back as a blocked finding beside what could be read, so
   * that a person sees all of it at once; a line that is not readable is left out of `ebom`.
   */
  readonly read: (item: ItemId, revision: Revision) => Promise<EbomRead>;
  /** Assemblies, in their newest released revision, that use the item directly; any revision of it. */
  readonly whereUsed: (item: ItemId) => Promise<readonly ItemUse[]>;
};

export type EbomRead = { readonly ebom: Ebom; readonly findings: readonly Finding[] };
export type ItemUse = { readonly item: ItemId; readonly revision: Revision };

export type ProblemReports = {
  /** Files a report once per `occasion`; its later life is the PLM's. */
  readonly file: Write<ProblemReport>;
};

/** What production found about an item revision, for engineering to look into. */
export type ProblemReport = {
  readonly item: ItemId;
  readonly revision: Revision;
  readonly title: string;
  /** What is so and why it matters, for a person. */
  readonly description: string;
  /** The figures behind it as text: sample, period, before and after, test and effect size. */
  readonly evidence: string;
  /**
   * Natural key: what made Heddle file it, for instance `scrap:1000:FX-110:B:0020:2026-03`. A second report on the
   * same item about something else, or about the same thing at a later time, has another one.
   */
  readonly occasion: string;
};

export type Items = {
  /** Items that the plant does not know are absent from the map. */
  readonly read: (items: readonly ItemId[], plant: PlantId) => Promise<ReadonlyMap<ItemId, Held<PlantItem>>>;
  readonly create: Write<PlantItem>;
  /** Rejects with "version conflict" when the record is no longer `expected`. */
  readonly update: Write<Expecting<PlantItem>>;
};

/** A value to write over a record that must still be in the state that was read. */
export type Expecting<T> = { readonly value: T; readonly expected: VersionToken | null };

export type Procurement = {
  /** The preferred record of each item that has one. */
  readonly read: (items: readonly ItemId[], plant: PlantId) => Promise<ReadonlyMap<ItemId, Held<ProcurementRecord>>>;
  readonly set: Write<Expecting<ProcurementRecord>>;
  /** The suppliers among these that the ERP knows. */
  readonly knownSuppliers: (
    suppliers: readonly ProcurementRecord["supplier"][],
  ) => Promise<ReadonlySet<ProcurementRecord["supplier"]>>;
};

export type Routings = {
  /** The routing in force of each item that has one. */
  readonly read: (items: readonly ItemId[], plant: PlantId) => Promise<ReadonlyMap<ItemId, Routing>>;
};

export type Mboms = {
  /** The mBOM in force of each item that has one. */
  readonly read: (items: readonly ItemId[], plant: PlantId) => Promise<ReadonlyMap<ItemId, Held<PublishedMbom>>>;
  /** Items whose mBOM in force names the item directly. */
  readonly whereUsed: (item: ItemId, plant: PlantId) => Promise<readonly ItemId[]>;
  /**
   * Publishes a new mBOM revision of an item, all of it or nothing, and puts it in force.
   * `expected` is the version of the mBOM it takes the place of; null when the item has none.
   */
  readonly publish: Write<Expecting<Mbom> & { readonly change: ChangeId }>;
  /**
   * What the lines of its mBOMs can say of when they hold, and its orders act by. Absent: nothing, so a change is
   * published on the day that it takes effect.
   */
  readonly holdsEffectivity?: HoldsEffectivity;
  /** What of `mbom` this system has no place for, each a sentence: a declared loss, never silence. */
  readonly cannotHold: (mbom: Mbom) => readonly string[];
  /**
   * Pure: `mbom` as this system reads it back once it is published, line for line, so that what it has no place for
   * does not look edited by a planner. Absent: `read` says all that was published.
   */
  readonly asHeld?: (mbom: Mbom) => Mbom;
  /** The fields that people can fill in for a line in this system itself. Absent: all that a line has. */
  readonly typedFields?: readonly MbomField[];
  /**
   * Present where a line can say for which variants it is, and planning and production go by it. Absent: the plant
   * needs a configuration for each variant, and Heddle publishes no line with an option.
   */
  readonly holdsOptions?: true;
};

export type Costs = {
  readonly read: (items: readonly ItemId[], plant: PlantId) => Promise<ReadonlyMap<ItemId, Held<StandardCost>>>;
  readonly set: Write<Expecting<StandardCost>>;
};

export type PurchaseOrders = {
  /** Lines that were added or touched since; may repeat, never skips. */
  readonly changedSince: (cursor: Cursor) => Promise<Page<PurchaseOrderLineId>>;
  /** Open lines of these items. */
  readonly openOf: (items: readonly ItemId[], plant: PlantId) => Promise<readonly Held<PurchaseOrderLine>[]>;
  /** Lines by id, in whatever state; unknown ones are absent. */
  readonly read: (ids: readonly PurchaseOrderLineId[]) => Promise<readonly Held<PurchaseOrderLine>[]>;
};

export type ProductionOrders = {
  readonly changedSince: (cursor: Cursor) => Promise<Page<ProductionOrderId>>;
  /** Orders not finished or cancelled that make one of these items or need one as a component. */
  readonly openOf: (items: readonly ItemId[], plant: PlantId) => Promise<readonly Held<ProductionOrder>[]>;
  readonly read: (ids: readonly ProductionOrderId[]) => Promise<readonly Held<ProductionOrder>[]>;
  /** Works a planned order's components out again from the mBOM in force. */
  readonly reExplode: Write<{ readonly order: ProductionOrderId; readonly expected: VersionToken }>;
  /** Sets what a released, not started order needs. */
  readonly replaceComponents: Write<{
    readonly order: ProductionOrderId;
    readonly components: readonly NeededComponent[];
    readonly expected: VersionToken;
  }>;
  readonly hold: Write<{ readonly order: ProductionOrderId; readonly reason: string; readonly expected: VersionToken }>;
  /**
   * Shows the planner how the orders fare in the MES, each report in place of the one before: all of them or
   * none. Does not move the orders' versions, and `changedSince` does not tell of it. Absent where the ERP has
   * no place for it. Natural key: the order; `find` compares what stands there.
   */
  readonly report?: Write<readonly JobReport[]>;
};

/** How a production order fares in the MES, for the planner who looks at it in the ERP. */
export type JobReport = {
  readonly order: ProductionOrderId;
  readonly plant: PlantId;
  /** The MES connection's name. */
  readonly mes: SystemId;
  /** The MES's own number for the job; null while it has none. */
  readonly job: string | null;
  /** The version that the MES works by; null while it has none. */
  readonly version: number | null;
  /** Where it stands, in Heddle's words: `held`, `dispatched`, `running`. */
  readonly state: string;
  /** Why, in a sentence: what holds it, or what the MES answered to a change; null when that goes without saying. */
  readonly note: string | null;
};

export type {
  MaterialConsumption,
  OperationConfirmation,
  OrderCompletion,
  OrderProduction,
  Posting,
} from "../domain/posting.ts";

/** What was made and used, in the ERP's books. */
export type Production = {
  /** Orders that the ERP does not know are absent. */
  readonly read: (
    orders: readonly ProductionOrderId[],
  ) => Promise<ReadonlyMap<ProductionOrderId, Held<OrderProduction>>>;
  /**
   * Books what was made and used since the posting before, all of it or nothing; quantities below zero take back.
   * Natural key: the posting's id. Rejects with "rejected" and the ERP's words where it does not take it: the order is
   * closed, a lot is not in stock.
   */
  readonly post: Write<Posting>;
  /**
   * Absent: what people issued for a component in the ERP is used up before a posting issues more. True: a posting comes
   * on top of it, so that a person must say what counts.
   */
  readonly issuesOnTop?: true;
  /** Ends a production order. Natural key: the order. */
  readonly complete: Write<OrderCompletion>;
  /** What of a posting this ERP has no place for, each a sentence: a declared loss. */
  readonly cannotHold: (posting: Posting) => readonly string[];
};

export type Flags = {
  /** Every flag that Heddle set for a change, in whatever state. */
  readonly of: (change: ChangeId) => Promise<readonly Flag[]>;
  /** `find` counts open flags only: one that was closed may be set again. */
  readonly set: Write<Omit<Flag, "id" | "state">>;
  readonly takeBack: Write<{ readonly id: string; readonly reason: string }>;
};

/** A note on an order, where the buyer or planner looks. */
export type Flag = {
  /** The ERP's own number of it. */
  readonly id: string;
  readonly on:
    | { readonly kind: "purchase-order line"; readonly id: PurchaseOrderLineId }
    | { readonly kind: "production order"; readonly id: ProductionOrderId };
  readonly change: ChangeId;
  readonly text: string;
  /** A person who closes a flag has dealt with it: it is not set again. */
  readonly state: "open" | "taken back" | "closed by a person";
};

/** Job orders in an MES. */
export type Jobs = {
  /** Jobs whose state, quantities or answers moved since; may repeat, never skips. */
  readonly changedSince: (cursor: Cursor) => Promise<Page<JobOrderId>>;
  /** Jobs that the MES does not know are absent. */
  readonly read: (ids: readonly JobOrderId[]) => Promise<ReadonlyMap<JobOrderId, Held<Job>>>;
  /** Gives the MES a job that it does not have, allowed to start. Natural key: the job's id. */
  readonly dispatch: Write<JobOrder>;
  /**
   * Gives a later version of a job. Rejects with "rejected" and the MES's words when the job has begun and the
   * MES does not take it: then it is for a person.
   */
  readonly change: Write<Expecting<JobOrder>>;
  /** Stops a job from being started, or interrupts it. */
  readonly hold: Write<{ readonly job: JobOrderId; readonly reason: string; readonly expected: VersionToken }>;
  /** Lets a held job start or go on. */
  readonly release: Write<{ readonly job: JobOrderId; readonly expected: VersionToken }>;
  /** Asks for the end of a job. The answer may take its time: it is the job's `cancellation`. */
  readonly cancel: Write<{ readonly job: JobOrderId; readonly reason: string }>;
  /** What of a job this MES has no place for, each a sentence. */
  readonly cannotHold: (job: JobOrder) => readonly string[];
};

/**
 * What the shop floor tells through a system, by one of three ways or more: asked for, brought by the system as it
 * happens, or sent to the hub over HTTP. Sources may tell twice, late and out of order.
 */
export type ShopEvents = {
  /** What was told since; may repeat, never skips. Oldest first by when it was told, not by when it happened. */
  readonly toldSince?: (cursor: Cursor) => Promise<ToldPage>;
  /**
   * Listens for what the system brings by itself until `stop`. `take` resolves when the hub has committed it: only then
   * is it acknowledged to the system, where the system knows acknowledgements, and no more than a bounded number of
   * messages is under way at a time. When `take` rejects, the message is to come again. Connects again by itself.
   */
  readonly listen?: (take: TakeTold, onError: (error: Error) => void) => Promise<Listening>;
  /**
   * What a message's body tells that the system sends to the hub over HTTP. A body that this system does not send
   * throws "contract broken".
   */
  readonly read?: (message: { readonly body: Buffer; readonly contentType: string }) => readonly Told[];
};

export type ToldPage = { readonly told: readonly Told[]; readonly cursor: Cursor; readonly more: boolean };
export type TakeTold = (told: readonly Told[]) => Promise<void>;
export type Listening = { readonly stop: () => Promise<void> };

export type Webhooks = {
  /**
   * Which subjects a webhook's body says to look at; a hint only. The signature has been checked.
   * A body that this system does not send throws "contract broken".
   */
  readonly subjects: (body: unknown) => readonly Hint[];
};

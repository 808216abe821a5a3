import type { SupplyType } from "./mbom.ts";
import type { ItemId, JobOrderId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "./ids.ts";
import type { OrderOrigin } from "./order.ts";
import type { Quantity } from "./quantity.ts";

/**
 * What an MES is asked to do: one production order as a job order (IEC 62264-4; B2MML `JobOrder`,
 * OPC 10031-4 `ISA95JobOrderDataType`), with its routing sequence and component requirements.
 */
export type JobOrder = {
  readonly id: JobOrderId;
  readonly plant: PlantId;
  readonly order: ProductionOrderId;
  /** From 1; counts what the hub has sent for this order. A later version takes an earlier one's place. */
  readonly version: number;
  readonly item: ItemId;
  /** The engineering revision that is built; null where the ERP holds none. */
  readonly revision: Revision | null;
  readonly name: string;
  /** The ERP's kind of order, in small letters: `standard`, `rework`. */
  readonly type: string;
  /** The order that this one was split from, or whose pieces it reworks. */
  readonly from: OrderOrigin | null;
  /** Of the item, in its unit; good pieces, without scrap. */
  readonly quantity: Quantity;
  /** From 0; a higher one goes first. */
  readonly priority: number;
  /** When work may begin and must end: ISO 8601 in UTC; null leaves it to the MES. */
  readonly start: string | null;
  readonly end: string | null;
  /** The ERP's numbers of what it was worked out from, for the gate and the record. */
  readonly mbom: string | null;
  readonly routing: string | null;
  /** In the sequence in which they are carried out. */
  readonly operations: readonly JobOperation[];
};

/** A segment of work: ISA-95 calls it a job order's work master or process segment. */
export type JobOperation = {
  readonly operation: OperationId;
  readonly name: string;
  readonly workCenter: WorkCenterId;
  /** Seconds once per order; null where the ERP keeps none. */
  readonly setupSeconds: number | null;
  /** Seconds for each unit of the item; null where the ERP keeps none. */
  readonly runSeconds: number | null;
  /** What it takes from stock, for the whole order, scrap included. */
  readonly components: readonly JobComponent[];
};

export type JobComponent = {
  /** The ERP's line number in the order. */
  readonly line: string;
  readonly item: ItemId;
  readonly required: Quantity;
  readonly supply: SupplyType | null;
  /** The lot that must be used; null leaves it to the shop floor. */
  readonly lot: string | null;
};

/**
 * A job order as the MES holds it: what it last acknowledged, how far it is, and its answers to what it
 * was asked last.
 */
export type Job = {
  readonly id: JobOrderId;
  /** The MES's own number for it. */
  readonly number: string;
  /** The version it works by. */
  readonly version: number;
  readonly state: JobState;
  readonly good: Quantity;
  readonly scrap: Quantity;
  /** How the last request to cancel ended; null when there was none. */
  readonly cancellation: CancelAnswer | null;
  /** The MES's words where it refused the last change or cancellation. */
  readonly refusal: string | null;
};

/**
 * Where a job stands, by OPC 10031-4's state machine: `waiting` is NotAllowedToStart, `ready`
 * AllowedToStart, `running` and `interrupted` as there, `completed` Ended, `aborted` and `cancelled`
 * ended early; cancelled jobs had not begun.
 */
export type JobState = "waiting" | "ready" | "running" | "interrupted" | "completed" | "aborted" | "cancelled";

/** `partly done`: what had begun is finished or scrapped, the rest will not be made. */
export type CancelAnswer = "asked" | "done" | "too late" | "partly done";

/** The one name of a job in every MES: two plants may give orders the same number. */
export function jobOrderId(plant: PlantId, order: ProductionOrderId): JobOrderId {
  return `${plant}:${order}` as JobOrderId;
}

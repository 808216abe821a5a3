import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../ids.ts";
import { plainOrder } from "../natural-order.ts";
import type { Quantity } from "../quantity.ts";
import type { Rational } from "../rational.ts";
import type { Instant } from "./instant.ts";

/**
 * What the shop floor tells, whatever the system that tells it: what happened, or that an earlier event was told
 * wrongly or did not happen at all. An event is never edited: a correction or reversal is an event of its own.
 *
 * One job response of an MES (B2MML `JobResponse`, OPC 10031-4 `ISA95JobResponseDataType`) tells of several things
 * and becomes as many events, with ids made from its own.
 */
export type ShopEvent = ShopOccurrence | ShopCorrection | ShopReversal;

/** What an event is known by: told twice, it is one event. */
export type ShopEventKey = {
  /** Who tells it: a station, a terminal, a system. */
  readonly source: string;
  /** Unique at its source, and the same whenever it is told. */
  readonly id: string;
};

/** Something happened. */
export type ShopOccurrence = ShopEventKey & Occurrence & { readonly kind: "occurrence" };

/** An event should have been another. It counts from when it is known, with the instant at which it really happened. */
type ShopCorrection = ShopEventKey & {
  readonly kind: "correction";
  /** What it corrects: an occurrence, or an earlier correction of one. */
  readonly corrects: ShopEventKey;
  /** When it was made: of several corrections of one event the last counts. */
  readonly at: Instant;
  readonly operator: string | null;
  /** All that is so instead, not only what differs. */
  readonly instead: Occurrence;
};

/** An event did not happen. Of a reversal: what it took back did happen. */
type ShopReversal = ShopEventKey & {
  readonly kind: "reversal";
  readonly reverses: ShopEventKey;
  readonly at: Instant;
  readonly operator: string | null;
  readonly reason: string | null;
};

/** What happened, where, to which order, by whom. */
export type Occurrence = {
  /** When it began, where the source tells a span of time; null for a moment. */
  readonly since: Instant | null;
  /** When it happened; of a span, when it ended. */
  readonly at: Instant;
  readonly plant: PlantId;
  /** Null only for what is of no order: a machine that is down without work. */
  readonly order: ProductionOrderId | null;
  /** The MES's own number of the job. */
  readonly job: string | null;
  /** The item that is made, and the revision it is made to; null where the source does not say: the order does. */
  readonly item: ItemId | null;
  readonly revision: Revision | null;
  readonly operation: OperationId | null;
  readonly workCenter: WorkCenterId | null;
  /** The machine or place within the work center (ISO 22400: work unit). */
  readonly station: string | null;
  /** A person's number at the plant, not a name. */
  readonly operator: string | null;
  /** Pieces that it is about, by serial number, and the lot that they belong to. */
  readonly serials: readonly string[];
  readonly lot: string | null;
  readonly fact: ShopFact;
};

export type ShopFact =
  | { readonly kind: "operation started" }
  | { readonly kind: "setup completed"; readonly workedMs: number | null }
  | OutputCounted
  | MaterialConsumed
  | Measured
  | { readonly kind: "tested"; readonly test: string; readonly passed: boolean; readonly result: string | null }
  | {
      readonly kind: "nonconformance";
      readonly code: string;
      readonly text: string | null;
      readonly severity: "minor" | "major" | "critical" | null;
    }
  | { readonly kind: "held"; readonly reason: string | null }
  | { readonly kind: "resumed" }
  /** A station did not work from `since` to `at`. While it still stands, corrections move its end. */
  | { readonly kind: "downtime"; readonly reason: string | null; readonly planned: boolean }
  /** `early`: aborted or cancelled before all was made. */
  | { readonly kind: "operation completed"; readonly early: boolean };

/** Pieces came out of an operation: an increment, never a total to date. */
export type OutputCounted = {
  /** `rework`: they are not good, and will be worked on again; when they are done they are counted once more. */
  readonly kind: "good" | "scrap" | "rework";
  readonly quantity: Quantity;
  /** Why they are not good; null of good ones, or where the source does not say. */
  readonly reason: string | null;
  /**
   * Milliseconds of processing, all pieces together, without setup, waiting and interruptions; null where the source
   * does not measure it.
   */
  readonly workedMs: number | null;
  /** Whether the operation had sent them to rework before; null where the source does not say. */
  readonly reworked: boolean | null;
};

type MaterialConsumed = {
  readonly kind: "consumed";
  readonly item: ItemId;
  readonly revision: Revision | null;
  /** Below zero for what goes back into stock. */
  readonly quantity: Quantity;
  /** The order's line; null where the source does not say. */
  readonly line: string | null;
  readonly lot: string | null;
  readonly serials: readonly string[];
};

type Measured = {
  readonly kind: "measured";
  readonly characteristic: string;
  readonly value: Rational;
  /** As the source names it: a gauge's units are more than those that material is counted in. */
  readonly unit: string;
  readonly lower: Rational | null;
  readonly upper: Rational | null;
  readonly passed: boolean;
};

/** One text for one key, for maps and messages. */
export function eventName({ source, id }: ShopEventKey): string {
  return JSON.stringify([source, id]);
}

export function sameEvent(a: ShopEventKey, b: ShopEventKey): boolean {
  return a.source === b.source && a.id === b.id;
}

type TimedKey = ShopEventKey & { readonly at: Instant };

/** By instant, then source and id: total, so that it does not matter in which order events came in. */
export function byInstant(a: TimedKey, b: TimedKey): number {
  return plainOrder(a.at, b.at) || plainOrder(a.source, b.source) || plainOrder(a.id, b.id);
}

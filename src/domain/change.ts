import type { Day } from "./calendar.ts";
import type { ChangeId, ItemId, Revision } from "./ids.ts";

/** A released, planned or withdrawn change to the design (ECO, ECN), as its PLM tells it. */
export type EngineeringChange = {
  readonly id: ChangeId;
  readonly title: string;
  readonly reason: string;
  readonly state: ChangeState;
  /** UTC instant as `2026-01-31T12:00:00.000Z`; null until released. */
  readonly releasedAt: string | null;
  /** Who released it in the PLM; may not approve its plan. */
  readonly releasedBy: string | null;
  /** First day the new design is built; null means as soon as it is published. */
  readonly effectiveFrom: Day | null;
  readonly affected: readonly AffectedItem[];
  readonly supersedes: ChangeId | null;
};

/**
 * The last two are Heddle's words: a later change has taken its place before it was applied, or a rollback has taken
 * it back since.
 */
type ChangeState = "draft" | "in review" | "released" | "cancelled" | "superseded" | "rolled back";

export type AffectedItem = {
  readonly item: ItemId;
  /** Null for an item that the change introduces. */
  readonly from: Revision | null;
  /** Null for an item that the change retires. */
  readonly to: Revision | null;
  readonly disposition: Disposition;
};

/** What engineering wants done with material of the old revision, by where it is. */
type Disposition = {
  readonly stock: DispositionChoice;
  readonly wip: DispositionChoice;
  readonly onOrder: DispositionChoice;
  readonly finished: DispositionChoice;
};

export type DispositionChoice = "use as is" | "rework" | "scrap" | "return" | "exhaust" | "undecided";

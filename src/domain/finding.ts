import type { ItemId } from "./ids.ts";

/**
 * Something a person should know about a plan. `blocked` stops the plan until it is mended, `warning`
 * needs a person's approval, `info` is for the record.
 */
export type Finding = {
  readonly severity: "blocked" | "warning" | "info";
  /** Stable name for scripts, documented in `docs/errors.md`. */
  readonly code: FindingCode;
  /** The system whose data it is about (a connection's name), or `heddle`. */
  readonly system: string;
  readonly item: ItemId | null;
  /** The eBOM or order line, as its system shows it. */
  readonly line: string | null;
  readonly field: string | null;
  /** What is so, in a sentence. */
  readonly cause: string;
  /**
   * The end of `cause`, where that grows by itself, as a list of what was built so far: no part of what an approval binds
   * to. Absent where all of it counts.
   */
  readonly grows?: string;
  /** What to do about it, in a sentence. */
  readonly fix: string;
};

export type FindingCode =
  | "bom-cycle"
  | "bom-empty"
  | "bom-too-deep"
  | "change-superseded"
  | "component-without-operation"
  | "cost-missing"
  | "data-unreadable"
  | "effectivity-ahead"
  | "effectivity-against-revision"
  | "effectivity-beneath"
  | "effectivity-brought-forward"
  | "effectivity-never"
  | "effectivity-past"
  | "effectivity-translated"
  | "effectivity-unscheduled"
  | "group-cannot-hold"
  | "group-number-taken"
  | "item-missing"
  | "item-unreleased"
  | "line-unsourced"
  | "made-without-components"
  | "mbom-edit-kept"
  | "merge-conflict"
  | "operation-unknown"
  | "option-missing"
  | "option-never"
  | "option-open"
  | "option-twice"
  | "option-unheld"
  | "option-unknown"
  | "quantity-excess"
  | "quantity-not-positive"
  | "quantity-remainder"
  | "reference-designators-mismatch"
  | "replacement-factor-unclear"
  | "replacement-loop"
  | "rollback-keeps"
  | "routing-missing"
  | "split-does-not-fit"
  | "supplier-unknown"
  | "target-cannot-hold"
  | "unit-factor-conflict"
  | "unit-not-convertible"
  | "variant-number-taken"
  | "work-center-missing";

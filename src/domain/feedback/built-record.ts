import type { OperationId, WorkCenterId } from "../ids.ts";
import type { BuiltComponent } from "./as-built.ts";
import type { Instant } from "./instant.ts";

/**
 * What is on record of something that was built: a serial, a lot where pieces have no serials, else an order. It
 * stands in `built_units.record` as the JSON of `toJson`.
 */
export type BuiltRecord = {
  /** What went into it, net of what was taken out again. */
  readonly components: readonly BuiltComponent[];
  /** Where and by whom it was worked on, oldest first. */
  readonly operations: readonly BuiltOperation[];
  /** What was tested, measured and found on it, oldest first. */
  readonly results: readonly BuiltResult[];
};

export type BuiltOperation = {
  readonly operation: OperationId | null;
  readonly workCenter: WorkCenterId | null;
  readonly station: string | null;
  /** A person's number at the plant, not a name. */
  readonly operator: string | null;
  /** When it came out of the operation. */
  readonly at: Instant;
};

export type BuiltResult = {
  readonly kind: "tested" | "measured" | "nonconformance";
  /** The test, the characteristic, or the nonconformance's code. */
  readonly name: string;
  readonly passed: boolean;
  /** The result in words: `12.02 MM, 11.9 to 12.1`; null where the source gives none. */
  readonly text: string | null;
  readonly at: Instant;
};

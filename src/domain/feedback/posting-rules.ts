import { rational, ZERO } from "../rational.ts";
import type { PostingTolerances } from "./posting-findings.ts";

/** How a plant's production is booked in its ERP. */
export type PostingRules = {
  /** At the latest so many minutes after something happened; what completes an operation is booked at once. */
  readonly everyMinutes: number;
  /** An order is completed once nothing new was told of it for so many minutes: what comes later finds it closed. */
  readonly completeAfterMinutes: number;
  readonly tolerances: PostingTolerances;
};

export const DEFAULT_POSTING_RULES: PostingRules = {
  everyMinutes: 15,
  completeAfterMinutes: 15,
  tolerances: { consumption: rational(5n, 100n), overdelivery: ZERO, underdelivery: ZERO },
};

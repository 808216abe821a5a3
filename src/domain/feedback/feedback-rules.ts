import type { WorkCenterId } from "../ids.ts";

/** How a plant takes in, keeps and passes on what its shop floor tells. */
export type FeedbackRules = {
  /** How far a source's clock may be off before its events are kept apart. */
  readonly clockToleranceMinutes: number;
  /** The longest that one event can plausibly tell of. */
  readonly longestHours: number;
  /** Work centers that events may name; none: any. */
  readonly workCenters: readonly WorkCenterId[];
  /** What one source may tell of one second; more of it is a sensor gone mad. */
  readonly eventsPerSecond: number;
  /** How long single events are kept. What they add up to stays. */
  readonly retentionDays: number;
};

/** Where `heddle.yaml` says nothing else. */
export const DEFAULT_FEEDBACK_RULES: FeedbackRules = {
  clockToleranceMinutes: 15,
  longestHours: 744,
  workCenters: [],
  eventsPerSecond: 1_000,
  retentionDays: 400,
};

/** Why something that a source told cannot be read as an event. */
export type EventFault = {
  /** In what the source sent: `quantity`, `events[3].at`; empty for all of it. */
  readonly field: string;
  /** What is so, in a sentence. */
  readonly cause: string;
  /** What to do about it, in a sentence. */
  readonly fix: string;
};

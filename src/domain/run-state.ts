/** Where a subject of the hub stands, such as a change in a plant. The API's contract has the same words. */
export type RunState =
  | "planning"
  | "awaiting approval"
  | "waiting day"
  | "waiting turn"
  | "applying"
  | "retrying"
  | "blocked"
  | "applied"
  | "in step"
  | "refused"
  | "withdrawn"
  | "superseded"
  | "rolled back";

/** States in which nothing more comes of a plan. */
export const ENDED_STATES: ReadonlySet<RunState> = new Set([
  "applied",
  "in step",
  "refused",
  "withdrawn",
  "superseded",
  "rolled back",
]);

/** Orders of a shift's batch by what is left to do about them. */
export type ShiftProgress = {
  /** The MES has them. */
  readonly gone: number;
  readonly underWay: number;
  /** They go at the shift's start. */
  readonly ahead: number;
  /** They do not go before a person has done something. */
  readonly stopped: number;
};

/** By the order states of the API's contract; one that is not here is still ahead. */
const PARTS: Readonly<Record<string, keyof ShiftProgress>> = {
  dispatched: "gone",
  negotiating: "gone",
  ended: "gone",
  sending: "underWay",
  retrying: "underWay",
  held: "stopped",
  blocked: "stopped",
  refused: "stopped",
};

/** How far a batch is, from its orders' states: `{ dispatched: 498, held: 2 }`. */
export function shiftProgress(states: Readonly<Record<string, number>>): ShiftProgress {
  const progress = { gone: 0, underWay: 0, ahead: 0, stopped: 0 };
  for (const [state, count] of Object.entries(states)) progress[PARTS[state] ?? "ahead"] += count;
  return progress;
}

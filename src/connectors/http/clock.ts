import { setTimeout as sleep } from "node:timers/promises";

/** Time as a connection knows it, so that a test can turn the hands. */
export type Clock = {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: async (ms) => {
    await sleep(ms);
  },
};

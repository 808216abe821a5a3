import { setTimeout as wait } from "node:timers/promises";

/** Waits so many milliseconds, or until `signal` is given. Does not keep a process alive. */
export async function waitUnless(signal: AbortSignal, ms: number): Promise<void> {
  try {
    await wait(ms, undefined, { signal, ref: false });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

import { LeaseLost, type LeaseToken } from "../store/leases.ts";

/** A worker's hold on a subject while it looks at it. Store writes take it as their proof. */
export type Lease = LeaseToken & {
  /** Tries since the run last settled, this one included: 1 is the first. */
  readonly attempt: number;
  /** What the wake-up said, and who asked. */
  readonly why: string;
  readonly by: string | null;
  /**
   * Call before anything that the store cannot take back, such as a call to another system.
   *
   * @throws LeaseLost when someone else may have taken over
   */
  readonly assertHeld: () => void;
  /** Aborted when the lease is lost or the hub must stop. */
  readonly signal: AbortSignal;
};

/** A lease with the keys to it, for the worker. */
export type KeptLease = {
  readonly lease: Lease;
  /** A heartbeat that was sent at `sentAt` (of `performance.now()`) got through. */
  readonly proven: (sentAt: number) => void;
  readonly lose: () => void;
  /** Loses the lease if no heartbeat has got through for too long. */
  readonly check: () => void;
  readonly abort: (reason: Error) => void;
};

/**
 * @param provenAt when the claim was sent. Time is the machine's monotonic clock, which no one sets, and
 *   it counts from before the database heard of us: so here the lease ends before it does there.
 */
export function keepLease(
  given: LeaseToken & Pick<Lease, "attempt" | "why" | "by">,
  provenAt: number,
  leaseMs: number,
): KeptLease {
  const controller = new AbortController();
  const lost = new LeaseLost(given);
  let last = provenAt;
  let held = true;

  const lose = () => {
    held = false;
    controller.abort(lost);
  };
  const check = () => {
    if (performance.now() - last > leaseMs) lose();
  };
  const assertHeld = () => {
    check();
    if (!held) throw lost;
  };
  return {
    lease: { ...given, assertHeld, signal: controller.signal },
    proven: (sentAt) => {
      last = Math.max(last, sentAt);
    },
    lose,
    check,
    abort: (reason) => controller.abort(reason),
  };
}

import { ConnectorError, type FailurePlace } from "../connector-error.ts";
import type { Clock } from "./clock.ts";

/** How a connection fares, for the status page. */
export type ConnectionStatus = {
  /** `paused`: it failed so often, or was asked to wait, that nothing is sent for a while. */
  readonly state: "up" | "down" | "paused";
  /** What went wrong last; null while it is up. */
  readonly error: string | null;
  /** When the system last answered, as an instant; null when it never did. */
  readonly lastSeen: string | null;
};

export type ConnectionLimits = {
  readonly maxConcurrent: number;
  readonly maxPerSecond: number;
  readonly failuresToPause: number;
  readonly pauseMs: number;
};

/**
 * Longest time a request waits for a system that is busy, before its failure is told; the engine waits longer.
 * More would hold a worker of the engine for nothing.
 */
export const LONGEST_WAIT_MS = 2_000;

/** The one way to a system: it spares a system that is down or busy, and knows how it fares. */
export type Connection = {
  /** Runs one request within the limits. Rejects at once, with nothing sent, while the connection is paused. */
  readonly run: <T>(place: FailurePlace, request: () => Promise<T>) => Promise<T>;
  readonly status: () => ConnectionStatus;
};

/**
 * A circuit breaker with slots. After `failuresToPause` failures in a row it pauses; then one request
 * tries, and its end decides for all. A system that asks to wait (429) is left alone as long as it said.
 */
export function makeConnection(limits: ConnectionLimits, clock: Clock): Connection {
  const slots = makeSlots(limits.maxConcurrent);
  const pace = makePace(limits.maxPerSecond, clock);
  let failuresInARow = 0;
  let error: string | null = "not contacted yet";
  let lastSeen: number | null = null;
  let pausedUntil = 0;
  let busyUntil = 0;
  let trying = false;

  const isTripped = () => failuresInARow >= limits.failuresToPause;

  function refuseWhilePaused(place: FailurePlace): void {
    const now = clock.now();
    if (now < busyUntil) {
      const retryAfterMs = busyUntil - now;
      throw new ConnectorError("overloaded", {
        ...place,
        cause: `it asked to wait ${retryAfterMs} ms more`,
        retryAfterMs,
      });
    }
    if (isTripped() && (now < pausedUntil || trying)) {
      const retryAfterMs = Math.max(pausedUntil - now, 1_000);
      const cause = `paused after ${failuresInARow} failures in a row, the last: ${error}`;
      throw new ConnectorError("unreachable", { ...place, cause, retryAfterMs });
    }
  }

  function noteFailure(failure: unknown): void {
    if (!(failure instanceof ConnectorError)) return;
    const words = failure.at.cause === undefined ? failure.kind : `${failure.kind}: ${failure.at.cause}`;
    if (failure.kind === "unreachable" || failure.kind === "answer lost") {
      failuresInARow += 1;
      error = words;
      if (isTripped()) pausedUntil = clock.now() + limits.pauseMs;
      return;
    }
    noteAnswer();
    if (failure.kind === "overloaded") busyUntil = Math.max(busyUntil, clock.now() + (failure.at.retryAfterMs ?? 0));
    // These say that the connection is of no use, not that one record is wrong.
    if (failure.kind === "overloaded" || failure.kind === "access denied" || failure.kind === "contract broken")
      error = words;
  }

  function noteAnswer(): void {
    failuresInARow = 0;
    error = null;
    lastSeen = clock.now();
  }

  /** Waits out a short "come back later", so that it does not use up the attempts of requests that were not sent. */
  async function waitWhileBusy(): Promise<void> {
    for (let left = busyUntil - clock.now(); left > 0 && left <= LONGEST_WAIT_MS; left = busyUntil - clock.now()) {
      await clock.wait(left);
    }
  }

  async function run<T>(place: FailurePlace, request: () => Promise<T>): Promise<T> {
    await waitWhileBusy();
    refuseWhilePaused(place);
    await slots.take();
    try {
      await pace();
      await waitWhileBusy();
      refuseWhilePaused(place); // it may have been paused while this one waited for its slot
      const isTry = isTripped();
      if (isTry) trying = true;
      try {
        const answer = await request();
        noteAnswer();
        return answer;
      } catch (failure) {
        noteFailure(failure);
        throw failure;
      } finally {
        if (isTry) trying = false;
      }
    } finally {
      slots.giveBack();
    }
  }

  function status(): ConnectionStatus {
    const isPaused = clock.now() < busyUntil || isTripped();
    const state = isPaused ? "paused" : error === null ? "up" : "down";
    return { state, error, lastSeen: lastSeen === null ? null : new Date(lastSeen).toISOString() };
  }

  return { run, status };
}

/** First come, first served. */
function makeSlots(count: number): { take: () => Promise<void>; giveBack: () => void } {
  const waiting: (() => void)[] = [];
  let free = count;
  return {
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    giveBack() {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}

/** Spaces the beginnings of requests evenly. */
function makePace(perSecond: number, clock: Clock): () => Promise<void> {
  let nextAt = 0;
  return async () => {
    if (perSecond === 0) return;
    const at = Math.max(nextAt, clock.now());
    nextAt = at + 1_000 / perSecond;
    if (at > clock.now()) await clock.wait(at - clock.now());
  };
}

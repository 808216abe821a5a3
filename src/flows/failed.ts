import type { ConnectorError } from "../connectors/connector-error.ts";
import { backoffMs } from "../engine/backoff.ts";
import type { Lease } from "../engine/lease.ts";
import type { Next } from "../engine/worker.ts";
import { failureText } from "./failure-text.ts";

/** How a look ends that a failure cut short. */
type EndsOfFailure = {
  readonly lease: Pick<Lease, "attempt">;
  readonly retry: (afterMs: number, why: string) => Next;
  readonly blockFailure: (why: string) => Next;
};

/** What follows when a system failed: try again by itself where that can help, else stop and say by what. */
export function failed(error: ConnectorError, run: EndsOfFailure): Next {
  const { retryAfterMs } = error.at;
  const why = failureText(error);
  switch (error.retry) {
    case "later":
    case "look up":
    case "plan again": {
      const waitMs = { attempt: run.lease.attempt, random: Math.random() };
      return run.retry(backoffMs(retryAfterMs === undefined ? waitMs : { ...waitMs, atLeastMs: retryAfterMs }), why);
    }
    case "after fix":
    case "never":
      return run.blockFailure(why);
  }
}

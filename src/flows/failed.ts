import type { ConnectorError } from "../connectors/connector-error.ts";
import { backoffMs } from "../engine/backoff.ts";
import type { Next } from "../engine/worker.ts";
import type { ChangeRun } from "./change-run.ts";
import { failureText } from "./failure-text.ts";

/** What follows when a system failed: try again by itself where that can help, else stop and say by what. */
export function failed(error: ConnectorError, run: Pick<ChangeRun, "lease" | "retry" | "blockFailure">): Next {
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

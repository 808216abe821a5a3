/** One thing that was looked at, and how it is. */
export type Check = {
  /** What was looked at, in a word or two. */
  readonly name: string;
  /** `skipped`: it could not be looked at, because of another failure. */
  readonly state: "ok" | "warning" | "failure" | "skipped";
  /** What was found. */
  readonly detail: string;
  /** The record or model that it is about. */
  readonly object?: string;
  readonly field?: string;
  /** What to do about it; there for each warning and failure. */
  readonly fix?: string;
};

export function ok(name: string, detail: string): Check {
  return { name, state: "ok", detail };
}

/** How far two clocks may be apart: a webhook's signature holds for five minutes, and people compare times. */
const SKEW_MS_MAX = 60_000;

/** Compares another clock with this machine's; `aheadMs` is how far it is ahead of ours. */
export function clockCheck(name: string, aheadMs: number, whose: string): Check {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  // An HTTP date has whole seconds, and an answer may be on its way for some more.
  const apart = seconds <= 5 ? "within seconds of ours" : `${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} ours`;
  if (Math.abs(aheadMs) <= SKEW_MS_MAX) return ok(name, apart);
  return {
    name,
    state: "warning",
    detail: apart,
    fix: `set the clocks of this machine and of ${whose} by a time server (NTP)`,
  };
}

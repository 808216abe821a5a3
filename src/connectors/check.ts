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

/**
 * Every way a system can fail us, sorted by what can be done about it. `retry` drives the engine,
 * `fix` is what a person reads; `docs/errors.md` explains each one and a test compares the two.
 */
export const CONNECTOR_ERRORS = {
  unreachable: {
    retry: "later",
    fix: "Check the address, the network path and that the system runs; Heddle goes on by itself.",
  },
  overloaded: { retry: "later", fix: "Nothing to do: Heddle waits as long as the system asked and goes on by itself." },
  "answer lost": {
    retry: "look up",
    fix: "Nothing to do: Heddle looks up in the system whether the write was done before it goes on.",
  },
  "version conflict": {
    retry: "plan again",
    fix: "Someone changed the record after it was read; Heddle plans again and asks for approval of the new plan.",
  },
  rejected: {
    retry: "after fix",
    fix: "Correct the data that the cause names in the system that it names, then look again.",
  },
  "not found": {
    retry: "after fix",
    fix: "Create the record that the cause names, or correct the reference to it, then look again.",
  },
  "access denied": {
    retry: "after fix",
    fix: "Check the credentials and rights of Heddle's account in that system, then look again.",
  },
  "contract broken": {
    retry: "never",
    fix: "The system answered in a shape Heddle does not know; check its version and report it with the cause.",
  },
} as const satisfies Record<string, { retry: "later" | "look up" | "plan again" | "after fix" | "never"; fix: string }>;

export type ConnectorErrorKind = keyof typeof CONNECTOR_ERRORS;

/** Where a failure happened. `doing` completes "erp failed while …"; `object` and `field` name the data. */
export type FailurePlace = {
  readonly system: string;
  readonly doing: string;
  readonly object?: string;
  readonly field?: string;
  /** The system's own words, or what was wrong. */
  readonly cause?: string;
  /** How long the system asked us to wait, in milliseconds (Retry-After). */
  readonly retryAfterMs?: number;
};

/** The one failure that leaves a connector. Everything else is a bug and crashes the run. */
export class ConnectorError extends Error {
  override readonly name = "ConnectorError";
  readonly kind: ConnectorErrorKind;
  readonly at: FailurePlace;

  constructor(kind: ConnectorErrorKind, at: FailurePlace, cause?: unknown) {
    const words = at.cause === undefined ? "" : `: ${at.cause}`;
    super(`${at.system} failed while ${at.doing}: ${kind}${words}`, { cause });
    this.kind = kind;
    this.at = at;
  }

  get retry(): (typeof CONNECTOR_ERRORS)[ConnectorErrorKind]["retry"] {
    return CONNECTOR_ERRORS[this.kind].retry;
  }

  get fix(): string {
    return CONNECTOR_ERRORS[this.kind].fix;
  }
}

import type { Problem } from "./contract.ts";

/** Every way the API refuses a request, by its stable code. `docs/api.md` lists them and a test compares the two. */
export const API_ERRORS = {
  "account-exists": { status: 409, fix: "Choose another name, or change the account that has it." },
  "already-decided": { status: 409, fix: "Read the change again to see who decided and why." },
  "body-not-json": { status: 400, fix: "Send valid JSON with content type application/json." },
  "body-too-complex": { status: 400, fix: "Send JSON of at most 32 levels and 10,000 keys." },
  "body-too-large": { status: 413, fix: "Send at most 256 KiB." },
  busy: { status: 429, fix: "Send the same again when Retry-After says; nothing of it was taken." },
  "conflict-moved": { status: 409, fix: "Read the conflict again, and answer what it asks now." },
  "gate-open": { status: 409, fix: "Read the order again: what holds it is not a superseded design." },
  "host-refused": { status: 421, fix: "Open Heddle by its configured address, or set publicUrl in heddle.yaml." },
  "internal-error": { status: 500, fix: "Look in the hub's log for the request id, and report it with that entry." },
  "invalid-input": { status: 400, fix: "Correct the field that is named; /api/openapi.json describes every request." },
  "last-admin": { status: 409, fix: "Make another account an admin first." },
  "media-type-unsupported": { status: 415, fix: "Send application/json." },
  "never-published": {
    status: 404,
    fix: "Ask again once a change of it is applied; heddle bom diff compares what there is.",
  },
  "not-applied": { status: 409, fix: "Refuse its plan instead, or wait until it is applied." },
  "not-found": { status: 404, fix: "Check the address; /api/openapi.json lists every one." },
  "not-held": { status: 409, fix: "Read the order again: its reason says what keeps it from the MES." },
  "order-ended": { status: 409, fix: "Have the ERP make a new order for what is still to be made." },
  "origin-refused": {
    status: 403,
    fix: "Call from Heddle's own pages, send the header x-heddle: 1, or use an API key.",
  },
  "own-plan": { status: 403, fix: "Ask another approver to approve it; you may still refuse it." },
  "password-change-required": { status: 403, fix: "Replace the one-time password: PUT /api/session/password." },
  "plan-blocked": { status: 409, fix: "Mend what the plan's blocked findings name, then look at the change again." },
  "role-too-low": { status: 403, fix: "Ask an admin for the role that is named." },
  "rollback-open": { status: 409, fix: "Decide on that rollback's plan first." },
  "session-required": { status: 403, fix: "Sign in with a password; an API key may not do this." },
  "sign-in-failed": { status: 401, fix: "Check account and password; an admin can issue a new one-time password." },
  "sign-in-required": { status: 401, fix: "Sign in, or send an API key that is valid: Authorization: Bearer hdl_…" },
  "signature-invalid": {
    status: 401,
    fix: "Sign as Standard Webhooks says, with the connection's secret and a right clock.",
  },
  "stale-plan": { status: 409, fix: "Read the change again and decide on the plan that counts now." },
  "system-failed": { status: 502, fix: "Do what the message says of the system that is named, then ask again." },
  "too-many-attempts": { status: 429, fix: "Wait as long as Retry-After says." },
  unavailable: { status: 503, fix: "Wait a moment; if it stays so, check that the database runs." },
} as const satisfies Record<string, { status: number; fix: string }>;

export type ApiErrorCode = keyof typeof API_ERRORS;

type Details = {
  readonly system?: string;
  readonly field?: string;
  /** What to do here, where it is more than what the code says anyway. */
  readonly fix?: string;
  /** Seconds, for the header Retry-After. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
};

/** A request that is refused for a reason its sender can understand. Anything else that is thrown is a bug. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode;
  readonly details: Details;

  constructor(code: ApiErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
  }
}

export function problemOf({ code, message, details }: ApiError): Problem {
  return {
    code,
    message,
    ...(details.system === undefined ? {} : { system: details.system }),
    ...(details.field === undefined ? {} : { field: details.field }),
    fix: details.fix ?? API_ERRORS[code].fix,
  };
}

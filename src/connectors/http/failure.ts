import { ConnectorError, type ConnectorErrorKind, type FailurePlace } from "../connector-error.ts";

/** What a system says about its own refusal. */
export type Refusal = { readonly code: string; readonly message: string; readonly field: string | null };

/** How one system words its refusals. */
export type RefusalDialect = {
  /** Null when the body is not an error of this system (a proxy's page, for instance). */
  readonly read: (body: unknown) => Refusal | null;
  /** Where the status alone would mislead; undefined leaves it to the status. */
  readonly kindOf: (refusal: Refusal, status: number) => ConnectorErrorKind | undefined;
};

/** An answer as it came, with the body still text. */
export type RawAnswer = {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The JSON, or what was wrong with it. */
  readonly body: { readonly json: unknown } | { readonly problem: string };
};

/** These happen before the first byte of a request is sent: a write has certainly not been done. */
const BEFORE_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|UND_ERR_CONNECT_TIMEOUT|CERT_.*|ERR_TLS_.*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_.*)$/;

/** These say that whoever answers does not speak HTTP as agreed. */
const NOT_OUR_HTTP = /^(HPE_.*|UND_ERR_RES_EXCEEDED_MAX_SIZE|UND_ERR_HEADERS_OVERFLOW)$/;

/** The failure of a request that has no answer, or only part of one. */
export function noAnswer(error: unknown, place: FailurePlace, isWrite: boolean): ConnectorError {
  const code = codeOf(error);
  const cause = wordsOf(error, code);
  if (BEFORE_SENT.test(code)) return new ConnectorError("unreachable", { ...place, cause }, error);
  if (isWrite) return new ConnectorError("answer lost", { ...place, cause }, error);
  return new ConnectorError(NOT_OUR_HTTP.test(code) ? "contract broken" : "unreachable", { ...place, cause }, error);
}

/** The failure that an answer's status stands for; null when it is a success. */
export function refused(
  answer: RawAnswer,
  place: FailurePlace,
  isWrite: boolean,
  dialect: RefusalDialect,
  nowMs: number,
): ConnectorError | null {
  const { status } = answer;
  if (status >= 200 && status < 300) return null;

  const refusal = "json" in answer.body ? dialect.read(answer.body.json) : null;
  const said = refusal === null ? `answered ${status}` : `${refusal.code}: ${refusal.message}`;
  const at: FailurePlace = { ...place, cause: said, ...(refusal?.field == null ? {} : { field: refusal.field }) };
  const retryAfterMs = waitOf(answer.retryAfter, nowMs);

  if (status === 429 || (status === 503 && retryAfterMs !== null)) {
    return new ConnectorError("overloaded", retryAfterMs === null ? at : { ...at, retryAfterMs });
  }
  // Whatever broke, it may have broken after the write was done.
  if (status >= 500 || status === 408) return new ConnectorError(isWrite ? "answer lost" : "unreachable", at);
  if (status === 401 || status === 403) return new ConnectorError("access denied", at);
  if (refusal === null) {
    // Not this system's own words: a 404 of a proxy must never pass for "there is no such record".
    const page = "problem" in answer.body ? `: ${answer.body.problem}` : "";
    const redirect = status >= 300 && status < 400 ? ": a redirect, which Heddle does not follow" : page;
    return new ConnectorError("contract broken", { ...place, cause: `answered ${status}${redirect}` });
  }
  return new ConnectorError(dialect.kindOf(refusal, status) ?? kindOfStatus(status), at);
}

function kindOfStatus(status: number): ConnectorErrorKind {
  if (status === 404 || status === 410) return "not found";
  if (status === 409 || status === 412) return "version conflict";
  if (status === 400 || status === 413 || status === 422) return "rejected";
  return "contract broken";
}

/** `Retry-After` is in seconds or an HTTP date; null when it is neither. */
function waitOf(retryAfter: string | undefined, nowMs: number): number | null {
  if (retryAfter === undefined) return null;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1_000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

function wordsOf(error: unknown, code: string): string {
  if (error instanceof Error && error.name === "TimeoutError") return "no answer within the time allowed";
  const message = error instanceof Error && error.message !== "" ? error.message : "the connection failed";
  return code === "" || message.includes(code) ? message : `${message} (${code})`;
}

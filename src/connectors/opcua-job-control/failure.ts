import { ConnectorError, type ConnectorErrorKind, type FailurePlace } from "../connector-error.ts";

/** These stand for a request that was certainly not sent. */
const NOT_SENT = /Invalid Channel|Session has been closed|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/;

/** Names of status codes (OPC 10000-4, 7.38) in a failure's words, and what can be done about them. */
const KINDS: readonly (readonly [RegExp, ConnectorErrorKind])[] = [
  [/Bad(UserAccessDenied|IdentityToken\w*|UserSignatureInvalid)/, "access denied"],
  [/Bad(Certificate\w*|SecurityChecksFailed|SecurityModeRejected|SecurityPolicyRejected)/, "access denied"],
  [/private key|certificate/i, "access denied"],
  [
    /Bad(ServerTooBusy|TcpServerTooBusy|TcpNotEnoughResources|TooMany\w*|OutOfMemory|ResourceUnavailable)/,
    "overloaded",
  ],
  [/Bad(Decoding\w*|Encoding\w*|TcpMessage\w*|ResponseTooLarge|DataTypeIdUnknown)/, "contract broken"],
  [
    /Bad(NodeId\w*|Method\w*|ServiceUnsupported|Not(Supported|Implemented)|AttributeIdInvalid|NoMatch)/,
    "contract broken",
  ],
  // The server names its endpoints, and what was asked for is none of them.
  [/End point must exist/, "contract broken"],
];

export function wasNotSent(error: unknown): boolean {
  return NOT_SENT.test(wordsOf(error));
}

/** The failure to reach the server or to get a session there. */
export function notConnected(error: unknown, place: FailurePlace): ConnectorError {
  if (error instanceof ConnectorError) return error;
  return new ConnectorError(kindOf(wordsOf(error)) ?? "unreachable", { ...place, cause: wordsOf(error) }, error);
}

/** The failure of a request over a session. */
export function noAnswer(error: unknown, place: FailurePlace, isWrite: boolean): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const cause = wordsOf(error);
  const lost = isWrite && !wasNotSent(error) ? "answer lost" : "unreachable";
  return new ConnectorError(kindOf(cause) ?? lost, { ...place, cause }, error);
}

/** Whether a status code says that there is no such record, rather than that something is wrong. */
export function isAbsent(code: string): boolean {
  return /^Bad(NotFound|NoData\w*|NoEntryExists|NoMatch)$/.test(code);
}

/** A status code that stands for a refusal; the server answered, so nothing was lost. */
export function badStatus(code: string, place: FailurePlace, isWrite: boolean): ConnectorError {
  if (/Bad(Shutdown|Timeout|Communication\w*|ConnectionClosed|UnexpectedError|InternalError)/.test(code)) {
    return new ConnectorError(isWrite ? "answer lost" : "unreachable", { ...place, cause: code });
  }
  return new ConnectorError(kindOf(code) ?? "rejected", { ...place, cause: code });
}

function kindOf(words: string): ConnectorErrorKind | undefined {
  return KINDS.find(([pattern]) => pattern.test(words))?.[1];
}

function wordsOf(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : String(error);
}

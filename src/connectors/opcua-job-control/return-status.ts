import { ConnectorError, type FailurePlace } from "../connector-error.ts";

/** Bits of a method's `ReturnStatus`, OPC 10031-4 B.2. */
const NO_ERROR = 0;
const UNKNOWN_JOB_ORDER = 1;
const INVALID_COMMAND = 2;
const INVALID_STATUS = 3;
const UNABLE_TO_ACCEPT = 4;
const INVALID_REQUEST = 32;

const WORDS: ReadonlyMap<number, string> = new Map([
  [UNKNOWN_JOB_ORDER, "the job order is unknown there"],
  [INVALID_COMMAND, "the command cannot be carried out there"],
  [INVALID_STATUS, "the job order's state does not allow it"],
  [UNABLE_TO_ACCEPT, "the job order cannot be accepted"],
  [INVALID_REQUEST, "the request is invalid, for a reason that the server does not name"],
]);

/** What each of them is about, where one field is to blame. */
const FIELDS: ReadonlyMap<number, string> = new Map([
  [UNKNOWN_JOB_ORDER, "JobOrderID"],
  [INVALID_STATUS, "State"],
  [UNABLE_TO_ACCEPT, "JobOrder"],
]);

/**
 * The failure that a `ReturnStatus` stands for; null when it is a success. Some servers answer 0 for "no error",
 * where the specification has bit 0 set.
 */
export function refused(status: bigint, place: FailurePlace): ConnectorError | null {
  const bits = Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (status >> BigInt(bit)) & 1n);
  const faults = bits.filter((bit) => bit !== NO_ERROR);
  if (faults.length === 0) return null;
  const words = faults.map((bit) => WORDS.get(bit) ?? `the server's own code, bit ${bit}`);
  const field = faults.map((bit) => FIELDS.get(bit)).find((name) => name !== undefined);
  const at = {
    ...place,
    ...(field === undefined ? {} : { field }),
    cause: `${words.join("; ")} (ReturnStatus ${status})`,
  };
  return new ConnectorError(faults.includes(UNKNOWN_JOB_ORDER) ? "not found" : "rejected", at);
}

/** UInt64 comes as two halves of 32 bits, the high one first. Null when it is none. */
export function toStatus(value: unknown): bigint | null {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  if (!Array.isArray(value)) return null;
  const [high, low]: readonly unknown[] = value;
  return typeof high === "number" && typeof low === "number" ? (BigInt(high) << 32n) | BigInt(low) : null;
}

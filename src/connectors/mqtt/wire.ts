import sparkplug from "sparkplug-payload/lib/sparkplugPayloadProto.js";

/** A Sparkplug B payload (Eclipse Sparkplug 3.0, 6.4), as far as Heddle uses it. */
export type Payload = {
  /** Milliseconds since 1970. */
  readonly timestamp: number | null;
  readonly seq: number | null;
  readonly metrics: readonly Metric[];
};

export type Metric = {
  /** Null where the alias stands for it. */
  readonly name: string | null;
  readonly alias: string | null;
  readonly timestamp: number | null;
  /** Null in data, where the birth told it. */
  readonly datatype: number | null;
  /** Of a time before, told late. */
  readonly isHistorical: boolean;
  /** As it is on the wire: what a number is, the datatype says. Null for null, and for what is no plain value. */
  readonly raw: bigint | number | boolean | string | null;
};

/** Longest payload that is read, in bytes: a birth of 20,000 metrics. */
const PAYLOAD_MAX = 4 * 1024 * 1024;

const Wire = sparkplug.org.eclipse.tahu.protobuf.Payload;
type WireMetric = sparkplug.org.eclipse.tahu.protobuf.Payload.IMetric;

/**
 * The payload in `bytes`, or a sentence that says why there is none. Decoded by the protocol's own definition and not by
 * the package's `decodePayload`, which loses the value of every metric whose datatype only its birth told.
 */
export function readPayload(bytes: Buffer): Payload | { readonly problem: string } {
  if (bytes.length > PAYLOAD_MAX) return { problem: `it is longer than ${PAYLOAD_MAX} bytes` };
  try {
    const { timestamp, seq, metrics } = Wire.toObject(Wire.decode(bytes), { longs: String }) as WirePayload;
    return {
      timestamp: momentOf(timestamp),
      seq: seq === undefined ? null : Number(seq),
      metrics: (metrics ?? []).map(toMetric),
    };
  } catch (error) {
    return { problem: `it is no Sparkplug B payload: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Numbers of 64 bits come as decimal text. */
type WirePayload = { readonly timestamp?: string; readonly seq?: string; readonly metrics?: readonly WireMetric[] };

function toMetric(metric: WireMetric): Metric {
  const { name, alias, timestamp, datatype, isHistorical, isNull } = metric;
  return {
    name: name ?? null,
    alias: alias == null ? null : String(alias),
    timestamp: momentOf(timestamp == null ? undefined : String(timestamp)),
    datatype: datatype ?? null,
    isHistorical: isHistorical ?? false,
    raw: isNull === true ? null : rawOf(metric),
  };
}

function rawOf(metric: WireMetric): Metric["raw"] {
  const { intValue, longValue, floatValue, doubleValue, booleanValue, stringValue } = metric;
  if (intValue != null) return BigInt(intValue);
  if (longValue != null) return BigInt(String(longValue));
  // What no database stores becomes U+FFFD.
  if (stringValue != null) return stringValue.replaceAll("\0", "\ufffd").toWellFormed();
  return floatValue ?? doubleValue ?? booleanValue ?? null;
}

/** The last moment that a date can hold; what is after it is no time. */
const LAST_MOMENT = 8_640_000_000_000_000;

function momentOf(text: string | undefined): number | null {
  const moment = text === undefined ? Number.NaN : Number(text);
  return moment <= LAST_MOMENT ? moment : null;
}

/** Signed whole numbers, by their datatype (Int8, Int16, Int32, Int64), with the bits that they come in. */
const SIGNED: ReadonlyMap<number, number> = new Map([
  [1, 32],
  [2, 32],
  [3, 32],
  [4, 64],
]);

/** What a metric says, given its datatype: whole numbers come without their sign. */
export function valueOf({ raw }: Metric, datatype: number | null): Metric["raw"] {
  const bits = SIGNED.get(datatype ?? 0);
  return typeof raw === "bigint" && bits !== undefined ? BigInt.asIntN(bits, raw) : raw;
}

/** Asks an edge node to tell its birth again (Sparkplug 3.0, 5.2.3). */
export function rebirthRequest(timestamp: number): Buffer {
  const metric = { name: "Node Control/Rebirth", timestamp, datatype: 11, booleanValue: true };
  return Buffer.from(Wire.encode({ timestamp, metrics: [metric] }).finish());
}

import { unreadable, type Told } from "../../domain/feedback/told.ts";
import type { Heard, MqttMessage, MqttReply } from "../mqtt-listener.ts";
import type { MqttSettings, Station } from "./config.ts";
import { makeStation, type Reading } from "./mapping.ts";
import { readPayload, rebirthRequest, valueOf, type Metric, type Payload } from "./wire.ts";

const NAMESPACE = "spBv1.0";

/** What is known of an edge node's session: from its birth until its death or a gap in its messages. */
type Session = {
  readonly bdSeq: string | null;
  /** What the next message must be numbered. */
  nextSeq: number;
};

/** A metric as its birth told it. */
type Born = { readonly name: string; readonly datatype: number | null };
/** By alias and by name; a device's own. */
type Birth = ReadonlyMap<string, Born>;

type Node = {
  session: Session | null;
  /** By device; the node's own under "". */
  readonly births: Map<string, Birth>;
  askedAt: number | null;
};

/** Edge nodes and devices that speak Sparkplug B: follows their sessions, and tells what their metrics mean. */
export type Sparkplug = {
  readonly topics: readonly string[];
  readonly isMine: (topic: string) => boolean;
  readonly hear: (message: MqttMessage) => Heard;
  /** Requests to every edge node whose birth is not known. */
  readonly rebirths: () => readonly MqttReply[];
};

const NOTHING: Heard = { told: [], replies: [] };

/**
 * A message out of its turn, or with an alias that no birth told, may mean anything: from then on nothing of the edge
 * node counts until it has told its birth again, which it is asked for. Counters are totals, so no piece is lost by that.
 */
export function makeSparkplug({ stations, rebirthMs }: MqttSettings, now: () => number): Sparkplug {
  const memories = new Map(stations.map((station) => [stationKey(station), makeStation(station)]));
  const nodes = new Map(
    stations.map(({ group, node }) => [nodeKey(group, node), { group, node, known: unknownNode() }]),
  );

  function askFor(group: string, node: string, known: Node): readonly MqttReply[] {
    if (known.askedAt !== null && now() - known.askedAt < rebirthMs) return [];
    known.askedAt = now();
    return [{ topic: `${NAMESPACE}/${group}/NCMD/${node}`, payload: rebirthRequest(now()) }];
  }

  function hear({ topic, payload: bytes, again }: MqttMessage): Heard {
    const [, group = "", type = "", node = "", device = ""] = topic.split("/");
    const known = nodes.get(nodeKey(group, node))?.known;
    if (known === undefined || !TYPES.has(type)) return NOTHING;
    const payload = readPayload(bytes);
    if ("problem" in payload) {
      known.session = null;
      return { told: [notRead(topic, payload.problem, bytes)], replies: askFor(group, node, known) };
    }
    if (type === "NDEATH") {
      if (known.session !== null && bdSeqOf(payload) === known.session.bdSeq) end(known);
      return NOTHING;
    }
    if (type === "NBIRTH") {
      end(known);
      known.session = { bdSeq: bdSeqOf(payload), nextSeq: following(payload.seq ?? 0) };
      known.askedAt = null;
    } else if (!isNext(known, payload)) {
      // What the broker sends again was counted, or is out of its turn as well: then the message after it shows the gap.
      if (again) return NOTHING;
      known.session = null;
      return { told: [], replies: askFor(group, node, known) };
    }
    if (type === "DDEATH") {
      known.births.delete(device);
      return NOTHING;
    }
    if (type.endsWith("BIRTH")) known.births.set(device, birthOf(payload));
    const read = readingsOf(payload, known.births.get(device) ?? null);
    if (read === null) {
      known.session = null;
      return { told: [], replies: askFor(group, node, known) };
    }
    const memory = memories.get(`${nodeKey(group, node)}/${device}`);
    return memory === undefined ? NOTHING : { told: memory.told(read, payload.seq ?? 0), replies: [] };
  }

  return {
    topics: [...nodes.values()].map(({ group, node }) => `${NAMESPACE}/${group}/+/${node}/#`),
    isMine: (topic) => topic.startsWith(`${NAMESPACE}/`),
    hear,
    rebirths: () =>
      [...nodes.values()].flatMap(({ group, node, known }) =>
        known.session === null ? askFor(group, node, known) : [],
      ),
  };
}

/** What edge nodes tell; commands are for them, and states of hosts are about us. */
const TYPES: ReadonlySet<string> = new Set(["NBIRTH", "DBIRTH", "NDATA", "DDATA", "NDEATH", "DDEATH"]);

function unknownNode(): Node {
  return { session: null, births: new Map(), askedAt: null };
}

function nodeKey(group: string, node: string): string {
  return `${group}/${node}`;
}

function stationKey({ group, node, device = "" }: Station): string {
  return `${nodeKey(group, node)}/${device}`;
}

/** A station that stands in the settings more than once; null where none does. */
export function namedTwice(stations: readonly Station[]): string | null {
  const keys = stations.map(stationKey);
  return keys.find((key, at) => keys.indexOf(key) !== at) ?? null;
}

function end(known: Node): void {
  known.session = null;
  known.births.clear();
}

/** Numbers go round at 256 (Sparkplug 3.0, 6.4.5). */
function following(seq: number): number {
  return (seq + 1) % 256;
}

function isNext({ session }: Node, { seq }: Payload): boolean {
  if (session === null || seq !== session.nextSeq) return false;
  session.nextSeq = following(seq);
  return true;
}

function bdSeqOf({ metrics }: Payload): string | null {
  const metric = metrics.find(({ name }) => name === "bdSeq");
  return metric === undefined ? null : String(metric.raw);
}

function birthOf({ metrics }: Payload): Birth {
  const birth = new Map<string, Born>();
  for (const { name, alias, datatype } of metrics) {
    if (name === null) continue;
    birth.set(`name ${name}`, { name, datatype });
    if (alias !== null) birth.set(`alias ${alias}`, { name, datatype });
  }
  return birth;
}

/** Null when no birth told of one of the metrics. Of a time before is nothing that counts: the birth has told the sum. */
function readingsOf({ timestamp, metrics }: Payload, birth: Birth | null): readonly Reading[] | null {
  if (birth === null) return null;
  const readings: Reading[] = [];
  for (const metric of metrics) {
    const born = bornAs(metric, birth);
    if (born === undefined) return null;
    if (metric.isHistorical) continue;
    const at = metric.timestamp ?? timestamp;
    readings.push({ name: born.name, at, value: valueOf(metric, metric.datatype ?? born.datatype) });
  }
  return readings;
}

function bornAs({ name, alias }: Metric, birth: Birth): Born | undefined {
  return name === null ? birth.get(`alias ${alias}`) : birth.get(`name ${name}`);
}

function notRead(topic: string, problem: string, bytes: Buffer): Told {
  const fault = {
    field: "",
    cause: `On topic ${topic}: ${problem}.`,
    fix: "Send Sparkplug B there, and nothing else.",
  };
  return unreadable(bytes.toString("base64"), [fault], { source: topic.split("/").slice(1).join("/") });
}

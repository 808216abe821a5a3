import { ErrorWithSubackPacket, type IPublishPacket, type MqttClient } from "mqtt";
import type { Told } from "../domain/feedback/told.ts";
import type { SystemId } from "../domain/ids.ts";
import { ConnectorError } from "./connector-error.ts";
import { isDenied, openMqtt, RECONNECT_MS, wordsOf, type BrokerAccess } from "./mqtt-client.ts";
import type { Listening, TakeTold } from "./port.ts";
import { waitUnless } from "./wait-unless.ts";

/** What is listened to: every message on `topics`, in a session of the name `clientId` that the broker keeps. */
export type MqttSource = BrokerAccess & {
  readonly system: SystemId;
  readonly clientId: string;
  /** Topic filters; `+` and `#` stand for any level and any rest. */
  readonly topics: readonly string[];
};

export type MqttMessage = {
  readonly topic: string;
  readonly payload: Buffer;
  /** The broker sends it again, since it did not get our acknowledgement, or we did not get it. */
  readonly again: boolean;
};

/** What a message tells, and what is to be published because of it. */
export type Heard = { readonly told: readonly Told[]; readonly replies: readonly MqttReply[] };
export type MqttReply = { readonly topic: string; readonly payload: Buffer };

/** How the listening fares. */
export type MqttHearing = {
  /** The broker has taken the subscriptions; tells what is to be published then. */
  readonly onUp: () => readonly MqttReply[];
  /** Told once for each cause, not for every attempt. */
  readonly onError: (error: ConnectorError | Error) => void;
};

/** Messages that wait or are under way; the broker keeps all others until these are acknowledged. */
const HELD_MAX = 1_000;
/** How long these may be together, in bytes; one more is always read. */
const HELD_BYTES_MAX = 64 * 1024 * 1024;
/** Events that are given to the hub at once. A message is never cut. */
const TAKEN_AT_ONCE = 1_000;
/** How long who is not let in waits for the next attempt, not to fill the broker's log. */
const DENIED_MS = 30_000;
/** How long the hub is left alone when it could not take; doubled each time up to the longest. */
const PAUSE_MS = { first: 200, longest: 30_000 };

/**
 * Listens with QoS 1 and acknowledges a message (PUBACK) only after the hub has committed it. The broker keeps the
 * session: what comes while nobody listens is told later, and what was not acknowledged comes again.
 *
 * `hear` is called once for each message that comes, in their order; what it made of one is kept until the hub has
 * taken it, even when the connection breaks meanwhile. It must not throw.
 */
export function listenToTopics(
  source: MqttSource,
  hear: (message: MqttMessage) => Heard,
  take: TakeTold,
  { onUp, onError }: MqttHearing,
): Listening {
  /** Messages of the connection of now that were not looked into yet, oldest first. */
  let waiting: IPublishPacket[] = [];
  let underWay: readonly IPublishPacket[] = [];
  /** Of all that wait and are under way. */
  let heldBytes = 0;
  let goOn: (() => void) | null = null;
  let working: Promise<void> | null = null;
  let connections = 0;
  let isSubscribed = false;
  let toldOf: string | null = null;
  const stopping = new AbortController();
  const client = openMqtt(source, { clientId: source.clientId, clean: false });

  client.on("connect", ({ sessionPresent }) => {
    client.options.reconnectPeriod = RECONNECT_MS;
    // The broker remembers what its session is subscribed to; at first it may be to what the settings said before.
    if (sessionPresent && isSubscribed) up();
    else subscribe();
  });
  client.on("close", () => {
    connections += 1;
    waiting = []; // they come again
    heldBytes = bytesOf(underWay);
    release();
  });
  client.on("error", (error) => {
    if (isDenied(error)) client.options.reconnectPeriod = DENIED_MS;
    fail(isDenied(error) ? "access denied" : "unreachable", wordsOf(error));
  });
  // mqtt.js acknowledges when it is told that a message was handled without an error, and goes on in either case. So it
  // is told of an "error", and the acknowledgement sent when the time has come.
  client.handleMessage = (packet, callback) => {
    waiting.push(packet);
    heldBytes += packet.payload.length;
    const next = () => callback(NOT_YET);
    if (waiting.length + underWay.length < HELD_MAX && heldBytes < HELD_BYTES_MAX) next();
    else goOn = next;
    working ??= work();
  };

  function subscribe(): void {
    client.subscribe([...source.topics], { qos: 1 }, (error) => {
      if (error === null) {
        isSubscribed = true;
        up();
      } else if (error instanceof ErrorWithSubackPacket && error.packet !== undefined) {
        client.options.reconnectPeriod = DENIED_MS;
        fail("access denied", `subscribing to ${source.topics.join(", ")}: ${error.message}`);
        client.stream.destroy();
      } else fail("unreachable", `subscribing to ${source.topics.join(", ")}: ${error.message}`);
    });
  }

  function up(): void {
    toldOf = null;
    publish(onUp());
  }

  /** One that gets lost is asked for again by whoever waits for its answer. */
  function publish(replies: readonly MqttReply[]): void {
    for (const { topic, payload } of replies) client.publish(topic, payload, { qos: 0 });
  }

  function fail(kind: "access denied" | "unreachable", cause: string): void {
    if (toldOf === cause || stopping.signal.aborted) return;
    toldOf = cause;
    onError(new ConnectorError(kind, { system: source.system, doing: `listening to ${source.url}`, cause }));
  }

  /** Lets mqtt.js read on when there is room. */
  function release(): void {
    const next = goOn;
    goOn = null;
    next?.();
  }

  async function work(): Promise<void> {
    // First the rest of what has just come in is read, so that it goes to the hub together.
    await new Promise(setImmediate);
    while (waiting.length > 0 && !stopping.signal.aborted) {
      const connection = connections;
      const [packets, told] = heardOf();
      underWay = packets;
      if (!(await taken(told))) break;
      underWay = [];
      heldBytes = bytesOf(waiting);
      if (connection === connections) for (const { messageId } of packets) acknowledge(client, messageId);
      release();
    }
    working = null;
  }

  function heardOf(): readonly [readonly IPublishPacket[], readonly Told[]] {
    const packets: IPublishPacket[] = [];
    const told: Told[] = [];
    while (told.length < TAKEN_AT_ONCE) {
      const packet = waiting.shift();
      if (packet === undefined) break;
      packets.push(packet);
      const heard = hear({ topic: packet.topic, payload: Buffer.from(packet.payload), again: packet.dup });
      for (const one of heard.told) told.push(one);
      publish(heard.replies);
    }
    return [packets, told];
  }

  /** Whether the hub has it: false only when the listening ends before. */
  async function taken(told: readonly Told[]): Promise<boolean> {
    if (told.length === 0) return true;
    for (let pause = PAUSE_MS.first; !stopping.signal.aborted; pause = Math.min(2 * pause, PAUSE_MS.longest)) {
      try {
        await take(told);
        return true;
      } catch (error) {
        onError(error instanceof Error ? error : new Error(String(error)));
        await waitUnless(stopping.signal, pause);
      }
    }
    return false;
  }

  return {
    async stop() {
      stopping.abort();
      release();
      await working;
      await client.endAsync(true);
    },
  };
}

const NOT_YET = new Error("acknowledged when it is committed");

function bytesOf(packets: readonly IPublishPacket[]): number {
  return packets.reduce((sum, { payload }) => sum + payload.length, 0);
}

/** A message of QoS 0 has no id, and nothing to acknowledge. */
function acknowledge(client: MqttClient, messageId: number | undefined): void {
  if (messageId !== undefined) client["_sendPacket"]({ cmd: "puback", messageId });
}

import { ErrorWithSubackPacket, type MqttClient } from "mqtt";
import { ConnectorError, type FailurePlace } from "../connector-error.ts";
import { systemClock, type Clock } from "../http/clock.ts";
import { makeConnection } from "../http/connection.ts";
import { isDenied, openMqtt, ownName, wordsOf } from "../mqtt-client.ts";
import type { B2mmlOverMqtt } from "./config.ts";
import { EDITIONS } from "./edition.ts";
import { accepted, patiently, type Message, type Transport } from "./transport.ts";
import { readAnswer, type Answer } from "./wire.ts";
import { readXml } from "./xml.ts";

/**
 * Publishes each message with QoS 1 and waits for the answer that names it. MQTT 3.1.1, which every broker
 * speaks.
 *
 * Answers come at least once, in any order, to every hub that listens: one that nobody here waits for was
 * given up, is a repetition or another hub's, and is dropped; so is a retained one, which is from the past.
 */
export function mqttTransport(settings: B2mmlOverMqtt, clock: Clock = systemClock): Transport {
  const { namespace } = EDITIONS[settings.version];
  const connection = makeConnection(settings, clock);
  const waiting = new Map<string, (answer: Answer) => void>();
  const arrivals = new Set<Arrival>();
  let client: MqttClient | null = null;
  let isListening = false;

  function drop(dropped: MqttClient): void {
    dropped.end(true);
    if (client !== dropped) return;
    client = null;
    isListening = false;
  }

  /** Without a connection and with nobody who waits for one, there is no trying: the next request opens anew. */
  function rest(idle: MqttClient): void {
    if (!idle.connected && waiting.size === 0 && arrivals.size === 0) drop(idle);
  }

  /** Who is not let in tries again with the next request, not by itself: it would only fill the broker's log. */
  function giveUpOn(refused: MqttClient, cause: string): void {
    drop(refused);
    settleArrivals(({ fail }) => fail("access denied", cause));
  }

  function settleArrivals(settle: (arrival: Arrival) => void): void {
    for (const arrival of arrivals) settle(arrival);
    arrivals.clear();
  }

  function listen(to: MqttClient): void {
    to.subscribe(settings.answerTopic, { qos: 1 }, (error) => {
      if (error === null) {
        isListening = true;
        settleArrivals(({ ready }) => ready(to));
        return;
      }
      // With an answer of the broker the error is a refusal; without one the connection broke.
      const isRefused = error instanceof ErrorWithSubackPacket && error.packet !== undefined;
      const cause = `subscribing to ${settings.answerTopic}: ${error.message}`;
      if (isRefused) giveUpOn(to, cause);
      else settleArrivals(({ fail }) => fail("unreachable", cause));
    });
  }

  function open(): MqttClient {
    const opened = openMqtt(settings, {
      clientId: settings.clientId ?? ownName(),
      // Only a name that stays the same finds its session again; one of a random name would stay there for ever.
      clean: settings.clientId === undefined,
    });
    // What a client says that was dropped meanwhile is not about the connection of now.
    opened.on("connect", () => {
      if (client !== opened) return;
      listen(opened);
    });
    opened.on("close", () => {
      if (client !== opened) return;
      isListening = false;
      rest(opened);
    });
    opened.on("error", (error) => {
      if (client !== opened) return;
      if (isDenied(error)) giveUpOn(opened, wordsOf(error));
      else settleArrivals(({ fail }) => fail("unreachable", wordsOf(error)));
    });
    opened.on("message", (_topic, payload, { retain }) => {
      if (retain) return;
      const { root } = readXml(payload.toString("utf8"), namespace);
      const answer = root === undefined ? null : readAnswer(root);
      if (answer !== null && answer.to !== null) waiting.get(answer.to)?.(answer);
    });
    return opened;
  }

  async function connected(place: FailurePlace): Promise<MqttClient> {
    client ??= open();
    const opening = client;
    if (opening.connected && isListening) return opening;
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        arrivals.delete(arrival);
        arrival.fail("unreachable", `no connection to the broker within ${settings.timeoutMs} ms`);
        rest(opening);
      }, settings.timeoutMs);
      const arrival: Arrival = {
        ready(to) {
          clearTimeout(timer);
          resolve(to);
        },
        fail(kind, cause) {
          clearTimeout(timer);
          reject(new ConnectorError(kind, { ...place, cause }));
        },
      };
      arrivals.add(arrival);
    });
  }

  async function once(message: Message): Promise<Answer> {
    const { place, bodId, xml, isWrite } = message;
    const to = await connected(place);
    const answer = await new Promise<Answer>((resolve, reject) => {
      const sent: { messageId?: number } = {};
      const giveUp = (cause: string) => {
        clearTimeout(timer);
        waiting.delete(bodId);
        // Not to be sent again over the next connection: what comes next is to look up whether it was done.
        if (sent.messageId !== undefined) to.removeOutgoingMessage(sent.messageId);
        rest(to);
        reject(new ConnectorError(isWrite ? "answer lost" : "unreachable", { ...place, cause }));
      };
      const timer = setTimeout(() => {
        giveUp(`no answer on ${settings.answerTopic} within ${settings.timeoutMs} ms`);
      }, settings.timeoutMs);
      waiting.set(bodId, (arrived) => {
        clearTimeout(timer);
        waiting.delete(bodId);
        resolve(arrived);
      });
      to.publish(settings.requestTopic, xml, { qos: 1 }, (error) => {
        if (error instanceof Error && waiting.has(bodId)) giveUp(`the broker did not take it: ${error.message}`);
      });
      sent.messageId = to.getLastMessageId();
    });
    return accepted(answer, place);
  }

  return {
    status: connection.status,
    ask: (message) => patiently(connection, settings.attempts, clock, message.place, () => once(message)),
    async close() {
      const last = client;
      client = null;
      isListening = false;
      await last?.endAsync(true);
    },
  };
}

/** Someone who waits for the connection. */
type Arrival = {
  readonly ready: (client: MqttClient) => void;
  readonly fail: (kind: "access denied" | "unreachable", cause: string) => void;
};

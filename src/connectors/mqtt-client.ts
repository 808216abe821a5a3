import { Socket } from "node:net";
import { connect, connectAsync, ErrorWithSubackPacket, type IClientOptions, type MqttClient } from "mqtt";
import type { SystemId } from "../domain/ids.ts";
import { ConnectorError } from "./connector-error.ts";

/** A broker, and who Heddle is there. */
export type BrokerAccess = {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** How long connecting may take, in milliseconds. */
  readonly timeoutMs: number;
};

/** How long after a broken connection the next one is tried. */
export const RECONNECT_MS = 500;

/**
 * Connects by MQTT 3.1.1, which every broker speaks, and connects again by itself. Subscriptions are the caller's:
 * after `connect` it subscribes.
 */
export function openMqtt(
  { url, username, password, timeoutMs }: BrokerAccess,
  options: Pick<IClientOptions, "clientId" | "clean">,
): MqttClient {
  const client = connect(url, {
    protocolVersion: 4,
    ...options,
    resubscribe: false,
    reconnectPeriod: RECONNECT_MS,
    reconnectOnConnackError: true,
    connectTimeout: timeoutMs,
    timerVariant: IDLE_TIMER,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
  client.on("connect", () => tuneSocket(client));
  return client;
}

/** Subscribes in a session of its own that ends with it, so that nothing is taken from anybody. */
export async function proveSubscription(
  system: SystemId,
  { url, username, password, timeoutMs }: BrokerAccess,
  topics: readonly string[],
): Promise<void> {
  const place = { system, doing: `subscribing at ${url}` };
  const failure = (error: unknown, denied: boolean) => {
    const cause = error instanceof Error ? wordsOf(error) : String(error);
    return new ConnectorError(denied ? "access denied" : "unreachable", { ...place, cause }, error);
  };
  const options: IClientOptions = {
    protocolVersion: 4,
    clientId: ownName(),
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: timeoutMs,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
  const client = await connectAsync(url, options, false).catch((error: unknown) => {
    throw failure(error, error instanceof Error && isDenied(error));
  });
  try {
    if (topics.length > 0) await client.subscribeAsync([...topics], { qos: 1 });
  } catch (error) {
    throw failure(error, error instanceof ErrorWithSubackPacket && error.packet !== undefined);
  } finally {
    await client.endAsync(true);
  }
}

/** Unique, and of letters and digits, 23 at most: what every broker must take. */
export function ownName(): string {
  return `heddle${crypto.randomUUID().replaceAll("-", "").slice(0, 17)}`;
}

/** Whether the broker said "not you" (MQTT 3.1.1, 3.2.2.3: codes 4 and 5). */
export function isDenied(error: Error): boolean {
  const code = "code" in error ? error.code : undefined;
  return code === 4 || code === 5;
}

export function wordsOf(error: Error): string {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (error.message === "") return code === "" ? "the connection failed" : code;
  return code === "" || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}

/** mqtt.js pings the broker by this timer, which must not keep an idle process alive. */
const IDLE_TIMER = {
  set: (callback: () => void, ms: number) => {
    const timer = setInterval(callback, ms);
    timer.unref();
    return timer as unknown as number;
  },
  clear: (timer: number) => clearInterval(timer),
};

/**
 * No waiting for more to send: message, acknowledgement and answer are small, and each would wait 40 ms for the
 * next. And a connection with nothing to do does not keep a process alive; a request has a timer that does.
 */
function tuneSocket({ stream }: MqttClient): void {
  if (!(stream instanceof Socket)) return;
  stream.setNoDelay(true);
  stream.unref();
}

import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Told } from "../domain/feedback/told.ts";
import type { SystemId } from "../domain/ids.ts";
import { startBrokerInProcess, type BrokerInProcess } from "./b2mml/broker-harness.ts";
import type { ConnectorError } from "./connector-error.ts";
import { listenToTopics, type MqttSource } from "./mqtt-listener.ts";
import type { Listening } from "./port.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function brokerAndMachine(): Promise<{ readonly broker: BrokerInProcess; readonly machine: MqttClient }> {
  const broker = await startBrokerInProcess();
  closing.push(broker.close);
  const { username, password } = broker;
  const machine = await connectAsync(broker.url, { username, password, reconnectPeriod: 50 });
  closing.push(() => machine.endAsync(true));
  return { broker, machine };
}

/** Listens to `line/#`; each payload is told as it is. */
function listening(
  broker: BrokerInProcess,
  take: (texts: readonly string[]) => Promise<void>,
  more: Partial<MqttSource> = {},
) {
  const { url, username, password } = broker;
  const source = {
    system: "line" as SystemId,
    url,
    username,
    password,
    clientId: "hub",
    topics: ["line/#"],
    timeoutMs: 2_000,
  };
  const onUp = vi.fn<() => []>(() => []);
  const onError = vi.fn<(error: Error) => void>();
  const heard: string[] = [];
  const listener: Listening = listenToTopics(
    { ...source, ...more },
    ({ payload }) => {
      heard.push(payload.toString());
      return {
        told: [{ kind: "unreadable", source: null, id: null, text: payload.toString(), faults: [] }],
        replies: [],
      };
    },
    (told: readonly Told[]) => take(told.map((one) => (one.kind === "unreadable" ? one.text : ""))),
    { onUp, onError },
  );
  let stopped: Promise<void> | null = null;
  const stop = () => (stopped ??= listener.stop());
  closing.push(stop);
  return { stop, onUp, onError, heard };
}

const isUp = (onUp: () => []) => vi.waitFor(() => expect(onUp).toHaveBeenCalled(), 60_000);

describe("listening to a broker", () => {
  it("tells messages in their order, together where they come together", async () => {
    const { broker, machine } = await brokerAndMachine();
    const taken: string[][] = [];
    const { onUp } = listening(broker, async (texts) => void taken.push([...texts]));
    await isUp(onUp);
    const texts = Array.from({ length: 3_000 }, (_, at) => String(at));
    await Promise.all(texts.map((text) => machine.publishAsync("line/1", text, { qos: 1 })));
    await vi.waitFor(() => expect(taken.flat()).toEqual(texts), 60_000);
    expect(taken.length).toBeLessThan(1_000);
  });

  it("reads no more than the hub can take, and the rest when it can", async () => {
    const { broker, machine } = await brokerAndMachine();
    const hub = Promise.withResolvers<void>();
    const taken: string[] = [];
    const { onUp, heard } = listening(broker, async (texts) => {
      await hub.promise;
      taken.push(...texts);
    });
    await isUp(onUp);
    const texts = Array.from({ length: 3_000 }, (_, at) => String(at));
    await Promise.all(texts.map((text) => machine.publishAsync("line/1", text, { qos: 1 })));
    expect(heard.length).toBeLessThanOrEqual(1_000);
    hub.resolve();
    await vi.waitFor(() => expect(taken).toEqual(texts), 60_000);
  });

  it("acknowledges only what the hub has committed: the rest comes to the next who listens", async () => {
    const { broker, machine } = await brokerAndMachine();
    const first = listening(broker, async ([text]) => {
      if (text === "lost") throw new Error("the database is gone");
    });
    await isUp(first.onUp);
    await machine.publishAsync("line/1", "kept", { qos: 1 });
    await vi.waitFor(() => expect(first.heard).toEqual(["kept"]), 60_000);
    await machine.publishAsync("line/1", "lost", { qos: 1 });
    await vi.waitFor(() => expect(first.onError).toHaveBeenCalledWith(new Error("the database is gone")), 60_000);
    await first.stop();
    await machine.publishAsync("line/1", "later", { qos: 1 });

    const taken: string[] = [];
    listening(broker, async (texts) => void taken.push(...texts));
    await vi.waitFor(() => expect(taken.toSorted()).toEqual(["later", "lost"]), 60_000);
  });

  it("gives to the hub again what it could not take", async () => {
    const { broker, machine } = await brokerAndMachine();
    const take = vi.fn<(texts: readonly string[]) => Promise<void>>().mockRejectedValueOnce(new Error("busy"));
    const { onUp, onError } = listening(broker, take);
    await isUp(onUp);
    await machine.publishAsync("line/1", "one", { qos: 1 });
    await vi.waitFor(() => expect(take.mock.calls).toEqual([[["one"]], [["one"]]]), 60_000);
    expect(onError).toHaveBeenCalledWith(new Error("busy"));
  });

  it("connects again by itself, and hears what came meanwhile", async () => {
    const { broker, machine } = await brokerAndMachine();
    const taken: string[] = [];
    const { onUp, onError } = listening(broker, async (texts) => void taken.push(...texts));
    await isUp(onUp);
    await broker.stop();
    await vi.waitFor(() => expect(onError).toHaveBeenCalled(), 60_000);
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ kind: "unreachable" });
    await broker.start();
    await machine.publishAsync("line/1", "meanwhile", { qos: 1 });
    await vi.waitFor(() => expect(taken).toEqual(["meanwhile"]), 60_000);
    expect(onUp).toHaveBeenCalledTimes(2);
  });

  it("says once that it is not let in", async () => {
    const { broker } = await brokerAndMachine();
    const { onError } = listening(broker, async () => undefined, { password: "wrong" });
    await vi.waitFor(() => expect(onError).toHaveBeenCalled(), 60_000);
    expect(onError.mock.calls.map(([error]) => (error as ConnectorError).kind)).toEqual(["access denied"]);
  });

  it("says that it may not subscribe", async () => {
    const { broker } = await brokerAndMachine();
    broker.refuseSubscriptions();
    const { onError, onUp } = listening(broker, async () => undefined);
    await vi.waitFor(() => expect(onError).toHaveBeenCalled(), 60_000);
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ kind: "access denied", at: { system: "line" } });
    expect(onUp).not.toHaveBeenCalled();
  });
});

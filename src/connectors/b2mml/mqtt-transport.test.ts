import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { SystemId } from "../../domain/ids.ts";
import { ConnectorError } from "../connector-error.ts";
import type { IdempotencyKey } from "../port.ts";
import { makeConnector } from "../registry.ts";
import { fakeMes, type FakeMes } from "./fake.ts";
import { startBrokerInProcess, type BrokerInProcess } from "./broker-harness.ts";
import { TOPICS } from "./harness.ts";
import { sampleJob } from "./testing.ts";

let broker: BrokerInProcess;
let mes: FakeMes;
let peer: MqttClient;
/** Messages that reached the MES, which answers none of them by itself. */
let arrived: string[];
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  broker = await startBrokerInProcess();
  mes = fakeMes("7.01");
  arrived = [];
  const { username, password } = broker;
  peer = await connectAsync(broker.url, { username, password, clientId: "mes", clean: false, reconnectPeriod: 50 });
  peer.on("message", (_topic, payload) => arrived.push(payload.toString()));
  peer.on("error", () => undefined);
  await peer.subscribeAsync(TOPICS.request, { qos: 1 });
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await peer.endAsync(true);
  await broker.close();
});

/** A hub's connection. */
function hub(settings: object = {}) {
  const { url, username, password } = broker;
  const topics = { requestTopic: TOPICS.request, answerTopic: TOPICS.answer };
  const given = { transport: "mqtt", url, username, password, ...topics, attempts: 1, timeoutMs: 5_000, ...settings };
  const connector = makeConnector("b2mml", "mes" as SystemId, given);
  closing.push(async () => connector.close?.());
  if (connector.jobs === undefined) throw new Error("the connector has no jobs");
  return connector.jobs;
}

const answer = (text: string, options: { readonly retain?: boolean } = {}) =>
  peer.publishAsync(TOPICS.answer, text, { qos: 1, ...options });
const next = (nth = 1) =>
  vi.waitFor(() => {
    const message = arrived[nth - 1];
    if (message === undefined) throw new Error(`message ${nth} has not arrived`);
    return message;
  }, 60_000);
const key = (text: string) => text as IdempotencyKey;

async function kindOf(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof ConnectorError ? error.kind : String(error);
}

it("finds its answer among those of other messages, other hubs and other systems", async () => {
  const first = hub().dispatch.write(sampleJob("MO-1"), key("one"));
  const second = hub().dispatch.write(sampleJob("MO-2"), key("two"));
  await next(2);
  await answer("<html>not for anyone</html>");
  await answer("\u0000");
  for (const message of arrived.toReversed()) await answer(mes.answer(message));
  const numbers = [(await first).id, (await second).id];
  expect(new Set(numbers)).toEqual(new Set([mes.job("1000:MO-1").number, mes.job("1000:MO-2").number]));
});

it("takes an answer once, however often it comes", async () => {
  const jobs = hub();
  const writing = jobs.dispatch.write(sampleJob("MO-1"), key("one"));
  const reply = mes.answer(await next());
  await answer(reply);
  await answer(reply);
  expect((await writing).id).toBe("MES-000001");
  await answer(reply);

  const writingNext = jobs.dispatch.write(sampleJob("MO-2"), key("two"));
  await answer(mes.answer(await next(2)));
  expect((await writingNext).id).toBe("MES-000002");
});

it("does not take a late answer for that of the next message", async () => {
  const jobs = hub({ timeoutMs: 300 });
  expect(await kindOf(jobs.dispatch.write(sampleJob("MO-1"), key("one")))).toBe("answer lost");
  const late = mes.answer(await next());

  const finding = hub().dispatch.find(sampleJob("MO-1"), key("one"));
  await answer(late);
  await answer(mes.answer(await next(2)));
  expect(await finding).toEqual({ id: "MES-000001", version: "1 ready" });
});

it("drops a retained answer, which is from the past", async () => {
  // What the MES said to a message of the same name, long ago.
  const jobs = hub({ clientId: "heddle-1000", timeoutMs: 500 });
  expect(await kindOf(jobs.dispatch.write(sampleJob("MO-1"), key("one")))).toBe("answer lost");
  mes.refuseNext("Old", "This was long ago");
  await answer(mes.answer(await next()), { retain: true });

  const writing = hub({ clientId: "heddle-2000" }).dispatch.write(sampleJob("MO-1"), key("one"));
  const message = await next(2);
  const before = broker.subscriptions();
  await broker.disconnect("heddle-2000");
  await vi.waitFor(() => expect(broker.subscriptions()).toBeGreaterThan(before), 60_000);
  await answer(mes.answer(message));
  expect((await writing).id).toBe("MES-000001");
});

it("gets an answer that came while the connection was broken, when its session has a name", async () => {
  const writing = hub({ clientId: "heddle-1000" }).dispatch.write(sampleJob("MO-1"), key("one"));
  const message = await next();
  await broker.disconnect("heddle-1000");
  await answer(mes.answer(message));
  expect((await writing).id).toBe("MES-000001");
});

it("goes on by itself after the broker was away, and sends nothing old", async () => {
  const jobs = hub({ timeoutMs: 1_500 });
  const first = jobs.dispatch.write(sampleJob("MO-1"), key("one"));
  await answer(mes.answer(await next()));
  await first;

  await broker.stop();
  expect(await kindOf(jobs.changedSince(null))).toBe("unreachable"); // now it is known to be broken
  expect(await kindOf(jobs.dispatch.write(sampleJob("MO-2"), key("two")))).toBe("unreachable");
  await broker.start();

  const third = jobs.dispatch.write(sampleJob("MO-3"), key("three"));
  await answer(mes.answer(await next(2)));
  expect((await third).id).toBe("MES-000002");
  expect(arrived.map((message) => /<BODID>(.*?)</.exec(message)?.[1])).toEqual(["one", "three"]);
});

it("says so when the broker lets it in but not listen", async () => {
  broker.refuseSubscriptions();
  expect(await kindOf(hub().dispatch.write(sampleJob("MO-1"), key("one")))).toBe("access denied");
  expect(arrived).toEqual([]);
});

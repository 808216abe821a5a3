import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBroker } from "../../src/connectors/b2mml/broker-harness.ts";
import { fakeMes, serveOverHttp, serveOverMqtt, type FakeMes } from "../../src/connectors/b2mml/fake.ts";
import { TOPICS } from "../../src/connectors/b2mml/harness.ts";
import { hasSchemas, schemaProblems } from "../../src/connectors/b2mml/testing.ts";
import { XML_LENGTH_MAX } from "../../src/connectors/b2mml/xml.ts";
import type { LiveConnector } from "../../src/connectors/live-connector.ts";
import { makeConnector } from "../../src/connectors/registry.ts";
import type { PlantId, ProductionOrderId, SystemId } from "../../src/domain/ids.ts";
import { DEFAULT_ORDER_RULES } from "../../src/domain/orders/order-rules.ts";
import { askOfOrder, type OrderAsk } from "../../src/flows/ask-of-orders.ts";
import { orderBooks, type OrderBooksByHand } from "../kit/order-books.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";

const API_KEY = "an-mes-key";
const SYSTEM = "mes" as SystemId;

type Peer = { readonly connector: LiveConnector; readonly close: () => Promise<void> };
type Settings = { readonly verbs: "process" | "sync"; readonly workMasters: boolean };

async function overHttp(mes: FakeMes, settings: Settings): Promise<Peer> {
  const server = await serveOverHttp(mes, API_KEY);
  const connector = makeConnector("b2mml", SYSTEM, {
    ...settings,
    transport: "http",
    url: server.url,
    apiKey: API_KEY,
  });
  return {
    connector,
    async close() {
      await connector.close?.();
      await server.close();
    },
  };
}

async function overMqtt(mes: FakeMes, settings: Settings): Promise<Peer> {
  const broker = await startBroker();
  const { url, username, password } = broker;
  const peer = await serveOverMqtt(mes, { url, username, password }, TOPICS);
  const connector = makeConnector("b2mml", SYSTEM, {
    ...settings,
    transport: "mqtt",
    url,
    username,
    password,
    requestTopic: TOPICS.request,
    answerTopic: TOPICS.answer,
  });
  return {
    connector,
    async close() {
      await connector.close?.();
      await peer.close();
      await broker.close();
    },
  };
}

async function news(trial: TrialHub): Promise<void> {
  await trial.watch();
  await trial.ordersRest();
}

async function ask(trial: TrialHub, order: string, what: OrderAsk): Promise<void> {
  const asked = { plant: "1000" as PlantId, order: order as ProductionOrderId, by: "pia.planner", reason: "as it is" };
  await trial.database.transaction((tx) => askOfOrder(tx, what, { ...asked, at: new Date().toISOString() }));
  await news(trial);
}

describe.each([
  { transport: "HTTP", start: overHttp, verbs: "process", workMasters: true },
  { transport: "HTTP", start: overHttp, verbs: "sync", workMasters: false },
  { transport: "MQTT", start: overMqtt, verbs: "process", workMasters: false },
  { transport: "MQTT", start: overMqtt, verbs: "sync", workMasters: true },
] as const)("orders to an MES that speaks B2MML over $transport, by $verbs", ({ start, verbs, workMasters }) => {
  const messages: string[] = [];
  const mes = fakeMes("7.01", (xml) => messages.push(xml));
  let peer: Peer;
  let trial: TrialHub;
  let books: OrderBooksByHand;
  beforeAll(async () => {
    peer = await start(mes, { verbs, workMasters });
    trial = await startTrialHub({ orders: DEFAULT_ORDER_RULES, mes: peer.connector });
    books = orderBooks(trial);
  });
  afterAll(async () => {
    await trial.close();
    await peer.close();
  });

  it("are dispatched, changed, held, released and cancelled", async () => {
    const { number } = await books.released("FX-210", "5");
    const id = `1000:${number}`;
    await news(trial);
    await trial.orderReaches(number, "dispatched");
    expect(mes.job(id)).toMatchObject({ version: 1, status: "Ready" });
    await books.edit(number, { quantity: "6", priority: 3 });
    await news(trial);
    expect(mes.job(id)).toMatchObject({ version: 2, status: "Ready" });
    await ask(trial, number, "hold");
    expect(mes.job(id).status).toBe("Waiting");
    await ask(trial, number, "release");
    expect(mes.job(id).status).toBe("Ready");
    mes.start(id);
    mes.report(id, "2", "1");
    await news(trial);
    await books.step(number, "cancel", { reason: "the customer withdrew" });
    await news(trial);
    expect(mes.job(id).cancellation).toBe("asked");
    mes.answerCancel(id, "partly done", "two were made");
    await news(trial);
    const { reason } = await trial.orderReaches(number, "ended");
    expect(reason).toContain("cancelled when part of it was done (two were made), 2 good, 1 scrap");
    for (const times of [1, 2]) expect(mes.timesDone(`${id}:v${times}`)).toBe(1);
  });

  it("in messages that are valid by MESA's schemas", ({ skip }) => {
    const kinds = new Set(messages.map((xml) => /<(?:\w+:)?([A-Z]\w+)[ >]/.exec(xml)?.[1] ?? xml.slice(0, 80)));
    const sent = verbs === "process" ? ["ProcessWorkSchedule", "ChangeWorkSchedule"] : ["SyncWorkSchedule"];
    for (const kind of [...sent, "CancelWorkSchedule", "GetWorkSchedule", "ShowWorkSchedule", "ConfirmBOD"])
      expect(kinds).toContain(kind);
    skip(!hasSchemas, "the schemas of B2MML 7.01 do not stand beside this checkout");
    for (const xml of messages) expect(schemaProblems(xml), xml).toEqual([]);
  });
});

describe("an MES whose answers about one job of many are of no use", () => {
  let spoiled: { readonly order: string; readonly answer: string; readonly does: boolean } | null = null;
  const fake = fakeMes("7.01");
  const mes: FakeMes = {
    ...fake,
    answer(xml) {
      if (spoiled === null || !xml.includes(`1000:${spoiled.order}<`)) return fake.answer(xml);
      if (spoiled.does) fake.answer(xml);
      return spoiled.answer;
    },
  };
  let peer: Peer;
  let trial: TrialHub;
  let books: OrderBooksByHand;
  beforeAll(async () => {
    peer = await overHttp(mes, { verbs: "process", workMasters: false });
    trial = await startTrialHub({ orders: DEFAULT_ORDER_RULES, mes: peer.connector });
    books = orderBooks(trial);
  });
  afterAll(async () => {
    await trial.close();
    await peer.close();
  });

  const BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>';

  it.each([
    { what: "malformed", answer: "<b:AcknowledgeWorkSchedule><b:", does: true },
    { what: "malformed, and it does nothing", answer: "<b:AcknowledgeWorkSchedule><b:", does: false },
    { what: "a DOCTYPE", answer: BOMB, does: true },
    { what: "a web page", answer: "<!DOCTYPE html><html><body>Welcome!</body></html>", does: true },
    { what: "huge", answer: `<a>${"x".repeat(XML_LENGTH_MAX)}</a>`, does: true },
  ])("($what) has that one named, the others go on, and it follows when they are", async ({ answer, does }) => {
    const numbers: string[] = [];
    for (let at = 0; at < 20; at += 1) numbers.push((await books.released("FX-210", "1")).number);
    const victim = numbers[7] ?? "";
    spoiled = { order: victim, answer, does };
    await news(trial);
    const { reason } = await trial.orderReaches(victim, "blocked");
    expect(reason).toContain(`mes failed while reading job 1000:${victim}`);
    expect(reason).toContain("The system answered in a shape Heddle does not know");
    expect(reason?.length).toBeLessThan(2_000);
    for (const number of numbers.filter((one) => one !== victim)) await trial.orderReaches(number, "dispatched");

    // Others of its group are read again, one by one, while it is unreadable.
    const neighbour = numbers[8] ?? "";
    await books.edit(neighbour, { quantity: "2" });
    await news(trial);
    await trial.orderReaches(neighbour, "dispatched");
    expect(mes.job(`1000:${neighbour}`).version).toBe(2);

    spoiled = null;
    const { rowCount } = await trial.database.pool.query(
      `update order_wakes set due = clock_timestamp()
        where "order" = $1 and due < clock_timestamp() + interval '2 minutes'`,
      [victim],
    );
    expect(rowCount).toBe(1);
    await news(trial);
    await trial.orderReaches(victim, "dispatched");
    expect(mes.timesDone(`1000:${victim}:v1`)).toBe(1);
    expect(mes.job(`1000:${victim}`).version).toBe(1);
  });
});

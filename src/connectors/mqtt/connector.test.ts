import { connectAsync, type MqttClient } from "mqtt";
import sparkplugPayload from "sparkplug-payload";
import type { UMetric } from "sparkplug-payload/lib/sparkplugbpayload.js";
import { afterEach, describe, expect, it, vi } from "vitest";
import { quantityText } from "../../domain/quantity.ts";
import type { Told } from "../../domain/feedback/told.ts";
import type { SystemId } from "../../domain/ids.ts";
import { startBroker } from "../b2mml/broker-harness.ts";
import { makeConnector } from "../registry.ts";
import { rebirthRequest } from "./wire.ts";

const codec = sparkplugPayload.get("spBv1.0")!;
const LINE = "line" as SystemId;
const STATION = {
  group: "Works",
  node: "Hall-1",
  device: "Press-3",
  plant: "1000",
  order: "Order",
  fixedOperation: "0010",
  counters: [{ metric: "Good", counts: "good" }],
};
const NODE_COMMANDS = "spBv1.0/Works/NCMD/Hall-1";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A connector that listens, and a machine at the same broker. */
async function listening(settings: object) {
  const { url, username, password, close } = await startBroker();
  closing.push(close);
  const machine = await connectAsync(url, { username, password });
  closing.push(() => machine.endAsync(true));
  const asked: Buffer[] = [];
  machine.on("message", (_topic, payload) => void asked.push(payload));
  await machine.subscribeAsync(NODE_COMMANDS);
  const connector = makeConnector("mqtt", LINE, { url, username, password, rebirthMs: 100, ...settings });
  const taken: Told[] = [];
  const listener = await connector.shopEvents!.listen!(
    async (told) => void taken.push(...told),
    (error) => {
      throw error;
    },
  );
  closing.push(listener.stop);
  await vi.waitFor(() => expect(connector.status().state).toBe("up"), 60_000);
  return { machine, taken, asked, connector };
}

/** An edge node as the specification wants it, on the package that its authors give. */
function edgeNode(machine: MqttClient) {
  let seq = 0;
  let at = Date.UTC(2027, 0, 11, 12);
  const send = async (type: string, metrics: readonly Partial<UMetric>[], device = "") => {
    at += 1_000;
    const payload = codec.encodePayload({ timestamp: at, seq, metrics: [...metrics] as UMetric[] });
    if (type !== "NDEATH") seq = (seq + 1) % 256; // a death is not numbered
    const topic = `spBv1.0/Works/${type}/Hall-1${device === "" ? "" : `/${device}`}`;
    await machine.publishAsync(topic, Buffer.from(payload), { qos: 1 });
  };
  return {
    async birth(good: number, order = "MO-1") {
      seq = 0;
      await send("NBIRTH", [{ name: "bdSeq", type: "UInt64", value: 0 }]);
      await send(
        "DBIRTH",
        [
          { name: "Good", alias: 1, type: "Int32", value: good },
          { name: "Order", alias: 2, type: "String", value: order },
        ],
        "Press-3",
      );
    },
    good: (value: number) => send("DDATA", [{ alias: 1, type: "Int32", value }], "Press-3"),
    unknownAlias: () => send("DDATA", [{ alias: 77, type: "Int32", value: 1 }], "Press-3"),
    death: (bdSeq: number) => send("NDEATH", [{ name: "bdSeq", type: "UInt64", value: bdSeq }]),
    loseOne: () => void (seq = (seq + 1) % 256),
  };
}

function quantities(taken: readonly Told[]): readonly string[] {
  return taken.map((one) =>
    one.kind === "event" && one.event.kind === "occurrence" && one.event.fact.kind === "good"
      ? `${one.event.order} ${quantityText(one.event.fact.quantity)}`
      : "something else",
  );
}

describe("Heddle's JSON over MQTT", () => {
  it("becomes events, and what cannot be read is kept apart", async () => {
    const { machine, taken } = await listening({ json: ["shop/+/events"] });
    const event = {
      source: "S",
      id: "1",
      at: "2027-01-11T12:00:00Z",
      plant: "1000",
      order: "MO-1",
      fact: { kind: "resumed" },
    };
    await machine.publishAsync("shop/1/events", JSON.stringify([event, { ...event, id: "2", at: "noon" }]), { qos: 1 });
    await vi.waitFor(() => expect(taken).toHaveLength(2), 60_000);
    expect(taken).toMatchObject([
      { kind: "event", event: { source: "S", id: "1" } },
      { kind: "unreadable", id: "2", faults: [{ field: "at" }] },
    ]);
  });
});

describe("Sparkplug B", () => {
  it("asks an edge node for its birth, and counts from then on", async () => {
    const { machine, taken, asked } = await listening({ stations: [STATION] });
    await vi.waitFor(() => expect(asked).toHaveLength(1), 60_000);
    expect(codec.decodePayload(asked[0]!).metrics).toMatchObject([
      { name: "Node Control/Rebirth", type: "Boolean", value: true },
    ]);
    const node = edgeNode(machine);
    await node.birth(100);
    await node.good(103);
    await node.good(104);
    await vi.waitFor(() => expect(quantities(taken)).toEqual(["MO-1 3 EA", "MO-1 1 EA"]), 60_000);
  });

  it("reads data whose datatypes only the birth told", async () => {
    const { machine, taken } = await listening({ stations: [STATION] });
    await edgeNode(machine).birth(100);
    // Payload with seq 2 and a metric of alias 1 and int_value 105, without name and datatype, by the protocol's numbers.
    const bytes = Buffer.from([
      0x08, 0x80, 0xa0, 0xf9, 0xc8, 0xb9, 0x34, 0x12, 0x04, 0x10, 0x01, 0x50, 0x69, 0x18, 0x02,
    ]);
    await machine.publishAsync("spBv1.0/Works/DDATA/Hall-1/Press-3", bytes, { qos: 1 });
    await vi.waitFor(() => expect(quantities(taken)).toEqual(["MO-1 5 EA"]), 60_000);
  });

  it("asks for the birth again when a message is missing, and loses no piece", async () => {
    const { machine, taken, asked } = await listening({ stations: [STATION] });
    const node = edgeNode(machine);
    await node.birth(100);
    await node.good(101);
    node.loseOne();
    await vi.waitFor(() => expect(quantities(taken)).toEqual(["MO-1 1 EA"]), 60_000);
    const before = asked.length;
    await node.good(105);
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before), 60_000);
    expect(quantities(taken)).toEqual(["MO-1 1 EA"]);
    await node.birth(106);
    await vi.waitFor(() => expect(quantities(taken)).toEqual(["MO-1 1 EA", "MO-1 5 EA"]), 60_000);
  });

  it("asks for the birth again when an alias is unknown", async () => {
    const { machine, asked, taken } = await listening({ stations: [STATION] });
    const node = edgeNode(machine);
    await node.birth(100);
    await node.good(101);
    await vi.waitFor(() => expect(taken).toHaveLength(1), 60_000);
    const before = asked.length;
    await node.unknownAlias();
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before), 60_000);
  });

  it("takes a death for its own session's only, and what comes after it for nothing", async () => {
    const { machine, taken } = await listening({ stations: [STATION] });
    const node = edgeNode(machine);
    await node.birth(100);
    await node.death(7);
    await node.good(102);
    await vi.waitFor(() => expect(quantities(taken)).toEqual(["MO-1 2 EA"]), 60_000);
    await node.death(0);
    await node.good(103);
    await node.birth(110, "MO-2");
    await vi.waitFor(() => expect(quantities(taken)).toEqual(["MO-1 2 EA", "MO-2 8 EA"]), 60_000);
  });

  it("keeps apart what is no payload", async () => {
    const { machine, taken } = await listening({ stations: [STATION] });
    await machine.publishAsync("spBv1.0/Works/NDATA/Hall-1", "hello", { qos: 1 });
    await vi.waitFor(() => expect(taken).toMatchObject([{ kind: "unreadable", source: "Works/NDATA/Hall-1" }]), 60_000);
  });
});

it("writes a request as the specification's own package reads it", () => {
  expect(codec.decodePayload(rebirthRequest(1_000)).metrics).toMatchObject([
    { name: "Node Control/Rebirth", value: true },
  ]);
});

it("refuses settings with one station twice", () => {
  const settings = { url: "mqtt://broker", stations: [STATION, STATION] };
  expect(() => makeConnector("mqtt", LINE, settings)).toThrow(
    "connection line: stations has Works/Hall-1/Press-3 twice",
  );
});

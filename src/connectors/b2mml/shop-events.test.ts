import { readFileSync } from "node:fs";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterEach, expect, it, vi } from "vitest";
import type { Told } from "../../domain/feedback/told.ts";
import type { SystemId } from "../../domain/ids.ts";
import { makeConnector } from "../registry.ts";
import { startBroker } from "./broker-harness.ts";

const MES = "mes" as SystemId;
const PERFORMANCE = readFileSync(join(import.meta.dirname, "fixtures/events-7.01/sync-work-performance.xml"));

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function read(body: string | Buffer, contentType = "application/xml; charset=UTF-8"): readonly Told[] {
  const { shopEvents } = makeConnector("b2mml", MES, { transport: "http", url: "http://mes", apiKey: "key" });
  return shopEvents!.read!({ body: Buffer.from(body), contentType });
}

it("reads what the MES sends over HTTP", () => {
  expect(read(PERFORMANCE).map((one) => one.kind)).toEqual(Array.from({ length: 8 }, () => "event"));
});

it.each([
  ["no XML", '{"id": 1}', /not well-formed/],
  ["a document type", '<!DOCTYPE a><WorkPerformance xmlns="http://www.mesa.org/xml/B2MML"/>', /DOCTYPE/],
  ["another edition", '<WorkPerformance xmlns="http://www.mesa.org/xml/B2MML-V0600"/>', /namespace/],
  ["another message", '<SyncPersonnel xmlns="http://www.mesa.org/xml/B2MML"/>', /SyncPersonnel/],
])("calls a body with %s broken", (_what, body, cause) => {
  expect(() => read(body)).toThrow(
    expect.objectContaining({ kind: "contract broken", message: expect.stringMatching(cause) }),
  );
});

it("refuses text in another encoding, which would be read as something else", () => {
  expect(() => read(PERFORMANCE, "text/xml; charset=ISO-8859-1")).toThrow(/ISO-8859-1/);
});

it("listens to the topic that is set, and keeps apart what is no B2MML", async () => {
  const broker = await startBroker();
  closing.push(broker.close);
  const { url, username, password } = broker;
  const topics = { requestTopic: "mes/in", answerTopic: "mes/out", eventTopic: "mes/events/+" };
  const connector = makeConnector("b2mml", MES, { transport: "mqtt", url, username, password, ...topics });
  const taken: Told[] = [];
  const listening = await connector.shopEvents!.listen!(
    async (told) => void taken.push(...told),
    (error) => {
      throw error;
    },
  );
  closing.push(listening.stop);
  const mes = await connectAsync(url, { username, password });
  closing.push(() => mes.endAsync(true));
  // Published until the subscription stands: it is repeated, and the events of both are the same.
  await vi.waitFor(async () => {
    await mes.publishAsync("mes/events/1", "hello", { qos: 1 });
    expect(taken).not.toEqual([]);
  }, 60_000);
  await mes.publishAsync("mes/events/2", PERFORMANCE, { qos: 1 });
  await vi.waitFor(() => expect(taken.filter((one) => one.kind === "event")).toEqual(read(PERFORMANCE)), 60_000);
  expect(taken[0]).toMatchObject({
    kind: "unreadable",
    text: "hello",
    faults: [{ cause: expect.stringContaining("mes/events/1") }],
  });
});

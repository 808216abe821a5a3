import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { expect, it, onTestFinished, vi } from "vitest";
import { match, trial, type Client } from "../http/trial.ts";
import { startSandboxMes } from "./server.ts";

const SECRET = `whsec_${Buffer.from("a secret for the trial").toString("base64")}`;
const JOB = {
  externalId: "1000:MO-1",
  plant: "1000",
  order: "MO-1",
  version: 1,
  itemCode: "MCH-401",
  name: "Heat sink block",
  quantity: "60",
  unit: "EA",
  priority: 0,
  operations: [{ operation: "0010", name: "Mill", workCenter: "MIL-1", setupSeconds: 2400, runSeconds: 210 }],
  components: [],
};

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
type Received = any;

/** A seeded MES, and what it sent: each body, once its signature was checked. */
async function tellingMes(): Promise<{ client: Client; received: Received[] }> {
  const received: Received[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    received.push(new Webhook(SECRET).verify(body, request.headers as Record<string, string>));
    response.writeHead(204).end();
  };
  const server = createServer((request, response) => {
    void take(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const { client } = await trial(startSandboxMes, {
    seed: true,
    clock: "2026-03-02T05:00:00.000Z",
    webhook: { url, secret: SECRET },
  });
  return { client, received };
}

const moves = (received: readonly Received[]) =>
  received.filter(({ type }) => type.startsWith("job.")).map(({ type, data }) => `${type} ${data.state}`);

it("tells of every move of a job, signed", async () => {
  const { client, received } = await tellingMes();
  const { etag } = (await client("POST", "/mes/v1/job-orders", JOB)).body;
  const held = await client("POST", "/mes/v1/job-orders/1000:MO-1/hold", { reason: "x" }, match(etag));
  await client("POST", "/mes/v1/job-orders/1000:MO-1/release", {}, match(held.body.etag));
  await client("POST", "/_sandbox/advance", { seconds: 1 });
  await client("POST", "/mes/v1/job-orders/1000:MO-1/cancel", { reason: "x" });
  await client("POST", "/_sandbox/advance", { seconds: 600 });

  await vi.waitFor(() => expect(moves(received)).toHaveLength(6), 60_000);
  expect(moves(received)).toEqual([
    "job.received ALLOWED_TO_START",
    "job.state-changed NOT_ALLOWED_TO_START",
    "job.state-changed ALLOWED_TO_START",
    "job.state-changed RUNNING",
    "job.changed RUNNING",
    "job.cancel-answered ABORTED",
  ]);
  const last = received.findLast(({ type }) => type === "job.cancel-answered");
  expect(last.data).toEqual({
    number: "JOB-000001",
    externalId: "1000:MO-1",
    version: 1,
    state: "ABORTED",
    cancellation: "PARTLY_DONE",
    sequence: expect.any(Number),
  });
});

it("tells of what happens on the shop floor, as the list of events has it, many at once", async () => {
  const { client, received } = await tellingMes();
  await client("POST", "/mes/v1/job-orders", JOB);
  await client("POST", "/_sandbox/advance", { seconds: 6 * 3600 });
  const listed = (await client("GET", "/mes/v1/events?limit=200&since=0")).body;
  expect([listed.more, listed.value.length > 100]).toEqual([false, true]);

  const told = () => received.filter(({ type }) => type === "events.recorded").map(({ data }) => data.events);
  await vi.waitFor(() => expect(told().flat()).toHaveLength(listed.value.length), 60_000);
  expect(told().flat()).toEqual(listed.value);
  expect(told()[0]).toHaveLength(100);
});

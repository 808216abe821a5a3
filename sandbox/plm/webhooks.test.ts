import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { expect, it, onTestFinished, vi } from "vitest";
import { trial, trialFolder, type Client } from "../http/trial.ts";
import { startSandboxPlm } from "./server.ts";

const SECRET = `whsec_${Buffer.from("a secret for the trial").toString("base64")}`;

type Received = { headers: IncomingHttpHeaders; body: string };

/** Takes webhooks; answers the first `failures` of them with 503. */
async function receiver(failures = 0): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    received.push({ headers: request.headers, body: await text(request) });
    response.writeHead(received.length <= failures ? 503 : 204).end();
  };
  const server = createServer((request, response) => {
    void take(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

const release = (client: Client, number: string) =>
  client("POST", `/api/v2/ecos/${number}/release`, { releasedBy: "m.keller" });
const changesOf = (received: readonly Received[]) => received.map(({ body }) => JSON.parse(body).data.ecoNumber);
const ids = (received: readonly Received[]) => new Set(received.map(({ headers }) => headers["webhook-id"]));

/** A seeded PLM that sends to `url`, once what the seeding caused has gone out. */
async function sendingPlm(url: string) {
  const folder = trialFolder();
  const unsent = await startSandboxPlm({ folder, port: 0, apiKey: "any", seed: true });
  await unsent.close();
  return trial(startSandboxPlm, { folder, webhook: { url, secret: SECRET } });
}

it("tells of a release by a signed webhook", async () => {
  const { url, received } = await receiver();
  const { client } = await sendingPlm(url);
  const { body } = await release(client, "ECO-0001");

  await vi.waitFor(() => expect(received).toHaveLength(1), 60_000);
  const [{ headers, body: sent } = { headers: {}, body: "" }] = received;
  const verified = new Webhook(SECRET).verify(sent, headers as Record<string, string>);
  expect(verified).toMatchObject({
    type: "eco.released",
    data: { ecoNumber: "ECO-0001", state: "RELEASED", sequence: body.sequence },
  });
});

it("tells of cancelling and of an edit of a BOM that a change introduces", async () => {
  const { url, received } = await receiver();
  const { client } = await sendingPlm(url);
  await client("POST", "/api/v2/ecos/ECO-0001/cancel", { cancelledBy: "x", reason: "" });
  const path = "/api/v2/parts/FX-211/revisions/B/bom";
  await client("PUT", path, { usages: [] }, { "if-match": '"v1"' });

  await vi.waitFor(() => expect(received).toHaveLength(2), 60_000);
  expect(received.map(({ body }) => JSON.parse(body).type)).toEqual(["eco.cancelled", "eco.edited"]);
  expect(changesOf(received)).toEqual(["ECO-0001", "ECO-0003"]);
});

it("tries again with the same id until it is taken", { timeout: 20_000 }, async () => {
  const { url, received } = await receiver(1);
  const { client } = await sendingPlm(url);
  await release(client, "ECO-0001");

  await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: 60_000 });
  expect(ids(received).size).toBe(1);
  await vi.waitFor(
    async () =>
      expect((await client("GET", "/_sandbox/webhooks")).body).toEqual({ waiting: 0, delivered: 1, abandoned: 0 }),
    60_000,
  );
});

it("sends after a restart what it could not send before", async () => {
  const folder = trialFolder();
  const { url, received } = await receiver();
  const nowhere = { url: "http://127.0.0.1:9/", secret: SECRET };
  const { client, server } = await trial(startSandboxPlm, { folder, webhook: nowhere });
  await client("POST", "/api/v2/ecos", { title: "Told late" });
  await server.close();

  await trial(startSandboxPlm, { folder, webhook: { url, secret: SECRET } });
  await vi.waitFor(() => expect(changesOf(received)).toEqual(["ECO-0001"]), { timeout: 60_000 });
});

it("sends each webhook twice when told to", async () => {
  const { url, received } = await receiver();
  const { client } = await sendingPlm(url);
  const faults = (await client("GET", "/_sandbox/faults")).body;
  await client("PUT", "/_sandbox/faults", { ...faults, duplicateWebhooks: true });
  await release(client, "ECO-0001");

  await vi.waitFor(() => expect(received).toHaveLength(2), 60_000);
  expect(ids(received).size).toBe(1);
});

it("sends the newest first when told to reorder", async () => {
  const { url, received } = await receiver();
  const { client } = await sendingPlm(url);
  const faults = (await client("GET", "/_sandbox/faults")).body;
  await client("PUT", "/_sandbox/faults", { ...faults, reorderWebhooks: true });
  await release(client, "ECO-0001");
  await release(client, "ECO-0002");

  await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: 60_000 });
  expect(changesOf(received)).toEqual(["ECO-0002", "ECO-0001"]);
});

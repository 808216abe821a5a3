import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { expect, it, onTestFinished, vi } from "vitest";
import { match, trial, type Client } from "../http/trial.ts";
import { startSandboxErp } from "./server.ts";

const SECRET = `whsec_${Buffer.from("a secret for the trial").toString("base64")}`;
const ORDERS = "/erp/v1/production-orders";

type Told = {
  readonly type: string;
  readonly data: { readonly number: string; readonly state: string; readonly sequence: number };
};

/** A seeded ERP, and what it sent: each body, once its signature was checked. */
async function tellingErp(): Promise<{ client: Client; received: Told[] }> {
  const received: Told[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    received.push(new Webhook(SECRET).verify(body, request.headers as Record<string, string>) as Told);
    response.writeHead(204).end();
  };
  const server = createServer((request, response) => {
    void take(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const { client } = await trial(startSandboxErp, { seed: true, webhook: { url, secret: SECRET } });
  return { client, received };
}

it("tells of every order that is created, released, changed or cancelled, signed; not of what was seeded", async () => {
  const { client, received } = await tellingErp();
  const { body: order } = await client("POST", ORDERS, { plant: "1000", itemCode: "FX-210", quantity: "10" });
  const path = `${ORDERS}/${order.number}`;
  const edited = await client("PATCH", path, { priority: 5 }, match(order.etag));
  await client("POST", `${path}/release`);
  await client("POST", `${path}/split`, { quantity: "4" }, match("v3"));
  await client("POST", `${path}/cancel`, { reason: "the customer left" });
  expect((await client("PATCH", path, { priority: 6 }, match(edited.body.etag))).status).toBe(412);
  await client("PUT", "/erp/v1/job-reports", {
    reports: [{ plant: "1000", order: order.number, mes: "mes", state: "held" }],
  });
  await client("POST", "/_sandbox/production-orders/MO-5001/release");

  await vi.waitFor(() => expect(received.at(-1)?.data.number).toBe("MO-5001"), 60_000);
  expect(received.map(({ type, data: { number, state } }) => `${type} ${number} ${state}`)).toEqual([
    "production-order.created MO-5011 PLANNED",
    "production-order.changed MO-5011 PLANNED",
    "production-order.released MO-5011 RELEASED",
    "production-order.changed MO-5011 RELEASED",
    "production-order.created MO-5012 RELEASED",
    "production-order.released MO-5012 RELEASED",
    "production-order.cancelled MO-5011 CANCELLED",
    "production-order.released MO-5001 RELEASED",
  ]);
  expect(received[0]?.data).toEqual({
    number: "MO-5011",
    plant: "1000",
    state: "PLANNED",
    sequence: order.sequence,
  });
  await vi.waitFor(
    async () =>
      expect((await client("GET", "/_sandbox/webhooks")).body).toEqual({ waiting: 0, delivered: 8, abandoned: 0 }),
    60_000,
  );
});

it("tells nothing to nobody", async () => {
  const { client } = await trial(startSandboxErp, { seed: true });
  await client("POST", `${ORDERS}/MO-5001/release`);
  expect((await client("GET", "/_sandbox/webhooks")).body).toEqual({ waiting: 0, delivered: 0, abandoned: 0 });
});

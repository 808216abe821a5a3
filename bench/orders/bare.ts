/** The bare limit: each order is mapped and passed on while its sender waits. Nothing is kept. */
import fastify from "fastify";
import { Pool } from "undici";
import type * as Wire from "../../src/connectors/sandbox-erp/wire.ts";
import { assertAccepted, jobMessage } from "./job-message.ts";
import { servePart, settingsOfPart } from "../kit/part.ts";

const { mes, connections } = settingsOfPart<{ mes: string; connections: number }>();
const pool = new Pool(mes, { connections });
const headers = { "content-type": "application/xml; charset=utf-8" };

const app = fastify();
app.post("/orders", async (request) => {
  const body = jobMessage(request.body as Wire.ProductionOrder);
  const answer = await pool.request({ method: "POST", path: "/b2mml", headers, body });
  assertAccepted(answer.statusCode, await answer.body.text());
  return { ok: true };
});

const url = await app.listen({ host: "127.0.0.1", port: 0 });
servePart(`${url}/orders`, {}, async () => {
  await app.close();
  await pool.close();
});

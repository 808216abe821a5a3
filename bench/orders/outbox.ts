/**
 * What one would write by hand: an outbox in PostgreSQL. Orders are answered when they are committed, in groups;
 * a loop claims them in batches, sends many at a time and ticks them off in batches. It knows no versions, no gate,
 * no changes and no trail, and what is claimed when it dies stays claimed.
 */
import fastify from "fastify";
import { Pool as Connections } from "undici";
import pg from "pg";
import type * as Wire from "../../src/connectors/sandbox-erp/wire.ts";
import { bell } from "../../src/engine/bell.ts";
import { inGroups } from "../../src/engine/in-groups.ts";
import { assertAccepted, jobMessage } from "./job-message.ts";
import { servePart, settingsOfPart } from "../kit/part.ts";

const GROUP = 200;
const CLAIM = 400;

const { mes, database, connections } = settingsOfPart<{ mes: string; database: string; connections: number }>();
const pool = new Connections(mes, { connections });
const headers = { "content-type": "application/xml; charset=utf-8" };
const db = new pg.Pool({ connectionString: database, max: 10 });
await db.query(
  `create table if not exists outbox (id bigserial primary key, number text unique not null, body text not null,
                                      state text not null default 'new')`,
);
await db.query("alter table outbox alter column body set storage external");
await db.query("create index if not exists outbox_new on outbox (id) where state = 'new'");

const news = bell();
let underway = 0;
let failed: Error | null = null;
const stopping = new AbortController();

const insert = inGroups<string, void>(
  async (bodies) => {
    await db.query({
      name: "insert",
      text: "insert into outbox (number, body) select * from unnest($1::text[], $2::text[]) on conflict do nothing",
      values: [bodies.map((body) => /"number":"([^"]+)"/.exec(body)?.[1]), bodies],
    });
    news.ring();
    return bodies.map(() => undefined);
  },
  { max: GROUP, atOnce: 2 },
);

const tickOff = inGroups<string, void>(
  async (ids) => {
    await db.query({ name: "done", text: "update outbox set state = 'sent' where id = any($1)", values: [ids] });
    return ids.map(() => undefined);
  },
  { max: GROUP, atOnce: 2 },
);

async function send({ id, body }: { id: string; body: string }): Promise<void> {
  const message = jobMessage(JSON.parse(body) as Wire.ProductionOrder);
  const answer = await pool.request({ method: "POST", path: "/b2mml", headers, body: message });
  assertAccepted(answer.statusCode, await answer.body.text());
  await tickOff(id);
}

async function loop(): Promise<void> {
  while (!stopping.signal.aborted) {
    const free = CLAIM - underway;
    if (free < CLAIM / 4) {
      await news.heard(100);
      continue;
    }
    const { rows } = await db.query<{ id: string; body: string }>({
      name: "claim",
      text: `update outbox set state = 'claimed'
              where id in (select id from outbox where state = 'new' order by id limit $1 for update skip locked)
          returning id, body`,
      values: [free],
    });
    underway += rows.length;
    for (const row of rows)
      void send(row)
        .catch((error: unknown) => (failed = new Error(String(error))))
        .finally(() => {
          underway -= 1;
          if (underway <= (CLAIM * 3) / 4) news.ring();
        });
    if (rows.length < free) await news.heard(100);
  }
}

const app = fastify();
app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "string" }, async (_request: unknown, text: string) => text);
app.post("/orders", async (request) => {
  await insert(request.body as string);
  return { ok: true };
});

const looping = loop();
const url = await app.listen({ host: "127.0.0.1", port: 0 });
servePart(`${url}/orders`, { recorded }, async () => {
  stopping.abort();
  news.ring();
  await looping;
  await app.close();
  await pool.close();
  await db.end();
});

/** Whether so many orders are ticked off in all. @throws what went wrong with one */
async function recorded(orders: number): Promise<boolean> {
  if (failed !== null) throw failed;
  const { rows } = await db.query<{ sent: number }>("select count(*)::int as sent from outbox where state = 'sent'");
  return rows[0]?.sent === orders;
}

import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { subjectOf } from "../../store/subject.ts";
import { recordAudit } from "../../store/audit.ts";
import { startTestApi, type TestApi } from "../testing.ts";

let api: TestApi;
let base: string;
let key: string;

beforeAll(async () => {
  api = await startTestApi();
  const viewer = await api.signedIn("viewer");
  const made = await viewer<{ key: string }>("POST /api/api-keys", {
    name: "events",
    role: "viewer",
    expiresInDays: 1,
  });
  key = made.body.key;
  await api.app.listen({ host: "127.0.0.1", port: 0 });
  base = `http://127.0.0.1:${(api.app.server.address() as AddressInfo).port}`;
});
afterAll(() => api.close());

/** Reads a stream's messages one after the other; comments (heartbeats) are left out. */
async function* messages(response: Response): AsyncGenerator<string> {
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    yield* parts.filter((part) => !part.startsWith(":"));
  }
}

const open = () => fetch(`${base}/api/events`, { headers: { authorization: `Bearer ${key}` } });

it("tells every open page what happened to a change, as soon as it is committed", async () => {
  const streams = await Promise.all([open(), open()]);
  expect(streams.map(({ headers }) => headers.get("content-type"))).toEqual(["text/event-stream", "text/event-stream"]);
  const readers = streams.map(messages);
  for (const reader of readers) expect((await reader.next()).value).toBe("event: ready\ndata: {}");

  const subject = subjectOf("change", "ECO-0001", "1000").id;
  await recordAudit(api.database.pool, { who: "ada", what: "looked", subject, detail: {} });

  for (const reader of readers) {
    const { value } = await reader.next();
    expect(JSON.parse(String(value).replace("data: ", ""))).toMatchObject({ subject });
  }
});

it("ends its streams when the hub closes, which waits for nothing else", async () => {
  const reader = messages(await open());
  await reader.next();
  const closed = api.app.close();
  expect((await reader.next()).done).toBe(true);
  await closed;
});

/** An MES that acknowledges every new job at once, and keeps which and when. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import { fakeMes } from "../../src/connectors/b2mml/fake.ts";
import { servePart } from "../kit/part.ts";
import { placeOf } from "./sample-order.ts";

/** Jobs with how often they were given and, on the clock that all processes share, when they were last acknowledged. */
export type Acknowledged = readonly (readonly [job: string, times: number, atMs: number])[];

let jobs = new Map<string, { times: number; at: number }>();
const withoutJobs = fakeMes("7.01");
let template: ((job: string, bodId: string) => string) | null = null;

const server = createServer((request, response) => {
  answer(request).then(
    (text) => response.writeHead(200, { "content-type": "application/xml" }).end(text),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
servePart(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {}, async () => server.closeAllConnections());

async function answer(request: IncomingMessage): Promise<string> {
  if (request.url === "/count") return String(jobs.size);
  if (request.url === "/acknowledged") return taken();
  const xml = await readText(request);
  // Orders that wait for their shift are asked for: it has none of them yet.
  if (xml.includes("<GetWorkSchedule ") && jobs.size === 0) return withoutJobs.answer(xml);
  if (!xml.includes("<ProcessWorkSchedule ")) throw new Error(`the stub MES takes new jobs only: ${xml.slice(0, 200)}`);
  const job = between(xml, "<JobOrder><ID>", "</ID>");
  const bodId = between(xml, "<BODID>", "</BODID>");
  template ??= templateFrom(xml, job, bodId);
  const text = template(job, bodId);
  const times = (jobs.get(job)?.times ?? 0) + 1;
  jobs.set(job, { times, at: performance.timeOrigin + performance.now() });
  return text;
}

function taken(): string {
  const all: Acknowledged = [...jobs].map(([job, { times, at }]) => [job, times, at]);
  jobs = new Map();
  return JSON.stringify(all);
}

function between(text: string, before: string, after: string): string {
  const from = text.indexOf(before) + before.length;
  return text.slice(from, text.indexOf(after, from));
}

/** What the connector's own fake MES answers to the first message, with the names of others put in. */
function templateFrom(xml: string, job: string, bodId: string): (job: string, bodId: string) => string {
  const answered = fakeMes("7.01").answer(xml);
  const parts = answered.split(bodId).map((part) => part.split(job).map((text) => text.split("MES-000001")));
  return (other, otherBod) => {
    const number = `MES-${placeOf(other)}`;
    return parts.map((part) => part.map((texts) => texts.join(number)).join(other)).join(otherBod);
  };
}

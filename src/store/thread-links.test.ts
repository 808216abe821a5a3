import { afterAll, beforeAll, expect, it } from "vitest";
import type { ThreadLink, ThreadNode } from "../domain/thread-link.ts";
import type { Database } from "./database.ts";
import { subjectOf } from "./subject.ts";
import { testDatabase } from "./testing.ts";
import { linkThread, threadOf } from "./thread-links.ts";

let database: Database;
const subject = subjectOf("change", "ECO-1", "1000").id;
const change: ThreadNode = { system: "plm", kind: "change", id: "ECO-1" };
const mbom: ThreadNode = { system: "erp", kind: "mBOM", id: "BOM-000047" };
const item: ThreadNode = { system: "plm", kind: "item revision", id: "FRAME/B" };
const links: ThreadLink[] = [
  { from: change, relation: "published as", to: mbom },
  { from: mbom, relation: "published as", to: item },
];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("finds what a thing leads to and what leads to it, each once, however often it was linked", async () => {
  await Promise.all([
    linkThread(database.pool, subject, links),
    linkThread(database.pool, subject, links.toReversed()),
  ]);

  expect(await threadOf(database.pool, change)).toEqual([links[0]]);
  expect(await threadOf(database.pool, mbom)).toHaveLength(2);
  expect(await threadOf(database.pool, mbom)).toEqual(expect.arrayContaining(links));
  expect(await threadOf(database.pool, mbom, 1)).toHaveLength(1);
  expect(await threadOf(database.pool, { ...mbom, system: "other-erp" })).toEqual([]);
});

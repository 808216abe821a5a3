import { afterAll, beforeAll, expect, it } from "vitest";
import { pieceNode, type ThreadLink, type ThreadNode } from "../domain/thread-link.ts";
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

  expect(await threadOf(database.pool, change)).toMatchObject([links[0]!]);
  expect(await threadOf(database.pool, mbom)).toHaveLength(2);
  expect(await threadOf(database.pool, mbom)).toEqual(
    expect.arrayContaining(links.map((link) => expect.objectContaining(link) as unknown)),
  );
  expect(await threadOf(database.pool, mbom, { limit: 1 })).toHaveLength(1);
  expect(await threadOf(database.pool, { ...mbom, system: "other-erp" })).toEqual([]);
});

it("keeps when it happened and who did it, as it was told last", async () => {
  const serial = pieceNode("1000", "serial", "SN-1", "FX-110");
  const order = { system: "erp", kind: "production order", id: "MO-1" } as const;
  const link: ThreadLink = { from: serial, relation: "made by", to: order };
  const at = "2026-02-01T06:00:00.000Z";
  const told = { ...link, happenedAt: at, who: "4711" };
  await linkThread(database.pool, subject, [link]);
  expect(await threadOf(database.pool, serial)).toMatchObject([{ subject, at: expect.stringMatching(/Z$/) }]);
  expect((await threadOf(database.pool, serial))[0]).not.toHaveProperty("happenedAt");

  await linkThread(database.pool, subject, [told, { ...told, happenedAt: "2026-02-01T07:00:00.000Z" }]);
  await linkThread(database.pool, subject, [link]);
  expect(await threadOf(database.pool, serial, { relation: "made by" })).toMatchObject([
    { ...link, happenedAt: "2026-02-01T07:00:00.000Z", who: "4711" },
  ]);
  expect(await threadOf(database.pool, serial, { relation: "contains" })).toEqual([]);
});

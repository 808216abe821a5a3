import { expect, it } from "vitest";
import type { JobOrderId } from "../../domain/ids.ts";
import { makeJournal } from "./journal.ts";

const job = (number: number) => `1000:MO-${number}` as JobOrderId;
const list = (marks: Readonly<Record<number, string>>) =>
  new Map(Object.entries(marks).map(([number, mark]) => [job(Number(number)), mark]));

it("names what moved since a cursor, oldest first", () => {
  const journal = makeJournal();
  journal.noteAll(list({ 1: "ready", 2: "ready" }));
  const { ids, cursor, more } = journal.page(null);
  expect([ids, more]).toEqual([[job(1), job(2)], false]);

  journal.noteAll(list({ 1: "running", 2: "ready" }));
  expect(journal.page(cursor).ids).toEqual([job(1)]);
});

it("is up to date when nothing moved: no ids, the same cursor", () => {
  const journal = makeJournal();
  expect(journal.page(null)).toEqual({ ids: [], cursor: null, more: false });
  journal.noteAll(list({ 1: "ready" }));
  const { cursor } = journal.page(null);
  journal.noteAll(list({ 1: "ready" }));
  journal.noteHeardOf(job(1));
  expect(journal.hasAfter(cursor)).toBe(false);
  expect(journal.page(cursor)).toEqual({ ids: [], cursor, more: false });
});

it("names a job that went away, once", () => {
  const journal = makeJournal();
  journal.noteAll(list({ 1: "ready" }));
  const { cursor } = journal.page(null);
  journal.noteAll(new Map());
  journal.noteAll(new Map());
  const gone = journal.page(cursor);
  expect(gone.ids).toEqual([job(1)]);
  expect(journal.page(gone.cursor).ids).toEqual([]);
});

it("names a job that came and went between two looks", () => {
  const journal = makeJournal();
  journal.noteHeardOf(job(1));
  journal.noteAll(new Map());
  expect(journal.page(null).ids).toEqual([job(1)]);
});

it("pages without a gap", () => {
  const journal = makeJournal();
  journal.noteAll(new Map(Array.from({ length: 450 }, (_, at) => [job(at), "ready"] as const)));
  const first = journal.page(null);
  const second = journal.page(first.cursor);
  const third = journal.page(second.cursor);
  expect([first.more, second.more, third.more]).toEqual([true, true, false]);
  expect(new Set([...first.ids, ...second.ids, ...third.ids]).size).toBe(450);
});

it("begins anew for a cursor of an earlier run", () => {
  const { cursor } = (() => {
    const earlier = makeJournal();
    earlier.noteAll(list({ 1: "ready", 2: "ready" }));
    return earlier.page(null);
  })();
  const journal = makeJournal();
  journal.noteAll(list({ 1: "ready", 3: "ready" }));
  expect(journal.page(cursor).ids).toEqual([job(1), job(3)]);
});

it("stays within bounds however many jobs come and go", () => {
  const journal = makeJournal();
  journal.noteAll(new Map(Array.from({ length: 10_300 }, (_, at) => [job(at), "ready"] as const)));
  journal.noteAll(list({ 99_999: "ready" }));
  const named: JobOrderId[] = [];
  for (let page = journal.page(null); ; page = journal.page(page.cursor)) {
    named.push(...page.ids);
    if (!page.more) break;
  }
  expect(named).toHaveLength(10_001);
  expect(named).toContain(job(99_999));
});

import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { auditOf, listAudit, recordAudit } from "./audit.ts";
import type { Database } from "./database.ts";
import { listen } from "./listen.ts";
import { subjectOf, type SubjectId } from "./subject.ts";
import { testDatabase } from "./testing.ts";

let database: Database;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

it("tells who did what to a subject, newest first", async () => {
  const subject = eco("1");
  await record("plm", "change picked up", subject);
  await record("anna", "plan approved", subject);
  await record("anna", "signed in", null);

  expect(await auditOf(database.pool, subject)).toMatchObject([
    { who: "anna", what: "plan approved", subject, detail: { n: [1, "2"] } },
    { who: "plm", what: "change picked up" },
  ]);
});

it("is read page by page, each entry once", async () => {
  for (let i = 0; i < 5; i++) await record("anna", `act ${i}`, eco("2"));

  const first = await listAudit(database.pool, { limit: 3 });
  const second = await listAudit(database.pool, { limit: 3, after: first.next ?? "" });

  expect([...first.entries, ...second.entries].map((entry) => entry.what).slice(0, 5)).toEqual([
    "act 4",
    "act 3",
    "act 2",
    "act 1",
    "act 0",
  ]);
  await expect(listAudit(database.pool, { limit: 1, after: "yesterday" })).rejects.toThrow(RangeError);
});

it.each(["update audit set who = 'nobody'", "delete from audit", "truncate audit"])(
  "refuses: %s",
  async (statement) => {
    await record("anna", "plan approved", eco("3"));

    await expect(database.pool.query(statement)).rejects.toThrow("the audit trail is append-only");
    expect(await auditOf(database.pool, eco("3"))).not.toEqual([]);
  },
);

it("tells live views of the subject", async () => {
  const heard: string[] = [];
  const listening = await listen(database, { channel: "heddle_live", onMessage: (payload) => heard.push(payload) });

  await record("anna", "plan approved", eco("4"));

  await vi.waitFor(() => expect(heard.map((each) => JSON.parse(each))).toEqual([{ subject: eco("4") }]), 60_000);
  await listening.stop();
});

function eco(number: string): SubjectId {
  return subjectOf("change", `ECO-${number}`, "1000").id;
}

async function record(who: string, what: string, subject: SubjectId | null) {
  await recordAudit(database.pool, { who, what, subject, detail: { n: [1, "2"] } });
}

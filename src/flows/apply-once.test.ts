import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ConnectorError, type ConnectorErrorKind } from "../connectors/connector-error.ts";
import type { Receipt } from "../connectors/port.ts";
import type { Digest } from "../domain/ids.ts";
import { keepLease, type KeptLease } from "../engine/lease.ts";
import type { Database } from "../store/database.ts";
import { LeaseLost } from "../store/leases.ts";
import { outcomesOf, startAction } from "../store/outcomes.ts";
import { storePlan } from "../store/plans.ts";
import { subjectOf } from "../store/subject.ts";
import { holdSubject, testDatabase } from "../store/testing.ts";
import { applyOnce } from "./apply-once.ts";
import type { BoundWrite } from "./writes.ts";

const STEP = { digest: "d".repeat(64) as Digest, action: "publish mBOM:PUMP" };
const RECEIPT: Receipt = { id: "BOM-000047", version: "3" };
const change = subjectOf("change", "ECO-1", "1000");

let database: Database;
let kept: KeptLease;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate runs, outcomes cascade");
  const token = await holdSubject(database, change);
  kept = keepLease({ ...token, attempt: 1, why: "a test", by: null }, performance.now(), 60_000);
  const plan = { digest: STEP.digest, subject: change.id, plan: {}, state: "approved", requestedBy: "plm" } as const;
  await storePlan(database.pool, plan);
});

/** A target that keeps what was written; each write may fail after or before it was done. */
function target(...answers: readonly ("done" | Failure)[]) {
  const asked: string[] = [];
  let isThere = false;
  const waiting = [...answers];
  const bound: BoundWrite = {
    async write() {
      asked.push("write");
      const answer = waiting.shift() ?? "done";
      if (answer === "done" || answer.done) isThere = true;
      if (answer !== "done") throw answer.error;
      return RECEIPT;
    },
    async find() {
      asked.push("find");
      return isThere ? RECEIPT : null;
    },
  };
  return { asked, bound };
}

type Failure = { readonly error: ConnectorError; readonly done: boolean };

function fails(kind: ConnectorErrorKind, { done = false } = {}): Failure {
  const at = { system: "erp", doing: "publishing the mBOM of PUMP", field: "lines[2].unit", cause: "no such unit" };
  return { error: new ConnectorError(kind, at), done };
}

function apply(bound: BoundWrite, record: () => Promise<void> = async () => {}): Promise<void> {
  return applyOnce(STEP, bound, { database, lease: kept.lease }, record);
}

async function outcome() {
  const [only] = await outcomesOf(database.pool, STEP.digest);
  return only;
}

describe("a write", () => {
  it("is sent once, however often it is applied", async () => {
    const { asked, bound } = target();
    await apply(bound);
    await apply(bound);
    expect(asked).toEqual(["write"]);
    expect(await outcome()).toMatchObject({ state: "done", attempts: 1, receipt: RECEIPT, error: null });
  });

  it("is noted before it is sent", async () => {
    const seen: (string | undefined)[] = [];
    const { bound } = target();
    await apply({ ...bound, write: async () => (seen.push((await outcome())?.state), bound.write()) });
    expect(seen).toEqual(["started"]);
  });

  it("whose answer is lost is found at once, and not sent again", async () => {
    const { asked, bound } = target(fails("answer lost", { done: true }));
    await apply(bound);
    expect(asked).toEqual(["write", "find"]);
    expect(await outcome()).toMatchObject({ state: "done", receipt: RECEIPT });
  });

  it("that is lost and cannot be found is unknown, and sent again only after another look", async () => {
    const { asked, bound } = target(fails("answer lost"));
    await expect(apply(bound)).rejects.toThrow("answer lost");
    expect(await outcome()).toMatchObject({ state: "unknown", error: { code: "answer lost", system: "erp" } });
    await apply(bound);
    expect(asked).toEqual(["write", "find", "find", "write"]);
    expect(await outcome()).toMatchObject({ state: "done", attempts: 2 });
  });

  it("stays unknown where the target cannot be asked", async () => {
    const { bound } = target(fails("answer lost", { done: true }));
    const unreachable = async () => {
      throw fails("unreachable").error;
    };
    await expect(apply({ ...bound, find: unreachable })).rejects.toThrow("unreachable");
    expect(await outcome()).toMatchObject({ state: "unknown" });
  });

  it("that a crash cut off is looked up before anything is sent", async () => {
    const { asked, bound } = target();
    await bound.write();
    await startAction(database.pool, kept.lease, STEP.digest, STEP.action);
    await apply(bound);
    expect(asked).toEqual(["write", "find"]);
    expect(await outcome()).toMatchObject({ state: "done", receipt: RECEIPT });
  });

  it.each(["rejected", "not found", "version conflict", "contract broken"] as const)(
    "that is refused (%s) is recorded with system, field, cause and what to do",
    async (kind) => {
      const { bound } = target(fails(kind));
      await expect(apply(bound)).rejects.toThrow(kind);
      expect(await outcome()).toMatchObject({
        state: "refused",
        error: {
          code: kind,
          system: "erp",
          field: "lines[2].unit",
          message: expect.stringContaining("no such unit"),
          fix: fails(kind).error.fix,
        },
      });
    },
  );

  it.each(["unreachable", "overloaded"] as const)(
    "that was surely not sent (%s) is simply begun again",
    async (kind) => {
      const { bound } = target(fails(kind));
      await expect(apply(bound)).rejects.toThrow(kind);
      expect(await outcome()).toMatchObject({ state: "started", error: null });
      await apply(bound);
      expect(await outcome()).toMatchObject({ state: "done", attempts: 2 });
    },
  );

  it("is not sent by whoever has lost the subject", async () => {
    const { asked, bound } = target();
    kept.lose();
    await expect(apply(bound)).rejects.toThrow(LeaseLost);
    expect(asked).toEqual([]);
  });
});

describe("what is recorded with a write", () => {
  it("commits with its outcome, or neither does", async () => {
    const { asked, bound } = target();
    const broken = new Error("no room for the thread link");
    await expect(apply(bound, () => Promise.reject(broken))).rejects.toThrow(broken);
    expect(await outcome()).toMatchObject({ state: "started" });
    await apply(bound);
    expect(asked).toEqual(["write", "find"]);
    expect(await outcome()).toMatchObject({ state: "done", receipt: RECEIPT });
  });
});

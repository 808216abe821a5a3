import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Digest } from "../domain/ids.ts";
import type { Database } from "./database.ts";
import { decide, decisionOf } from "./decisions.ts";
import {
  isApplied,
  planUnderway,
  plansOf,
  readPlan,
  setPlanState,
  storePlan,
  type NewPlan,
  type PlanRow,
} from "./plans.ts";
import { subjectOf } from "./subject.ts";
import { holdSubject, testDatabase } from "./testing.ts";

let database: Database;
const change = subjectOf("change", "ECO-1", "1000");

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate runs cascade");
  await holdSubject(database, change);
});

describe("a plan", () => {
  it("is kept under its digest, word for word, and takes little room", async () => {
    const plan = {
      actions: Array.from({ length: 5_000 }, (_, i) => ({ id: `publish-${i}`, kind: "publish mBOM", ü: null })),
    };
    await store("a", { plan });

    expect(await readPlan(database.pool, digestOf("a"))).toMatchObject({ state: "proposed", requestedBy: "plm", plan });
    const { rows } = await database.pool.query("select octet_length(content) as bytes from plans");
    expect(rows[0].bytes).toBeLessThan(JSON.stringify(plan).length / 5);
    expect(await readPlan(database.pool, digestOf("b"))).toBeNull();
  });

  it("makes those before it stale that nobody has answered, and leaves the answered ones", async () => {
    await store("approved before");
    await setPlanState(database.pool, digestOf("approved before"), "applied");
    await store("overtaken");
    await store("counts");

    expect((await plansOf(database.pool, change.id)).map((plan) => plan.state)).toEqual([
      "proposed",
      "stale",
      "applied",
    ]);
  });

  it("stays as it is when it is planned again", async () => {
    await store("a");
    await setPlanState(database.pool, digestOf("a"), "approved");

    expect((await store("a")).state).toBe("approved");
    expect(await plansOf(database.pool, change.id)).toHaveLength(1);
  });

  it("counts again when it had become stale and is planned again, with the answer it had", async () => {
    await store("a");
    await store("b");
    expect((await store("a")).state).toBe("proposed");

    await answer("a", "approve", "ben");
    await setPlanState(database.pool, digestOf("a"), "stale");
    expect((await store("a")).state).toBe("approved");
  });

  it("is under way from its approval until it is applied", async () => {
    await store("a");
    expect(await planUnderway(database.pool, change.id)).toBeNull();

    await setPlanState(database.pool, digestOf("a"), "approved");
    expect(await planUnderway(database.pool, change.id)).toMatchObject({ digest: digestOf("a") });

    await setPlanState(database.pool, digestOf("a"), "applied");
    expect(await planUnderway(database.pool, change.id)).toBeNull();
  });

  it("counts as applied however many were planned since", async () => {
    await store("applied");
    expect(await isApplied(database.pool, change.id)).toBe(false);
    await setPlanState(database.pool, digestOf("applied"), "applied");
    for (let count = 0; count < 51; count += 1) await store(`drift ${count}`);
    expect(await isApplied(database.pool, change.id)).toBe(true);
  });

  it("must be known before its state can change", async () => {
    await expect(setPlanState(database.pool, digestOf("never seen"), "applied")).rejects.toThrow(
      "no plan has the digest",
    );
  });
});

describe("a decision", () => {
  it("is the first that was given, also when two answer at the same moment", async () => {
    await store("a");

    const [one, other] = await Promise.all([answer("a", "approve", "anna"), answer("a", "refuse", "ben")]);

    expect(one).toEqual(other);
    expect(await decisionOf(database.pool, digestOf("a"))).toEqual(one);
    expect(await answer("a", "refuse", "carl")).toEqual(one);
  });

  it("is about a plan that exists", async () => {
    await expect(answer("never seen", "approve", "anna")).rejects.toThrow(/foreign key/);
  });
});

function digestOf(name: string): Digest {
  return createHash("sha256").update(name).digest("hex") as Digest;
}

async function store(name: string, given: Partial<NewPlan> = {}): Promise<PlanRow> {
  const plan = {
    digest: digestOf(name),
    subject: change.id,
    plan: { name },
    state: "proposed",
    requestedBy: "plm",
  } as const;
  return storePlan(database.pool, { ...plan, ...given });
}

async function answer(name: string, decision: "approve" | "refuse", by: string) {
  const given = { reason: "looked at it", meaning: "approval to change plant 1000" };
  return decide(database.pool, { digest: digestOf(name), decision, by, ...given });
}

import { beforeEach, describe, expect, it } from "vitest";
import type { Day } from "../domain/calendar.ts";
import type { ActionContent, ChangePlan } from "../domain/change-plan.ts";
import type { EngineeringChange } from "../domain/change.ts";
import type { Finding } from "../domain/finding.ts";
import { identified } from "../domain/identified-action.ts";
import type { ChangeId } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import { change, PLANT, plantItem } from "../domain/testing.ts";
import { keepLease } from "../engine/lease.ts";
import { decide } from "../store/decisions.ts";
import { settleAction, startAction } from "../store/outcomes.ts";
import { setPlanState, storePlan } from "../store/plans.ts";
import { subjectOf } from "../store/subject.ts";
import { supersederOf } from "../store/supersessions.ts";
import { holdSubject } from "../store/testing.ts";
import { decisionOn } from "./approval.ts";
import { begin } from "./carry-out.ts";
import { changeRun } from "./change-run.ts";
import { sealed, type SealedPlan } from "./sealed.ts";
import { block, blockFailure, planAgain } from "./stop.ts";
import type { PlantSystems } from "./systems.ts";
import { tellSuperseded } from "./tell-superseded.ts";
import { turnFor } from "./wait-for-turn.ts";
import { testLanes } from "../engine/testing.ts";

const { database, lanes } = await testLanes();
beforeEach(() => database.pool.query("truncate runs, turns, turn_line, turn_ends, supersessions cascade"));

const SYSTEMS = { plant: PLANT, plm: { system: "plm" }, erp: { system: "erp" }, timeZone: "UTC" } as PlantSystems;
const JUNE = "2026-06-01" as Day;

/** A look at a change, as a worker has it. */
async function lookAt(id: string) {
  const subject = subjectOf("change", id, PLANT);
  const token = await holdSubject(database, subject);
  const { lease } = keepLease({ ...token, attempt: 1, why: "a test", by: null }, performance.now(), 60_000);
  return changeRun({ database, lanes, now: () => new Date("2026-03-01T12:00:00Z") }, SYSTEMS, subject, lease);
}

function plan(content: readonly ActionContent[], more: Partial<ChangePlan> = {}): SealedPlan {
  return sealed({
    change: change({ PUMP: {} }, { effectiveFrom: JUNE }),
    plant: PLANT,
    rulesVersion: "1",
    actions: content.map(identified),
    mboms: [],
    impact: [],
    costs: [],
    findings: [],
    ...more,
  });
}

const revised = (name: string): ActionContent => ({
  kind: "update item",
  item: plantItem("PUMP", { name }),
  was: plantItem("PUMP"),
  expected: "v1",
});
const takeBack = (flag: string): ActionContent => ({
  kind: "take back flag",
  flag,
  on: { kind: "production order", id: "MO-1" as never },
  reason: "resolved",
});
const later = (...contents: readonly ActionContent[]) => ({ later: { day: JUNE, actions: contents.map(identified) } });

async function answered(
  { digest, plan: content }: SealedPlan,
  by: string,
  decision: "approve" | "refuse",
  id = "ECO-1",
) {
  const subject = subjectOf("change", id, PLANT).id;
  await storePlan(database.pool, { subject, digest, plan: toJson(content), state: "proposed", requestedBy: "plm" });
  await decide(database.pool, { digest, decision, by, reason: "looked at it", meaning: decision });
  await setPlanState(database.pool, digest, decision === "approve" ? "applied" : "refused");
  await database.pool.query("update decisions set at = at - interval '1 hour'"); // the next is given later
}

describe("what follows on the day of a change", () => {
  it("is what a person approved, not what stood beside an approval of the policy", async () => {
    const run = await lookAt("ECO-1");
    await answered(plan([revised("Pump")], later(revised("Pump, larger"))), "ann", "approve");
    await answered(plan([takeBack("F-1")], later(revised("Pump, smaller"))), "policy", "approve");

    expect(await decisionOn(plan([revised("Pump, smaller")]), null, run)).toBeNull();
    expect(await decisionOn(plan([revised("Pump, larger")]), null, run)).toBe("approve");
  });

  it("is asked for anew once a person has refused what came after the approval", async () => {
    const run = await lookAt("ECO-1");
    await answered(plan([revised("Pump")], later(revised("Pump, larger"))), "ann", "approve");
    await answered(plan([takeBack("F-1")]), "ben", "refuse");

    expect(await decisionOn(plan([revised("Pump, larger")]), null, run)).toBeNull();
  });
});

it("a change keeps its turn when something permanent stops it in the look that began its plan", async () => {
  const run = await lookAt("ECO-1");
  const begun = plan([revised("Pump")]);
  expect(await turnFor(begun.plan, run)).toMatchObject({ kind: "has turn" });
  expect(await begin(begun, run)).toBe(true);

  const next = blockFailure("the ERP answers in an unknown shape", run);
  await database.transaction(async (tx) => next.record?.(tx));

  const other = await lookAt("ECO-2");
  const waits = await turnFor({ ...begun.plan, change: { ...begun.plan.change, id: other.change } }, other);
  expect(waits).toMatchObject({ kind: "waits", for: [run.subject] });
});

it("a change that was half carried out keeps its turn when what is left of it is blocked", async () => {
  const run = await lookAt("ECO-1");
  const begun = plan([revised("Pump"), takeBack("F-1")]);
  await turnFor(begun.plan, run);
  await begin(begun, run);
  const [done] = begun.plan.actions;
  await startAction(database.pool, run.lease, begun.digest, done?.id ?? "");
  const receipt = { id: "PUMP", version: "2" };
  await settleAction(database.pool, run.lease, begun.digest, done?.id ?? "", { state: "done", receipt });
  await database.transaction(async (tx) => planAgain(begun, "the systems moved", run).record?.(tx));

  const left = plan([takeBack("F-1")], { findings: [{ ...BLOCKED }] });
  const next = await block(left, await lookAt("ECO-1"));
  await database.transaction(async (tx) => next.record?.(tx));

  const other = await lookAt("ECO-2");
  const waits = await turnFor({ ...begun.plan, change: { ...begun.plan.change, id: other.change } }, other);
  expect(waits).toMatchObject({ kind: "waits", for: [run.subject] });
});

const BLOCKED: Finding = {
  severity: "blocked",
  code: "item-missing",
  system: "erp",
  item: null,
  line: null,
  field: null,
  cause: "SEAL is unknown.",
  fix: "Create it.",
};

async function wakeUps(): Promise<string[]> {
  return (await lanes.list(database.pool)).map(({ subject, why }) => `${subject}: ${why}`);
}

describe("a change that another one superseded", () => {
  const [first, second] = ["ECO-1", "ECO-2"] as [ChangeId, ChangeId];
  const supersession = (more: Partial<EngineeringChange>) => change({}, { id: second, supersedes: first, ...more });
  const superseder = () =>
    supersederOf(database.pool, { plant: PLANT, change: first, releasedAt: "2026-02-01T12:00:00.000Z" });

  beforeEach(async () => {
    await database.pool.query("delete from pgboss.job");
    await lookAt(first);
    await tellSuperseded(supersession({}), await lookAt(second));
    expect(await superseder()).toBe(second);
    await database.pool.query("delete from pgboss.job");
  });

  it("does not come back when a third supersedes the second", async () => {
    await tellSuperseded(supersession({ state: "superseded" }), await lookAt(second));
    expect(await superseder()).toBe(second);
    expect(await wakeUps()).toEqual([]);
  });

  it("does not come back when the second is rolled back", async () => {
    await tellSuperseded(supersession({ state: "rolled back" }), await lookAt(second));
    expect(await superseder()).toBe(second);
    expect(await wakeUps()).toEqual([]);
  });

  it("does not come back when the second is cancelled that the plant builds by already", async () => {
    await answered(plan([revised("Pump")]), "ann", "approve", second);
    await tellSuperseded(supersession({ state: "cancelled" }), await lookAt(second));
    expect(await superseder()).toBe(second);
  });

  it("stands again when the second is cancelled before it was applied", async () => {
    await tellSuperseded(supersession({ state: "cancelled" }), await lookAt(second));
    expect(await superseder()).toBeNull();
    expect(await wakeUps()).toEqual(["change:ECO-1@P1: ECO-2, which superseded it, is cancelled"]);
  });

  it("stands again when the second is corrected and supersedes it no more", async () => {
    await tellSuperseded(supersession({ supersedes: null }), await lookAt(second));
    expect(await superseder()).toBeNull();
    expect(await wakeUps()).toEqual(["change:ECO-1@P1: ECO-2 does not supersede it any more"]);
  });

  it("is superseded by the day of the second's newest release", async () => {
    await tellSuperseded(supersession({ releasedAt: "2026-02-03T12:00:00.000Z" }), await lookAt(second));
    expect(
      await supersederOf(database.pool, { plant: PLANT, change: first, releasedAt: "2026-02-02T12:00:00.000Z" }),
    ).toBe(second);
  });
});

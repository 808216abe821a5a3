import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decidePlan } from "../../src/api/decide-plan.ts";
import { rollBack } from "../../src/api/roll-back.ts";
import type { ChangeId, PlantId } from "../../src/domain/ids.ts";
import { previewDesk } from "../../src/flows/preview-in-hub.ts";
import { threadOf } from "../../src/store/thread-links.ts";
import { draftChange, withQuantity } from "../kit/draft-change.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";

let trial: TrialHub;
beforeAll(async () => {
  trial = await startTrialHub();
});
afterAll(() => trial.close());

const REASON = "the motors run hot";

describe("a change that is in force, with a later one on top of it", () => {
  const MOTOR = "ECO-0001"; // FX-210 rev B: MOT-026 instead of MOT-024
  let later: string;
  let rollback: string;

  it("is taken back by a change of Heddle's own, which leaves what came later", async () => {
    await put(MOTOR);
    later = await draftChange(trial.plm, { part: "FX-210", from: "B", to: "C", edit: withQuantity("SMP-101", "3") });
    await put(later);
    expect(await bomOf("FX-210")).toMatchObject({ "MOT-026": "1", "SMP-101": "3" });

    rollback = await ask(MOTOR);
    expect(rollback).toBe("ROLLBACK-ECO-0001-1");
    await trial.reaches(rollback, "awaiting approval");
    const plan = await trial.planOf(rollback);
    const title = `Roll back ${MOTOR}: Fan motor: brushless VENTEC replaces brushed NORDLUFT`;
    expect(plan.change).toMatchObject({ title, reason: REASON, releasedBy: "olga", state: "released" });
    expect(plan.impact.filter(({ status }) => status === "action required").length).toBeGreaterThan(0);
    expect(plan.actions.map(({ kind }) => kind)).toContain("publish mBOM");
    const preview = await previewDesk(trial.hub)(rollback as ChangeId, "1000" as PlantId);
    expect(preview.digest).toBe((await trial.reaches(rollback, "awaiting approval")).planDigest);

    await trial.approve(rollback);
    await trial.reaches(rollback, "applied");
    expect(await bomOf("FX-210")).toMatchObject({ "MOT-024": "1", "SMP-101": "3" });
    expect(await bomOf("FX-210")).not.toHaveProperty("MOT-026");
  });

  it("says that it was taken back, by whom, and plans nothing any more", async () => {
    const run = await trial.reaches(MOTOR, "rolled back");
    expect(run.reason).toBe(`${rollback} has taken it back.`);
    await trial.lookAgain(MOTOR, null);
    await trial.reaches(MOTOR, "rolled back");
    await trial.reaches(later, "applied");
    expect(await threadOf(trial.database.pool, { system: "plm", kind: "change", id: MOTOR })).toContainEqual(
      expect.objectContaining({ relation: "takes back", from: { system: "plm", kind: "change", id: rollback } }),
    );
    await expect(ask(MOTOR)).rejects.toThrow(`${rollback} has taken ${MOTOR} back already.`);
  });

  it("is there again once the rollback is rolled back", async () => {
    const back = await ask(rollback);
    expect(back).toBe("ROLLBACK-ROLLBACK-ECO-0001-1-1");
    await trial.reaches(back, "awaiting approval");
    await trial.approve(back);
    await trial.reaches(back, "applied");
    expect(await bomOf("FX-210")).toMatchObject({ "MOT-026": "1", "SMP-101": "3" });
    await trial.reaches(rollback, "rolled back");
    await trial.reaches(MOTOR, "rolled back");
  });
});

it("a person decides where a later change moved the same line", async () => {
  await put("ECO-0003"); // 8 screws instead of 6
  await put(await draftChange(trial.plm, { part: "FX-211", from: "B", to: "C", edit: withQuantity("SCR-M3-8", "10") }));

  const rollback = await ask("ECO-0003");
  const run = await trial.reaches(rollback, "blocked");
  expect(run.reason).toContain("SCR-M3-8, of FX-211 (quantity) was changed");
  const plan = await trial.planOf(rollback);
  expect(plan.findings.filter(({ code }) => code === "merge-conflict")).toHaveLength(1);
  await expect(ask("ECO-0003")).rejects.toThrow(`${rollback} is to take ECO-0003 back already.`);

  // Nobody needs to answer that: it may be given up, and asked for anew.
  const digest = run.planDigest ?? "";
  const no = {
    change: rollback,
    plant: "1000",
    digest,
    decision: "refuse",
    reason: "not worth it",
    by: "ann",
  } as const;
  await decidePlan(trial.database, trial.hub.lanes, no);
  await trial.reaches(rollback, "refused");
  expect(await ask("ECO-0003")).toBe("ROLLBACK-ECO-0003-2");
});

it("puts the revision of a part back", async () => {
  await put("ECO-0006"); // HAR-001 rev B
  expect(await revisionOf("HAR-001")).toBe("B");
  const rollback = await ask("ECO-0006");
  await trial.reaches(rollback, "awaiting approval");
  await trial.approve(rollback);
  await trial.reaches(rollback, "applied");
  expect(await revisionOf("HAR-001")).toBe("A");
});

it("is refused for what was never applied", async () => {
  await trial.release("ECO-0004");
  await trial.reaches("ECO-0004", "awaiting approval");
  await expect(ask("ECO-0004")).rejects.toThrow("Nothing of ECO-0004 was written to plant 1000.");
  await expect(ask("ECO-9999")).rejects.toThrow("Heddle knows no change ECO-9999");
});

async function put(change: string): Promise<void> {
  await trial.release(change);
  await trial.reaches(change, "awaiting approval");
  await trial.approve(change);
  await trial.reaches(change, "applied");
}

async function ask(change: string): Promise<string> {
  const asked = { change, plant: "1000", reason: REASON, by: "olga" };
  return (await rollBack(trial.database, trial.hub.lanes, asked)).id;
}

/** Component → quantity of the mBOM in force. */
async function bomOf(itemCode: string): Promise<Record<string, string>> {
  type Boms = { value: { lines: { componentCode: string; quantity: string }[] }[] };
  const { value } = await trial.erp.get<Boms>(
    `/erp/v1/boms?itemCode=${itemCode}&plant=1000&status=ACTIVE&expand=lines`,
  );
  return Object.fromEntries((value[0]?.lines ?? []).map(({ componentCode, quantity }) => [componentCode, quantity]));
}

async function revisionOf(code: string): Promise<string | undefined> {
  type Items = { value: { revisionLevel: string }[] };
  return (await trial.erp.get<Items>(`/erp/v1/items?code=${code}`)).value[0]?.revisionLevel;
}

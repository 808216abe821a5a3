import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planUnderway, plansOf } from "../../src/store/plans.ts";
import { threadOf } from "../../src/store/thread-links.ts";
import { draftChange, withQuantity, without } from "../kit/draft-change.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";

let trial: TrialHub;
beforeAll(async () => {
  trial = await startTrialHub();
});
afterAll(() => trial.close());

describe("a change that another one supersedes before it is applied", () => {
  const SUPERSEDED = "ECO-0003"; // FX-211 rev B
  let later: string;

  it("ends as superseded, says by whom, and is never applied, whoever asks for it", async () => {
    await trial.release(SUPERSEDED);
    const { planDigest } = await trial.reaches(SUPERSEDED, "awaiting approval");
    const edit = withQuantity("SCR-M3-8", "10");
    later = await draftChange(trial.plm, { part: "FX-211", from: "A", to: "C", edit, supersedes: SUPERSEDED });
    await trial.release(later);

    const run = await trial.reaches(SUPERSEDED, "superseded");
    expect(run.reason).toBe(`${later} supersedes it and is carried out in its place.`);
    const plans = await plansOf(trial.database.pool, run.subject);
    expect(plans.find(({ digest }) => digest === planDigest)?.state).toBe("stale");

    const acknowledgements = `/api/v2/ecos/${SUPERSEDED}/acknowledgements`;
    expect(JSON.stringify(await trial.plm.get(acknowledgements))).toContain(
      `"outcome":"SUPERSEDED","note":"${later} supersedes it and is carried out in its place.`,
    );

    await trial.lookAgain(SUPERSEDED, "olga.operator");
    await trial.reaches(SUPERSEDED, "superseded");
    expect(await planUnderway(trial.database.pool, run.subject)).toBeNull();
  });

  it("makes way: the one that took its place is planned on what the plant has, and is applied", async () => {
    await trial.reaches(later, "awaiting approval");
    const mbom = (await trial.planOf(later)).mboms.find(({ item }) => item === "FX-211");
    expect(mbom?.before?.revision).toBe("A");
    await trial.approve(later);
    await trial.reaches(later, "applied");
    await trial.lookAgain(SUPERSEDED, null);
    expect((await trial.reaches(SUPERSEDED, "superseded")).reason).toContain(later);
  });

  it("stands again when the one that took its place is cancelled before it was applied", async () => {
    await trial.release("ECO-0004");
    await trial.reaches("ECO-0004", "awaiting approval");
    const edit = without("NUT-M4");
    const better = await draftChange(trial.plm, { part: "FX-229", from: "A", to: "C", edit, supersedes: "ECO-0004" });
    await trial.release(better);
    await trial.reaches("ECO-0004", "superseded");

    await trial.plm.send("POST", `/api/v2/ecos/${better}/cancel`, { cancelledBy: "eva.engineer", reason: "no" });
    await trial.watch();
    await trial.reaches(better, "withdrawn");
    await trial.reaches("ECO-0004", "awaiting approval");
  });
});

describe("a change that is in force already when another supersedes it", () => {
  it("stays applied; the new one is planned on it, and the thread joins the two", async () => {
    await trial.release("ECO-0006");
    await trial.reaches("ECO-0006", "awaiting approval");
    await trial.approve("ECO-0006");
    await trial.reaches("ECO-0006", "applied");
    const edit = withQuantity("WIR-RD-05", "0.70");
    const later = await draftChange(trial.plm, { part: "HAR-001", from: "B", to: "C", edit, supersedes: "ECO-0006" });
    await trial.release(later);

    await trial.reaches(later, "awaiting approval");
    await trial.reaches("ECO-0006", "applied");
    const mbom = (await trial.planOf(later)).mboms.find(({ item }) => item === "HAR-001");
    expect(mbom?.before?.revision).toBe("B");
    const links = await threadOf(trial.database.pool, { system: "plm", kind: "change", id: "ECO-0006" });
    expect(links).toContainEqual(
      expect.objectContaining({ relation: "supersedes", from: { system: "plm", kind: "change", id: later } }),
    );
  });
});

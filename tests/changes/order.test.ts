import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planInWords } from "../../src/domain/plan-in-words.ts";
import { auditOf } from "../../src/store/audit.ts";
import { subjectOf } from "../../src/store/subject.ts";
import { draftChange, releaseUnheard, without } from "../kit/draft-change.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";

describe("two changes of one assembly, of which the hub hears the later one first", () => {
  const EARLIER = "ECO-0003"; // FX-211 rev B: 8 screws instead of 6
  let trial: TrialHub;
  let later: string;
  beforeAll(async () => {
    trial = await startTrialHub();
    later = await draftChange(trial.plm, { part: "FX-211", from: "A", to: "C", edit: without("GSK-001") });
    await releaseUnheard(trial.plm, EARLIER);
    await releaseUnheard(trial.plm, later);
    await trial.lookAgain(later, null);
    await trial.reaches(later, "awaiting approval");
  });
  afterAll(() => trial.close());

  it("go in their own order: the later one goes back in line, and says behind whom", async () => {
    const { digest } = await shown(later);
    await trial.watch();
    await trial.reaches(EARLIER, "awaiting approval");
    const run = await trial.reaches(later, "waiting turn");
    expect(run.waitsFor).toEqual([subjectOf("change", EARLIER, "1000").id]);
    expect(run.reason).toBe(`It changes the same assembly as ${EARLIER}, which comes first.`);
    expect(run.planDigest).toBe(digest);
    const said = await auditOf(trial.database.pool, run.subject);
    expect(JSON.stringify(said)).toContain(`${EARLIER} comes before it, by effectivity and release`);
  });

  it("keep that order although a person approves the later one first", async () => {
    await trial.approve(later);
    await trial.reaches(later, "waiting turn");
    expect((await trial.reaches(EARLIER, "awaiting approval")).planDigest).not.toBeNull();
  });

  it("end with the later one planned anew on what the earlier one left, and asked about anew", async () => {
    const { digest } = await shown(later);
    await trial.approve(EARLIER);
    await trial.reaches(EARLIER, "applied");
    const run = await trial.reaches(later, "awaiting approval");
    expect(run.planDigest).not.toBe(digest);
    expect(run.reason).toBe(`It was planned anew on what ${EARLIER} left: this plan needs an answer of its own.`);
    const { before } = (await trial.planOf(later)).mboms.find(({ item }) => item === "FX-211") ?? {};
    expect(before?.revision).toBe("B");
    expect((await shown(later)).words).toContain("SCR-M3-8");

    await trial.approve(later);
    await trial.reaches(later, "applied");
    const { value } = await trial.erp.get<{ value: { itemCode: string; revision: string }[] }>(
      "/erp/v1/items?code=FX-211",
    );
    expect(JSON.stringify(value)).toContain('"C"');
  });

  async function shown(change: string) {
    const plan = await trial.planOf(change);
    const { planDigest: digest } = await trial.reaches(change, "awaiting approval", "waiting turn");
    return {
      digest,
      words: planInWords(plan)
        .flatMap(({ sentences }) => sentences)
        .join("\n"),
    };
  }
});

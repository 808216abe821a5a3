import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rollBack } from "../../src/api/roll-back.ts";
import { planInWords } from "../../src/domain/plan-in-words.ts";
import { auditOf } from "../../src/store/audit.ts";
import { subjectOf } from "../../src/store/subject.ts";
import { draftChange, releaseUnheard, withQuantity, without } from "../kit/draft-change.ts";
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

describe("two changes of one assembly with days to come, of which the one with the later day is published first", () => {
  let trial: TrialHub;
  let [earlier, later] = ["", ""];
  beforeAll(async () => {
    trial = await startTrialHub();
    const common = { part: "FX-211", from: "A" };
    earlier = await draftChange(trial.plm, {
      ...common,
      to: "C",
      edit: withQuantity("SCR-M3-8", "8"),
      effectiveFrom: "2098-01-01",
    });
    later = await draftChange(trial.plm, {
      ...common,
      to: "D",
      edit: withQuantity("SCR-M3-8", "10"),
      effectiveFrom: "2099-01-01",
    });
    await put(later);
  });
  afterAll(() => trial.close());

  it("are both in the ERP, each from its day on, and both in step", async () => {
    await put(earlier);
    expect(await screws()).toEqual([
      "10 from 2099-01-01 until null",
      "6 from null until 2097-12-31",
      "8 from 2098-01-01 until 2098-12-31",
    ]);
    for (const change of [later, earlier]) {
      await trial.lookAgain(change, null);
      expect((await trial.reaches(change, "applied", "awaiting approval", "blocked")).state).toBe("applied");
    }
  });

  it("leave the later one as it is when the earlier is rolled back", async () => {
    const asked = { change: earlier, plant: "1000", reason: "not wanted", by: "olga" };
    const { id } = await rollBack(trial.database, trial.hub.lanes, asked);
    expect((await trial.reaches(id, "awaiting approval", "blocked")).reason).toBeNull();
    await trial.approve(id);
    await trial.reaches(id, "applied", "blocked");
    expect(await screws()).toEqual(["10 from 2099-01-01 until null", "6 from null until 2098-12-31"]);
    await trial.lookAgain(later, null);
    expect((await trial.reaches(later, "applied", "awaiting approval", "blocked")).state).toBe("applied");
  });

  it("leave nothing when the later is cancelled, too", async () => {
    await trial.plm.send("POST", `/api/v2/ecos/${later}/cancel`, { cancelledBy: "eva.engineer", reason: "not needed" });
    await trial.watch();
    await trial.reaches(later, "awaiting approval");
    await trial.approve(later);
    await trial.reaches(later, "withdrawn");
    expect(await screws()).toEqual(["6 from null until null"]);
  });

  async function put(change: string): Promise<void> {
    await trial.release(change);
    expect(await trial.reaches(change, "awaiting approval", "blocked")).toMatchObject({ state: "awaiting approval" });
    await trial.approve(change);
    await trial.reaches(change, "applied");
  }

  async function screws(): Promise<string[]> {
    type Line = Readonly<Record<"componentCode" | "quantity" | "validFrom" | "validUntil", string>>;
    const path = "/erp/v1/boms?itemCode=FX-211&plant=1000&status=ACTIVE&expand=lines";
    const { value } = await trial.erp.get<{ value: { lines: Line[] }[] }>(path);
    return (value[0]?.lines ?? [])
      .filter(({ componentCode }) => componentCode === "SCR-M3-8")
      .map(({ quantity, validFrom, validUntil }) => `${quantity} from ${validFrom} until ${validUntil}`)
      .toSorted();
  }
});

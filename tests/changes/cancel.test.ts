import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rollBack } from "../../src/api/roll-back.ts";
import { draftChange, withQuantity, without } from "../kit/draft-change.ts";
import { startTrialHub, type TrialHub } from "../kit/trial-hub.ts";
import { until } from "../kit/until.ts";

let trial: TrialHub;
beforeAll(async () => {
  trial = await startTrialHub();
});
afterAll(() => trial.close());

const FUTURE = "2099-01-01";

describe("a change that is cancelled before its day", () => {
  it("withdraws what was published for that day, once a person approves", async () => {
    const before = await linesOf("FX-211");
    const edit = withQuantity("SCR-M3-8", "8");
    const change = await draftChange(trial.plm, { part: "FX-211", from: "A", to: "C", edit, effectiveFrom: FUTURE });
    await put(change);
    expect(await linesOf("FX-211")).toContainEqual(expect.stringContaining(`from ${FUTURE}`));

    await cancel(change);
    await trial.reaches(change, "awaiting approval");
    const plan = await trial.planOf(change);
    expect(plan.actions.map(({ kind }) => kind)).toContain("publish mBOM");
    expect(plan.change).toMatchObject({ id: change, state: "cancelled" });
    await trial.approve(change);

    const run = await trial.reaches(change, "withdrawn");
    expect(run.reason).toBe("It is cancelled in the PLM; what was published for a day to come is withdrawn.");
    expect(await linesOf("FX-211")).toEqual(before);
    expect((await alertsOf(change)).filter(({ state }) => state === "OPEN")).toEqual([]);

    await trial.lookAgain(change, null);
    expect((await trial.reaches(change, "withdrawn")).reason).toContain("is withdrawn");
  });

  it("makes way for a change of an earlier day", async () => {
    const edit = withQuantity("SCR-M3-8", "9");
    const sooner = { part: "FX-211", from: "A", to: "D", edit, effectiveFrom: "2098-01-01" };
    const change = await draftChange(trial.plm, sooner);
    await trial.release(change);
    expect((await trial.reaches(change, "awaiting approval", "blocked")).state).toBe("awaiting approval");
    await trial.approve(change, "refuse");
    await trial.reaches(change, "refused");
  });

  it("leaves what another change has published since", async () => {
    const edit = withQuantity("NUT-M4", "20");
    const change = await draftChange(trial.plm, { part: "FX-229", from: "A", to: "C", edit, effectiveFrom: FUTURE });
    await put(change);
    const later = await draftChange(trial.plm, {
      part: "FX-229",
      from: "C",
      to: "D",
      edit: without("RIV-32"),
      effectiveFrom: "2099-06-01",
    });
    await put(later);

    await cancel(change);
    await trial.reaches(change, "awaiting approval");
    await trial.approve(change);
    await trial.reaches(change, "withdrawn");
    const lines = await linesOf("FX-220"); // the kit is lifted into it
    // The later one's revision was drawn on the cancelled one's: what it has of it is engineering's word, from its day on.
    expect(lines.filter((line) => line.startsWith("NUT-M4 20"))).toEqual(["NUT-M4 20 EA from 2099-06-01"]);
    expect(lines).toContainEqual(expect.stringMatching(/^RIV-32 .* until 2099-05-31$/));

    await trial.lookAgain(later, null);
    expect((await trial.reaches(later, "applied", "awaiting approval", "blocked")).state).toBe("applied");
    const before = await trial.reaches(change, "withdrawn");
    await trial.lookAgain(change, "olga.operator");
    const looked = await until("it was looked at", async () => {
      const run = await trial.reaches(change, "withdrawn", "awaiting approval");
      return run.updatedAt === before.updatedAt ? null : run;
    });
    expect(looked.state).toBe("withdrawn");
  });
});

it("a change can be rolled back before its day, too", async () => {
  const before = await linesOf("FX-230");
  const [first = ""] = before;
  const edit = withQuantity(first.split(" ")[0] ?? "", "7");
  const change = await draftChange(trial.plm, { part: "FX-230", from: "A", to: "C", edit, effectiveFrom: FUTURE });
  await put(change);
  expect(await linesOf("FX-230")).not.toEqual(before);
  const { id } = await rollBack(trial.database, trial.hub.lanes, {
    change,
    plant: "1000",
    reason: "not wanted",
    by: "olga",
  });
  await trial.reaches(id, "awaiting approval");
  await trial.approve(id);
  await trial.reaches(id, "applied");
  expect(await linesOf("FX-230")).toEqual(before);
});

it("a change that is cancelled when it is in force stays, and can be rolled back", async () => {
  await put("ECO-0006");
  const applied = await linesOf("HAR-001");
  // That it is moved in the PLM now makes no difference to what the plant builds.
  const path = "/api/v2/ecos/ECO-0006";
  const { etag, title, affectedParts } = await trial.plm.get<Record<"etag" | "title" | "affectedParts", string>>(path);
  await trial.plm.send("PUT", path, { title, affectedParts, effectiveFrom: FUTURE }, `"${etag}"`);
  await cancel("ECO-0006");
  const run = await trial.reaches("ECO-0006", "withdrawn");
  expect(run.reason).toContain("was applied before: release a change that takes it back, or roll it back.");
  expect(await linesOf("HAR-001")).toEqual(applied);

  const asked = { change: "ECO-0006", plant: "1000", reason: "cancelled in the PLM", by: "olga" };
  const { id } = await rollBack(trial.database, trial.hub.lanes, asked);
  await trial.reaches(id, "awaiting approval");
  await trial.approve(id);
  await trial.reaches(id, "applied");
  expect(await linesOf("HAR-001")).not.toEqual(applied);
});

async function put(change: string): Promise<void> {
  await trial.release(change);
  await trial.reaches(change, "awaiting approval");
  await trial.approve(change);
  await trial.reaches(change, "applied");
}

async function cancel(change: string): Promise<void> {
  await trial.plm.send("POST", `/api/v2/ecos/${change}/cancel`, { cancelledBy: "eva.engineer", reason: "not needed" });
  await trial.watch();
}

/** `SCR-M3-8 8 EA from 2099-01-01`, sorted. */
async function linesOf(itemCode: string): Promise<string[]> {
  type Line = {
    componentCode: string;
    quantity: string;
    unit: string;
    validFrom: string | null;
    validUntil: string | null;
  };
  const path = `/erp/v1/boms?itemCode=${itemCode}&plant=1000&status=ACTIVE&expand=lines`;
  const { value } = await trial.erp.get<{ value: { lines: Line[] }[] }>(path);
  return (value[0]?.lines ?? [])
    .map(({ componentCode, quantity, unit, validFrom, validUntil }) =>
      [
        `${componentCode} ${quantity} ${unit}`,
        ...(validFrom === null ? [] : [`from ${validFrom}`]),
        ...(validUntil === null ? [] : [`until ${validUntil}`]),
      ].join(" "),
    )
    .toSorted();
}

async function alertsOf(change: string): Promise<{ state: string }[]> {
  const path = `/erp/v1/alerts?externalReferenceStartsWith=${change}`;
  return (await trial.erp.get<{ value: { state: string }[] }>(path)).value;
}

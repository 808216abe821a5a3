import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveConflict } from "../src/api/resolve-conflict.ts";
import type { ChangeId, ItemId, PlantId } from "../src/domain/ids.ts";
import { conflictIdOf } from "../src/store/conflicts.ts";
import { baselineOf } from "../src/store/publications.ts";
import { draftChange, withQuantities, withQuantity } from "./kit/draft-change.ts";
import { startTrialHub, type TrialHub } from "./kit/trial-hub.ts";
import { until } from "./kit/until.ts";

type Line = {
  readonly position: string;
  readonly componentCode: string;
  readonly quantity: string;
  readonly operation: string | null;
};
type Bom = { readonly number: string; readonly etag: string; readonly lines: readonly Line[] };

describe("the mBOM of a fixture that a planner edits by hand", () => {
  let trial: TrialHub;
  beforeAll(async () => {
    trial = await startTrialHub();
    await trial.release("ECO-0001");
    await trial.reaches("ECO-0001", "awaiting approval");
    await trial.approve("ECO-0001");
    await trial.reaches("ECO-0001", "applied");
  });
  afterAll(() => trial.close());

  it("is left as it is when the change that published it is looked at again", async () => {
    await edit(trial, "WSH-M4", { quantity: "10" });
    await edit(trial, "HAR-001", { operation: "0020" });
    await removeLine(trial, "LOCTITE-243");
    await addLine(trial, { position: "0095", componentCode: "SCR-M3-8", quantity: "2", unit: "EA", operation: "0020" });
    const before = await trial.reaches("ECO-0001", "applied");
    await trial.lookAgain("ECO-0001", "olga.operator");
    await until("it was looked at", async () =>
      (await trial.reaches("ECO-0001", "applied")).updatedAt === before.updatedAt ? null : true,
    );
    expect(await lines(trial)).toEqual(EDITED);
  });

  it("keeps the edits through a change of another line, and says what it keeps", async () => {
    const change = await draftChange(trial.plm, { ...FIXTURE, from: "B", to: "C", edit: withQuantity("SMP-101", "3") });
    await trial.release(change);
    await trial.reaches(change, "awaiting approval");
    const [mbom] = (await trial.planOf(change)).mboms;
    expect(mbom?.merge?.kept.map(({ component, field, plant }) => [component, field, plant])).toEqual([
      ["HAR-001", "operation", "0020"],
      ["WSH-M4", "quantity", "10 EA"],
      ["LOCTITE-243", "line", null],
      ["SCR-M3-8", "line", "2 EA SCR-M3-8, per assembly, 0020"],
    ]);
    const [washers] = mbom?.account.filter(({ item }) => item === "WSH-M4") ?? [];
    expect(washers?.edited).toMatchObject([{ engineering: "8 EA", plant: "10 EA", stands: "plant" }]);

    await trial.approve(change);
    await trial.reaches(change, "applied");
    expect(await lines(trial)).toEqual(
      EDITED.map((line) => (line.startsWith("2 SMP-101") ? "3 SMP-101 at 0010" : line)),
    );
  });

  it("stops a change that collides with an edit, until a person says which stands", async () => {
    await edit(trial, "SMP-101", { quantity: "4" });
    const change = await draftChange(trial.plm, { ...FIXTURE, from: "C", to: "D", edit: withQuantity("SMP-101", "1") });
    await trial.release(change);
    const run = await trial.reaches(change, "blocked");
    expect(run.reason).toContain("published 3 EA, engineering 1 EA, plant 4 EA");
    expect(await lines(trial)).toContain("4 SMP-101 at 0010");

    const [conflict] = (await trial.planOf(change)).mboms.flatMap(({ merge }) => merge?.conflicts ?? []);
    if (conflict === undefined) throw new Error("the plan asks nothing");
    const answer = { stands: "plant", reason: "Two spare samples are wanted", by: "ann.approver" } as const;
    const { lanes } = trial.hub;
    await resolveConflict(trial.database, lanes, {
      id: conflictIdOf(conflict.id),
      engineeringSaid: conflict.said.engineering,
      plantSaid: conflict.said.plant,
      ...answer,
    });
    await trial.reaches(change, "awaiting approval");
    await trial.approve(change);
    await trial.reaches(change, "applied");
    expect(await lines(trial)).toContain("4 SMP-101 at 0010");
    expect(await lines(trial)).toContain("10 WSH-M4 at 0010");
  });

  it("is on record where engineering releases what the planner had done already, and no line changes", async () => {
    const change = await draftChange(trial.plm, {
      ...FIXTURE,
      from: "D",
      to: "E",
      edit: withQuantities({ "SMP-101": "4", "WSH-M4": "10" }),
    });
    await trial.release(change);
    await trial.reaches(change, "awaiting approval");
    await trial.approve(change);
    await trial.reaches(change, "applied");
    const plant = "1000" as PlantId;
    const before = await baselineOf(trial.database.pool, { change: change as ChangeId, plant });
    expect(before.get("FX-210" as ItemId)).toMatchObject({ lines: { length: 8 } });
  });
});

const FIXTURE = { part: "FX-210" } as const;
const EDITED = [
  "1 MOT-026 at 0010",
  "1 IMP-080 at 0010",
  "2 SMP-101 at 0010",
  "1 FX-211 at 0010",
  "1 HAR-001 at 0020",
  "8 SCR-M4-10 at 0010",
  "10 WSH-M4 at 0010",
  "2 SCR-M3-8 at 0020",
];

async function lines(trial: TrialHub): Promise<string[]> {
  const bom = await active(trial);
  return bom.lines.map(
    ({ quantity, componentCode, operation }) => `${quantity} ${componentCode} at ${operation ?? "–"}`,
  );
}

async function edit(trial: TrialHub, component: string, change: Partial<Line>): Promise<void> {
  const { number, etag, position } = await lineOf(trial, component);
  await trial.erp.send("PATCH", `/erp/v1/boms/${number}/lines/${position}`, change, etag);
}

async function removeLine(trial: TrialHub, component: string): Promise<void> {
  const { number, etag, position } = await lineOf(trial, component);
  await trial.erp.send("DELETE", `/erp/v1/boms/${number}/lines/${position}`, undefined, etag);
}

async function addLine(trial: TrialHub, line: Line & { readonly unit: string }): Promise<void> {
  const { number, etag } = await active(trial);
  await trial.erp.send("POST", `/erp/v1/boms/${number}/lines`, line, `"${etag}"`);
}

async function lineOf(trial: TrialHub, component: string) {
  const bom = await active(trial);
  const line = bom.lines.find(({ componentCode }) => componentCode === component);
  if (line === undefined) throw new Error(`FX-210 has no line of ${component}`);
  return { number: bom.number, etag: `"${bom.etag}"`, position: line.position };
}

async function active({ erp }: TrialHub): Promise<Bom> {
  const { value } = await erp.get<{ value: Bom[] }>(
    "/erp/v1/boms?plant=1000&itemCode=FX-210&status=ACTIVE&expand=lines",
  );
  const [bom] = value;
  if (bom === undefined) throw new Error("FX-210 has no mBOM in force");
  return bom;
}

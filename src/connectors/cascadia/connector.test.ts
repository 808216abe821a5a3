import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineeringChange } from "../../domain/change.ts";
import { itemRevision } from "../../domain/ebom.ts";
import type { ChangeId, ItemId, PlantId, Revision } from "../../domain/ids.ts";
import { quantityText } from "../../domain/quantity.ts";
import type { Cursor, IdempotencyKey, ProblemReport } from "../port.ts";
import { startCascadia, type RunningCascadia } from "./harness.ts";

const A = "A" as Revision;
const B = "B" as Revision;

let cascadia: RunningCascadia;
let first: ChangeId;
let second: ChangeId;
const rows: Record<string, string> = {};
/** The number of a part in this run, by its short name. */
const number = (name: string) => cascadia.desk.numbered(name) as ItemId;
/** Numbers of this run, short again. */
const short = (text: string) => text.replaceAll(cascadia.desk.numbered(""), "");

/**
 * A feeder with a drive unit is released; then a change on a branch revises drive and motor, adds a bracket made on
 * the branch, takes three screws for two and drops the cable.
 */
beforeAll(async () => {
  cascadia = await startCascadia();
  const { desk } = cascadia;
  for (const [name, more] of [
    ["FEEDER", { partType: "Manufacture" }],
    ["DRIVE", { partType: "Manufacture" }],
    ["MOTOR", { cost: "12.50", leadTimeDays: 14, weight: "0.350", attributes: { voltage: "24 V" } }],
    ["SCREW", {}],
    ["CABLE", { attributes: { unit: "MTR" } }],
  ] as const) {
    rows[name] = await desk.newPart(desk.numbered(name), more);
  }
  await desk.addLine(rows["FEEDER"]!, rows["DRIVE"]!, { quantity: "1", findNumber: 10 });
  await desk.addLine(rows["FEEDER"]!, rows["SCREW"]!, { quantity: "4", findNumber: 20, referenceDesignator: "S1-S4" });
  await desk.addLine(rows["DRIVE"]!, rows["MOTOR"]!, { quantity: "1", findNumber: 10, referenceDesignator: "M1" });
  await desk.addLine(rows["DRIVE"]!, rows["SCREW"]!, { quantity: "2", findNumber: 20 });
  await desk.addLine(rows["DRIVE"]!, rows["CABLE"]!, { quantity: "0.35", findNumber: 30 });
  first = (await desk.released(Object.values(rows))) as ChangeId;

  const change = await desk.newChange("Stronger motor", { attributes: { effectiveFrom: "2026-12-01" } });
  second = change.number as ChangeId;
  const [drive] = await desk.affect(change.id, "revise", [rows["DRIVE"]!, rows["MOTOR"]!]);
  rows["DRIVE B"] = drive?.workingCopyId ?? "";
  type Designs = { designs: { branchId: string }[] };
  const { designs } = await desk.send<Designs>("GET", `/change-orders/${change.id}/designs`);
  rows["BRACKET"] = await desk.newPart(desk.numbered("BRACKET"), { branchId: designs[0]?.branchId });
  const bom = `/change-orders/${change.id}/bom-changes`;
  const parentItemId = rows["DRIVE B"];
  await desk.send("POST", bom, { parentItemId, childItemId: rows["BRACKET"], quantity: 2, findNumber: 40 });
  await desk.send("POST", bom, { parentItemId, childItemId: rows["SCREW"], quantity: 3, findNumber: 20 });
  await desk.release(change.id);
});
afterAll(() => cascadia.close());

/** An assembly's lines as a person would read them. */
async function draw(top: ItemId, revision: Revision, assembly = top, of = revision): Promise<readonly string[]> {
  const { ebom } = await cascadia.connector.ebom.read(top, revision);
  const lines = ebom.assemblies.get(itemRevision(assembly, of))?.lines ?? [];
  return lines.map(({ findNumber, item, revision: rev, quantity, referenceDesignators }) =>
    `${findNumber} ${short(item)} ${rev} ${quantityText(quantity)} ${referenceDesignators.join(" ")}`.trim(),
  );
}

function steps({ affected }: EngineeringChange): readonly string[] {
  return affected.map(({ item, from, to }) => `${short(item)} ${from} → ${to}`).toSorted();
}

/** Everything that polling tells from here, and where it then stands. */
async function poll(from: Cursor): Promise<{ readonly ids: readonly ChangeId[]; readonly cursor: Cursor }> {
  const ids: ChangeId[] = [];
  for (let cursor = from; ;) {
    const page = await cascadia.connector.changes.changedSince(cursor);
    ids.push(...page.ids);
    cursor = page.cursor;
    if (!page.more) return { ids, cursor };
  }
}

/** Where a part is used, as `FEEDER A`. */
const uses = async (name: string) =>
  (await cascadia.connector.ebom.whereUsed(number(name))).map(({ item, revision }) => `${short(item)} ${revision}`);
const report = (more: Partial<ProblemReport>): ProblemReport => ({
  item: number("DRIVE"),
  revision: B,
  title: "Scrap above its limit",
  description: "Operation 0020 scraps more than planned.",
  evidence: "31 of 400 scrapped (7.8 %), planned 2 %.",
  occasion: cascadia.desk.numbered("scrap:1000:0020"),
  ...more,
});

const keyOf = (plant: PlantId) => `at-once:${plant}` as IdempotencyKey;

describe("a change", () => {
  it("that releases parts for the first time introduces them", async () => {
    const change = await cascadia.connector.changes.read(first);
    expect(steps(change)).toEqual([
      "CABLE null → A",
      "DRIVE null → A",
      "FEEDER null → A",
      "MOTOR null → A",
      "SCREW null → A",
    ]);
    expect(change).toMatchObject({ state: "released", releasedBy: "System Admin", effectiveFrom: null });
  });

  it("affects what its release did, also a part that was made on its branch and is not on its list", async () => {
    const change = await cascadia.connector.changes.read(second);
    expect(steps(change)).toEqual(["BRACKET null → A", "DRIVE A → B", "MOTOR A → B"]);
    expect(change).toMatchObject({ title: "Stronger motor", effectiveFrom: "2026-12-01" });
    expect(change.releasedAt).toMatch(/^\d{4}-\d{2}-\d{2}T.*Z$/);
  });

  it("keeps its revisions when a later one revises the same parts", async () => {
    const third = await cascadia.desk.newChange("Another motor");
    await cascadia.desk.affect(third.id, "revise", [rows["MOTOR"]!]);
    const planned = await cascadia.connector.changes.read(third.number as ChangeId);
    expect([planned.state, planned.releasedAt, steps(planned)]).toEqual(["draft", null, ["MOTOR A → B"]]);
    expect(steps(await cascadia.connector.changes.read(first))).toContain("MOTOR null → A");
  });

  it("that makes a part obsolete retires it", async () => {
    const part = await cascadia.desk.newPart(number("OLD"));
    await cascadia.desk.released([part]);
    const change = await cascadia.desk.newChange("No more of these");
    await cascadia.desk.affect(change.id, "obsolete", [part]);
    await cascadia.desk.release(change.id);
    expect(steps(await cascadia.connector.changes.read(change.number as ChangeId))).toEqual(["OLD A → null"]);
  });

  it("with a day that is none is refused by name and field", async () => {
    const change = await cascadia.desk.newChange("Soon", { attributes: { effectiveFrom: "next week" } });
    await expect(cascadia.connector.changes.read(change.number as ChangeId)).rejects.toMatchObject({
      kind: "rejected",
      at: { object: change.number, field: "attributes.effectiveFrom", cause: expect.stringContaining('"next week"') },
    });
  });
});

describe("an eBOM", () => {
  it("has each line once, as the release left it", async () => {
    expect(await draw(number("DRIVE"), B)).toEqual(
      expect.arrayContaining(["10 MOTOR B 1 EA M1", "20 SCREW A 3 EA", "40 BRACKET A 2 EA"]),
    );
  });

  it("shows below an assembly that was not revised what its parts have become", async () => {
    expect(await draw(number("FEEDER"), A)).toEqual(["10 DRIVE B 1 EA", "20 SCREW A 4 EA S1 S2 S3 S4"]);
    expect(await draw(number("FEEDER"), A, number("DRIVE"), B)).toContain("40 BRACKET A 2 EA");
  });

  it("can be read of an older revision, which is not to be built", async () => {
    const { ebom, findings } = await cascadia.connector.ebom.read(number("DRIVE"), A);
    expect(findings).toEqual([]);
    expect(ebom.items.get(itemRevision(number("DRIVE"), A))).toMatchObject({ state: "obsolete" });
  });

  it("gives a line the same identity in every revision", async () => {
    const idOf = async (revision: Revision) => {
      const { ebom } = await cascadia.connector.ebom.read(number("DRIVE"), revision);
      const lines = ebom.assemblies.get(itemRevision(number("DRIVE"), revision))?.lines ?? [];
      return lines.find(({ item }) => item === number("MOTOR"))?.id;
    };
    expect(await idOf(B)).toBe(`${number("DRIVE")}/10`);
    expect(await idOf(A)).toBe(await idOf(B));
  });

  it("keeps the record of a part that was made on a branch, which its release loses", async () => {
    const { ebom } = await cascadia.connector.ebom.read(number("BRACKET"), A);
    expect(ebom.items.get(itemRevision(number("BRACKET"), A))).toMatchObject({ type: "Purchase", state: "released" });
  });

  it("has parts with their attributes, and the unit from one of them", async () => {
    const { ebom } = await cascadia.connector.ebom.read(number("DRIVE"), B);
    expect(ebom.items.get(itemRevision(number("MOTOR"), B))).toMatchObject({
      type: "Purchase",
      unit: "EA",
      attributes: { voltage: "24 V", weight: "0.350 kg", cost: "12.50 USD", leadTimeDays: "14" },
    });
    const cable = await cascadia.connector.ebom.read(number("CABLE"), A);
    expect(cable.ebom.items.get(itemRevision(number("CABLE"), A))?.unit).toBe("MTR");
  });

  it("has parts of another design in their own revisions, not in those of their copies", async () => {
    const { desk } = cascadia;
    const library = await desk.newDesign(number("LIB"));
    const bolt = await desk.newPart(number("BOLT"), { designId: library });
    await desk.released([bolt]);
    const change = await desk.newChange("Coated bolt");
    const [coated] = await desk.affect(change.id, "revise", [bolt]);
    await desk.release(change.id);
    const [copy] = await desk.useFromElsewhere(coated?.workingCopyId ?? "");
    const clamp = await desk.newPart(number("CLAMP"));
    await desk.addLine(clamp, copy ?? "", { quantity: "2", findNumber: 10 });
    const last = await desk.released([clamp, copy ?? ""]);

    expect(await draw(number("CLAMP"), A)).toEqual(["10 BOLT B 2 EA"]);
    expect(steps(await cascadia.connector.changes.read(last as ChangeId))).toEqual(["CLAMP null → A"]);
    expect(await uses("BOLT")).toEqual(["CLAMP A"]);
  });

  it("that is cyclic is read to its end", async () => {
    const [one, two] = [await cascadia.desk.newPart(number("LOOP-1")), await cascadia.desk.newPart(number("LOOP-2"))];
    await cascadia.desk.addLine(one, two, { quantity: "1" });
    await cascadia.desk.addLine(two, one, { quantity: "2" });
    const { ebom, findings } = await cascadia.connector.ebom.read(number("LOOP-1"), "-" as Revision);
    expect(findings).toEqual([]);
    expect([...ebom.assemblies.keys()].map(short)).toEqual(["LOOP-1 rev -", "LOOP-2 rev -"]);
  });

  it("whose top does not exist says so", async () => {
    const { findings } = await cascadia.connector.ebom.read("GHOST" as ItemId, A);
    expect(findings).toMatchObject([
      { severity: "blocked", code: "item-missing", system: "cascadia", item: "GHOST", field: "revision" },
    ]);
  });

  it("tells where a part is used, whichever revision of it a line names", async () => {
    expect(await uses("DRIVE")).toEqual(["FEEDER A"]);
    expect(await uses("BRACKET")).toEqual(["DRIVE B"]);
    expect((await uses("SCREW")).toSorted()).toEqual(["DRIVE B", "FEEDER A"]);
    expect(await uses("FEEDER")).toEqual([]);
  });
});

describe("polling", () => {
  it("tells released changes and no drafts", async () => {
    const draft = await cascadia.desk.newChange("Not yet");
    const { ids } = await poll(null);
    expect(ids).toEqual(expect.arrayContaining([first, second]));
    expect(ids).not.toContain(draft.number);
  });

  it("tells the change whose line was edited in place, on whichever branch that is noted", async () => {
    const { cursor } = await poll(null);
    await cascadia.desk.editLine(rows["DRIVE B"]!, 40, "5");
    const after = await poll(cursor);
    expect(after.ids).toEqual([second]);
    await cascadia.desk.editLine(rows["FEEDER"]!, 10, "2");
    expect((await poll(after.cursor)).ids).toEqual([first]);
  });

  it("tells a change that was renamed, and not what Heddle noted on it", async () => {
    const { cursor } = await poll(null);
    const acknowledged = {
      change: first,
      plant: "1000" as PlantId,
      outcome: "in step",
      note: "nothing to do",
    } as const;
    await cascadia.connector.changes.acknowledge.write(acknowledged, "poll:1" as IdempotencyKey);
    expect((await poll(cursor)).ids).toEqual([]);
    const filters = encodeURIComponent(JSON.stringify({ itemNumber: [second] }));
    type Found = { items: { id: string }[] };
    const { items } = await cascadia.desk.send<Found>("GET", `/items?itemType=ChangeOrder&columnFilters=${filters}`);
    await cascadia.desk.send("PUT", `/change-orders/${items[0]?.id}`, { name: "Stronger motor, renamed" });
    expect((await poll(cursor)).ids).toEqual([second]);
  });

  it("refuses a cursor that is not its own", async () => {
    await expect(cascadia.connector.changes.changedSince("57")).rejects.toMatchObject({
      kind: "contract broken",
      at: { field: "cursor" },
    });
  });
});

describe("an outcome", () => {
  it("is kept for each plant, also when several tell theirs at once", async () => {
    const { acknowledge } = cascadia.connector.changes;
    const plants = ["1000", "2000", "3000"] as PlantId[];
    const tell = (plant: PlantId) => ({ change: second, plant, outcome: "applied", note: "in force" }) as const;
    await Promise.all(plants.map((plant) => acknowledge.write(tell(plant), keyOf(plant))));
    for (const plant of plants) {
      expect(await acknowledge.find(tell(plant), keyOf(plant))).toEqual({
        id: `${second} heddle.${plant}`,
        version: null,
      });
    }
    expect((await cascadia.connector.changes.read(second)).effectiveFrom, "other attributes stay").toBe("2026-12-01");
  });
});

describe("a problem report", () => {
  const KEY = "report:1" as IdempotencyKey;

  it("becomes an issue about the part's revision, with the evidence in it", async () => {
    const { file } = cascadia.connector.problemReports;
    const { id } = await file.write(report({}), KEY);
    type Found = { items: { id: string; itemNumber: string }[] };
    const { items } = await cascadia.desk.send<Found>("GET", "/items?itemType=Issue&limit=500");
    const issue = items.find(({ itemNumber }) => itemNumber === id);
    const answer = await cascadia.desk.send<{ issue: object }>("GET", `/issues/${issue?.id}`);
    expect(answer.issue).toMatchObject({
      name: "Scrap above its limit",
      description: expect.stringContaining("31 of 400 scrapped"),
      category: "Manufacturing",
      affectedItemIds: [rows["DRIVE B"]],
    });
  });

  it("is not mistaken for one of another occasion", async () => {
    const { file } = cascadia.connector.problemReports;
    // An SQL pattern would take the first for the second.
    const one = report({ occasion: cascadia.desk.numbered("yield:1000:A") });
    const other = report({ occasion: cascadia.desk.numbered("yield:1_00:%") });
    await file.write(one, KEY);
    expect(await file.find(other, KEY)).toBeNull();
    expect((await file.write(other, KEY)).id).not.toBe((await file.write(one, KEY)).id);
  });

  it("longer than an issue may be is shortened, and found again", async () => {
    const { file } = cascadia.connector.problemReports;
    const long = report({
      occasion: cascadia.desk.numbered("long"),
      evidence: "n ".repeat(9_000),
      title: "t".repeat(900),
    });
    expect(await file.write(long, KEY)).toEqual(await file.find(long, KEY));
  });

  it("on a revision that does not exist is refused, and nothing filed", async () => {
    const { file } = cascadia.connector.problemReports;
    const nowhere = report({ revision: "Z" as Revision, occasion: cascadia.desk.numbered("nowhere") });
    await expect(file.write(nowhere, KEY)).rejects.toMatchObject({ kind: "not found", at: { field: "revision" } });
    expect(await file.find(nowhere, KEY)).toBeNull();
  });
});

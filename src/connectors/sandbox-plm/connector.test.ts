import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandboxPlm } from "../../../sandbox/plm/server.ts";
import { itemRevision, type Ebom } from "../../domain/ebom.ts";
import { effectivityText } from "../../domain/effectivity-text.ts";
import type { ChangeId, ItemId, Revision } from "../../domain/ids.ts";
import { quantityText } from "../../domain/quantity.ts";
import type { Connector, IdempotencyKey, ProblemReport } from "../port.ts";
import { startSandbox, type RunningSandbox } from "../sandbox-harness.ts";

let sandbox: RunningSandbox;
let plm: Required<Pick<Connector, "changes" | "ebom" | "problemReports" | "webhooks">>;
beforeAll(async () => {
  sandbox = await startSandbox("sandbox-plm", startSandboxPlm);
  plm = sandbox.connector as typeof plm;
});
afterAll(async () => {
  await sandbox.close();
});

const A = "A" as Revision;
const part = (partNumber: string, bom?: readonly object[]) => ({
  partNumber,
  revision: "A",
  ...(bom === undefined ? {} : { bom }),
});
const importParts = (...parts: readonly object[]) => sandbox.backDoor("POST", "/api/v2/import", { parts, ecos: [] });

/** The lines of one assembly as a person would read them. */
function draw({ assemblies }: Ebom, item: string): readonly string[] {
  const lines = assemblies.get(itemRevision(item as ItemId, A))?.lines ?? [];
  return lines.map((line) =>
    `${line.findNumber} ${line.item} ${quantityText(line.quantity)} ${line.referenceDesignators.join(" ")}`.trim(),
  );
}

describe("an eBOM", () => {
  it("is read whole, with each item revision once", async () => {
    const { ebom, findings } = await plm.ebom.read("FX-200" as ItemId, A);
    expect(findings).toEqual([]);
    expect(draw(ebom, "FX-249")).toEqual(["10 SCR-M3-8 8 EA", "20 WSH-M3 8 EA"]);
    expect(ebom.items.get(itemRevision("SCR-M3-8" as ItemId, A))).toMatchObject({ state: "released", unit: "EA" });
    expect(ebom.assemblies.has(itemRevision("SCR-M3-8" as ItemId, A))).toBe(false);
  });

  it("that is cyclic is read to its end", async () => {
    await importParts(
      part("LOOP-1", [{ partNumber: "LOOP-2", quantity: "1" }]),
      part("LOOP-2", [{ partNumber: "LOOP-1", quantity: "2" }]),
    );
    const { ebom, findings } = await plm.ebom.read("LOOP-1" as ItemId, A);
    expect(findings).toEqual([]);
    expect([...ebom.assemblies.keys()]).toEqual(["LOOP-1 rev A", "LOOP-2 rev A"]);
  });

  it("keeps two lines of one item apart and spells designators out", async () => {
    const bom = [
      { findNumber: "10", partNumber: "RES-1", quantity: "4", referenceDesignators: ["R1, R3-R5"] },
      { findNumber: "20", partNumber: "RES-1", quantity: "0.5" },
    ];
    await importParts(part("PCB-1", bom), part("RES-1"));
    const { ebom } = await plm.ebom.read("PCB-1" as ItemId, A);
    expect(draw(ebom, "PCB-1")).toEqual(["10 RES-1 4 EA R1 R3 R4 R5", "20 RES-1 0.5 EA"]);
  });

  it("says for which serials and units of which end item a line is", async () => {
    const numberEffectivity = [
      { counts: "SERIAL", endItem: "FX-200", from: "SN-120", to: "SN-199" },
      { counts: "UNIT", endItem: "FX-200", from: "5" },
      { counts: "SERIAL", endItem: "FX-200", from: "SN-9", to: "SN-12" },
    ];
    const bom = [{ findNumber: "10", partNumber: "RES-2", quantity: "1", numberEffectivity }];
    await importParts(part("PCB-2", bom), part("RES-2"));
    const { ebom, findings } = await plm.ebom.read("PCB-2" as ItemId, A);
    expect(findings).toEqual([]);
    const [line] = ebom.assemblies.get(itemRevision("PCB-2" as ItemId, A))?.lines ?? [];
    expect(line === undefined ? null : effectivityText(line.effectivity)).toBe(
      "serials SN-9 to SN-12 and SN-120 to SN-199 of FX-200, units from 5 of FX-200",
    );
  });

  it("whose ranges contradict themselves says which line, which field and what to do", async () => {
    const bad = [
      [{ counts: "SERIAL", endItem: "FX-200", from: "SN-20", to: "SN-9" }],
      [
        { counts: "UNIT", endItem: "FX-200", from: "1", to: "9" },
        { counts: "UNIT", endItem: "FX-200", from: "9" },
      ],
      [{ counts: "SERIAL", from: "SN-20" }],
      [{ counts: "UNIT", endItem: "FX-200", to: "9" }],
    ];
    const bom = bad.map((numberEffectivity, at) => ({
      usageId: `USE-${at}`,
      findNumber: `${(at + 1) * 10}`,
      partNumber: "RES-3",
      quantity: "1",
      numberEffectivity,
    }));
    const days = { effectiveFrom: "2026-04-02", effectiveTo: "2026-04-01" };
    await importParts(
      part("PCB-3", [...bom, { usageId: "USE-4", findNumber: "50", partNumber: "RES-3", quantity: "1", ...days }]),
      part("RES-3"),
    );
    const { findings } = await plm.ebom.read("PCB-3" as ItemId, A);
    expect(findings.map(({ line, field, cause, fix }) => [line, field, cause, fix])).toEqual([
      [
        "10 (USE-0)",
        "numberEffectivity[0].to",
        "Line 10 (USE-0), RES-3, of PCB-3: its serial SN-9, the last, comes before SN-20, the first.",
        "Swap or correct the two serial numbers.",
      ],
      [
        "20 (USE-1)",
        "numberEffectivity[1].from",
        "Line 20 (USE-1), RES-3, of PCB-3: its units from 9 overlap with 1 to 9.",
        "Leave each number in one range only.",
      ],
      [
        "30 (USE-2)",
        "numberEffectivity[0].endItem",
        "Line 30 (USE-2), RES-3, of PCB-3: it is for serials, but of no end item.",
        "Name the end item whose serial numbers count.",
      ],
      [
        "40 (USE-3)",
        "numberEffectivity[0].from",
        "Line 40 (USE-3), RES-3, of PCB-3: its units of FX-200 have no first number.",
        "Fill in the first number.",
      ],
      [
        "50 (USE-4)",
        "effectiveTo",
        "Line 50 (USE-4), RES-3, of PCB-3: its last day 2026-04-01 comes before 2026-04-02, the first.",
        "Swap or correct the two days.",
      ],
    ]);
  });

  it("has the variants that its lines are for, and names a condition that cannot be read", async () => {
    const bom = [
      { usageId: "U1", findNumber: "10", partNumber: "RES-2", quantity: "1", variantCondition: "MOTOR=AC" },
      { usageId: "U2", findNumber: "20", partNumber: "RES-2", quantity: "2", variantPlace: "cooling" },
      { usageId: "U3", findNumber: "30", partNumber: "RES-2", quantity: "3", variantCondition: "MOTOR = AC and" },
    ];
    await importParts(part("PCB-2", bom), part("RES-2"));
    const { ebom, findings } = await plm.ebom.read("PCB-2" as ItemId, A);
    const lines = ebom.assemblies.get(itemRevision("PCB-2" as ItemId, A))?.lines ?? [];
    expect(lines.map(({ id, option, place }) => [id, option, place])).toEqual([
      ["U1", { kind: "is", feature: "MOTOR", values: ["AC"] }, undefined],
      ["U2", undefined, "cooling"],
    ]);
    expect(findings).toEqual([
      expect.objectContaining({
        severity: "blocked",
        code: "data-unreadable",
        item: "PCB-2",
        line: "30 (U3)",
        field: "variantCondition",
        cause: expect.stringContaining("unreadable at character 15: the option ends where a feature"),
      }),
    ]);
  });

  it("that is empty is an assembly without lines", async () => {
    await importParts(part("EMPTY-1", []));
    const { ebom } = await plm.ebom.read("EMPTY-1" as ItemId, A);
    expect(ebom.assemblies.get(itemRevision("EMPTY-1" as ItemId, A))?.lines).toEqual([]);
  });

  it("wider and deeper than one request is read completely", async () => {
    const children = Array.from({ length: 230 }, (_, i) =>
      part(`WIDE-${i}`, [{ partNumber: `DEEP-${i}`, quantity: "1" }]),
    );
    const leaves = Array.from({ length: 230 }, (_, i) => part(`DEEP-${i}`));
    const lines = children.map(({ partNumber }) => ({ partNumber, quantity: "1" }));
    await importParts(part("WIDE", lines), ...children, ...leaves);
    const { ebom, findings } = await plm.ebom.read("WIDE" as ItemId, A);
    expect([ebom.items.size, ebom.assemblies.size, findings]).toEqual([461, 231, []]);
  });

  it("whose top does not exist says so", async () => {
    const { findings } = await plm.ebom.read("GHOST" as ItemId, A);
    expect(findings).toEqual([
      expect.objectContaining({
        severity: "blocked",
        code: "item-missing",
        system: "sandbox-plm",
        item: "GHOST",
        field: "revision",
      }),
    ]);
  });
});

describe("a change", () => {
  it("is read with what it affects and what to do with old material", async () => {
    const change = await plm.changes.read("ECO-0001" as ChangeId);
    expect(change).toMatchObject({ id: "ECO-0001", state: "draft", releasedAt: null });
    expect(change.affected.map(({ item, from, to }) => `${item} ${from} → ${to}`)).toContain("FX-210 A → B");
  });

  it("is not polled while it is a draft", async () => {
    expect(await plm.changes.changedSince(null)).toEqual({ ids: [], cursor: null, more: false });
  });

  it("with a day that is none is refused by name and field", async () => {
    const eco = { title: "Soon", effectiveFrom: "next week", affectedParts: [] };
    const { ecoNumber } = await sandbox.backDoor<{ ecoNumber: string }>("POST", "/api/v2/ecos", eco);
    await expect(plm.changes.read(ecoNumber as ChangeId)).rejects.toMatchObject({
      kind: "rejected",
      at: { object: ecoNumber, field: "effectiveFrom", cause: expect.stringContaining('"next week"') },
    });
  });
});

describe("a webhook", () => {
  it("names the change to look at", () => {
    const body = {
      type: "eco.released",
      timestamp: "2026-02-02T09:12:44.120Z",
      data: { ecoNumber: "ECO-0007", state: "RELEASED", sequence: 4 },
    };
    expect(plm.webhooks.subjects(body)).toEqual([{ kind: "change", id: "ECO-0007" }]);
  });

  it.each([[null], ["text"], [{ type: "eco.released", data: {} }], [{ data: { ecoNumber: "" } }]])(
    "of another shape is refused: %j",
    (body) => {
      expect(() => plm.webhooks.subjects(body)).toThrow(expect.objectContaining({ kind: "contract broken" }) as Error);
    },
  );
});

const filed = async (occasion: string) =>
  (await sandbox.backDoor<{ value: object[] }>("GET", `/api/v2/problem-reports?occasion=${occasion}`)).value;

describe("a problem report", () => {
  const REPORT: ProblemReport = {
    item: "FX-210" as ItemId,
    revision: A,
    title: "Scrap at assembly doubled",
    description: "Since ECO-0001 twice as many blowers do not fit together.",
    evidence: "412 of 9,800 before, 840 of 9,700 after; p < 0.001",
    occasion: "scrap:1000:FX-210:A:0010:2026-03",
  };
  const key = "report-1" as IdempotencyKey;

  it("stands in the PLM with part, revision, evidence and occasion, once", async () => {
    const first = await plm.problemReports.file.write(REPORT, key);
    expect(await plm.problemReports.file.write(REPORT, "report-2" as IdempotencyKey)).toEqual(first);
    const { item: partNumber, ...said } = REPORT;
    expect(await filed(REPORT.occasion)).toEqual([
      expect.objectContaining({ reportNumber: first.id, partNumber, ...said, reportedBy: "heddle", state: "OPEN" }),
    ]);
  });

  it("about something else on the same item is another one", async () => {
    const other = { ...REPORT, occasion: "yield:1000:FX-210:A:0020:2026-03" };
    const { id } = await plm.problemReports.file.write(other, key);
    expect(id).not.toBe((await plm.problemReports.file.find(REPORT, key))?.id);
  });

  it("that is too long for the PLM is cut, and shows it", async () => {
    const occasion = "long:1";
    await plm.problemReports.file.write({ ...REPORT, occasion, title: "x".repeat(201) }, key);
    expect(await filed(occasion)).toMatchObject([{ title: `${"x".repeat(199)}…` }]);
  });

  it("on a revision that does not exist is not found", async () => {
    const wrong = { ...REPORT, revision: "Z" as Revision, occasion: "wrong:1" };
    await expect(plm.problemReports.file.write(wrong, key)).rejects.toMatchObject({
      kind: "not found",
      at: { object: "FX-210", cause: expect.stringContaining("REVISION_UNKNOWN") },
    });
  });
});

import { describe, expect, it } from "vitest";
import { ebom, line, mbom, mbomLine, quantity, sourcing } from "./bom/bom-builder.ts";
import { draw } from "./bom/explain.ts";
import { lineWords } from "./bom/line-fields.ts";
import type { ConflictId, Resolution } from "./bom/mbom-merge.ts";
import type { Day } from "./calendar.ts";
import type { ChangeId, ItemId, OperationId } from "./ids.ts";
import type { Mbom, MbomLine } from "./mbom.ts";
import { quantityText } from "./quantity.ts";
import { blockedFindings, isInStep } from "./plan-change.ts";
import { applied, books, planned, type Books, type Scenario } from "./plan-harness.ts";
import { change, plantItem, productionOrder, standardCost } from "./testing.ts";

const ITEMS = ["CASE", "SEAL", "BOLT", "GLUE", "SHIM"];
const PUMP = "PUMP" as ItemId;

/** Changes of the pump, one a month: ECO-1 was the first that Heddle published. */
function eco(number: number, ...lines: Parameters<typeof ebom>[0][string]): Scenario {
  return {
    change: {
      ...change({ PUMP: {} }),
      id: `ECO-${number}` as ChangeId,
      releasedAt: `2026-0${number}-01T12:00:00.000Z`,
    },
    ebom: ebom({ PUMP: lines }),
    rules: sourcing({ buy: ITEMS }),
  };
}

const FIRST = eco(1, line("CASE", "1"), line("SEAL", "2"), line("BOLT", "4"));
const START = books({
  items: [plantItem("PUMP", { procurement: "make" }), ...ITEMS.map((item) => plantItem(item))],
  costs: [standardCost("PUMP", "0"), ...ITEMS.map((item) => standardCost(item, "1"))],
});
const PUBLISHED = applied(planned(FIRST, START).plan, START);

/** The plant's planner has another go at the pump's mBOM. */
function edited(held: Books, edit: (lines: readonly MbomLine[]) => readonly MbomLine[]): Books {
  return { ...held, mboms: held.mboms.map((one) => (one.item === PUMP ? { ...one, lines: edit(one.lines) } : one)) };
}

const set = (key: string, more: Partial<MbomLine>) => (lines: readonly MbomLine[]) =>
  lines.map((one) => (one.key === key ? { ...one, ...more } : one));

/** Another change: what came before it is no baseline of its own. */
const next = (held: Books): Books => ({ ...held, baselines: new Map() });

function stands({ mboms }: Books): string {
  const pump = mboms.find(({ item }) => item === PUMP);
  return pump === undefined ? "" : draw({ mboms: [{ mbom: pump, contributors: [], decisions: [], account: [] }] });
}

describe("a change of an mBOM that the plant's planners edited", () => {
  const glue = mbomLine("planner:0040", "GLUE", "3");
  const byPlanner = edited(PUBLISHED, (lines) => [
    ...set("L30", { quantity: quantity("5"), operation: "0020" as OperationId })(lines).filter(
      ({ item }) => item !== "SEAL",
    ),
    glue,
  ]);
  const more = eco(2, line("CASE", "2"), line("SEAL", "2"), line("BOLT", "4"), line("SHIM", "1"));

  it("keeps their edits", () => {
    const held = next(byPlanner);
    const { plan } = planned(more, held);
    expect(blockedFindings(plan)).toEqual([]);
    expect(stands(applied(plan, held))).toBe(`PUMP rev A at P1
  2 EA  CASE           from L10 by "buy"
  5 EA  BOLT  at 0020  from L30 by "buy"
  1 EA  SHIM           from L40 by "buy"
  3 EA  GLUE           added by a planner
`);
  });

  it("says what it keeps, at the mBOM and in a finding", () => {
    const { plan } = planned(more, next(byPlanner));
    expect(plan.mboms[0]?.merge?.kept.map(({ line: key, field }) => `${key} ${field}`)).toEqual([
      "L20 line",
      "L30 quantity",
      "L30 operation",
      "planner:0040 line",
    ]);
    expect(plan.findings.map(({ severity, code, system, cause }) => [severity, code, system, cause])).toEqual([
      [
        "info",
        "mbom-edit-kept",
        "erp",
        "The mBOM of PUMP was edited in erp since Heddle published it: line L20 (SEAL) stays removed; quantity of line L30 (BOLT) stays 5 EA where engineering says 4 EA; operation of line L30 (BOLT) stays 0020 where engineering says none; and 1 more.",
      ],
    ]);
  });

  it("accounts for what engineering requires, and for what the planner made of it", () => {
    const { plan } = planned(more, next(byPlanner));
    const [bolt] = plan.mboms[0]?.account.filter(({ item }) => item === "BOLT") ?? [];
    expect(bolt).toMatchObject({ required: quantity("4"), placed: [{ line: "L30", quantity: quantity("4") }] });
    expect(bolt?.edited).toMatchObject([
      { field: "quantity", engineering: "4 EA", plant: "5 EA" },
      { field: "operation", plant: "0020" },
    ]);
    const [kase] = plan.mboms[0]?.account.filter(({ item }) => item === "CASE") ?? [];
    expect(kase).not.toHaveProperty("edited");
  });

  it("judges costs and orders by what will stand, edits and all", () => {
    const held = {
      ...next(byPlanner),
      productionOrders: [productionOrder("MO-1", "PUMP", "10", "released", { BOLT: "50" })],
    };
    const { plan } = planned(more, held);
    const [components] = plan.actions.flatMap((action) =>
      action.kind === "replace order components" ? [action.components] : [],
    );
    expect(components?.map(({ item, required }) => [item, quantityText(required)])).toEqual([
      ["CASE", "20 EA"],
      ["BOLT", "50 EA"],
      ["SHIM", "10 EA"],
      ["GLUE", "30 EA"],
    ]);
    expect(plan.actions).toContainEqual(expect.objectContaining({ id: "set standard cost:PUMP" }));
  });

  it("is in step once it is applied, and the edits are safe from the change after it too", () => {
    const held = next(byPlanner);
    const once = applied(planned(more, held).plan, held);
    expect(isInStep(planned(more, once).plan)).toBe(true);
    const third = eco(3, line("CASE", "1"), line("SEAL", "2"), line("BOLT", "4"), line("SHIM", "1"));
    const twice = applied(planned(third, next(once)).plan, next(once));
    expect(stands(twice)).toContain("1 EA  CASE ");
    expect(stands(twice)).toContain("5 EA  BOLT  at 0020");
    expect(stands(twice)).toContain("GLUE");
    expect(stands(twice)).not.toContain("SEAL");
  });

  it("does nothing by itself: an edit is no drift", () => {
    const order = productionOrder("MO-1", "PUMP", "10", "released", { CASE: "10", SEAL: "20", BOLT: "40" });
    const { plan } = planned(FIRST, { ...byPlanner, productionOrders: [order] });
    expect(isInStep(plan)).toBe(true);
    expect(plan.findings.map(({ code }) => code)).toEqual(["mbom-edit-kept"]);
  });
});

describe("a change that collides with an edit", () => {
  const byPlanner = next(edited(PUBLISHED, set("L30", { quantity: quantity("5") })));
  const six = eco(2, line("CASE", "1"), line("SEAL", "2"), line("BOLT", "6"));
  const id = "P1/PUMP/L30/quantity" as ConflictId;
  const answered = (side: Resolution["stands"]): Books => ({
    ...byPlanner,
    resolutions: new Map([[id, { conflict: id, stands: side, plantSaid: "5 EA" }]]),
  });

  it("waits for a person, who reads all there is to know", () => {
    const { plan } = planned(six, byPlanner);
    expect(blockedFindings(plan)).toEqual([
      {
        severity: "blocked",
        code: "merge-conflict",
        system: "erp",
        item: "PUMP",
        line: "L30",
        field: "quantity",
        cause:
          "Line L30, BOLT, of PUMP (quantity) was changed by engineering and in erp: published 4 EA, engineering 6 EA, plant 5 EA.",
        fix: "Say which stands: heddle conflict P1/PUMP/L30/quantity --keep engineering or --keep plant, or on the console's page Conflicts; heddle conflicts lists all.",
      },
    ]);
    expect(plan.mboms[0]?.merge?.conflicts).toMatchObject([{ id, said: { plant: "5 EA" } }]);
  });

  it("is asked about a line as a whole where the planner took out what engineering changed", () => {
    const gone = next(edited(PUBLISHED, (lines) => lines.filter(({ key }) => key !== "L30")));
    expect(blockedFindings(planned(six, gone).plan)).toMatchObject([
      {
        field: null,
        cause:
          "Line L30, BOLT, of PUMP was changed by engineering and in erp: published 4 EA BOLT, per assembly, engineering 6 EA BOLT, per assembly, plant no such line.",
      },
    ]);
  });

  it("goes on as the answer says", () => {
    for (const [side, bolts] of [
      ["engineering", "6 EA  BOLT"],
      ["plant", "5 EA  BOLT"],
    ] as const) {
      const held = answered(side);
      const { plan } = planned(six, held);
      expect(blockedFindings(plan)).toEqual([]);
      const after = applied(plan, held);
      expect(stands(after)).toContain(bolts);
      expect(isInStep(planned(six, after).plan)).toBe(true);
    }
  });

  it("is no question any more once engineering says what the plant does", () => {
    const five = eco(2, line("CASE", "1"), line("SEAL", "2"), line("BOLT", "5"));
    const { plan } = planned(five, byPlanner);
    // Published although no line changes: else the next change would take 5 for the plant's edit.
    expect(plan.actions.map(({ id: name }) => name)).toContain("publish mBOM:PUMP");
    const after = applied(plan, byPlanner);
    expect(isInStep(planned(five, after).plan)).toBe(true);
    const seven = eco(3, line("CASE", "1"), line("SEAL", "2"), line("BOLT", "7"));
    expect(stands(applied(planned(seven, next(after)).plan, next(after)))).toContain("7 EA  BOLT");
  });

  it("keeps the account and what stood before, where engineering says what the plant does and no line changes", () => {
    const held = next(byPlanner);
    const { plan } = planned(eco(2, line("CASE", "1"), line("SEAL", "2"), line("BOLT", "5")), held);
    expect(plan.actions.map(({ id: name }) => name)).toContain("publish mBOM:PUMP");
    expect(plan.mboms).toMatchObject([{ item: PUMP, before: { lines: held.mboms[0]?.lines } }]);
    expect(plan.mboms[0]?.account.map(({ item }) => item)).toEqual(["CASE", "SEAL", "BOLT"]);
  });

  it("is not an earlier change's question, where a later one was published", () => {
    const later = {
      ...eco(1, line("CASE", "1"), line("BOLT", "9")),
      change: { ...FIRST.change, releasedAt: "2026-01-01T00:00:00.000Z", id: "ECO-0" as ChangeId },
    };
    expect(blockedFindings(planned(later, byPlanner).plan).map(({ code }) => code)).toEqual(["change-superseded"]);
  });
});

const linesOf = (held: Books) =>
  held.mboms
    .find(({ item }) => item === PUMP)
    ?.lines.map((one) => `${one.key}: ${lineWords(one)}`)
    .toSorted();

describe("edits beside a change that is published for a day to come", () => {
  const JUNE = "2026-06-01" as Day;
  const toCome = (scenario: Scenario, today: string): Scenario => ({
    ...scenario,
    change: { ...scenario.change, effectiveFrom: JUNE },
    today: today as Day,
    target: { holdsEffectivity: "days" },
  });
  const june = eco(2, line("CASE", "1"), line("SEAL", "3"), line("BOLT", "4"));
  const ahead = applied(planned(toCome(june, "2026-03-01"), next(PUBLISHED)).plan, next(PUBLISHED));
  const byPlanner = edited(ahead, (lines) => [
    ...lines.map((one): MbomLine => {
      const amount = { L30: "5", L20: "6", "L20~2026-05-31": "1" }[one.key as string];
      return amount === undefined ? one : { ...one, quantity: quantity(amount) };
    }),
    mbomLine("planner:0050", "GLUE", "3"),
  ]);
  it("stand as they are, in the old design, in the new one and in both", () => {
    expect(linesOf(byPlanner)).toEqual([
      "L10: 1 EA CASE, per assembly",
      "L20: 6 EA SEAL, per assembly, from 2026-06-01",
      "L20~2026-05-31: 1 EA SEAL, per assembly, until 2026-05-31",
      "L30: 5 EA BOLT, per assembly",
      "planner:0050: 3 EA GLUE, per assembly",
    ]);
    for (const today of ["2026-03-02", "2026-05-31", "2026-06-01", "2026-07-01"]) {
      const { plan } = planned(toCome(june, today), byPlanner);
      expect(plan.actions.map(({ id }) => id)).not.toContain("publish mBOM:PUMP");
      expect(blockedFindings(plan)).toEqual([]);
    }
  });

  it("stand also where the PLM gave the line that they are made on another number", () => {
    const noCase = next(edited(PUBLISHED, (lines) => lines.filter(({ item }) => item !== "CASE")));
    const renumbered = eco(2, line("SEAL", "2"), line("CASE", "1"), line("BOLT", "5"));
    const published = applied(planned(toCome(renumbered, "2026-03-01"), noCase).plan, noCase);
    expect(linesOf(published)).toEqual([
      "L10: 2 EA SEAL, per assembly",
      "L30: 5 EA BOLT, per assembly, from 2026-06-01",
      "L30~2026-05-31: 4 EA BOLT, per assembly, until 2026-05-31",
    ]);
    const noSeal = edited(published, (lines) => lines.filter(({ item }) => item !== "SEAL"));
    const { plan } = planned(toCome(renumbered, "2026-03-02"), noSeal);
    expect(plan.actions.map(({ id }) => id)).not.toContain("publish mBOM:PUMP");
  });

  it("survive the next change, which ends none of them", () => {
    const july = eco(3, line("CASE", "2"), line("SEAL", "3"), line("BOLT", "4"));
    const later: Scenario = { ...july, today: "2026-07-01" as Day, target: { holdsEffectivity: "days" } };
    const { plan } = planned(later, next(byPlanner));
    expect(blockedFindings(plan)).toEqual([]);
    expect(linesOf(applied(plan, next(byPlanner), "2026-07-01" as Day))).toMatchObject([
      "L10: 2 EA CASE, per assembly",
      expect.stringContaining("L20: 6 EA SEAL"),
      "L30: 5 EA BOLT, per assembly",
      "planner:0050: 3 EA GLUE, per assembly",
    ]);
  });

  it("are in question where the next change changes the same", () => {
    const july = eco(3, line("CASE", "1"), line("SEAL", "4"), line("BOLT", "4"));
    const later: Scenario = { ...july, today: "2026-07-01" as Day, target: { holdsEffectivity: "days" } };
    const { plan } = planned(later, next(byPlanner));
    expect(plan.mboms[0]?.merge?.conflicts).toMatchObject([
      { line: "L20", field: "quantity", said: { base: "3 EA", engineering: "4 EA", plant: "6 EA" } },
    ]);
  });
});

const onDays = (scenario: Scenario): Scenario => ({ ...scenario, target: { holdsEffectivity: "days" } });

describe("days that a planner gave a line, in an ERP whose lines hold days", () => {
  const second = onDays(eco(2, line("CASE", "1"), line("SEAL", "3"), line("BOLT", "4")));
  const third = onDays(eco(3, line("CASE", "1"), line("SEAL", "3"), line("BOLT", "5")));

  it.each([
    [{ from: null, until: "2026-12-31" as Day }, "L10: 1 EA CASE, per assembly, until 2026-12-31"],
    [{ from: "2026-06-15" as Day, until: null }, "L10: 1 EA CASE, per assembly, from 2026-06-15"],
  ])("stand through the changes after it, none of which writes them again: %o", (effectivity, kept) => {
    const byPlanner = next(edited(PUBLISHED, set("L10", { effectivity })));
    const once = applied(planned(second, byPlanner).plan, byPlanner);
    expect(linesOf(once)).toContain(kept);
    expect(isInStep(planned(second, once).plan)).toBe(true);
    const twice = applied(planned(third, next(once)).plan, next(once));
    expect(linesOf(twice)).toContain(kept);
    expect(linesOf(twice)).toContain("L30: 5 EA BOLT, per assembly");
  });
});

it("brings forward with an urgent change what was published for a day to come, also where a planner let it end", () => {
  const target = { holdsEffectivity: "days" } as const;
  const june = eco(2, line("CASE", "1"), line("SEAL", "3"), line("BOLT", "4"));
  const dated = { ...june, target, change: { ...june.change, effectiveFrom: "2026-06-01" as Day } };
  const ahead = applied(planned(dated, next(PUBLISHED)).plan, next(PUBLISHED));
  const effectivity = { from: "2026-06-01" as Day, until: "2026-12-31" as Day };
  const byPlanner = next(edited(ahead, set("L20", { effectivity })));
  const urgent = { ...eco(3, line("CASE", "1"), line("SEAL", "3"), line("BOLT", "5")), target };
  const { plan } = planned(urgent, byPlanner);
  expect(linesOf(applied(plan, byPlanner))).toContain("L20: 3 EA SEAL, per assembly, until 2026-12-31");
});

it("takes what the ERP has no place for neither for an edit nor for something that is left to publish", () => {
  const target = { asHeld: (one: Mbom): Mbom => ({ ...one, lines: blank(one.lines) }) };
  const alternates = ["SHIM" as ItemId];
  const first = { ...eco(1, line("CASE", "1"), line("BOLT", "4", { alternates })), target };
  const held = edited(applied(planned(first, START).plan, START), blank);
  const once = planned(first, held).plan;
  expect(isInStep(once)).toBe(true);
  expect(once.mboms.flatMap(({ merge }) => merge?.kept ?? [])).toEqual([]);

  const byPlanner = next(edited(held, set("L20", { quantity: quantity("5") })));
  const { plan } = planned({ ...eco(2, line("CASE", "2"), line("BOLT", "4", { alternates })), target }, byPlanner);
  expect(plan.mboms[0]?.merge?.kept.map(({ line: key, field }) => [key, field])).toEqual([["L20", "quantity"]]);
  expect(plan.mboms[0]?.after.lines.map((one) => one.alternates)).toEqual([[], ["SHIM"]]);
});

it("overwrites what stood in the plant before Heddle first published, as it says", () => {
  const held = { ...START, mboms: [mbom("PUMP", [mbomLine("10", "BOLT", "9"), mbomLine("20", "GLUE", "1")])] };
  const { plan } = planned(FIRST, held);
  expect(plan.mboms[0]).not.toHaveProperty("merge");
  expect(plan.mboms[0]?.diff.removed.map(({ item }) => item)).toEqual(["GLUE"]);
});

it("publishes anew where somebody deleted the whole mBOM", () => {
  const gone = { ...PUBLISHED, mboms: [] as readonly Mbom[] };
  expect(planned(FIRST, gone).plan.actions.map(({ id }) => id)).toEqual(["publish mBOM:PUMP"]);
});

/** Lines as an ERP gives them back that keeps no alternates. */
function blank(lines: readonly MbomLine[]): MbomLine[] {
  return lines.map((one) => ({ ...one, alternates: [] }));
}

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ebom, line, mbomLine, quantity, sourcing } from "./bom/bom-builder.ts";
import { ALWAYS, dayBefore, daysAfter, type Day, type Effectivity } from "./calendar.ts";
import { effectivityText } from "./effectivity-text.ts";
import type { ChangeId, ItemId, OperationId } from "./ids.ts";
import type { MbomLine } from "./mbom.ts";
import { blockedFindings, isInStep } from "./plan-change.ts";
import { applied, books, planned, type Books, type Scenario } from "./plan-harness.ts";
import { quantityText } from "./quantity.ts";
import { change, plantItem } from "./testing.ts";

const JUNE = "2026-06-01" as Day;
const ITEMS = ["CASE", "SEAL", "BOLT", "GLUE", "SHIM"];

function eco(id: string, effectiveFrom: Day | null, ...lines: Parameters<typeof ebom>[0][string]): Scenario {
  return {
    change: { ...change({ PUMP: {} }, { effectiveFrom }), id: id as ChangeId },
    ebom: ebom({ PUMP: lines }),
    rules: sourcing({ buy: ITEMS }),
    target: { holdsEffectivity: "days" },
    today: "2026-03-01" as Day,
  };
}

const START = books({ items: [plantItem("PUMP", { procurement: "make" }), ...ITEMS.map((item) => plantItem(item))] });
const FIRST = applied(planned(eco("ECO-1", null, line("CASE", "1"), line("SEAL", "2")), START).plan, START);

/** From June on four bolts more, and three seals instead of two. */
const BOLTS = eco("ECO-2", JUNE, line("CASE", "1"), line("SEAL", "3"), line("BOLT", "4"));
const next = (held: Books): Books => ({ ...held, baselines: new Map() });
const AHEAD = applied(planned(BOLTS, next(FIRST)).plan, next(FIRST));

function edited(held: Books, edit: (lines: readonly MbomLine[]) => readonly MbomLine[]): Books {
  return { ...held, mboms: held.mboms.map((one) => ({ ...one, lines: edit(one.lines) })) };
}

const set = (key: string, more: Partial<MbomLine>) => (lines: readonly MbomLine[]) =>
  lines.map((one) => (one.key === key ? { ...one, ...more } : one));

function pump({ mboms }: Books): readonly string[] {
  const lines = mboms.find(({ item }) => item === "PUMP")?.lines ?? [];
  return lines.map(({ key, item, quantity: amount, effectivity }) =>
    `${key} ${quantityText(amount)} ${item} ${effectivityText(effectivity)}`.replace(/ always$/, ""),
  );
}

const onDay = (scenario: Scenario, today: string): Scenario => ({ ...scenario, today: today as Day });
const GLUE = mbomLine("planner:0040", "GLUE", "1");

describe("dates and planners' edits in one mBOM", () => {
  it("stand side by side: what a planner added has no date, before the change and after it", () => {
    const held = next(edited(FIRST, (lines) => [...lines, GLUE]));
    const done = applied(planned(BOLTS, held).plan, held);
    expect(pump(done)).toEqual([
      "L10 1 EA CASE",
      "L20~2026-05-31 2 EA SEAL until 2026-05-31",
      "L20 3 EA SEAL from 2026-06-01",
      "L30 4 EA BOLT from 2026-06-01",
      "planner:0040 1 EA GLUE",
    ]);
    for (const today of ["2026-03-02", "2026-06-01", "2026-07-01"]) {
      const again = planned(onDay(BOLTS, today), done).plan;
      expect(again.actions.filter(({ kind }) => kind === "publish mBOM")).toEqual([]);
      expect(blockedFindings(again)).toEqual([]);
    }
  });

  it("the dates that Heddle gave are no edits of the plant", () => {
    const again = planned(onDay(BOLTS, "2026-03-02"), AHEAD);
    expect(again.plan.mboms[0]?.merge).toBeUndefined();
    expect(isInStep(again.plan)).toBe(true);
  });

  it.each([
    ["adds a line", (lines: readonly MbomLine[]) => [...lines, GLUE]],
    ["changes the new line", set("L30", { quantity: quantity("5") })],
    ["changes the line that ends", set("L20~2026-05-31", { quantity: quantity("7") })],
    ["takes out the line that ends", (lines: readonly MbomLine[]) => lines.filter(({ key }) => !key.includes("~"))],
    ["lets a line begin at once", set("L30", { effectivity: ALWAYS })],
    ["lets a line begin earlier", set("L30", { effectivity: { from: "2026-05-15" as Day, until: null } })],
    ["lets a line begin later", set("L30", { effectivity: { from: "2026-06-15" as Day, until: null } })],
  ])("a planner who %s finds it so, on every day", (_, edit) => {
    const held = edited(AHEAD, edit);
    for (const today of ["2026-03-02", dayBefore(JUNE), JUNE, "2026-07-01"]) {
      const again = planned(onDay(BOLTS, today), held).plan;
      expect(blockedFindings(again)).toEqual([]);
      expect(again.actions.filter(({ kind }) => kind === "publish mBOM")).toEqual([]);
    }
  });

  it("say what became of a first day that a planner took away", () => {
    const held = edited(AHEAD, set("L30", { effectivity: ALWAYS }));
    const { findings } = planned(onDay(BOLTS, "2026-03-02"), held).plan;
    expect(findings.filter(({ code }) => code === "mbom-edit-kept").map(({ cause }) => cause)).toEqual([
      "The mBOM of PUMP was edited in erp since Heddle published it: effectivity of line L30 (BOLT) stays none where engineering says from 2026-06-01.",
    ]);
    const after = planned(onDay(BOLTS, JUNE), held).plan;
    expect(after.findings.filter(({ code }) => code === "mbom-edit-kept")).toEqual([]);
  });

  it("are moved to another day with the planner's edits kept", () => {
    const bySeal = edited(AHEAD, set("L20~2026-05-31", { quantity: quantity("7") }));
    const held = edited(edited(bySeal, set("L30", { quantity: quantity("5") })), (lines) => [...lines, GLUE]);
    const july = { ...BOLTS, change: { ...BOLTS.change, effectiveFrom: "2026-07-01" as Day } };
    expect(pump(applied(planned(july, held).plan, held))).toEqual([
      "L10 1 EA CASE",
      "L20~2026-06-30 7 EA SEAL until 2026-06-30",
      "L20 3 EA SEAL from 2026-07-01",
      "L30 5 EA BOLT from 2026-07-01",
      "planner:0040 1 EA GLUE",
    ]);
  });

  it("end each design by its own day, where the same line changes twice", () => {
    const held = next(edited(AHEAD, set("L20~2026-05-31", { quantity: quantity("7") })));
    const seals = eco("ECO-3", "2026-07-01" as Day, line("CASE", "1"), line("SEAL", "4"), line("BOLT", "4"));
    const later = { ...seals, change: { ...seals.change, releasedAt: "2026-02-02T12:00:00.000Z" } };
    expect(pump(applied(planned(later, held).plan, held))).toEqual([
      "L10 1 EA CASE",
      "L20~2026-06-30 3 EA SEAL from 2026-06-01 until 2026-06-30",
      "L20 4 EA SEAL from 2026-07-01",
      "L30 4 EA BOLT from 2026-06-01",
      "L20~2026-05-31 7 EA SEAL until 2026-05-31",
    ]);
  });

  it("are cleared away by the next change, with the edits of the plant kept", () => {
    const held = next(edited(AHEAD, set("L30", { quantity: quantity("5") })));
    const shim = onDay(
      eco("ECO-3", null, line("CASE", "1"), line("SEAL", "3"), line("BOLT", "4"), line("SHIM", "1")),
      "2026-08-01",
    );
    const later = { ...shim, change: { ...shim.change, releasedAt: "2026-07-01T12:00:00.000Z" } };
    expect(pump(applied(planned(later, held).plan, held))).toEqual([
      "L10 1 EA CASE",
      "L20 3 EA SEAL from 2026-06-01",
      "L30 5 EA BOLT from 2026-06-01",
      "L40 1 EA SHIM",
    ]);
  });
});

function publications(scenario: Scenario, held: Books): readonly unknown[] {
  return planned(scenario, held).plan.actions.filter(({ kind }) => kind === "publish mBOM");
}

describe("a line that ends by itself", () => {
  const MAY_31 = { effectivity: { from: null, until: "2026-05-31" as Day } };
  const seals = eco("ECO-1", null, line("CASE", "1"), line("SEAL", "2", MAY_31));
  const done = applied(planned(seals, START).plan, START);

  it("is written once: that its last day passes writes nothing", () => {
    expect(pump(done)).toEqual(["L10 1 EA CASE", "L20 2 EA SEAL until 2026-05-31"]);
    for (const today of ["2026-03-02", "2026-05-31", JUNE, "2027-01-01"]) {
      const { plan } = planned(onDay(seals, today), done);
      expect(isInStep(plan)).toBe(true);
      expect(plan.mboms.map(({ diff }) => [diff.added.length, diff.removed.length])).toEqual(
        today < JUNE ? [[2, 0]] : [[1, 0]],
      );
    }
  });

  it("stays as planners edited it, without a question once it is over", () => {
    const held = edited(done, set("L20", { quantity: quantity("3") }));
    for (const today of ["2026-03-02", JUNE]) {
      const { plan } = planned(onDay(seals, today), held);
      expect(blockedFindings(plan)).toEqual([]);
      expect(publications(onDay(seals, today), held)).toEqual([]);
    }
  });

  it("may be one that a planner let end, in the design of before and of the change", () => {
    const step = eco("ECO-2", null, line("CASE", "1"), line("SEAL", "3"));
    const once = applied(planned(step, next(FIRST)).plan, next(FIRST));
    const held = edited(once, set("L20", MAY_31));
    for (const today of ["2026-05-31", JUNE]) expect(publications(onDay(step, today), held)).toEqual([]);
  });

  it("may be tidied away by planners once it is over", () => {
    const held = edited(done, (lines) => lines.filter(({ key }) => key !== "L20"));
    expect(publications(onDay(seals, JUNE), held)).toEqual([]);
    expect(blockedFindings(planned(onDay(seals, JUNE), held).plan)).toEqual([]);
  });

  it("is cleared away with the next change, which knows no edit by it", () => {
    const bolts = onDay(
      eco("ECO-2", null, line("CASE", "1"), line("SEAL", "2", MAY_31), line("BOLT", "4")),
      "2026-07-01",
    );
    const once = applied(planned(bolts, next(done)).plan, next(done));
    expect(pump(once)).toEqual(["L10 1 EA CASE", "L30 4 EA BOLT"]);
    const again = planned(bolts, once).plan;
    expect(again.findings.map(({ code }) => code)).not.toContain("mbom-edit-kept");
    expect(publications(bolts, once)).toEqual([]);
  });

  it("is not written at all where it is over before it is published", () => {
    expect(pump(applied(planned(onDay(seals, JUNE), START).plan, START))).toEqual(["L10 1 EA CASE"]);
  });

  it("is left out of an ERP without days once it is over", () => {
    const noDays: Scenario = { ...seals, target: {} };
    const held = applied(planned(noDays, START).plan, START);
    expect(publications(onDay(noDays, JUNE), held)).toHaveLength(1);
  });
});

describe("laws of days and edits", () => {
  const day = fc.integer({ min: 0, max: 60 }).map((days) => daysAfter("2026-05-01" as Day, days));
  const open = fc.option(day);
  const span = fc.tuple(open, open).map(([a, b]): { effectivity: Effectivity } => {
    const [from, until] = a !== null && b !== null && a > b ? [b, a] : [a, b];
    return { effectivity: { from, until } };
  });
  const edit = fc.oneof(
    fc.constantFrom("7", "9").map((amount) => ({ quantity: quantity(amount) })),
    fc.constant({ operation: "0030" as OperationId }),
    span,
    fc.constant(null),
  );
  const edits = fc.array(fc.tuple(fc.nat(6), edit), { maxLength: 3 });

  it("what stands is not written again as days pass, whatever ends by itself and whatever planners changed", () => {
    fc.assert(
      fc.property(span, span, open, edits, fc.array(day, { maxLength: 4 }), (seal, bolt, from, given, days) => {
        const held = next(FIRST);
        const step = eco("ECO-2", from, line("CASE", "1"), line("SEAL", "3", seal), line("BOLT", "4", bolt));
        const once = applied(planned(step, held).plan, held);
        // A change that writes nothing has nothing that could be written again.
        fc.pre(once.published.get("PUMP" as ItemId)?.change === "ECO-2");
        const plant = edited(once, (lines) =>
          lines.flatMap((each, at) => {
            const [, more] = given.find(([index]) => index === at) ?? [at, {}];
            return more === null ? [] : [{ ...each, ...more }];
          }),
        );
        for (const today of days.toSorted()) {
          expect(publications(onDay(step, today), plant)).toEqual([]);
          expect(blockedFindings(planned(onDay(step, today), plant).plan)).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

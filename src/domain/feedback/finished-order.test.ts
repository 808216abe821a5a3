import { describe, expect, it } from "vitest";
import type { ChangeId, ItemId, OperationId, PlantId, ProductionOrderId, Revision } from "../ids.ts";
import { rational } from "../rational.ts";
import { sketchOf } from "./duration-sketch.ts";
import { observationsOf, type Expected, type FinishedOrder, type OrderCell } from "./finished-order.ts";
import { NO_ELEMENTS, type KpiElements } from "./kpi-elements.ts";

const AT_0020 = "0020" as OperationId;

function order(more: Partial<FinishedOrder>): FinishedOrder {
  return {
    order: "MO-1" as ProductionOrderId,
    plant: "1000" as PlantId,
    item: "FX-110" as ItemId,
    finishedAt: "2026-02-02T12:00:00.000Z",
    cells: [],
    runMs: new Map(),
    nonconformances: [],
    substitutions: [],
    ...more,
  };
}

function cell(pieces: number, more: Partial<KpiElements> = {}, revision: string | null = "B"): OrderCell {
  const made = rational(BigInt(pieces));
  return {
    revision: revision as Revision | null,
    operation: AT_0020,
    elements: { ...NO_ELEMENTS, good: made, inspected: made, goodAtFirst: made, ...more },
  };
}

const NOTHING: Expected = { change: null, revision: null, plannedScrap: () => 0.03, yieldBefore: () => null };

/** `0020 rev B, 40 pieces: scrap {…}` */
function shown(one: FinishedOrder, expected: Expected = NOTHING): readonly string[] {
  return observationsOf(one, expected).flatMap(({ place, pieces, reading: { kind, ...figures } }) => {
    const isQuiet = "occurred" in figures && figures.occurred.length === 0;
    return isQuiet
      ? []
      : [`${place.operation} rev ${place.revision}, ${pieces} pieces: ${kind} ${JSON.stringify(figures)}`];
  });
}

describe("an order shows", () => {
  it("scrap of all its shifts together, against what is planned", () => {
    const shift = cell(20, { good: rational(18n), scrap: rational(2n) });
    expect(shown(order({ cells: [shift, shift] }))).toEqual([
      '0020 rev B, 40 pieces: scrap {"scrapped":4,"plannedShare":0.03}',
    ]);
  });

  it("its median run time where the routing has one", () => {
    const timed = cell(3, { cycleTimes: sketchOf([60_000, 60_000, 600_000]) });
    const [runTime] = observationsOf(order({ cells: [timed], runMs: new Map([[AT_0020, 50_000]]) }), NOTHING);
    expect(runTime?.reading).toMatchObject({ kind: "run time", plannedSeconds: 50 });
    expect(runTime?.reading.kind === "run time" ? runTime.reading.medianSeconds : 0).toBeCloseTo(60, -1);
    expect(shown(order({ cells: [timed] }))).toHaveLength(1);
  });

  it("first-pass yield only where it is known what it was before a change", () => {
    const cells = [cell(40, { goodAtFirst: rational(30n) })];
    const change = "ECO-7" as ChangeId;
    expect(shown(order({ cells }), { ...NOTHING, change })).toHaveLength(1);
    expect(shown(order({ cells }), { ...NOTHING, change, yieldBefore: () => 0.95 })).toContain(
      '0020 rev B, 40 pieces: first-pass yield {"passed":30,"shareBefore":0.95,"change":"ECO-7"}',
    );
  });

  it("that nothing occurred, which counts as well", () => {
    const kinds = observationsOf(order({ cells: [cell(40)] }), NOTHING).map(({ reading }) => reading);
    expect(kinds).toContainEqual({ kind: "nonconformance", occurred: [] });
    expect(kinds).toContainEqual({ kind: "substitution", occurred: [] });
  });

  it("what was found at no operation, and of no piece", () => {
    const nonconformances = [{ operation: null, code: "SURFACE", times: 2 }];
    expect(shown(order({ nonconformances }))).toEqual([
      '- rev -, 1 pieces: nonconformance {"occurred":[{"code":"SURFACE","times":2}]}',
    ]);
  });

  it("by the revision that was told, wherever it was told, for what names none", () => {
    const cells = [cell(20, {}, null), { ...cell(20), operation: "0030" as OperationId }];
    const nonconformances = [{ operation: "0040" as OperationId, code: "SURFACE", times: 1 }];
    expect(
      shown(order({ cells, nonconformances }), { ...NOTHING, revision: "C" as Revision }).map((text) =>
        text.slice(0, 10),
      ),
    ).toEqual(["0020 rev B", "0030 rev B", "0040 rev B"]);
  });

  it("each operation by itself, in order, with what was found and used there", () => {
    const cells = ["0030", "0020"].map((operation) => ({ ...cell(10), operation: operation as OperationId }));
    const substitutions = [
      { operation: AT_0020, designed: "BOLT" as ItemId, used: "BOLT-ZN" as ItemId, times: 8 },
      { operation: "0030" as OperationId, designed: "NUT" as ItemId, used: "NUT-ZN" as ItemId, times: 1 },
    ];
    const nonconformances = [{ operation: AT_0020, code: "SURFACE", times: 2 }];
    expect(shown(order({ cells, substitutions, nonconformances }))).toEqual([
      '0020 rev B, 10 pieces: scrap {"scrapped":0,"plannedShare":0.03}',
      '0020 rev B, 10 pieces: nonconformance {"occurred":[{"code":"SURFACE","times":2}]}',
      '0020 rev B, 10 pieces: substitution {"occurred":[{"designed":"BOLT","used":"BOLT-ZN","times":8}]}',
      '0030 rev B, 10 pieces: scrap {"scrapped":0,"plannedShare":0.03}',
      '0030 rev B, 10 pieces: substitution {"occurred":[{"designed":"NUT","used":"NUT-ZN","times":1}]}',
    ]);
  });

  it("no run time of pieces that nobody timed or made", () => {
    const runMs = new Map([[AT_0020, 50_000]]);
    const kinds = (of: OrderCell) =>
      observationsOf(order({ cells: [of], runMs }), NOTHING).map(({ reading }) => reading.kind);
    expect(kinds(cell(3))).not.toContain("run time");
    expect(kinds(cell(0, { cycleTimes: sketchOf([60_000]) }))).not.toContain("run time");
    expect(kinds(cell(1, { cycleTimes: sketchOf([60_000]) }))).toContain("run time");
  });

  it("no first-pass yield where nothing was inspected", () => {
    const none = cell(40, { inspected: rational(0n), goodAtFirst: rational(0n), good: rational(0n) });
    const after = { ...NOTHING, change: "ECO-7" as ChangeId, yieldBefore: () => 0.95 };
    expect(shown(order({ cells: [none] }), after).some((text) => text.includes("first-pass"))).toBe(false);
    const unasked = { ...NOTHING, yieldBefore: () => 0.95 };
    expect(shown(order({ cells: [cell(40)] }), unasked).some((text) => text.includes("first-pass"))).toBe(false);
  });

  it("by the revision in force, where nobody told the order's own", () => {
    const cells = [cell(40, {}, null)];
    expect(shown(order({ cells }), { ...NOTHING, revision: "C" as Revision })[0]).toMatch(/^0020 rev C/);
  });
});

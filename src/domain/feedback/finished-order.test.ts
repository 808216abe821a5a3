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

  it("by the revision in force, where nobody told the order's own", () => {
    const cells = [cell(40, {}, null)];
    expect(shown(order({ cells }), { ...NOTHING, revision: "C" as Revision })[0]).toMatch(/^0020 rev C/);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId, OperationId, PlantId, ProductionOrderId } from "../../domain/ids.ts";
import { compare, minus, plus, rational, roundedHalfUp, times, ZERO, type Rational } from "../../domain/rational.ts";
import type { MaterialConsumption, Posting } from "../port.ts";
import { bookedOf, isPlanned, originNaming } from "./booked-moves.ts";
import { cyclesOf, figureOf, movesOf, plannedAfter } from "./booking.ts";
import type { Units } from "./company.ts";
import type { Place } from "./production-place.ts";
import { quantityNumber } from "./values.ts";
import type { Move, Work } from "./wire.ts";

/** Everything is glue, in kilograms with two decimals. */
const UNITS: Units = { of: () => "KGM", digits: () => 2, idOf: () => 1 };
const GLUE = "GLUE" as ItemId;
const PLANNED = 10;
const OUTPUT = 1;

function move(id: number, quantity: number, state: string, origin: number | null): Move {
  const stamps = { create_date: null, write_date: null, _timestamp: "0" };
  const named = origin === null ? null : originNaming(origin);
  return { id, quantity, uom: 1, state, origin: named, "product.": { id: 7, code: GLUE }, ...stamps };
}
function placeWith(
  inputs: readonly Move[],
  outputs: readonly Move[],
  postings: readonly Posting[],
  works: Work[] = [],
) {
  const production = { "inputs.": inputs, "outputs.": outputs, "works.": works };
  const notes = { booked: postings.map((told) => ({ posting: told })), underway: [] };
  return { production, cycles: [], notes } as unknown as Place;
}
function posting(consumptions: readonly MaterialConsumption[]): Posting {
  return {
    id: "MO-1:1",
    order: "MO-1" as ProductionOrderId,
    plant: "1000" as PlantId,
    at: "2026-03-02T10:00:00.000Z",
    confirmations: [],
    consumptions,
  };
}
const glue = (grams: number, lot: string | null): MaterialConsumption => ({
  line: null,
  item: GLUE,
  operation: null,
  quantity: { amount: rational(BigInt(grams)), unit: "GRM" },
  lot,
  serials: [],
});
const sum = (moves: readonly Move[]): Rational => moves.map(figureOf).reduce(plus, ZERO);

/** A production that is booked at, one posting after the other, as Tryton would hold it. */
function productionOf() {
  let inputs: Move[] = [move(PLANNED, 5, "draft", null)];
  let outputs: Move[] = [];
  const booked: Posting[] = [];
  let ids = PLANNED;
  return {
    place: () => placeWith(inputs, outputs, booked),
    /** All that is planned is issued at once. */
    run: () => void (inputs = inputs.map((held) => ({ ...held, state: "done" }))),
    book(told: Posting) {
      const moves = movesOf(told, placeWith(inputs, outputs, booked), UNITS);
      const left = plannedAfter(moves);
      const made = moves.map(({ quantity, planned, direction }) => {
        const origin = planned?.id ?? OUTPUT;
        return { direction, move: move((ids += 1), quantityNumber(quantity)!, "done", origin) };
      });
      const remaining = (held: Move) => left.get(held.id) ?? figureOf(held);
      inputs = inputs.map((held) => ({ ...held, quantity: quantityNumber(remaining(held))! }));
      inputs.push(...made.filter(({ direction }) => direction === "in").map((added) => added.move));
      outputs = [...outputs, ...made.filter(({ direction }) => direction === "back").map((added) => added.move)];
      booked.push(told);
    },
  };
}

type Step = { readonly kind: "run" } | { readonly kind: "used"; readonly grams: number; readonly lot: string | null };
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: "run" } as const) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("used" as const),
      grams: fc.integer({ min: -2_500, max: 4_000 }),
      lot: fc.constantFrom(null, "L-1", "L-2"),
    }),
  },
);

describe("moves of a posting", () => {
  it("issue what was used, whatever came before, less what people issued, and leave the order's need as it is", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 12 }), (steps) => {
        const order = productionOf();
        const byLot = new Map<string | null, number>();
        for (const step of steps) {
          if (step.kind === "run") {
            order.run();
            continue;
          }
          // Nobody takes back more than was used.
          const used = Math.max(step.grams, -(byLot.get(step.lot) ?? 0));
          byLot.set(step.lot, (byLot.get(step.lot) ?? 0) + used);
          order.book(posting([glue(used, step.lot)]));
        }
        const { production } = order.place();
        const { "inputs.": inputs, "outputs.": outputs } = production;
        const told = [...byLot.values()]
          .map((grams) => roundedHalfUp(times(rational(BigInt(grams)), rational(1n, 1_000n)), 2))
          .reduce(plus, ZERO);
        const byHeddle = minus(sum(inputs.filter((one) => !isPlanned(one))), sum(outputs));
        const byPeople = sum(inputs.filter((one) => isPlanned(one) && one.state === "done"));
        const usedOfPeople = minus(told, byHeddle);
        expect(compare(usedOfPeople, ZERO)).toBeGreaterThanOrEqual(0);
        expect(compare(usedOfPeople, byPeople)).toBeLessThanOrEqual(0);

        const planned = inputs.find(({ id }) => id === PLANNED)!;
        const { used, returned } = bookedOf(planned, production);
        expect(plus(figureOf(planned), minus(sum(used), sum(returned)))).toEqual(rational(5n));
      }),
    );
  });

  it("take off the plan first, then stand beside it", () => {
    const order = productionOf();
    const moves = movesOf(posting([glue(6_000, "L-1")]), order.place(), UNITS);
    expect(
      moves.map(({ direction, quantity, planned, lot }) => [direction, quantityNumber(quantity), planned?.id, lot]),
    ).toEqual([
      ["in", 5, PLANNED, "L-1"],
      ["in", 1, undefined, "L-1"],
    ]);
  });
});

describe("cycles of a posting", () => {
  it("are of the work whose operation's name begins with the number", () => {
    const work = { id: 3, "operation.": { id: 1, name: "0010 Cut" }, "work_center.": { id: 1, name: "LAS-1" } } as Work;
    const none = { amount: ZERO, unit: "EA" } as const;
    const told = { good: none, scrap: none, rework: none, isFinal: false };
    const confirmations = ["0010", "0020"].map((operation) => ({
      ...told,
      operation: operation as OperationId,
      setupMs: 1_000,
      runMs: 500,
    }));
    expect(cyclesOf(confirmations, placeWith([], [], [], [work]))).toEqual([{ work, ms: 1_500 }]);
  });
});

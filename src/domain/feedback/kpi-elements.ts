import type { Day } from "../calendar.ts";
import type { ChangeId, ItemId, OperationId, PlantId, Revision, WorkCenterId } from "../ids.ts";
import { plainOrder } from "../natural-order.ts";
import { plus, ZERO, type Rational } from "../rational.ts";
import type { Unit } from "../unit.ts";
import { merged, NO_DURATIONS, type DurationSketch } from "./duration-sketch.ts";

/**
 * What KPIs are worked out from, as ISO 22400-2 names it: sums, never ratios, so that elements of any parts of
 * production add up to those of the whole, exactly and in any order. Quantities are in the key's unit; times are in
 * milliseconds.
 */
export type KpiElements = {
  /** GQ, good quantity, those that became good by rework included. */
  readonly good: Rational;
  /** SQ, scrap quantity. Produced quantity, PQ, is GQ + SQ: each piece once, when its fate is known. */
  readonly scrap: Rational;
  /** RQ, rework quantity: sent to rework. Apart from PQ, for the piece is good or scrap in the end. */
  readonly rework: Rational;
  /** IP, inspected parts: what came out of the operation for the first time, good or not. */
  readonly inspected: Rational;
  /** GP, good parts: what was good when it came out for the first time. */
  readonly goodAtFirst: Rational;
  /** AUST, actual unit setup time. */
  readonly setupMs: number;
  /** APT, actual production time: processing of first passes, without setup, waiting, interruptions and rework. */
  readonly productionMs: number;
  /** Processing of what was sent to rework. Not of the standard: it is no value-adding time, so it is not in APT. */
  readonly reworkMs: number;
  /** ADET, actual unit delay time: down while at an order. */
  readonly delayMs: number;
  /** ADOT, actual unit down time: down while at none. */
  readonly downMs: number;
  /** Down as planned, for maintenance, say: no part of PBT, nor of ADET or ADOT. */
  readonly plannedDownMs: number;
  /**
   * AOET, actual order execution time, from the order's start to its end with waiting and transport. An operation's
   * part of it is from the completion before it: parts of an order's operations add up to the order's.
   */
  readonly executionMs: number;
  /** PBT, planned busy time. Of a work center and its shift: no item or operation has a part of it. */
  readonly plannedBusyMs: number;
  /** Σ PRI × PQ: what the processing in `withPlanMs` was planned to take, by planned run time per item. */
  readonly plannedRunMs: Rational;
  /** That part of APT for which there is a PRI. */
  readonly withPlanMs: number;
  /** Processing times per unit of first passes, one for each time that a source reported some. */
  readonly cycleTimes: DurationSketch;
};

/** What elements are kept apart by. Null: of all, or of none. */
export type KpiKey = {
  readonly plant: PlantId;
  readonly item: ItemId | null;
  readonly revision: Revision | null;
  readonly operation: OperationId | null;
  readonly workCenter: WorkCenterId | null;
  /** Engineering changes in force when it was made, sorted. */
  readonly changes: readonly ChangeId[];
  /** The plant's day on which the shift began. */
  readonly day: Day | null;
  readonly shift: string | null;
  /** What quantities are counted in; null where there are none. */
  readonly unit: Unit | null;
};

export type KpiCell = { readonly key: KpiKey; readonly elements: KpiElements };

/** Cells by `keyText` of their keys, in its order. */
export type KpiCells = ReadonlyMap<string, KpiCell>;

export const NO_ELEMENTS: KpiElements = {
  good: ZERO,
  scrap: ZERO,
  rework: ZERO,
  inspected: ZERO,
  goodAtFirst: ZERO,
  setupMs: 0,
  productionMs: 0,
  reworkMs: 0,
  delayMs: 0,
  downMs: 0,
  plannedDownMs: 0,
  executionMs: 0,
  plannedBusyMs: 0,
  plannedRunMs: ZERO,
  withPlanMs: 0,
  cycleTimes: NO_DURATIONS,
};

/** The sum of both: commutative and associative, with `NO_ELEMENTS` as its zero. */
export function mergedElements(a: KpiElements, b: KpiElements): KpiElements {
  return {
    good: plus(a.good, b.good),
    scrap: plus(a.scrap, b.scrap),
    rework: plus(a.rework, b.rework),
    inspected: plus(a.inspected, b.inspected),
    goodAtFirst: plus(a.goodAtFirst, b.goodAtFirst),
    setupMs: a.setupMs + b.setupMs,
    productionMs: a.productionMs + b.productionMs,
    reworkMs: a.reworkMs + b.reworkMs,
    delayMs: a.delayMs + b.delayMs,
    downMs: a.downMs + b.downMs,
    plannedDownMs: a.plannedDownMs + b.plannedDownMs,
    executionMs: a.executionMs + b.executionMs,
    plannedBusyMs: a.plannedBusyMs + b.plannedBusyMs,
    plannedRunMs: plus(a.plannedRunMs, b.plannedRunMs),
    withPlanMs: a.withPlanMs + b.withPlanMs,
    cycleTimes: merged(a.cycleTimes, b.cycleTimes),
  };
}

/** One text for one key. */
export function keyText(key: KpiKey): string {
  const { plant, item, revision, operation, workCenter, changes, day, shift, unit } = key;
  return JSON.stringify([plant, item, revision, operation, workCenter, changes, day, shift, unit]);
}

/** One cell for each key, with the sum of what the given ones with that key hold. */
export function cellsOf(parts: Iterable<KpiCell>): KpiCells {
  const cells = new Map<string, KpiCell>();
  for (const part of parts) {
    const text = keyText(part.key);
    const held = cells.get(text);
    cells.set(
      text,
      held === undefined ? part : { key: held.key, elements: mergedElements(held.elements, part.elements) },
    );
  }
  return new Map([...cells].sort(([a], [b]) => plainOrder(a, b)));
}

/** Cells of two parts of production together. */
export function mergedCells(a: KpiCells, b: KpiCells): KpiCells {
  return cellsOf([...a.values(), ...b.values()]);
}

/**
 * Cells by less of their keys: `(key) => ({ ...key, day: null, shift: null })` adds up all days. Keep the operation
 * where quantities matter: one piece goes through each.
 */
export function regrouped(cells: KpiCells, by: (key: KpiKey) => KpiKey): KpiCells {
  return cellsOf([...cells.values()].map(({ key, elements }) => ({ key: by(key), elements })));
}

/** All of them as one. */
export function totalOf(cells: KpiCells): KpiElements {
  return [...cells.values()].reduce((sum, { elements }) => mergedElements(sum, elements), NO_ELEMENTS);
}

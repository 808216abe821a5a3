import type { Day } from "../calendar.ts";
import type { ChangeId, ItemId, OperationId, PlantId, Revision, WorkCenterId } from "../ids.ts";
import { plainOrder } from "../natural-order.ts";
import { plus, readRational, ZERO, type Rational } from "../rational.ts";
import type { Unit } from "../unit.ts";
import { mergedAll, NO_DURATIONS, type DurationSketch } from "./duration-sketch.ts";

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
  return sumOfElements([a, b]);
}

/** The sum of all of them, in one go: sums over a year have thousands of parts. */
export function sumOfElements(parts: readonly KpiElements[]): KpiElements {
  const [first, ...others] = parts;
  if (first === undefined) return NO_ELEMENTS;
  if (others.length === 0) return first;
  const sum = { ...first };
  for (const part of others) {
    for (const name of QUANTITIES) sum[name] = plus(sum[name], part[name]);
    for (const name of TIMES) sum[name] += part[name];
  }
  return { ...sum, cycleTimes: mergedAll(parts.map(({ cycleTimes }) => cycleTimes)) };
}

const QUANTITIES = ["good", "scrap", "rework", "inspected", "goodAtFirst", "plannedRunMs"] as const;
const TIMES = [
  ...(["setupMs", "productionMs", "reworkMs", "delayMs", "downMs", "plannedDownMs", "executionMs"] as const),
  ...(["plannedBusyMs", "withPlanMs"] as const),
] as const;

/** Elements as `fromJson` reads them back from `toJson`'s form; several times as fast, for reports read thousands. */
export function readElements(json: unknown): KpiElements {
  const held = json as Record<string, number> & { readonly cycleTimes: DurationSketch };
  const elements = { ...NO_ELEMENTS, cycleTimes: held.cycleTimes };
  for (const name of TIMES) elements[name] = held[name] ?? 0;
  for (const name of QUANTITIES) elements[name] = exact((held[name] as unknown as { readonly $exact: string }).$exact);
  return elements;
}

function exact(text: string): Rational {
  const number = readRational(text);
  if (number === null) throw new TypeError(`"${text}" is not an exact number`);
  return number;
}

/** One text for one key. */
export function keyText(key: KpiKey): string {
  const { plant, item, revision, operation, workCenter, changes, day, shift, unit } = key;
  return JSON.stringify([plant, item, revision, operation, workCenter, changes, day, shift, unit]);
}

/** One cell for each key, with the sum of what the given ones with that key hold. */
export function cellsOf(parts: Iterable<KpiCell>): KpiCells {
  const groups = new Map<string, { readonly key: KpiKey; readonly elements: KpiElements[] }>();
  for (const { key, elements } of parts) {
    const text = keyText(key);
    const held = groups.get(text);
    if (held === undefined) groups.set(text, { key, elements: [elements] });
    else held.elements.push(elements);
  }
  const sorted = [...groups].sort(([a], [b]) => plainOrder(a, b));
  return new Map(sorted.map(([text, { key, elements }]) => [text, { key, elements: sumOfElements(elements) }]));
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
  return cellsOf(cells.values().map(({ key, elements }) => ({ key: by(key), elements })));
}

/** All of them as one. */
export function totalOf(cells: KpiCells): KpiElements {
  return sumOfElements([...cells.values()].map(({ elements }) => elements));
}

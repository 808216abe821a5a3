import type { PlantId } from "../ids.ts";
import { naturalOrder, plainOrder } from "../natural-order.ts";
import type { ShiftCalendar } from "../orders/shift-calendar.ts";
import { countOf, quantile } from "./duration-sketch.ts";
import { sumOfElements, type KpiCell, type KpiElements, type KpiKey } from "./kpi-elements.ts";
import { kpisOf, type Kpis } from "./kpis.ts";
import { plannedBusyCells } from "./planned-busy.ts";

/** What lines of a report can be told apart by, beside the plant and the unit. */
export type KpiPart = Exclude<keyof KpiKey, "plant" | "unit">;

/** What was made by one part of production, and what it comes to. */
export type KpiLine = KpiCell & { readonly kpis: Kpis; readonly cycleTime: CycleTime };

/** Processing time of one unit, of first passes: quantiles in milliseconds, each within 1 % of the exact one. */
type CycleTime = {
  /** How many times were reported. */
  readonly count: number;
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
};

type ReportOptions = {
  readonly parts: readonly KpiPart[];
  /** Whether the cells are all that work centers did: else no planned busy time belongs to them. */
  readonly isWhole: boolean;
  /** Null for a plant without shifts. */
  readonly calendarOf: (plant: PlantId) => ShiftCalendar | null;
};

/**
 * Adds cells up to one line for each plant, unit and combination of parts, sorted by the parts in their order. Lines
 * that work centers can be held against their shifts by have planned busy time, and so availability and OEE: those that
 * are told apart by work center, day and shift alone, of cells that are all that was done.
 */
export function kpiLines(cells: readonly KpiCell[], { parts, isWhole, calendarOf }: ReportOptions): readonly KpiLine[] {
  const isPlanned = isWhole && parts.every((part) => part === "workCenter" || part === "day" || part === "shift");
  const planned = isPlanned ? plannedBusyCells(cells, calendarOf) : [];
  return linesOf([...cells, ...planned], parts)
    .toSorted(byParts(parts))
    .map(lineOf);
}

function linesOf(cells: readonly KpiCell[], parts: readonly KpiPart[]): readonly KpiCell[] {
  const groups = Map.groupBy(cells, ({ key }) => JSON.stringify([key.plant, ...parts.map((part) => key[part])]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : unitLines(keyOfParts(first.key, parts), group);
  });
}

/** The key of a line, without its unit. */
function keyOfParts(key: KpiKey, parts: readonly KpiPart[]): KpiKey {
  const none = { item: null, revision: null, operation: null, workCenter: null, changes: [], day: null, shift: null };
  return { plant: key.plant, ...none, ...Object.fromEntries(parts.map((part) => [part, key[part]])), unit: null };
}

/**
 * What has no unit, downtime without an order and planned busy time, joins the line of the one unit that there is. Of
 * several each has a line of its own: pieces and kilograms have no sum. Then nobody can say which of them the planned
 * time was for, and it is left out.
 */
function unitLines(key: KpiKey, cells: readonly KpiCell[]): readonly KpiCell[] {
  const byUnit = Map.groupBy(cells, (cell) => cell.key.unit);
  const units = [...byUnit.keys()].filter((unit) => unit !== null);
  if (units.length < 2) return [{ key: { ...key, unit: units[0] ?? null }, elements: sumOf(cells) }];
  return [...byUnit].flatMap(([unit, ofUnit]) => {
    const told = ofUnit.filter(({ elements }) => elements.plannedBusyMs === 0);
    return told.length === 0 ? [] : [{ key: { ...key, unit }, elements: sumOf(told) }];
  });
}

function sumOf(cells: readonly KpiCell[]): KpiElements {
  return sumOfElements(cells.map(({ elements }) => elements));
}

function byParts(parts: readonly KpiPart[]): (a: KpiCell, b: KpiCell) => number {
  return ({ key: a }, { key: b }) => {
    for (const part of ["plant", ...parts, "unit"] as const) {
      const [one, other] = [textOf(a[part]), textOf(b[part])];
      if (one !== other) return part === "day" ? plainOrder(one, other) : naturalOrder(one, other);
    }
    return 0;
  };
}

function textOf(part: KpiKey[keyof KpiKey]): string {
  return part === null ? "" : typeof part === "string" ? part : part.join(" ");
}

function lineOf({ key, elements }: KpiCell): KpiLine {
  return { key, elements, kpis: kpisOf(elements), cycleTime: cycleTimeOf(elements) };
}

function cycleTimeOf({ cycleTimes }: KpiElements): CycleTime {
  const at = (share: number) => quantile(cycleTimes, share);
  return { count: countOf(cycleTimes), p10: at(0.1), p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

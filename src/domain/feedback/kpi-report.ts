import type { PlantId } from "../ids.ts";
import { naturalOrder } from "../natural-order.ts";
import type { ShiftCalendar } from "../orders/shift-calendar.ts";
import { countOf, quantile } from "./duration-sketch.ts";
import { keyText, regrouped, type KpiCell, type KpiCells, type KpiElements, type KpiKey } from "./kpi-elements.ts";
import type { Unit } from "../unit.ts";
import { kpisOf, type Kpis } from "./kpis.ts";
import { plannedBusyCells } from "./planned-busy.ts";

/** What lines of a report can be told apart by, beside the plant and the unit. */
export type KpiPart = Exclude<keyof KpiKey, "plant" | "unit">;

/** What was made by one part of production, and what it comes to. */
export type KpiLine = KpiCell & { readonly kpis: Kpis; readonly cycleTime: CycleTime };

/** Processing time of one unit, of first passes: quantiles in milliseconds, each within 1 % of the exact one. */
export type CycleTime = {
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
export function kpiLines(cells: KpiCells, { parts, isWhole, calendarOf }: ReportOptions): readonly KpiLine[] {
  const unitsOf = unitsByLine(cells, parts);
  const isPlanned = isWhole && parts.every((part) => part === "workCenter" || part === "day" || part === "shift");
  const planned = isPlanned ? plannedBusyCells(cells, calendarOf) : [];
  const all = withMore(
    cells,
    planned.filter(({ key }) => unitsOf(key).size < 2),
  );
  const lines = regrouped(all, (key) => {
    const [unit = null, ...others] = unitsOf(key);
    return { ...keyOfParts(key, parts), unit: others.length === 0 ? unit : key.unit };
  });
  return [...lines.values()].toSorted(byParts(parts)).map(lineOf);
}

function withMore(cells: KpiCells, more: readonly KpiCell[]): KpiCells {
  return new Map([...cells, ...more.map((cell, at): [string, KpiCell] => [`planned ${at}`, cell])]);
}

/** The key of a line, without its unit. */
function keyOfParts(key: KpiKey, parts: readonly KpiPart[]): KpiKey {
  const none = { item: null, revision: null, operation: null, workCenter: null, changes: [], day: null, shift: null };
  return { plant: key.plant, ...none, ...Object.fromEntries(parts.map((part) => [part, key[part]])), unit: null };
}

/**
 * The units that lines count in. What has no unit, downtime without an order and planned busy time, joins the line of
 * the one unit that there is. Of several each has a line of its own: pieces and kilograms have no sum. Then nobody can
 * say which of them the planned time was for.
 */
function unitsByLine(cells: KpiCells, parts: readonly KpiPart[]): (key: KpiKey) => ReadonlySet<Unit> {
  const nameOf = (key: KpiKey) => keyText(keyOfParts(key, parts));
  const units = new Map<string, Set<Unit>>();
  for (const { key } of cells.values()) {
    if (key.unit === null) continue;
    const name = nameOf(key);
    const known = units.get(name);
    if (known === undefined) units.set(name, new Set([key.unit]));
    else known.add(key.unit);
  }
  return (key) => units.get(nameOf(key)) ?? NO_UNITS;
}

const NO_UNITS: ReadonlySet<Unit> = new Set();

function byParts(parts: readonly KpiPart[]): (a: KpiCell, b: KpiCell) => number {
  const wordsOf = ({ key }: KpiCell) => [key.plant, ...parts.map((part) => textOf(key[part])), key.unit ?? ""];
  return (a, b) => {
    const other = wordsOf(b);
    for (const [at, word] of wordsOf(a).entries()) {
      const order = naturalOrder(word, other[at] ?? "");
      if (order !== 0) return order;
    }
    return 0;
  };
}

function textOf(part: KpiKey[KpiPart]): string {
  return part === null ? "" : typeof part === "string" ? part : part.join(" ");
}

function lineOf({ key, elements }: KpiCell): KpiLine {
  return { key, elements, kpis: kpisOf(elements), cycleTime: cycleTimeOf(elements) };
}

function cycleTimeOf({ cycleTimes }: KpiElements): CycleTime {
  const at = (share: number) => quantile(cycleTimes, share);
  return { count: countOf(cycleTimes), p10: at(0.1), p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

import type { Day } from "../calendar.ts";
import type { PlantId } from "../ids.ts";
import { shiftStartsBetween, type ShiftCalendar } from "../orders/shift-calendar.ts";
import { plannedBusyCell } from "./elements-of-events.ts";
import { instantAt, elapsed, millisecondsOf } from "./instant.ts";
import { cellsOf, type KpiCell, type KpiElements } from "./kpi-elements.ts";
import { sign } from "../rational.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const OF_NOTHING = { item: null, revision: null, operation: null, changes: [], unit: null };

/**
 * Planned busy time, PBT, of work centers, one cell for each of their shifts in which they worked or were down: a shift
 * of which a work center tells nothing is taken for one in which nothing was planned. It is the shift's `hours`, or
 * else the time until the next shift begins, at most 24 h; less planned downtime, and never below zero. Outside of
 * shifts nothing is planned.
 */
export function plannedBusyCells(
  cells: readonly KpiCell[],
  calendarOf: (plant: PlantId) => ShiftCalendar | null,
): readonly KpiCell[] {
  const shifts = cellsOf(
    cells.map(({ key: { plant, workCenter, day, shift }, elements }) => ({
      key: { ...OF_NOTHING, plant, workCenter, day, shift },
      elements,
    })),
  );
  return [...Map.groupBy(shifts.values(), ({ key }) => key.plant)].flatMap(([plant, ofPlant]) => {
    const calendar = calendarOf(plant);
    return calendar === null ? [] : ofPlantCells(ofPlant, calendar);
  });
}

function ofPlantCells(shifts: readonly KpiCell[], calendar: ShiftCalendar): readonly KpiCell[] {
  const days = shifts.flatMap(({ key }) => key.day ?? []).toSorted();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const lengths = shiftLengths(calendar, first, last);
  return shifts.flatMap(({ key: { plant, workCenter, day, shift }, elements }) => {
    if (workCenter === null || day === null || shift === null || !isTold(elements)) return [];
    const planned = lengths.get(nameOf(day, shift));
    if (planned === undefined) return [];
    const busyMs = Math.max(0, planned - elements.plannedDownMs);
    return [plannedBusyCell({ plant, workCenter, day, shift }, busyMs)];
  });
}

function isTold({ setupMs, productionMs, reworkMs, delayMs, downMs, good, scrap }: KpiElements): boolean {
  const ms = setupMs + productionMs + reworkMs + delayMs + downMs;
  return ms > 0 || sign(good) > 0 || sign(scrap) > 0;
}

/** Milliseconds that shifts are planned to take, by day and name. */
function shiftLengths(calendar: ShiftCalendar, first: Day, last: Day): ReadonlyMap<string, number> {
  // A day of the plant begins and ends within a day of that of UTC; one more holds the shift after the last.
  const from = instantAt(millisecondsOf(`${first}T00:00:00.000Z`) - DAY_MS);
  const until = instantAt(millisecondsOf(`${last}T00:00:00.000Z`) + 3 * DAY_MS);
  const starts = shiftStartsBetween(calendar, from, until);
  return new Map(
    starts.map(({ day, shift, at }, index) => {
      const hours = calendar.shifts.find(({ name }) => name === shift)?.hours;
      const next = starts.slice(index + 1).find((later) => later.at > at);
      const untilNext = Math.min(DAY_MS, next === undefined ? DAY_MS : elapsed(at, next.at));
      return [nameOf(day, shift), hours === undefined ? untilNext : Math.round(hours * HOUR_MS)];
    }),
  );
}

function nameOf(day: Day, shift: string): string {
  return `${day} ${shift}`;
}

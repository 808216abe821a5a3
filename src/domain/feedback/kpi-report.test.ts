import { describe, expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import type { ChangeId, ItemId, OperationId, PlantId, Revision, WorkCenterId } from "../ids.ts";
import type { ShiftCalendar } from "../orders/shift-calendar.ts";
import { rational, rationalText, type Rational } from "../rational.ts";
import { sketchOf } from "./duration-sketch.ts";
import { NO_ELEMENTS, type KpiCell, type KpiElements, type KpiKey } from "./kpi-elements.ts";
import { kpiLines, type KpiPart } from "./kpi-report.ts";

const MINUTE = 60_000;

/** Early 06:00 to 14:00, late until 22:00, and a night shift that is planned for seven hours and a half. */
const calendar: ShiftCalendar = {
  timeZone: "Europe/Berlin",
  shifts: [
    { name: "early", start: "06:00", days: ["mon", "tue", "wed", "thu", "fri"] },
    { name: "late", start: "14:00", days: ["mon", "tue", "wed", "thu", "fri"] },
    { name: "night", start: "22:00", days: ["mon", "tue", "wed", "thu", "fri"], hours: 7.5 },
  ],
  closed: [],
};

type Named = { readonly [Part in keyof KpiKey]?: string | readonly string[] | null };

function cell(key: Named, elements: Partial<KpiElements>): KpiCell {
  const usual: KpiKey = {
    plant: "1000" as PlantId,
    item: "FX-200" as ItemId,
    revision: "B" as Revision,
    operation: "0010" as OperationId,
    workCenter: "SAW" as WorkCenterId,
    changes: ["ECO-7" as ChangeId],
    day: "2026-02-02" as Day,
    shift: "early",
    unit: "EA",
  };
  return { key: { ...usual, ...key } as KpiKey, elements: { ...NO_ELEMENTS, ...elements } };
}

/** A machine without an order. */
const idle = (elements: Partial<KpiElements>, key: Named = {}) =>
  cell({ item: null, revision: null, operation: null, changes: [], unit: null, ...key }, elements);

function all(amount: number): Rational {
  return rational(BigInt(amount));
}

function lines(cells: readonly KpiCell[], parts: readonly KpiPart[], isWhole = true) {
  return kpiLines(cells, { parts, isWhole, calendarOf: () => calendar });
}

function text(value: Rational | null | undefined): string | null {
  return value === null || value === undefined ? null : rationalText(value);
}

/** 50 times, each a second longer than the one before. */
function times(from: number) {
  return sketchOf(Array.from({ length: 50 }, (_, at) => (from + at) * 1_000));
}

describe("rows of KPIs", () => {
  const cells = [
    cell({}, { good: all(90), scrap: all(10) }),
    cell({ day: "2026-02-03" }, { good: all(45), scrap: all(5) }),
    cell({ operation: "0020" }, { good: all(100) }),
    cell({ operation: "0020", changes: ["ECO-7", "ECO-9"] }, { good: all(50) }),
  ];

  it("add up sums, never ratios, by the parts that are asked for", () => {
    const rows = lines(cells, ["operation"]).map(({ key, elements, kpis }) => [
      key.operation,
      key.day,
      key.changes.length,
      text(elements.good),
      text(kpis.scrapRatio),
    ]);
    expect(rows).toEqual([
      ["0010", null, 0, "135", "0.1"], // 15 of 150
      ["0020", null, 0, "150", "0"],
    ]);
  });

  it("are told apart by the changes in force", () => {
    expect(lines(cells, ["operation", "changes"]).map(({ key }) => [key.operation, ...key.changes])).toEqual([
      ["0010", "ECO-7"],
      ["0020", "ECO-7"],
      ["0020", "ECO-7", "ECO-9"],
    ]);
  });

  it("stand in the order that people number things in", () => {
    const numbered = ["100", "20", "9"].map((operation) => cell({ operation }, { good: all(1) }));
    expect(lines(numbered, ["operation"]).map(({ key }) => key.operation)).toEqual(["9", "20", "100"]);
  });

  it("tell cycle times by their quantiles, out of the sketches of all their parts", () => {
    const [line] = lines([cell({}, { cycleTimes: times(1) }), cell({ shift: "late" }, { cycleTimes: times(51) })], []);
    const { count, p10, p50, p90, p99 } = line?.cycleTime ?? {};
    expect(count).toBe(100);
    // Of 1 s, 2 s … 100 s, each within 1 %.
    for (const [found, exact] of [
      [p10, 10],
      [p50, 50],
      [p90, 90],
      [p99, 99],
    ] as const) {
      expect(Math.abs((found ?? 0) / 1_000 - exact)).toBeLessThanOrEqual(exact / 100);
    }
  });

  it("keep what is counted in pieces from what is counted in kilograms", () => {
    const rows = lines([cell({}, { good: all(3) }), cell({ item: "OIL", unit: "KGM" }, { good: all(5) })], []);
    expect(rows.map(({ key, elements }) => [text(elements.good), key.unit])).toEqual([
      ["3", "EA"],
      ["5", "KGM"],
    ]);
  });
});

describe("planned busy time", () => {
  it("is the shift's length, from its start to the next one's: 8 h", () => {
    const [row] = lines([cell({}, { productionMs: 360 * MINUTE })], ["workCenter", "day", "shift"]);
    expect(row?.elements.plannedBusyMs).toBe(480 * MINUTE);
    expect(text(row?.kpis.availability)).toBe("0.75"); // 360 / 480 min
  });

  it("is the shift's hours where the plant says how many are planned", () => {
    const [row] = lines([cell({ shift: "night" }, { productionMs: 360 * MINUTE })], ["workCenter"]);
    expect(text(row?.kpis.availability)).toBe("0.8"); // 360 / 450 min
  });

  it("is less by planned downtime", () => {
    const [row] = lines(
      [cell({}, { productionMs: 360 * MINUTE }), idle({ plannedDownMs: 30 * MINUTE })],
      ["workCenter"],
    );
    expect(row?.key.unit).toBe("EA");
    expect(text(row?.kpis.availability)).toBe("0.8"); // 360 / (480 - 30) min
  });

  it("counts a shift once, whatever items and operations it made, and none of which nothing is told", () => {
    const cells = [
      cell({}, { productionMs: 100 * MINUTE }),
      cell({ item: "FX-300", operation: "0020" }, { productionMs: 140 * MINUTE }),
      cell({ shift: "late" }, { productionMs: 240 * MINUTE }),
      cell({ workCenter: "MILL", shift: "late" }, { productionMs: 480 * MINUTE }),
    ];
    expect(lines(cells, ["workCenter"]).map(({ key, kpis }) => [key.workCenter, text(kpis.availability)])).toEqual([
      ["MILL", "1"],
      ["SAW", "0.5"], // 480 / 960 min
    ]);
  });

  it("counts a shift in which a work center was only down", () => {
    const [row] = lines([idle({ downMs: 480 * MINUTE })], ["workCenter"]);
    expect(text(row?.kpis.availability)).toBe("0");
  });

  it("ends with the last shift of the week after 24 h at most", () => {
    const early = { ...calendar, shifts: calendar.shifts.slice(0, 1) };
    const friday = [cell({ day: "2026-02-06" }, { productionMs: 720 * MINUTE })];
    const [row] = kpiLines(friday, { parts: ["workCenter"], isWhole: true, calendarOf: () => early });
    expect(text(row?.kpis.availability)).toBe("0.5");
  });

  it("is an hour shorter in the night shift when clocks go forward", () => {
    const noHours = { ...calendar, shifts: calendar.shifts.map(({ name, start, days }) => ({ name, start, days })) };
    const days = noHours.shifts.map((shift) => ({ ...shift, days: [...shift.days, "sat", "sun"] as const }));
    const night = [cell({ day: "2026-03-28", shift: "night" }, { productionMs: 420 * MINUTE })];
    const whole = { parts: ["workCenter"] as const, isWhole: true };
    const [row] = kpiLines(night, { ...whole, calendarOf: () => ({ ...noHours, shifts: days }) });
    expect(text(row?.kpis.availability)).toBe("1"); // 22:00 to 06:00 was 7 h
  });

  it.each<[string, readonly KpiPart[], boolean]>([
    ["of an item", ["item"], true],
    ["of an operation at a work center", ["workCenter", "operation"], true],
    ["by the changes in force", ["changes"], true],
    ["where a part of the production was asked for", ["workCenter"], false],
  ])("is nobody's %s: time is planned for work centers", (_, parts, isWhole) => {
    const rows = lines([cell({}, { productionMs: 360 * MINUTE })], parts, isWhole);
    expect(rows.map(({ kpis }) => kpis.availability)).toEqual([null]);
  });

  it("is left out where a work center counts in several units: nobody knows which it was planned for", () => {
    const busy = { productionMs: 60 * MINUTE };
    const rows = lines([cell({}, busy), cell({ item: "OIL", unit: "KGM" }, busy), idle(busy)], ["workCenter"]);
    expect(rows.map(({ key, kpis }) => [key.unit, kpis.availability])).toEqual([
      [null, null],
      ["EA", null],
      ["KGM", null],
    ]);
  });

  it("is none outside of shifts, nor at a plant without any", () => {
    const saturday = cell({ day: "2026-02-07", shift: null }, { productionMs: 60 * MINUTE });
    expect(lines([saturday], ["workCenter"])[0]?.kpis.availability).toBeNull();
    const options = { parts: [], isWhole: true, calendarOf: () => null };
    expect(kpiLines([cell({}, { productionMs: 1 })], options)[0]?.kpis.availability).toBeNull();
  });
});

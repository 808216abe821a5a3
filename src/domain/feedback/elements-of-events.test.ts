import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import type { ChangeId, ItemId, OperationId, ProductionOrderId, Revision, WorkCenterId } from "../ids.ts";
import { canonicalText, fromJson } from "../json.ts";
import { isZero, ONE, rational, rationalText, toNumber } from "../rational.ts";
import { countOf, quantile } from "./duration-sketch.ts";
import { effectiveEvents } from "./effective-events.ts";
import { elementsOfEvents, plannedBusyCell, type KpiContext } from "./elements-of-events.ts";
import {
  cellsOf,
  mergedCells,
  mergedElements,
  NO_ELEMENTS,
  regrouped,
  totalOf,
  type KpiCells,
  type KpiElements,
} from "./kpi-elements.ts";
import { kpisOf } from "./kpis.ts";
import type { Occurrence, ShopEvent, ShopFact, ShopOccurrence } from "./shop-event.ts";
import { clock, counted, event, key, occurrence } from "./testing.ts";

/** Shifts from 06:00, 14:00 and 22:00; orders of 1 min planned per piece; ECO-2 is in force from noon. */
const context: KpiContext = {
  order: (_, order) =>
    order === "MO-9"
      ? null
      : {
          item: "FRAME" as ItemId,
          revision: "A" as Revision,
          unit: "EA",
          unitFactors: [],
          runMs: new Map([["0010" as OperationId, 60_000]]),
        },
  shiftAt(_, at) {
    const sinceMidnight = Date.parse(at) - Date.parse(clock("00:00"));
    const shift = Math.floor((sinceMidnight - 6 * HOUR) / (8 * HOUR));
    const day = new Date(Date.parse(clock("00:00")) + Math.floor(shift / 3) * 24 * HOUR).toISOString().slice(0, 10);
    const name = ["early", "late", "night"][((shift % 3) + 3) % 3] ?? "?";
    const until = Date.parse(clock("06:00")) + (shift + 1) * 8 * HOUR;
    return { day: day as Day, shift: name, until: new Date(until).toISOString() };
  },
  changesFor: ({ at }) => (at < clock("12:00") ? ["ECO-1"] : ["ECO-2", "ECO-1"]) as ChangeId[],
};
const HOUR = 3_600_000;
const MINUTE = 60_000;
const SECOND = 1_000;

const start: ShopFact = { kind: "operation started" };
const completed: ShopFact = { kind: "operation completed", early: false };
const down: ShopFact = { kind: "downtime", reason: "JAM", planned: false };

function setUp(workedMs: number | null): ShopFact {
  return { kind: "setup completed", workedMs };
}

/** What is not nothing; times in minutes. */
function shown(elements: KpiElements): Readonly<Record<string, string | number>> {
  const all: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(elements)) {
    if (typeof value === "number" && value !== 0) all[name] = value / MINUTE;
    else if (name === "cycleTimes" && countOf(elements.cycleTimes) > 0) all[name] = countOf(elements.cycleTimes);
    else if (typeof value === "object" && "num" in value && !isZero(value)) {
      all[name] = name === "plannedRunMs" ? toNumber(value) / MINUTE : rationalText(value);
    }
  }
  return all;
}

function totals(events: readonly ShopOccurrence[]): Readonly<Record<string, string | number>> {
  return shown(totalOf(elementsOfEvents(events, context)));
}

/** `2026-02-02 early` with what it holds. */
function byShift(cells: KpiCells): Readonly<Record<string, unknown>> {
  const shifts = regrouped(cells, (each) => ({ ...each, operation: null, changes: [], revision: null }));
  return Object.fromEntries(
    [...shifts.values()].map(({ key: { day, shift }, elements }) => [`${day} ${shift}`, shown(elements)]),
  );
}

describe("an operation whose source measures times", () => {
  const events = [
    event("1", "08:00", start),
    event("2", "08:10", setUp(8 * MINUTE)),
    event("3", "08:12", counted("good", 1, { workedMs: 90 * SECOND }), { serials: ["F-1"] }),
    event("4", "08:14", counted("rework", 1, { workedMs: 90 * SECOND }), { serials: ["F-2"] }),
    event("5", "08:15", counted("good", 1, { workedMs: 45 * SECOND }), { serials: ["F-2"] }),
    event("6", "08:17", counted("scrap", 1, { workedMs: 60 * SECOND }), { serials: ["F-3"] }),
    event("7", "08:20", down, { since: clock("08:17") }),
    event("8", "08:20", completed),
  ];

  it("has each element, with rework apart and waiting in none but the execution time", () => {
    expect(totals(events)).toEqual({
      good: "2",
      scrap: "1",
      rework: "1",
      inspected: "3",
      goodAtFirst: "1",
      setupMs: 8,
      productionMs: 4, // 90 s + 90 s + 60 s
      reworkMs: 0.75,
      delayMs: 3,
      executionMs: 20,
      plannedRunMs: 3, // 3 pieces of 1 min
      withPlanMs: 4,
      cycleTimes: 3,
    });
  });

  it("has cycle times from processing, not from what lies between the events", () => {
    const { cycleTimes } = totalOf(elementsOfEvents(events, context));
    expect(Math.abs((quantile(cycleTimes, 0.5) ?? 0) - 90 * SECOND)).toBeLessThan(900);
  });

  it("has indicators that a foreman can check", () => {
    const { effectiveness, firstPassYield, qualityRatio } = kpisOf(totalOf(elementsOfEvents(events, context)));
    expect([effectiveness, firstPassYield, qualityRatio].map((each) => each && rationalText(each))).toEqual([
      "0.75",
      "1/3",
      "2/3",
    ]);
  });

  it("splits time between first passes and rework by pieces", () => {
    const mixed = [
      event("1", "08:00", counted("rework", 1, { workedMs: MINUTE })),
      event("2", "08:09", counted("good", 3, { workedMs: 6 * MINUTE })),
    ];
    expect(totals(mixed)).toMatchObject({ productionMs: 5, reworkMs: 2, inspected: "3", goodAtFirst: "2" });
  });
});

describe("an operation whose source tells only when", () => {
  it("was set up and produced in between, except while on hold or down", () => {
    const events = [
      event("1", "08:00", start),
      event("2", "08:10", setUp(null)),
      event("3", "08:30", { kind: "held", reason: "MATERIAL" }),
      event("4", "08:50", { kind: "resumed" }),
      event("5", "08:55", down, { since: clock("08:45") }),
      event("6", "09:05", counted("good", 10)),
      event("7", "09:10", completed),
    ];
    expect(totals(events)).toEqual({
      good: "10",
      inspected: "10",
      goodAtFirst: "10",
      setupMs: 10,
      productionMs: 35, // 08:10 to 08:30 and 08:55 to 09:10
      delayMs: 10,
      executionMs: 70,
      plannedRunMs: 10,
      withPlanMs: 35,
      cycleTimes: 1,
    });
    const { cycleTimes } = totalOf(elementsOfEvents(events, context));
    expect(Math.abs((quantile(cycleTimes, 0.5) ?? 0) - 210 * SECOND)).toBeLessThan(2_100);
  });

  it("has the span that an event tells of", () => {
    expect(totals([event("1", "08:05", counted("good", 2), { since: clock("08:01") })])).toMatchObject({
      productionMs: 4,
    });
  });

  it("is no longer on hold when it starts again, though nobody said so", () => {
    const events = [
      event("1", "08:00", start),
      event("2", "08:10", { kind: "held", reason: null }),
      event("3", "08:20", completed),
      event("4", "09:00", start),
      event("5", "09:05", completed),
    ];
    expect(totals(events)).toEqual({ productionMs: 15, executionMs: 65 });
  });

  it("waits while its whole order is on hold, and is set up in the span that is told", () => {
    const events = [
      event("1", "08:00", start),
      event("2", "08:10", setUp(null), { since: clock("08:06") }),
      event("3", "08:15", { kind: "held", reason: null }, { operation: null }),
      event("4", "08:25", { kind: "resumed" }, { operation: null }),
      event("5", "08:30", completed),
    ];
    expect(totals(events)).toEqual({ setupMs: 4, productionMs: 10, executionMs: 30 });
  });

  it("begins with the first of several stations that start", () => {
    const events = [event("1", "08:00", start), event("2", "08:20", start), event("3", "08:30", completed)];
    expect(totals(events)).toEqual({ productionMs: 30, executionMs: 30 });
  });

  it("has no production time until it is complete", () => {
    expect(totals([event("1", "08:00", start), event("2", "08:05", counted("good", 2))])).toEqual({
      good: "2",
      inspected: "2",
      goodAtFirst: "2",
    });
  });

  it("has it cut where shifts change", () => {
    const events = [
      event("1", "21:00", start),
      event("2", "23:00", counted("good", 4)),
      event("3", "03 07:00", completed),
    ];
    expect(byShift(elementsOfEvents(events, context))).toEqual({
      "2026-02-02 late": { productionMs: 60, executionMs: 60 },
      "2026-02-02 night": { good: "4", inspected: "4", goodAtFirst: "4", productionMs: 480, executionMs: 480 },
      "2026-02-03 early": { productionMs: 60, executionMs: 60, plannedRunMs: 4, withPlanMs: 600, cycleTimes: 1 },
    });
  });
});

describe("an order", () => {
  it("has an execution time that its operations share without gap or overlap", () => {
    const next = { operation: "0020" as OperationId, workCenter: "WELD" as WorkCenterId };
    const events = [
      event("1", "08:00", start),
      event("2", "08:30", start, next),
      event("3", "09:00", completed),
      event("4", "11:00", completed, next),
    ];
    const cells = regrouped(elementsOfEvents(events, context), (each) => ({ ...each, changes: [] }));
    expect([...cells.values()].map((cell) => [cell.key.operation, cell.elements.executionMs / MINUTE])).toEqual([
      ["0010", 60],
      ["0020", 120],
    ]);
  });

  it("begins when work starts, whatever was told before", () => {
    const lot: ShopFact = { kind: "tested", test: "INCOMING", passed: true, result: null };
    const early = event("0", "07:00", completed, { operation: "0005" as OperationId });
    const events = [event("1", "07:30", lot), event("2", "08:00", start), event("3", "08:30", completed)];
    expect(totals(events)).toMatchObject({ executionMs: 30 });
    expect(totals([early, ...events])).toMatchObject({ executionMs: 30 });
    expect(totals(events.filter(({ fact }) => fact !== start))).toMatchObject({ executionMs: 60 });
  });

  it("is kept apart by revision and by the changes in force", () => {
    const events = [
      event("1", "11:59", counted("good", 1)),
      event("2", "12:00", counted("good", 2), { revision: null }),
    ];
    expect(
      [...elementsOfEvents(events, context).values()].map((cell) => [cell.key, shown(cell.elements)["good"]]),
    ).toEqual([
      [expect.objectContaining({ revision: "A", changes: ["ECO-1", "ECO-2"], shift: "early", unit: "EA" }), "2"],
      [expect.objectContaining({ revision: "B", changes: ["ECO-1"], shift: "early", item: "FRAME" }), "1"],
    ]);
  });

  it("counts in its own unit", () => {
    const dozen = { amount: rational(1n, 2n), unit: "DZN" } as const;
    expect(totals([event("1", "08:00", counted("good", 1, { quantity: dozen }))])).toMatchObject({ good: "6" });
    const kilogram = { amount: ONE, unit: "KGM" } as const;
    expect(() => totals([event("1", "08:00", counted("good", 1, { quantity: kilogram }))])).toThrow(
      "event 1 counts in KGM, its order in EA",
    );
  });

  it("must be known", () => {
    const unknown = { order: "MO-9" as ProductionOrderId };
    expect(() => totals([event("1", "08:00", start, unknown)])).toThrow("plant P1 has no order MO-9 for event 1");
  });
});

it("is kept as JSON and comes back the same", () => {
  const cell = [...elementsOfEvents([event("1", "08:00", counted("good", "1/3", { workedMs: 1 }))], context).values()];
  expect(fromJson(JSON.parse(canonicalText(cell)))).toEqual(cell);
});

describe("a work center", () => {
  const free = { order: null, operation: null, item: null, revision: null, serials: [] };

  it("is down without an order, or planned to be", () => {
    const events = [
      event("1", "08:30", down, { ...free, since: clock("08:00") }),
      event("2", "09:30", { ...down, planned: true }, { ...free, since: clock("09:00") }),
    ];
    expect(totals(events)).toEqual({ downMs: 30, plannedDownMs: 30 });
  });

  it("has an availability from its planned busy time and all that it worked on", () => {
    const saw = { plant: occurrence("08:00", start).plant, workCenter: "SAW" as WorkCenterId };
    const early = { ...saw, day: "2026-02-02" as Day, shift: "early" };
    const cells = mergedCells(
      elementsOfEvents([event("1", "08:00", counted("good", 1, { workedMs: 6 * HOUR }))], context),
      cellsOf([plannedBusyCell(early, 7.5 * HOUR)]),
    );
    const ofWorkCenter = regrouped(cells, (each) => ({
      ...each,
      item: null,
      revision: null,
      operation: null,
      changes: [],
      unit: null,
    }));
    expect(ofWorkCenter.size).toBe(1);
    expect(kpisOf(totalOf(ofWorkCenter)).availability).toEqual(rational(4n, 5n));
  });
});

function atMinute(minute: number): string {
  return new Date(Date.parse(clock("00:00")) + minute * MINUTE).toISOString();
}

function recounted(events: readonly ShopEvent[]): KpiCells {
  return elementsOfEvents(effectiveEvents(events).occurrences, context);
}

describe("laws", () => {
  const facts: fc.Arbitrary<ShopFact> = fc.oneof(
    fc.constantFrom<ShopFact>(start, completed, { kind: "held", reason: null }, { kind: "resumed" }),
    fc.option(fc.nat(HOUR)).map(setUp),
    fc
      .record({
        kind: fc.constantFrom("good" as const, "scrap" as const, "rework" as const),
        amount: fc.constantFrom("0", "1", "7", "1/3", "2.5"),
        workedMs: fc.option(fc.nat(HOUR)),
        reworked: fc.constantFrom(null, null, true, false),
      })
      .map(({ kind, amount, workedMs, reworked }) => counted(kind, amount, { workedMs, reworked })),
    fc.boolean().map((planned): ShopFact => ({ ...down, planned })),
  );
  const minutes = fc.integer({ min: 0, max: 48 * 60 - 1 });
  const occurrences: fc.Arbitrary<Occurrence> = fc
    .record({
      fact: facts,
      minute: minutes,
      length: fc.option(fc.integer({ min: 0, max: 600 })),
      order: fc.constantFrom("MO-1", "MO-2"),
      operation: fc.constantFrom("0010", "0020"),
      serials: fc.subarray(["F-1", "F-2", "F-3"]),
    })
    .map(({ fact, minute, length, order, operation, serials }) =>
      occurrence("08:00", fact, {
        at: atMinute(minute),
        since: length === null ? null : atMinute(minute - length),
        order: order as ProductionOrderId,
        operation: operation as OperationId,
        serials,
      }),
    );
  const shops: fc.Arbitrary<readonly ShopOccurrence[]> = fc
    .array(occurrences, { maxLength: 30 })
    .map((all) => all.map((each, id) => ({ kind: "occurrence", ...key(`${id}`), ...each })));

  it("elements add up in any order and grouping", () => {
    const some = shops.map((events) => totalOf(recounted(events)));
    fc.assert(
      fc.property(some, some, some, (a, b, c) => {
        expect(mergedElements(a, b)).toEqual(mergedElements(b, a));
        expect(mergedElements(mergedElements(a, b), c)).toEqual(mergedElements(a, mergedElements(b, c)));
        expect(mergedElements(a, NO_ELEMENTS)).toEqual(a);
      }),
    );
  });

  it("events come to the same numbers in any order, and however often they come", () => {
    const shuffled = shops.chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray([...events], { minLength: events.length })),
    );
    fc.assert(
      fc.property(shuffled, ([events, otherwise]) => {
        expect(recounted([...otherwise, ...events])).toEqual(recounted(events));
      }),
    );
  });

  it("orders may be worked out apart and merged", () => {
    fc.assert(
      fc.property(shops, (events) => {
        const [some, others] = ["MO-1", "MO-2"].map((order) => events.filter((each) => each.order === order));
        expect(mergedCells(recounted(others ?? []), recounted(some ?? []))).toEqual(recounted(events));
      }),
    );
  });

  it("the whole is the same however it is grouped on the way", () => {
    fc.assert(
      fc.property(shops, (events) => {
        const cells = recounted(events);
        const byDay = regrouped(cells, (each) => ({ ...each, shift: null, changes: [] }));
        const byOperation = regrouped(cells, (each) => ({ ...each, day: null, shift: null }));
        expect(totalOf(byDay)).toEqual(totalOf(cells));
        expect(totalOf(byOperation)).toEqual(totalOf(cells));
      }),
    );
  });

  it("no time is lost or won where shifts change", () => {
    const endless: KpiContext = { ...context, shiftAt: () => ({ day: "2026-02-02" as Day, shift: null, until: null }) };
    fc.assert(
      fc.property(shops, (events) => {
        expect(totalOf(elementsOfEvents(events, endless))).toEqual(totalOf(elementsOfEvents(events, context)));
      }),
    );
  });

  it("what is corrected comes to the same as had it been told so", () => {
    fc.assert(
      fc.property(shops, occurrences, fc.nat(29), (events, instead, which) => {
        const id = key(`${which}`);
        const correction: ShopEvent = {
          kind: "correction",
          ...key("fix"),
          corrects: id,
          at: atMinute(0),
          operator: null,
          instead,
        };
        const asToldSo = events.map((each) =>
          each.id === id.id ? { ...instead, ...id, kind: "occurrence" as const } : each,
        );
        expect(recounted([correction, ...events])).toEqual(recounted(asToldSo));
      }),
    );
  });

  it("each serial number is inspected once at an operation of an order, and good at first at most once", () => {
    const bySerial = shops.map((events) =>
      events.filter(({ fact, serials }) => "reworked" in fact && fact.reworked === null && serials.length > 0),
    );
    fc.assert(
      fc.property(bySerial, (events) => {
        const whole = events.map((each) => {
          const { kind } = each.fact;
          const isOutput = kind === "good" || kind === "scrap" || kind === "rework";
          return isOutput ? { ...each, fact: counted(kind, each.serials.length) } : each;
        });
        const pieces = new Set(
          whole.flatMap(({ order, operation, serials }) => serials.map((one) => `${order} ${operation} ${one}`)),
        );
        const { inspected, goodAtFirst } = totalOf(elementsOfEvents(whole, context));
        expect(rationalText(inspected)).toBe(`${pieces.size}`);
        expect(Number(rationalText(goodAtFirst))).toBeLessThanOrEqual(pieces.size);
      }),
    );
  });
});

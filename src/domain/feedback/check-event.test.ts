import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId, OperationId, ProductionOrderId, WorkCenterId } from "../ids.ts";
import { rational } from "../rational.ts";
import { checkEvent, USUAL_LIMITS, type IntakeContext } from "./check-event.ts";
import type { Occurrence, ShopEvent, ShopFact } from "./shop-event.ts";
import { clock, counted, event, key, occurrence } from "./testing.ts";

/** At 12:00. MO-1 makes FRAME, was sent at 06:00; 0010 ran from 07:00 to 11:00, 0020 did not begin. */
const MAKERS: Readonly<Record<string, string>> = { "F-1": "MO-1", "F-0": "MO-0", "F-9": "MO-9" };
const context: IntakeContext = {
  receivedAt: clock("12:00"),
  limits: USUAL_LIMITS,
  order: (plant, order) =>
    plant !== "P1" || order !== "MO-1"
      ? null
      : {
          item: "FRAME" as ItemId,
          from: "MO-0" as ProductionOrderId,
          sentAt: clock("06:00"),
          operations: new Map([
            ["0010" as OperationId, { startedAt: clock("07:00"), completedAt: clock("11:00") }],
            ["0020" as OperationId, { startedAt: null, completedAt: null }],
          ]),
        },
  item: (item) => (item === "FRAME" || item === "BOLT" ? { unit: "EA", unitFactors: [] } : null),
  hasWorkCenter: (_, workCenter) => workCenter === "SAW",
  madeBy: (_, __, serial) => (serial in MAKERS ? [MAKERS[serial] as ProductionOrderId] : []),
};

/** `at clock-ahead: It is 3 h after the event came in.` */
function wrongWith(told: ShopEvent): readonly string[] {
  return checkEvent(told, context).map(({ field, code, cause }) => `${field} ${code}: ${cause}`);
}

function wrong(time: string, fact: ShopFact, more: Partial<Occurrence> = {}): readonly string[] {
  return wrongWith(event("1", time, fact, more));
}

const good = counted("good", 5, { workedMs: 60_000 });

it("finds nothing wrong with a good event", () => {
  expect(wrong("08:00", good, { since: clock("07:59"), serials: ["F-1", "F-2"] })).toEqual([]);
  expect(wrong("12:10", good)).toEqual([]); // ten minutes ahead: no clock is right
  expect(wrong("08:00", { kind: "operation started" }, { operation: "0020" as OperationId })).toEqual([]);
});

describe("times", () => {
  it.each([
    ["15:00", "at clock-ahead: It is 3 h after the event came in."],
    ["05:00", "at clock-behind: It is 1 h before order MO-1 was sent to the shop floor."],
  ])("finds the clock wrong at %s", (time, finding) => {
    expect(wrong(time, good)).toEqual([finding]);
  });

  it("finds the clock wrong by when a span began", () => {
    expect(wrong("06:30", good, { since: clock("05:00") })).toEqual([
      "since clock-behind: It is 1 h before order MO-1 was sent to the shop floor.",
    ]);
  });

  it("finds an instant that is none, and then compares nothing with it", () => {
    expect(wrong("08:00", good, { at: "yesterday", since: clock("09:00") })).toEqual([
      'at instant-unreadable: "yesterday" is not an instant in UTC to the millisecond.',
    ]);
  });

  it("finds an end before its start", () => {
    expect(wrong("08:00", good, { since: clock("08:00:30") })).toEqual([
      "since ends-before-start: It starts at 2026-02-02T08:00:30.000Z and ends 30 s before that.",
    ]);
    expect(wrong("06:30", { kind: "operation completed", early: false })).toEqual([
      "at ends-before-start: It starts at 2026-02-02T07:00:00.000Z and ends 30 min before that.",
    ]);
    expect(wrong("11:30", { kind: "operation started" })).toEqual([
      "at ends-before-start: It starts at 2026-02-02T11:30:00.000Z and ends 30 min before that.",
    ]);
  });

  it.each([
    [-1, "fact.workedMs duration-negative: -1 ms is not a duration in whole milliseconds."],
    [Number.NaN, "fact.workedMs duration-negative: NaN ms is not a duration in whole milliseconds."],
    [40 * 86_400_000, "fact.workedMs duration-implausible: 40 d is more than the 31 d that an event may tell of."],
  ])("finds %d ms of work implausible", (workedMs, finding) => {
    expect(wrong("08:00", counted("good", 1, { workedMs }))).toEqual([finding]);
    expect(wrong("08:00", { kind: "setup completed", workedMs })).toEqual([finding]);
  });

  it("wants to know since when a station is down", () => {
    expect(wrong("08:00", { kind: "downtime", reason: null, planned: false })).toEqual([
      "since instant-unreadable: It does not say when the station stopped.",
    ]);
  });
});

describe("what it names", () => {
  const nobodys = { order: "MO-7" as ProductionOrderId };

  it("may not be known yet, and then the event may pass later", () => {
    expect(wrong("08:00", good, nobodys)).toEqual(["order order-unknown: Plant P1 has no order MO-7."]);
    expect(wrong("08:00", good, { operation: "0099" as OperationId })).toEqual([
      "operation operation-unknown: Order MO-1 has no operation 0099.",
    ]);
    expect(wrong("08:00", good, { workCenter: "MILL" as WorkCenterId })).toEqual([
      "workCenter work-center-unknown: Plant P1 has no work center MILL.",
    ]);
    expect(checkEvent(event("1", "08:00", good, nobodys), context).every(({ mayPass }) => mayPass)).toBe(true);
    expect(checkEvent(event("1", "15:00", good), context).some(({ mayPass }) => mayPass)).toBe(false);
  });

  it("is missing where it is needed", () => {
    expect(wrong("08:00", good, { order: null })).toEqual([
      "order order-missing: What is told, good, is always of an order.",
    ]);
    expect(wrong("08:00", good, { operation: null })).toEqual([
      "operation operation-missing: What is told, good, is always of an operation.",
    ]);
    const down: ShopFact = { kind: "downtime", reason: "NO_POWER", planned: false };
    expect(wrong("08:00", down, { since: clock("07:50"), order: null, operation: null })).toEqual([]);
  });

  it("is another item than the order makes", () => {
    expect(wrong("08:00", good, { item: "DOOR" as ItemId })).toEqual([
      "item item-not-made-by-order: The order makes FRAME, not DOOR.",
    ]);
  });
});

describe("quantities and serial numbers", () => {
  const bolts = {
    kind: "consumed",
    item: "BOLT" as ItemId,
    revision: null,
    quantity: { amount: rational(4n), unit: "EA" },
    line: null,
    lot: "L-1",
    serials: [],
  } as const satisfies ShopFact;

  it("finds negative output, but takes material that goes back", () => {
    expect(wrong("08:00", counted("good", -5))).toEqual([
      "fact.quantity quantity-negative: -5 EA cannot come out of an operation.",
    ]);
    expect(wrong("08:00", { ...bolts, quantity: { amount: rational(-4n), unit: "EA" } })).toEqual([]);
  });

  it("finds units that cannot be converted, and unknown items", () => {
    const kilograms = { amount: rational(4n), unit: "KGM" } as const;
    expect(wrong("08:00", counted("good", 5, { quantity: kilograms }))).toEqual([
      "fact.quantity unit-not-convertible: KGM of FRAME cannot be converted to EA.",
    ]);
    expect(wrong("08:00", { ...bolts, quantity: kilograms })).toEqual([
      "fact.quantity unit-not-convertible: KGM of BOLT cannot be converted to EA.",
    ]);
    expect(wrong("08:00", { ...bolts, item: "NUT" as ItemId })).toEqual([
      "fact.item item-unknown: Item NUT is not known.",
    ]);
  });

  it("finds a serial number that another order's piece has, except what is worked on again", () => {
    expect(wrong("08:00", good, { serials: ["F-0", "F-1", "F-9"] })).toEqual([
      "serials serial-reused: Serial number F-9 of FRAME was made by order MO-9.",
    ]);
  });

  it("finds one that is there twice", () => {
    expect(wrong("08:00", good, { serials: ["F-2", "F-2"] })).toEqual([
      "serials serial-repeated: Serial number F-2 is there twice.",
    ]);
    expect(wrong("08:00", { ...bolts, serials: ["B-1", "B-1"] })).toEqual([
      "fact.serials serial-repeated: Serial number B-1 is there twice.",
    ]);
  });

  it("finds limits the wrong way round", () => {
    const measured = { kind: "measured", characteristic: "LENGTH", unit: "mm", passed: true } as const;
    const [low, high] = [rational(1n), rational(2n)];
    expect(wrong("08:00", { ...measured, value: low, lower: high, upper: low })).toEqual([
      "fact.lower limits-crossed: The lower limit of LENGTH is above the upper one.",
    ]);
    expect(wrong("08:00", { ...measured, value: low, lower: low, upper: high })).toEqual([]);
  });
});

describe("corrections and reversals", () => {
  const made = { at: clock("09:00"), operator: null };

  it("are checked by what they say instead", () => {
    const instead = occurrence("15:00", counted("good", -1));
    expect(wrongWith({ kind: "correction", ...key("2"), corrects: key("1"), ...made, instead })).toEqual([
      "instead.at clock-ahead: It is 3 h after the event came in.",
      "instead.fact.quantity quantity-negative: -1 EA cannot come out of an operation.",
    ]);
  });

  it("name another event", () => {
    expect(wrongWith({ kind: "reversal", ...key("2"), reverses: key("2"), ...made, reason: null })).toEqual([
      "reverses names-itself: Event 2 names itself.",
    ]);
    expect(wrongWith({ kind: "reversal", ...key("2"), reverses: key(""), ...made, reason: null })).toEqual([
      "reverses.id key-missing: It is empty, so the event could not be told from others.",
    ]);
  });
});

it("never throws, whatever instants, amounts and names there are", () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom("MO-1", "0010", "F-1", clock("08:00"), "+275760-09-13T00:00:00.000Z"),
  );
  const fact = fc.oneof(
    fc.record({
      kind: fc.constantFrom("good" as const, "scrap" as const, "rework" as const),
      quantity: fc.record({ amount: fc.bigInt().map((n) => rational(n)), unit: fc.constantFrom("EA", "KGM") }),
      reason: fc.option(text),
      workedMs: fc.option(fc.double()),
      reworked: fc.option(fc.boolean()),
    }),
    fc.constant({ kind: "operation started" } as const),
    fc.constant({ kind: "operation completed", early: true } as const),
  );
  fc.assert(
    fc.property(
      text,
      fc.option(text),
      text,
      text,
      fact,
      fc.array(text),
      (at, since, order, operation, what, serials) => {
        const told = event("1", "08:00", what, {
          at,
          since,
          order: order as ProductionOrderId,
          operation: operation as OperationId,
          serials,
        });
        for (const { cause, fix } of checkEvent(told, context)) expect(`${cause} ${fix}`).toMatch(/^.+\. .+\.$/s);
      },
    ),
  );
});

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

/** What to do about what is wrong; `later` where it may pass by itself. */
function remedies(time: string, fact: ShopFact, more: Partial<Occurrence> = {}): readonly string[] {
  return checkEvent(event("1", time, fact, more), context).map(
    ({ fix, mayPass }) => `${mayPass ? "later" : "now"}: ${fix}`,
  );
}

/** An order about which nobody noted when it was sent, nor what it was split from. */
const unnoted: IntakeContext = {
  ...context,
  order: (plant, order) => {
    const known = context.order(plant, order);
    return known === null ? null : { ...known, sentAt: null, from: null };
  },
};

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

describe("limits of times", () => {
  it("are still within them", () => {
    expect(wrong("12:15", good)).toEqual([]);
    expect(wrong("12:15:01", good)).toEqual(["at clock-ahead: It is 15 min 1 s after the event came in."]);
    expect(wrong("05:45", good)).toEqual([]);
    expect(wrong("05:44:59", good)).toEqual([
      "at clock-behind: It is 15 min 1 s before order MO-1 was sent to the shop floor.",
    ]);
    expect(wrong("08:00", good, { since: clock("08:00") })).toEqual([]);
    expect(wrong("08:00", counted("good", 0, { workedMs: 0 }))).toEqual([]);
    expect(wrong("08:00", counted("good", 1, { workedMs: USUAL_LIMITS.spanMs }))).toEqual([]);
    expect(wrong("07:00", { kind: "operation completed", early: false })).toEqual([]);
    expect(wrong("11:00", { kind: "operation started" })).toEqual([]);
  });

  it("hold for the beginning of a span and its length", () => {
    const down: ShopFact = { kind: "downtime", reason: null, planned: false };
    const ofNoOrder = { order: null, operation: null };
    expect(wrong("08:00", down, { ...ofNoOrder, since: "soon" })).toEqual([
      'since instant-unreadable: "soon" is not an instant in UTC to the millisecond.',
    ]);
    expect(wrong("08:00", down, { ...ofNoOrder, since: "2026-01-02T07:00:00.000Z" })).toEqual([
      "since duration-implausible: 31 d 1 h is more than the 31 d that an event may tell of.",
    ]);
    expect(wrong("08:00", down, { ...ofNoOrder, since: "2026-01-02T08:00:00.000Z" })).toEqual([]);
  });

  it("do not hold where nobody noted when the order was sent", () => {
    expect(checkEvent(event("1", "05:00", good), unnoted)).toEqual([]);
  });

  it("do not hold for an operation that did not begin, nor for other facts of one that did", () => {
    const next = { operation: "0020" as OperationId };
    expect(wrong("08:00", { kind: "operation completed", early: false }, next)).toEqual([]);
    expect(wrong("06:30", good)).toEqual([]);
    expect(wrong("11:30", good)).toEqual([]);
  });

  it("are not asked of an instant that cannot be read", () => {
    expect(wrong("08:00", { kind: "operation started" }, { at: "zzz" })).toHaveLength(1);
    expect(wrong("08:00", { kind: "operation completed", early: true }, { at: "" })).toHaveLength(1);
  });

  it("are named to the millisecond", () => {
    const ends = ["00:00.007", "00:02.007", "03:02.007"].map(
      (at) => wrong("08:00", good, { since: `2026-02-02T08:${at}Z` })[0]?.split("ends ")[1],
    );
    expect(ends).toEqual(["7 ms before that.", "2 s 7 ms before that.", "3 min 2 s before that."]);
  });
});

/** What to do where the hub may yet hear of an order, or what else is named. */
function until(what: string): string {
  return `later: Correct the ${what}, or replay the event once the hub knows it.`;
}

describe("what to do", () => {
  const clocks = "now: Set the clock and time zone of the source, then correct its events.";

  it("is said of times", () => {
    expect(remedies("15:00", good)).toEqual([clocks]);
    expect(remedies("05:00", good)).toEqual([clocks]);
    expect(remedies("08:00", good, { at: "soon" })).toEqual([
      "now: Send ISO 8601 with an offset, 2026-02-01T12:00:00.000Z.",
    ]);
    expect(remedies("08:00", good, { since: clock("08:30") })).toEqual([
      "now: Correct whichever of the two instants is wrong.",
    ]);
    // The start may be corrected yet, or reversed.
    const either = "later: Correct whichever of the two instants is wrong.";
    expect(remedies("06:30", { kind: "operation completed", early: false })).toEqual([either]);
    expect(remedies("11:30", { kind: "operation started" })).toEqual([either]);
    expect(remedies("08:00", { kind: "downtime", reason: null, planned: false })).toEqual([
      "now: Send the instant at which the downtime began.",
    ]);
    expect(remedies("08:00", counted("good", 1, { workedMs: 40 * 86_400_000 }))).toEqual([
      "now: Correct it, or raise the limit if work does take so long.",
    ]);
    expect(remedies("08:00", counted("good", 1, { workedMs: -1 }))).toEqual([
      "now: Correct the time; send none where it is not known.",
    ]);
  });

  it("is said of what it names", () => {
    expect(remedies("08:00", good, { order: "MO-7" as ProductionOrderId })).toEqual([until("order")]);
    expect(remedies("08:00", good, { operation: "0099" as OperationId })).toEqual([until("operation")]);
    expect(remedies("08:00", good, { workCenter: "MILL" as WorkCenterId })).toEqual([until("work center")]);
    expect(remedies("08:00", good, { order: null })).toEqual([
      "now: Let the source name the production order or its job.",
    ]);
    expect(remedies("08:00", good, { operation: null })).toEqual(["now: Let the source name the operation."]);
    expect(remedies("08:00", good, { item: "DOOR" as ItemId })).toEqual(["now: Correct the item or the order."]);
  });

  it("is said of quantities and serial numbers", () => {
    expect(remedies("08:00", counted("scrap", -5))).toEqual([
      "now: Reverse or correct the event that counted too many.",
    ]);
    const kilograms = { amount: rational(4n), unit: "KGM" } as const;
    for (const kind of ["good", "scrap", "rework"] as const) {
      expect(remedies("08:00", counted(kind, 5, { quantity: kilograms }))).toEqual([
        "now: Count it in EA, or give the item a conversion.",
      ]);
    }
    expect(remedies("08:00", good, { serials: ["F-9"] })).toEqual([
      "now: Find out which of the two pieces has the wrong number.",
    ]);
    expect(remedies("08:00", good, { serials: ["F-2", "F-2"] })).toEqual(["now: Send each serial number once."]);
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

  it("need not be said where the order or the plant says it", () => {
    expect(wrong("08:00", good, { item: null, workCenter: null })).toEqual([]);
    expect(wrong("08:00", { kind: "held", reason: null }, { operation: null })).toEqual([]);
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
    expect(wrong("08:00", { ...measured, value: low, lower: low, upper: low })).toEqual([]);
    expect(wrong("08:00", { ...measured, value: low, lower: high, upper: null })).toEqual([]);
    expect(wrong("08:00", { ...measured, value: low, lower: null, upper: low })).toEqual([]);
    expect(remedies("08:00", { ...measured, value: low, lower: high, upper: low })).toEqual([
      "now: Correct the limits that the gauge or test plan holds.",
    ]);
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

  it("are made at an instant, and have a name of their own", () => {
    const reversal = { kind: "reversal", reverses: key("1"), ...made, reason: null } as const;
    expect(wrongWith({ ...reversal, source: "", id: "" })).toEqual([
      "source key-missing: It is empty, so the event could not be told from others.",
      "id key-missing: It is empty, so the event could not be told from others.",
    ]);
    expect(wrongWith({ ...reversal, ...key("2"), at: "soon" })).toEqual([
      'at instant-unreadable: "soon" is not an instant in UTC to the millisecond.',
    ]);
    const instead = occurrence("08:00", good);
    expect(
      wrongWith({ kind: "correction", ...key("2"), corrects: key("1"), ...made, at: clock("15:00"), instead }),
    ).toEqual(["at clock-ahead: It is 3 h after the event came in."]);
  });

  it("say what to do about their names", () => {
    const reversal = { kind: "reversal", ...key("2"), ...made, reason: null } as const;
    expect(checkEvent({ ...reversal, reverses: key("2") }, context).map(({ fix }) => fix)).toEqual([
      "Name the event that was wrong, and give this one an id of its own.",
    ]);
    expect(checkEvent({ ...reversal, reverses: key("") }, context).map(({ fix }) => fix)).toEqual([
      "Let the source give every event a name and an id that stay the same when it is told again.",
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

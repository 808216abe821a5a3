import { describe, expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import { DEFAULT_ORDER_RULES, dispatchAt, type DispatchTiming, type OrderRules } from "./order-rules.ts";
import { WEEKDAYS, type ShiftCalendar } from "./shift-calendar.ts";

const MON_TO_FRI = WEEKDAYS.slice(0, 5);

/** A plant in London in winter, so that its clock shows UTC. */
const CALENDAR: ShiftCalendar = {
  timeZone: "Europe/London",
  shifts: [
    { name: "early", start: "06:00", days: MON_TO_FRI },
    { name: "late", start: "14:00", days: MON_TO_FRI },
  ],
  closed: ["2027-01-07" as Day],
};

const BATCHED: OrderRules = { ...DEFAULT_ORDER_RULES, dispatch: "shift start", calendar: CALENDAR };

/** Tuesday, in the early shift. */
const TUESDAY_10 = "2027-01-05T10:00:00.000Z";

function only(type: string, timing: DispatchTiming): OrderRules["byType"] {
  return new Map([[type, timing]]);
}

/** When an order goes that is released on Tuesday at ten: `now`, or a shift of a day. */
function goes(rules: OrderRules, order: { type?: string; priority?: number; startAt?: string | null } = {}): string {
  const { at, shift } = dispatchAt(rules, { type: "standard", priority: 0, startAt: null, ...order }, TUESDAY_10);
  if (shift === null) return at === TUESDAY_10 ? "now" : at;
  expect(at).toBe(shift.at);
  return `${shift.shift} of ${shift.day}`;
}

describe("on release", () => {
  it("an order goes now, whenever it starts", () => {
    expect(goes(DEFAULT_ORDER_RULES)).toBe("now");
    expect(goes(DEFAULT_ORDER_RULES, { startAt: "2027-02-01T06:00:00Z" })).toBe("now");
  });
});

describe("at shift start", () => {
  it("an order goes with the shift that it starts in", () => {
    expect(goes(BATCHED, { startAt: "2027-01-06T06:00:00Z" })).toBe("early of 2027-01-06");
    expect(goes(BATCHED, { startAt: "2027-01-06T09:30:00Z" })).toBe("early of 2027-01-06");
    expect(goes(BATCHED, { startAt: "2027-01-06T14:00:00Z" })).toBe("late of 2027-01-06");
  });

  it("one that starts when the plant is closed goes with the last shift before", () => {
    expect(goes(BATCHED, { startAt: "2027-01-07T09:00:00Z" })).toBe("late of 2027-01-06");
    expect(goes(BATCHED, { startAt: "2027-01-10T12:00:00Z" })).toBe("late of 2027-01-08");
  });

  it("one without a time to start goes with the next shift", () => {
    expect(goes(BATCHED)).toBe("late of 2027-01-05");
  });

  it("one that should have started goes with the next shift", () => {
    expect(goes(BATCHED, { startAt: "2027-01-04T06:00:00Z" })).toBe("late of 2027-01-05");
  });

  it("one that starts in the shift that is under way goes with the next shift: this one's batch has gone", () => {
    expect(goes(BATCHED, { startAt: "2027-01-05T11:00:00Z" })).toBe("late of 2027-01-05");
  });

  it("one that is released as its shift begins goes with it", () => {
    const sixOClock = "2027-01-05T06:00:00.000Z";
    const order = { type: "standard", priority: 0, startAt: "2027-01-05T08:00:00Z" };
    expect(dispatchAt(BATCHED, order, sixOClock)).toEqual({
      at: sixOClock,
      shift: { shift: "early", day: "2027-01-05", at: sixOClock },
    });
  });

  it("nothing waits for a plant without shifts", () => {
    expect(goes({ ...BATCHED, calendar: null })).toBe("now");
    expect(goes({ ...BATCHED, calendar: { ...CALENDAR, shifts: [] } })).toBe("now");
  });
});

describe("by type and priority", () => {
  const rules: OrderRules = { ...BATCHED, byType: only("rework", "on release"), urgentFrom: 90 };

  it("rework goes now, the rest at shift start", () => {
    expect(goes(rules, { type: "rework" })).toBe("now");
    expect(goes(rules, { type: "standard" })).toBe("late of 2027-01-05");
  });

  it("or the other way round", () => {
    const other: OrderRules = { ...rules, dispatch: "on release", byType: only("standard", "shift start") };
    expect(goes(other, { type: "rework" })).toBe("now");
    expect(goes(other, { type: "standard" })).toBe("late of 2027-01-05");
  });

  it("an urgent order goes now, whatever its type", () => {
    const startAt = "2027-02-01T06:00:00Z";
    expect(goes(rules, { priority: 90, startAt })).toBe("now");
    expect(goes(rules, { priority: 89, startAt: "2027-02-01T07:00:00Z" })).toBe("early of 2027-02-01");
    expect(goes({ ...rules, urgentFrom: null }, { priority: 1000 })).toBe("late of 2027-01-05");
  });
});

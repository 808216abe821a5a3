import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventJson } from "../../domain/feedback/event-json.ts";
import type { Told } from "../../domain/feedback/told.ts";
import { equals, plus, rational, ZERO } from "../../domain/rational.ts";
import type { Station } from "./config.ts";
import { incrementOf, makeStation, toTold, type Reading } from "./mapping.ts";

const PRESS: Station = {
  group: "Works",
  node: "Hall-1",
  device: "Press-3",
  plant: "1000",
  workCenter: "PRESS",
  order: "Order",
  fixedOperation: "0010",
  counters: [
    { metric: "Good", counts: "good", unit: "EA", wrapsAt: 65_536 },
    { metric: "Bad", counts: "scrap", unit: "EA" },
  ],
  reason: "Reason",
  cycleTime: { metric: "Cycle", unit: "SEC" },
  state: {
    metric: "State",
    means: { "1": "running", "2": "held", "3": "down", "4": "completed", "5": "idle" },
  },
};

const NOON = Date.UTC(2027, 0, 11, 12);

/** What a press tells, minute by minute, each minute a message. */
function toldBy(...minutes: readonly Readonly<Record<string, Reading["value"]>>[]): readonly string[] {
  const press = makeStation(PRESS);
  return minutes.flatMap((metrics, minute) => {
    const readings = Object.entries(metrics).map(([name, value]) => ({ name, value, at: NOON + minute * 60_000 }));
    return press.told(readings, minute).map(drawn);
  });
}

function drawn(told: Told): string {
  if (told.kind === "unreadable") return told.faults.map(({ field, cause }) => `${field}: ${cause}`).join("; ");
  const { id, at, since, order, fact } = eventJson(told.event);
  const { kind, ...figures } = fact as Readonly<Record<string, unknown>>;
  const when = [since, at].flatMap((one) => (typeof one === "string" ? one.slice(11, 16) : [])).join("-");
  return `${String(id)} ${when} ${String(order)} ${String(kind)} ${JSON.stringify(figures)}`;
}

describe("a station", () => {
  it("counts from what its counter first showed, with the cycle time of a piece", () => {
    expect(toldBy({ Order: "MO-1", Good: 100n, Cycle: 2.5 }, { Good: 104n }, { Good: 104n }, { Good: 105n })).toEqual([
      `Good@${NOON + 60_000}#1 12:01 MO-1 good {"quantity":"4","unit":"EA","workedMs":10000}`,
      `Good@${NOON + 180_000}#3 12:03 MO-1 good {"quantity":"1","unit":"EA","workedMs":2500}`,
    ]);
  });

  it("counts on over a counter that goes round, and over one that is set back", () => {
    expect(toldBy({ Order: "MO-1", Good: 65_530n }, { Good: 4n }, { Good: 30_000n }, { Good: 2n })).toEqual([
      expect.stringContaining('good {"quantity":"10"'),
      expect.stringContaining('good {"quantity":"29996"'),
      expect.stringContaining('good {"quantity":"2"'),
    ]);
  });

  it("counts for the order and the reason that the same message names", () => {
    expect(toldBy({ Order: "MO-1", Bad: 0n }, { Bad: 1n, Reason: "CRACK", Order: "MO-2" })).toEqual([
      expect.stringContaining('MO-2 scrap {"quantity":"1","unit":"EA","reason":"CRACK"}'),
    ]);
  });

  it("counts nothing while a counter shows nothing, and then what it has counted meanwhile", () => {
    expect(toldBy({ Order: "MO-1", Good: 1n }, { Good: null }, { Good: -1n }, { Good: 3n })).toEqual([
      expect.stringContaining('good {"quantity":"2"'),
    ]);
  });

  it("tells what its states mean, and of downtime when it is over", () => {
    expect(
      toldBy(
        { Order: "MO-1", State: 5n },
        { State: 1n },
        { State: 3n, Reason: "JAM" },
        {},
        { State: 1n },
        { State: 2n },
        { State: 1n },
        { State: 4n },
      ).map((line) => line.replace(/^\S+ /, "")),
    ).toEqual([
      "12:01 MO-1 operation started {}",
      '12:02-12:04 MO-1 downtime {"reason":"JAM","planned":false}',
      "12:04 MO-1 operation started {}",
      '12:05 MO-1 held {"reason":"JAM"}',
      "12:06 MO-1 resumed {}",
      '12:07 MO-1 operation completed {"early":false}',
    ]);
  });

  it("keeps apart a state that nobody explained, and what has no time", () => {
    expect(toldBy({ State: 1n }, { State: 99n })).toEqual([
      'State: Metric State says "99", of which heddle.yaml does not say what it means.',
    ]);
    const [untimed] = makeStation(PRESS).told([{ name: "Good", at: null, value: 1n }], 0);
    expect(untimed).toMatchObject({ kind: "unreadable", faults: [{ field: "Good" }] });
  });

  it("loses no piece of a counter that never goes down, however often it is read", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 1_000n)), (steps) => {
        const totals = steps.reduce((all, step) => [...all, (all.at(-1) ?? 7n) + step], [7n]);
        const sum = totals
          .slice(1)
          .map((total, at) => incrementOf(rational(totals[at] ?? 0n), rational(total), undefined))
          .reduce(plus, ZERO);
        expect(equals(sum, rational((totals.at(-1) ?? 7n) - 7n))).toBe(true);
      }),
    );
  });
});

describe("a message in JSON", () => {
  const EVENT = {
    source: "S",
    id: "1",
    at: "2027-01-11T12:00:00Z",
    plant: "1000",
    order: "MO-1",
    fact: { kind: "resumed" },
  };

  it("is an event or an array of events, of which a bad one spoils no other", () => {
    expect(toTold("t", JSON.stringify(EVENT)).map((one) => one.kind)).toEqual(["event"]);
    expect(toTold("t", JSON.stringify([EVENT, 7, EVENT])).map((one) => one.kind)).toEqual([
      "event",
      "unreadable",
      "event",
    ]);
  });

  it("is kept apart where it is no JSON", () => {
    expect(toTold("line/1", "hello")).toMatchObject([
      { kind: "unreadable", faults: [{ cause: expect.stringContaining("line/1") }] },
    ]);
  });
});

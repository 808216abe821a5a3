import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALWAYS, holdsFor, intersection, type Day, type Effectivity } from "./calendar.ts";
import { effectivityText } from "./effectivity-text.ts";
import type { ItemId } from "./ids.ts";
import {
  isInRanges,
  orderedRanges,
  rangeFaults,
  rangeText,
  type NumberConstraint,
  type NumberRange,
} from "./number-ranges.ts";

function numbered(counts: "serial" | "unit", of: string, ...ranges: readonly (readonly [string, string | null])[]) {
  const numbers = [{ counts, of: of as ItemId, ranges: ranges.map(([from, until]) => ({ from, until })) }];
  return { ...ALWAYS, numbers } satisfies Effectivity;
}

type Pair = readonly [from: string, until: string | null];

function rangesOf(pairs: readonly Pair[]): readonly NumberRange[] {
  return pairs.map(([from, until]) => ({ from, until }));
}

/** `1 to 9` */
function ordered(...pairs: readonly Pair[]): readonly string[] {
  return orderedRanges(rangesOf(pairs)).map(rangeText);
}

function faults(...pairs: readonly Pair[]) {
  return rangeFaults("serial", rangesOf(pairs));
}

describe("effectivity by numbers", () => {
  it("holds the serials that both hold", () => {
    const both = intersection(
      numbered("serial", "FAN", ["SN-9", "SN-120"]),
      numbered("serial", "FAN", ["SN-100", null]),
    );
    expect(both).toEqual(numbered("serial", "FAN", ["SN-100", "SN-120"]));
  });

  it("is null when no serial has both", () => {
    const first = numbered("serial", "FAN", ["1", "9"]);
    expect(intersection(first, numbered("serial", "FAN", ["10", null]))).toBeNull();
  });

  it("asks for both where they count different things", () => {
    const both = intersection(numbered("serial", "FAN", ["1", "9"]), {
      ...numbered("unit", "TRAIN", ["3", null]),
      from: "2026-04-01" as Day,
    });
    expect(both === null ? null : effectivityText(both)).toBe(
      "from 2026-04-01, serials 1 to 9 of FAN, units from 3 of TRAIN",
    );
  });

  it("cuts gaps out of gaps", () => {
    const both = intersection(
      numbered("unit", "FAN", ["1", "5"], ["8", "12"]),
      numbered("unit", "FAN", ["4", "9"], ["11", null]),
    );
    expect(both).toEqual(numbered("unit", "FAN", ["4", "5"], ["8", "9"], ["11", "12"]));
  });

  it("writes ranges that overlap as one", () => {
    expect(
      orderedRanges([
        { from: "10", until: null },
        { from: "2", until: "5" },
        { from: "4", until: "9" },
      ]),
    ).toEqual([
      { from: "2", until: "9" },
      { from: "10", until: null },
    ]);
  });

  it("keeps the later end of ranges that overlap, and an open one open", () => {
    expect(ordered(["1", "9"], ["2", "5"])).toEqual(["1 to 9"]);
    expect(ordered(["1", "5"], ["5", "9"])).toEqual(["1 to 9"]);
    expect(ordered(["1", null], ["5", "9"])).toEqual(["from 1"]);
    expect(ordered(["1", "5"], ["3", null])).toEqual(["from 1"]);
    expect(ordered(["7", "7"])).toEqual(["7"]);
  });

  it("counts the first and the last number in", () => {
    const numbers = ["SN-8", "SN-9", "SN-10", "SN-11", "SN-12"];
    const few = [{ from: "SN-9", until: "SN-11" }];
    expect(numbers.filter((number) => isInRanges(number, few))).toEqual(["SN-9", "SN-10", "SN-11"]);
    expect(isInRanges("SN-1000", [{ from: "SN-9", until: null }])).toBe(true);
  });

  it("says nothing of numbers where a line says nothing", () => {
    expect(intersection(ALWAYS, ALWAYS)).toEqual(ALWAYS);
    expect(Object.keys(intersection(ALWAYS, ALWAYS) ?? {})).toEqual(["from", "until"]);
  });
});

describe("ranges that a person typed", () => {
  it("have no fault side by side", () => {
    expect(faults(["1", "5"], ["6", "9"], ["10", null])).toEqual([]);
    expect(faults(["10", null], ["1", "9"])).toEqual([]);
  });

  it("may not run backwards", () => {
    expect(faults(["1", "5"], ["20", "9"])).toEqual([
      {
        at: 1,
        side: "until",
        problem: "its serial 9, the last, comes before 20, the first",
        fix: "Swap or correct the two serial numbers.",
      },
    ]);
  });

  it("may not share a number", () => {
    expect(faults(["1", "5"], ["5", "9"])).toEqual([
      {
        at: 1,
        side: "from",
        problem: "its serials 5 to 9 overlap with 1 to 5",
        fix: "Leave each number in one range only.",
      },
    ]);
    expect(faults(["5", null], ["7", "7"]).map(({ problem }) => problem)).toEqual([
      "its serials 7 overlap with from 5",
    ]);
    expect(faults(["5", "9"], ["1", null]).map(({ problem }) => problem)).toEqual([
      "its serials from 1 overlap with 5 to 9",
    ]);
  });
});

function expectSame(a: Effectivity | null, b: Effectivity | null): void {
  expect(a).toEqual(b);
}

function and(a: Effectivity | null, b: Effectivity | null): Effectivity | null {
  return a === null || b === null ? null : intersection(a, b);
}

describe("laws of effectivity", () => {
  const numbers = fc.integer({ min: 0, max: 12 }).map((at) => `SN-${at}`);
  const range: fc.Arbitrary<NumberRange> = fc
    .tuple(fc.integer({ min: 0, max: 12 }), fc.option(fc.integer({ min: 0, max: 6 })))
    .map(([from, more]) => ({ from: `SN-${from}`, until: more === null ? null : `SN-${from + more}` }));
  const constraint: fc.Arbitrary<NumberConstraint> = fc
    .record({
      counts: fc.constantFrom("serial", "unit"),
      of: fc.constantFrom("FAN", "TRAIN") as fc.Arbitrary<ItemId>,
      ranges: fc.array(range, { minLength: 1, maxLength: 3 }),
    })
    .map((one) => ({ ...one, ranges: orderedRanges(one.ranges) }));
  const day = fc.integer({ min: 10, max: 20 }).map((at) => `2026-01-${at}` as Day);
  const sided = fc
    .record({ from: fc.option(day), until: fc.option(day), numbers: fc.array(constraint, { maxLength: 2 }) })
    .filter(({ from, until }) => from === null || until === null || from <= until);
  /** Also of two constraints that count the same, as a careless source writes them. */
  const effectivity = sided.map(({ from, until, numbers: all }): Effectivity => ({
    from,
    until,
    ...(all.length === 0 ? {} : { numbers: all }),
  }));

  it("is commutative", () => {
    fc.assert(fc.property(effectivity, effectivity, (a, b) => expectSame(and(a, b), and(b, a))));
  });

  it("is associative", () => {
    fc.assert(
      fc.property(effectivity, effectivity, effectivity, (a, b, c) => expectSame(and(and(a, b), c), and(a, and(b, c)))),
    );
  });

  it("is idempotent", () => {
    fc.assert(
      fc.property(effectivity, (a) => {
        const once = and(a, a);
        expectSame(and(once, once), once);
        expectSame(and(once, a), once);
      }),
    );
  });

  it("holds for what is built exactly when both do", () => {
    const built = fc.record({ day, serial: numbers, unit: numbers, serialOfTrain: fc.option(numbers) });
    fc.assert(
      fc.property(effectivity, effectivity, built, (a, b, { day: on, serial, unit, serialOfTrain }) => {
        const thing = {
          day: on,
          numberOf: ({ counts, of }: Pick<NumberConstraint, "counts" | "of">) =>
            counts === "unit" ? unit : of === "FAN" ? serial : serialOfTrain,
        };
        const both = and(a, b);
        expect(both !== null && holdsFor(both, thing)).toBe(holdsFor(a, thing) && holdsFor(b, thing));
      }),
    );
  });
});

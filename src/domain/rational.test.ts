import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compare,
  dividedBy,
  equals,
  minus,
  negated,
  ONE,
  oneOfLast,
  parseRational,
  plus,
  rational,
  readRational,
  rationalText,
  roundedDown,
  roundedHalfUp,
  roundedUp,
  times,
  toNumber,
  ZERO,
  type Rational,
} from "./rational.ts";

function exact(text: string): Rational {
  const number = parseRational(text);
  if (number === null) throw new Error(`"${text}" was not read`);
  return number;
}

const rationals = fc
  .tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 9n }))
  .map(([numerator, denominator]) => rational(numerator, denominator));

describe("reading and writing", () => {
  it.each([
    ["12", 12n, 1n],
    ["-12.50", -25n, 2n],
    ["0.0004", 1n, 2500n],
    ["1/3", 1n, 3n],
    ["-4/6", -2n, 3n],
    ["007", 7n, 1n],
    ["-0", 0n, 1n],
  ])("reads %s", (text, numerator, denominator) => {
    expect(parseRational(text)).toEqual(rational(numerator, denominator));
  });

  it.each([
    "",
    "abc",
    "1e3",
    "1,5",
    ".5",
    "5.",
    "+1",
    " 1",
    "1/0",
    "1/-2",
    "0x10",
    "NaN",
    "Infinity",
    "--1",
    "٣",
    "9".repeat(41),
  ])("does not read %j", (text) => {
    expect(parseRational(text)).toBeNull();
  });

  it("writes a decimal where there is one, else a fraction", () => {
    expect(["0.35", "1/3", "-0.05", "100", "-1.5", "1/8"].map((text) => rationalText(exact(text)))).toEqual([
      "0.35",
      "1/3",
      "-0.05",
      "100",
      "-1.5",
      "0.125",
    ]);
  });

  it("reads back what it writes, also after many levels of multiplication", () => {
    const deep = Array.from({ length: 60 }, () => exact("1.37")).reduce(times);
    for (const number of [deep, dividedBy(deep, exact("3")), dividedBy(ONE, deep)]) {
      expect(readRational(rationalText(number))).toEqual(number);
    }
    fc.assert(
      fc.property(rationals, (a) => {
        expect(readRational(rationalText(a))).toEqual(a);
      }),
    );
  });
});

describe("arithmetic", () => {
  it("knows no error of tenths and thirds", () => {
    expect(plus(exact("0.1"), exact("0.2"))).toEqual(exact("0.3"));
    expect(times(exact("1/3"), exact("3"))).toEqual(ONE);
    expect(times(exact("0.07"), exact("100"))).toEqual(exact("7"));
  });

  it("keeps the laws of a field", () => {
    fc.assert(
      fc.property(rationals, rationals, rationals, (a, b, c) => {
        expect(plus(a, b)).toEqual(plus(b, a));
        expect(times(a, plus(b, c))).toEqual(plus(times(a, b), times(a, c)));
        expect(minus(plus(a, b), b)).toEqual(a);
        expect(plus(a, minus(ZERO, a))).toEqual(ZERO);
        if (!equals(b, ZERO)) expect(times(dividedBy(a, b), b)).toEqual(a);
      }),
    );
  });

  it("is always in lowest terms with a positive denominator", () => {
    expect(rational(6n, -4n)).toEqual({ num: -3, den: 2 });
    expect(rational(0n, -4n)).toEqual(ZERO);
    expect(rational(-6n, 3n)).toEqual({ num: -2, den: 1 });
  });

  it("compares as numbers do", () => {
    fc.assert(
      fc.property(rationals, rationals, rationals, (a, b, c) => {
        expect(compare(a, b) + compare(b, a)).toBe(0);
        expect(compare(plus(a, c), plus(b, c))).toBe(compare(a, b));
      }),
    );
    expect([exact("1/3"), exact("-2"), exact("0.3")].toSorted(compare)).toEqual([
      exact("-2"),
      exact("0.3"),
      exact("1/3"),
    ]);
  });

  it("refuses to divide by zero", () => {
    expect(() => dividedBy(ONE, ZERO)).toThrow(RangeError);
    expect(() => rational(1n, 0n)).toThrow(RangeError);
  });
});

describe("rounding", () => {
  it("rounds up, never a trace to nothing and never 60 to 61", () => {
    expect(roundedUp(exact("0.0004"), 3)).toEqual(exact("0.001"));
    expect(roundedUp(exact("60"), 0)).toEqual(exact("60"));
    expect(roundedUp(times(exact("20"), exact("3")), 0)).toEqual(exact("60"));
    expect(roundedUp(exact("1/3"), 2)).toEqual(exact("0.34"));
    expect(roundedUp(exact("-1.5"), 0)).toEqual(exact("-1"));
    expect(roundedUp(exact("-2"), 0)).toEqual(exact("-2"));
  });

  it("rounds money to the nearest, halves away from zero", () => {
    expect(
      ["0.005", "0.0049", "-0.005", "1/3", "-2/3"].map((text) => rationalText(roundedHalfUp(exact(text), 2))),
    ).toEqual(["0.01", "0", "-0.01", "0.33", "-0.67"]);
  });

  it("adds less than one step and hits numbers that need no rounding", () => {
    fc.assert(
      fc.property(rationals, fc.nat(6), (a, decimals) => {
        const step = rational(1n, 10n ** BigInt(decimals));
        const up = roundedUp(a, decimals);
        expect(compare(up, a)).toBeGreaterThanOrEqual(0);
        expect(compare(minus(up, a), step)).toBeLessThan(0);
        expect(roundedUp(up, decimals)).toEqual(up);
        const nearest = minus(roundedHalfUp(a, decimals), a);
        expect(compare(times(nearest, nearest), times(step, times(step, exact("1/4"))))).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe("the two sizes of a whole number", () => {
  const edge = 2n ** 53n;
  const near = fc.bigInt({ min: -6n, max: 6n });
  const wide = fc
    .tuple(fc.constantFrom(0n, edge, -edge, 94_906_266n, 10n ** 30n), near)
    .map(([around, off]) => around + off);
  const fractions = fc.tuple(
    wide,
    wide.filter((whole) => whole !== 0n),
  );

  it("reckons as plain fractions of bigints do, however large they are", () => {
    fc.assert(
      fc.property(fractions, fractions, ([an, ad], [bn, bd]) => {
        const [a, b] = [rational(an, ad), rational(bn, bd)];
        expect(plus(a, b)).toEqual(rational(an * bd + bn * ad, ad * bd));
        expect(minus(a, b)).toEqual(rational(an * bd - bn * ad, ad * bd));
        expect(times(a, b)).toEqual(rational(an * bn, ad * bd));
        if (bn !== 0n) expect(dividedBy(a, b)).toEqual(rational(an * bd, ad * bn));
        const difference = (an * bd - bn * ad) * (ad * bd > 0n ? 1n : -1n);
        expect(compare(a, b)).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      }),
    );
  });

  it("is exact where products of safe integers are not safe any more", () => {
    const [less, more] = [rational(6_433_713_753_386_422, 5), rational(9_007_199_254_740_991, 7)];
    expect([compare(less, more), compare(more, less)]).toEqual([-1, 1]);
    expect(minus(less, more)).toEqual(rational(-1, 35));
    expect(rationalText(roundedUp(more, 3))).toBe("1286742750677284.429");
    expect(rationalText(roundedDown(more, 3))).toBe("1286742750677284.428");
  });

  it("rounds to more decimal places than a safe power of ten has", () => {
    expect(rationalText(roundedUp(exact("1/3"), 16))).toBe("0.3333333333333334");
    expect(rationalText(roundedUp(exact("1/3"), 20))).toBe("0.33333333333333333334");
    expect(rationalText(roundedUp(exact("0.00000000000000000001"), 20))).toBe("0.00000000000000000001");
    expect([15, 16].map(oneOfLast).map(rationalText)).toEqual(["0.000000000000001", "0.0000000000000001"]);
  });

  it("is the nearest float for figures", () => {
    expect([exact("1/4"), exact("-2.5"), exact("1/3")].map(toNumber)).toEqual([0.25, -2.5, 1 / 3]);
  });

  it("has one form for one value: a number where it is safe, else a bigint", () => {
    fc.assert(
      fc.property(wide, (whole) => {
        const { num, den } = rational(whole);
        expect(typeof num).toBe(whole < edge && whole > -edge ? "number" : "bigint");
        expect(BigInt(num)).toBe(whole);
        expect(den).toBe(1);
        expect(readRational(rationalText({ num, den }))).toEqual({ num, den });
      }),
    );
  });

  it("knows no zero below zero", () => {
    for (const zero of [rational(-0), times(rational(0), rational(-3)), minus(ONE, ONE), negated(ZERO)]) {
      expect(Object.is(zero.num, 0)).toBe(true);
    }
  });

  it("refuses what is not whole", () => {
    expect(() => rational(0.5)).toThrow(RangeError);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bothTails } from "./normal-distribution.ts";
import { shareEffect, shareInterval, sharesOfOrders, type ShareSample } from "./proportion-effect.ts";

/** `3/40`: of pieces that fare each by itself. */
function sample(text: string): ShareSample {
  const [count = 0, of = 0] = text.split("/").map(Number);
  return { count, of, designEffect: 1 };
}

function intervalOf(before: string, after: string): string {
  const { low, high } = shareEffect(sample(before), sample(after)).interval;
  return `${low.toFixed(4)} to ${high.toFixed(4)}`;
}

describe("Wilson's interval of one share", () => {
  // R. G. Newcombe, "Two-Sided Confidence Intervals for the Single Proportion", Statistics in Medicine 17, 1998, table I, method 3.
  it.each([
    ["81/263", "0.2553 to 0.3662"],
    ["15/148", "0.0624 to 0.1605"],
    ["0/20", "0.0000 to 0.1611"],
    ["1/29", "0.0061 to 0.1718"],
  ])("of %s is %s, as published", (counts, published) => {
    const { low, high } = shareInterval(sample(counts));
    expect(`${low.toFixed(4)} to ${high.toFixed(4)}`).toBe(published);
  });
});

describe("the interval of a difference", () => {
  // Newcombe, "Interval Estimation for the Difference Between Independent Proportions", 1998, table II, method 10.
  it.each([
    ["48/80", "56/70", "0.0524 to 0.3339"],
    ["3/10", "9/10", "0.1705 to 0.8090"],
    ["2/7", "6/7", "0.0582 to 0.8062"],
    ["0/29", "5/56", "-0.0381 to 0.1926"],
    ["0/20", "0/10", "-0.1611 to 0.2775"],
    ["0/10", "0/10", "-0.2775 to 0.2775"],
    ["0/20", "10/10", "0.6791 to 1.0000"],
    ["0/10", "10/10", "0.6075 to 1.0000"],
  ])("from %s to %s is %s, as published", (before, after, published) => {
    expect(intervalOf(before, after)).toBe(published);
  });
});

describe("the test", () => {
  it("is Fisher's exact for small counts", () => {
    // Fisher's like-sex twins of convicts, and his tea tasting, as R's fisher.test gives them.
    const twins = shareEffect(sample("2/17"), sample("10/13"));
    expect(twins.test).toBe("Fisher's exact");
    expect(twins.p).toBeCloseTo(0.0005367, 7);
    expect(shareEffect(sample("1/4"), sample("3/4")).p).toBeCloseTo(0.4857, 4);
    // Rare events in many pieces: scipy.stats.fisher_exact.
    expect(shareEffect(sample("1/100000"), sample("7/90000")).p).toBeCloseTo(0.030949, 6);
  });

  it("is the score test for large ones", () => {
    // Heart attacks with placebo and with aspirin: A. Agresti, An Introduction to Categorical Data Analysis, table 2.3
    // and section 2.4: chi-squared 25.0.
    const { test, p } = shareEffect(sample("189/11034"), sample("104/11037"));
    expect(test).toBe("score");
    expect(p).toBeCloseTo(bothTails(Math.sqrt(25.014)), 9);
  });

  it("cannot tell anything from nothing", () => {
    expect(shareEffect(sample("0/500"), sample("0/700")).p).toBe(1);
    expect(shareEffect(sample("5/5"), sample("7/7")).p).toBe(1);
  });
});

it("states the size of the effect as Cohen's h", () => {
  // J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, table 6.2.2: φ of 0.50 is 1.571, of 0.40 1.369.
  expect(shareEffect(sample("40/100"), sample("50/100")).h).toBeCloseTo(1.571 - 1.369, 2);
});

describe("orders", () => {
  const smooth = ["2/100", "3/100", "1/100", "2/100", "2/100"].map(sample);

  it("that scatter no more than chance count each piece", () => {
    const { before, after } = sharesOfOrders(smooth, smooth.slice(0, 2));
    expect(before).toEqual({ count: 10, of: 500, designEffect: 1 });
    expect(after).toEqual({ count: 5, of: 200, designEffect: 1 });
  });

  it("whose scrap comes in stretches prove less", () => {
    const inStretches = ["0/100", "30/100", "0/100", "0/100", "1/100"].map(sample);
    const { before, after } = sharesOfOrders(smooth, inStretches);
    expect(after.designEffect).toBeGreaterThan(10);
    expect(before.designEffect).toBe(after.designEffect);
    expect(shareEffect({ ...before, designEffect: 1 }, { ...after, designEffect: 1 }).p).toBeLessThan(0.001);
    expect(shareEffect(before, after).p).toBeGreaterThan(0.1);
  });

  it("of which none made anything are no share", () => {
    const { before, after } = sharesOfOrders([], smooth);
    expect(() => shareEffect(before, after)).toThrow("0 of 0 with design effect 1 is no share");
  });
});

const anySample = fc
  .record({ of: fc.integer({ min: 1, max: 5000 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ of, share }): ShareSample => ({ count: Math.round(of * share), of, designEffect: 1 }));

it("gives the mirror image when before and after are exchanged", () => {
  fc.assert(
    fc.property(anySample, anySample, (one, other) => {
      const [there, back] = [shareEffect(one, other), shareEffect(other, one)];
      expect(back.difference).toBeCloseTo(-there.difference, 12);
      expect(back.interval.low).toBeCloseTo(-there.interval.high, 12);
      expect(back.p).toBeCloseTo(there.p, 9);
    }),
  );
});

it("keeps the difference inside its interval, and both within -1 to 1", () => {
  fc.assert(
    fc.property(anySample, anySample, fc.integer({ min: 1, max: 9 }), (one, other, designEffect) => {
      const { difference, interval, p } = shareEffect({ ...one, designEffect }, other);
      expect(interval.low).toBeGreaterThanOrEqual(-1 - 1e-12);
      expect(interval.high).toBeLessThanOrEqual(1 + 1e-12);
      expect(difference).toBeGreaterThanOrEqual(interval.low - 1e-12);
      expect(difference).toBeLessThanOrEqual(interval.high + 1e-12);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(p).toBeLessThanOrEqual(1);
    }),
  );
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare, ONE, plus, rational, rationalText, type Rational } from "../rational.ts";
import { NO_ELEMENTS, type KpiElements } from "./kpi-elements.ts";
import { busyMs, kpisOf, producedQuantity, type Kpis } from "./kpis.ts";

const MINUTE = 60_000;

function shown(kpis: Kpis): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    Object.entries(kpis).map(([name, value]) => [name, value === null ? null : rationalText(value)]),
  );
}

function all(amount: number): Rational {
  return rational(BigInt(amount));
}

/**
 * A saw in a shift of 8 h with half an hour of planned maintenance. Two orders of 100 pieces in all, planned at 3 min
 * each: 92 good at first, 4 reworked and good, 4 scrap.
 */
const shift: KpiElements = {
  ...NO_ELEMENTS,
  good: all(96),
  scrap: all(4),
  rework: all(4),
  inspected: all(100),
  goodAtFirst: all(92),
  setupMs: 40 * MINUTE,
  productionMs: 360 * MINUTE,
  reworkMs: 8 * MINUTE,
  delayMs: 12 * MINUTE,
  downMs: 30 * MINUTE,
  executionMs: 600 * MINUTE,
  plannedBusyMs: 450 * MINUTE,
  plannedRunMs: all(300 * MINUTE),
  withPlanMs: 360 * MINUTE,
};

describe("a worked example", () => {
  it("has each indicator by its formula", () => {
    expect(shown(kpisOf(shift))).toEqual({
      throughputRate: "10", // 100 pieces / 10 h
      allocationRatio: "0.7", // (40 + 360 + 12 + 8) / 600 min
      setupRate: "0.1", // 40 / (40 + 360) min
      availability: "0.8", // 360 / 450 min
      effectiveness: "5/6", // 3 min × 100 / 360 min
      qualityRatio: "0.96", // 96 / 100
      oee: "0.64", // 0.8 × 5/6 × 0.96 = 3 min × 96 good / 450 min
      firstPassYield: "0.92", // 92 / 100
      scrapRatio: "0.04", // 4 / 100
      reworkRatio: "0.04", // 4 / 100
    });
    expect(rationalText(producedQuantity(shift))).toBe("100");
    expect(busyMs(shift)).toBe(420 * MINUTE);
  });

  it("keeps rework apart: without it only its own indicators are others", () => {
    const without = { ...shift, rework: all(0), reworkMs: 0, goodAtFirst: all(96) };
    expect(shown(kpisOf(without))).toEqual({
      ...shown(kpisOf(shift)),
      reworkRatio: "0",
      firstPassYield: "0.96",
      allocationRatio: "103/150", // 412 / 600 min
    });
  });

  it("has no availability, nor OEE, of an operation alone: time is planned for work centers", () => {
    expect(shown(kpisOf({ ...shift, plannedBusyMs: 0 }))).toMatchObject({ availability: null, oee: null });
  });
});

it("has no indicator of nothing", () => {
  expect([...new Set(Object.values(kpisOf(NO_ELEMENTS)))]).toEqual([null]);
});

it("has shares from 0 to 1, and quality and scrap make 1", () => {
  const amount = fc.integer({ min: 0, max: 1_000 }).map(all);
  const time = fc.integer({ min: 0, max: 1_000_000 });
  const elements = fc
    .record({ good: amount, scrap: amount, rework: amount, setupMs: time, productionMs: time, delayMs: time })
    .map((some): KpiElements => ({ ...NO_ELEMENTS, ...some }));
  fc.assert(
    fc.property(elements, (some) => {
      const { qualityRatio, scrapRatio, setupRate } = kpisOf(some);
      for (const share of [qualityRatio, scrapRatio, setupRate]) {
        if (share === null) continue;
        expect(compare(share, all(0))).toBeGreaterThanOrEqual(0);
        expect(compare(share, ONE)).toBeLessThanOrEqual(0);
      }
      if (qualityRatio !== null && scrapRatio !== null) expect(plus(qualityRatio, scrapRatio)).toEqual(ONE);
    }),
  );
});

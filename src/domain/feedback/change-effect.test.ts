import { describe, expect, it } from "vitest";
import type { ChangeId } from "../ids.ts";
import { judgedMetrics, type JudgedMetric, type Metric } from "./change-effect.ts";
import { effectSentence } from "./effect-sentence.ts";
import { timeSample } from "./median-effect.ts";
import type { OrderCount } from "./proportion-effect.ts";
import { seeded, type Draws } from "./seeded-harness.ts";

const ECO = { change: "ECO-0007" as ChangeId, from: "serial FX-000123" };

/** `15/1240` spread over twenty orders as evenly as whole pieces go. */
function orders(text: string, many = 20): OrderCount[] {
  const [count = 0, of = 0] = text.split("/").map(Number);
  const part = (whole: number, at: number): number =>
    Math.floor((whole * (at + 1)) / many) - Math.floor((whole * at) / many);
  return Array.from({ length: many }, (_, at) => ({ count: part(count, at), of: part(of, at) }));
}

function scrap(before: string, after: string, many?: number): Metric {
  return {
    kind: "share",
    name: "scrap at operation 0020",
    better: "lower",
    counted: "pieces",
    before: orders(before, many),
    after: orders(after, many),
  };
}

function runTime(before: readonly number[], after: readonly number[]): Metric {
  return {
    kind: "time",
    name: "run time at operation 0020",
    better: "lower",
    counted: "orders",
    before: timeSample(before),
    after: timeSample(after),
  };
}

const BEFORE = [63.1, 64.4, 62.8, 65.2, 64.0, 63.7, 66.1, 64.9, 63.3, 65.5];

/** The one verdict on the first metric, with those beside it looked at together. */
function judged(...metrics: readonly Metric[]): JudgedMetric {
  const [first] = judgedMetrics(metrics);
  if (first === undefined) throw new Error("no metric was judged");
  return first;
}

describe("a design engineer reads", () => {
  it("that scrap rose", () => {
    const one = judged(scrap("15/1240", "30/870"));
    expect(one.verdict).toBe("worse");
    expect(effectSentence(ECO, one)).toBe(
      "Since ECO-0007 (from serial FX-000123 on), scrap at operation 0020 rose from 1.2 % to 3.4 % (+2.2 points, 95 % interval +1.0 to +3.7; 1,240 and 870 pieces).",
    );
  });

  it("that a run time fell", () => {
    const one = judged(
      runTime(
        BEFORE,
        BEFORE.map((seconds) => seconds - 5.9),
      ),
    );
    expect(one.verdict).toBe("better");
    expect(effectSentence({ ...ECO, from: null }, one)).toBe(
      "Since ECO-0007, run time at operation 0020 fell from a median of 64.2 s to 58.3 s (typically -5.9 s, 95 % interval -7.1 to -4.7; 10 and 10 orders).",
    );
  });

  it("that a higher yield is better", () => {
    const one = judged({ ...scrap("870/1000", "950/1000"), name: "first-pass yield", better: "higher" });
    expect(one.verdict).toBe("better");
    expect(effectSentence(ECO, one)).toContain("first-pass yield rose from 87.0 % to 95.0 % (+8.0 points");
  });

  it("that nothing is shown, and how large what was missed could be", () => {
    const one = judged(scrap("12/1000", "14/1000"));
    expect(one.verdict).toBe("no difference shown");
    expect(effectSentence(ECO, one)).toBe(
      "Since ECO-0007 (from serial FX-000123 on), no difference in scrap at operation 0020 is shown: 1.20 % before, 1.40 % after (+0.20 points, 95 % interval -0.85 to +1.27; 1,000 and 1,000 pieces).",
    );
  });

  it("that one such difference among many is to be expected by chance", () => {
    const still = scrap("20/1000", "20/1000");
    const alone = scrap("10/1000", "23/1000");
    expect(judged(alone).verdict).toBe("worse");
    const beside = judged(alone, still, still, still);
    expect(beside.verdict).toBe("no difference shown");
    expect(effectSentence(ECO, beside)).toMatch(
      /Alone this would count; among 4 metrics looked at together, one such is to be expected by chance\.$/,
    );
  });

  it("that too little was made", () => {
    expect(effectSentence(ECO, judged(scrap("15/1240", "3/60", 4)))).toBe(
      "Since ECO-0007 (from serial FX-000123 on), too little was made to judge scrap at operation 0020: 1,240 pieces in 4 orders before and 60 pieces in 4 orders after; each side needs 100 pieces in 5 orders.",
    );
    expect(effectSentence(ECO, judged(runTime(BEFORE, BEFORE.slice(0, 7))))).toMatch(
      /10 orders before and 7 orders after; each side needs 8 orders\.$/,
    );
    expect(judged(scrap("0/0", "0/0")).verdict).toBe("too few");
  });
});

it("does not count metrics with too little among those it corrects for", () => {
  const few = runTime(BEFORE, [60]);
  const alone = judged(scrap("10/1000", "23/1000"));
  expect(judged(scrap("10/1000", "23/1000"), few, few, few)).toEqual(alone);
});

describe("over 1,000 seeded changes", () => {
  it("raises any false alarm about as seldom as its level says", () => {
    const alarms = shareOf(verdicts({ scrap: 0, time: 0 }), (run) => run.some(isGiven));
    // It is 0.042; the bound is 5 % and twice the deviation of a share of 1,000 runs.
    expect(alarms).toBeLessThanOrEqual(0.064);
    // A test that never spoke would pass the line above.
    expect(alarms).toBeGreaterThan(0.01);
  });

  it("finds scrap of 4 % that became 14 %, and run times 20 % longer, in most of them", () => {
    const runs = verdicts({ scrap: 0.1, time: 0.2 });
    // They are 0.905 and 0.768, with six metrics and twelve orders a side.
    expect(shareOf(runs, (run) => run[0] === "worse")).toBeGreaterThan(0.88);
    expect(shareOf(runs, (run) => run[3] === "worse")).toBeGreaterThan(0.73);
    expect(shareOf(runs, (run) => run[0] === "better")).toBe(0);
  });
});

type Seeded = { readonly scrap: number; readonly time: number };

function verdicts(effect: Seeded): string[][] {
  return Array.from({ length: 1000 }, (_, seed) =>
    judgedMetrics(metricsOf(seeded(seed), effect)).map(({ verdict }) => verdict),
  );
}

function shareOf(runs: readonly string[][], is: (run: readonly string[]) => boolean): number {
  return runs.filter((run) => is(run)).length / runs.length;
}

function isGiven(verdict: string): boolean {
  return verdict === "better" || verdict === "worse";
}

/** Three shares and three times of twelve orders a side; scrap and time of operation 0010 have the effect. */
function metricsOf(draws: Draws, effect: Seeded): Metric[] {
  const share = (name: string, better: Metric["better"], before: number, after: number): Metric => ({
    kind: "share",
    name,
    better,
    counted: "pieces",
    before: drawnOrders(draws, before),
    after: drawnOrders(draws, after),
  });
  const time = (name: string, factor: number): Metric => ({
    ...runTime(drawnTimes(draws, 60), drawnTimes(draws, 60 * factor)),
    name,
  });
  return [
    share("scrap at operation 0010", "lower", 0.04, 0.04 + effect.scrap),
    share("scrap at operation 0020", "lower", 0.02, 0.02),
    share("first-pass yield", "higher", 0.93, 0.93),
    time("run time at operation 0010", 1 + effect.time),
    time("run time at operation 0020", 1),
    time("setup time at operation 0020", 1),
  ];
}

/** Orders of 40 pieces with luck of their own: the odds of a piece double or halve from one to the next. */
function drawnOrders(draws: Draws, chance: number): OrderCount[] {
  return Array.from({ length: 12 }, () => {
    const odds = (chance / (1 - chance)) * Math.exp(0.6 * draws.normal());
    return { count: draws.binomial(40, odds / (1 + odds)), of: 40 };
  });
}

/** Times that scatter by a tenth; one order in twenty stands still for hours. */
function drawnTimes(draws: Draws, typical: number): number[] {
  return Array.from({ length: 12 }, () => typical * Math.exp(0.1 * draws.normal()) * (draws.share() < 0.05 ? 50 : 1));
}

import { describe, expect, it } from "vitest";
import type { ChangeId, ItemId, OperationId, ProductionOrderId } from "../ids.ts";
import { rational } from "../rational.ts";
import { alongside, changeOutcome, type MeasuredOutcome, type OrderOutcome } from "./change-outcome.ts";
import { sketchOf } from "./duration-sketch.ts";
import { NO_ELEMENTS, type KpiElements } from "./kpi-elements.ts";
import { seeded, type Draws } from "./seeded-harness.ts";

const ECO = "ECO-0007" as ChangeId;
const FX_110 = "FX-110" as ItemId;
const OPERATIONS = ["0010", "0020", "0030"];

/** What a shop is like: shares of the pieces, seconds for a piece, and how much orders differ from each other. */
type Shop = { readonly scrap: number; readonly rework: number; readonly seconds: number };

const USUAL: Shop = { scrap: 0.03, rework: 0.04, seconds: 60 };
const PIECES = 40;

/** An order's elements as counting makes them. Bad days make an order worse as a whole, and slower. */
function made(draws: Draws, { scrap, rework, seconds }: Shop): KpiElements {
  const day = Math.exp(0.4 * draws.normal());
  const scrapped = draws.binomial(PIECES, Math.min(1, scrap * day));
  const reworked = draws.binomial(PIECES - scrapped, Math.min(1, rework * day));
  const pace = seconds * 1_000 * Math.exp(0.08 * draws.normal());
  const times = Array.from({ length: PIECES }, () => pace * Math.exp(0.15 * draws.normal()));
  return elements(PIECES, scrapped, reworked, times);
}

function elements(pieces: number, scrapped: number, reworked: number, times: readonly number[]): KpiElements {
  return {
    ...NO_ELEMENTS,
    good: rational(BigInt(pieces - scrapped)),
    scrap: rational(BigInt(scrapped)),
    rework: rational(BigInt(reworked)),
    inspected: rational(BigInt(pieces)),
    goodAtFirst: rational(BigInt(pieces - scrapped - reworked)),
    cycleTimes: sketchOf(times),
  };
}

function order(at: number, side: OrderOutcome["side"], of: readonly KpiElements[], changes = [ECO]): OrderOutcome {
  return {
    order: `MO-${at}` as ProductionOrderId,
    finishedAt: new Date(Date.UTC(2026, 0, 1, at)).toISOString(),
    side,
    changes: side === "before" ? [] : changes,
    operations: new Map(of.map((one, index) => [OPERATIONS[index] as OperationId, { elements: one, unit: "EA" }])),
  };
}

/** Orders before and after a change that made operation 0020 another shop. */
function run(seed: number, each: number, after: Shop): readonly MeasuredOutcome[] {
  const draws = seeded(seed);
  const orders = Array.from({ length: 2 * each }, (_, at) => {
    const side = at < each ? "before" : "after";
    const shops = OPERATIONS.map((operation) => (side === "after" && operation === "0020" ? after : USUAL));
    return order(
      at,
      side,
      shops.map((shop) => made(draws, shop)),
    );
  });
  return changeOutcome(ECO, [{ item: FX_110, from: "serial FX-000123", orders }]);
}

function verdicts(outcomes: readonly MeasuredOutcome[]): readonly string[] {
  return outcomes.flatMap(({ operation, measure, judged }) =>
    judged.verdict === "better" || judged.verdict === "worse" ? [`${measure} at ${operation} ${judged.verdict}`] : [],
  );
}

describe("the outcome of a change", () => {
  it("measures run time, scrap, rework and first-pass yield at each operation", () => {
    const outcomes = run(1, 20, USUAL);
    expect(outcomes.map(({ operation, measure }) => `${operation} ${measure}`)).toEqual(
      OPERATIONS.flatMap((operation) =>
        ["run time", "scrap", "rework", "first-pass yield"].map((measure) => `${operation} ${measure}`),
      ),
    );
    expect(outcomes[0]?.points).toHaveLength(40);
  });

  it("is found where it is, with its sign", () => {
    expect(verdicts(run(2, 25, { ...USUAL, seconds: 72 }))).toEqual(["run time at 0020 worse"]);
    expect(verdicts(run(3, 25, { ...USUAL, seconds: 48 }))).toEqual(["run time at 0020 better"]);
    expect(verdicts(run(4, 25, { ...USUAL, scrap: 0.12 }))).toEqual([
      "scrap at 0020 worse",
      "first-pass yield at 0020 worse",
    ]);
    expect(verdicts(run(5, 100, { ...USUAL, rework: 0.005 }))).toContain("rework at 0020 better");
  });

  it("is found in nearly all of a hundred shops, and never with the wrong sign", () => {
    const found = Array.from({ length: 100 }, (_, seed) => verdicts(run(seed + 10_000, 20, { ...USUAL, scrap: 0.12 })));
    const told = found.flat().filter((verdict) => verdict.startsWith("scrap at 0020"));
    expect(told.length).toBeGreaterThanOrEqual(90);
    expect(new Set(told)).toEqual(new Set(["scrap at 0020 worse"]));
  });

  it("is alleged in no more than 6.5 % of a thousand shops in which nothing changed", { timeout: 60_000 }, () => {
    const alarms = Array.from({ length: 1_000 }, (_, seed) => verdicts(run(seed, 20, USUAL))).filter(
      (found) => found.length > 0,
    );
    expect(alarms.length).toBeLessThanOrEqual(65);
    // Were nothing ever alleged, nothing would be tested.
    expect(alarms.length).toBeGreaterThan(5);
  });

  it("is a sentence for the engineer, with the serial that it cut in at", () => {
    const [runTime] = run(2, 25, { ...USUAL, seconds: 72 }).filter(({ operation }) => operation === "0020");
    expect(runTime?.sentence).toMatch(
      /^Since ECO-0007 \(from serial FX-000123 on\), run time at operation 0020 rose from a median of \d\d\.\d s to 7\d\.\d s \(typically \+1\d\.\d s, 95 % interval .*; 25 and 25 orders\)\.$/,
    );
  });

  it("says that too little was made where that is so", () => {
    const [first] = run(1, 4, USUAL);
    expect(first?.sentence).toBe(
      "Since ECO-0007 (from serial FX-000123 on), too little was made to judge run time at operation 0010: 4 orders before and 4 orders after; each side needs 8 orders.",
    );
  });

  it("counts a piece that went to rework again and again as one", () => {
    const often = elements(10, 0, 30, []);
    const [rework] = changeOutcome(ECO, [{ item: FX_110, from: null, orders: [order(1, "after", [often])] }]).filter(
      ({ measure }) => measure === "rework",
    );
    expect(rework?.points).toMatchObject([{ value: 1, share: { count: 10, of: 10 } }]);
  });

  it("names the item where the change touches several", () => {
    const orders = [order(1, "before", [elements(10, 1, 0, [])])];
    const outcomes = changeOutcome(ECO, [
      { item: FX_110, from: null, orders },
      { item: "FX-210" as ItemId, from: null, orders },
    ]);
    expect(outcomes.map(({ judged }) => judged.metric.name)).toContain("scrap of FX-210 at operation 0010");
  });
});

const timed = elements(10, 1, 2, [60_000]);

/** The outcome of a change at one operation, of the first order before it and all others after it. */
function measured(orders: readonly KpiElements[], unit: "EA" | "KGM" = "EA"): readonly MeasuredOutcome[] {
  const told = orders.map((one, at) => ({
    ...order(at, at === 0 ? "before" : "after", []),
    operations: new Map([["0010" as OperationId, { elements: one, unit }]]),
  }));
  return changeOutcome(ECO, [{ item: FX_110, from: null, orders: told }]);
}

function countedIn(unit: "EA" | "KGM"): readonly string[] {
  return measured([timed, timed], unit).map(({ judged: { metric } }) => metric.counted);
}

describe("what is measured at an operation", () => {
  it("is a share of what was made, and better when it is lower, but for what is good at first", () => {
    const outcomes = measured([timed, timed]);
    expect(
      outcomes.map(({ measure, points }) => [measure, points.map(({ value }) => Number(value.toPrecision(1)))]),
    ).toEqual([
      ["run time", [60, 60]],
      ["scrap", [0.1, 0.1]],
      ["rework", [0.2, 0.2]],
      ["first-pass yield", [0.7, 0.7]],
    ]);
    expect(outcomes.map(({ judged: { metric } }) => metric.better)).toEqual(["lower", "lower", "lower", "higher"]);
  });

  it("counts orders for times, and pieces or the unit of what is made for shares", () => {
    expect(countedIn("EA")).toEqual(["orders", "pieces", "pieces", "pieces"]);
    expect(countedIn("KGM")).toEqual(["orders", "KGM", "KGM", "KGM"]);
  });

  it("is nothing where nothing was made or timed", () => {
    expect(measured([elements(0, 0, 0, []), elements(0, 0, 0, [])])).toEqual([]);
    expect(measured([elements(10, 1, 2, [])]).map(({ measure }) => measure)).toEqual([
      "scrap",
      "rework",
      "first-pass yield",
    ]);
  });
});

describe("other changes", () => {
  it("that came into force with the same orders are named, for their effect cannot be told apart", () => {
    const orders = [
      { ...order(1, "before", []), changes: ["ECO-1" as ChangeId] },
      order(2, "after", [], [ECO, "ECO-1" as ChangeId]),
      order(3, "after", [], [ECO, "ECO-10" as ChangeId, "ECO-9" as ChangeId]),
      order(4, "after", [], [ECO, "ECO-9" as ChangeId]),
    ];
    expect(alongside(ECO, orders)).toEqual([
      { change: "ECO-9", orders: 2 },
      { change: "ECO-10", orders: 1 },
    ]);
  });
});

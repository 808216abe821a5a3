import { expect, it } from "vitest";
import type { LossRow } from "../../src/api/contract.ts";
import { paretosOf } from "./pareto.ts";

function loss(reason: string, quantity: string, share: number, cumulative: number, more: Partial<LossRow> = {}) {
  const nowhere = { item: null, operation: null, workCenter: null };
  return {
    plant: "1000",
    kind: "scrap",
    reason,
    quantity,
    unit: "EA",
    times: 1,
    share,
    cumulative,
    ...nowhere,
    ...more,
  };
}

it("has a bar for each reason, with where it was", () => {
  const rows = [
    loss("SURFACE", "1200", 0.75, 0.75, { operation: "0020" }),
    loss("", "400", 0.25, 1, { operation: "0010" }),
  ] as LossRow[];
  expect(paretosOf(rows)).toEqual([
    {
      plant: "1000",
      unit: "EA",
      bars: [
        { reason: "SURFACE", place: "0020", quantity: "1,200", share: 0.75, cumulative: 0.75 },
        { reason: "no reason given", place: "0010", quantity: "400", share: 0.25, cumulative: 1 },
      ],
    },
  ]);
});

it("draws plants and units apart, and tells downtime as time", () => {
  const rows = [
    loss("JAM", "5400000", 1, 1, { kind: "downtime", unit: null }),
    loss("JAM", "60000", 1, 1, { kind: "downtime", unit: null, plant: "2000" }),
  ] as LossRow[];
  expect(paretosOf(rows).map(({ plant, bars }) => [plant, bars[0]?.quantity])).toEqual([
    ["1000", "90 min"],
    ["2000", "60 s"],
  ]);
});

it("puts the smallest together where there are too many", () => {
  const rows = [
    loss("A", "5", 0.5, 0.5),
    loss("B", "2", 0.2, 0.7),
    loss("C", "2", 0.2, 0.9),
    loss("D", "1", 0.1, 1),
  ] as LossRow[];
  const [chart] = paretosOf(rows, 3);
  expect(chart?.bars.map(({ reason, quantity, cumulative }) => `${reason} ${quantity} ${cumulative}`)).toEqual([
    "A 5 0.5",
    "B 2 0.7",
    "2 others 3 1",
  ]);
});

import { expect, it } from "vitest";
import { exact, mbom, mbomLine } from "./bom/bom-builder.ts";
import type { Day } from "./calendar.ts";
import { NO_SCRAP, type MbomLine } from "./mbom.ts";
import { moneyText } from "./money-text.ts";
import type { PlantItem, StandardCost } from "./plant-item.ts";
import { rolledUpMaterial } from "./rolled-up-cost.ts";
import { plantItem, standardCost } from "./testing.ts";

const COSTS = [standardCost("SEAL", "3"), standardCost("CASE", "2", "5"), standardCost("SCREW", "0.0133")];

function rolledUp(
  lines: readonly MbomLine[],
  costs: readonly StandardCost[] = COSTS,
  items: readonly PlantItem[] = [],
) {
  const { material, missing } = rolledUpMaterial(mbom("PUMP", lines), {
    costOf: (item) => costs.find((cost) => cost.item === item) ?? null,
    itemOf: (item) => items.find((one) => one.item === item) ?? null,
    currency: "EUR",
    day: "2026-03-01" as Day,
  });
  return [moneyText(material), ...missing];
}

it("adds up quantity × the component's material and conversion", () => {
  expect(rolledUp([mbomLine("L10", "SEAL", "2"), mbomLine("L20", "CASE", "1")])).toEqual(["13.00 EUR"]);
});

it("counts scrap in percent, not what is lost or used once per order", () => {
  const scrap = { ...NO_SCRAP, componentPercent: exact("10"), fixedPerOrder: exact("5") };
  const lines = [mbomLine("L10", "SEAL", "2", { scrap }), mbomLine("L20", "CASE", "1", { basis: "per order" })];
  expect(rolledUp(lines)).toEqual(["6.60 EUR"]);
});

it("goes by the unit that the cost is of", () => {
  const sheet = plantItem("SHEET", { unit: "KGM" });
  expect(rolledUp([mbomLine("L10", "SHEET", "500 GRM")], [standardCost("SHEET", "4")], [sheet])).toEqual(["2.00 EUR"]);
});

it("keeps a screw's fraction of a cent", () => {
  expect(rolledUp([mbomLine("L10", "SCREW", "3")])).toEqual(["0.0399 EUR"]);
});

it("credits what comes out, where it has a cost, down to nothing", () => {
  const out = { output: "by-product" } as const;
  const lines = [mbomLine("L10", "SEAL", "2"), mbomLine("+swarf", "SWARF", "10 KGM", out)];
  expect(rolledUp(lines)).toEqual(["6.00 EUR"]);
  const swarf = plantItem("SWARF", { unit: "KGM" });
  expect(rolledUp(lines, [...COSTS, standardCost("SWARF", "0.2")], [swarf])).toEqual(["4.00 EUR"]);
  expect(rolledUp(lines, [...COSTS, standardCost("SWARF", "5")], [swarf])).toEqual(["0.00 EUR"]);
});

it("leaves out lines that do not hold on the day", () => {
  const ended = { effectivity: { from: null, until: "2026-02-28" as Day } };
  expect(rolledUp([mbomLine("L10", "SEAL", "2", ended), mbomLine("L20", "SEAL", "1")])).toEqual(["3.00 EUR"]);
});

it("names once each component that has no cost, another currency's, or one of another dimension", () => {
  const dollars = { amount: exact("1"), currency: "USD" };
  const costs = [
    ...COSTS,
    { ...standardCost("CHIP", "0"), material: dollars, conversion: dollars },
    standardCost("SHEET", "4"),
  ];
  const lines = [
    mbomLine("L10", "KNOB", "1"),
    mbomLine("L20", "KNOB", "1"),
    mbomLine("L30", "CHIP", "1"),
    mbomLine("L40", "SHEET", "1 EA"),
  ];
  const [, ...missing] = rolledUp(lines, costs, [plantItem("SHEET", { unit: "KGM" })]);
  expect(missing).toEqual(["KNOB", "CHIP", "SHEET"]);
});

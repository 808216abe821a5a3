import { expect, it } from "vitest";
import { CHANGES } from "./changes.ts";
import { ITEMS, NEW_MOTOR } from "./items.ts";
import { plantLines } from "./mbom.ts";
import { PURCHASE_ORDERS } from "./plant.ts";
import { STRUCTURE } from "./structure.ts";

const numbers = new Set(ITEMS.map(({ number }) => number));

function levels(item: string): number {
  return 1 + Math.max(0, ...(STRUCTURE.get(item) ?? []).map((line) => levels(line.item)));
}

it("has about 70 items, each number once, below FX-200 on four levels and raw material", () => {
  expect(numbers.size).toBe(ITEMS.length);
  expect(ITEMS.length).toBeGreaterThanOrEqual(60);
  expect(levels("FX-200")).toBe(5);
});

it("names only items of its own, and as many reference designators as pieces", () => {
  for (const line of [...STRUCTURE.values()].flat()) {
    expect([line.item, ...line.alternates].filter((item) => !numbers.has(item))).toEqual([]);
    if (line.referenceDesignators.length > 0) expect(String(line.referenceDesignators.length)).toBe(line.quantity);
  }
});

it("shares fasteners between assemblies", () => {
  const users = [...STRUCTURE].filter(([, lines]) => lines.some(({ item }) => item === "SCR-M4-10"));
  expect(users.map(([assembly]) => assembly)).toEqual(["FX-219", "FX-229", "FX-259", "FX-290"]);
});

it("builds the blower module in the plant from what engineering drew", () => {
  const drawn = plantLines("FX-210").map((line) => `${line.quantity} ${line.unit} ${line.component} ${line.supply}`);
  expect(drawn).toEqual([
    "1 EA MOT-024 PUSH",
    "1 EA IMP-080 PUSH",
    "2 EA SMP-101 PUSH",
    "1 EA FX-211 PUSH",
    "1 EA HAR-001 PUSH",
    "8 EA SCR-M4-10 BULK",
    "8 EA WSH-M4 BULK",
    "0.5 GRM LOCTITE-243 BULK",
  ]);
  expect(plantLines("SMP-101").map(({ quantity, unit }) => `${quantity} ${unit}`)).toEqual(["0.212 KGM"]);
});

it("tells eight stories about items that exist, one of them with a slip", () => {
  const known = new Set([...numbers, NEW_MOTOR.number]);
  expect(CHANGES).toHaveLength(8);
  expect(CHANGES.flatMap(({ affected }) => affected).filter(({ item }) => !known.has(item))).toEqual([]);
  const units = CHANGES.flatMap(({ affected }) => affected.flatMap(({ lines = [] }) => lines.map(({ unit }) => unit)));
  expect(units.filter((unit) => unit === "FURLONG")).toHaveLength(1);
});

it("has an open order for the motor that the first change replaces", () => {
  expect(PURCHASE_ORDERS[0]?.lines[0]).toMatchObject({ item: "MOT-024", quantity: "200", received: "80" });
});

import { expect, it } from "vitest";
import { bothTails, criticalValue, upperTail } from "./normal-distribution.ts";

it("gives the tail probabilities of the tables", () => {
  // Abramowitz and Stegun, Handbook of Mathematical Functions, tables 26.1 and 26.2.
  expect(upperTail(0)).toBe(0.5);
  expect(upperTail(1)).toBeCloseTo(0.158655253931457, 14);
  expect(upperTail(2)).toBeCloseTo(0.022750131948179, 14);
  expect(upperTail(-1)).toBeCloseTo(0.841344746068543, 14);
  expect(upperTail(5) / 2.866515718791939e-7).toBeCloseTo(1, 10);
  expect(upperTail(10) / 7.61985302416e-24).toBeCloseTo(1, 10);
});

it("joins its two ways of reckoning without a step", () => {
  expect(upperTail(3) / upperTail(3 + 1e-13)).toBeCloseTo(1, 11);
});

it("counts both sides", () => {
  expect(bothTails(1.959963984540054)).toBeCloseTo(0.05, 12);
  expect(bothTails(-1.959963984540054)).toBeCloseTo(0.05, 12);
  expect(bothTails(0)).toBe(1);
});

it("finds the z of a confidence", () => {
  expect(criticalValue(0.95)).toBeCloseTo(1.959963984540054, 12);
  expect(criticalValue(0.99)).toBeCloseTo(2.5758293035489, 12);
});

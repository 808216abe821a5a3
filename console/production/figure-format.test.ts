import { expect, it } from "vitest";
import { amountText, plannedText, RATE, SECONDS, shareText, TIME, timeText } from "./figure-format.ts";

it("tells times in the unit that people would", () => {
  expect([820, 61_200, 150_000, 9_000_000, 60_000, 0].map(timeText)).toEqual([
    "0.82 s",
    "61.2 s",
    "2.50 min",
    "2.50 h",
    "60 s",
    "0 s",
  ]);
});

it("tells shares in percent and rates by the hour", () => {
  expect([0, 0.0034, 0.034, 0.9876, 1].map(shareText)).toEqual(["0.0 %", "0.34 %", "3.4 %", "98.8 %", "100.0 %"]);
  expect(RATE.text(12.345)).toBe("12.3 / h");
});

it("tells an axis in one unit from end to end", () => {
  const { unit, text } = TIME.ticks(185_000);
  expect(unit).toBe(60_000);
  expect([30_000, 150_000].map(text)).toEqual(["0.5 min", "2.5 min"]);
  expect(SECONDS.ticks(64).text(62)).toBe("62 s");
});

it("tells what is planned and proposed so that they differ", () => {
  expect([plannedText(60, 75, "seconds"), plannedText(75, 60, "seconds")]).toEqual(["60.0 s", "75.0 s"]);
  expect([plannedText(0.02, 0.0213, "share"), plannedText(0.0213, 0.02, "share")]).toEqual(["2.00 %", "2.13 %"]);
});

it("tells exact amounts", () => {
  expect(["1234", "1/3", "0.5", "12345678901234567890"].map(amountText)).toEqual([
    "1,234",
    "0.333",
    "0.5",
    "12,345,678,901,234,567,000",
  ]);
});

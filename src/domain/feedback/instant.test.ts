import { expect, it } from "vitest";
import { elapsed, isInstant, parseInstant } from "./instant.ts";

it.each([
  ["2026-02-01T12:00:00.000Z", "2026-02-01T12:00:00.000Z"],
  ["2026-02-01T12:00Z", "2026-02-01T12:00:00.000Z"],
  ["2026-02-01T01:30:00+02:00", "2026-01-31T23:30:00.000Z"],
  ["2026-02-01T12:00:00.123456Z", "2026-02-01T12:00:00.123Z"],
])("reads %s", (text, instant) => {
  expect(parseInstant(text)).toBe(instant);
});

it.each(["", "2026-02-01", "2026-02-01T12:00:00", "2026-02-30T12:00:00Z", "2026-13-01T12:00Z", "2026-02-01T24:00Z"])(
  "does not take %j for an instant",
  (text) => expect(parseInstant(text)).toBeNull(),
);

it("compares as text in one form only", () => {
  expect(isInstant("2026-02-01T12:00:00.000Z")).toBe(true);
  expect(isInstant("2026-02-01T12:00:00Z")).toBe(false);
});

it("tells the milliseconds between two", () => {
  expect(elapsed("2026-02-01T12:00:00.000Z", "2026-02-01T12:00:01.500Z")).toBe(1_500);
  expect(elapsed("2026-02-01T12:00:01.500Z", "2026-02-01T12:00:00.000Z")).toBe(-1_500);
});

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ahead, clockTime, endOfDay, since } from "./format.ts";

beforeEach(() => vi.stubEnv("TZ", "Europe/Berlin"));
afterEach(() => vi.unstubAllEnvs());

it.each([
  ["2026-03-01T11:59:55.000Z", "just now"],
  ["2026-03-01T11:59:18.000Z", "42 s ago"],
  ["2026-03-01T11:30:00.000Z", "30 min ago"],
  ["2026-03-01T09:00:00.000Z", "3 h ago"],
  ["2026-02-20T09:00:00.000Z", "2026-02-20"],
])("says how long ago %s was at noon of the 1st: %s", (instant, expected) => {
  expect(since(instant, Date.parse("2026-03-01T12:00:00.000Z"))).toBe(expected);
});

it.each([
  ["2026-03-01T11:59:55.000Z", "now"],
  ["2026-03-01T12:00:20.000Z", "in 1 min"],
  ["2026-03-01T14:05:00.000Z", "in 2 h 5 min"],
  ["2026-03-03T05:00:00.000Z", "2026-03-03"],
])("says when %s comes at noon of the 1st: %s", (instant, expected) => {
  expect(ahead(instant, Date.parse("2026-03-01T12:00:00.000Z"))).toBe(expected);
});

it("tells times by the clock of whoever looks", () => {
  expect(clockTime("2026-11-24T05:00:00.000Z")).toBe("2026-11-24 06:00");
  expect(endOfDay("2026-03-29")).toBe("2026-03-29T22:00:00.000Z"); // the day on which clocks go forward
});

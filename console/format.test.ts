import { expect, it } from "vitest";
import { since } from "./format.ts";

it.each([
  ["2026-03-01T11:59:55.000Z", "just now"],
  ["2026-03-01T11:59:18.000Z", "42 s ago"],
  ["2026-03-01T11:30:00.000Z", "30 min ago"],
  ["2026-03-01T09:00:00.000Z", "3 h ago"],
  ["2026-02-20T09:00:00.000Z", "2026-02-20"],
])("says how long ago %s was at noon of the 1st: %s", (instant, expected) => {
  expect(since(instant, Date.parse("2026-03-01T12:00:00.000Z"))).toBe(expected);
});

import { expect, it } from "vitest";
import { grouped } from "./grouped.ts";

it.each([
  ["1234567.50 EUR", "1,234,567.50 EUR"],
  ["-1000 EA", "-1,000 EA"],
  ["+999.12345 KGM", "+999.12345 KGM"],
  ["10000/3 EA", "10,000/3 EA"],
  ["1,234 EA", "1,234 EA"],
  ["none", "none"],
])("separates thousands: %s → %s", (text, expected) => {
  expect(grouped(text)).toBe(expected);
});

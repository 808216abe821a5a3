import { expect, it } from "vitest";
import { moneyText } from "./money-text.ts";
import { parseRational, ZERO } from "./rational.ts";

it.each([
  ["1234.5", "1234.50 EUR"],
  ["-3", "-3.00 EUR"],
  ["2.005", "2.01 EUR"],
  ["0.0042", "0.0042 EUR"],
  ["0.5", "0.50 EUR"],
  ["1/3", "0.33 EUR"],
  ["1/30", "0.0333 EUR"],
  ["-0.25", "-0.25 EUR"],
])("writes %s as %s", (amount, text) => {
  expect(moneyText({ amount: parseRational(amount) ?? ZERO, currency: "EUR" })).toBe(text);
});

import type { Money } from "./money.ts";
import { compare, negated, rational, rationalText, roundedHalfUp, sign } from "./rational.ts";

const TENTH = rational(1n, 10n);

/**
 * `1234.50 EUR`: money for a person to read. Two decimals; sums below a tenth keep up to four, because
 * the price of a screw is a fraction of a cent and must not read as nothing.
 */
export function moneyText({ amount, currency }: Money): string {
  const size = sign(amount) < 0 ? negated(amount) : amount;
  const [whole = "0", digits = ""] = rationalText(roundedHalfUp(amount, compare(size, TENTH) < 0 ? 4 : 2)).split(".");
  return `${whole}.${digits.padEnd(2, "0")} ${currency}`;
}

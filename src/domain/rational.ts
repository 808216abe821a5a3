/**
 * An exact number: numerator / denominator in lowest terms, denominator positive.
 *
 * Never a float: a BOM multiplies quantities down many levels and divides them by lot sizes, and the
 * ERP compares the result for equality with the figure it already holds.
 */
export type Rational = { readonly numerator: bigint; readonly denominator: bigint };

export const ZERO: Rational = { numerator: 0n, denominator: 1n };
export const ONE: Rational = { numerator: 1n, denominator: 1n };

/** @throws RangeError when `denominator` is zero: a division by zero is a bug of the caller. */
export function rational(numerator: bigint, denominator = 1n): Rational {
  if (denominator === 0n) throw new RangeError("a rational has no zero denominator");
  if (denominator === 1n) return { numerator, denominator };
  const divisor = greatestCommonDivisor(numerator, denominator) * (denominator < 0n ? -1n : 1n);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/**
 * Reads a plain decimal (`-12.50`) or a fraction (`1/3`); null when `text` is neither, or is longer than
 * any figure of a real system: it may come from outside.
 */
export function parseRational(text: string): Rational | null {
  return /\d{41}/.test(text) ? null : readRational(text);
}

/** As `parseRational`, of any length: reads back what `rationalText` wrote. */
export function readRational(text: string): Rational | null {
  const number = /^(-?)(\d+)(?:\.(\d+)|\/(\d+))?$/.exec(text);
  if (number === null) return null;
  const [, sign = "", whole = "", digits = "", denominator] = number;
  if (denominator === undefined) return rational(BigInt(sign + whole + digits), 10n ** BigInt(digits.length));
  return /^0+$/.test(denominator) ? null : rational(BigInt(sign + whole), BigInt(denominator));
}

/** Decimal text where the number has one (`0.35`), else a fraction (`1/3`). `readRational` reads both. */
export function rationalText({ numerator, denominator }: Rational): string {
  if (denominator === 1n) return numerator.toString();
  const decimals = terminatingDecimals(denominator);
  if (decimals === null) return `${numerator}/${denominator}`;
  const scaled = (numerator * 10n ** BigInt(decimals)) / denominator;
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(decimals + 1, "0");
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

export function plus(a: Rational, b: Rational): Rational {
  if (a.denominator === b.denominator) return rational(a.numerator + b.numerator, a.denominator);
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function minus(a: Rational, b: Rational): Rational {
  return plus(a, { numerator: -b.numerator, denominator: b.denominator });
}

export function times(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** @throws RangeError when `b` is zero. */
export function dividedBy(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** Negative when a < b, zero when equal, positive when a > b. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function equals(a: Rational, b: Rational): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}

/** The smallest number with `decimals` decimal places that is not below `a`. */
export function roundedUp(a: Rational, decimals: number): Rational {
  const scale = 10n ** BigInt(decimals);
  const scaled = a.numerator * scale;
  const floor = scaled / a.denominator;
  const exact = floor * a.denominator === scaled;
  return rational(exact || a.numerator < 0n ? floor : floor + 1n, scale);
}

/** The nearest number with `decimals` decimal places, halves away from zero, as money is rounded. */
export function roundedHalfUp(a: Rational, decimals: number): Rational {
  const scale = 10n ** BigInt(decimals);
  const negative = a.numerator < 0n;
  const doubled = (negative ? -a.numerator : a.numerator) * scale * 2n + a.denominator;
  const whole = doubled / (a.denominator * 2n);
  return rational(negative ? -whole : whole, scale);
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** Decimal places that write 1/denominator exactly, or null when no finite number of them does. */
function terminatingDecimals(denominator: bigint): number | null {
  let [rest, twos, fives] = [denominator, 0, 0];
  while (rest % 2n === 0n) [rest, twos] = [rest / 2n, twos + 1];
  while (rest % 5n === 0n) [rest, fives] = [rest / 5n, fives + 1];
  return rest === 1n ? Math.max(twos, fives) : null;
}

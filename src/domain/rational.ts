/**
 * An exact number: `num` / `den` in lowest terms, `den` positive.
 *
 * Never a float: a BOM multiplies quantities down many levels and divides them by lot sizes, and the
 * ERP compares the result for equality with the figure it already holds.
 *
 * Both are whole. A whole number is a `number` as long as it is safe (up to 2⁵³ − 1) and a `bigint` beyond,
 * so one value has one form: nearly all quantities are reckoned at the speed of the machine, and none is ever
 * rounded. Ask about a number by the functions below, not by its parts: `0n` and `0` are not the same to `===`.
 */
export type Rational = { readonly num: Whole; readonly den: Whole };

/** A `number` where it is safe, a `bigint` where not. */
export type Whole = number | bigint;

export const ZERO: Rational = { num: 0, den: 1 };
export const ONE: Rational = { num: 1, den: 1 };

/**
 * @throws RangeError when `denominator` is zero: a division by zero is a bug of the caller; and when either is a
 * `number` that is not whole, which `BigInt` refuses.
 */
export function rational(numerator: Whole, denominator: Whole = 1): Rational {
  if (denominator === 0 || denominator === 0n) throw new RangeError("a rational has no zero denominator");
  const num = narrowed(numerator);
  const den = narrowed(denominator);
  return typeof num === "number" && typeof den === "number" ? reduced(num, den) : reducedBig(BigInt(num), BigInt(den));
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
  const [, minusSign = "", whole = "", digits = "", denominator] = number;
  if (denominator === undefined) return rational(BigInt(minusSign + whole + digits), 10n ** BigInt(digits.length));
  return /^0+$/.test(denominator) ? null : rational(BigInt(minusSign + whole), BigInt(denominator));
}

/** Decimal text where the number has one (`0.35`), else a fraction (`1/3`). `readRational` reads both. */
export function rationalText({ num, den }: Rational): string {
  if (den === 1) return num.toString();
  const decimals = terminatingDecimals(BigInt(den));
  if (decimals === null) return `${num}/${den}`;
  const scaled = (BigInt(num) * 10n ** BigInt(decimals)) / BigInt(den);
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(decimals + 1, "0");
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

export function plus(a: Rational, b: Rational): Rational {
  const { num: an, den: ad } = a;
  const { num: bn, den: bd } = b;
  if (bn === 0) return a;
  if (an === 0) return b;
  if (typeof an === "number" && typeof ad === "number" && typeof bn === "number" && typeof bd === "number") {
    const left = an * bd;
    const right = bn * ad;
    const den = ad * bd;
    const num = left + right;
    if (isSafe(left) && isSafe(right) && isSafe(num) && isSafe(den)) return reduced(num, den);
  }
  return reducedBig(BigInt(an) * BigInt(bd) + BigInt(bn) * BigInt(ad), BigInt(ad) * BigInt(bd));
}

export function minus(a: Rational, b: Rational): Rational {
  return equals(a, b) ? ZERO : plus(a, negated(b));
}

/** −a */
export function negated(a: Rational): Rational {
  return a.num === 0 ? a : { num: -a.num, den: a.den };
}

export function times(a: Rational, b: Rational): Rational {
  const { num: an, den: ad } = a;
  const { num: bn, den: bd } = b;
  if (bn === 1 && bd === 1) return a;
  if (an === 1 && ad === 1) return b;
  if (typeof an === "number" && typeof ad === "number" && typeof bn === "number" && typeof bd === "number") {
    const num = an * bn;
    const den = ad * bd;
    if (isSafe(num) && isSafe(den)) return reduced(num, den);
  }
  return reducedBig(BigInt(an) * BigInt(bn), BigInt(ad) * BigInt(bd));
}

/** @throws RangeError when `b` is zero. */
export function dividedBy(a: Rational, b: Rational): Rational {
  return b.num === 1 && b.den === 1 ? a : times(a, rational(b.den, b.num));
}

/** Negative when a < b, zero when equal, positive when a > b. */
export function compare(a: Rational, b: Rational): -1 | 0 | 1 {
  const { num: an, den: ad } = a;
  const { num: bn, den: bd } = b;
  if (typeof an === "number" && typeof ad === "number" && typeof bn === "number" && typeof bd === "number") {
    const left = an * bd;
    const right = bn * ad;
    if (isSafe(left) && isSafe(right)) return left < right ? -1 : left > right ? 1 : 0;
  }
  const difference = BigInt(an) * BigInt(bd) - BigInt(bn) * BigInt(ad);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function equals(a: Rational, b: Rational): boolean {
  return a.num === b.num && a.den === b.den;
}

/** −1 below zero, 0 for zero, 1 above. */
export function sign({ num }: Rational): -1 | 0 | 1 {
  return num < 0 ? -1 : num > 0 ? 1 : 0;
}

export function isZero({ num }: Rational): boolean {
  return num === 0;
}

export function isWhole({ den }: Rational): boolean {
  return den === 1;
}

/** The nearest float: for figures that people look at or machines compare roughly, never to reckon on with. */
export function toNumber({ num, den }: Rational): number {
  return Number(num) / Number(den);
}

/** The smallest number with `decimals` decimal places that is not below `a`. */
export function roundedUp(a: Rational, decimals: number): Rational {
  if (fits(a, decimals)) return a;
  if (typeof a.num === "number" && typeof a.den === "number" && decimals <= 15) {
    const scaled = a.num * 10 ** decimals;
    // The remainder of safe numbers is exact, and so is their quotient without it.
    const towardsZero = (scaled - (scaled % a.den)) / a.den;
    if (isSafe(scaled)) return rational(a.num < 0 ? towardsZero : towardsZero + 1, 10 ** decimals);
  }
  const scale = 10n ** BigInt(decimals);
  const [scaled, den] = [BigInt(a.num) * scale, BigInt(a.den)];
  const towardsZero = scaled / den;
  return rational(a.num < 0 ? towardsZero : towardsZero + 1n, scale);
}

/** The largest number with `decimals` decimal places that is not above `a`. */
export function roundedDown(a: Rational, decimals: number): Rational {
  return negated(roundedUp(negated(a), decimals));
}

/** The nearest number with `decimals` decimal places, halves away from zero, as money is rounded. */
export function roundedHalfUp(a: Rational, decimals: number): Rational {
  if (fits(a, decimals)) return a;
  const scale = 10n ** BigInt(decimals);
  const [num, den] = [BigInt(a.num), BigInt(a.den)];
  const doubled = (num < 0n ? -num : num) * scale * 2n + den;
  const whole = doubled / (den * 2n);
  return rational(num < 0n ? -whole : whole, scale);
}

/** The step between numbers of `decimals` decimal places: 0.01 for 2. */
export function oneOfLast(decimals: number): Rational {
  return rational(1, decimals <= 15 ? 10 ** decimals : 10n ** BigInt(decimals));
}

/** Whether `decimals` decimal places write the number as it is. */
function fits({ den }: Rational, decimals: number): boolean {
  if (den === 1) return true;
  // Powers of ten up to the 15th are safe.
  return decimals <= 15 && typeof den === "number"
    ? 10 ** decimals % den === 0
    : 10n ** BigInt(decimals) % BigInt(den) === 0n;
}

/** A result that is safe is exact: one that had to be rounded is beyond what is safe. */
function isSafe(result: number): boolean {
  return result <= Number.MAX_SAFE_INTEGER && result >= Number.MIN_SAFE_INTEGER;
}

/** The one form of a whole number. */
function narrowed(value: Whole): Whole {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : BigInt(value);
  const near = Number(value);
  return isSafe(near) ? near : value;
}

function reduced(num: number, den: number): Rational {
  // Adding 0 makes 0 of −0, which would be another value to some who compare.
  if (den === 1) return { num: num + 0, den };
  const divisor = greatestCommonDivisor(num, den) * (den < 0 ? -1 : 1);
  return divisor === 1 ? { num, den } : { num: num / divisor + 0, den: den / divisor };
}

function reducedBig(num: bigint, den: bigint): Rational {
  const divisor = greatestCommonDivisorBig(num, den) * (den < 0n ? -1n : 1n);
  return { num: narrowed(num / divisor), den: narrowed(den / divisor) };
}

function greatestCommonDivisor(a: number, b: number): number {
  let x = Math.abs(a);
  let y = Math.abs(b);
  while (y !== 0) {
    const rest = x % y;
    x = y;
    y = rest;
  }
  return x;
}

function greatestCommonDivisorBig(a: bigint, b: bigint): bigint {
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

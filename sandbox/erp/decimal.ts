/** An exact decimal number: digits / 10^scale. ERPs count in these; a float would lose a gram somewhere. */
export type Decimal = { readonly digits: bigint; readonly scale: number };

export const ZERO: Decimal = { digits: 0n, scale: 0 };

/** Null when `text` is not a plain decimal of at most 15 digits before and 9 after the point. */
export function parseDecimal(text: string): Decimal | null {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,9}))?$/.exec(text);
  if (match === null) return null;
  const [, sign = "", whole = "", fraction = ""] = match;
  return normal(BigInt(sign + whole + fraction), fraction.length);
}

/** For text that was checked when it was stored. @throws Error when it was not. */
export function decimal(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === null) throw new Error(`"${text}" is stored as a number but is none`);
  return value;
}

export function decimalText({ digits, scale }: Decimal): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
  const point = text.length - scale;
  return `${digits < 0n ? "-" : ""}${text.slice(0, point)}${scale === 0 ? "" : `.${text.slice(point)}`}`;
}

export function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return normal(scaled(a, scale) + scaled(b, scale), scale);
}

export function minus(a: Decimal, b: Decimal): Decimal {
  return plus(a, { digits: -b.digits, scale: b.scale });
}

export function times(a: Decimal, b: Decimal): Decimal {
  return normal(a.digits * b.digits, a.scale + b.scale);
}

/** `a` and `percent` % of it on top. */
export function uplifted(a: Decimal, percent: Decimal): Decimal {
  return plus(a, times(a, { digits: percent.digits, scale: percent.scale + 2 }));
}

/** Negative when a < b, zero when equal, positive when a > b. */
export function compare(a: Decimal, b: Decimal): number {
  const { digits } = minus(a, b);
  return digits < 0n ? -1 : digits > 0n ? 1 : 0;
}

/** The smallest number of `decimals` places that is not below `a` (which is not negative). */
export function roundedUp(a: Decimal, decimals: number): Decimal {
  if (a.scale <= decimals) return a;
  const factor = 10n ** BigInt(a.scale - decimals);
  return normal((a.digits + factor - 1n) / factor, decimals);
}

/** The smallest number of `decimals` places that is not below `a` × `to` / `from`; none is below zero, `from` above. */
export function proportionUp(a: Decimal, to: Decimal, from: Decimal, decimals: number): Decimal {
  const dividend = a.digits * to.digits * 10n ** BigInt(from.scale + decimals);
  const divisor = from.digits * 10n ** BigInt(a.scale + to.scale);
  return normal((dividend + divisor - 1n) / divisor, decimals);
}

/** Without trailing zeros, so that `scale` is the number of decimals that are used. */
function normal(digits: bigint, scale: number): Decimal {
  let [rest, places] = [digits, scale];
  while (places > 0 && rest % 10n === 0n) [rest, places] = [rest / 10n, places - 1];
  return { digits: rest, scale: places };
}

function scaled(a: Decimal, scale: number): bigint {
  return a.digits * 10n ** BigInt(scale - a.scale);
}

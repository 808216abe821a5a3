import { Type, type Static } from "typebox";
import { parseDay, type Day } from "../../domain/calendar.ts";
import { parseRational, rationalText, type Rational } from "../../domain/rational.ts";

/** Tryton's own values as its JSON carries them. */

/** An exact number. Its `decimal` may be in exponent form (`0E-4`). */
export const WireDecimal = Type.Object({ __class__: Type.Literal("Decimal"), decimal: Type.String() });
export type WireDecimal = Static<typeof WireDecimal>;

export const WireDay = Type.Object({
  __class__: Type.Literal("date"),
  year: Type.Integer(),
  month: Type.Integer(),
  day: Type.Integer(),
});
export type WireDay = Static<typeof WireDay>;

export const WireInstant = Type.Object({
  __class__: Type.Literal("datetime"),
  year: Type.Integer(),
  month: Type.Integer(),
  day: Type.Integer(),
  hour: Type.Integer(),
  minute: Type.Integer(),
  second: Type.Integer(),
  microsecond: Type.Integer(),
});
export type WireInstant = Static<typeof WireInstant>;

export const WireDuration = Type.Object({ __class__: Type.Literal("timedelta"), seconds: Type.Number() });
export type WireDuration = Static<typeof WireDuration>;

/** Yes and no are numbers on SQLite, for fields that are stored. */
export const YesNo = Type.Union([Type.Boolean(), Type.Integer({ minimum: 0, maximum: 1 })]);

/** A moment of the database's clock, to the microsecond, as text that sorts; its time zone is not told. */
export type Instant = string & { readonly __instant: true };

export function toInstant(at: WireInstant): Instant {
  const day = `${padded(at.year, 4)}-${padded(at.month, 2)}-${padded(at.day, 2)}`;
  const time = `${padded(at.hour, 2)}:${padded(at.minute, 2)}:${padded(at.second, 2)}.${padded(at.microsecond, 6)}`;
  return `${day} ${time}` as Instant;
}

export function fromInstant(instant: Instant): WireInstant {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, microsecond = 0] = instant
    .split(/[^0-9]/)
    .map(Number);
  return { __class__: "datetime", year, month, day, hour, minute, second, microsecond };
}

/** Null when it is no day of the calendar. */
export function toDay({ year, month, day }: WireDay): Day | null {
  return parseDay(`${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`);
}

/** Null when it is no number (Tryton's decimals may be `NaN`). */
export function toRational({ decimal }: WireDecimal): Rational | null {
  return parseRational(plainDecimal(decimal));
}

export function fromRational(number: Rational): WireDecimal {
  return { __class__: "Decimal", decimal: rationalText(number) };
}

/**
 * Tryton holds quantities as binary floats and rounds them to the digits of their unit. The shortest text
 * that names the float is the figure that a person entered; null for what is no number.
 */
export function quantityRational(quantity: number): Rational | null {
  return parseRational(plainDecimal(String(quantity)));
}

/** The float that Tryton keeps of an exact number; null when it would read back as another number. */
export function quantityNumber(number: Rational): number | null {
  const text = rationalText(number);
  const float = Number(text);
  const back = quantityRational(float);
  return back !== null && rationalText(back) === text ? float : null;
}

/** `1E-7` and `0E-4` written out. */
function plainDecimal(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d*))?[eE]([+-]?\d{1,3})$/.exec(text);
  if (parts === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const shift = Number(exponent) - fraction.length;
  const digits = whole + fraction;
  if (shift >= 0) return sign + digits + "0".repeat(shift);
  const filled = digits.padStart(1 - shift, "0");
  return `${sign}${filled.slice(0, shift)}.${filled.slice(shift)}`;
}

function padded(number: number, width: number): string {
  return String(number).padStart(width, "0");
}

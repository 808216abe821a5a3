import {
  equals as equalRationals,
  parseRational,
  plus as plusRational,
  rationalText,
  times,
  type Rational,
} from "./rational.ts";
import type { Unit } from "./unit.ts";

/** An exact amount of material in a unit. JSON: `{ "amount": { "$exact": "1.5" }, "unit": "KGM" }`. */
export type Quantity = { readonly amount: Rational; readonly unit: Unit };

/** Null when `text` is not a plain decimal or fraction; only the caller can name the field it came from. */
export function parseQuantity(text: string, unit: Unit): Quantity | null {
  const amount = parseRational(text);
  return amount === null ? null : { amount, unit };
}

export function multiplied({ amount, unit }: Quantity, factor: Rational): Quantity {
  return { amount: times(amount, factor), unit };
}

/** @throws RangeError on two units: convert first. */
export function plus(a: Quantity, b: Quantity): Quantity {
  if (a.unit !== b.unit) throw new RangeError(`cannot add ${a.unit} and ${b.unit}`);
  return { amount: plusRational(a.amount, b.amount), unit: a.unit };
}

/** The same amount in the same unit; 1 KGM and 1000 GRM are different figures to an ERP. */
export function equals(a: Quantity, b: Quantity): boolean {
  return a.unit === b.unit && equalRationals(a.amount, b.amount);
}

/** `2 EA`, `0.35 KGM` */
export function quantityText({ amount, unit }: Quantity): string {
  return `${rationalText(amount)} ${unit}`;
}

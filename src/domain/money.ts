import { minus as minusRational, plus as plusRational, times, ZERO, type Rational } from "./rational.ts";

/** An exact sum of money; `currency` is an ISO 4217 code. Rounded only where it is shown or written. */
export type Money = { readonly amount: Rational; readonly currency: string };

export function noMoney(currency: string): Money {
  return { amount: ZERO, currency };
}

/** @throws RangeError on two currencies: there is no rate here to convert them with. */
export function plus(a: Money, b: Money): Money {
  return { amount: plusRational(a.amount, b.amount), currency: sameCurrency(a, b) };
}

/** @throws RangeError on two currencies. */
export function minus(a: Money, b: Money): Money {
  return { amount: minusRational(a.amount, b.amount), currency: sameCurrency(a, b) };
}

export function multiplied(money: Money, factor: Rational): Money {
  return { amount: times(money.amount, factor), currency: money.currency };
}

function sameCurrency(a: Money, b: Money): string {
  if (a.currency !== b.currency) throw new RangeError(`cannot add ${a.currency} and ${b.currency}`);
  return a.currency;
}

import { compare, minus, plus, rational, times, ZERO, type Rational } from "../rational.ts";
import { byInstant, type OutputCounted, type ShopOccurrence } from "./shop-event.ts";

/** Output of one operation of one order, its amount in the order's unit. */
export type Output = {
  readonly event: ShopOccurrence;
  readonly fact: OutputCounted;
  readonly amount: Rational;
};

/** Output of which so much came out of the operation for the first time; the rest came back from rework. */
export type Pass = Output & { readonly first: Rational };

/**
 * Tells first passes from what comes out again after rework, in the order in which it happened: as the source says;
 * else by serial numbers; else pieces that were sent to rework are taken to come back before new ones come, so that
 * over the whole operation the sum is right when all of them came back.
 */
export function passesOf(outputs: readonly Output[]): readonly Pass[] {
  const known = new Set<string>();
  let away = ZERO;
  return outputs.toSorted(asItHappened).map((output) => {
    const { event, fact, amount } = output;
    const bySerial = event.serials.length > 0;
    let again = ZERO;
    if (fact.reworked !== null) again = fact.reworked ? amount : ZERO;
    else if (bySerial)
      again = share(amount, event.serials.filter((each) => known.has(each)).length, event.serials.length);
    else again = smaller(amount, away);

    for (const serial of event.serials) known.add(serial);
    if (!bySerial) away = plus(minus(away, smaller(again, away)), fact.kind === "rework" ? amount : ZERO);
    return { ...output, first: minus(amount, again) };
  });
}

/** At one instant a piece goes to rework before it comes back. */
function asItHappened(a: Output, b: Output): number {
  if (a.event.at !== b.event.at) return byInstant(a.event, b.event);
  return Number(b.fact.kind === "rework") - Number(a.fact.kind === "rework") || byInstant(a.event, b.event);
}

function share(amount: Rational, part: number, whole: number): Rational {
  return times(amount, rational(BigInt(part), BigInt(whole)));
}

function smaller(a: Rational, b: Rational): Rational {
  return compare(a, b) <= 0 ? a : b;
}

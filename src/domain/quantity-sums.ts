import type { Quantity } from "./quantity.ts";
import { equals, isZero, plus, times, ZERO } from "./rational.ts";
import { conversionFactor } from "./unit.ts";

/** Quantities added up: one sum for each dimension, in the unit that came first. A sum of nothing is left out. */
export function sumsOf(quantities: readonly Quantity[]): Quantity[] {
  const sums: Quantity[] = [];
  for (const quantity of quantities) {
    const at = sums.findIndex(({ unit }) => conversionFactor(quantity.unit, unit) !== null);
    const sum = sums[at];
    if (sum === undefined) sums.push(quantity);
    else sums[at] = { unit: sum.unit, amount: plus(sum.amount, amountIn(quantity, sum)) };
  }
  return sums.filter(({ amount }) => !isZero(amount));
}

/** Whether both come to the same, however they are split and counted: 1 DZN and 12 EA do. */
export function sameInSum(some: readonly Quantity[], others: readonly Quantity[]): boolean {
  const [sums, against] = [sumsOf(some), sumsOf(others)];
  return (
    sums.length === against.length &&
    sums.every((sum) => against.some((other) => equals(amountIn(sum, other), other.amount)))
  );
}

/** Zero where the units are of two dimensions, which no sum is. */
function amountIn({ amount, unit }: Quantity, other: Quantity): Quantity["amount"] {
  return times(amount, conversionFactor(unit, other.unit) ?? ZERO);
}

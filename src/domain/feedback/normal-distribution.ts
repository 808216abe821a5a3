/** Figures of the standard normal distribution. Floats: they serve estimates, never amounts of material. */

/**
 * The probability of a value above `z`. Up to 3 by the series of G. Marsaglia, "Evaluating the Normal Distribution",
 * Journal of Statistical Software 11(4), 2004; beyond by Laplace's continued fraction (Abramowitz and Stegun, Handbook
 * of Mathematical Functions, 26.2.14), which keeps small probabilities exact to many digits.
 */
export function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  return z > 3 ? density(z) / continuedFraction(z) : 0.5 - density(z) * oddSeries(z);
}

/** The probability of a value at least as far from zero as `z`, on either side. */
export function bothTails(z: number): number {
  return Math.min(1, 2 * upperTail(Math.abs(z)));
}

/** The z that a share `confidence` of values lies within, on both sides of zero: 1.96 for 0.95. */
export function criticalValue(confidence: number): number {
  const tail = (1 - confidence) / 2;
  let [low, high] = [0, 40];
  // Halving an interval of 40 sixty times leaves nothing that a float could tell.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function density(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** z + z³/3 + z⁵/(3·5) + … until a term no longer counts. */
function oddSeries(z: number): number {
  let [sum, term, odd] = [z, z, 1];
  while (term > sum * 1e-17) {
    odd += 2;
    term *= (z * z) / odd;
    sum += term;
  }
  return sum;
}

/** z + 1/(z + 2/(z + 3/(z + …))) */
function continuedFraction(z: number): number {
  let below = z;
  for (let level = 120; level >= 1; level--) below = z + level / below;
  return below;
}

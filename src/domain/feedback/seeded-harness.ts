/** Draws for tests that count how often something happens: the same seed gives the same draws, on every machine. */
export type Draws = {
  /** From 0 to below 1. */
  readonly share: () => number;
  /** Of a normal distribution around 0 with deviation 1. */
  readonly normal: () => number;
  /** How many of `of` come out when each does with chance `p`. */
  readonly binomial: (of: number, p: number) => number;
};

/** `mulberry32`, a generator of 32 bits by T. Ettinger, in the public domain. */
export function seeded(seed: number): Draws {
  let state = seed >>> 0;
  const share = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    share,
    // Box and Muller; 1 − share is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - share())) * Math.cos(2 * Math.PI * share()),
    binomial: (of, p) => Array.from({ length: of }, share).filter((drawn) => drawn < p).length,
  };
}

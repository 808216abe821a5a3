import { createHash } from "node:crypto";

/**
 * A number from 0 to below 1 that depends on nothing but the seed and what it is asked about. So the shop
 * floor does the same however its time is cut into steps, and after any restart.
 */
export function chance(seed: number, ...about: readonly (string | number)[]): number {
  return (
    createHash("sha256")
      .update([seed, ...about].join("|"))
      .digest()
      .readUInt32BE(0) /
    2 ** 32
  );
}

/** Whether it happens to so many of a hundred. */
export function happens(percent: number, seed: number, ...about: readonly (string | number)[]): boolean {
  return chance(seed, ...about) * 100 < percent;
}

/** One of these, each as likely as the others. @throws RangeError when there is none */
export function oneOf<T>(choices: readonly T[], seed: number, ...about: readonly (string | number)[]): T {
  const chosen = choices[Math.floor(chance(seed, ...about) * choices.length)];
  if (chosen === undefined) throw new RangeError("there is nothing to choose from");
  return chosen;
}

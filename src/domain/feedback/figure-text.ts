import { grouped } from "../grouped.ts";

/** Figures of estimates for a sentence: as many decimals as the difference they stand beside can be told by. */

/** How many decimals tell `difference`: `whole` for one of 1 or more, one more for each place it is smaller, at most 4. */
export function decimalsFor(difference: number, whole: number): number {
  const size = Math.abs(difference);
  if (size >= 1 || size === 0) return whole;
  return Math.min(4, whole + Math.ceil(-Math.log10(size)));
}

/** `1,234.5` */
export function figure(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  // What rounds to nothing has no sign.
  return grouped(Number(text) === 0 ? text.replace("-", "") : text);
}

/** `+2.2`, `-0.4`, `0.0` */
export function signed(value: number, decimals: number): string {
  const text = figure(value, decimals);
  return Number(value.toFixed(decimals)) > 0 ? `+${text}` : text;
}

/** `1,240 pieces`, `1 piece` */
export function counted(count: number, one: string): string {
  return `${figure(count, 0)} ${one}${count === 1 ? "" : "s"}`;
}

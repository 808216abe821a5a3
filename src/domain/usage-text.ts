import type { ItemUsage } from "./mbom.ts";
import { equals, ONE, rationalText } from "./rational.ts";

/** `80 % A, 20 % B × 2`: how often each item is used on a line, and how much of it for one of the line's. */
export function usageText(usage: readonly ItemUsage[]): string {
  return usage
    .map(({ item, percent, factor }) => {
      const times = equals(factor, ONE) ? "" : ` × ${rationalText(factor)}`;
      return `${rationalText(percent)} % ${item}${times}`;
    })
    .join(", ");
}

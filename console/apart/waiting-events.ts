import type { ApartCounts } from "../../src/api/contract.ts";

/** How many events wait, whatever their source and reason. */
export function waitingEvents({ counts }: ApartCounts): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

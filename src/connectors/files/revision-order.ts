import { naturalOrder } from "../../domain/natural-order.ts";

/** Revisions in the order in which they are given out: 1, 2, 10 and A, B, Z, AA. */
export function revisionOrder(a: string, b: string): number {
  const letters = /^[A-Za-z]+$/;
  if (letters.test(a) && letters.test(b) && a.length !== b.length) return a.length - b.length;
  return naturalOrder(a, b);
}

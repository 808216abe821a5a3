import type { ItemId } from "./ids.ts";
import { naturalOrder, plainOrder } from "./natural-order.ts";

/** Numbers of built products, from the first to the last, both included; an `until` of null has no last. */
export type NumberRange = { readonly from: string; readonly until: string | null };

/**
 * Holds for products whose number lies in one of the ranges. Numbers are texts in natural order: `SN-9`
 * comes before `SN-10`.
 */
export type NumberConstraint = {
  /** A serial number that the product carries, or its place in the sequence of units built. */
  readonly counts: "serial" | "unit";
  /** The end item whose numbers count, however deep below it the line stands. */
  readonly of: ItemId;
  readonly ranges: readonly NumberRange[];
};

/** Ranges in order, those that overlap as one: how ranges that say the same are written alike. */
export function orderedRanges(ranges: readonly NumberRange[]): readonly NumberRange[] {
  const ordered: NumberRange[] = [];
  for (const range of ranges.toSorted((a, b) => naturalOrder(a.from, b.from))) {
    const last = ordered.at(-1);
    if (last === undefined || isBefore(last.until, range.from)) ordered.push(range);
    else ordered[ordered.length - 1] = { from: last.from, until: later(last.until, range.until) };
  }
  return ordered;
}

/** What both hold, a constraint for each end item and way of counting; null where that is no number at all. */
export function commonNumbers(
  a: readonly NumberConstraint[],
  b: readonly NumberConstraint[],
): readonly NumberConstraint[] | null {
  const found: NumberConstraint[] = [];
  for (const same of Map.groupBy([...a, ...b], keyOf).values()) {
    const [first, ...others] = same;
    if (first === undefined) continue;
    let ranges = orderedRanges(first.ranges);
    for (const other of others) ranges = commonRanges(ranges, orderedRanges(other.ranges));
    if (ranges.length === 0) return null;
    found.push({ ...first, ranges });
  }
  return found.toSorted((one, other) => plainOrder(keyOf(one), keyOf(other)));
}

/** Whether a number lies in one of the ranges. */
export function isInRanges(number: string, ranges: readonly NumberRange[]): boolean {
  return ranges.some(({ from, until }) => naturalOrder(from, number) <= 0 && !isBefore(until, number));
}

function commonRanges(some: readonly NumberRange[], others: readonly NumberRange[]): readonly NumberRange[] {
  return orderedRanges(
    some.flatMap((a) =>
      others.flatMap((b) => {
        const from = naturalOrder(a.from, b.from) >= 0 ? a.from : b.from;
        const until = sooner(a.until, b.until);
        return isBefore(until, from) ? [] : [{ from, until }];
      }),
    ),
  );
}

function keyOf({ counts, of }: NumberConstraint): string {
  return `${counts} ${of}`;
}

/** Whether a range that ends there has ended before a number. */
function isBefore(until: string | null, number: string): boolean {
  return until !== null && naturalOrder(until, number) < 0;
}

function later(a: string | null, b: string | null): string | null {
  return a === null || b === null ? null : naturalOrder(a, b) >= 0 ? a : b;
}

function sooner(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return naturalOrder(a, b) <= 0 ? a : b;
}

/** What is wrong with the ranges of one line: which of them, on which side, and what to do. */
export type RangeFault = {
  readonly at: number;
  readonly side: keyof NumberRange;
  /** Goes on from a line's name. */
  readonly problem: string;
  readonly fix: string;
};

/** Ranges that a person typed, as far as they contradict themselves: backwards, or over each other. */
export function rangeFaults(counts: NumberConstraint["counts"], ranges: readonly NumberRange[]): readonly RangeFault[] {
  return ranges.flatMap(({ from, until }, at): RangeFault[] => {
    if (isBefore(until, from)) {
      const problem = `its ${counts} ${until ?? ""}, the last, comes before ${from}, the first`;
      return [{ at, side: "until", problem, fix: `Swap or correct the two ${counts} numbers.` }];
    }
    const other = ranges.slice(0, at).find((before) => !isBefore(before.until, from) && !isBefore(until, before.from));
    if (other === undefined) return [];
    const problem = `its ${counts}s ${rangeText({ from, until })} overlap with ${rangeText(other)}`;
    return [{ at, side: "from", problem, fix: "Leave each number in one range only." }];
  });
}

/** `5 to 9`, `from 20`, or `7`. */
export function rangeText({ from, until }: NumberRange): string {
  if (until === null) return `from ${from}`;
  return from === until ? from : `${from} to ${until}`;
}

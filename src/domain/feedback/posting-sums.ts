import type { MaterialConsumption, OperationConfirmation, Posting } from "../posting.ts";
import type { OperationId } from "../ids.ts";
import type { Quantity } from "../quantity.ts";
import { equals, minus, negated, plus, sign, ZERO, type Rational } from "../rational.ts";

/** What an order's postings come to, or should: one entry for each operation, and for each place of consumption. */
export type PostingSums = {
  readonly confirmations: ReadonlyMap<OperationId, OperationConfirmation>;
  /** By `placeOf`. */
  readonly consumptions: ReadonlyMap<string, MaterialConsumption>;
};

export type PostingLines = Pick<Posting, "confirmations" | "consumptions">;

/** What consumption is summed by. */
export function placeOf({ line, item, operation, lot, quantity }: Omit<MaterialConsumption, "serials">): string {
  return JSON.stringify([line, item, operation, lot, quantity.unit]);
}

/** The sum of postings, oldest first: whether an operation is complete, the last one says. */
export function sumsOf(postings: readonly PostingLines[]): PostingSums {
  const confirmations = new Map<OperationId, OperationConfirmation>();
  const consumptions = new Map<string, MaterialConsumption>();
  for (const posting of postings) {
    for (const line of posting.confirmations) {
      const held = confirmations.get(line.operation);
      confirmations.set(line.operation, held === undefined ? line : sumOf(held, line));
    }
    for (const line of posting.consumptions) {
      const place = placeOf(line);
      consumptions.set(place, consumptionSum(consumptions.get(place), line));
    }
  }
  return { confirmations, consumptions };
}

/**
 * What brings `held` to `wanted`; quantities below zero take back. Where other serial numbers were used than the ERP
 * holds, it takes back all of that place: what is left to book then is the next difference.
 */
export function differenceOf(wanted: PostingSums, held: PostingSums): PostingLines {
  const operations = [...new Set([...wanted.confirmations.keys(), ...held.confirmations.keys()])];
  const places = [...new Set([...wanted.consumptions.keys(), ...held.consumptions.keys()])];
  return {
    confirmations: operations.flatMap((operation) =>
      confirmationDifference(wanted.confirmations.get(operation), held.confirmations.get(operation)),
    ),
    consumptions: places.flatMap((place) =>
      consumptionDifference(wanted.consumptions.get(place), held.consumptions.get(place)),
    ),
  };
}

export function isNothing({ confirmations, consumptions }: PostingLines): boolean {
  return confirmations.length === 0 && consumptions.length === 0;
}

function sumOf(a: OperationConfirmation, b: OperationConfirmation): OperationConfirmation {
  return {
    operation: a.operation,
    good: added(a.good, b.good.amount),
    scrap: added(a.scrap, b.scrap.amount),
    rework: added(a.rework, b.rework.amount),
    setupMs: a.setupMs + b.setupMs,
    runMs: a.runMs + b.runMs,
    isFinal: b.isFinal,
  };
}

function consumptionSum(held: MaterialConsumption | undefined, line: MaterialConsumption): MaterialConsumption {
  if (held === undefined) return isBelowZero(line.quantity.amount) ? { ...line, serials: [] } : line;
  const serials = isBelowZero(line.quantity.amount)
    ? held.serials.filter((serial) => !line.serials.includes(serial))
    : [...new Set([...held.serials, ...line.serials])];
  return { ...held, quantity: added(held.quantity, line.quantity.amount), serials };
}

function confirmationDifference(
  wanted: OperationConfirmation | undefined,
  held: OperationConfirmation | undefined,
): OperationConfirmation[] {
  const some = wanted ?? held;
  if (some === undefined) return [];
  const [to, from] = [wanted ?? nothingOf(some), held ?? nothingOf(some)];
  const difference: OperationConfirmation = {
    operation: some.operation,
    good: less(to.good, from.good),
    scrap: less(to.scrap, from.scrap),
    rework: less(to.rework, from.rework),
    setupMs: to.setupMs - from.setupMs,
    runMs: to.runMs - from.runMs,
    isFinal: to.isFinal,
  };
  return isZero(difference) && to.isFinal === from.isFinal ? [] : [difference];
}

function nothingOf({ operation, good: { unit } }: OperationConfirmation): OperationConfirmation {
  const none: Quantity = { amount: ZERO, unit };
  return { operation, good: none, scrap: none, rework: none, setupMs: 0, runMs: 0, isFinal: false };
}

function isZero({ good, scrap, rework, setupMs, runMs }: OperationConfirmation): boolean {
  return [good, scrap, rework].every(({ amount }) => equals(amount, ZERO)) && setupMs === 0 && runMs === 0;
}

function consumptionDifference(
  wanted: MaterialConsumption | undefined,
  held: MaterialConsumption | undefined,
): MaterialConsumption[] {
  const some = wanted ?? held;
  if (some === undefined) return [];
  const none = { ...some, quantity: { ...some.quantity, amount: ZERO }, serials: [] };
  const [to, from] = [wanted ?? none, held ?? none];
  const amount = minus(to.quantity.amount, from.quantity.amount);
  const more = to.serials.filter((serial) => !from.serials.includes(serial));
  const fewer = from.serials.filter((serial) => !to.serials.includes(serial));
  const line = (of: Rational, serials: readonly string[]) => ({
    ...some,
    quantity: { ...some.quantity, amount: of },
    serials,
  });

  const isOneWay = isBelowZero(amount) ? more.length === 0 : fewer.length === 0;
  if (isOneWay) return equals(amount, ZERO) && more.length === 0 ? [] : [line(amount, [...more, ...fewer])];
  const back = from.quantity.amount;
  if (sign(back) > 0) return [line(negated(back), from.serials)];
  return equals(amount, ZERO) ? [] : [line(amount, [])];
}

function added({ amount, unit }: Quantity, more: Rational): Quantity {
  return { amount: plus(amount, more), unit };
}

function less({ amount, unit }: Quantity, { amount: other }: Quantity): Quantity {
  return { amount: minus(amount, other), unit };
}

function isBelowZero(amount: Rational): boolean {
  return sign(amount) < 0;
}

import type { ItemId } from "../../domain/ids.ts";
import { compare, minus, plus, roundedHalfUp, times, ZERO, type Rational } from "../../domain/rational.ts";
import { conversionFactor, type Unit } from "../../domain/unit.ts";
import type { MaterialConsumption, OperationConfirmation, Posting } from "../port.ts";
import { bookedOf, isPlanned } from "./booked-moves.ts";
import type { Units } from "./company.ts";
import type { Place } from "./production-place.ts";
import { operationsOfWorks } from "./routings.ts";
import { quantityRational } from "./values.ts";
import type { Move, Work } from "./wire.ts";

/** What a posting comes to in Tryton. */
export type Booking = { readonly moves: readonly BookedMove[]; readonly cycles: readonly BookedCycle[] };

/** Stock that goes into the production, or back; `quantity` is above zero, in `uom`. */
export type BookedMove = {
  readonly direction: "in" | "back";
  readonly item: ItemId;
  readonly quantity: Rational;
  readonly uom: number;
  readonly lot: string | null;
  /** The planned input that it is taken off or put back to; null where nothing is planned any more. */
  readonly planned: Move | null;
};

export type BookedCycle = { readonly work: Work; readonly ms: number };

/** Works are found by the number that their operation's name begins with; times of others stay in the note. */
export function cyclesOf(
  confirmations: readonly OperationConfirmation[],
  { production }: Place,
): readonly BookedCycle[] {
  const works = production["works."] ?? [];
  const operations = operationsOfWorks(works).map(({ operation }) => operation);
  return confirmations.flatMap(({ operation, setupMs, runMs }) => {
    const work = works[operations.indexOf(operation)];
    const ms = setupMs + runMs;
    return work === undefined || ms === 0 ? [] : [{ work, ms }];
  });
}

/**
 * Consumption is taken off what is planned as long as there is something, and is booked beside it from there on. What
 * people issued themselves, all at once by "Run", is used up before more is issued.
 */
export function movesOf({ consumptions }: Posting, place: Place, units: Units): readonly BookedMove[] {
  const earlier = place.notes.booked.flatMap(({ posting }) => posting.consumptions);
  const items = Map.groupBy(consumptions, ({ item }) => item);
  return [...items].flatMap(([item, own]) => {
    const stock = stockOf(item, place, units, own);
    const before = earlier.filter((one) => one.item === item);
    return movesOfItem(item, stock, before, own);
  });
}

/** What is known of one item at a production, in one unit. */
type Stock = {
  readonly uom: number;
  readonly unit: Unit;
  readonly digits: number;
  /** Open planned inputs, with what is left of them and what was taken off. */
  readonly planned: readonly { readonly move: Move; readonly left: Rational; readonly taken: Rational }[];
  readonly issuedByPeople: Rational;
  /** Net of what went back. */
  readonly issuedByHeddle: Rational;
};

function stockOf(
  item: ItemId,
  { production }: Place,
  units: Units,
  [first]: readonly Pick<MaterialConsumption, "quantity">[],
): Stock {
  const { "inputs.": inputs, "outputs.": outputs } = production;
  const ofItem = (move: Move) => move["product."].code === item && move.state !== "cancelled";
  const open = inputs
    .filter((move) => ofItem(move) && isPlanned(move) && move.state !== "done")
    .toSorted((a, b) => a.id - b.id);
  const object = `component ${item}`;
  const uom = open[0]?.uom ?? units.idOf(first?.quantity.unit ?? "EA", object, "uom");
  const unit = units.of(uom, object, "uom");
  const sum = (moves: readonly Move[]) =>
    moves.reduce((all, move) => plus(all, converted(figureOf(move), units.of(move.uom, object, "uom"), unit)), ZERO);
  return {
    uom,
    unit,
    digits: units.digits(uom),
    planned: open
      .filter((move) => move.uom === uom)
      .map((move) => {
        const { used, returned } = bookedOf(move, production);
        return { move, left: figureOf(move), taken: minus(sum(used), sum(returned)) };
      }),
    issuedByPeople: sum(inputs.filter((move) => ofItem(move) && isPlanned(move) && move.state === "done")),
    issuedByHeddle: minus(
      sum(inputs.filter((move) => ofItem(move) && !isPlanned(move))),
      sum(outputs.filter((move) => ofItem(move) && !isPlanned(move))),
    ),
  };
}

function movesOfItem(
  item: ItemId,
  { uom, unit, digits, planned, issuedByPeople, issuedByHeddle }: Stock,
  before: readonly MaterialConsumption[],
  own: readonly MaterialConsumption[],
): readonly BookedMove[] {
  const totals = new Map<string, Rational>();
  /** What a line adds in Tryton's digits, so that many small amounts come to their sum. */
  const added = ({ quantity, line, lot }: MaterialConsumption): Rational => {
    const key = JSON.stringify([line, lot]);
    const total = totals.get(key) ?? ZERO;
    const next = plus(total, converted(quantity.amount, quantity.unit, unit));
    totals.set(key, next);
    return minus(roundedHalfUp(next, digits), roundedHalfUp(total, digits));
  };
  const usedBefore = before.map(added).reduce(plus, ZERO);
  let covered = atLeastZero(minus(usedBefore, issuedByHeddle));
  let booked = issuedByHeddle;
  const plan = planned.map((one) => ({ ...one }));
  const moves: BookedMove[] = [];
  for (const consumption of own) {
    const amount = added(consumption);
    const isBack = compare(amount, ZERO) < 0;
    let rest = isBack ? minus(ZERO, amount) : amount;
    // What people issued is used up first; what goes back is first what was booked beside it.
    const free = isBack
      ? smaller(covered, atLeastZero(minus(rest, booked)))
      : atLeastZero(minus(issuedByPeople, covered));
    const byPeople = smaller(rest, free);
    covered = isBack ? minus(covered, byPeople) : plus(covered, byPeople);
    rest = minus(rest, byPeople);
    booked = isBack ? minus(booked, rest) : plus(booked, rest);
    const direction = isBack ? "back" : "in";
    const book = (quantity: Rational, from: Move | null) => {
      if (compare(quantity, ZERO) <= 0) return;
      moves.push({ direction, item, quantity, uom, lot: consumption.lot, planned: from });
      rest = minus(rest, quantity);
    };
    for (const line of plan.toSorted((a, b) => isLine(b.move, consumption) - isLine(a.move, consumption))) {
      const quantity = smaller(rest, isBack ? line.taken : line.left);
      book(quantity, line.move);
      line.left = isBack ? plus(line.left, quantity) : minus(line.left, quantity);
      line.taken = isBack ? minus(line.taken, quantity) : plus(line.taken, quantity);
    }
    book(rest, null);
  }
  return moves;
}

function isLine({ id }: Move, { line }: MaterialConsumption): number {
  return Number(String(id) === line);
}

/** What is left of the planned inputs that moves are taken off or put back to. */
export function plannedAfter(moves: readonly BookedMove[]): ReadonlyMap<number, Rational> {
  const left = new Map<number, Rational>();
  for (const { planned, direction, quantity } of moves) {
    if (planned === null) continue;
    const now = left.get(planned.id) ?? figureOf(planned);
    left.set(planned.id, direction === "in" ? minus(now, quantity) : plus(now, quantity));
  }
  return left;
}

export function figureOf({ quantity }: Pick<Move, "quantity">): Rational {
  const figure = quantityRational(quantity);
  if (figure === null) throw new RangeError(`${quantity} is no quantity`);
  return figure;
}

/** @throws RangeError across dimensions: Tryton lets an item's moves be in units of one only. */
function converted(amount: Rational, from: Unit, to: Unit): Rational {
  const factor = conversionFactor(from, to);
  if (factor === null) throw new RangeError(`${from} does not convert to ${to}`);
  return times(amount, factor);
}

function smaller(a: Rational, b: Rational): Rational {
  return compare(a, b) <= 0 ? a : b;
}

function atLeastZero(a: Rational): Rational {
  return compare(a, ZERO) < 0 ? ZERO : a;
}

import type { EbomLine } from "../ebom.ts";
import type { OperationId } from "../ids.ts";
import {
  compare,
  dividedBy,
  isWhole,
  minus,
  ONE,
  plus,
  rational,
  rationalText,
  roundedDown,
  times,
  toNumber,
  ZERO,
  type Rational,
} from "../rational.ts";
import { conversionFactor, isCount, type Unit } from "../unit.ts";
import type { SplitPart } from "./rules.ts";

/** What one operation gets of a line. */
type SplitPiece = {
  readonly operation: OperationId;
  readonly amount: Rational;
  /** The piece as a part of the whole line. */
  readonly fraction: Rational;
  readonly referenceDesignators: readonly string[];
};

/** The pieces, which make up the line exactly, or why the parts do not fit it. */
export type SplitResult =
  | { readonly kind: "split"; readonly pieces: readonly SplitPiece[] }
  | { readonly kind: "does not fit"; readonly because: string; readonly fix: string };

type Whole = {
  readonly amount: Rational;
  readonly unit: Unit;
  /** All of them, whether the mBOM line keeps them or not. */
  readonly designators: EbomLine["referenceDesignators"];
};

/**
 * Divides a line over operations, to the last piece and designator. Parts that get nothing are left out.
 * Named designators go to the part that names them, the others in their order.
 *
 * @param wholePieces whether shares are rounded to whole pieces, by the largest remainder.
 */
export function splitLine(line: Whole, parts: readonly SplitPart[], wholePieces: boolean): SplitResult {
  const taken = amountsOf(line, parts);
  if (!Array.isArray(taken)) return taken;
  const perUnit = piecesPerUnit(line);
  const amounts = wholePieces && perUnit !== null ? inWholePieces(taken, parts, perUnit) : taken;
  const cut = perUnit === null ? -1 : amounts.findIndex((amount) => !isWhole(times(amount, perUnit)));
  if (cut !== -1) return cutPiece(parts[cut], amounts[cut]);
  const places = placesOf(line, parts, amounts);
  if (!Array.isArray(places)) return places;
  const pieces = parts.map(({ operation }, at) => ({
    operation,
    amount: amounts[at] ?? ZERO,
    fraction: dividedBy(amounts[at] ?? ZERO, line.amount),
    referenceDesignators: places[at] ?? [],
  }));
  return { kind: "split", pieces: pieces.filter(({ amount }) => compare(amount, ZERO) > 0) };
}

type Misfit = Extract<SplitResult, { kind: "does not fit" }>;

function doesNotFit(because: string, fix: string): Misfit {
  return { kind: "does not fit", because, fix };
}

function amountsOf(line: Whole, parts: readonly SplitPart[]): Rational[] | Misfit {
  const amounts: (Rational | null)[] = [];
  for (const part of parts) {
    const amount = amountOf(part, line);
    if (amount !== null && "kind" in amount) return amount;
    amounts.push(amount);
  }
  const rest = minus(
    line.amount,
    amounts.reduce<Rational>((sum, amount) => plus(sum, amount ?? ZERO), ZERO),
  );
  if (compare(rest, ZERO) < 0) return doesNotFit("its parts take more than the line has", "Take less in the parts.");
  if (!amounts.includes(null) && compare(rest, ZERO) > 0) {
    return doesNotFit("its parts do not take all of the line", "Give one part the rest: { operation: …, rest: true }.");
  }
  return amounts.map((amount) => amount ?? rest);
}

/** Null for the rest. */
function amountOf(part: SplitPart, { amount, designators }: Whole): Rational | Misfit | null {
  switch (part.take) {
    case "share":
      return times(amount, part.share);
    case "quantity":
      return part.quantity;
    case "rest":
      return null;
    case "designators": {
      const lacking = part.designators.filter((name) => !designators.includes(name));
      if (lacking.length > 0) {
        const names = lacking.join(", ");
        return doesNotFit(
          `the line has no reference designator ${names}`,
          `Take ${names} out of the rule, or have it match other lines.`,
        );
      }
      const named = part.designators.length;
      return named === 0 ? ZERO : times(amount, rational(named, designators.length));
    }
  }
}

/** Pieces in one of the line's unit; null where it does not count whole pieces that a part could cut. */
function piecesPerUnit({ amount, unit }: Whole): Rational | null {
  if (!isCount(unit)) return null;
  const perUnit = conversionFactor(unit, "EA") ?? ONE;
  return isWhole(times(amount, perUnit)) ? perUnit : null;
}

/**
 * Shares and the rest in whole pieces that still add up: all are rounded down, then the largest remainders
 * get one more each, the earlier part first.
 */
function inWholePieces(amounts: readonly Rational[], parts: readonly SplitPart[], perUnit: Rational): Rational[] {
  const isShared = (at: number) => parts[at]?.take === "share" || parts[at]?.take === "rest";
  const exact = amounts.map((amount) => times(amount, perUnit));
  const floors = exact.map((pieces, at) => (isShared(at) ? roundedDown(pieces, 0) : pieces));
  const remainders = exact.map((pieces, at) => ({ at, remainder: minus(pieces, floors[at] ?? ZERO) }));
  const open = remainders.reduce((sum, { remainder }) => plus(sum, remainder), ZERO);
  const favoured = new Set(
    remainders
      .toSorted((a, b) => compare(b.remainder, a.remainder) || a.at - b.at)
      .slice(0, toNumber(roundedDown(open, 0)))
      .map(({ at }) => at),
  );
  return floors.map((pieces, at) => dividedBy(favoured.has(at) ? plus(pieces, ONE) : pieces, perUnit));
}

function cutPiece(part: SplitPart | undefined, amount: Rational | undefined): Misfit {
  const share = amount === undefined ? "a part" : rationalText(amount);
  return doesNotFit(
    `operation ${part?.operation} would get ${share} of it, which cuts a piece`,
    "Write quantities instead of shares, or `whole: true` to round shares to whole pieces.",
  );
}

/** Reference designators of each part, of as many places as its amount has of the line's. */
function placesOf(line: Whole, parts: readonly SplitPart[], amounts: readonly Rational[]): string[][] | Misfit {
  const { designators } = line;
  if (designators.length === 0) return parts.map(() => []);
  const named = new Set(parts.flatMap((part) => (part.take === "designators" ? part.designators : [])));
  const free = designators.filter((name) => !named.has(name));
  const places: string[][] = [];
  for (const [at, part] of parts.entries()) {
    if (part.take === "designators") {
      places.push([...part.designators]);
      continue;
    }
    const count = times(dividedBy(amounts[at] ?? ZERO, line.amount), rational(designators.length));
    if (!isWhole(count)) {
      return doesNotFit(
        `the places of operation ${part.operation} do not come out whole: ${designators.length} reference designators cannot be shared so`,
        "Name the designators of each part, or write shares that give each a whole number of places.",
      );
    }
    places.push(free.splice(0, toNumber(count)));
  }
  return places;
}

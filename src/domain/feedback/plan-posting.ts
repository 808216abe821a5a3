import type { ItemId, OperationId, PlantId, ProductionOrderId } from "../ids.ts";
import type { ProductionOrder } from "../order.ts";
import type {
  MaterialConsumption,
  OperationConfirmation,
  OrderCompletion,
  OrderProduction,
  Posting,
} from "../posting.ts";
import type { Quantity } from "../quantity.ts";
import { compare, equals, isZero, rational, type Rational, roundedHalfUp, sign, ZERO } from "../rational.ts";
import type { ConsumptionActuals, OperationActuals, OrderActuals } from "./order-actuals.ts";
import {
  bookingFindings,
  completionFindings,
  madeOf,
  type PostingFacts,
  type PostingFinding,
  type PostingTolerances,
  type ScopedFinding,
} from "./posting-findings.ts";
import { differenceOf, isNothing, placeOf, sumsOf, type PostingLines, type PostingSums } from "./posting-sums.ts";

/** What a person said to a finding. */
export type PostingDecision = {
  /** The finding's key. */
  readonly finding: string;
  /** `leave out`: what it is about stays as the ERP holds it. */
  readonly decision: "post" | "leave out";
  /** The finding's when it was decided: what goes further is decided anew. */
  readonly extent: Quantity | null;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
};

export type PostingInput = {
  readonly plant: PlantId;
  readonly order: ProductionOrderId;
  readonly actuals: OrderActuals;
  /** What the ERP holds; null where it does not know the order. */
  readonly production: OrderProduction | null;
  readonly erpOrder: ProductionOrder | null;
  /** The order's operations in the ERP; null where it keeps none. */
  readonly operations: readonly OperationId[] | null;
  /** Whether a posting comes on top of what people issued in the ERP, which else is used up first. */
  readonly issuesOnTop: boolean;
  /** Decimal places that the ERP keeps of an item's quantities; null where it keeps any. */
  readonly decimalsOf: (item: ItemId) => number | null;
  /** The item that the order makes; null where that is not known. */
  readonly item: ItemId | null;
  /** Whether nothing new has been told for so long that the order may be ended: what comes later finds it closed. */
  readonly isQuiet: boolean;
  readonly tolerances: PostingTolerances;
  readonly decisions: readonly PostingDecision[];
};

export type PostingPlan = {
  readonly step: PostingStep;
  /** All is booked that may be, and the order is to be ended as soon as it is quiet about it. */
  readonly awaitsQuiet: boolean;
  /** With what was said to each; null while nobody has. */
  readonly findings: readonly DecidedFinding[];
  /** What the ERP's books lack, whatever is held back. */
  readonly outstanding: PostingLines;
};

export type PostingStep =
  | { readonly kind: "post"; readonly posting: Posting }
  | { readonly kind: "complete"; readonly completion: OrderCompletion }
  | { readonly kind: "nothing" };

export type DecidedFinding = PostingFinding & { readonly decided: PostingDecision | null };

/**
 * The next step that brings the ERP's books to what was really made and used; asked again after each. What a finding is
 * about waits for a person, and all else is booked meanwhile. The order is completed last, when nothing waits any more.
 */
export function planPosting(input: PostingInput): PostingPlan {
  const { actuals, production, erpOrder, operations, issuesOnTop, tolerances } = input;
  const held = sumsOf(production?.postings ?? []);
  const wanted = wantedSums(input, held);
  const facts: PostingFacts = { actuals, wanted, held, order: erpOrder, operations, issuesOnTop, tolerances };
  const outstanding = differenceOf(wanted, held);
  const booking = decided(bookingFindings(facts), input.decisions);
  const left = differenceOf(withoutHeldBack(wanted, held, booking), held);
  if (!isNothing(left)) {
    const step: PostingStep = { kind: "post", posting: postingOf(input, left) };
    return { step, awaitsQuiet: false, findings: booking.map(shown), outstanding };
  }
  const isAtItsEnd = erpOrder !== null && mayComplete(actuals, erpOrder, booking);
  if (!isAtItsEnd || !input.isQuiet) {
    return { step: NOTHING, awaitsQuiet: isAtItsEnd, findings: booking.map(shown), outstanding };
  }
  const ending = decided(completionFindings(facts, erpOrder), input.decisions);
  const isHeldBack = ending.some(({ by }) => by?.decision !== "post");
  const step: PostingStep = isHeldBack ? NOTHING : { kind: "complete", completion: completionOf(input, held) };
  return { step, awaitsQuiet: false, findings: [...booking, ...ending].map(shown), outstanding };
}

/** Whether a person is asked for something that nobody has answered. */
export function awaitsDecision({ findings }: Pick<PostingPlan, "findings">): boolean {
  return findings.some((finding) => finding.decided === null);
}

const NOTHING: PostingStep = { kind: "nothing" };

type Decided = ScopedFinding & { readonly by: PostingDecision | null };

function decided(findings: readonly ScopedFinding[], decisions: readonly PostingDecision[]): readonly Decided[] {
  return findings.map((each) => ({
    ...each,
    by: decisions.find((decision) => covers(decision, each.finding)) ?? null,
  }));
}

function covers({ finding, extent: upTo }: PostingDecision, { key, extent }: PostingFinding): boolean {
  if (finding !== key) return false;
  if (extent === null) return true;
  return upTo !== null && upTo.unit === extent.unit && compare(extent.amount, upTo.amount) <= 0;
}

function shown({ finding, by }: Decided): DecidedFinding {
  return { ...finding, decided: by };
}

/** The actual sums as postings write them: in the ERP's precision, at lines that its order has. */
function wantedSums(input: PostingInput, held: PostingSums): PostingSums {
  const { actuals, item, decimalsOf } = input;
  return sumsOf([
    {
      confirmations: actuals.operations
        .filter(isReported)
        .map((operation) => confirmationOf(operation, item === null ? null : decimalsOf(item))),
      consumptions: actuals.consumption.map((used) => consumptionOf(used, input, held)),
    },
  ]);
}

/** That an operation has begun is no news to the ERP's books. */
function isReported({ good, scrap, rework, setupMs, runMs, isComplete }: OperationActuals): boolean {
  return isComplete || setupMs > 0 || runMs > 0 || [good, scrap, rework].some(({ amount }) => !isZero(amount));
}

function confirmationOf(actual: OperationActuals, decimals: number | null): OperationConfirmation {
  const { operation, good, scrap, rework, setupMs, runMs, isComplete } = actual;
  const kept = (quantity: Quantity) => inPrecision(quantity, decimals);
  return {
    operation,
    good: kept(good),
    scrap: kept(scrap),
    rework: kept(rework),
    setupMs,
    runMs,
    isFinal: isComplete,
  };
}

function consumptionOf(
  { line, item, operation, lot, quantity, serials }: ConsumptionActuals,
  { erpOrder, operations, decimalsOf }: PostingInput,
  held: PostingSums,
): MaterialConsumption {
  const amount = inPrecision(quantity, decimalsOf(item));
  const used: MaterialConsumption = { line, item, operation, quantity: amount, lot, serials };
  // What stands at a line or operation that the order has lost since stays there.
  if (held.consumptions.has(placeOf(used))) return used;
  const isPlanned = erpOrder?.components.some((each) => each.line === line && each.item === item) === true;
  const isKnown = operation === null || operations === null || operations.includes(operation);
  return { ...used, line: isPlanned ? line : null, operation: isKnown ? operation : null };
}

/** Sums are rounded, not what is added to them: so the parts that are booked always add up. Never a non-zero to zero. */
function inPrecision({ amount, unit }: Quantity, decimals: number | null): Quantity {
  if (decimals === null) return { amount, unit };
  const rounded = roundedHalfUp(amount, decimals);
  const isLost = equals(rounded, ZERO) && !equals(amount, ZERO);
  return { amount: isLost ? smallest(amount, decimals) : rounded, unit };
}

function smallest(like: Rational, decimals: number): Rational {
  return rational(sign(like) < 0 ? -1n : 1n, 10n ** BigInt(decimals));
}

/** What is held back is wanted as it stands in the ERP. */
function withoutHeldBack(wanted: PostingSums, held: PostingSums, findings: readonly Decided[]): PostingSums {
  const confirmations = new Map(wanted.confirmations);
  const consumptions = new Map(wanted.consumptions);
  for (const { scope, by } of findings) {
    if (by?.decision === "post") continue;
    if (scope.kind === "all") return held;
    if (scope.kind === "operation") asHeld(confirmations, held.confirmations, scope.operation);
    if (scope.kind === "consumption") for (const place of scope.places) asHeld(consumptions, held.consumptions, place);
  }
  return { confirmations, consumptions };
}

function asHeld<Key, Value>(wanted: Map<Key, Value>, held: ReadonlyMap<Key, Value>, key: Key): void {
  const value = held.get(key);
  if (value === undefined) wanted.delete(key);
  else wanted.set(key, value);
}

function mayComplete({ isComplete }: OrderActuals, { state }: ProductionOrder, findings: readonly Decided[]): boolean {
  const isOpen = state === "released" || state === "started";
  return isComplete && isOpen && findings.every(({ by }) => by !== null);
}

function postingOf({ plant, order, actuals, production }: PostingInput, lines: PostingLines): Posting {
  const number = 1 + Math.max(0, ...(production?.postings ?? []).map(({ id }) => numberOf(id)));
  return { id: postingId(order, number), order, plant, at: actuals.lastAt ?? "", ...lines };
}

const ID_LENGTH_MAX = 48;

/** `MO-5001:3`; of a longer order number the end, where numbers differ. */
function postingId(order: ProductionOrderId, number: number): string {
  const tail = `:${number}`;
  return `${order.slice(-(ID_LENGTH_MAX - tail.length))}${tail}`;
}

function numberOf(id: string): number {
  const number = Number(id.slice(id.lastIndexOf(":") + 1));
  return Number.isSafeInteger(number) ? number : 0;
}

function completionOf({ plant, order, actuals }: PostingInput, held: PostingSums): OrderCompletion {
  const lot = actuals.lots.length === 1 ? (actuals.lots[0] ?? null) : null;
  return { order, plant, at: actuals.lastAt ?? "", ...madeOf(held, actuals), lot, serials: actuals.serials };
}

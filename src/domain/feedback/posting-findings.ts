import type { OperationId } from "../ids.ts";
import { naturalOrder } from "../natural-order.ts";
import type { ProductionOrder } from "../order.ts";
import type { MaterialConsumption } from "../posting.ts";
import { quantityText, type Quantity } from "../quantity.ts";
import { compare, isZero, minus, ONE, plus, type Rational, times, ZERO } from "../rational.ts";
import { itemConversionFactor } from "../unit.ts";
import type { OrderActuals } from "./order-actuals.ts";
import { differenceOf, isNothing, placeOf, type PostingLines, type PostingSums } from "./posting-sums.ts";

/** Something that does not add up between shop floor and ERP. A person says whether it is booked in spite of it. */
export type PostingFinding = {
  /** Names it among the findings of its order: what a person's decision is about. */
  readonly key: string;
  /** Stable name for scripts, documented in `docs/errors.md`. */
  readonly code: PostingFindingCode;
  /** In the ERP's order: `component 20`, `operation 0010`; null when it is about all of the order. */
  readonly place: string | null;
  /** How far it goes: a decision counts as long as it goes no further. Null where it has no size. */
  readonly extent: Quantity | null;
  /** What is so, in a sentence. */
  readonly cause: string;
  /** What to do about it, in a sentence. */
  readonly fix: string;
};

type PostingFindingCode =
  | "completed-short"
  | "consumed-beyond-plan"
  | "item-not-planned"
  | "lots-several"
  | "made-beyond-order"
  | "operation-not-in-order"
  | "order-closed"
  | "order-not-in-erp"
  | "order-not-released"
  | "unit-not-convertible";

/** How far production may be from the order without a person. Shares: 1/20 is 5 %. */
export type PostingTolerances = {
  /** Consumption above what the order requires of a component. */
  readonly consumption: Rational;
  /** Good pieces above what was ordered. */
  readonly overdelivery: Rational;
  /** Pieces that are missing, neither good nor scrap, when the order is complete. */
  readonly underdelivery: Rational;
};

/** What of the booking waits for the answer to a finding. */
type Scope =
  | { readonly kind: "all" }
  | { readonly kind: "operation"; readonly operation: OperationId }
  | { readonly kind: "consumption"; readonly places: ReadonlySet<string> }
  | { readonly kind: "completion" };

export type ScopedFinding = { readonly finding: PostingFinding; readonly scope: Scope };

export type PostingFacts = {
  readonly actuals: OrderActuals;
  readonly wanted: PostingSums;
  readonly held: PostingSums;
  /** Null where the ERP does not know the order. */
  readonly order: ProductionOrder | null;
  /** Of the order, or of the routing that holds for it; null where the ERP keeps none. */
  readonly operations: readonly OperationId[] | null;
  /** Whether a posting comes on top of what people issued in the ERP, which else is used up first. */
  readonly issuesOnTop: boolean;
  readonly tolerances: PostingTolerances;
};

/** What is wrong with booking what is not booked yet. What the ERP holds already is no question any more. */
export function bookingFindings(facts: PostingFacts): readonly ScopedFinding[] {
  const { order, wanted, held } = facts;
  const missing = differenceOf(wanted, held);
  if (isNothing(missing)) return [];
  const extent = piecesOf(missing, facts.actuals);
  if (order === null) return [ofAll("order-not-in-erp", extent, "The ERP does not know the order.", RESTORE_ORDER)];
  return [
    ...stateFindings(order, extent),
    ...unitFindings(facts, order),
    ...operationFindings(facts),
    ...goodFindings(facts, order),
    ...consumptionFindings(facts, order),
  ];
}

const RESTORE_ORDER = "Find out which order was worked on; leave it out, or book it by hand on the right order.";

/** Pieces that are not booked, over all operations: what comes later goes further. Null where only material is not. */
function piecesOf({ confirmations }: PostingLines, { unit }: OrderActuals): Quantity | null {
  const figures = confirmations.flatMap(({ good, scrap, rework }) => [good.amount, scrap.amount, rework.amount]);
  const amount = figures.reduce((sum, figure) => plus(sum, larger(figure, minus(ZERO, figure))), ZERO);
  return isZero(amount) ? null : { amount, unit };
}

function stateFindings({ id, state }: ProductionOrder, extent: Quantity | null): readonly ScopedFinding[] {
  switch (state) {
    case "finished":
    case "cancelled":
      return [
        ofAll(
          "order-closed",
          extent,
          `${id} is ${state} in the ERP, and what was made or used for it is not booked completely.`,
          "Open the order again in the ERP and book it, or leave it out and correct stock by hand.",
        ),
      ];
    case "planned":
      return [
        ofAll(
          "order-not-released",
          extent,
          `${id} is not released in the ERP, but was worked on.`,
          "Release the order in the ERP, then look again.",
        ),
      ];
    case "released":
    case "started":
      return [];
  }
}

function unitFindings({ actuals }: PostingFacts, { quantity }: ProductionOrder): readonly ScopedFinding[] {
  if (actuals.unit === quantity.unit) return [];
  const cause = `Pieces were counted in ${actuals.unit}; the order now counts in ${quantity.unit}.`;
  return [
    ofAll(
      "unit-not-convertible",
      null,
      cause,
      "Give the order the unit back that it was released in, then look again.",
    ),
  ];
}

function operationFindings({ wanted, held, operations }: PostingFacts): readonly ScopedFinding[] {
  if (operations === null) return [];
  return differenceOf(wanted, held).confirmations.flatMap(({ operation }) =>
    operations.includes(operation)
      ? []
      : [
          {
            finding: {
              key: `operation-not-in-order ${operation}`,
              code: "operation-not-in-order",
              place: `operation ${operation}`,
              extent: null,
              cause: `The ERP's order has no operation ${operation}, but work was reported on it.`,
              fix: "Add the operation to the order in the ERP and look again, or leave it out.",
            },
            scope: { kind: "operation", operation },
          },
        ],
  );
}

function goodFindings(
  { actuals, wanted, held, tolerances }: PostingFacts,
  { quantity }: ProductionOrder,
): readonly ScopedFinding[] {
  const operation = actuals.lastOperation;
  const made = operation === null ? undefined : wanted.confirmations.get(operation)?.good.amount;
  if (operation === null || made === undefined || quantity.unit !== actuals.unit) return [];
  const booked = held.confirmations.get(operation)?.good.amount ?? ZERO;
  const most = times(quantity.amount, plus(ONE, tolerances.overdelivery));
  if (compare(made, most) <= 0 || compare(made, booked) <= 0) return [];
  const extent = { amount: minus(made, quantity.amount), unit: actuals.unit };
  return [
    {
      finding: {
        key: "made-beyond-order",
        code: "made-beyond-order",
        place: `operation ${operation}`,
        extent,
        cause: `${quantityText({ amount: made, unit: actuals.unit })} came out good; ${quantityText(quantity)} were ordered.`,
        fix: "Check the count on the shop floor; correct it there, book it, or leave it out.",
      },
      scope: { kind: "operation", operation },
    },
  ];
}

function consumptionFindings(facts: PostingFacts, order: ProductionOrder): readonly ScopedFinding[] {
  const { wanted, held } = facts;
  const moving = [...wanted.consumptions].flatMap(([place, line]) => {
    const before = held.consumptions.get(place)?.quantity.amount ?? ZERO;
    return compare(line.quantity.amount, before) > 0 ? [line] : [];
  });
  const byComponent = Map.groupBy(moving, ({ line, item, quantity }) => JSON.stringify([line, item, quantity.unit]));
  return [...byComponent.values()].flatMap((lines) => {
    const [first] = lines;
    return first === undefined ? [] : componentFindings(first, new Set(lines.map(placeOf)), facts, order);
  });
}

function componentFindings(
  { line, item, quantity: { unit } }: MaterialConsumption,
  places: ReadonlySet<string>,
  { wanted, held, tolerances, issuesOnTop }: PostingFacts,
  order: ProductionOrder,
): readonly ScopedFinding[] {
  const isOurs = (one: MaterialConsumption) => one.line === line && one.item === item && one.quantity.unit === unit;
  const used = totalOf(wanted, isOurs);
  const scope: Scope = { kind: "consumption", places };
  const component = order.components.find((each) => each.line === line && each.item === item);
  const at = line === null ? item : `${line} ${item}`;
  if (component === undefined) {
    const cause = `${quantityText({ amount: used, unit })} of ${item} were used, which the ERP's order does not plan.`;
    const fix = "Add it to the order in the ERP and look again, book it in spite of that, or leave it out.";
    return [componentFinding("item-not-planned", at, { amount: used, unit }, cause, fix, scope)];
  }
  const factor = itemConversionFactor(unit, component.required.unit, []);
  if (factor === null) {
    const cause = `${item} was counted in ${unit}; the order needs it in ${component.required.unit}.`;
    const fix = `Give the item a conversion to ${component.required.unit}, or have the source count in it.`;
    return [componentFinding("unit-not-convertible", at, null, cause, fix, scope)];
  }
  const ours = times(totalOf(held, isOurs), factor);
  const byOthers = issuesOnTop ? larger(minus(component.issued.amount, ours), ZERO) : ZERO;
  const total = plus(times(used, factor), byOthers);
  const planned = times(component.required.amount, plus(ONE, tolerances.consumption));
  const most = issuesOnTop ? planned : larger(planned, component.issued.amount);
  if (compare(total, most) <= 0) return [];
  const inUnit = (amount: Rational) => quantityText({ amount, unit: component.required.unit });
  const issued = isZero(byOthers) ? "" : `, and others issued ${inUnit(byOthers)} in the ERP`;
  const cause = `${inUnit(times(used, factor))} of ${item} were used${issued}; the order requires ${inUnit(component.required.amount)}.`;
  const fix = "Check what was used; correct it on the shop floor, book it in spite of that, or leave it out.";
  const extent = { amount: minus(total, component.required.amount), unit: component.required.unit };
  return [componentFinding("consumed-beyond-plan", at, extent, cause, fix, scope)];
}

function componentFinding(
  code: PostingFindingCode,
  at: string,
  extent: Quantity | null,
  cause: string,
  fix: string,
  scope: Scope,
): ScopedFinding {
  return { finding: { key: `${code} ${at}`, code, place: `component ${at}`, extent, cause, fix }, scope };
}

/** What is wrong with ending the order, once all that may be booked is. */
export function completionFindings(
  { actuals, tolerances, held }: PostingFacts,
  { quantity }: ProductionOrder,
): readonly ScopedFinding[] {
  const made = madeOf(held, actuals);
  const accounted = plus(made.good.amount, made.scrap.amount);
  const missing = minus(quantity.amount, accounted);
  const findings: ScopedFinding[] = [];
  if (compare(missing, times(quantity.amount, tolerances.underdelivery)) > 0) {
    const cause = `The shop floor is done: ${quantityText(made.good)} good and ${quantityText(made.scrap)} scrap of ${quantityText(quantity)} ordered.`;
    const fix = "Complete the order short, or leave that to the planner in the ERP.";
    const extent = { amount: missing, unit: quantity.unit };
    findings.push(ofCompletion("completed-short", extent, cause, fix));
  }
  if (actuals.lots.length > 1) {
    const lots = actuals.lots.toSorted(naturalOrder).join(", ");
    const cause = `The pieces belong to several lots, and an order is completed into one: ${lots}.`;
    findings.push(
      ofCompletion("lots-several", null, cause, "Complete it without a lot, or receive the lots in the ERP by hand."),
    );
  }
  return findings;
}

/** What the ERP holds as made: good out of the last operation, scrap out of all of them. */
export function madeOf(
  { confirmations }: PostingSums,
  { unit, lastOperation }: OrderActuals,
): { readonly good: Quantity; readonly scrap: Quantity } {
  const last = lastOperation === null ? undefined : confirmations.get(lastOperation);
  const scrap = [...confirmations.values()].reduce((sum, each) => plus(sum, each.scrap.amount), ZERO);
  return { good: last?.good ?? { amount: ZERO, unit }, scrap: { amount: scrap, unit } };
}

function ofAll(code: PostingFindingCode, extent: Quantity | null, cause: string, fix: string): ScopedFinding {
  return { finding: { key: code, code, place: null, extent, cause, fix }, scope: { kind: "all" } };
}

function ofCompletion(code: PostingFindingCode, extent: Quantity | null, cause: string, fix: string): ScopedFinding {
  return { finding: { key: code, code, place: null, extent, cause, fix }, scope: { kind: "completion" } };
}

function totalOf({ consumptions }: PostingSums, counts: (line: MaterialConsumption) => boolean): Rational {
  return [...consumptions.values()].filter(counts).reduce((sum, { quantity }) => plus(sum, quantity.amount), ZERO);
}

function larger(a: Rational, b: Rational): Rational {
  return compare(a, b) >= 0 ? a : b;
}

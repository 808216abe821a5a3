import type { ChangeId, ItemId, OperationId, PlantId, ProductionOrderId, Revision } from "../ids.ts";
import { plainOrder } from "../natural-order.ts";
import { toNumber } from "../rational.ts";
import { quantile } from "./duration-sketch.ts";
import type { Instant } from "./instant.ts";
import { mergedElements, NO_ELEMENTS, type KpiElements } from "./kpi-elements.ts";
import { producedQuantity } from "./kpis.ts";
import type { Observation, Reading } from "./trigger-rule.ts";
import type { UsedInstead } from "./used-instead.ts";

/** Where nobody told the revision or the operation. */
export const NOT_TOLD = "-";

/** An order whose operations are complete, with what the triggers look at. */
export type FinishedOrder = {
  readonly order: ProductionOrderId;
  readonly plant: PlantId;
  readonly item: ItemId;
  readonly finishedAt: Instant;
  readonly cells: readonly OrderCell[];
  /** Planned milliseconds for one piece, by operation. */
  readonly runMs: ReadonlyMap<OperationId, number>;
  readonly nonconformances: readonly Nonconformance[];
  readonly substitutions: readonly UsedInstead[];
};

/** A part of an order's elements. */
export type OrderCell = {
  readonly revision: Revision | null;
  readonly operation: OperationId | null;
  readonly elements: KpiElements;
};

export type Nonconformance = {
  readonly operation: OperationId | null;
  readonly code: string;
  readonly times: number;
};

/** What an order is held against. */
export type Expected = {
  /** The newest change in force for the order; null where there is none. */
  readonly change: ChangeId | null;
  /** The revision that is built where the order's own is not told. */
  readonly revision: Revision | null;
  /** As a share of the pieces made at the operation. */
  readonly plannedScrap: (operation: OperationId) => number;
  /** First-pass yield at the operation before the change; null where too little was made. */
  readonly yieldBefore: (operation: OperationId) => number | null;
};

/** What an order shows, of each kind at each place that it was worked on. */
export function observationsOf(order: FinishedOrder, expected: Expected): readonly Observation[] {
  const revision = order.cells.find((cell) => cell.revision !== null)?.revision ?? expected.revision;
  const places = new Map<string, { readonly revision: Revision; readonly operation: OperationId }>();
  const sums = new Map<string, KpiElements>();
  const noteAt = (operation: OperationId | null, of: Revision | null, elements: KpiElements) => {
    const place = {
      revision: of ?? revision ?? (NOT_TOLD as Revision),
      operation: operation ?? (NOT_TOLD as OperationId),
    };
    const key = JSON.stringify([place.revision, place.operation]);
    places.set(key, place);
    sums.set(key, mergedElements(sums.get(key) ?? NO_ELEMENTS, elements));
  };
  for (const cell of order.cells) noteAt(cell.operation, cell.revision, cell.elements);
  for (const { operation } of [...order.nonconformances, ...order.substitutions]) {
    noteAt(operation, null, NO_ELEMENTS);
  }
  return [...places]
    .toSorted(([a], [b]) => plainOrder(a, b))
    .flatMap(([key, place]) => {
      const elements = sums.get(key) ?? NO_ELEMENTS;
      const { order: id, plant, item, finishedAt } = order;
      return readingsAt(place.operation, elements, order, expected).map(({ pieces, reading }) => ({
        order: id,
        at: finishedAt,
        place: { plant, item, ...place },
        pieces,
        reading,
      }));
    });
}

type Counted = { readonly pieces: number; readonly reading: Reading };

function readingsAt(
  operation: OperationId,
  elements: KpiElements,
  order: FinishedOrder,
  expected: Expected,
): readonly Counted[] {
  const inspected = toNumber(elements.inspected);
  return [
    ...runTime(operation, elements, inspected, order),
    ...scrap(operation, elements, expected),
    ...firstPassYield(operation, elements, inspected, expected),
    ...repeated(operation, inspected, order),
  ];
}

function runTime(
  operation: OperationId,
  { cycleTimes }: KpiElements,
  pieces: number,
  { runMs }: FinishedOrder,
): readonly Counted[] {
  const planned = runMs.get(operation);
  const medianMs = quantile(cycleTimes, 0.5);
  if (planned === undefined || medianMs === null || pieces <= 0) return [];
  const reading = { kind: "run time", medianSeconds: medianMs / 1_000, plannedSeconds: planned / 1_000 } as const;
  return [{ pieces, reading }];
}

function scrap(operation: OperationId, elements: KpiElements, { plannedScrap }: Expected): readonly Counted[] {
  const pieces = toNumber(producedQuantity(elements));
  if (pieces <= 0) return [];
  const scrapped = toNumber(elements.scrap);
  return [{ pieces, reading: { kind: "scrap", scrapped, plannedShare: plannedScrap(operation) } }];
}

function firstPassYield(
  operation: OperationId,
  { goodAtFirst }: KpiElements,
  pieces: number,
  { change, yieldBefore }: Expected,
): readonly Counted[] {
  const shareBefore = change === null || pieces <= 0 ? null : yieldBefore(operation);
  if (change === null || shareBefore === null) return [];
  return [{ pieces, reading: { kind: "first-pass yield", passed: toNumber(goodAtFirst), shareBefore, change } }];
}

/** All of the order, so that what is not there has not occurred. */
function repeated(operation: OperationId, inspected: number, order: FinishedOrder): readonly Counted[] {
  const isHere = (one: { readonly operation: OperationId | null }) => (one.operation ?? NOT_TOLD) === operation;
  const found = order.nonconformances.filter(isHere);
  const used = order.substitutions.filter(isHere);
  // What was told of no piece was told of one all the same.
  const pieces = Math.max(1, inspected);
  return [
    { pieces, reading: { kind: "nonconformance", occurred: found.map(({ code, times }) => ({ code, times })) } },
    {
      pieces,
      reading: {
        kind: "substitution",
        occurred: used.map(({ designed, used: item, times }) => ({ designed, used: item, times })),
      },
    },
  ];
}

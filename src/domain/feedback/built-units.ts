import type { ItemId, Revision } from "../ids.ts";
import { plainOrder } from "../natural-order.ts";
import { dividedBy, plus, rational, type Rational, sign, ZERO } from "../rational.ts";
import { rationalText } from "../rational.ts";
import type { UnitFactor } from "../unit.ts";
import type { BuiltComponent } from "./as-built.ts";
import type { BuiltOperation, BuiltRecord, BuiltResult } from "./built-record.ts";
import type { Instant } from "./instant.ts";
import type { OrderActuals } from "./order-actuals.ts";
import type { ShopOccurrence } from "./shop-event.ts";

/** Something that an order built: a serial; a lot where pieces have no serials; else what the order made as a whole. */
export type OrderUnit = {
  readonly kind: "serial" | "lot" | "order";
  readonly id: string;
  /** The lot that a serial belongs to. */
  readonly lot: string | null;
  readonly revision: Revision | null;
  /** When it was good at last. */
  readonly builtAt: Instant;
  readonly record: BuiltRecord;
};

/**
 * What an order built, with its genealogy. What was used for named pieces went into these, in equal parts; what was used
 * for the order went into all of them alike, so that a lot of which some was used is on record of every piece that may
 * hold it.
 */
export function builtUnits(
  order: string,
  plannedRevision: Revision | null,
  events: readonly ShopOccurrence[],
  { serials, lots, lastOperation }: Pick<OrderActuals, "serials" | "lots" | "lastOperation">,
  factorsOf: (item: ItemId) => readonly UnitFactor[],
): readonly OrderUnit[] {
  const kind = serials.length > 0 ? "serial" : lots.length > 0 ? "lot" : "order";
  const ids = kind === "serial" ? serials : kind === "lot" ? lots : [order];
  if (kind === "order" && !events.some(({ fact }) => fact.kind === "good")) return [];
  const shares = sharesOf(kind, ids, events);
  return ids.flatMap((id): OrderUnit[] => {
    const own = shares.of.get(id) ?? [];
    const about = [...own, ...shares.common];
    const outputs = own.map(({ event }) => event).filter(({ fact }) => fact.kind === "good");
    const last = outputs.findLast(({ operation }) => operation === lastOperation) ?? outputs.at(-1);
    if (last === undefined) return [];
    return [
      {
        kind,
        id,
        lot: kind === "serial" ? last.lot : null,
        revision: outputs.findLast(({ revision }) => revision !== null)?.revision ?? plannedRevision,
        builtAt: last.at,
        record: {
          components: componentsOf(about, factorsOf),
          operations: operationsOf(about.map(({ event }) => event)),
          results: resultsOf(about.map(({ event }) => event)),
        },
      },
    ];
  });
}

/** An event, and into how many parts it falls. */
type Share = { readonly event: ShopOccurrence; readonly parts: number };

/** Events by the unit that they name, in the order in which they happened, and those that are of all units alike. */
function sharesOf(kind: OrderUnit["kind"], ids: readonly string[], events: readonly ShopOccurrence[]) {
  const of = new Map<string, Share[]>(ids.map((id) => [id, []]));
  const common: Share[] = [];
  for (const event of events) {
    const named = kind === "serial" ? event.serials : kind === "lot" && event.lot !== null ? [event.lot] : [];
    if (kind === "order") of.get(ids[0] ?? "")?.push({ event, parts: 1 });
    else if (named.length === 0) common.push({ event, parts: ids.length });
    else for (const id of named) of.get(id)?.push({ event, parts: named.length });
  }
  return { of, common };
}

function componentsOf(
  shares: readonly Share[],
  factorsOf: (item: ItemId) => readonly UnitFactor[],
): readonly BuiltComponent[] {
  const sums = new Map<string, { component: BuiltComponent; amount: Rational }>();
  for (const { event, parts } of shares) {
    const { fact, operation } = event;
    if (fact.kind !== "consumed") continue;
    const { item, revision, quantity, lot, serials } = fact;
    // Each serial is a component of its own: one piece of it.
    const pieces = serials.length === 0 ? [null] : serials;
    const amount = dividedBy(quantity.amount, rational(BigInt(parts * pieces.length)));
    for (const serial of pieces) {
      const key = JSON.stringify([item, revision, lot, serial, operation, quantity.unit]);
      const held = sums.get(key);
      if (held !== undefined) held.amount = plus(held.amount, amount);
      else {
        const component = { item, revision, quantity, unitFactors: factorsOf(item), lot, serial, operation };
        sums.set(key, { component, amount });
      }
    }
  }
  return [...sums.values()]
    .filter(({ amount }) => sign(amount) > 0)
    .map(({ component, amount }) => ({ ...component, quantity: { ...component.quantity, amount } }))
    .toSorted((a, b) => plainOrder(a.item, b.item) || plainOrder(a.lot ?? a.serial ?? "", b.lot ?? b.serial ?? ""));
}

/** The last time at each place: a lot passes a station piece by piece. */
function operationsOf(events: readonly ShopOccurrence[]): readonly BuiltOperation[] {
  const last = new Map<string, BuiltOperation>();
  for (const { fact, operation, workCenter, station, operator, at } of events) {
    if (fact.kind !== "good" && fact.kind !== "rework" && fact.kind !== "operation completed") continue;
    const key = JSON.stringify([operation, workCenter, station, operator]);
    last.delete(key);
    last.set(key, { operation, workCenter, station, operator, at });
  }
  return [...last.values()].toSorted((a, b) => plainOrder(a.at, b.at));
}

function resultsOf(events: readonly ShopOccurrence[]): readonly BuiltResult[] {
  return events.flatMap(({ fact, at }): BuiltResult[] => {
    switch (fact.kind) {
      case "tested":
        return [{ kind: "tested", name: fact.test, passed: fact.passed, text: fact.result, at }];
      case "measured": {
        const bounds = [fact.lower, fact.upper].map((limit) => (limit === null ? "…" : rationalText(limit)));
        const limits = fact.lower === null && fact.upper === null ? "" : `, ${bounds.join(" to ")}`;
        const text = `${rationalText(fact.value)} ${fact.unit}${limits}`;
        return [{ kind: "measured", name: fact.characteristic, passed: fact.passed, text, at }];
      }
      case "nonconformance":
        return [{ kind: "nonconformance", name: fact.code, passed: false, text: fact.text, at }];
      case "good":
      case "scrap":
      case "rework":
      case "consumed":
      case "operation started":
      case "setup completed":
      case "held":
      case "resumed":
      case "downtime":
      case "operation completed":
        return [];
    }
  });
}

/** How much of components there is on record, for laws: an exact sum by item. */
export function usedIn(units: readonly OrderUnit[]): ReadonlyMap<ItemId, Rational> {
  const sums = new Map<ItemId, Rational>();
  for (const { item, quantity } of units.flatMap(({ record }) => record.components)) {
    sums.set(item, plus(sums.get(item) ?? ZERO, quantity.amount));
  }
  return sums;
}

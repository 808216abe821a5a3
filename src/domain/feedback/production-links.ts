import type { ChangeId, ItemId, PlantId, ProductionOrderId, Revision } from "../ids.ts";
import { pieceNode, revisionNode, type ThreadLink, type ThreadNode } from "../thread-link.ts";
import type { OrderUnit } from "./built-units.ts";
import { eventName, type ShopOccurrence } from "./shop-event.ts";
import { sign } from "../rational.ts";

/** Relations that counting writes; those of an order are as its events say now. */
export const PRODUCTION_RELATIONS = [
  "makes",
  "built under",
  "made by",
  "of lot",
  "contains",
  "consumed",
  "found on",
] as const satisfies readonly ThreadLink["relation"][];

/** An order as its links name it: the names of the systems that hold what it joins. */
export type LinkedOrder = {
  readonly plant: PlantId;
  readonly order: ProductionOrderId;
  readonly item: ItemId;
  readonly revision: Revision | null;
  readonly changes: readonly ChangeId[];
  readonly systems: { readonly plm: string; readonly erp: string };
};

/** The thread's links that an order's production makes. */
export function productionLinks(
  { plant, order, item, revision, changes, systems }: LinkedOrder,
  units: readonly OrderUnit[],
  events: readonly ShopOccurrence[],
): readonly ThreadLink[] {
  const made: ThreadNode = { system: systems.erp, kind: "production order", id: order };
  const nodeOf = (kind: "serial" | "lot", id: string) => pieceNode(plant, kind, id, item);
  const named = new Set(units.filter(({ kind }) => kind !== "order").map(({ id }) => id));
  return [
    ...(revision === null
      ? []
      : [{ from: made, relation: "makes" as const, to: revisionNode(systems.erp, item, revision) }]),
    ...changes.map((change) => ({
      from: made,
      relation: "built under" as const,
      to: { system: systems.plm, kind: "change" as const, id: change },
    })),
    ...units.flatMap((unit) => linksOfUnit(unit, made, nodeOf)),
    ...unfinished(events, named).map(({ serial, at }) => ({
      from: nodeOf("serial", serial),
      relation: "made by" as const,
      to: made,
      happenedAt: at,
    })),
    ...lotsOf(units).map(({ lot, at }) => ({
      from: nodeOf("lot", lot),
      relation: "made by" as const,
      to: made,
      happenedAt: at,
    })),
    ...events.flatMap((event) => linksOfEvent(event, plant, made, nodeOf, named)),
  ];
}

function linksOfUnit(
  { kind, id, lot, builtAt, record }: OrderUnit,
  made: ThreadNode,
  nodeOf: (kind: "serial" | "lot", id: string) => ThreadNode,
): readonly ThreadLink[] {
  if (kind === "order") return [];
  const node = nodeOf(kind, id);
  const who = record.operations.findLast(({ operator }) => operator !== null)?.operator ?? null;
  return [
    { from: node, relation: "made by", to: made, happenedAt: builtAt, ...(who === null ? {} : { who }) },
    ...(lot === null ? [] : [{ from: node, relation: "of lot" as const, to: nodeOf("lot", lot), happenedAt: builtAt }]),
  ];
}

/** Pieces that are at work still, or scrap: with the last that is told of them. They hold what was built in all the same. */
function unfinished(
  events: readonly ShopOccurrence[],
  finished: ReadonlySet<string>,
): readonly { readonly serial: string; readonly at: string }[] {
  const last = new Map<string, string>();
  for (const { serials, at } of events) for (const serial of serials) if (!finished.has(serial)) last.set(serial, at);
  return [...last].map(([serial, at]) => ({ serial, at }));
}

function lotsOf(units: readonly OrderUnit[]): readonly { readonly lot: string; readonly at: string }[] {
  const first = new Map<string, string>();
  for (const { kind, lot, builtAt } of units)
    if (kind === "serial" && lot !== null) first.set(lot, first.get(lot) ?? builtAt);
  return [...first].map(([lot, at]) => ({ lot, at }));
}

/** What was used for named pieces is in them; what was used for the order is the order's. */
function linksOfEvent(
  { fact, serials, lot, at, operator, source, id }: ShopOccurrence,
  plant: PlantId,
  made: ThreadNode,
  nodeOf: (kind: "serial" | "lot", id: string) => ThreadNode,
  named: ReadonlySet<string>,
): readonly ThreadLink[] {
  const noted = { happenedAt: at, ...(operator === null ? {} : { who: operator }) };
  const pieces = serials.map((serial) => nodeOf("serial", serial));
  const inLot = lot !== null && named.has(lot) ? [nodeOf("lot", lot)] : [];
  const about = pieces.length > 0 ? pieces : inLot;
  if (fact.kind === "nonconformance") {
    const found: ThreadNode = {
      system: plant,
      kind: "nonconformance",
      id: `${fact.code} ${eventName({ source, id })}`,
    };
    return (about.length === 0 ? [made] : about).map((to) => ({ from: found, relation: "found on", to, ...noted }));
  }
  if (fact.kind !== "consumed" || sign(fact.quantity.amount) <= 0) return [];
  const used = [
    ...fact.serials.map((serial) => pieceNode(plant, "serial", serial, fact.item)),
    ...(fact.lot === null ? [] : [pieceNode(plant, "lot", fact.lot, fact.item)]),
  ];
  return used.flatMap((to): ThreadLink[] =>
    about.length === 0
      ? [{ from: made, relation: "consumed", to, ...noted }]
      : about.map((from) => ({ from, relation: "contains", to, ...noted })),
  );
}

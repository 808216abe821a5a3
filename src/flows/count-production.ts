import { setImmediate as breath, setTimeout as pause } from "node:timers/promises";
import { builtUnits } from "../domain/feedback/built-units.ts";
import { changesInForce } from "../domain/feedback/changes-in-force.ts";
import { effectiveEvents } from "../domain/feedback/effective-events.ts";
import { elementsOfEvents } from "../domain/feedback/elements-of-events.ts";
import { readEvent } from "../domain/feedback/event-json.ts";
import { eventPlace, isOfNoOrder, type EventPlace } from "../domain/feedback/event-place.ts";
import { lossesOf } from "../domain/feedback/losses.ts";
import { orderActuals } from "../domain/feedback/order-actuals.ts";
import { productionLinks, PRODUCTION_RELATIONS } from "../domain/feedback/production-links.ts";
import type { ShopEvent, ShopOccurrence } from "../domain/feedback/shop-event.ts";
import type { ShopOrder } from "../domain/feedback/shop-order.ts";
import { shiftTimes } from "../domain/feedback/shift-time.ts";
import type { ItemId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { ThreadLink } from "../domain/thread-link.ts";
import type { ShiftCalendar } from "../domain/orders/shift-calendar.ts";
import { isDatabaseTrouble, savepoint, type Database, type Transaction } from "../store/database.ts";
import { designsOf, type StoredDesign } from "../store/designs.ts";
import { keepLinks, noteFault, recordProduction, type CountedPlace } from "../store/production.ts";
import { dueCounts, linesOf, lockCounting, settleCounts } from "../store/shop-events.ts";
import {
  dispatchedOrders,
  learnOrders,
  sentSinceLearned,
  shopItems,
  shopOrders,
  type KnownShopOrder,
  type ShopItem,
} from "../store/shop-orders.ts";
import { subjectOf } from "../store/subject.ts";
import { linkThreads } from "../store/thread-links.ts";

/** One plant whose production is counted. */
export type CountingHub = {
  readonly database: Database;
  readonly plant: PlantId;
  readonly calendar: ShiftCalendar;
  /** The names of the connections that hold its changes and orders. */
  readonly systems: { readonly plm: string; readonly erp: string };
  /** What else follows from orders whose figures may have moved, in the same transaction. */
  readonly counted: (tx: Transaction, orders: readonly ProductionOrderId[]) => Promise<void>;
  /** Whether events wait to be taken in: counting then takes no more than a tenth of the time. */
  readonly isBusy: () => boolean;
  readonly onFault: (error: unknown, place: EventPlace) => void;
};

const WAIT_WHILE_BUSY = 9;
/** Orders counted in one transaction, and the events that they may have had when they were counted last. */
const AT_ONCE = { orders: 100, events: 20_000 };

/**
 * Counts the orders of a plant of which events came in, until none is left. An order is always counted as a whole, from
 * all that was ever told of it, so it does not matter in which order that came, nor how often it is counted. It takes no
 * more than half of the time, so that events go on being taken in.
 */
export async function countProduction(hub: CountingHub): Promise<void> {
  const shiftAt = shiftTimes(hub.calendar);
  for (;;) {
    const began = performance.now();
    const counted = await hub.database.transaction((tx) => countSome(tx, hub, shiftAt));
    if (counted === 0) return;
    await pause((performance.now() - began) * (hub.isBusy() ? WAIT_WHILE_BUSY : 1));
  }
}

async function countSome(tx: Transaction, hub: CountingHub, shiftAt: ReturnType<typeof shiftTimes>): Promise<number> {
  if (!(await lockCounting(tx, hub.plant))) return 0;
  const wakes = await dueCounts(tx, hub.plant, AT_ONCE);
  if (wakes.length === 0) return 0;
  const told = await read(tx, hub.plant, wakes);
  const counted: Counting[] = [];
  for (const place of wakes) {
    await orFault(tx, hub, place, async () => void counted.push(countPlace(place, told, hub, shiftAt)));
    await breath(); // requests are answered between two orders
  }
  await record(tx, hub, counted);
  await settleCounts(tx, wakes);
  return wakes.length;
}

/** All in one go; where the database refuses that, order by order, so that one order does not keep the others. */
async function record(tx: Transaction, hub: CountingHub, counted: readonly Counting[]): Promise<void> {
  try {
    await savepoint(tx, () => recordTogether(tx, hub, counted));
  } catch (error) {
    if (isDatabaseTrouble(error)) throw error;
    for (const one of counted) {
      await orFault(tx, hub, one.place, () => savepoint(tx, () => recordTogether(tx, hub, [one])));
    }
  }
}

async function recordTogether(tx: Transaction, hub: CountingHub, counted: readonly Counting[]): Promise<void> {
  await recordProduction(
    tx,
    counted.map(({ place }) => place),
  );
  await link(tx, counted);
  await hub.counted(
    tx,
    counted.map(({ place }) => place.order).filter((order) => !isOfNoOrder(order)),
  );
}

/** A fault of ours in one order must not stop the others of its plant. Its figures stay as they were counted last. */
async function orFault(
  tx: Transaction,
  { onFault }: CountingHub,
  { plant, order }: EventPlace,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isDatabaseTrouble(error)) throw error;
    onFault(error, { plant, order });
    await noteFault(tx, { plant, order }, error instanceof Error ? error.message : String(error));
  }
}

/** All that counting needs of some places. */
type Read = {
  /** By order; an error where some of them cannot be read. */
  readonly events: ReadonlyMap<string, readonly ShopEvent[] | Error>;
  readonly orders: ReadonlyMap<string, ShopOrder>;
  readonly items: ReadonlyMap<ItemId, ShopItem>;
  readonly designs: ReadonlyMap<ItemId, readonly StoredDesign[]>;
};

async function read(tx: Transaction, plant: PlantId, places: readonly EventPlace[]): Promise<Read> {
  const lines = await linesOf(tx, places);
  const orders = await asSentLast(tx, await shopOrders(tx, places));
  const events = new Map<string, readonly ShopEvent[] | Error>();
  for (const [order, texts] of Map.groupBy(lines, (each) => each.order)) {
    events.set(order, eventsIn(texts));
    await breath(); // the hub does more than count
  }
  const used = [...events.values()].flatMap((held) => (held instanceof Error ? [] : held.flatMap(itemUsed)));
  const items = [...new Set([...used, ...orders.map(({ item }) => item)])].map((item) => ({ plant, item }));
  const known = await shopItems(tx, items);
  return {
    events,
    orders: new Map(orders.map((order) => [order.order, order])),
    items: new Map(known.map((item) => [item.item, item])),
    designs: await designsOf(tx, plant, [...new Set(orders.map(({ item }) => item))]),
  };
}

/** An order may have been given another design since its first event: the order leg knows what the MES was sent last. */
async function asSentLast(tx: Transaction, known: readonly KnownShopOrder[]): Promise<readonly ShopOrder[]> {
  const sent = await dispatchedOrders(tx, await sentSinceLearned(tx, known));
  await learnOrders(tx, sent);
  return known.map((order) => sent.find((each) => each.order === order.order) ?? order);
}

function eventsIn(lines: readonly { readonly events: string }[]): readonly ShopEvent[] | Error {
  try {
    return lines.flatMap(({ events }) => events.split("\n").map(storedEvent));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function storedEvent(line: string): ShopEvent {
  const told = readEvent(JSON.parse(line));
  if (told.kind === "event") return told.event;
  throw new Error(
    `a stored event cannot be read: ${told.faults.map(({ field, cause }) => `${field}: ${cause}`).join(" ")}`,
  );
}

function itemUsed(event: ShopEvent): readonly ItemId[] {
  const fact = event.kind === "occurrence" ? event.fact : event.kind === "correction" ? event.instead.fact : null;
  return fact?.kind === "consumed" ? [fact.item] : [];
}

type Counting = { readonly place: CountedPlace; readonly links: readonly ThreadLink[] };

const NOTHING_COUNTED = {
  item: null,
  revision: null,
  unit: null,
  actuals: null,
  changes: [],
  events: 0,
  firstAt: null,
  lastAt: null,
  finishedAt: null,
  cells: [],
  losses: [],
  units: [],
} as const;

function countPlace(
  { plant, order }: EventPlace,
  { events, orders, items, designs }: Read,
  { systems }: CountingHub,
  shiftAt: ReturnType<typeof shiftTimes>,
): Counting {
  const isHere = (event: ShopOccurrence) => eventPlace(event).order === order && event.plant === plant;
  const here = events.get(order) ?? [];
  if (here instanceof Error) throw here;
  const occurrences = effectiveEvents(here).occurrences.filter(isHere);
  const times = { firstAt: occurrences[0]?.at ?? null, lastAt: occurrences.at(-1)?.at ?? null };
  const atPlant = (_: PlantId, at: string) => shiftAt(at);
  const losses = lossesOf(occurrences, (at) => shiftAt(at).day);
  const known = orders.get(order);
  if (known === undefined) {
    if (!isOfNoOrder(order)) throw new Error(`order ${order} has events and is not known`);
    const cells = elementsOfEvents(occurrences, { order: () => null, shiftAt: atPlant, changesFor: () => [] });
    const place = { ...NOTHING_COUNTED, plant, order, events: occurrences.length, ...times, losses };
    return { place: { ...place, cells: [...cells.values()] }, links: [] };
  }
  const { item, plan } = known;
  const unit = plan.quantity.unit;
  const unitFactors = items.get(item)?.unitFactors ?? plan.unitFactors;
  const changes = changesInForce(designs.get(item) ?? [], plan);
  const runMs = new Map(
    plan.operations.flatMap(({ operation, runMs: ms }) => (ms === null ? [] : [[operation, ms] as const])),
  );
  const planned = { item, revision: plan.revision, unit, unitFactors, runMs };
  const cells = elementsOfEvents(occurrences, { order: () => planned, shiftAt: atPlant, changesFor: () => changes });
  const actuals = orderActuals(
    occurrences,
    {
      item,
      revision: plan.revision,
      unit,
      unitFactors,
      operations: plan.operations.map(({ operation }) => operation),
      components: plan.components.map((each) => ({
        ...each,
        unit: each.required.unit,
      })),
      itemOf: (one) => items.get(one) ?? null,
    },
    cells,
  );
  const units = builtUnits(order, plan.revision, occurrences, actuals, (one) => items.get(one)?.unitFactors ?? []);
  const place: CountedPlace = {
    plant,
    order,
    item,
    revision: plan.revision,
    unit,
    actuals,
    changes,
    events: occurrences.length,
    ...times,
    finishedAt: actuals.isComplete ? finishOf(actuals.operations) : null,
    cells: [...cells.values()],
    losses,
    units,
  };
  const linked = { plant, order, item, revision: plan.revision, changes, systems };
  return { place, links: productionLinks(linked, units, occurrences) };
}

function finishOf(operations: readonly { readonly completedAt: string | null }[]): string | null {
  return (
    operations
      .flatMap(({ completedAt }) => completedAt ?? [])
      .toSorted()
      .at(-1) ?? null
  );
}

async function link(tx: Transaction, counted: readonly Counting[]): Promise<void> {
  const orders = counted.filter(({ place }) => !isOfNoOrder(place.order));
  const subjectFor = ({ place }: Counting) => subjectOf("production", place.order, place.plant).id;
  const links = orders.flatMap((one) => one.links.map((each) => ({ subject: subjectFor(one), ...each })));
  await keepLinks(tx, orders.map(subjectFor), PRODUCTION_RELATIONS, links);
  await linkThreads(tx, links);
}

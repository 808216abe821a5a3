import type { IntakeContext } from "../domain/feedback/check-event.ts";
import { eventPlace, type EventPlace } from "../domain/feedback/event-place.ts";
import type { FeedbackRules } from "../domain/feedback/feedback-rules.ts";
import type { Instant } from "../domain/feedback/instant.ts";
import type { Occurrence } from "../domain/feedback/shop-event.ts";
import type { ItemId, OperationId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import type { Database } from "../store/database.ts";
import {
  dispatchedOrders,
  learnOrders,
  makersOf,
  shopItems,
  shopOrders,
  type KnownShopOrder,
  type ShopItem,
} from "../store/shop-orders.ts";

export type ShopKnowledge = ReturnType<typeof shopKnowledge>;

/** What is remembered is read again after this: orders are edited, and other hubs take events in too. */
const REMEMBERED_MS = 60_000;
/** The most that is remembered of each kind. */
const REMEMBERED_MAX = 50_000;

type OrderEntry = {
  readonly item: ItemId;
  readonly from: ProductionOrderId | null;
  readonly sentAt: Instant | null;
  readonly operations: Map<OperationId, { startedAt: Instant | null; completedAt: Instant | null }>;
};

/**
 * What the intake holds events against, remembered for a minute, so that a stream of events costs no query for each.
 * Orders that the order leg sent to an MES are known by what it sent.
 */
export function shopKnowledge(database: Database, rulesOf: (plant: PlantId) => FeedbackRules, clock: () => number) {
  let batchAt = clock();
  const now = () => batchAt; // read once for each batch
  const orders = remembered<OrderEntry>(now);
  const items = remembered<Pick<ShopItem, "unit" | "unitFactors"> & { readonly isGuess: boolean }>(now);
  const makers = remembered<Set<ProductionOrderId>>(now);

  /** Reads what a batch names and is not remembered. */
  async function lookUp(told: readonly Occurrence[]): Promise<void> {
    batchAt = clock();
    await lookUpOrders(told);
    await Promise.all([lookUpItems(told), lookUpMakers(told)]);
  }

  async function lookUpOrders(told: readonly Occurrence[]): Promise<void> {
    const missing = distinct(
      told.filter(({ plant, order }) => order !== null && !orders.has(plant, order)).map(eventPlace),
      ({ plant, order }) => [plant, order],
    );
    if (missing.length === 0) return;
    const known = await shopOrders(database.pool, missing);
    const rest = missing.filter((place) => !known.some((each) => isAt(each, place)));
    const dispatched = await dispatchedOrders(database.pool, rest);
    if (dispatched.length > 0) await database.transaction((tx) => learnOrders(tx, dispatched));
    for (const order of [...known, ...dispatched.map((each) => ({ ...each, progress: new Map() }))]) remember(order);
  }

  function remember({ plant, order, item, from, plan, progress }: KnownShopOrder): void {
    const operations = new Map(
      plan.operations.map(({ operation }) => [
        operation,
        { ...(progress.get(operation) ?? { startedAt: null, completedAt: null }) },
      ]),
    );
    orders.set(plant, order, { item, from, sentAt: plan.sentAt, operations });
    // The units that the order counts in; the item's own conversions only the ERP knows.
    const guess = (named: ItemId, unit: ShopItem["unit"], unitFactors: ShopItem["unitFactors"]) => {
      if (!items.has(plant, named)) items.set(plant, named, { unit, unitFactors, isGuess: true });
    };
    guess(item, plan.quantity.unit, plan.unitFactors);
    for (const component of plan.components) guess(component.item, component.required.unit, []);
  }

  async function lookUpItems(told: readonly Occurrence[]): Promise<void> {
    const guessed: Pick<ShopItem, "plant" | "item">[] = [];
    const add = (plant: PlantId, item: ItemId) => {
      if (items.get(plant, item)?.isGuess !== false && !guessesRead.has(plant, item)) guessed.push({ plant, item });
    };
    for (const { plant, fact, order } of told) {
      const made = order === null ? undefined : orders.get(plant, order)?.item;
      if (made !== undefined) add(plant, made);
      if (fact.kind === "consumed") add(plant, fact.item);
    }
    const unread = distinct(guessed, ({ plant, item }) => [plant, item]);
    if (unread.length === 0) return;
    const found = await shopItems(database.pool, unread);
    for (const { plant, item } of unread) if (items.has(plant, item)) guessesRead.set(plant, item, true);
    for (const { plant, item, ...known } of found) {
      items.set(plant, item, { ...known, isGuess: false });
    }
  }
  /** Items of which there is nothing better than a guess. */
  const guessesRead = remembered<true>(now);

  async function lookUpMakers(told: readonly Occurrence[]): Promise<void> {
    const named = told.filter(({ serials }) => serials.length > 0);
    const pieces = named.flatMap(({ plant, order, serials }) => {
      const item = order === null ? undefined : orders.get(plant, order)?.item;
      return item === undefined ? [] : serials.map((serial) => ({ plant, item, serial }));
    });
    const missing = pieces.filter(({ plant, item, serial }) => !makers.has(plant, pieceName(item, serial)));
    if (missing.length === 0) return;
    const found = await makersOf(database.pool, missing);
    for (const { plant, item, serial } of missing) {
      const name = pieceName(item, serial);
      if (!makers.has(plant, name)) makers.set(plant, name, new Set()); // another batch may have looked it up meanwhile
    }
    for (const { plant, item, serial, order } of found) makers.get(plant, pieceName(item, serial))?.add(order);
  }

  /** What `checkEvent` asks, of what was looked up. */
  function context(plant: PlantId, receivedAt: Instant): IntakeContext {
    const { clockToleranceMinutes, longestHours, workCenters } = rulesOf(plant);
    return {
      receivedAt,
      limits: { clockMs: clockToleranceMinutes * 60_000, spanMs: longestHours * 3_600_000 },
      order: (at, order) => orders.get(at, order) ?? null,
      item: (item) => items.get(plant, item) ?? null,
      hasWorkCenter: (_, workCenter) => workCenters.length === 0 || workCenters.includes(workCenter),
      madeBy: (at, item, serial) => [...(makers.get(at, pieceName(item, serial)) ?? [])],
    };
  }

  return {
    lookUp,
    context,
    /** Whether all that is known of an item's units is what orders count it in. */
    isGuess: (plant: PlantId, item: ItemId) => items.get(plant, item)?.isGuess !== false,
    /** The item that an order makes; null for an order that is not known. */
    itemOf: ({ plant, order }: EventPlace) => orders.get(plant, order)?.item ?? null,

    /** An event that will be counted: the ones after it are held against it too. */
    counted({ plant, order, operation, at, serials, fact }: Occurrence): void {
      const known = order === null ? undefined : orders.get(plant, order);
      if (known === undefined || order === null) return;
      for (const serial of serials) makers.get(plant, pieceName(known.item, serial))?.add(order);
      const progress = operation === null ? undefined : known.operations.get(operation);
      if (progress === undefined) return;
      if (fact.kind === "operation started" && (progress.startedAt ?? at) >= at) progress.startedAt = at;
      if (fact.kind === "operation completed" && (progress.completedAt ?? at) <= at) progress.completedAt = at;
    },

    /** An event that was not stored after all. */
    notCounted({ plant, order, serials }: Occurrence): void {
      const item = order === null ? undefined : orders.get(plant, order)?.item;
      if (item === undefined || order === null) return;
      for (const serial of serials) makers.forget(plant, pieceName(item, serial));
      orders.forget(plant, order);
    },

    /** Reads it anew when it is named next. */
    forgetOrder: (plant: PlantId, order: ProductionOrderId) => orders.forget(plant, order),
    forgetItem(plant: PlantId, item: ItemId): void {
      items.forget(plant, item);
      guessesRead.forget(plant, item);
    },
  };
}

function pieceName(item: ItemId, serial: string): string {
  return JSON.stringify([serial, item]);
}

function isAt(a: EventPlace, b: EventPlace): boolean {
  return a.plant === b.plant && a.order === b.order;
}

function distinct<Value>(values: readonly Value[], by: (value: Value) => readonly string[]): readonly Value[] {
  return values.length < 2 ? values : [...new Map(values.map((value) => [JSON.stringify(by(value)), value])).values()];
}

/** Values by plant and name, each for a while; the oldest go first when there are too many. */
function remembered<Value>(now: () => number) {
  const plants = new Map<PlantId, Map<string, { readonly value: Value; readonly until: number }>>();
  const get = (plant: PlantId, name: string): Value | undefined => {
    const entry = plants.get(plant)?.get(name);
    return entry === undefined || entry.until < now() ? undefined : entry.value;
  };
  return {
    get,
    has: (plant: PlantId, name: string) => get(plant, name) !== undefined,
    set(plant: PlantId, name: string, value: Value): void {
      let names = plants.get(plant);
      if (names === undefined) plants.set(plant, (names = new Map()));
      names.delete(name);
      names.set(name, { value, until: now() + REMEMBERED_MS });
      if (names.size <= REMEMBERED_MAX) return;
      for (const oldest of names.keys()) {
        names.delete(oldest);
        break;
      }
    },
    forget: (plant: PlantId, name: string) => void plants.get(plant)?.delete(name),
  };
}

import { ORDERS_LEAST, PIECES_LEAST } from "../domain/feedback/change-effect.ts";
import { observationsOf, type Expected, type OrderCell } from "../domain/feedback/finished-order.ts";
import { rulesFor, type PlantTriggers } from "../domain/feedback/plant-triggers.ts";
import type { Observation, TriggerRule } from "../domain/feedback/trigger-rule.ts";
import { observed, type Raised, type TriggerState } from "../domain/feedback/triggers.ts";
import { usedInstead } from "../domain/feedback/used-instead.ts";
import type { ChangeId, ItemId, OperationId, PlantId, ProductionOrderId } from "../domain/ids.ts";
import { fromJson, toJson } from "../domain/json.ts";
import type { Mbom } from "../domain/mbom.ts";
import { naturalOrder } from "../domain/natural-order.ts";
import type { Lanes } from "../engine/lanes.ts";
import { recordAudits } from "../store/audit.ts";
import type { Transaction } from "../store/database.ts";
import {
  cellsOfOrders,
  componentsBuiltIn,
  finishedBefore,
  finishedOrders,
  nonconformancesOf,
  placesOfChanges,
  type OrderOnRecord,
} from "../store/finished-orders.ts";
import { closeProposals, openProposals, type NewProposal, type StoredProposal } from "../store/proposals.ts";
import { lastPublished } from "../store/publications.ts";
import { linkThreads } from "../store/thread-links.ts";
import {
  keepTriggerStates,
  lockTriggers,
  noteYieldsBefore,
  placeKey,
  triggerStates,
  yieldsBefore,
} from "../store/trigger-states.ts";
import { proposalLinks, proposalSubject } from "./proposal-thread.ts";
import type { PlantSystems } from "./systems.ts";
import { toNumber } from "../domain/rational.ts";

/** As many orders before a change as its yield before is reckoned from. */
const ORDERS_BEFORE = 400;

export type ProductionWatch = Pick<PlantSystems, "plant" | "plm" | "erp" | "triggers">;

/**
 * Shows the plant's triggers what finished orders came to, and keeps what follows: proposals that open, and such that
 * nobody answered before production came back to plan. Called where the figures are written, in the same transaction,
 * and again when figures change; orders that are not finished are passed over.
 */
export async function observeOrders(
  tx: Transaction,
  lanes: Pick<Lanes, "wakeAll">,
  watch: ProductionWatch,
  orders: readonly ProductionOrderId[],
): Promise<void> {
  const { plant, triggers } = watch;
  if (triggers.triggers.length === 0 || orders.length === 0) return;
  const finished = await finishedOrders(tx, plant, orders);
  if (finished.length === 0) return;
  const items = [...new Set(finished.map(({ item }) => item))];
  await lockTriggers(tx, plant, items);

  const observations = await readObservations(tx, plant, triggers, finished, items);
  const states = await triggerStates(tx, plant, items);
  const { raised, moved } = observeAll(triggers, observations, states);
  await keepTriggerStates(tx, moved);
  await keepRaised(tx, lanes, watch, raised);
}

async function readObservations(
  tx: Transaction,
  plant: PlantId,
  triggers: PlantTriggers,
  finished: readonly OrderOnRecord[],
  items: readonly ItemId[],
): Promise<readonly Observation[]> {
  const ids = finished.map(({ order }) => order);
  const watched = new Set(triggers.triggers.map(({ rule }) => rule.watches));
  const cells = await cellsOfOrders(tx, plant, ids);
  const found = await nonconformancesOf(tx, plant, watched.has("nonconformance") ? ids : []);
  const strange = finished.filter(({ components, used }) =>
    used.some((item) => !components.some((one) => one.item === item)),
  );
  // Only where an order used what it was not to use is it worth reading what went into each piece.
  const built = await componentsBuiltIn(
    tx,
    plant,
    watched.has("substitution") ? strange.map(({ order }) => order) : [],
  );
  const published = await lastPublished(tx, plant, items);
  const mboms = new Map([...published].map(([item, { after }]) => [item, fromJson<Mbom>(after)]));
  const newest = await newestChanges(tx, plant, finished);
  const yields = await yieldsOf(tx, plant, watched.has("first-pass yield") ? finished : [], newest);

  return finished.flatMap((order) => {
    const mbom = mboms.get(order.item) ?? null;
    const change = newest.get(order.order) ?? null;
    const expected: Expected = {
      change,
      revision: mbom?.revision ?? null,
      plannedScrap: (operation) => operationScrap(mbom, operation) ?? triggers.plannedScrapShare,
      yieldBefore: (operation) => yields.get(yieldKey(order.item, change))?.get(operation) ?? null,
    };
    const alternatesOf = (item: ItemId) =>
      (mbom?.lines ?? []).flatMap((line) => (line.output === undefined && line.item === item ? line.alternates : []));
    return observationsOf(
      {
        ...order,
        plant,
        cells: cells.get(order.order) ?? [],
        nonconformances: found.get(order.order) ?? [],
        substitutions: usedInstead(order.components, alternatesOf, built.get(order.order) ?? []),
      },
      expected,
    );
  });
}

/** What the mBOM plans to be lost at an operation, as a share of the pieces: a third on top is a quarter of them. */
function operationScrap(mbom: Mbom | null, operation: OperationId): number | null {
  const percents = (mbom?.lines ?? []).flatMap(({ operation: at, scrap: { operationPercent } }) =>
    at === operation && operationPercent !== null ? [toNumber(operationPercent)] : [],
  );
  if (percents.length === 0) return null;
  const percent = Math.max(...percents);
  return percent / (100 + percent);
}

/** Of each order the change that came into force last. */
async function newestChanges(
  tx: Transaction,
  plant: PlantId,
  orders: readonly OrderOnRecord[],
): Promise<ReadonlyMap<ProductionOrderId, ChangeId>> {
  const all = [...new Set(orders.flatMap(({ changes }) => changes))];
  if (all.length === 0) return new Map();
  const places = await placesOfChanges(tx, plant, all);
  const later = (a: ChangeId, b: ChangeId) => (places.get(a) ?? 0) - (places.get(b) ?? 0) || naturalOrder(a, b);
  return new Map(
    orders.flatMap(({ order, changes }) => {
      const newest = changes.toSorted(later).at(-1);
      return newest === undefined ? [] : [[order, newest] as const];
    }),
  );
}

type Yields = ReadonlyMap<OperationId, number>;

function yieldKey(item: ItemId, change: ChangeId | null): string {
  return JSON.stringify([item, change]);
}

/** First-pass yield of each item before each of its orders' changes. */
async function yieldsOf(
  tx: Transaction,
  plant: PlantId,
  orders: readonly OrderOnRecord[],
  newest: ReadonlyMap<ProductionOrderId, ChangeId>,
): Promise<ReadonlyMap<string, Yields>> {
  const yields = new Map<string, Yields>();
  for (const { order, item } of orders) {
    const change = newest.get(order);
    const key = yieldKey(item, change ?? null);
    if (change === undefined || yields.has(key)) continue;
    yields.set(key, await yieldBefore(tx, { plant, item, change }));
  }
  return yields;
}

/** Noted when there is enough to go by, and then kept: what orders are held against does not move under them. */
async function yieldBefore(
  tx: Transaction,
  place: { readonly plant: PlantId; readonly item: ItemId; readonly change: ChangeId },
): Promise<Yields> {
  const held = await yieldsBefore(tx, place);
  if (held.size > 0) return held;
  const orders = await finishedBefore(tx, place, ORDERS_BEFORE);
  if (orders.length < ORDERS_LEAST) return held;
  const cells = await cellsOfOrders(tx, place.plant, orders);
  const yields = firstPassYields([...cells.values()].flat());
  await noteYieldsBefore(tx, place, yields);
  return yields;
}

function firstPassYields(cells: readonly OrderCell[]): Yields {
  const sums = new Map<OperationId, { passed: number; of: number }>();
  for (const { operation, elements } of cells) {
    if (operation === null) continue;
    const sum = sums.get(operation) ?? { passed: 0, of: 0 };
    sum.passed += toNumber(elements.goodAtFirst);
    sum.of += toNumber(elements.inspected);
    sums.set(operation, sum);
  }
  return new Map(
    [...sums].flatMap(([operation, { passed, of }]) => (of < PIECES_LEAST ? [] : [[operation, passed / of] as const])),
  );
}

type RaisedAt = {
  readonly raised: Raised;
  readonly rule: TriggerRule;
  readonly by: Observation;
  readonly orders: readonly ProductionOrderId[];
};
type Moved = Parameters<typeof keepTriggerStates>[1][number];

/** One place and rule after the other: each is given only what it remembers of its place. */
function observeAll(
  triggers: PlantTriggers,
  observations: readonly Observation[],
  before: ReadonlyMap<string, TriggerState>,
): { readonly raised: readonly RaisedAt[]; readonly moved: readonly Moved[] } {
  const raised: RaisedAt[] = [];
  const reached = new Map<string, Moved>();
  for (const observation of observations) {
    const { place, reading } = observation;
    const key = placeKey(place);
    let state = reached.get(key)?.state ?? before.get(key) ?? {};
    for (const rule of rulesFor(triggers, place)) {
      if (rule.watches !== reading.kind) continue;
      const step = observed([rule], state, observation);
      state = step.state;
      raised.push(
        ...step.raised.map((one) => ({ raised: one, rule, by: observation, orders: ordersOf(one, rule, state) })),
      );
    }
    reached.set(key, { place, state });
  }
  const moved = [...reached].flatMap(([key, one]) => (isSame(one.state, before.get(key) ?? {}) ? [] : [one]));
  return { raised, moved };
}

/** Figures that come in again mostly change nothing. */
function isSame(a: TriggerState, b: TriggerState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The orders that an occasion opened on. */
function ordersOf({ occasion }: Raised, { opensAfter }: TriggerRule, state: TriggerState): ProductionOrderId[] {
  const watch = Object.values(state).find(({ open }) => open === occasion);
  return (watch?.recent ?? []).slice(-opensAfter.of).map(({ order }) => order as ProductionOrderId);
}

async function keepRaised(
  tx: Transaction,
  lanes: Pick<Lanes, "wakeAll">,
  watch: ProductionWatch,
  raised: readonly RaisedAt[],
): Promise<void> {
  const opened = await openProposals(
    tx,
    raised.flatMap((one) => proposed(watch.triggers, one)),
  );
  await linkThreads(
    tx,
    opened.flatMap((proposal) => proposalLinks(proposal, watch)),
  );
  const ended = raised.flatMap(({ raised: one }) => (one.kind === "closed" ? [one.occasion] : []));
  const closed = await closeProposals(tx, ended);
  await recordAudits(tx, [
    ...opened.map((one) => noted(one, "proposal opened")),
    ...closed.map((one) => noted(one, "proposal closed")),
  ]);
  const toFile = opened.filter(({ state }) => state === "filing").map(proposalSubject);
  await lanes.wakeAll(tx, toFile, { why: "its trigger files without a person" });
}

function proposed({ triggers }: PlantTriggers, { raised, rule, by, orders }: RaisedAt): readonly NewProposal[] {
  if (raised.kind === "closed") return [];
  const filesUnasked = triggers.some((one) => one.rule === rule && one.filesUnasked);
  const change = by.reading.kind === "first-pass yield" ? by.reading.change : null;
  return raised.proposals.map((content) => ({
    place: by.place,
    content,
    rule: rule.name,
    orders,
    change,
    approvedBy: filesUnasked && content.kind === "problem report" ? `trigger ${rule.name}` : null,
  }));
}

function noted(proposal: StoredProposal, what: string): Parameters<typeof recordAudits>[1][number] {
  const { id, title, occasion, state } = proposal;
  return {
    who: "heddle",
    what,
    subject: proposalSubject(proposal),
    detail: toJson({ proposal: id, title, occasion, state }),
  };
}

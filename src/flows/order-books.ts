import { ConnectorError } from "../connectors/connector-error.ts";
import type { Connector, JobReport } from "../connectors/port.ts";
import { explodedComponents, type ExplodedComponent } from "../domain/bom/exploded-components.ts";
import type { Day } from "../domain/calendar.ts";
import type { ChangeId, ItemId, JobOrderId, PlantId, ProductionOrderId, Revision } from "../domain/ids.ts";
import type { Job } from "../domain/job-order.ts";
import type { Mbom } from "../domain/mbom.ts";
import type { ProductionOrder } from "../domain/order.ts";
import type { NewerDesign } from "../domain/orders/design-gate.ts";
import type { Deviation } from "../domain/orders/deviation.ts";
import type { OrderRules } from "../domain/orders/order-rules.ts";
import type { Held, PlantItem } from "../domain/plant-item.ts";
import type { Routing } from "../domain/routing.ts";
import type { ThreadLink } from "../domain/thread-link.ts";
import type { DeskHold } from "../engine/desk.ts";
import { inGroups, type GroupOptions } from "../engine/in-groups.ts";
import { recordAudits, type AuditEntry } from "../store/audit.ts";
import { sqlState, together, type Database } from "../store/database.ts";
import { designsOf, type StoredDesign } from "../store/designs.ts";
import { deviationsOf } from "../store/deviations.ts";
import { wakeSplits, workOff, type WorkedOff } from "../store/order-wakes.ts";
import {
  beginVersions,
  recordOrders,
  refuseVersions,
  rememberedOrders,
  type BegunVersion,
  type RememberedOrder,
  type SettledOrder,
} from "../store/orders.ts";
import type { SubjectId } from "../store/subject.ts";
import { linkThreads } from "../store/thread-links.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import { deviationOf, takeDeviations, type Claim } from "./order-deviations.ts";

/** What the order leg of one plant works with. `main.ts` composes it. */
export type OrderHub = {
  readonly database: Database;
  readonly plant: PlantId;
  /** IANA name of the plant's time zone. */
  readonly timeZone: string;
  readonly erp: Connector;
  readonly mes: Connector;
  readonly rules: OrderRules;
  readonly now: () => Date;
};

/** A version that is about to be sent. */
export type Begin = BegunVersion & Claim;

/** Where a look leaves an order, and what is told of it; committed together. */
export type Settle = {
  readonly order: SettledOrder;
  readonly refused: { readonly version: number; readonly words: string } | null;
  readonly audit: readonly Omit<AuditEntry, "id" | "at">[];
  readonly links: readonly (ThreadLink & { readonly subject: SubjectId })[];
  readonly workedOff: WorkedOff;
};

export type OrderBooks = ReturnType<typeof openBooks>;

/** Records in one request to the ERP or the MES. */
const REQUEST = 100;
/** Rows in one commit. What one of them has and no column takes must not keep the others from theirs. */
const COMMITTING: GroupOptions = { max: 500, isOfOne: (error) => sqlState(error).startsWith("22") };
/** Master data may be this old: orders of one item come in crowds. */
const MASTER_MS = 1_000;
const ANY_DAY = "2000-01-01" as Day;

/**
 * Reads and writes for the looks at a plant's orders. Each serves one order; what many looks ask for at the
 * same time goes out as one request or one commit.
 */
export function openBooks(hub: OrderHub, hold: DeskHold) {
  const { database, plant, erp, mes } = hub;
  const { items, routings, productionOrders, mbom } = erp;
  const { jobs } = mes;
  if (productionOrders === undefined) throw new Error(`connection ${erp.system} gives no production orders`);
  if (jobs === undefined) throw new Error(`connection ${mes.system} takes no jobs`);

  const remember = inGroups<ProductionOrderId, RememberedOrder | null>(async (ids) => {
    const found = await rememberedOrders(database.pool, plant, ids);
    return ids.map((id) => found.get(id) ?? null);
  }, COMMITTING);

  const readOrder = inGroups<ProductionOrderId, ProductionOrder | null>(async (ids) => {
    const read = await productionOrders.read([...new Set(ids)]);
    const found = new Map(read.map(({ value }) => [value.id, value]));
    return ids.map((id) => found.get(id) ?? null);
  }, READING);

  const readJob = inGroups<JobOrderId, Held<Job> | null>(async (ids) => {
    const found = await jobs.read([...new Set(ids)]);
    return ids.map((id) => found.get(id) ?? null);
  }, READING);

  const routingOf = forAWhile(
    inGroups<ItemId, Routing | null>(async (named) => {
      const found = await routings?.read([...new Set(named)], plant);
      return named.map((item) => found?.get(item) ?? null);
    }, READING),
  );

  const itemOf = forAWhile(
    inGroups<ItemId, PlantItem | null>(async (named) => {
      const found = await items?.read([...new Set(named)], plant);
      return named.map((item) => found?.get(item)?.value ?? null);
    }, READING),
  );

  // Not kept for a while: by an mBOM that was in force until just now, the gate would open for what it superseded.
  const mbomOf = inGroups<ItemId, Mbom | null>(async (named) => {
    const found = await mbom?.read([...new Set(named)], plant);
    return named.map((item) => found?.get(item)?.value ?? null);
  }, READING);

  const designs = inGroups<ItemId, readonly NewerDesign[]>(async (named) => {
    const found = await designsOf(database.pool, plant, [...new Set(named)]);
    return named.map((item) => (found.get(item) ?? []).map(designOf));
  }, COMMITTING);

  /** For an order that the MES has already; false when another has taken the rest meanwhile. */
  const claim = inGroups<Claim, boolean>(
    (claims) => hold.commit((tx) => takeDeviations(tx, plant, claims)),
    COMMITTING,
  );

  const begin = inGroups<Begin, boolean>(
    (begun) =>
      hold.commit(async (tx) => {
        const taken = await takeDeviations(tx, plant, begun);
        const through = begun.filter((_, at) => taken[at]);
        await beginVersions(
          tx,
          plant,
          through.map(({ order, version, content }) => ({ order, version, content })),
        );
        return taken;
      }),
    COMMITTING,
  );

  const settle = inGroups<Settle, void>(
    (settled) =>
      hold.commit(async (tx) => {
        const orders = settled.map(({ order }) => order);
        const refused = settled.flatMap(({ order: { order }, refused: no }) => (no === null ? [] : [{ order, ...no }]));
        const dispatched = orders.filter(({ state }) => state === "dispatched").map(({ order }) => order);
        await together(
          recordOrders(tx, plant, orders),
          refuseVersions(tx, plant, refused),
          recordAudits(
            tx,
            settled.flatMap(({ audit }) => audit),
          ),
          linkThreads(
            tx,
            settled.flatMap(({ links }) => links),
          ),
          workOff(
            tx,
            plant,
            settled.map(({ workedOff }) => workedOff),
          ),
          wakeSplits(tx, plant, dispatched),
        );
        return settled.map(() => undefined);
      }),
    COMMITTING,
  );

  const rest = inGroups<WorkedOff, void>(
    (rested) =>
      hold.commit(async (tx) => {
        await workOff(tx, plant, rested);
        return rested.map(() => undefined);
      }),
    COMMITTING,
  );

  const { report } = productionOrders;
  const reportJob =
    report === undefined
      ? null
      : inGroups<JobReport, void>(
          async (reports) => {
            await report.write(reports, idempotencyKey(JSON.stringify(reports)));
            return reports.map(() => undefined);
          },
          { ...READING, atOnce: 1 },
        );

  /** What an order would need by the mBOM in force; null where its item has none. */
  async function needsNow(order: ProductionOrder): Promise<readonly ExplodedComponent[] | null> {
    const mboms = new Map<ItemId, Mbom>();
    const known = new Map<ItemId, PlantItem>();
    for (let level: readonly ItemId[] = [order.item]; level.length > 0;) {
      const found = (await Promise.all(level.map(mbomOf))).filter((one) => one !== null);
      for (const one of found) mboms.set(one.item, one);
      const named = [...new Set([...level, ...found.flatMap(({ lines }) => lines.map(({ item }) => item))])];
      for (const item of await Promise.all(named.map(itemOf))) if (item !== null) known.set(item.item, item);
      const phantoms = found.flatMap(({ lines }) =>
        lines.filter(({ item, phantom }) => phantom || known.get(item)?.procurement === "phantom"),
      );
      level = [...new Set(phantoms.map(({ item }) => item))].filter((item) => !mboms.has(item));
    }
    const own = mboms.get(order.item);
    if (own === undefined) return null;
    return explodedComponents(own, order.quantity.amount, order.start ?? ANY_DAY, {
      mbomOf: (item) => mboms.get(item) ?? null,
      itemOf: (item) => known.get(item) ?? null,
    });
  }

  async function deviations(item: ItemId, of: ProductionOrderId): Promise<readonly Deviation[]> {
    const stored = await deviationsOf(database.pool, { plant, items: [item] });
    return stored.map((one) => deviationOf(one, of));
  }

  return {
    jobs,
    assertHeld: hold.assertHeld,
    outage: hold.outage,
    remember,
    readOrder,
    readJob,
    routingOf,
    itemOf,
    designs,
    needsNow,
    deviations,
    claim,
    begin,
    settle,
    rest,
    reportJob,
  };
}

const READING: GroupOptions = {
  max: REQUEST,
  atOnce: 2,
  // One record that cannot be read must not keep its neighbours from the shop floor.
  isOfOne: (error) => error instanceof ConnectorError && (error.retry === "after fix" || error.retry === "never"),
};

/** Asks once for what many want at the same time. What failed is not kept. */
function forAWhile<Key, Value>(read: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const known = new Map<Key, { readonly value: Promise<Value>; readonly at: number }>();
  return (key) => {
    const now = performance.now();
    const held = known.get(key);
    if (held !== undefined && now - held.at < MASTER_MS) return held.value;
    for (const [other, { at }] of known) if (now - at >= MASTER_MS) known.delete(other);
    const value = read(key);
    known.set(key, { value, at: now });
    value.catch(() => known.delete(key)); // its callers hear of it; the next one asks again
    return value;
  };
}

function designOf({ change, effectiveFrom, revision, ...design }: StoredDesign): NewerDesign {
  return {
    ...design,
    change: change as ChangeId,
    effectiveFrom: effectiveFrom as Day | null,
    revision: revision as Revision | null,
  };
}

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Connector, Cursor, TakeTold, ToldPage } from "../connectors/port.ts";
import { DEFAULT_FEEDBACK_RULES } from "../domain/feedback/feedback-rules.ts";
import { NO_TRIGGERS } from "../domain/feedback/plant-triggers.ts";
import { clock, counted, event } from "../domain/feedback/testing.ts";
import type { ItemId, OperationId, ProductionOrderId, SystemId, WorkCenterId } from "../domain/ids.ts";
import type { ProductionOrder } from "../domain/order.ts";
import { DEFAULT_ORDER_RULES } from "../domain/orders/order-rules.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import { PLANT, pieces, told } from "./feedback-harness.ts";
import { startFeedback, type Feedback } from "./feedback-hub.ts";

let database: TestDatabase;
let running: Feedback[];
beforeEach(async () => {
  database = await testDatabase();
  running = [];
});
afterEach(async () => {
  for (const each of running) await each.stop();
  await database.close();
});

const named = (system: string): Connector => ({ system: system as SystemId, check: async () => {} });

/** An ERP that knows the orders that stand in `orders` when it is asked. */
function erpWith(orders: Map<string, ProductionOrder>): Connector {
  const productionOrders = {
    read: async (ids: readonly ProductionOrderId[]) =>
      ids.flatMap((id) => orders.get(id) ?? []).map((value) => ({ value, version: "1" })),
  };
  return {
    ...named("erp"),
    productionOrders: productionOrders as unknown as NonNullable<Connector["productionOrders"]>,
  };
}

function order(id: string): ProductionOrder {
  const operation = { operation: "0010" as OperationId, name: "Saw", workCenter: "SAW" as WorkCenterId };
  return {
    id: id as ProductionOrderId,
    plant: PLANT,
    item: "FRAME" as ItemId,
    revision: null,
    quantity: pieces(5),
    completed: pieces(0),
    state: "released",
    onHold: false,
    start: null,
    startAt: null,
    endAt: null,
    priority: 0,
    type: "standard",
    from: null,
    planner: null,
    mbom: null,
    routing: null,
    components: [],
    operations: [{ ...operation, setupSeconds: 0, runSeconds: 60 }],
  };
}

async function start(erp: Connector, mes: Connector): Promise<Feedback> {
  const plant = {
    plant: PLANT,
    plm: named("plm"),
    erp,
    mes,
    currency: "EUR",
    timeZone: "UTC",
    rules: {} as never,
    orders: DEFAULT_ORDER_RULES,
    feedback: DEFAULT_FEEDBACK_RULES,
    triggers: NO_TRIGGERS,
  };
  const feedback = await startFeedback({
    database,
    plants: new Map([[PLANT, plant]]),
    systems: [{ connector: mes, everyMs: 50 }],
    now: () => new Date(clock("03 12:00")),
    counted: async () => {},
    onError: () => {},
    onWorks: () => {},
  });
  running.push(feedback);
  return feedback;
}

async function goodOf(id: string): Promise<string | null> {
  const { rows } = await database.pool.query<{ good: string | null }>(
    `select actuals -> 'good' -> 'amount' ->> '$exact' as good from order_production where "order" = $1`,
    [id],
  );
  return rows[0]?.good ?? null;
}

it("asks a system for its events page by page, over restarts, and counts each once", async () => {
  const all = Array.from({ length: 5 }, (_, at) => event(`e-${at}`, `08:3${at}`, counted("good", 1)));
  const asked: Cursor[] = [];
  const toldSince = async (cursor: Cursor): Promise<ToldPage> => {
    asked.push(cursor);
    const from = Number(cursor ?? 0);
    const page = all.slice(Math.max(0, from - 1), from + 2); // the last one of the page before comes again
    const end = Math.min(from + 2, all.length);
    return { told: told(page), cursor: String(end), more: end < all.length };
  };
  const erp = erpWith(new Map([["MO-1", order("MO-1")]]));
  const first = await start(erp, { ...named("mes"), shopEvents: { toldSince } });
  await vi.waitFor(async () => expect(await goodOf("MO-1")).toBe("5"), 60_000);
  await first.stop();
  const before = asked.length;
  await start(erp, { ...named("mes"), shopEvents: { toldSince } });
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(before + 1), 60_000);
  expect(asked.slice(before).every((cursor) => cursor === "5")).toBe(true);
  expect(await goodOf("MO-1")).toBe("5");
});

it("counts what an order unknown to it made as soon as the ERP knows the order", async () => {
  const orders = new Map<string, ProductionOrder>();
  const feedback = await start(erpWith(orders), named("mes"));
  const taken = await feedback.intake.take(told([event("e-1", "08:30", counted("good", 3))]), "test");
  expect(taken.apart).toMatchObject([{ code: "order-unknown" }]);
  orders.set("MO-1", order("MO-1"));
  await database.pool.query("update unknown_names set due = now()"); // it is asked for again after a while
  await vi.waitFor(async () => expect(await goodOf("MO-1")).toBe("3"), 60_000);
  const { rows } = await database.pool.query("select state from kept_apart");
  expect(rows).toEqual([{ state: "replayed" }]);
});

it("acknowledges what a system brings by itself once it is stored", async () => {
  let take: TakeTold | null = null;
  const listen = async (given: TakeTold) => {
    take = given;
    return { stop: async () => void (take = null) };
  };
  const erp = erpWith(new Map([["MO-1", order("MO-1")]]));
  const feedback = await start(erp, { ...named("mes"), shopEvents: { listen } });
  const heard = await vi.waitFor(() => {
    if (take === null) throw new Error("nobody listens yet");
    return take;
  }, 60_000);
  await heard(told([event("e-1", "08:30", counted("good", 2))]));
  const { rows } = await database.pool.query(
    "select (select count(*)::int from shop_event_keys) + (select count(*)::int from kept_apart) as kept",
  );
  expect(rows).toEqual([{ kept: 1 }]);
  await vi.waitFor(async () => expect(await goodOf("MO-1")).toBe("2"), 60_000);
  await feedback.stop();
  expect(take).toBeNull();
});

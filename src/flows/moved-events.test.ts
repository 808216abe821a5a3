import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { ShopEvent } from "../domain/feedback/shop-event.ts";
import { counted, event, key, occurrence } from "../domain/feedback/testing.ts";
import type { ProductionOrderId } from "../domain/ids.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import { feedbackOn, shopOrder } from "./feedback-harness.ts";

let database: TestDatabase;
let feedback: ReturnType<typeof feedbackOn>;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query(
    "truncate shop_event_keys, shop_events, kept_apart, kept_apart_keys, count_wakes, moved_events, order_production",
  );
  feedback = feedbackOn(database);
  await feedback.know(shopOrder(), shopOrder({ order: "MO-2" }), shopOrder({ order: "MO-3" }));
});

const good = (id: string) => event(id, "08:30", counted("good", 1));

function gaveTo(order: string, id: string, corrects: string, time = "10:00"): ShopEvent {
  const instead = occurrence("08:30", counted("good", 1), { order: order as ProductionOrderId });
  return {
    kind: "correction",
    ...key(id),
    corrects: key(corrects),
    at: `2026-02-02T${time}:00.000Z`,
    operator: null,
    instead,
  };
}

function reversalOf(reverses: string, id: string): ShopEvent {
  const at = "2026-02-02T11:00:00.000Z";
  return { kind: "reversal", ...key(id), reverses: key(reverses), at, operator: null, reason: null };
}

/** How many events count for each order. */
async function countedNow(): Promise<Readonly<Record<string, number>>> {
  await feedback.count();
  const { rows } = await database.pool.query<{ order: string; events: number }>(
    `select "order", events from order_production where events > 0`,
  );
  return Object.fromEntries(rows.map(({ order, events }) => [order, events]));
}

beforeEach(async () => {
  await feedback.tell(good("1"));
  await feedback.tell(gaveTo("MO-2", "c-1", "1"));
  expect(await countedNow()).toEqual({ "MO-2": 1 });
});

it("counts for no order when an event is reversed that a correction had moved", async () => {
  await feedback.tell(reversalOf("1", "r-1"));
  expect(await countedNow()).toEqual({});
});

it("counts for its first order again when the correction that moved it is reversed", async () => {
  await feedback.tell(reversalOf("c-1", "r-1"));
  expect(await countedNow()).toEqual({ "MO-1": 1 });
});

it("counts for the last order that a correction gives it to, whatever that corrects", async () => {
  await feedback.tell(gaveTo("MO-3", "c-2", "c-1"));
  expect(await countedNow()).toEqual({ "MO-3": 1 });
  await feedback.tell(gaveTo("MO-1", "c-3", "1", "11:00"));
  expect(await countedNow()).toEqual({ "MO-1": 1 });
});

it("counts once when it is moved by one hub and reversed by another at the same time", async () => {
  const other = feedbackOn(database);
  for (let round = 0; round < 5; round++) {
    await feedback.tell(good(`x-${round}`));
    await Promise.all([
      feedback.tell(gaveTo("MO-3", `xc-${round}`, `x-${round}`)),
      other.tell(reversalOf(`x-${round}`, `xr-${round}`)),
      feedback.count(),
    ]);
    expect(await countedNow()).toEqual({ "MO-2": 1 });
  }
});

it("is found by its name, however odd, and where it is stored, whatever else came under its name", async () => {
  const odd = { ...good('1 "a\\" \u00e9\u0001'), source: 'SAW "1" \\ ü' };
  await feedback.tell(odd, good("2"));
  const elsewhere = { ...odd, order: "MO-3" as ProductionOrderId };
  const reversal = { ...reversalOf("", "r-1"), reverses: { source: odd.source, id: odd.id } } as ShopEvent;
  expect(await feedback.tell(elsewhere, reversal)).toMatchObject({ stored: 1, apart: [{ code: "content-differs" }] });
  expect(await countedNow()).toEqual({ "MO-1": 1, "MO-2": 1 });
});

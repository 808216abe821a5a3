import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readEvent } from "../domain/feedback/event-json.ts";
import type { ShopEvent } from "../domain/feedback/shop-event.ts";
import { counted, event, key, occurrence } from "../domain/feedback/testing.ts";
import type { ItemId, OperationId, ProductionOrderId } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import { apartPage } from "../store/kept-apart.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import { feedbackOn, shopOrder, told } from "./feedback-harness.ts";

let database: TestDatabase;
let feedback: ReturnType<typeof feedbackOn>;

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(async () => {
  await database.close();
});

beforeEach(async () => {
  await database.pool.query(
    "truncate shop_event_keys, shop_events, kept_apart, kept_apart_keys, shop_orders, unknown_names, count_wakes, moved_events, order_production, built_units",
  );
  feedback = feedbackOn(database);
  await feedback.know(shopOrder());
});

async function storedEvents(): Promise<number> {
  const { rows } = await database.pool.query<{ count: string }>(
    "select coalesce(sum(count), 0) as count from shop_events",
  );
  return Number(rows[0]?.count);
}

async function apart() {
  const { rows } = await apartPage(database.pool, {}, { limit: 50 });
  return rows.map(({ code, field, count, mayPass }) => ({ code, field, count, mayPass }));
}

function good(id: string, time = "08:30"): ShopEvent {
  return event(id, time, counted("good", 1));
}

describe("what is told", () => {
  it("is stored once, however often and in however many batches it comes", async () => {
    const all = [good("1"), good("2"), good("1")];
    expect(await feedback.tell(...all)).toEqual({ stored: 2, known: 1, apart: [] });
    const again = await Promise.all([feedback.tell(...all), feedback.tell(good("2"), good("3"))]);
    expect(again.map(({ stored }) => stored).reduce((a, b) => a + b)).toBe(1);
    expect(await storedEvents()).toBe(3);
  });

  it("is stored once when two hubs take it in at the same time", async () => {
    const other = feedbackOn(database);
    const batch = Array.from({ length: 500 }, (_, at) => good(`e-${at}`));
    const taken = await Promise.all([feedback.tell(...batch), other.tell(...batch.toReversed())]);
    expect(taken[0].stored + taken[1].stored).toBe(500);
    expect(taken[0].known + taken[1].known).toBe(500);
    expect(await storedEvents()).toBe(500);
  });

  it("is contested when the same id comes with another content; the first counts", async () => {
    await feedback.tell(good("1"));
    const { stored, apart: notes } = await feedback.tell(event("1", "08:30", counted("good", 7)));
    expect(stored).toBe(0);
    expect(notes).toMatchObject([{ code: "content-differs", field: "id", source: "SAW/1", id: "1" }]);
  });
});

describe("what is wrong", () => {
  it("is kept apart by name, and the rest of the batch is stored", async () => {
    const batch = Array.from({ length: 5_000 }, (_, at) => good(`e-${at}`, `08:${10 + (at % 50)}:${10 + (at % 50)}`));
    const bad = [
      event("e-17", "08:30", counted("good", -1)),
      event("e-2000", "08:30", counted("good", 1), { order: "MO-404" as ProductionOrderId }),
      event("e-4999", "08:30", counted("good", 1), { since: "2026-02-02T09:00:00.000Z" }),
    ];
    for (const one of bad) batch[Number(one.id.slice(2))] = one;
    const { stored, apart: notes } = await feedback.tell(...batch);
    expect(stored).toBe(4_997);
    expect(notes.map(({ at, code, field }) => [at, code, field])).toEqual([
      [17, "quantity-negative", "fact.quantity"],
      [2_000, "order-unknown", "order"],
      [4_999, "ends-before-start", "since"],
    ]);
    expect(await storedEvents()).toBe(4_997);
  });

  it.each<[string, ShopEvent, string, string]>([
    ["of a clock three hours ahead", event("1", "03 15:00", counted("good", 1)), "clock-ahead", "at"],
    [
      "of an operation that the order does not have",
      event("1", "08:30", counted("good", 1), { operation: "0099" as OperationId }),
      "operation-unknown",
      "operation",
    ],
    [
      "of an absurd duration",
      event("1", "08:30", counted("good", 1, { workedMs: 40 * 86_400_000 })),
      "duration-implausible",
      "fact.workedMs",
    ],
    [
      "of a negative duration",
      event("1", "08:30", counted("good", 1, { workedMs: -5 })),
      "duration-negative",
      "fact.workedMs",
    ],
    [
      "of an item that the order does not make",
      event("1", "08:30", counted("good", 1), { item: "DOOR" as ItemId }),
      "item-not-made-by-order",
      "item",
    ],
  ])("is kept apart %s", async (_, one, code, field) => {
    expect((await feedback.tell(one)).apart).toMatchObject([{ code, field }]);
    expect(await apart()).toMatchObject([{ code, field, count: 1 }]);
    expect(await storedEvents()).toBe(0);
  });

  it("is kept apart once, though its source sends the batch again", async () => {
    const one = event("1", "03 15:00", counted("good", 1));
    for (const _ of [1, 2, 3]) expect((await feedback.tell(one)).apart).toHaveLength(1);
    expect(await apart()).toMatchObject([{ code: "clock-ahead", count: 1 }]);
  });

  it("cannot be read and is kept as it came", async () => {
    const taken = await feedback.intake.take([readEvent({ id: "1", fact: "?" }), ...told([good("2")])], "test");
    expect(taken).toMatchObject({ stored: 1, apart: [{ at: 0, code: "unreadable", field: "source" }] });
  });

  it("has the ERP asked for the order it names", async () => {
    await feedback.tell(event("1", "08:30", counted("good", 1), { order: "MO-404" as ProductionOrderId }));
    const { rows } = await database.pool.query("select plant, kind, id from unknown_names");
    expect(rows).toEqual([{ plant: "P1", kind: "order", id: "MO-404" }]);
  });

  it("is a serial number that another order made", async () => {
    await feedback.know(shopOrder({ order: "MO-2" }));
    await feedback.tell(event("1", "08:30", counted("good", 1), { serials: ["F-1"] }));
    const again = { order: "MO-2" as ProductionOrderId, serials: ["F-1"] };
    expect((await feedback.tell(event("2", "09:30", counted("good", 1), again))).apart).toMatchObject([
      { code: "serial-reused" },
    ]);
  });
});

it("keeps a sensor gone mad apart in few rows, and delays nobody else", async () => {
  const mad = Array.from({ length: 10_000 }, (_, at) =>
    event(`m-${at}`, "08:30", { kind: "held", reason: null }, { operation: null, workCenter: null }),
  ).map((one) => ({ ...one, source: "MAD" }));
  const [taken, calm] = await Promise.all([feedback.tell(...mad), feedback.tell(good("1"))]);
  expect(taken).toMatchObject({ stored: 1_000 });
  expect(taken.apart).toHaveLength(9_000);
  expect(calm.stored).toBe(1);
  const { rows } = await database.pool.query(
    "select code, sum(count)::int as count, count(*)::int as rows from kept_apart group by code",
  );
  expect(rows).toEqual([{ code: "source-too-fast", count: 9_000, rows: 18 }]);
});

describe("a correction", () => {
  const corrected = occurrence("08:30", counted("good", 3));

  it("stands beside what it corrects, and counts", async () => {
    await feedback.tell(good("1"));
    const correction = {
      kind: "correction",
      ...key("2"),
      corrects: key("1"),
      at: "2026-02-02T10:00:00.000Z",
      operator: null,
      instead: corrected,
    } as const;
    expect(await feedback.tell(correction)).toMatchObject({ stored: 1, apart: [] });
    await feedback.count();
    const { rows } = await database.pool.query(
      `select actuals -> 'operations' -> 0 -> 'good' ->'amount' ->> '$exact' as good from order_production`,
    );
    expect(rows).toEqual([{ good: "3" }]);
  });

  it("waits for what it corrects when that comes later", async () => {
    const reversal = {
      kind: "reversal",
      ...key("2"),
      reverses: key("1"),
      at: "2026-02-02T10:00:00.000Z",
      operator: null,
      reason: null,
    } as const;
    expect((await feedback.tell(reversal)).apart).toMatchObject([{ code: "target-unknown", field: "reverses" }]);
    expect(await apart()).toMatchObject([{ code: "target-unknown", mayPass: true }]);
  });

  it("that gives an event to another order has both counted", async () => {
    await feedback.know(shopOrder({ order: "MO-2" }));
    await feedback.tell(good("1"), good("2"));
    await feedback.count();
    const instead = occurrence("08:30", counted("good", 1), { order: "MO-2" as ProductionOrderId });
    await feedback.tell({
      kind: "correction",
      ...key("3"),
      corrects: key("1"),
      at: "2026-02-02T10:00:00.000Z",
      operator: null,
      instead,
    });
    await feedback.count();
    const { rows } = await database.pool.query(`select "order", events from order_production order by 1`);
    expect(rows).toEqual([
      { order: "MO-1", events: 1 },
      { order: "MO-2", events: 1 },
    ]);
    expect(feedback.faults).toEqual([]);
  });
});

it("counts an order by the design that the MES was sent last", async () => {
  await feedback.tell(good("1"));
  await feedback.count();
  const job = { ...shopOrder(), ...shopOrder().plan, plan: undefined, mbom: "BOM-2", operations: [], from: null };
  await database.pool.query(
    `insert into order_versions (plant, "order", version, content, sent_at) values ('P1', 'MO-1', 2, $1, now() + interval '1 second')`,
    [
      JSON.stringify(
        toJson({
          ...job,
          operations: [{ operation: "0010", workCenter: "SAW", setupSeconds: 0, runSeconds: 90, components: [] }],
        }),
      ),
    ],
  );
  await feedback.tell(good("2"));
  await feedback.count();
  const { rows } = await database.pool.query("select plan ->> 'mbom' as mbom from shop_orders");
  expect(rows).toEqual([{ mbom: "BOM-2" }]);
  expect(feedback.faults).toEqual([]);
});

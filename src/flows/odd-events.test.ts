import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { readEvent } from "../domain/feedback/event-json.ts";
import { isOfNoOrder } from "../domain/feedback/event-place.ts";
import { counted, event } from "../domain/feedback/testing.ts";
import type { PlantId, WorkCenterId } from "../domain/ids.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import { feedbackOn, shopOrder, told } from "./feedback-harness.ts";

let database: TestDatabase;
let feedback: ReturnType<typeof feedbackOn>;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.pool.query("truncate shop_event_keys, shop_events, kept_apart, kept_apart_keys, count_wakes");
  feedback = feedbackOn(database);
  await feedback.know(shopOrder());
});

const calm = event("calm", "08:30", counted("good", 1));
/** Text that no index and no compression makes short: 500 characters of three bytes each. */
const wide = (seed: number) =>
  Array.from({ length: 500 }, (_, at) => String.fromCharCode(0x4e00 + ((at * 7_919 + seed * 104_729) % 20_000))).join(
    "",
  );

it.each([
  ["a member whose name holds a NUL", { source: "a", id: "1", "x\0y": 1 }],
  [
    "an instant whose shown part ends within a character",
    { source: "a", id: "1", at: `${"9".repeat(76)}😀${"9".repeat(9)}` },
  ],
  ["a kind that is half a surrogate pair", { source: "a", id: "1", kind: "\ud83d" }],
])("keeps %s apart, and stores what comes with it", async (_, odd) => {
  expect(await feedback.intake.take([readEvent(odd), ...told([calm])], "test")).toMatchObject({
    stored: 1,
    apart: [{ at: 0, code: "unreadable" }],
  });
});

it.each([
  ["a NUL", { source: "od\0d", id: "1" }],
  ["half a surrogate pair", { source: "od\ud83dd", id: "1" }],
  ["names that no index holds", { source: wide(1), id: wide(2) }],
])("keeps an event apart that a connector made with %s", async (_, key) => {
  const odd = { ...calm, ...key };
  const unreadable = {
    kind: "unreadable",
    ...key,
    text: "od\0d",
    faults: [{ field: "a\0", cause: "b\0", fix: "c" }],
  } as const;
  expect(await feedback.intake.take([...told([odd, calm]), unreadable], "test")).toMatchObject({
    stored: 1,
    apart: [
      { at: 0, code: "unreadable" },
      { at: 2, code: "unreadable" },
    ],
  });
});

it("keeps apart what is of no plant of the hub: nobody would ever count it", async () => {
  const nowhere = event(
    "1",
    "08:30",
    { kind: "downtime", reason: null, planned: false },
    {
      ...{ plant: "P404" as PlantId, order: null, operation: null, since: "2026-02-02T08:00:00.000Z" },
      workCenter: "SAW" as WorkCenterId,
    },
  );
  expect((await feedback.tell(nowhere)).apart).toMatchObject([{ code: "plant-unknown", field: "plant" }]);
});

it("takes a batch in again whose answer was lost, also one that is as fast as its source may be", async () => {
  const fast = feedbackOn(database, { eventsPerSecond: 10 });
  const batch = Array.from({ length: 10 }, (_, at) => event(`f-${at}`, "08:30", counted("good", 1)));
  expect(await fast.tell(...batch)).toMatchObject({ stored: 10, apart: [] });
  expect(await fast.tell(...batch)).toMatchObject({ known: 10, apart: [] });
  expect((await fast.tell(event("f-11", "08:30", counted("good", 1)))).apart).toMatchObject([
    { code: "source-too-fast" },
  ]);
});

it("takes on no more great events at a time than memory holds", async () => {
  const serials = Array.from({ length: 10_000 }, (_, at) => `F-${at}`);
  const great = Array.from({ length: 60 }, (_, at) =>
    event(`g-${at}`, "08:30", { kind: "held", reason: null }, { serials }),
  );
  const first = feedback.tell(...great);
  await expect(feedback.tell(...great)).rejects.toThrow("wait to be stored");
  expect(await first).toMatchObject({ stored: 60 });
});

it("takes an order whose name begins like that of no order for an order", () => {
  expect(isOfNoOrder("@SAW 2026-02-02")).toBe(true);
  expect(isOfNoOrder("@ 2026-02-02")).toBe(true);
  expect(isOfNoOrder("@MO-1")).toBe(false);
});

import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startSandboxMes } from "../../../sandbox/mes/server.ts";
import { effectiveEvents } from "../../domain/feedback/effective-events.ts";
import type { ShopEvent, ShopOccurrence } from "../../domain/feedback/shop-event.ts";
import { quantityText } from "../../domain/quantity.ts";
import { ONE, rationalText } from "../../domain/rational.ts";
import type { IdempotencyKey, ShopEvents } from "../port.ts";
import type { Told } from "../../domain/feedback/told.ts";
import { startSandbox, type RunningSandbox } from "../sandbox-harness.ts";
import { trialJob } from "../trial-records-harness.ts";

let sandbox: RunningSandbox;
let told: Required<ShopEvents>["toldSince"];
beforeAll(async () => {
  sandbox = await startSandbox("sandbox-mes", startSandboxMes);
  told = (sandbox.connector.shopEvents as Required<ShopEvents>).toldSince;
});
afterAll(async () => {
  await sandbox.close();
});

const CALM = { seed: 1, scrapPercent: 0, reworkPercent: 0, latePercent: 0, twicePercent: 0 };
let tests = 0;
let order: string;
let start: string | null;
/** Each test has an order of its own, and looks only at what is told from its beginning. */
beforeEach(async () => {
  order = `MO-${(tests += 1)}`;
  start = (await toldAfter(start)).cursor;
  await sandbox.backDoor("PUT", "/_sandbox/shop", CALM);
});

async function toldAfter(from: string | null): Promise<{ told: readonly Told[]; cursor: string | null }> {
  const all: Told[] = [];
  for (let cursor = from ?? null; ;) {
    const page = await told(cursor);
    all.push(...page.told);
    cursor = page.cursor;
    if (!page.more) return { told: all, cursor };
  }
}

async function events(): Promise<readonly ShopEvent[]> {
  return (await toldAfter(start)).told.flatMap((one) => (one.kind === "event" ? [one.event] : []));
}

const occurrences = async () =>
  (await events()).filter((event): event is ShopOccurrence => event.kind === "occurrence");

async function makeOrder(rules: object = {}): Promise<void> {
  await sandbox.backDoor("PUT", "/_sandbox/shop", { ...CALM, ...rules });
  await sandbox.connector.jobs!.dispatch.write(trialJob(order), `${order}:1` as IdempotencyKey);
  await sandbox.backDoor("POST", "/_sandbox/advance", { seconds: 86_400 });
}

/** One event, as some terminal might send it. */
async function send(event: object): Promise<Told> {
  await sandbox.backDoor("POST", "/_sandbox/events", { events: [event] });
  return (await toldAfter(start)).told.at(-1)!;
}

function draw({ operation, fact }: ShopOccurrence): string {
  if (fact.kind === "good") return `${operation} ${quantityText(fact.quantity)} good`;
  if (fact.kind === "consumed") {
    return `${operation} used ${quantityText(fact.quantity)} of ${fact.item} for line ${fact.line}`;
  }
  if (fact.kind === "measured") return `${operation} ${fact.characteristic} ${fact.passed ? "passed" : "failed"}`;
  return `${operation} ${fact.kind}`;
}

/** Five pieces, as an operation measures and counts them. */
const fivePieces = (operation: string, what: string) =>
  Array.from({ length: 5 }, () => [`${operation} ${what} passed`, `${operation} 1 EA good`]).flat();

it("tells what was done to an order, in the order in which it was told", async () => {
  await makeOrder();
  expect((await occurrences()).map(draw)).toEqual([
    "0010 operation started",
    "0010 setup completed",
    ...fivePieces("0010", "Contour width"),
    "0010 used 1.06 KGM of RAW-DC01-15 for line 0010",
    "0010 operation completed",
    "0020 operation started",
    "0020 setup completed",
    ...fivePieces("0020", "Bend angle"),
    "0020 operation completed",
  ]);
});

it("says of each who, where, when, on which order and how long it took", async () => {
  await makeOrder();
  const [good] = (await occurrences()).filter(({ fact }) => fact.kind === "good");
  expect(good).toEqual({
    kind: "occurrence",
    source: "sandbox-mes:LAS-1/1",
    id: expect.stringMatching(/^EVT-\d{6}$/),
    since: null,
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    plant: "1000",
    order,
    job: expect.stringMatching(/^JOB-\d{6}$/),
    item: "SMP-101",
    revision: "A",
    operation: "0010",
    workCenter: "LAS-1",
    station: "LAS-1/1",
    operator: expect.stringMatching(/^OP-\d{3}$/),
    serials: [],
    lot: good?.job,
    fact: {
      kind: "good",
      quantity: { amount: ONE, unit: "EA" },
      reason: null,
      workedMs: expect.closeTo(25_000, -4),
      reworked: false,
    },
  });
});

it("tells what went wrong, with its reason, and what was worked on again", async () => {
  await makeOrder({ effects: [{ itemCode: "SMP-101", operation: "0020", reworkPercent: 100, defect: "HANDLING" }] });
  const bent = (await occurrences()).filter(({ operation }) => operation === "0020").map(({ fact }) => fact);
  expect(bent.find(({ kind }) => kind === "nonconformance")).toEqual({
    kind: "nonconformance",
    code: "HANDLING",
    text: "Dropped or bent in handling",
    severity: "minor",
  });
  expect(bent.filter(({ kind }) => kind === "rework")).toHaveLength(5);
  expect(bent.find(({ kind }) => kind === "rework")).toMatchObject({ reason: "HANDLING", reworked: false });
  expect(bent.find(({ kind }) => kind === "good")).toMatchObject({ reason: null, reworked: true });
});

it("tells corrections and reversals as events of their own, which leave what really happened", async () => {
  await makeOrder({ correctedPercent: 100 });
  const all = await events();
  expect(all.filter(({ kind }) => kind === "correction").length).toBeGreaterThan(0);
  expect(all.filter(({ kind }) => kind === "reversal").length).toBeGreaterThan(0);

  const { occurrences: effective, idle, contested } = effectiveEvents(all);
  expect([idle, contested]).toEqual([[], []]);
  const used = effective.flatMap(({ fact }) => (fact.kind === "consumed" ? [rationalText(fact.quantity.amount)] : []));
  expect(used).toEqual(["1.06"]);
  const worked = effective.flatMap(({ fact }) => (fact.kind === "good" ? [fact.workedMs ?? 0] : []));
  expect(worked).toHaveLength(10);
  for (const ms of worked) expect(ms).toBeLessThan(45_000);
});

it("tells that a job was held, went on, and was ended before all was made", async () => {
  const { jobs } = sandbox.connector;
  const { id } = trialJob(order);
  await jobs!.dispatch.write(trialJob(order), `${order}:1` as IdempotencyKey);
  await sandbox.backDoor("POST", "/_sandbox/advance", { seconds: 960 });
  const { version: expected } = (await jobs!.read([id])).get(id)!;
  await jobs!.hold.write({ job: id, reason: "tool broke", expected }, `${order}:2` as IdempotencyKey);
  const { version: now } = (await jobs!.read([id])).get(id)!;
  await jobs!.release.write({ job: id, expected: now }, `${order}:3` as IdempotencyKey);
  await jobs!.cancel.write({ job: id, reason: "not needed" }, `${order}:4` as IdempotencyKey);
  await sandbox.backDoor("POST", "/_sandbox/advance", { seconds: 86_400 });

  const facts = (await occurrences()).map(({ fact }) => fact);
  const kinds = facts.map(({ kind }) => kind);
  expect(facts).toContainEqual({ kind: "held", reason: "tool broke" });
  expect(kinds.indexOf("resumed")).toBe(kinds.indexOf("held") + 1);
  expect(facts.at(-1)).toEqual({ kind: "operation completed", early: true });
});

it.each([
  ["the time", { time: "yesterday" }, "time", "yesterday"],
  ["a time without a zone", { time: "2026-03-02T05:00:00" }, "time", "2026-03-02T05:00:00"],
  ["the unit", { unit: "PIECES" }, "unit", "PIECES"],
  ["a quantity", { quantities: { good: "two", scrap: "0", rework: "0" } }, "quantities.good", "pattern"],
  ["a quantity that is missing", { quantities: null }, "quantities", "missing"],
  ["the order", { order: "" }, "order", ""],
  ["the type", { type: "DANCED" }, "type", ""],
  ["what it corrects", { type: "CORRECTION" }, "instead", "missing"],
  ["what it reverses", { type: "REVERSAL" }, "about", "missing"],
])("keeps an event apart when %s cannot be read, and names the field", async (_what, wrong, field, said) => {
  await makeOrder();
  const page = await sandbox.backDoor<{ value: object[] }>("GET", `/mes/v1/events?since=${start ?? 0}&type=GOOD`);
  const bad = await send({ ...page.value[0], source: "OLD", id: `T-${tests}`, ...wrong });
  expect(bad).toMatchObject({ kind: "unreadable", source: "sandbox-mes:OLD", id: `T-${tests}`, faults: [{ field }] });
  if (bad.kind !== "unreadable") throw new Error("it was read");
  expect(bad.faults[0]?.cause).toContain(said);
  expect(bad.text).toContain(`"T-${tests}"`);
  expect((await occurrences()).length).toBeGreaterThan(20);
});

it("keeps what is no event at all apart without a name", async () => {
  expect(await send({ temperature: 21 })).toMatchObject({
    kind: "unreadable",
    source: null,
    id: null,
    text: expect.stringContaining("temperature"),
  });
});

it("cuts what is too long to keep", async () => {
  const bad = await send({ id: "T-LONG", note: "x".repeat(100_000) });
  expect(bad.kind === "unreadable" && bad.text.length).toBe(4_000);
});

it("stays where it is while nothing new was told", async () => {
  const { cursor } = await toldAfter(start);
  expect(await told(cursor)).toEqual({ told: [], cursor, more: false });
});

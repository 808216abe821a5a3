import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId, OperationId, PlantId, ProductionOrderId, Revision, WorkCenterId } from "../ids.ts";
import { rational } from "../rational.ts";
import { eventJson, readEvent } from "./event-json.ts";
import type { Occurrence, ShopEvent, ShopFact } from "./shop-event.ts";
import { counted, event } from "./testing.ts";

const GOOD = {
  source: "SAW/1",
  id: "e-1",
  at: "2026-02-02T08:30:00.000Z",
  plant: "P1",
  order: "MO-1",
  operation: "0010",
  fact: { kind: "good", quantity: "5", unit: "EA", workedMs: 42_000 },
};

function faultsOf(json: unknown): readonly string[] {
  const told = readEvent(json);
  return told.kind === "event" ? [] : told.faults.map(({ field, cause }) => `${field}: ${cause}`);
}

describe("an event in JSON", () => {
  it("is read by the names of its members; what is absent is null", () => {
    const told = readEvent(GOOD);
    expect(told).toMatchObject({
      kind: "event",
      event: { kind: "occurrence", source: "SAW/1", order: "MO-1", lot: null, serials: [] },
    });
  });

  it("may count in a number and tell an instant by any offset", () => {
    const told = readEvent({
      ...GOOD,
      at: "2026-02-02T09:30:00+01:00",
      fact: { kind: "consumed", item: "GLUE", quantity: 0.35, unit: "KGM" },
    });
    expect(told).toMatchObject({
      event: { at: "2026-02-02T08:30:00.000Z", fact: { quantity: { amount: rational(7n, 20n), unit: "KGM" } } },
    });
  });

  it("tells of a correction what is so instead, and of a reversal what did not happen", () => {
    const { source, id, ...instead } = GOOD;
    const key = { source, id };
    const at = "2026-02-02T10:00:00.000Z";
    expect(readEvent({ source, id: "e-2", kind: "correction", corrects: key, at, instead })).toMatchObject({
      event: { corrects: key, instead: { fact: { kind: "good" } } },
    });
    expect(readEvent({ source, id: "e-3", kind: "reversal", reverses: key, at, reason: "booked twice" })).toMatchObject(
      { event: { reverses: key, reason: "booked twice" } },
    );
  });

  it.each<[string, unknown, string]>([
    ["what is no object", 7, ": It is not a JSON object."],
    ["no id", { ...GOOD, id: "" }, "id: It is missing."],
    ["no plant", { ...GOOD, plant: undefined }, "plant: It is missing."],
    ["a misspelt member", { ...GOOD, oder: "MO-1" }, "oder: There is no such member."],
    ["an instant of no zone", { ...GOOD, at: "2026-02-02T08:30:00" }, 'at: "2026-02-02T08:30:00" is not an instant'],
    ["30 February", { ...GOOD, at: "2026-02-30T08:30:00.000Z" }, 'at: "2026-02-30T08:30:00.000Z" is not an instant'],
    ["a fact of no kind", { ...GOOD, fact: { kind: "made" } }, 'fact.kind: "made" is none of its values.'],
    ["no fact", { ...GOOD, fact: null }, "fact: It does not say what happened."],
    ["an amount in words", { ...GOOD, fact: { kind: "good", quantity: "five", unit: "EA" } }, "fact.quantity: "],
    ["an unknown unit", { ...GOOD, fact: { kind: "good", quantity: "5", unit: "PCS" } }, 'fact.unit: "PCS"'],
    ["a time in words", { ...GOOD, fact: { ...GOOD.fact, workedMs: "42 s" } }, 'fact.workedMs: "42 s" is not a number'],
    ["a number as a name", { ...GOOD, order: 5_001 }, "order: 5001 is not text."],
    ["a NUL", { ...GOOD, lot: "L\u00007" }, "lot: It holds a NUL"],
    ["a name without end", { ...GOOD, lot: "L".repeat(501) }, "lot: It has 501 characters."],
    ["serials that are none", { ...GOOD, serials: "SN-1" }, "serials: It is not a list of texts."],
    [
      "a correction of nothing",
      { ...GOOD, kind: "correction", fact: undefined },
      "corrects: It does not say which event.",
    ],
  ])("is refused with %s, which is named", (_, json, named) => {
    expect(
      faultsOf(json).some((each) => each.startsWith(named)),
      faultsOf(json).join("\n"),
    ).toBe(true);
  });

  it("names all that is wrong with it at once, and is kept as it came", () => {
    const json = { ...GOOD, at: "soon", fact: { kind: "good", unit: "EA" } };
    expect(faultsOf(json).map((each) => each.split(":")[0])).toEqual(["fact.quantity", "at"]);
    expect(readEvent(json)).toMatchObject({ source: "SAW/1", id: "e-1", text: JSON.stringify(json) });
  });
});

const name = fc.string({ minLength: 1, maxLength: 12 }).filter((each) => !each.includes("\0"));
const perhaps = <Value>(of: fc.Arbitrary<Value>) => fc.option(of, { nil: null });
const amount = fc
  .tuple(fc.bigInt({ min: -1_000_000n, max: 1_000_000n }), fc.bigInt({ min: 1n, max: 1_000n }))
  .map(([numerator, denominator]) => rational(numerator, denominator));
const quantities = fc.record({ amount, unit: fc.constantFrom("EA" as const, "KGM" as const) });
const worked = perhaps(fc.nat());
const facts: fc.Arbitrary<ShopFact> = fc.oneof(
  fc.record({ kind: fc.constantFrom("operation started" as const, "resumed" as const) }),
  fc.record({ kind: fc.constant("setup completed" as const), workedMs: worked }),
  fc.record({
    kind: fc.constantFrom("good" as const, "scrap" as const, "rework" as const),
    quantity: quantities,
    reason: perhaps(name),
    workedMs: worked,
    reworked: perhaps(fc.boolean()),
  }),
  fc.record({
    kind: fc.constant("consumed" as const),
    item: name.map((each) => each as ItemId),
    revision: perhaps(name.map((each) => each as Revision)),
    quantity: quantities,
    line: perhaps(name),
    lot: perhaps(name),
    serials: fc.array(name, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant("measured" as const),
    characteristic: name,
    value: amount,
    unit: name,
    lower: perhaps(amount),
    upper: perhaps(amount),
    passed: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("tested" as const), test: name, passed: fc.boolean(), result: perhaps(name) }),
  fc.record({
    kind: fc.constant("nonconformance" as const),
    code: name,
    text: perhaps(name),
    severity: perhaps(fc.constantFrom("minor" as const, "major" as const, "critical" as const)),
  }),
  fc.record({ kind: fc.constant("held" as const), reason: perhaps(name) }),
  fc.record({ kind: fc.constant("downtime" as const), reason: perhaps(name), planned: fc.boolean() }),
  fc.record({ kind: fc.constant("operation completed" as const), early: fc.boolean() }),
);
const instants = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true })
  .map((at) => at.toISOString());
const occurrences: fc.Arbitrary<Occurrence> = fc.record({
  since: perhaps(instants),
  at: instants,
  plant: name.map((each) => each as PlantId),
  order: perhaps(name.map((each) => each as ProductionOrderId)),
  job: perhaps(name),
  item: perhaps(name.map((each) => each as ItemId)),
  revision: perhaps(name.map((each) => each as Revision)),
  operation: perhaps(name.map((each) => each as OperationId)),
  workCenter: perhaps(name.map((each) => each as WorkCenterId)),
  station: perhaps(name),
  operator: perhaps(name),
  serials: fc.array(name, { maxLength: 3 }),
  lot: perhaps(name),
  fact: facts,
});
const keys = fc.record({ source: name, id: name });
const events: fc.Arbitrary<ShopEvent> = fc.oneof(
  fc.tuple(keys, occurrences).map(([key, happened]) => ({ kind: "occurrence" as const, ...key, ...happened })),
  fc.tuple(keys, keys, instants, perhaps(name), occurrences).map(([key, corrects, at, operator, instead]) => ({
    kind: "correction" as const,
    ...key,
    corrects,
    at,
    operator,
    instead,
  })),
  fc.tuple(keys, keys, instants, perhaps(name)).map(([key, reverses, at, reason]) => ({
    kind: "reversal" as const,
    ...key,
    reverses,
    at,
    operator: null,
    reason,
  })),
);

describe("its JSON", () => {
  it("brings the same event back, whatever it tells", () => {
    fc.assert(
      fc.property(events, (one) => {
        expect(readEvent(JSON.parse(JSON.stringify(eventJson(one))))).toEqual({ kind: "event", event: one });
      }),
    );
  });

  it("is short: it holds nothing that is not told", () => {
    const told = event("e-1", "08:30", counted("good", 5, { workedMs: 42_000 }), { station: null, revision: null });
    expect(JSON.stringify(eventJson(told))).toBe(
      '{"source":"SAW/1","id":"e-1","at":"2026-02-02T08:30:00.000Z","plant":"P1","order":"MO-1","item":"FRAME",' +
        '"operation":"0010","workCenter":"SAW","operator":"OP-101","fact":{"kind":"good","quantity":"5","unit":"EA","workedMs":42000}}',
    );
  });
});

it("never throws, whatever comes", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (json, inner) => {
      expect(readEvent(json).kind).toBe("unreadable");
      expect(["event", "unreadable"]).toContain(readEvent({ ...GOOD, fact: inner }).kind);
    }),
  );
});

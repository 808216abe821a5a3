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

/** Every fault as its field, what is so, and what to do. */
function complaints(json: unknown): readonly string[] {
  const read = readEvent(json);
  return read.kind === "event" ? [] : read.faults.map(({ field, cause, fix }) => `${field}: ${cause} ${fix}`);
}

/** What is wrong with a fact of an event that is right otherwise. */
function ofFact(fact: Readonly<Record<string, unknown>>): readonly string[] {
  return complaints({ ...GOOD, fact });
}

const AT = "2026-02-02T10:00:00.000Z";
const MISSING = "It is missing. Let the source send it with every event of this kind.";

function missing(...fields: readonly string[]): readonly string[] {
  return fields.map((field) => `fact.${field}: ${MISSING}`);
}

function noList(field: string): string {
  return `${field}: It is not a list of texts. Send an array of at most 10000 texts, none empty.`;
}

function serials(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `SN-${at}`);
}

function withFact(fact: Readonly<Record<string, unknown>>) {
  return readEvent({ ...GOOD, fact });
}

describe("what a source is told of its mistakes", () => {
  it("names an event that is no object, and members that are missing", () => {
    expect(complaints([GOOD])).toEqual([": It is not a JSON object. Send each event as an object."]);
    expect(complaints(null)).toHaveLength(1);
    expect(complaints({ at: null, fact: GOOD.fact })).toEqual(
      ["source", "id", "at", "plant"].map((field) => `${field}: ${MISSING}`),
    );
    expect(complaints({ ...GOOD, fact: [] })).toEqual([
      'fact: It does not say what happened. Send a fact, such as { "kind": "good", … }.',
    ]);
  });

  it("names the kinds of events and facts that there are", () => {
    expect(complaints({ ...GOOD, kind: "cancellation" })).toEqual([
      'kind: "cancellation" is none of its values. Send one of occurrence, correction, reversal.',
    ]);
    expect(ofFact({})).toEqual([
      "fact.kind: nothing is none of its values. Send one of operation started, setup completed, good, scrap, rework, consumed, measured, tested, nonconformance, held, resumed, downtime, operation completed.",
    ]);
  });

  it("names members that there are not, beside those that there are", () => {
    expect(ofFact({ kind: "held", why: "no tool" })).toEqual([
      "fact.why: There is no such member. Use one of kind, reason, or leave it out.",
    ]);
    const reverses = { source: "SAW/1", id: "e-1" };
    const reversal = { source: "SAW/1", id: "e-2", kind: "reversal", reverses, at: AT };
    expect(complaints({ ...reversal, since: AT })).toEqual([
      "since: There is no such member. Use one of source, id, kind, reverses, at, operator, reason, or leave it out.",
    ]);
    expect(complaints({ ...reversal, reverses: { ...reverses, key: 1 } })).toEqual([
      "reverses.key: There is no such member. Use one of source, id, or leave it out.",
    ]);
    expect(complaints({ ...GOOD, ["x".repeat(81)]: 1 })[0]).toContain(`${"x".repeat(77)}…: There is no such member.`);
    expect(complaints({ ...GOOD, ["x".repeat(80)]: 1 })[0]).toContain(`${"x".repeat(80)}: There is no such member.`);
  });

  it("names what a correction and a reversal lack, and where inside", () => {
    const { source, id, ...instead } = GOOD;
    const correction = { source, id: "e-2", kind: "correction" };
    const which = "It does not say which event. Send the source and the id of that event.";
    expect(complaints({ ...correction, corrects: "e-1" })).toEqual([
      `corrects: ${which}`,
      `at: ${MISSING}`,
      "instead: It does not say what is so instead. Send all of the event as it should be.",
    ]);
    expect(
      complaints({
        ...correction,
        at: AT,
        corrects: { source, id: 1 },
        instead: { ...instead, at: "soon", oder: "MO-1" },
      }),
    ).toEqual([
      "corrects.id: 1 is not text. Send it in quotes.",
      expect.stringMatching(/^instead\.oder: There is no such member\. Use one of since, at, plant, order, job, /),
      'instead.at: "soon" is not an instant with its offset. Send ISO 8601 with an offset, 2026-02-01T12:00:00.000Z.',
    ]);
    expect(complaints({ ...correction, at: AT, corrects: { source: "" }, instead })).toEqual([
      `corrects.source: ${MISSING}`,
      `corrects.id: ${MISSING}`,
    ]);
    expect(complaints({ ...correction, at: AT, corrects: { source, id }, operator: 7, instead: { fact: {} } })).toEqual(
      [
        "operator: 7 is not text. Send it in quotes.",
        `instead.at: ${MISSING}`,
        `instead.plant: ${MISSING}`,
        expect.stringMatching(/^instead\.fact\.kind: /),
      ],
    );
    expect(complaints({ source, id: "e-3", kind: "reversal", operator: 7, reason: 8 })).toEqual([
      `reverses: ${which}`,
      `at: ${MISSING}`,
      "operator: 7 is not text. Send it in quotes.",
      "reason: 8 is not text. Send it in quotes.",
    ]);
  });

  it("names amounts, units and times that are none", () => {
    expect(ofFact({ kind: "scrap", quantity: "five", unit: "PCS", workedMs: Infinity, reworked: "no" })).toEqual([
      'fact.unit: "PCS" is not a unit that Heddle knows. Send a code of UN/ECE Recommendation 20, such as EA or KGM.',
      'fact.quantity: "five" is not a decimal number. Send digits with a decimal point, as text: "12.5".',
      "fact.workedMs: null is not a number. Send milliseconds as a number.",
      'fact.reworked: "no" is neither true nor false. Send true or false.',
    ]);
    expect(ofFact({ kind: "good", quantity: true })).toEqual([
      `fact.unit: ${MISSING}`,
      'fact.quantity: true is not a decimal number. Send digits with a decimal point, as text: "12.5".',
    ]);
    expect(ofFact({ kind: "setup completed", workedMs: "60000" })).toEqual([
      'fact.workedMs: "60000" is not a number. Send milliseconds as a number.',
    ]);
  });

  it("names what each kind of fact must tell", () => {
    expect(ofFact({ kind: "good" })).toEqual(missing("quantity", "unit"));
    expect(ofFact({ kind: "consumed" })).toEqual(missing("item", "quantity", "unit"));
    expect(ofFact({ kind: "measured" })).toEqual(missing("passed", "value", "characteristic", "unit"));
    expect(ofFact({ kind: "tested" })).toEqual(missing("passed", "test"));
    expect(ofFact({ kind: "nonconformance" })).toEqual(missing("code"));
    expect(ofFact({ kind: "nonconformance", code: "NC-1", severity: "bad" })).toEqual([
      'fact.severity: "bad" is none of its values. Send one of minor, major, critical.',
    ]);
  });

  it("names texts that no database holds", () => {
    expect(complaints({ ...GOOD, lot: "L".repeat(500) })).toEqual([]);
    expect(complaints({ ...GOOD, lot: "L".repeat(501) })).toEqual(["lot: It has 501 characters. Send at most 500."]);
    expect(complaints({ ...GOOD, lot: "\uD83D" })).toEqual([
      "lot: It holds a NUL or half a surrogate pair. Send text that is whole Unicode, without NUL.",
    ]);
    expect(ofFact({ kind: "held", reason: "\0".repeat(500) })).toEqual([
      "fact.reason: It holds a NUL or half a surrogate pair. Send text that is whole Unicode, without NUL.",
    ]);
  });

  it("counts bytes in names, and not in what is said in words", () => {
    // One, two, three and four bytes a character in UTF-8.
    for (const [character, most] of [
      ["~", 500],
      ["\u0080", 500],
      ["\u07ff", 500],
      ["\u0800", 333],
      ["\uffff", 333],
      ["😀", 250],
    ] as const) {
      expect(complaints({ ...GOOD, lot: character.repeat(most) }), character).toEqual([]);
    }
    expect(complaints({ ...GOOD, lot: "部".repeat(334) })).toEqual([
      "lot: It has 1002 bytes in UTF-8. Send at most 1000.",
    ]);
    expect(complaints({ ...GOOD, lot: `${"😀".repeat(200)}${"部".repeat(68)}` })).toEqual([
      "lot: It has 1004 bytes in UTF-8. Send at most 1000.",
    ]);
    expect(ofFact({ kind: "held", reason: "部".repeat(500) })).toEqual([]);
    expect(complaints({ ...GOOD, serials: ["SN-1", "部".repeat(334)] })).toEqual([
      "serials: It has 1002 bytes in UTF-8. Send at most 1000.",
    ]);
  });

  it("names lists that are none", () => {
    expect(complaints({ ...GOOD, serials: null })).toEqual([]);
    expect(complaints({ ...GOOD, serials: serials(10_000) })).toEqual([]);
    expect(complaints({ ...GOOD, serials: serials(10_001) })).toEqual([noList("serials")]);
    expect(complaints({ ...GOOD, serials: ["SN-1", ""] })).toEqual([noList("serials")]);
    expect(complaints({ ...GOOD, serials: ["SN-1", 2] })).toEqual([noList("serials")]);
    expect(complaints({ ...GOOD, serials: ["SN-1", "SN\0"] })[0]).toContain("serials: It holds a NUL");
    expect(ofFact({ kind: "consumed", item: "GLUE", quantity: "1", unit: "GRM", serials: 7 })).toEqual([
      noList("fact.serials"),
    ]);
  });
});

describe("each kind of fact", () => {
  const counts = { quantity: "5", unit: "EA", reason: "burr", workedMs: 42_000, reworked: true };
  it.each<Readonly<Record<string, unknown>>>([
    { kind: "operation started" },
    { kind: "setup completed", workedMs: 60_000 },
    { kind: "good", ...counts },
    { kind: "scrap", ...counts },
    { kind: "rework", ...counts },
    { kind: "consumed", item: "GLUE", revision: "B", quantity: "0.35", unit: "KGM", line: "40", lot: "L-7" },
    { kind: "consumed", item: "MOT-024", quantity: "2", unit: "EA", serials: ["M-1", "M-2"] },
    {
      kind: "measured",
      characteristic: "bore",
      value: "12.01",
      unit: "mm",
      lower: "11.9",
      upper: "12.1",
      passed: true,
    },
    { kind: "measured", characteristic: "bore", value: "12.5", unit: "mm", upper: "12.1", passed: false },
    { kind: "measured", characteristic: "bore", value: "12.5", unit: "mm", lower: "12.1", passed: false },
    { kind: "tested", test: "leak", passed: true, result: "0.2 mbar" },
    { kind: "nonconformance", code: "NC-12", text: "scratched", severity: "minor" },
    { kind: "nonconformance", code: "NC-13" },
    { kind: "held", reason: "no tool" },
    { kind: "resumed" },
    { kind: "downtime", reason: "cleaning", planned: true },
    { kind: "operation completed", early: true },
  ])("is read and written as it is: $kind", (fact) => {
    const read = readEvent({ ...GOOD, fact });
    expect(read).toMatchObject({ kind: "event", event: { fact: { kind: fact["kind"] } } });
    expect(read.kind === "event" ? eventJson(read.event) : read.faults).toEqual({ ...GOOD, fact });
  });

  it("means no where a source does not say yes", () => {
    expect(withFact({ kind: "downtime" })).toMatchObject({ event: { fact: { planned: false, reason: null } } });
    expect(withFact({ kind: "operation completed" })).toMatchObject({ event: { fact: { early: false } } });
    expect(withFact({ kind: "good", quantity: 5, unit: "EA", reworked: null })).toMatchObject({
      event: { fact: { reworked: null, workedMs: null, quantity: { amount: rational(5), unit: "EA" } } },
    });
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

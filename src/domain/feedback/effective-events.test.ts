import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantityText } from "../quantity.ts";
import { effectiveEvents } from "./effective-events.ts";
import { eventName, sameEvent, type ShopEvent } from "./shop-event.ts";
import { clock, counted, event, key, occurrence } from "./testing.ts";

function good(id: string, amount: string | number, time = "08:00"): ShopEvent {
  return event(id, time, counted("good", amount));
}

function correction(id: string, of: string, amount: string | number, made = "09:00"): ShopEvent {
  const instead = occurrence("08:00", counted("good", amount));
  return { kind: "correction", ...key(id), corrects: key(of), at: clock(made), operator: "OP-7", instead };
}

function reversal(id: string, of: string, made = "09:00"): ShopEvent {
  return { kind: "reversal", ...key(id), reverses: key(of), at: clock(made), operator: "OP-7", reason: null };
}

/** `["one: 5 EA"]` */
function counting(events: readonly ShopEvent[]): readonly string[] {
  return effectiveEvents(events).occurrences.map(({ id, fact }) =>
    "quantity" in fact ? `${id}: ${quantityText(fact.quantity)}` : id,
  );
}

function idle(events: readonly ShopEvent[]): readonly string[] {
  return effectiveEvents(events).idle.map(({ event: { id }, because }) => `${id}: ${because}`);
}

describe("what counts", () => {
  it("is what happened, once, in the order in which it happened", () => {
    expect(counting([good("two", 2, "08:10"), good("one", 1, "08:05"), good("two", 2, "08:10")])).toEqual([
      "one: 1 EA",
      "two: 2 EA",
    ]);
  });

  it("is what a correction says instead, under the key of what it corrects", () => {
    expect(counting([good("one", 50), correction("fix", "one", 5)])).toEqual(["one: 5 EA"]);
  });

  it("is as told before, when a correction comes before its event", () => {
    expect(counting([correction("fix", "one", 5)])).toEqual([]);
    expect(idle([correction("fix", "one", 5)])).toEqual(["fix: waiting"]);
    expect(counting([correction("fix", "one", 5), good("one", 50)])).toEqual(["one: 5 EA"]);
  });

  it("is not what was reversed", () => {
    expect(counting([good("one", 5), good("two", 6), reversal("no", "one")])).toEqual(["two: 6 EA"]);
  });

  it("is again what was reversed, once that is reversed", () => {
    const taken = [good("one", 5), reversal("no", "one"), reversal("yes", "no")];
    expect(counting(taken)).toEqual(["one: 5 EA"]);
    expect(counting([...taken, reversal("no after all", "yes")])).toEqual([]);
  });

  it("is not what one of two reversals still takes out", () => {
    expect(counting([good("one", 5), reversal("no", "one"), reversal("nor", "one"), reversal("yes", "no")])).toEqual(
      [],
    );
  });

  it("is what the last of several corrections says, while that is not reversed", () => {
    const corrected = [good("one", 50), correction("late", "one", 7, "10:00"), correction("early", "one", 6, "09:00")];
    expect(counting(corrected)).toEqual(["one: 7 EA"]);
    expect(counting([...corrected, reversal("no", "late")])).toEqual(["one: 6 EA"]);
  });

  it("is what a correction of a correction says", () => {
    const corrected = [good("one", 50), correction("fix", "one", 6), correction("fix the fix", "fix", 7)];
    expect(counting(corrected)).toEqual(["one: 7 EA"]);
    expect(counting([...corrected, reversal("no", "fix the fix")])).toEqual(["one: 6 EA"]);
    expect(counting([...corrected, reversal("no", "fix")])).toEqual(["one: 50 EA"]);
  });

  it("is nothing of what is both corrected and reversed", () => {
    expect(counting([good("one", 50), correction("fix", "one", 6, "11:00"), reversal("no", "one")])).toEqual([]);
  });
});

describe("what does not count says why", () => {
  it("waits for what it names, however far", () => {
    const events = [reversal("no", "one"), reversal("yes", "no")];
    expect(idle(events)).toEqual(["no: waiting", "yes: waiting"]);
  });

  it("names itself or one another", () => {
    const events = [
      correction("a", "b", 1),
      correction("b", "a", 1),
      correction("c", "c", 1),
      reversal("d", "b"),
      good("one", 1),
    ];
    expect(idle(events)).toEqual(["a: circular", "b: circular", "c: circular", "d: circular"]);
    expect(counting(events)).toEqual(["one: 1 EA"]);
  });

  it("corrects a reversal, which has nothing to be corrected", () => {
    const events = [good("one", 5), reversal("no", "one"), correction("fix", "no", 1), reversal("unfix", "fix")];
    expect(idle(events)).toEqual(["fix: corrects a reversal", "unfix: corrects a reversal"]);
    expect(counting(events)).toEqual([]);
  });

  it("came with two contents under one key: one counts, and both orders choose the same", () => {
    const events = [good("one", 5), good("one", 6)];
    expect(effectiveEvents(events).contested).toEqual([key("one")]);
    expect(counting(events)).toEqual(counting(events.toReversed()));
    expect(counting(events)).toHaveLength(1);
  });
});

describe("laws", () => {
  const ids = fc.integer({ min: 0, max: 9 }).map(String);
  const times = fc.constantFrom("08:00", "09:00", "10:00");
  const amounts = fc.integer({ min: 1, max: 9 });
  const someEvents = fc.array(
    fc.oneof(
      fc.tuple(ids, amounts, times).map(([id, amount, time]) => good(id, amount, time)),
      fc.tuple(ids, ids, amounts, times).map(([id, of, amount, time]) => correction(id, of, amount, time)),
      fc.tuple(ids, ids, times).map(([id, of, time]) => reversal(id, of, time)),
    ),
    { maxLength: 25 },
  );

  it("any order and any repetition comes to the same", () => {
    fc.assert(
      fc.property(
        someEvents.chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray(events, { minLength: events.length }),
            fc.subarray(events).map((some) => structuredClone(some)),
          ),
        ),
        ([events, shuffled, again]) => {
          expect(effectiveEvents([...again, ...shuffled])).toEqual(effectiveEvents(events));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("counts each occurrence once at most, and nothing that did not come", () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const distinct = events.filter((one, at) => events.findIndex((other) => sameEvent(one, other)) === at);
        const { occurrences, idle: unused } = effectiveEvents(distinct);
        const told = new Set(occurrences.map(eventName));
        expect(told.size).toBe(occurrences.length);
        const facts = new Set(distinct.filter(({ kind }) => kind === "occurrence").map(eventName));
        expect([...told].every((name) => facts.has(name))).toBe(true);
        expect(unused.every(({ event: { kind } }) => kind !== "occurrence")).toBe(true);
      }),
    );
  });

  it("a reversal and a reversal of it change nothing", () => {
    fc.assert(
      fc.property(someEvents, ids, (events, id) => {
        const undone = [...events, reversal("no", id), reversal("yes", "no")];
        expect(effectiveEvents(undone).occurrences).toEqual(effectiveEvents(events).occurrences);
      }),
    );
  });

  it("takes a chain of 20,000 corrections", () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => correction(`${at + 1}`, `${at}`, (at % 9) + 1));
    expect(counting([...chain, good("0", 5)])).toEqual(["0: 2 EA"]);
    expect(effectiveEvents(chain).idle).toHaveLength(20_000);
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact } from "../bom/bom-builder.ts";
import type { ItemId, OperationId, Revision } from "../ids.ts";
import { fromJson, toJson } from "../json.ts";
import { quantityText } from "../quantity.ts";
import type { Unit } from "../unit.ts";
import { elementsOfEvents } from "./elements-of-events.ts";
import { totalOf } from "./kpi-elements.ts";
import { orderActuals, type ActualsPlan, type OrderActuals } from "./order-actuals.ts";
import type { Occurrence, ShopFact, ShopOccurrence } from "./shop-event.ts";
import { clock, counted, event } from "./testing.ts";
import { isZero } from "../rational.ts";

/** Saw, then weld: 2 tubes at the saw, 0.3 kg of wire and 4 bolts at the weld. */
const plan: ActualsPlan = {
  item: "FRAME" as ItemId,
  revision: "B" as Revision,
  unit: "EA",
  unitFactors: [],
  operations: ["0010", "0020"] as OperationId[],
  components: [
    { line: "10", item: "TUBE" as ItemId, unit: "EA", operation: "0010" as OperationId },
    { line: "20", item: "WIRE" as ItemId, unit: "KGM", operation: "0020" as OperationId },
    { line: "30", item: "TUBE" as ItemId, unit: "EA", operation: "0020" as OperationId },
  ],
  itemOf: (item) =>
    item === "PAINT"
      ? { unit: "LTR", unitFactors: [{ from: "KGM", to: "LTR", factor: exact("0.8") }] }
      : item === "WIRE"
        ? { unit: "KGM", unitFactors: [] }
        : null,
};

const start: ShopFact = { kind: "operation started" };
const completed: ShopFact = { kind: "operation completed", early: false };
const welding = { operation: "0020" as OperationId };

function consumed(
  item: string,
  amount: string,
  unit: Unit,
  more: Partial<Extract<ShopFact, { kind: "consumed" }>> = {},
): ShopFact {
  const none = { revision: null, line: null, lot: null, serials: [] };
  return { kind: "consumed", item: item as ItemId, quantity: { amount: exact(amount), unit }, ...none, ...more };
}

/** Numbers events as they are given. */
function told(...events: readonly [time: string, fact: ShopFact, more?: Partial<Occurrence>][]): ShopOccurrence[] {
  return events.map(([time, fact, more], at) => event(`E${at}`, time, fact, more));
}

/** `0010: 5 EA good, 1 EA scrap, 20 min, complete` */
function drawn({ operations, consumption }: OrderActuals): readonly string[] {
  return [
    ...operations.map((each) => {
      const amounts = (["good", "scrap", "rework"] as const)
        .filter((kind) => !isZero(each[kind].amount))
        .map((kind) => `${quantityText(each[kind])} ${kind}`);
      const times = each.setupMs === 0 ? [] : [`${each.setupMs / 60_000} min setup`];
      if (each.runMs > 0) times.push(`${each.runMs / 60_000} min run`);
      return `${each.operation}: ${[...amounts, ...times, each.isComplete ? "complete" : "open"].join(", ")}`;
    }),
    ...consumption.map(({ line, item, operation, lot, quantity, serials }) =>
      [`${line ?? "-"} ${item}@${operation ?? "-"}: ${quantityText(quantity)}`, lot ?? [], serials].flat().join(" "),
    ),
  ];
}

describe("what was made", () => {
  it("is summed by operation, with the times of the KPIs", () => {
    const events = told(
      ["08:00", start],
      ["08:10", { kind: "setup completed", workedMs: null }],
      ["08:20", counted("good", 2, { workedMs: 360_000 })],
      ["08:30", counted("rework", 1, { workedMs: 120_000 })],
      ["08:40", counted("good", 1, { workedMs: 240_000 })],
      ["08:50", counted("scrap", 1, { workedMs: 60_000 })],
      ["09:00", completed],
      ["09:10", start, welding],
    );

    const actuals = orderActuals(events, plan);

    expect(drawn(actuals)).toEqual([
      "0010: 3 EA good, 1 EA scrap, 1 EA rework, 10 min setup, 13 min run, complete",
      "0020: open",
    ]);
    expect(quantityText(actuals.good)).toBe("0 EA");
    expect(quantityText(actuals.scrap)).toBe("1 EA");
    expect(actuals.isComplete).toBe(false);
    expect(actuals.lastAt).toBe(clock("09:10"));
    expect(actuals.operations[0]).toMatchObject({ startedAt: clock("08:00"), completedAt: clock("09:00") });
  });

  it("is complete with the last operation, also where earlier ones are not told of", () => {
    const done = told(["10:00", counted("good", 4), welding], ["10:01", completed, welding]);

    expect(orderActuals(done, plan)).toMatchObject({ isComplete: true, operations: [{ operation: "0020" }] });
    expect(orderActuals([...done, event("X", "08:00", start)], plan).isComplete).toBe(false);
    expect(orderActuals([...done, event("X", "10:05", start, welding)], plan).isComplete).toBe(false);
  });

  it("tells an end before its time apart", () => {
    const [saw] = orderActuals(told(["10:00", { kind: "operation completed", early: true }]), plan).operations;

    expect(saw).toMatchObject({ isComplete: true, isEarly: true });
  });

  it("knows pieces by what was said of them last", () => {
    const events = told(
      ["08:00", counted("good", 3), { serials: ["S1", "S2", "S3"] }],
      ["09:00", counted("good", 2), { ...welding, serials: ["S2", "S1"], lot: "L-7" }],
      ["09:30", counted("scrap", 1), { ...welding, serials: ["S1"] }],
    );

    expect(orderActuals(events, plan)).toMatchObject({ serials: ["S2"], lots: ["L-7"] });
    expect(orderActuals(events.slice(0, 1), plan).serials).toEqual(["S1", "S2", "S3"]);
  });
});

describe("what was used", () => {
  it("counts at the order's line, in its unit, by lot", () => {
    const events = told(
      ["08:00", consumed("TUBE", "4", "EA", { lot: "T-1" })],
      ["08:30", consumed("TUBE", "2", "EA", { lot: "T-2" })],
      ["09:00", consumed("TUBE", "1", "EA"), welding],
      ["09:10", consumed("WIRE", "300", "GRM"), { operation: null }],
      ["09:20", consumed("WIRE", "-0.1", "KGM"), { operation: null }],
      ["09:30", consumed("PAINT", "1", "KGM"), welding],
      ["09:40", consumed("CLOTH", "2", "MTR", { line: "99" }), welding],
    );

    expect(drawn(orderActuals(events, plan))).toEqual([
      "- PAINT@0020: 0.8 LTR",
      "10 TUBE@0010: 4 EA T-1",
      "10 TUBE@0010: 2 EA T-2",
      "20 WIRE@0020: 0.2 KGM",
      "30 TUBE@0020: 1 EA",
      "99 CLOTH@0020: 2 MTR",
    ]);
  });

  it("keeps apart what cannot be converted", () => {
    const events = told(["08:00", consumed("WIRE", "3", "MTR")], ["08:10", consumed("WIRE", "1", "KGM")]);

    expect(drawn(orderActuals(events, plan))).toEqual(["20 WIRE@0010: 1 KGM", "20 WIRE@0010: 3 MTR"]);
  });

  it("forgets what was given back, serial numbers too", () => {
    const events = told(
      ["08:00", consumed("TUBE", "2", "EA", { serials: ["A", "B"] })],
      ["08:10", consumed("TUBE", "-1", "EA", { serials: ["A"] })],
      ["08:20", consumed("WIRE", "1", "KGM")],
      ["08:30", consumed("WIRE", "-1", "KGM")],
    );

    expect(drawn(orderActuals(events, plan))).toEqual(["10 TUBE@0010: 1 EA B"]);
  });
});

const anyEvents = fc
  .array(
    fc.record({
      minute: fc.integer({ min: 0, max: 300 }),
      operation: fc.constantFrom("0010", "0020", "0030") as fc.Arbitrary<OperationId>,
      fact: fc.oneof<fc.Arbitrary<ShopFact>[]>(
        fc.constant(start),
        fc.constant(completed),
        fc.integer({ min: 0, max: 9 }).map((minutes) => ({ kind: "setup completed", workedMs: minutes * 60_000 })),
        fc
          .tuple(fc.constantFrom("good", "scrap", "rework"), fc.integer({ min: 0, max: 5 }), fc.boolean())
          .map(([kind, amount, isTimed]) => counted(kind, amount, { workedMs: isTimed ? 61_000 : null })),
        fc.integer({ min: -3, max: 9 }).map((amount) => consumed("TUBE", String(amount), "EA")),
      ),
    }),
    { maxLength: 30 },
  )
  .map((each) =>
    each.map(({ minute, operation, fact }, at) => {
      const time = `${String(8 + Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
      return event(`E${at}`, time, fact, { operation });
    }),
  );

it("adds up to the KPIs' elements, comes through JSON, and does not mind in which order events are given", () => {
  fc.assert(
    fc.property(anyEvents, fc.infiniteStream(fc.integer()), (events, chance) => {
      const actuals = orderActuals(events, plan);
      const shuffled = events
        .map((each) => [chance.next().value ?? 0, each] as const)
        .toSorted(([a], [b]) => a - b)
        .map(([, each]) => each);

      expect(orderActuals(shuffled, plan)).toEqual(actuals);
      expect(fromJson<OrderActuals>(JSON.parse(JSON.stringify(toJson(actuals))))).toEqual(actuals);

      const elements = totalOf(
        elementsOfEvents(events, {
          order: () => ({ ...plan, runMs: new Map() }),
          shiftAt: (_, at) => ({ day: "2026-02-02" as never, shift: null, until: nextHour(at) }),
          changesFor: () => [],
        }),
      );
      expect(actuals.scrap.amount).toEqual(elements.scrap);
      const sum = (of: "setupMs" | "runMs") => actuals.operations.reduce((ms, each) => ms + each[of], 0);
      expect(sum("setupMs")).toBe(elements.setupMs);
      expect(sum("runMs")).toBe(elements.productionMs + elements.reworkMs);
    }),
  );
});

function nextHour(at: string): string {
  const hour = 3_600_000;
  return new Date((Math.floor(Date.parse(at) / hour) + 1) * hour).toISOString();
}

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId, OperationId, Revision } from "../ids.ts";
import { parseQuantity, quantityText } from "../quantity.ts";
import { plus, rational, ZERO } from "../rational.ts";
import { builtUnits, usedIn } from "./built-units.ts";
import type { Occurrence, ShopFact, ShopOccurrence } from "./shop-event.ts";
import { counted, event } from "./testing.ts";

const LAST = "0020" as OperationId;
const at20 = { operation: LAST };

function used(item: string, amount: string, more: Partial<Extract<ShopFact, { kind: "consumed" }>> = {}): ShopFact {
  const quantity = parseQuantity(amount, "EA");
  if (quantity === null) throw new Error(`"${amount}" is not an amount`);
  return {
    kind: "consumed",
    item: item as ItemId,
    revision: null,
    quantity,
    line: null,
    lot: null,
    serials: [],
    ...more,
  };
}

function good(id: string, time: string, more: Partial<Occurrence> = {}): ShopOccurrence {
  return event(id, time, counted("good", 1), more);
}

function built(events: readonly ShopOccurrence[], made: { serials?: string[]; lots?: string[] } = {}) {
  const { serials = [], lots = [] } = made;
  return builtUnits("MO-1", "B" as Revision, events, { serials, lots, lastOperation: LAST }, () => []);
}

describe("what an order built", () => {
  it("is a unit for each serial, good when it came out of the last operation", () => {
    const events = [
      good("1", "08:00", { serials: ["F-1"] }),
      good("2", "09:00", { ...at20, serials: ["F-1"], lot: "L-9", operator: "OP-7" }),
      good("3", "09:30", { ...at20, serials: ["F-2"] }),
    ];
    expect(built(events, { serials: ["F-1", "F-2"] })).toMatchObject([
      { kind: "serial", id: "F-1", lot: "L-9", revision: "B", builtAt: "2026-02-02T09:00:00.000Z" },
      { kind: "serial", id: "F-2", lot: null, builtAt: "2026-02-02T09:30:00.000Z" },
    ]);
  });

  it("is a lot where pieces have no serials, and the order as a whole where there is no lot either", () => {
    expect(built([good("1", "09:00", { ...at20, lot: "L-9" })], { lots: ["L-9"] })).toMatchObject([
      { kind: "lot", id: "L-9" },
    ]);
    expect(built([good("1", "09:00", at20)])).toMatchObject([{ kind: "order", id: "MO-1" }]);
    expect(built([event("1", "09:00", { kind: "held", reason: null })])).toEqual([]);
  });

  it("is nothing where no piece was good", () => {
    const scrapped = event("1", "08:00", counted("scrap", 1), { ...at20, serials: ["F-1"] });
    expect(built([scrapped], { serials: ["F-1"] })).toEqual([]);
    expect(built([scrapped])).toEqual([]);
    expect(built([good("1", "08:00", { serials: ["F-1"] })], { serials: ["F-1", "F-2"] })).toHaveLength(1);
  });

  it("was built when the last operation said so, whatever is told later; without that, when it was good at last", () => {
    const last = good("1", "09:00", { ...at20, serials: ["F-1"], lot: "L-9" });
    const late = good("2", "10:00", { serials: ["F-1"], lot: "L-8" });
    expect(built([last, late], { serials: ["F-1"] })).toMatchObject([{ builtAt: last.at, lot: "L-9" }]);
    const before = good("3", "08:00", { serials: ["F-1"] });
    expect(built([before, late], { serials: ["F-1"] })).toMatchObject([{ builtAt: late.at }]);
  });

  it("has a lot only where it is a serial", () => {
    expect(built([good("1", "09:00", { ...at20, lot: "L-9" })], { lots: ["L-9"] })).toMatchObject([{ lot: null }]);
    expect(built([good("1", "09:00", { ...at20, lot: "L-9" })])).toMatchObject([{ kind: "order", lot: null }]);
  });

  it("keeps the revision that was reported last, though a later operation names none", () => {
    const reported = good("1", "08:00", { revision: "C" as Revision, serials: ["F-1"] });
    const silent = good("2", "09:00", { ...at20, revision: null, serials: ["F-1"] });
    expect(built([reported, silent], { serials: ["F-1"] })).toMatchObject([{ revision: "C" }]);
  });

  it("is of the revision that was reported, else of the planned one", () => {
    const reported = good("1", "09:00", { ...at20, revision: "C" as Revision, serials: ["F-1"] });
    const silent = good("2", "09:10", { ...at20, revision: null, serials: ["F-2"] });
    expect(built([reported, silent], { serials: ["F-1", "F-2"] }).map(({ revision }) => revision)).toEqual(["C", "B"]);
  });
});

describe("its genealogy", () => {
  const pieces = [good("1", "09:00", { ...at20, serials: ["F-1"] }), good("2", "09:30", { ...at20, serials: ["F-2"] })];
  const serials = ["F-1", "F-2"];

  it("holds what was used for a piece in that piece only, each bought serial as one", () => {
    const motor = event("3", "08:30", used("MOTOR", "1", { serials: ["M-77"] }), { serials: ["F-2"] });
    const [first, second] = built([motor, ...pieces], { serials });
    expect(first?.record.components).toEqual([]);
    expect(second?.record.components).toMatchObject([{ item: "MOTOR", serial: "M-77" }]);
  });

  it("holds of what was used for the order an equal part in each piece, so that a bad lot is found in all that may hold it", () => {
    const bolts = event("3", "08:30", used("BOLT", "8", { lot: "L-7" }));
    for (const { record } of built([bolts, ...pieces], { serials })) {
      expect(record.components.map(({ item, lot, quantity }) => [item, lot, quantityText(quantity)])).toEqual([
        ["BOLT", "L-7", "4 EA"],
      ]);
    }
  });

  it("holds in each lot what was used for it, and its part of what was used for the order", () => {
    const lots = ["L-1", "L-2"];
    const made = lots.map((lot, at) => good(`g-${at}`, `09:0${at}`, { ...at20, lot }));
    const own = event("3", "08:30", used("BOLT", "6"), { lot: "L-1" });
    const common = event("4", "08:40", used("NUT", "6"));
    const uses = built([own, common, ...made], { lots }).map(({ record }) =>
      record.components.map(({ item, quantity }) => `${quantityText(quantity)} ${item}`),
    );
    expect(uses).toEqual([["6 EA BOLT", "3 EA NUT"], ["3 EA NUT"]]);
  });

  it("holds all in the order as a whole", () => {
    const bolts = event("3", "08:30", used("BOLT", "6"), { lot: "L-1", serials: ["F-9"] });
    expect(built([bolts, good("1", "09:00", at20)])[0]?.record.components).toMatchObject([
      { item: "BOLT", quantity: { amount: rational(6n) } },
    ]);
  });

  it("divides what was used for several pieces by name, and several serials of it", () => {
    const motors = event("3", "08:30", used("MOTOR", "4", { serials: ["M-1", "M-2"] }), { serials });
    expect(
      built([motors, ...pieces], { serials })[0]?.record.components.map(({ serial, quantity }) => [
        serial,
        quantityText(quantity),
      ]),
    ).toEqual([
      ["M-1", "1 EA"],
      ["M-2", "1 EA"],
    ]);
  });

  it("keeps lots, operations and units apart, and lists them by item, then by lot or serial", () => {
    const about = { serials: ["F-1"] };
    const events = [
      event("3", "08:10", used("NUT", "1", { serials: ["N-2"] }), about),
      event("4", "08:20", used("NUT", "1", { serials: ["N-1"] }), about),
      event("5", "08:30", used("BOLT", "2", { lot: "L-8" }), about),
      event("6", "08:40", used("BOLT", "2", { lot: "L-7" }), about),
      event("7", "08:50", used("BOLT", "1", { lot: "L-8" }), about),
      event("8", "08:55", used("BOLT", "1", { lot: "L-8" }), { ...about, ...at20 }),
    ];
    expect(
      built([...events, ...pieces], { serials })[0]?.record.components.map(
        ({ item, lot, serial, operation, quantity }) =>
          `${quantityText(quantity)} ${item} ${lot ?? serial ?? ""} at ${operation}`,
      ),
    ).toEqual([
      "2 EA BOLT L-7 at 0010",
      "3 EA BOLT L-8 at 0010",
      "1 EA BOLT L-8 at 0020",
      "1 EA NUT N-1 at 0010",
      "1 EA NUT N-2 at 0010",
    ]);
  });

  it("names each place once, with its last time, in the order of these times", () => {
    const about = { serials: ["F-1"] };
    const events = [
      event("1", "08:00", counted("rework", 1), about),
      good("2", "08:10", { ...about, ...at20 }),
      event("3", "08:20", { kind: "operation completed", early: false }, { ...about, station: "SAW/2" }),
      event("4", "08:25", { kind: "resumed" }, { ...about, station: "SAW/3" }),
      good("5", "08:30", about),
    ];
    expect(
      built(events, about)[0]?.record.operations.map(
        ({ operation, station, at }) => `${operation} ${station} ${at.slice(11, 16)}`,
      ),
    ).toEqual(["0020 SAW/1 08:10", "0010 SAW/2 08:20", "0010 SAW/1 08:30"]);
    const back = [...events.slice(1), ...events.slice(0, 1)];
    expect(built(back, about)[0]?.record.operations.map(({ at }) => at.slice(11, 16))).toEqual([
      "08:00",
      "08:10",
      "08:20",
    ]);
  });

  it("tells of nothing but tests, measurements and nonconformances as results", () => {
    const about = { serials: ["F-1"] };
    const gauge = { kind: "measured", characteristic: "bore", unit: "MM", passed: true } as const;
    const events = [
      event("1", "08:00", counted("scrap", 1), about),
      event("2", "08:05", counted("rework", 1), about),
      event("3", "08:10", used("BOLT", "1"), about),
      ...(["operation started", "resumed"] as const).map((kind) => event(`4 ${kind}`, "08:15", { kind }, about)),
      event("5", "08:20", { kind: "setup completed", workedMs: null }, about),
      event("6", "08:25", { kind: "held", reason: null }, about),
      event("7", "08:30", { kind: "downtime", reason: null, planned: true }, about),
      event("8", "08:35", { kind: "operation completed", early: false }, about),
      event("9", "08:40", { ...gauge, value: rational(12n), lower: null, upper: null }, about),
      event("10", "08:45", { ...gauge, value: rational(12n), lower: rational(11n), upper: null }, about),
      good("11", "09:00", about),
    ];
    expect(built(events, about)[0]?.record.results.map(({ text }) => text)).toEqual(["12 MM", "12 MM, 11 to …"]);
  });

  it("is net of what was taken out again", () => {
    const wrong = event("3", "08:30", used("BOLT", "2", { lot: "L-7" }), { serials: ["F-1"] });
    const back = event("4", "08:40", used("BOLT", "-2", { lot: "L-7" }), { serials: ["F-1"] });
    expect(built([wrong, back, ...pieces], { serials })[0]?.record.components).toEqual([]);
  });

  it("tells where, by whom and with what result", () => {
    const events = [
      good("1", "08:00", { serials: ["F-1"], station: "SAW/1", operator: "OP-1" }),
      event("2", "08:30", { kind: "tested", test: "leak", passed: true, result: "0.2 mbar" }, { serials: ["F-1"] }),
      event(
        "3",
        "08:40",
        { kind: "nonconformance", code: "SCRATCH", text: "left side", severity: "minor" },
        { serials: ["F-1"] },
      ),
      event(
        "4",
        "08:45",
        {
          kind: "measured",
          characteristic: "bore",
          value: rational(1202n, 100n),
          unit: "MM",
          lower: null,
          upper: rational(121n, 10n),
          passed: true,
        },
        { serials: ["F-1"] },
      ),
      good("5", "09:00", { ...at20, serials: ["F-1"], station: "WELD/2", operator: "OP-2" }),
    ];
    const [unit] = built(events, { serials: ["F-1"] });
    expect(unit?.record.operations.map(({ operation, station, operator }) => [operation, station, operator])).toEqual([
      ["0010", "SAW/1", "OP-1"],
      ["0020", "WELD/2", "OP-2"],
    ]);
    expect(unit?.record.results.map(({ kind, name, passed, text }) => [kind, name, passed, text])).toEqual([
      ["tested", "leak", true, "0.2 mbar"],
      ["nonconformance", "SCRATCH", false, "left side"],
      ["measured", "bore", true, "12.02 MM, … to 12.1"],
    ]);
  });

  it("loses nothing: over all pieces, components add up to what was used", () => {
    const amounts = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.subarray(["F-1", "F-2", "F-3"])), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(amounts, (uses) => {
        const made = ["F-1", "F-2", "F-3"].map((serial, at) =>
          good(`g-${at}`, `10:0${at}`, { ...at20, serials: [serial] }),
        );
        const consumed = uses.map(([amount, names], at) =>
          event(`u-${at}`, "09:00", used("BOLT", String(amount)), { serials: names }),
        );
        const units = built([...consumed, ...made], { serials: ["F-1", "F-2", "F-3"] });
        const sum = uses.reduce((all, [amount]) => plus(all, rational(BigInt(amount))), ZERO);
        expect(usedIn(units).get("BOLT" as ItemId) ?? ZERO).toEqual(sum);
      }),
    );
  });
});

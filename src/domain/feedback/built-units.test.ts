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

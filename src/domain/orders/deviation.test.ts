import { describe, expect, it } from "vitest";
import { exact } from "../bom/bom-builder.ts";
import type { ItemId, ProductionOrderId } from "../ids.ts";
import { PLANT, productionOrder } from "../testing.ts";
import type { GateReason } from "./design-gate.ts";
import { judgedGate, type Deviation } from "./deviation.ts";

const NOW = "2026-03-01T12:00:00.000Z";
const ORDER = productionOrder("MO-1", "FRAME", "40", "released");

const SUPERSEDED: GateReason = {
  item: "FRAME" as ItemId,
  what: "mBOM",
  supersededBy: "ECO-1",
  sentence: "ECO-1 has superseded mBOM BOM-1 of FRAME by BOM-2.",
};

/** Grete lets all orders of FRAME through, without limits, unless `more` says otherwise. */
function deviation(more: Partial<Deviation> = {}): Deviation {
  return {
    id: "DEV-1",
    plant: PLANT,
    item: "FRAME" as ItemId,
    supersededBy: "ECO-1",
    order: null,
    reason: "Old brackets are used up first.",
    approvedBy: "grete",
    quantity: null,
    used: exact("0"),
    taken: false,
    until: null,
    revoked: false,
    ...more,
  };
}

/** `open by DEV-1`, or why it is closed. */
function verdict(...deviations: readonly Deviation[]): string | null {
  const [judged] = judgedGate([SUPERSEDED], ORDER, deviations, NOW);
  if (judged === undefined) throw new Error("a reason went missing");
  return judged.deviation === null ? judged.shortfall : `open by ${judged.deviation.id}`;
}

describe("a deviation lets an order through", () => {
  it("for the item, or for the order alone", () => {
    expect(verdict(deviation())).toBe("open by DEV-1");
    expect(verdict(deviation({ order: "MO-1" as ProductionOrderId }))).toBe("open by DEV-1");
  });

  it("until its end, and up to its quantity with what others took", () => {
    expect(verdict(deviation({ until: "2026-03-01T12:00:00.001Z" }))).toBe("open by DEV-1");
    expect(verdict(deviation({ quantity: exact("100"), used: exact("60") }))).toBe("open by DEV-1");
  });

  it("when one of several does", () => {
    expect(verdict(deviation({ revoked: true }), deviation({ id: "DEV-2" }))).toBe("open by DEV-2");
    expect(verdict(deviation({ id: "DEV-2" }), deviation({ revoked: true }))).toBe("open by DEV-2");
  });
});

describe("a deviation leaves the gate closed, and says why,", () => {
  it("when its quantity is used up", () => {
    expect(verdict(deviation({ quantity: exact("100"), used: exact("60.5") }))).toBe(
      "The deviation of grete is for 100 EA, of which other orders have taken 60.5: not enough for 40.",
    );
  });

  it("when it has ended, to the instant", () => {
    expect(verdict(deviation({ until: NOW }))).toBe(`The deviation of grete ended at ${NOW}.`);
  });

  it("when it was revoked", () => {
    expect(verdict(deviation({ revoked: true }))).toBe("The deviation of grete was revoked.");
  });
});

describe("a deviation is none of an order's", () => {
  it("when it is for another order, another item or another change", () => {
    expect(verdict(deviation({ order: "MO-2" as ProductionOrderId }))).toBeNull();
    expect(verdict(deviation({ item: "DOOR" as ItemId }))).toBeNull();
    expect(verdict(deviation({ supersededBy: "ECO-2" }))).toBeNull();
  });
});

it("remembers what let the order through before, and no longer does", () => {
  const was = (...deviations: readonly Deviation[]) =>
    judgedGate([SUPERSEDED], ORDER, deviations, NOW).map(({ wasOpen }) => wasOpen);

  expect(was(deviation({ taken: true, until: NOW }))).toEqual([true]);
  expect(was(deviation({ until: NOW }))).toEqual([false]);
  expect(was(deviation({ taken: true }))).toEqual([false]);
});

it("judges each reason by itself: two changes need two deviations", () => {
  const second: GateReason = { ...SUPERSEDED, supersededBy: "ECO-2" };

  const judged = judgedGate([SUPERSEDED, second], ORDER, [deviation()], NOW);

  expect(judged.map(({ supersededBy, deviation: by }) => [supersededBy, by?.id ?? null])).toEqual([
    ["ECO-1", "DEV-1"],
    ["ECO-2", null],
  ]);
});

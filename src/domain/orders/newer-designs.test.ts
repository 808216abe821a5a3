import { describe, expect, it } from "vitest";
import { ebom, line, mbom, mbomLine, sourcing } from "../bom/bom-builder.ts";
import type { Day } from "../calendar.ts";
import { applied, books, planned, type Books, type Scenario } from "../plan-harness.ts";
import { change, plantItem, productionOrder } from "../testing.ts";
import { newerDesigns } from "./newer-designs.ts";

const RULES = sourcing({ make: ["PUMP", "STATION"], phantom: ["HEAD"], buy: ["SEAL", "BOLT"] });

/** The plant builds a pump from a phantom head, and a station from two pumps. */
const PLANT: Books = books({
  items: [
    plantItem("PUMP", { procurement: "make" }),
    plantItem("HEAD", { procurement: "phantom" }),
    plantItem("STATION", { procurement: "make" }),
    plantItem("SEAL"),
    plantItem("BOLT"),
  ],
  mboms: [
    mbom("HEAD", [mbomLine("L10", "SEAL", "2")]),
    mbom("PUMP", [mbomLine("L10", "HEAD", "1", { phantom: true }), mbomLine("L20", "BOLT", "4")]),
    mbom("STATION", [mbomLine("L10", "PUMP", "2")]),
  ],
  productionOrders: [
    productionOrder("MO-1", "PUMP", "10", "released", { SEAL: "20", BOLT: "40" }),
    productionOrder("MO-2", "STATION", "1", "released", { PUMP: "2" }),
  ],
});

function pump(bolts: string): Scenario["ebom"] {
  return ebom({ PUMP: [line("HEAD", "1"), line("BOLT", bolts)], HEAD: [line("SEAL", "2")] });
}

/** `PUMP by ECO-1, revision A`, for each item whose orders get another design. */
function designed(scenario: Omit<Scenario, "rules">, plant = PLANT): string[] {
  return newerDesigns(planned({ ...scenario, rules: RULES }, plant).plan).map(
    ({ item, change: by, revision, effectiveFrom }) =>
      `${item} by ${by}, revision ${revision}${effectiveFrom === null ? "" : ` from ${effectiveFrom}`}`,
  );
}

const SIX_BOLTS = { change: change({ PUMP: {} }), ebom: pump("6"), tops: ["PUMP"] };

describe("a released change gives another design to the orders of", () => {
  it("an item whose mBOM it changes, and not of those that use it", () => {
    expect(designed(SIX_BOLTS)).toEqual(["PUMP by ECO-1, revision A"]);
  });

  it("an item that is built from a changed one through a phantom", () => {
    const head = { change: change({ HEAD: {} }), ebom: ebom({ HEAD: [line("SEAL", "3")] }), tops: ["HEAD"] };

    expect(designed(head)).toEqual(["HEAD by ECO-1, revision A", "PUMP by ECO-1, revision null"]);
  });

  it("an item that gets another revision and the same components", () => {
    expect(designed({ ...SIX_BOLTS, ebom: pump("4") })).toEqual(["PUMP by ECO-1, revision A"]);
  });

  it("with the day that it is effective from", () => {
    const later = change({ PUMP: {} }, { effectiveFrom: "2026-04-01" as Day });

    expect(designed({ ...SIX_BOLTS, change: later })).toEqual(["PUMP by ECO-1, revision A from 2026-04-01"]);
  });

  it("just the same once it is applied", () => {
    const plan = planned({ ...SIX_BOLTS, rules: RULES }, PLANT).plan;

    expect(designed(SIX_BOLTS, applied(plan, PLANT))).toEqual(["PUMP by ECO-1, revision A"]);
  });
});

describe("it leaves alone", () => {
  it("what engineering lets run on, where only the drawing changes", () => {
    const runsOn = change({ PUMP: { wip: "use as is" } });

    expect(designed({ ...SIX_BOLTS, change: runsOn, ebom: pump("4") })).toEqual([]);
    expect(designed({ ...SIX_BOLTS, change: change({ PUMP: { wip: "exhaust" } }), ebom: pump("4") })).toEqual([]);
    expect(designed({ ...SIX_BOLTS, change: change({ PUMP: { wip: "rework" } }), ebom: pump("4") })).toHaveLength(1);
  });

  it("what it introduces: nothing was built by another design", () => {
    const introduced = change({ PUMP: { from: null } });

    expect(designed({ ...SIX_BOLTS, change: introduced, ebom: pump("4") })).toEqual([]);
  });

  it("everything, while it is not released or when it is withdrawn", () => {
    expect(designed({ ...SIX_BOLTS, change: change({ PUMP: {} }, { state: "in review", releasedAt: null }) })).toEqual(
      [],
    );
    expect(designed({ ...SIX_BOLTS, change: change({ PUMP: {} }, { state: "cancelled" }) })).toEqual([]);
  });
});

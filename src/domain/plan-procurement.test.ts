import { describe, expect, it } from "vitest";
import { ebom, line, mbom, mbomLine, sourcing } from "./bom/bom-builder.ts";
import type { ItemId } from "./ids.ts";
import type { ApprovedSource } from "./item.ts";
import { applied, books, planned, type Books, type Scenario } from "./plan-harness.ts";
import type { ProcurementRecord } from "./plant-item.ts";
import { change, euro, PLANT, plantItem, source } from "./testing.ts";

/** PUMP rev A has the seal of this source in the place of another. */
function newSeal(sources: readonly ApprovedSource[], more: Partial<Scenario> = {}): Scenario {
  return {
    change: change({ PUMP: {} }),
    ebom: ebom({ PUMP: [line("FRAME", "1"), line("SEAL", "2")] }, { SEAL: { approvedSources: sources } }),
    rules: sourcing({ buy: ["FRAME", "SEAL"] }),
    tops: ["PUMP"],
    ...more,
  };
}

const BEFORE = books({
  items: [plantItem("PUMP", { procurement: "make" }), plantItem("FRAME"), plantItem("OLD-SEAL"), plantItem("SEAL")],
  mboms: [mbom("PUMP", [mbomLine("L10", "FRAME", "1"), mbomLine("L20", "OLD-SEAL", "2")])],
  suppliers: ["SEALCO"],
});
const SEALCO = source("SEALCO", 14, "3.50");

function record(differs: Partial<ProcurementRecord> = {}): ProcurementRecord {
  return { item: "SEAL" as ItemId, plant: PLANT, ...SEALCO, ...differs };
}

function records(scenario: Scenario, held: Books) {
  return planned(scenario, held).plan.actions.flatMap((action) =>
    action.kind === "set procurement record" ? [action.record] : [],
  );
}

describe("the procurement record of a part that takes another's place", () => {
  it("names engineering's preferred source with its lead time", () => {
    expect(records(newSeal([SEALCO, source("OTHER", 2, "1")]), BEFORE)).toEqual([record()]);
  });

  it("is changed where lead time, source or price differ, over the state that was read", () => {
    for (const differs of [{ leadTimeDays: 30 }, { supplierItem: "X" }, { price: euro("4") }, { price: null }]) {
      const held = { ...BEFORE, procurement: [record(differs)] };
      const [action] = planned(newSeal([SEALCO]), held).plan.actions.filter(
        ({ kind }) => kind === "set procurement record",
      );
      expect(action).toMatchObject({ record: record(), was: record(differs) });
    }
  });

  it("stays where it says the same", () => {
    expect(records(newSeal([SEALCO]), { ...BEFORE, procurement: [record()] })).toEqual([]);
  });

  it("keeps the buyer's price where engineering has none, of the same source only", () => {
    const unpriced = newSeal([source("SEALCO", 14, null)]);
    const bought = { price: euro("3.20") };
    expect(records(unpriced, { ...BEFORE, procurement: [record(bought)] })).toEqual([]);
    expect(records(unpriced, { ...BEFORE, procurement: [record({ ...bought, leadTimeDays: 30 })] })).toEqual([
      record(bought),
    ]);
    expect(records(unpriced, { ...BEFORE, procurement: [record({ ...bought, supplierItem: "X" })] })).toEqual([
      record({ price: null }),
    ]);
  });

  it("is left out with a warning where the ERP does not know the supplier", () => {
    const { plan } = planned(newSeal([SEALCO]), { ...BEFORE, suppliers: [] });
    expect(plan.actions.map(({ kind }) => kind)).not.toContain("set procurement record");
    expect(plan.findings.filter(({ code }) => code === "supplier-unknown")).toMatchObject([
      {
        severity: "warning",
        item: "SEAL",
        cause: "Engineering's preferred supplier SEALCO of SEAL is not known, or blocked, in erp.",
      },
    ]);
  });

  it("is not asked of what is made", () => {
    const made = newSeal([SEALCO], { rules: sourcing({ buy: ["FRAME"], make: ["SEAL"] }) });
    expect(records(made, BEFORE)).toEqual([]);
  });
});

describe("a procurement record that is the buyer's", () => {
  const seal = [mbomLine("L10", "FRAME", "1"), mbomLine("L20", "SEAL", "1")];
  const used: Books = { ...BEFORE, mboms: [mbom("PUMP", seal)], procurement: [record({ leadTimeDays: 99 })] };

  it("is left alone where the pump has the part already", () => {
    expect(records(newSeal([SEALCO]), used)).toEqual([]);
  });

  it("follows engineering again when the part itself is revised", () => {
    expect(records(newSeal([SEALCO], { change: change({ PUMP: {}, SEAL: {} }) }), used)).toEqual([record()]);
  });

  it("is left alone in a first mBOM", () => {
    const first = { ...used, mboms: [] };
    expect(records(newSeal([SEALCO]), first)).toEqual([]);
    expect(records(newSeal([SEALCO]), { ...first, procurement: [] })).toEqual([record()]);
  });
});

it("is still set after a crash that came when the new item was there already", () => {
  const scenario = newSeal([SEALCO], { change: change({ PUMP: { from: null } }) });
  const empty = books({ suppliers: ["SEALCO"] });
  const { plan } = planned(scenario, empty);
  const items = plan.actions.filter(({ kind }) => kind === "create item");
  expect(items.map(({ id }) => id)).toContain("create item:SEAL");
  expect(records(scenario, applied({ ...plan, actions: items }, empty))).toEqual([record()]);
});

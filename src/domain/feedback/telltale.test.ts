import { describe, expect, it } from "vitest";
import type { ItemId, PlantId, Revision } from "../ids.ts";
import type { Mbom, MbomLine } from "../mbom.ts";
import { telltalesOf } from "./telltale.ts";

function mbom(revision: string, ...items: readonly string[]): Mbom {
  return {
    plant: "1000" as PlantId,
    item: "FX-110" as ItemId,
    revision: revision as Revision,
    lines: items.map((item) => ({ item }) as MbomLine),
  };
}

function telltales(before: Mbom | null, after: Mbom, ...published: readonly string[]): readonly unknown[] {
  return telltalesOf(before, after, published as readonly Revision[]);
}

const ANY = null;

describe("what tells the new design from the old", () => {
  it("is the unit's own revision, then a component that only one of the two has", () => {
    expect(telltales(mbom("A", "MOT-024", "BOLT"), mbom("B", "MOT-025", "BOLT"), "B")).toEqual([
      { by: "revision", old: ["A"], new: ["B"] },
      { by: "component", old: [{ item: "MOT-024", revision: ANY }], new: [{ item: "MOT-025", revision: ANY }] },
    ]);
  });

  it("counts revisions that came before and after as old and new", () => {
    expect(telltales(mbom("B", "BOLT"), mbom("C", "BOLT"), "A", "B", "C", "D")).toEqual([
      { by: "revision", old: ["A", "B"], new: ["C", "D"] },
    ]);
  });

  it("takes what a later change went back to as old", () => {
    expect(telltales(mbom("A", "BOLT"), mbom("B", "BOLT"), "A", "B", "A")).toEqual([
      { by: "revision", old: ["A"], new: ["B"] },
    ]);
  });

  it("is a component alone where the revision stays", () => {
    expect(telltales(mbom("A", "BOLT"), mbom("A", "BOLT", "NUT"), "A")).toEqual([
      { by: "component", old: [], new: [{ item: "NUT", revision: ANY }] },
    ]);
  });

  it("is nothing where only quantities changed, or nothing was built before", () => {
    expect(telltales(mbom("A", "BOLT"), mbom("A", "BOLT"), "A")).toEqual([]);
    expect(telltales(null, mbom("A", "BOLT"), "A")).toEqual([]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChangeId, ItemId, PlantId, Revision } from "../ids.ts";
import { cutIns, designOf, type BuiltUnit, type CutIn, type PlannedCutIn, type Telltale } from "./cut-in.ts";
import { cutInText } from "./cut-in-text.ts";

const ECO = "ECO-0007" as ChangeId;
const PLANT = "1000" as PlantId;
const B_TO_C: Telltale = { by: "revision", old: ["B" as Revision], new: ["C" as Revision] };

/** `"B B C"`: FX-1, FX-2 and FX-3 were built an hour after each other, by these revisions; `?` by none that is known. */
function built(revisions: string, plant: PlantId = PLANT): BuiltUnit[] {
  return revisions.split(" ").map((revision, at) => ({
    plant,
    id: `FX-${at + 1}`,
    builtAt: `2026-03-02T${String(at).padStart(2, "0")}:00:00.000Z`,
    revision: revision === "?" ? null : (revision as Revision),
    components: [],
  }));
}

function cutIn(units: readonly BuiltUnit[], planned: PlannedCutIn | null = null): CutIn {
  const [one] = cutIns([{ plant: PLANT, planned }], units, B_TO_C);
  if (one === undefined) throw new Error("the plant went missing");
  return one;
}

function found(revisions: string, planned: PlannedCutIn | null = null): string {
  return cutInText(ECO, cutIn(built(revisions), planned));
}

function plannedFrom(first: string): PlannedCutIn {
  return { kind: "serial", first };
}

/** `BRACKET rev A`, or `BRACKET` of any revision. */
function use(text: string): BuiltUnit["components"][number] {
  const [item = "", revision = null] = text.split(" rev ");
  return { item: item as ItemId, revision: revision as Revision | null };
}

function unitOf(...components: readonly string[]): BuiltUnit {
  return {
    plant: PLANT,
    id: "FX-1",
    builtAt: "2026-03-02T00:00:00.000Z",
    revision: null,
    components: components.map(use),
  };
}

function component(old: readonly string[], newer: readonly string[]): Telltale {
  return { by: "component", old: old.map(use), new: newer.map(use) };
}

describe("where a change cut in", () => {
  it("is the first unit of the new design", () => {
    expect(found("B B C C")).toBe("ECO-0007 cut in at plant 1000 with FX-3, built 2026-03-02T02:00:00.000Z.");
  });

  it("is not a prototype that was built ahead", () => {
    expect(found("B C B B B C C C")).toBe(
      "ECO-0007 cut in at plant 1000 with FX-6, built 2026-03-02T05:00:00.000Z. Both designs were built side by side (the first new FX-2, the last old FX-5): before the cut-in FX-2 is new already.",
    );
  });

  it("is not moved by old units that were finished late", () => {
    expect(found("B B C C B C B C")).toBe(
      "ECO-0007 cut in at plant 1000 with FX-3, built 2026-03-02T02:00:00.000Z. Both designs were built side by side (the first new FX-3, the last old FX-7): after it 2 units (FX-5 to FX-7) are still old.",
    );
  });

  it("is said to be unknown when only new ones are on record", () => {
    expect(found("C C")).toBe(
      "ECO-0007 cut in at plant 1000 with FX-1, built 2026-03-02T00:00:00.000Z; nothing of the old design is on record before it.",
    );
  });

  it("is nowhere yet when the old design goes on", () => {
    expect(found("B B")).toBe(
      "ECO-0007 has not cut in at plant 1000: FX-2, built 2026-03-02T01:00:00.000Z, is still of the old design.",
    );
    expect(found("B C B B")).toBe(
      "ECO-0007 has not cut in at plant 1000: FX-4, built 2026-03-02T03:00:00.000Z, is still of the old design. FX-2 is of the new design, and the old one went on after.",
    );
  });

  it("is not made up when nothing tells", () => {
    expect(found("? ?")).toBe(
      "Nothing shows where ECO-0007 cut in at plant 1000: no unit on record tells old from new.",
    );
    expect(cutInText(ECO, cutIn([]))).toBe("Nothing shows where ECO-0007 cut in at plant 1000: no unit is on record.");
    expect(found("B ? C")).toMatch(/What is on record of FX-2 does not tell the design\.$/);
  });

  it("is another one at each plant", () => {
    const other = "2000" as PlantId;
    const both = cutIns(
      [PLANT, other].map((plant) => ({ plant, planned: null })),
      [...built("B B C"), ...built("B C C", other)],
      B_TO_C,
    );
    expect(both.map((one) => (one.kind === "cut in" ? one.from.id : null))).toEqual(["FX-3", "FX-2"]);
  });
});

describe("against the plan", () => {
  it("as planned", () => {
    expect(found("B B C", plannedFrom("FX-3"))).toMatch(/ This is as planned, from FX-3 on\.$/);
    expect(found("B B C", { kind: "instant", at: "2026-03-02T01:30:00.000Z" })).toMatch(/ This is as planned/);
  });

  it("late and early", () => {
    expect(found("B B B C", plannedFrom("FX-2"))).toMatch(
      / Planned was from FX-2 on: 2 units \(FX-2 to FX-3\) are of the old design after\.$/,
    );
    expect(found("B C C C", { kind: "instant", at: "2026-03-02T02:00:00.000Z" })).toMatch(
      / Planned was from 2026-03-02T02:00:00\.000Z on: FX-2 is of the new design before\.$/,
    );
  });

  it("reads serials as people do: FX-10 comes after FX-9", () => {
    expect(found("B B B B B B B B B C C", plannedFrom("FX-10"))).toMatch(/as planned/);
  });
});

describe("a component tells the design", () => {
  it("that is replaced", () => {
    const motor = component(["MOTOR-24V"], ["MOTOR-24V-B"]);
    expect(designOf(unitOf("MOTOR-24V rev A", "BOLT"), motor)).toBe("old");
    expect(designOf(unitOf("MOTOR-24V-B"), motor)).toBe("new");
    expect(designOf(unitOf("BOLT"), motor)).toBeNull();
    expect(designOf(unitOf("MOTOR-24V", "MOTOR-24V-B"), motor)).toBeNull();
  });

  it("that is revised", () => {
    const bracket = component(["BRACKET rev A"], ["BRACKET rev B"]);
    expect(designOf(unitOf("BRACKET rev A"), bracket)).toBe("old");
    expect(designOf(unitOf("BRACKET rev B"), bracket)).toBe("new");
    expect(designOf(unitOf("BRACKET"), bracket)).toBeNull();
  });

  it("that is added or removed", () => {
    expect(designOf(unitOf("BOLT"), component([], ["WASHER"]))).toBe("old");
    expect(designOf(unitOf("BOLT", "WASHER"), component([], ["WASHER"]))).toBe("new");
    expect(designOf(unitOf("BOLT", "WASHER"), component(["WASHER"], []))).toBe("old");
    expect(designOf(unitOf("BOLT"), component(["WASHER"], []))).toBe("new");
  });
});

const anyUnits = fc
  .array(fc.constantFrom("B", "C", "?"), { minLength: 1, maxLength: 12 })
  .map((revisions) => built(revisions.join(" ")));

it("finds the same whatever the order in which facts arrive", () => {
  fc.assert(
    fc.property(
      anyUnits.chain((units) => fc.tuple(fc.constant(units), fc.shuffledSubarray(units, { minLength: units.length }))),
      ([units, shuffled]) => {
        const [there, here] = [cutIn(units), cutIn(shuffled)];
        expect(cutInText(ECO, { ...here, untold: [] })).toBe(cutInText(ECO, { ...there, untold: [] }));
        expect(new Set(here.untold)).toEqual(new Set(there.untold));
      },
    ),
  );
});

it("leaves no more units on the wrong side than any other cut would, and each unit once", () => {
  fc.assert(
    fc.property(anyUnits, (units) => {
      const one = cutIn(units);
      const told = units.filter(({ revision }) => revision !== null);
      const wrongAt = (cut: number): number =>
        told.filter(({ revision }, at) => (revision === "C") !== at >= cut).length;
      const least = Math.min(...Array.from({ length: told.length + 1 }, (_, cut) => wrongAt(cut)));
      expect(one.untold).toHaveLength(units.length - told.length);
      if (one.kind === "cut in") {
        expect(one.newBefore.length + one.oldAfter.length).toBe(least);
        expect(wrongAt(told.indexOf(one.from))).toBe(least);
        expect(one.from.revision).toBe("C");
      } else if (one.kind === "not cut in") {
        expect(one.newAmong).toHaveLength(least);
        for (const [at, { revision }] of told.entries())
          if (revision === "C") expect(wrongAt(at)).toBeGreaterThan(least);
      } else expect(told).toEqual([]);
    }),
  );
});

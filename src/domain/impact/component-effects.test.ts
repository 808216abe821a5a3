import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mbom, mbomLine } from "../bom/bom-builder.ts";
import type { ItemId } from "../ids.ts";
import type { MbomLine } from "../mbom.ts";
import { change } from "../testing.ts";
import { componentEffects, type MbomStep } from "./component-effects.ts";
import { effectText } from "./effect-text.ts";

const NOTHING_REVISED = change({});

function step(item: string, before: readonly MbomLine[] | null, after: readonly MbomLine[]): MbomStep {
  return { item: item as ItemId, before: before === null ? null : mbom(item, before), after: mbom(item, after) };
}

function effects(steps: readonly MbomStep[], by = NOTHING_REVISED): readonly string[] {
  return componentEffects(steps, by).map(effectText);
}

const frame = mbomLine("L10", "FRAME", "1");
const perOrder = { basis: "per order" } as const;
const swarf = (amount: string) => mbomLine("+swarf", "SWARF", amount, { output: "by-product" });

describe("what a change does to components", () => {
  it("finds what is removed", () => {
    expect(effects([step("PUMP", [frame, mbomLine("L20", "LABEL", "1")], [frame])])).toEqual([
      "LABEL is removed in PUMP",
    ]);
  });

  it("finds what is replaced: another item stands on the same line", () => {
    const before = [frame, mbomLine("L20", "SEAL-1", "2")];
    expect(effects([step("PUMP", before, [frame, mbomLine("L20", "SEAL-2", "2")])])).toEqual([
      "SEAL-1 is replaced by SEAL-2 in PUMP",
    ]);
  });

  it("finds what is needed in another quantity or unit", () => {
    const before = [mbomLine("L10", "BOLT", "4"), mbomLine("L20", "WIRE", "1.5 MTR"), mbomLine("L30", "GLUE", "5 GRM")];
    const after = [mbomLine("L10", "BOLT", "6"), mbomLine("L20", "WIRE", "150 CMT"), mbomLine("L30", "GLUE", "5 GRM")];
    expect(effects([step("PUMP", before, after)])).toEqual([
      "BOLT is needed in another quantity in PUMP",
      "WIRE is counted in another unit in PUMP",
    ]);
  });

  it("says nothing of what comes out: a component that becomes a by-product is removed", () => {
    expect(effects([step("PUMP", [frame, swarf("1")], [frame, swarf("2")])])).toEqual([]);
    expect(effects([step("PUMP", [frame, swarf("1")], [frame])])).toEqual([]);
    expect(effects([step("PUMP", [frame, mbomLine("+swarf", "SWARF", "1")], [frame, swarf("1")])])).toEqual([
      "SWARF is removed in PUMP",
    ]);
  });

  it("adds lines of one item up: splitting a line changes nothing", () => {
    const after = [mbomLine("L10", "BOLT", "3"), mbomLine("L11", "BOLT", "1")];
    expect(effects([step("PUMP", [mbomLine("L10", "BOLT", "4")], after)])).toEqual([]);
  });

  it("keeps what is needed per order apart from what is needed per assembly", () => {
    const before = [mbomLine("L10", "BOLT", "2"), mbomLine("L20", "BOLT", "1", perOrder)];
    const after = [mbomLine("L10", "BOLT", "1"), mbomLine("L20", "BOLT", "2", perOrder)];
    expect(effects([step("PUMP", before, after)])).toEqual(["BOLT is needed in another quantity in PUMP"]);
  });

  it("sees a line in another dimension beside the others", () => {
    const before = [mbomLine("L10", "WIRE", "2 MTR"), mbomLine("L20", "WIRE", "1 KGM")];
    const after = [mbomLine("L10", "WIRE", "2 MTR"), mbomLine("L20", "WIRE", "3 KGM")];
    expect(effects([step("PUMP", before, after)])).toEqual(["WIRE is needed in another quantity in PUMP"]);
  });

  it("says nothing of an item that only comes in, nor of a first mBOM", () => {
    expect(effects([step("PUMP", [], [frame]), step("HUB", null, [frame])])).toEqual([]);
  });

  it("finds what is revised, wherever the change shows it used", () => {
    const uses = [step("PUMP", [frame], [frame]), step("HUB", [], [])];
    expect(effects(uses, change({ FRAME: {} }))).toEqual(["FRAME is revised in PUMP"]);
  });

  it("takes an item that the change introduces for no revision", () => {
    expect(effects([], change({ "SEAL-2": { from: null } }))).toEqual([]);
  });

  it("takes an item that the change retires as removed, unless the lines say more", () => {
    const retires = change({ "SEAL-1": { to: null }, KNOB: { to: null } });
    const steps = [step("PUMP", [mbomLine("L20", "SEAL-1", "2")], [mbomLine("L20", "SEAL-2", "2")])];
    expect(effects(steps, retires)).toEqual(["KNOB is removed", "SEAL-1 is replaced by SEAL-2 in PUMP"]);
  });

  it("joins what several assemblies show of one component", () => {
    const [four, six] = [mbomLine("L10", "BOLT", "4"), mbomLine("L10", "BOLT", "6")];
    const steps = [step("PUMP", [four], [six]), step("HUB", [four], [])];
    expect(effects(steps)).toEqual(["BOLT is needed in another quantity and removed in HUB, PUMP"]);
  });

  it("finds the same whatever the order of lines", () => {
    const lines = fc.uniqueArray(
      fc.tuple(fc.constantFrom("BOLT", "NUT", "WIRE"), fc.constantFrom("1", "2", "1 KGM"), fc.nat(20)),
      { selector: ([, , at]) => at },
    );
    const built = lines.map((drawn) => drawn.map(([item, amount, at]) => mbomLine(`L${at}`, item, amount)));
    fc.assert(
      fc.property(built, built, (before, after) => {
        const found = componentEffects([step("PUMP", before, after)], NOTHING_REVISED);
        expect(componentEffects([step("PUMP", before.toReversed(), after)], NOTHING_REVISED)).toEqual(found);
        expect(componentEffects([step("PUMP", after, after)], NOTHING_REVISED)).toEqual([]);
      }),
    );
  });
});

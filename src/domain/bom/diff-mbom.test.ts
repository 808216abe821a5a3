import { describe, expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import type { ItemId, OperationId, RuleName } from "../ids.ts";
import { NO_SCRAP, type MbomLine } from "../mbom.ts";
import { ZERO } from "../rational.ts";
import { exact, mbom, mbomLine, quantity, when } from "./bom-builder.ts";
import { diffMbom, sameLine, sameMbom } from "./diff-mbom.ts";
import { changedFields, lineText } from "./line-fields.ts";
import type { MbomField } from "./mbom-diff.ts";

const RULE = "a rule" as RuleName;
const op = (text: string) => text as OperationId;

describe("diffMbom", () => {
  it("shows every line as added where there is no mBOM yet", () => {
    const planned = mbom("FRAME", [mbomLine("L10", "BOLT", "8")]);
    expect(diffMbom(null, planned)).toEqual({ added: planned.lines, removed: [], changed: [], same: [] });
    expect(sameMbom(null, planned)).toBe(false);
  });

  it("names the fields of a line that changed, also its item", () => {
    const before = mbom("FRAME", [
      mbomLine("L10", "BOLT", "8"),
      mbomLine("L20", "NUT", "8", { operation: op("0010") }),
    ]);
    const after = mbom("FRAME", [
      mbomLine("L10", "SCREW", "8"),
      mbomLine("L20", "NUT", "6", { operation: op("0020"), scrap: { ...NO_SCRAP, componentPercent: exact("5") } }),
    ]);
    expect(diffMbom(before, after).changed.map(({ from, to, fields }) => [from.item, to.item, fields])).toEqual([
      ["BOLT", "SCREW", ["item"]],
      ["NUT", "NUT", ["quantity", "operation", "scrap"]],
    ]);
  });

  it("calls a thousand grams and a kilogram different figures", () => {
    const before = mbom("FRAME", [mbomLine("L10", "RESIN", "1000 GRM")]);
    const after = mbom("FRAME", [mbomLine("L10", "RESIN", "1 KGM")]);
    expect(diffMbom(before, after).changed[0]?.fields).toEqual(["quantity"]);
  });

  it("takes no scrap and zero scrap for one, and designators in any order", () => {
    const before = mbom("FRAME", [
      mbomLine("L10", "R10K", "2", {
        referenceDesignators: ["R2", "R1"],
        scrap: { ...NO_SCRAP, componentPercent: ZERO },
      }),
    ]);
    const after = mbom("FRAME", [mbomLine("L10", "R10K", "2", { referenceDesignators: ["R1", "R2"] })]);
    expect(sameMbom(before, after)).toBe(true);
  });

  it("matches lines that a planner typed by item and operation", () => {
    const before = mbom("FRAME", [
      mbomLine("10", "BOLT", "4", { operation: op("0020") }),
      mbomLine("20", "BOLT", "2", { operation: op("0010") }),
    ]);
    const after = mbom("FRAME", [
      mbomLine("L10", "BOLT", "3", { operation: op("0010") }),
      mbomLine("L20", "BOLT", "5", { operation: op("0020") }),
    ]);
    expect(diffMbom(before, after).changed.map(({ from, to, fields }) => [from.key, to.key, fields])).toEqual([
      ["20", "L10", ["quantity"]],
      ["10", "L20", ["quantity"]],
    ]);
  });

  it("matches duplicates of one part with their equals first, then by their designators", () => {
    const before = mbom("FRAME", [
      mbomLine("10", "R10K", "1", { referenceDesignators: ["R7"] }),
      mbomLine("20", "R10K", "2", { referenceDesignators: ["R1", "R2"], operation: op("0010") }),
      mbomLine("30", "R10K", "5"),
    ]);
    const after = mbom("FRAME", [
      mbomLine("L10", "R10K", "5"),
      mbomLine("L20", "R10K", "2", { referenceDesignators: ["R1", "R2"], operation: op("0020") }),
      mbomLine("L30", "R10K", "9"),
    ]);
    const diff = diffMbom(before, after);
    expect(diff.same.map((line) => line.key)).toEqual(["L10"]);
    expect(diff.changed.map(({ from, to, fields }) => [from.key, to.key, fields])).toEqual([
      ["20", "L20", ["operation"]],
      ["10", "L30", ["quantity", "reference designators"]],
    ]);
  });

  it("adds one line where a PLM that numbers lines by their place moved all numbers on", () => {
    const [bolt, seal] = [mbomLine("L10", "BOLT", "4"), mbomLine("L20", "SEAL", "2")];
    const plate = mbomLine("L10", "PLATE", "1");
    const moved = [{ ...bolt, key: seal.key }, mbomLine("L30", "SEAL", "2")];
    const { added, removed, changed, same } = diffMbom(mbom("FRAME", [bolt, seal]), mbom("FRAME", [plate, ...moved]));
    expect({ added, removed, changed, same }).toEqual({ added: [plate], removed: [], changed: [], same: moved });
  });

  it("removes one of two equal lines, not both", () => {
    const two = mbom("FRAME", [mbomLine("10", "BOLT", "1"), mbomLine("20", "BOLT", "1")]);
    const one = mbom("FRAME", [mbomLine("L10", "BOLT", "1")]);
    const diff = diffMbom(two, one);
    expect([diff.same.length, diff.removed.map((line) => line.key), diff.added]).toEqual([1, ["20"], []]);
    expect(diffMbom(two, mbom("FRAME", [])).removed.map((line) => line.quantity)).toEqual([
      quantity("1"),
      quantity("1"),
    ]);
  });

  it("matches a line by its designators where its operation has changed, not with one that has none", () => {
    const before = mbom("FRAME", [
      mbomLine("10", "R10K", "1", { operation: op("0010") }),
      mbomLine("20", "R10K", "1", { operation: op("0020"), referenceDesignators: ["R7"] }),
    ]);
    const after = mbom("FRAME", [
      mbomLine("L10", "R10K", "2", { operation: op("0010"), referenceDesignators: ["R7"] }),
      mbomLine("L20", "R10K", "3", { operation: op("0020") }),
    ]);
    expect(diffMbom(before, after).changed.map(({ from, to, fields }) => [from.key, to.key, fields])).toEqual([
      ["20", "L10", ["quantity", "operation"]],
      ["10", "L20", ["quantity", "operation"]],
    ]);
  });
});

describe("a line", () => {
  const plain = mbomLine("L10", "BOLT", "8");
  const june = { from: "2026-06-01" as Day, until: null };
  const changes: readonly (readonly [MbomField, Partial<MbomLine>])[] = [
    ["item", { item: "SCREW" as ItemId }],
    ["quantity", { quantity: quantity("9") }],
    ["basis", { basis: "per order" }],
    ["operation", { operation: op("0010") }],
    ["supply", { supply: "bulk" }],
    ["scrap", { scrap: { ...NO_SCRAP, operationPercent: exact("5") } }],
    ["phantom", { phantom: true }],
    ["reference designators", { referenceDesignators: ["B1"] }],
    ["alternates", { alternates: ["SCREW" as ItemId] }],
    ["usage", { usage: [{ item: "BOLT" as ItemId, percent: exact("100"), factor: exact("1") }] }],
    ["effectivity", { effectivity: june }],
    ["option", when("MOTOR = AC")],
    ["output", { output: "by-product" }],
  ];

  it.each(changes)("that differs in its %s differs in nothing else", (field, more) => {
    const other = { ...plain, ...more };
    expect(changedFields(plain, other)).toEqual([field]);
    expect(changedFields(other, plain)).toEqual([field]);
    expect(sameLine(plain, other)).toBe(false);
    expect(lineText(plain)).not.toBe(lineText(other));
  });

  it("is the same whatever its key and origin", () => {
    const retyped: MbomLine = {
      ...plain,
      key: "K" as MbomLine["key"],
      origin: { kind: "rule", rule: RULE, driver: null },
    };
    expect(sameLine(plain, retyped)).toBe(true);
    expect(lineText(plain)).toBe(lineText(retyped));
  });
});

describe("sameMbom", () => {
  const bolt = mbomLine("L10", "BOLT", "8");
  const nut = mbomLine("L20", "NUT", "4");
  const pin = mbomLine("L30", "PIN", "2");

  it("sees through keys that an ERP has swapped, and through the order of lines", () => {
    const swapped = [
      { ...nut, key: bolt.key },
      { ...pin, key: nut.key },
      { ...bolt, key: pin.key },
    ];
    expect(sameMbom(mbom("FRAME", swapped), mbom("FRAME", [bolt, nut, pin]))).toBe(true);
    expect(sameMbom(mbom("FRAME", [pin, nut, bolt]), mbom("FRAME", [bolt, nut, pin]))).toBe(true);
  });

  it("is false as soon as one line says something else, or there are more or fewer", () => {
    const whole = mbom("FRAME", [bolt, nut, pin]);
    expect(sameMbom(mbom("FRAME", [bolt, nut, { ...pin, quantity: quantity("3") }]), whole)).toBe(false);
    expect(sameMbom(mbom("FRAME", [bolt, nut]), whole)).toBe(false);
    expect(sameMbom(whole, mbom("FRAME", [bolt, nut]))).toBe(false);
    const [more, others] = [mbomLine("L40", "BOLT", "8"), mbomLine("L50", "NUT", "4")];
    expect(sameMbom(mbom("FRAME", [bolt, more, nut]), mbom("FRAME", [bolt, nut, others]))).toBe(false);
    expect(sameMbom(mbom("FRAME", []), mbom("FRAME", []))).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import type { OperationId } from "../ids.ts";
import { NO_SCRAP } from "../mbom.ts";
import { ZERO } from "../rational.ts";
import { exact, mbom, mbomLine, quantity } from "./bom-builder.ts";
import { diffMbom, sameMbom } from "./diff-mbom.ts";

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
});

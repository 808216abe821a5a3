import { describe, expect, it } from "vitest";
import { quantity } from "../bom/bom-builder.ts";
import type { ItemId } from "../ids.ts";
import type { Mbom, SupplyType } from "../mbom.ts";
import { quantityText } from "../quantity.ts";
import { ONE } from "../rational.ts";
import { designLines, shareOfPiece } from "./design-lines.ts";

const needs = (line: string, item: string, required: string, supply: SupplyType | null = null) => ({
  line,
  item: item as ItemId,
  required: quantity(required),
  supply,
});

describe("the design of a piece", () => {
  it("is its share of what the order needs; what nobody counts has no figure", () => {
    const order = [
      needs("10", "MOT-024", "40 EA"),
      needs("20", "GREASE", "0.1 KGM", "bulk"),
      needs("30", "SCR", "41 EA"),
    ];
    const lines = designLines(order, shareOfPiece(quantity("40 EA")), null);
    expect(lines.map(({ item, required }) => [item, required === null ? null : quantityText(required)])).toEqual([
      ["MOT-024", "1 EA"],
      ["GREASE", null],
      ["SCR", "1.025 EA"],
    ]);
    expect(designLines(order, null, null).every(({ required }) => required === null)).toBe(true);
    expect(shareOfPiece(quantity("0 EA"))).toBeNull();
  });

  it("lets stand in what the published mBOM does", () => {
    const mbom = {
      lines: [
        { item: "MOT-024", alternates: ["MOT-025"] },
        { item: "MOT-024", alternates: ["MOT-025", "MOT-026"] },
      ],
    } as unknown as Mbom;
    const [motor, screw] = designLines([needs("10", "MOT-024", "1 EA"), needs("20", "SCR", "4 EA")], ONE, mbom);
    expect(motor?.alternates).toEqual(["MOT-025", "MOT-026"]);
    expect(screw?.alternates).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { Day } from "../calendar.ts";
import type { ItemId, OperationId } from "../ids.ts";
import { NO_SCRAP, type MbomLine } from "../mbom.ts";
import { ZERO } from "../rational.ts";
import { exact, mbomLine, quantity, when } from "./bom-builder.ts";
import { FIELD_NAMES, fieldWords, lineWords, saysNothingOf, withField } from "./line-fields.ts";

const plain = mbomLine("L10", "BOLT", "8");
const full: MbomLine = {
  ...mbomLine("L20", "SCREW", "2.5 MTR"),
  basis: "per order",
  operation: "0010" as OperationId,
  supply: "bulk",
  scrap: { componentPercent: exact("3"), operationPercent: exact("1.5"), fixedPerOrder: exact("2") },
  phantom: true,
  referenceDesignators: ["R10", "R9"],
  alternates: ["NUT" as ItemId, "PIN" as ItemId],
  usage: [
    { item: "SCREW" as ItemId, percent: exact("80"), factor: exact("1") },
    { item: "NUT" as ItemId, percent: exact("20"), factor: exact("2") },
  ],
  effectivity: { from: "2026-06-01" as Day, until: null },
  ...when("MOTOR = AC"),
  output: "by-product",
};

describe("a line in words", () => {
  it("says of each field what a person reads", () => {
    expect(FIELD_NAMES.map((field) => `${field}: ${fieldWords(full, field)}`)).toEqual([
      "item: SCREW",
      "quantity: 2.5 MTR",
      "basis: per order",
      "operation: 0010",
      "supply: bulk",
      "scrap: 3 % of the component, 1.5 % of the operation, 2 per order",
      "phantom: phantom",
      "reference designators: R9 R10",
      "alternates: NUT, PIN",
      "usage: 80 % SCREW, 20 % NUT × 2",
      "effectivity: from 2026-06-01",
      "option: MOTOR = AC",
      "output: by-product",
    ]);
  });

  it("says nothing of what it has none of", () => {
    const silent = FIELD_NAMES.filter((field) => saysNothingOf(plain, field));
    expect(silent).toEqual(FIELD_NAMES.filter((field) => !["item", "quantity", "basis"].includes(field)));
    expect(silent.map((field) => fieldWords(plain, field))).toEqual(silent.map(() => "none"));
    expect(lineWords(plain)).toBe("8 EA BOLT, per assembly");
    expect(lineWords({ ...plain, operation: "0020" as OperationId, phantom: true })).toBe(
      "8 EA BOLT, per assembly, 0020, phantom",
    );
  });

  it("takes a scrap of zero for none", () => {
    const zero = { ...NO_SCRAP, componentPercent: ZERO, operationPercent: ZERO };
    expect(saysNothingOf({ ...plain, scrap: zero }, "scrap")).toBe(true);
    expect(fieldWords({ ...plain, scrap: { ...zero, fixedPerOrder: exact("1") } }, "scrap")).toBe("1 per order");
  });
});

describe("a field of another line", () => {
  it.each(FIELD_NAMES)("is taken over, %s, and no other", (field) => {
    for (const [line, other] of [
      [plain, full],
      [full, plain],
    ] as const) {
      const taken = withField(line, other, field);
      for (const each of FIELD_NAMES) {
        expect(fieldWords(taken, each), each).toBe(fieldWords(each === field ? other : line, each));
      }
      expect(taken.key).toBe(line.key);
    }
  });

  it("is absent where the other line has none", () => {
    expect("output" in withField(full, plain, "output")).toBe(false);
    expect("option" in withField(full, plain, "option")).toBe(false);
    expect(withField(plain, { ...plain, quantity: quantity("9") }, "quantity").quantity).toEqual(quantity("9"));
  });
});

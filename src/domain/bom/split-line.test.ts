import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OperationId } from "../ids.ts";
import { isWhole, plus, rational, rationalText, ZERO } from "../rational.ts";
import { exact, quantity } from "./bom-builder.ts";
import type { SplitPart } from "./rules.ts";
import { splitLine } from "./split-line.ts";

const share = (operation: string, text: string): SplitPart => ({
  operation: operation as OperationId,
  take: "share",
  share: exact(text),
});
const fixed = (operation: string, text: string): SplitPart => ({
  operation: operation as OperationId,
  take: "quantity",
  quantity: exact(text),
});
const rest = (operation: string): SplitPart => ({ operation: operation as OperationId, take: "rest" });
const places = (operation: string, ...designators: readonly string[]): SplitPart => ({
  operation: operation as OperationId,
  take: "designators",
  designators,
});

/** `10: 5 (R1 R2), 20: 3`, or why it does not fit. */
function split(text: string, parts: readonly SplitPart[], designators: readonly string[] = [], whole = false): string {
  const result = splitLine({ ...quantity(text), designators }, parts, whole);
  if (result.kind === "does not fit") return result.because;
  return result.pieces
    .map(({ operation, amount, referenceDesignators: at }) =>
      `${operation}: ${rationalText(amount)} ${at.length === 0 ? "" : `(${at.join(" ")})`}`.trim(),
    )
    .join(", ");
}

describe("a line split over operations", () => {
  it("gives each operation its share, exactly", () => {
    expect(split("8 EA", [share("10", "3/4"), share("20", "1/4")])).toBe("10: 6, 20: 2");
    expect(split("1 KGM", [share("10", "1/3"), rest("20")])).toBe("10: 1/3, 20: 2/3");
  });

  it("takes fixed quantities first; the rest is what they leave, which may be nothing", () => {
    expect(split("8 EA", [fixed("10", "3"), rest("20")])).toBe("10: 3, 20: 5");
    expect(split("8 EA", [fixed("10", "8"), rest("20")])).toBe("10: 8");
  });

  it("cuts no piece unless the rule says how to round", () => {
    expect(split("8 EA", [share("10", "0.6"), rest("20")])).toBe(
      "operation 10 would get 4.8 of it, which cuts a piece",
    );
    expect(split("8 EA", [share("10", "0.6"), rest("20")], [], true)).toBe("10: 5, 20: 3");
    expect(split("7 EA", [share("10", "1/2"), share("20", "1/2")], [], true)).toBe("10: 4, 20: 3");
    expect(split("10 EA", [fixed("10", "3"), share("20", "0.25"), rest("30")], [], true)).toBe("10: 3, 20: 3, 30: 4");
  });

  it("counts pieces by the dozen too, and leaves alone what engineering has cut itself", () => {
    expect(split("1 DZN", [share("10", "1/4"), rest("20")])).toBe("10: 0.25, 20: 0.75");
    expect(split("1 DZN", [share("10", "1/5"), rest("20")])).toContain("cuts a piece");
    expect(split("1/2 EA", [share("10", "1/2"), rest("20")], [], true)).toBe("10: 0.25, 20: 0.25");
  });

  it("partitions reference designators: in their order, or by name", () => {
    const all = ["R1", "R2", "R3", "R4"];
    expect(split("4 EA", [share("10", "1/4"), rest("20")], all)).toBe("10: 1 (R1), 20: 3 (R2 R3 R4)");
    expect(split("4 EA", [rest("10"), places("20", "R1", "R4")], all)).toBe("10: 2 (R2 R3), 20: 2 (R1 R4)");
  });

  it("gives nothing to a part that names no designators, whatever the line has", () => {
    expect(split("4 EA", [places("10"), rest("20")])).toBe("20: 4");
    expect(split("2 EA", [places("10"), rest("20")], ["R1", "R2"])).toBe("20: 2 (R1 R2)");
  });

  it("says what does not fit", () => {
    expect(split("4 EA", [fixed("10", "3"), fixed("20", "2")])).toBe("its parts take more than the line has");
    expect(split("4 EA", [fixed("10", "3"), fixed("20", "0.5")])).toBe("its parts do not take all of the line");
    expect(split("2 EA", [places("10", "R9"), rest("20")], ["R1", "R2"])).toBe(
      "the line has no reference designator R9",
    );
    expect(split("1 KGM", [share("10", "1/2"), rest("20")], ["P1"])).toContain("do not come out whole");
  });

  it("loses nothing and cuts nothing, whatever the shares", () => {
    const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), weights, (pieces, weight) => {
        const total = weight.reduce((sum, one) => sum + one, 0);
        const parts = weight.map((one, at) => share(`${at}`, `${one}/${total}`));
        const names = Array.from({ length: pieces }, (_, at) => `R${at}`);
        const result = splitLine({ ...quantity(`${pieces}`), designators: names }, parts, true);
        if (result.kind !== "split") throw new Error(result.because);
        expect(result.pieces.reduce((sum, { amount }) => plus(sum, amount), ZERO)).toEqual(rational(pieces));
        expect(result.pieces.every(({ amount }) => isWhole(amount))).toBe(true);
        expect(result.pieces.flatMap(({ referenceDesignators }) => referenceDesignators)).toEqual(names);
        for (const { amount, referenceDesignators } of result.pieces) {
          expect(rational(referenceDesignators.length)).toEqual(amount);
        }
      }),
    );
  });
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDesignators } from "./reference-designators.ts";

describe("reference designators", () => {
  it.each([
    [
      ["R1", "R2"],
      ["R1", "R2"],
    ],
    [["R1, R3-R5"], ["R1", "R3", "R4", "R5"]],
    [["C9-11"], ["C9", "C10", "C11"]],
    [["LED01-LED03"], ["LED01", "LED02", "LED03"]],
    [["U1; J2 J3"], ["U1", "J2", "J3"]],
    [["R1 - R3"], ["R1", "R2", "R3"]],
    [["PCB1.A"], ["PCB1.A"]],
    [[], []],
  ])("%j are %j", (texts, designators) => {
    expect(readDesignators(texts)).toEqual({ designators });
  });

  it.each([["R7-R3"], ["R1-C4"], ["R1-"], ["-"], ["R1-R2-R3"], ["3-5"], ["R1-R999999"]])(
    "%s is not readable",
    (text) => {
      expect(readDesignators([text])).toEqual({ problem: expect.stringContaining(text) });
    },
  );

  it("says which stands there twice", () => {
    expect(readDesignators(["R1-R4", "R3"])).toEqual({ problem: "R3 stands there twice" });
  });

  it("expands any range to as many designators as it spans", () => {
    const range = fc.tuple(fc.constantFrom("R", "C", "LED"), fc.nat(5_000), fc.nat(500));
    fc.assert(
      fc.property(range, ([prefix, from, more]) => {
        const read = readDesignators([`${prefix}${from}-${prefix}${from + more}`]);
        expect("designators" in read && new Set(read.designators).size).toBe(more + 1);
      }),
    );
  });
});

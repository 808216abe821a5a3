import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact, quantity } from "../bom/bom-builder.ts";
import type { ItemId, OperationId, Revision } from "../ids.ts";
import { plus, rationalText, ZERO } from "../rational.ts";
import { asBuilt, isAsDesigned, type BuiltComponent, type ComponentDeviation, type DesignedLine } from "./as-built.ts";
import { asBuiltText } from "./as-built-text.ts";

/** `BRACKET rev B` */
function revised(what: string): { item: ItemId; revision: Revision | null } {
  const [item = "", revision = null] = what.split(" rev ");
  return { item: item as ItemId, revision: revision as Revision | null };
}

function line(name: string, what: string, required: string | null, more: Partial<DesignedLine> = {}): DesignedLine {
  const amount = required === null ? null : quantity(required);
  return { line: name, ...revised(what), required: amount, alternates: [], substitutes: [], ...more };
}

function used(what: string, amount: string, more: Partial<BuiltComponent> = {}): BuiltComponent {
  return {
    ...revised(what),
    quantity: quantity(amount),
    unitFactors: [],
    lot: null,
    serial: null,
    operation: null,
    ...more,
  };
}

function items(...names: readonly string[]): ItemId[] {
  return names as ItemId[];
}

function text(
  design: readonly DesignedLine[],
  components: readonly BuiltComponent[],
  deviations: readonly ComponentDeviation[] = [],
): string {
  const built = asBuilt(design, components, deviations);
  return asBuiltText("FX-000123", "FX-110" as ItemId, "C" as Revision, built).join("\n");
}

describe("a quality engineer reads", () => {
  it("that all is as designed", () => {
    const design = [line("10", "MOTOR rev B", "1"), line("20", "BOLT", "8")];
    const components = [
      used("MOTOR rev B", "1", { serial: "M-77", operation: "0020" as OperationId }),
      used("BOLT rev A", "5", { lot: "L-1" }),
      used("BOLT rev B", "3", { lot: "L-2" }),
    ];
    expect(text(design, components)).toBe(`FX-000123 against FX-110 rev C: built as designed.
10 MOTOR rev B, 1 EA: 1 EA as designed, serial M-77 at operation 0020
20 BOLT, 8 EA: 5 EA as designed, lot L-1; 3 EA as designed, lot L-2`);
  });

  it("every way in which it is not", () => {
    const design = [
      line("10", "MOTOR rev B", "1", { alternates: items("MOTOR-24V") }),
      line("20", "BRACKET rev C", "4"),
      line("30", "BOLT rev A", "8", { substitutes: items("BOLT-ZN") }),
      line("40", "FAN rev A", "1"),
      line("50", "COVER rev A", "1"),
    ];
    const components = [
      used("MOTOR-24V rev A", "1", { lot: "L-3" }),
      used("BRACKET rev C", "2"),
      used("BRACKET rev B", "1", { lot: "L-9" }),
      used("BRACKET", "1"),
      used("BOLT rev A", "4"),
      used("BOLT-ZN rev A", "2"),
      used("FAN-OLD rev D", "1"),
      used("COVER rev A", "3"),
      used("WASHER rev A", "2", { operation: "0030" as OperationId }),
    ];
    const leave = { id: "DEV-12", instead: "FAN" as ItemId, used: "FAN-OLD" as ItemId, revision: null };
    expect(text(design, components, [leave]))
      .toBe(`FX-000123 against FX-110 rev C: 3 of 5 lines differ, and 2 of what was built in is extra.
10 MOTOR rev B, 1 EA: 1 EA of MOTOR-24V rev A (alternate), lot L-3
20 BRACKET rev C, 4 EA: 2 EA as designed; 1 EA of unknown revision (revision unknown); 1 EA of rev B (wrong revision), lot L-9
30 BOLT rev A, 8 EA: 4 EA as designed; 2 EA of BOLT-ZN rev A (substitute); 2 EA missing
40 FAN rev A, 1 EA: 1 EA of FAN-OLD rev D (by deviation DEV-12)
50 COVER rev A, 1 EA: 1 EA as designed
extra COVER rev A, 2 EA: line 50 has all it needs
extra WASHER rev A, 2 EA: the design does not ask for it, at operation 0030`);
  });

  it("what was used as required, which is never missing", () => {
    const glue = line("60", "GLUE", null);
    expect(text([glue], [used("GLUE rev A", "0.012 KGM")])).toMatch(/60 GLUE, as required: 0\.012 KGM as designed$/);
    expect(text([glue], [])).toMatch(/^FX-000123 .* built as designed\.\n60 GLUE, as required: none used$/);
  });
});

describe("quantities are exact", () => {
  it("across units", () => {
    const [wire] = asBuilt([line("10", "WIRE", "0.3 MTR")], [used("WIRE", "100 MMT"), used("WIRE", "200 MMT")]).lines;
    expect(wire?.missing).toBeNull();
    const factor = { from: "EA", to: "KGM", factor: exact("0.35") } as const;
    const built = asBuilt([line("10", "PASTE", "1.05 KGM")], [used("PASTE", "3 EA", { unitFactors: [factor] })]);
    expect(isAsDesigned(built)).toBe(true);
  });

  it("and what cannot be compared is neither there nor lost", () => {
    expect(text([line("10", "PASTE", "1 KGM")], [used("PASTE", "3 EA")])).toMatch(
      /10 PASTE, 1 KGM: 1 KGM missing\nextra PASTE, 3 EA: its unit cannot be compared with that of line 10$/,
    );
  });
});

it("gives the right revision to the line that asks for it, whichever came first", () => {
  const design = [line("10", "BOLT rev A", "1"), line("20", "BOLT rev B", "1")];
  const components = [used("BOLT rev B", "1"), used("BOLT rev A", "1")];
  expect(isAsDesigned(asBuilt(design, components))).toBe(true);
});

const anyWhat = fc.constantFrom("BOLT rev A", "BOLT rev B", "BOLT", "NUT rev A", "SCREW rev A");
const anyAmount = fc.integer({ min: 1, max: 40 }).map((tenths) => `${Math.floor(tenths / 10)}.${tenths % 10}`);
const anyLine = fc
  .record({ what: anyWhat, amount: fc.option(anyAmount), alternate: fc.constantFrom("NUT", "SCREW", "PIN") })
  .map(({ what, amount, alternate }) => line("10", what, amount, { alternates: items(alternate) }));
const anyUse = fc.record({ what: anyWhat, amount: anyAmount }).map(({ what, amount }) => used(what, amount));

it("accounts for every bit of every component once, and for every line in full", () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 5 }), fc.array(anyUse, { maxLength: 6 }), (design, components) => {
      const { lines, extra } = asBuilt(design, components);
      for (const component of components) {
        const parts = [...lines.flatMap(({ fits }) => fits), ...extra].filter((part) => part.component === component);
        const sum = parts.reduce((total, part) => plus(total, part.quantity.amount), ZERO);
        expect(rationalText(sum)).toBe(rationalText(component.quantity.amount));
      }
      for (const { designed, fits, missing } of lines) {
        if (designed.required === null) continue;
        const there = fits.reduce((total, fit) => plus(total, fit.quantity.amount), missing?.amount ?? ZERO);
        expect(rationalText(there)).toBe(rationalText(designed.required.amount));
      }
    }),
  );
});

it("never misses on one line what it calls extra of the same", () => {
  fc.assert(
    fc.property(fc.array(anyLine, { maxLength: 5 }), fc.array(anyUse, { maxLength: 6 }), (design, components) => {
      const { lines, extra } = asBuilt(design, components);
      const short = new Set(lines.filter(({ missing }) => missing !== null).map(({ designed }) => designed.item));
      expect(extra.filter(({ component }) => short.has(component.item))).toEqual([]);
    }),
  );
});

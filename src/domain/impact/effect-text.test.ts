import { expect, it } from "vitest";
import type { ItemId } from "../ids.ts";
import { effectsText, effectText } from "./effect-text.ts";
import type { ComponentEffect } from "./order-impact.ts";

function effect(item: string, effects: ComponentEffect["effects"], within: readonly string[] = [], replacedBy = "") {
  return { item: item as ItemId, effects, in: within as ItemId[], replacedBy: replacedBy as ItemId };
}

it("says what happens to a component, and where", () => {
  expect(effectText(effect("SEAL-1", ["replaced"], ["PUMP"], "SEAL-2"))).toBe("SEAL-1 is replaced by SEAL-2 in PUMP");
  expect(effectText(effect("BOLT", ["quantity changed", "unit changed"], ["HUB", "PUMP"]))).toBe(
    "BOLT is needed in another quantity and counted in another unit in HUB, PUMP",
  );
  expect(effectText(effect("BRACKET", ["revised"]))).toBe("BRACKET is revised");
});

it("counts what is too much to name", () => {
  const fifty = Array.from({ length: 50 }, (_, at) => `ASSEMBLY-WITH-A-VERY-LONG-NUMBER-${at}`);
  const effects = fifty.map((item) => effect(item, ["revised"], fifty));
  expect(effectText(effect("BOLT", ["removed"], ["A", "B", "C", "D", "E"]))).toBe("BOLT is removed in A, B, C, 2 more");
  expect(effectText(effect("BOLT", ["removed"], ["A", "B", "C", "D"]))).toBe("BOLT is removed in A, B, C, D");
  expect(effectsText(effects)).toMatch(/; 47 more components change$/);
  expect(effectsText(effects).length).toBeLessThan(800);
});

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ItemId } from "../ids.ts";
import { canonicalText } from "../json.ts";
import { ebom, exact, line, planInput, rule } from "./bom-builder.ts";
import { plantItems, ruleSets, structures } from "./bom-harness.ts";
import { planMbom } from "./plan-mbom.ts";
import type { Rule } from "./rules.ts";

function lookingAtItemOnly(one: Rule): Rule {
  return { ...one, looksAtItemOnly: true };
}

describe("a rule that looks at the item only", () => {
  const twice = ebom({ FRAME: [line("BOLT", "1"), line("BOLT", "2"), line("NUT", "1")] });

  it("is asked once for each item", () => {
    const asked: ItemId[] = [];
    const buy = rule("buy", { kind: "buy" }, ({ item }) => asked.push(item.item) > 0);
    planMbom(planInput(twice, [lookingAtItemOnly(buy)]));
    expect(asked).toEqual(["BOLT", "NUT"]);
  });

  it("answers for a line's own item, not for the alternate that is asked about on the way", () => {
    const items = [{ item: "NUT" as ItemId, usage: exact("20"), factor: null }];
    const rules = [
      rule("nuts are made", { kind: "make" }, ["NUT"]),
      rule("bolts are bought", { kind: "buy" }, ["BOLT"]),
      rule("or nuts", { kind: "alternate", first: false, items }, ["BOLT"]),
    ];
    const structure = ebom({ FRAME: [line("BOLT", "1")] }, { NUT: {} });
    const { items: planned } = planMbom(planInput(structure, rules.map(lookingAtItemOnly)));
    expect(planned.map(({ item, procurement }) => `${item} ${procurement}`)).toContain("NUT make");
  });

  it("decides as it would if it were asked for each line", () => {
    fc.assert(
      fc.property(structures, ruleSets, (structure, rules) => {
        const planned = (of: readonly Rule[]) => canonicalText(planMbom(planInput(structure, of, { plantItems })));
        expect(planned(rules.map(lookingAtItemOnly))).toBe(planned(rules));
      }),
    );
  });

  it("does not keep rules of the same phase from looking at the line", () => {
    const rules = [
      rule("few are bought", { kind: "buy" }, (facts) => facts.line?.quantity.amount.num === 1),
      lookingAtItemOnly(rule("others are made", { kind: "subcontract" }, () => true)),
    ];
    const [frame] = planMbom(planInput(twice, rules)).mboms;
    expect(frame?.decisions.map(({ outcome }) => outcome.kind)).toEqual(["bought", "subcontracted", "bought"]);
  });
});

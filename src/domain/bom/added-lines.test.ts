import { describe, expect, it } from "vitest";
import type { ItemId, OperationId } from "../ids.ts";
import type { Item } from "../item.ts";
import { ebom, exact, line, planInput, quantity, rule, sourcing } from "./bom-builder.ts";
import { draw, explain } from "./explain.ts";
import type { MbomPlan } from "./mbom-plan.ts";
import { planMbom } from "./plan-mbom.ts";
import type { Rule, RuleAction } from "./rules.ts";

const GLUE = "GLUE" as ItemId;
const BOLTS = [line("BOLT", "4")];

/** A frame of four bolts, to which the rules add something; GLUE is engineering's item, in grams. */
function planned(rules: readonly Rule[], glue: Partial<Item> = {}, glueLines: typeof BOLTS | null = null): MbomPlan {
  const structure = ebom(
    { FRAME: BOLTS, ...(glueLines === null ? {} : { GLUE: glueLines }) },
    { GLUE: { unit: "GRM", ...glue } },
  );
  return planMbom(planInput(structure, [...rules, ...sourcing({ buy: ["BOLT"] })]));
}

function drawn(plan: MbomPlan): string {
  return `\n${draw(plan)}`;
}

const added = (per: "assembly" | "line" | "order", amount = "2 GRM"): RuleAction => ({
  kind: "add",
  item: GLUE,
  quantity: quantity(amount),
  per,
});
const perFrame = rule("glue", added("assembly"), ["FRAME"]);

describe("what a rule adds", () => {
  it("is bought where no rule says otherwise, once for the assembly or the order", () => {
    const plan = planned([perFrame, rule("more", added("order"), ["FRAME"])]);
    expect(drawn(plan)).toBe(`
FRAME rev A at P1
  4 EA   BOLT             from L10 by "buy"
  2 GRM  GLUE             added by "glue"
  2 GRM  GLUE  per order  added by "more"
`);
    expect(plan.items).toContainEqual({ item: "GLUE", key: "GLUE rev A", procurement: "buy" });
  });

  it("is not added to the assembly by a rule for its lines", () => {
    expect(planned([rule("glue", added("line"), ["FRAME"])]).mboms[0]?.mbom.lines).toHaveLength(1);
  });

  it("is made where a rule says so, with an mBOM of its own", () => {
    const make = rule("mix it", { kind: "make" }, ["GLUE"]);
    expect(drawn(planned([make, perFrame], {}, [line("RESIN", "1 GRM"), line("BOLT", "1")]))).toContain(
      "2 GRM  GLUE  added by",
    );
    const plan = planned([make, perFrame, rule("resin", { kind: "buy" }, ["RESIN"])], {}, [line("RESIN", "1")]);
    expect(plan.mboms.map(({ mbom }) => mbom.item)).toEqual(["GLUE", "FRAME"]);
    expect(planned([perFrame], {}, [line("RESIN", "1")]).mboms.map(({ mbom }) => mbom.item)).toEqual(["FRAME"]);
  });

  it("is a phantom where a rule says so", () => {
    const plan = planned([rule("mix it", { kind: "phantom" }, ["GLUE"]), perFrame], {}, [line("BOLT", "1")]);
    expect(plan.mboms.at(-1)?.mbom.lines.map(({ item, phantom }) => `${item} ${phantom}`)).toEqual([
      "BOLT false",
      "GLUE true",
    ]);
  });

  it("is not made by another mBOM where it comes out of this one", () => {
    const swarf: RuleAction = { kind: "by-product", item: GLUE, quantity: quantity("1 GRM"), per: "assembly" };
    const plan = planned([rule("mix it", { kind: "make" }, ["GLUE"]), rule("swarf", swarf, ["FRAME"])], {}, BOLTS);
    expect(plan.mboms.map(({ mbom }) => mbom.item)).toEqual(["FRAME"]);
  });

  it("has alternates, which what comes out has not", () => {
    const other = {
      kind: "alternate",
      first: false,
      items: [{ item: "BOLT" as ItemId, usage: null, factor: null }],
    } as const;
    const swarf: RuleAction = { kind: "by-product", item: GLUE, quantity: quantity("1 GRM"), per: "assembly" };
    const plan = planned([perFrame, rule("swarf", swarf, ["FRAME"]), rule("or bolts", other, ["GLUE"])]);
    expect(plan.mboms[0]?.mbom.lines.map(({ output, alternates }) => [output ?? "component", ...alternates])).toEqual([
      ["component"],
      ["component", "BOLT"],
      ["by-product"],
    ]);
  });
});

describe("what a rule cannot add", () => {
  it("is an item that is not released", () => {
    const { mboms, findings } = planned([perFrame], { state: "in work" });
    expect(findings.map(explain)).toEqual([
      "Blocked, plm: GLUE rev A is in work; only what is released may be built. Release GLUE rev A, or call for a revision that is released.",
    ]);
    expect(mboms[0]?.mbom.lines).toHaveLength(1);
  });

  it("is an amount in a unit that its item is not counted in", () => {
    const { mboms, findings } = planned([rule("glue", added("assembly", "1 MTR"), ["FRAME"])]);
    expect(findings.map(explain)).toEqual([
      'Blocked, heddle: Rule "glue" has GLUE in MTR (metre), which cannot be converted to GRM (gram). Give GLUE a factor of its own between MTR and GRM, or correct the unit.',
    ]);
    expect(mboms[0]?.mbom.lines).toHaveLength(1);
  });

  it("is an amount whose conversion two rules disagree about", () => {
    const own = { kind: "convert", to: "EA", own: { from: null, factor: exact("3") } } as const;
    const { findings } = planned([perFrame, rule("by the tube", own, ["GLUE"])], {
      unitFactors: [{ from: "GRM", to: "EA", factor: exact("2") }],
    });
    expect(findings.map(explain)).toEqual([
      'Blocked, heddle: Rule "by the tube" says that 1 GRM of GLUE is 3 EA, for what rule "glue" adds; it is 2 EA already. Take the factor out of the rule, or correct it, or correct the item\'s own factor.',
    ]);
  });

  it("is an output that is the assembly itself", () => {
    const itself: RuleAction = {
      kind: "co-product",
      item: "FRAME" as ItemId,
      quantity: quantity("1"),
      per: "assembly",
    };
    expect(planned([rule("itself", itself, ["FRAME"])]).findings.map(explain)).toEqual([
      "Blocked, heddle: The planned mBOMs go round in a circle, although the eBOM does not: FRAME → FRAME. Correct the rule that replaces an item by FRAME, adds it, or allows it as an alternate, in the mBOM of FRAME.",
    ]);
  });

  it("is an item that nobody knows: the rule is named", () => {
    const tape = rule("tape", { ...added("assembly"), item: "TAPE" as ItemId } as RuleAction, ["FRAME"]);
    expect(planned([tape]).findings).toMatchObject([{ code: "item-missing", item: "TAPE", field: "rule tape" }]);
  });
});

it("follows the operation of the line that it is added for", () => {
  const bench = rule("bench", { kind: "operation", operation: "0020" as OperationId }, ["BOLT"]);
  const plan = planned([rule("glue", added("line"), ["BOLT"]), bench]);
  expect(plan.mboms[0]?.mbom.lines.map(({ item, operation }) => [item, operation])).toEqual([
    ["BOLT", "0020"],
    ["GLUE", "0020"],
  ]);
});

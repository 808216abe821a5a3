import { describe, expect, it } from "vitest";
import { ebom, exact, line, mbom, mbomLine, replace, rule, sourcing } from "./bom/bom-builder.ts";
import { applied, books, planned, type Scenario } from "./plan-harness.ts";
import { planInWords } from "./plan-in-words.ts";
import { change, plantItem } from "./testing.ts";

const PUMP: Scenario = {
  change: change({ PUMP: {} }),
  ebom: ebom(
    { PUMP: [line("FRAME", "1"), line("SEAL", "2"), line("SHEET", "0.5 KGM")] },
    { PUMP: { name: "Pump" }, SHEET: { unit: "KGM" } },
  ),
  rules: sourcing({ buy: ["FRAME", "SEAL", "SHEET"] }),
};

function items(scenario: Scenario, held = books()): readonly string[] {
  const sections = planInWords(planned(scenario, held).plan);
  return sections.find(({ heading }) => heading === "Items")?.sentences ?? [];
}

function blocked(scenario: Scenario, held = books()): readonly string[] {
  return planned(scenario, held).plan.findings.flatMap(({ severity, cause }) =>
    severity === "blocked" ? [cause] : [],
  );
}

describe("items of the plant", () => {
  it("are created where an mBOM names what the plant lacks: pieces whole, material by decimals", () => {
    expect(items(PUMP)).toEqual([
      "Create FRAME in plant P1: bought, revision A, in EA with whole numbers.",
      "Create PUMP (Pump) in plant P1: made here, revision A, in EA with whole numbers.",
      "Create SEAL in plant P1: bought, revision A, in EA with whole numbers.",
      "Create SHEET in plant P1: bought, revision A, in KGM with 4 decimals.",
    ]);
  });

  it("are brought up to date where the change affects them, and left alone elsewhere", () => {
    const held = books({
      items: [
        plantItem("PUMP", { name: "Old pump" }),
        plantItem("FRAME"),
        plantItem("SEAL", { procurement: "make", name: "the planner's word" }),
        plantItem("SHEET", { unit: "KGM" }),
      ],
    });
    expect(items(PUMP, held)).toEqual([
      "Update PUMP: revision - → A; bought until now, made here from now on; name “Old pump” → “Pump”.",
    ]);
  });

  it("are in the unit that the rules count them in, where engineering's is of another dimension", () => {
    const byWeight = rule("sheet by weight", { kind: "convert", to: "KGM" }, ["SHEET"]);
    const factor = { from: "EA", to: "KGM", factor: exact("2") } as const;
    const inPieces = ebom({ PUMP: [line("SHEET", "3")] }, { SHEET: { unitFactors: [factor] } });
    expect(items({ ...PUMP, ebom: inPieces, rules: [...PUMP.rules, byWeight] })).toContain(
      "Create SHEET in plant P1: bought, revision A, in KGM with 4 decimals.",
    );
  });

  it("are made for groups, which only manufacturing knows, and follow the rule", () => {
    const kit = {
      kind: "group",
      number: "KIT-{assembly}",
      name: "Seals of {assembly}",
      as: "buy",
      operation: null,
    } as const;
    const scenario = { ...PUMP, rules: [rule("kit of seals", kit, ["SEAL"]), ...PUMP.rules] };
    expect(items(scenario)).toContain(
      "Create KIT-PUMP (Seals of PUMP) in plant P1: bought, no revision, in EA with whole numbers.",
    );
    const { plan } = planned(scenario, books());
    expect(plan.actions.flatMap((action) => (action.kind === "publish mBOM" ? [action.mbom.item] : []))).toEqual([
      "KIT-PUMP",
      "PUMP",
    ]);
    const made = plantItem("KIT-PUMP", { name: "Seals of PUMP", revision: null, procurement: "make" });
    expect(items(scenario, books({ items: [made] }))).toContain(
      "Update KIT-PUMP: made here until now, bought from now on.",
    );
    const other = plantItem("KIT-PUMP", { name: "Repair kit" });
    expect(blocked(scenario, books({ items: [other] }))).toEqual([
      'A rule makes a group KIT-PUMP, but that number stands for the plant\'s item "Repair kit".',
    ]);
  });

  it("give a group that the rule renames its new name, as Heddle has published it under that number", () => {
    const kit = { kind: "group", number: "KIT-{assembly}", as: "buy", operation: null } as const;
    const scenario = (name: string): Scenario => {
      return { ...PUMP, rules: [rule("kit of seals", { ...kit, name }, ["SEAL"]), ...PUMP.rules] };
    };
    const held = applied(planned(scenario("Seals"), books()).plan, books());
    expect(blocked(scenario("Seals of {assembly}"), held)).toEqual([]);
    expect(items(scenario("Seals of {assembly}"), held)).toEqual(["Update KIT-PUMP: name “Seals” → “Seals of PUMP”."]);
  });

  it("block the plan where the ERP keeps one in a unit that cannot be reached", () => {
    const held = books({ items: [plantItem("SHEET", { unit: "MTR" })] });
    expect(blocked(PUMP, held)).toEqual(["PUMP needs SHEET in KGM; erp keeps it in MTR."]);
  });

  it("block the plan where a rule gives the product a number that nobody knows", () => {
    const numbers = rule("plant numbers", replace({ PUMP: ["P-4711", "1"] }), () => true);
    expect(blocked({ ...PUMP, rules: [...PUMP.rules, numbers] })).toContain(
      "The rules use P-4711, which neither engineering nor erp knows.",
    );
  });

  it("are no concern where nothing that the change reaches names them", () => {
    const held = books({
      items: [plantItem("PUMP"), plantItem("CASE", { procurement: "make" })],
      mboms: [mbom("CASE", [mbomLine("L10", "SHEET", "1 KGM")])],
    });
    const twoLevels = ebom({ PUMP: [line("CASE", "1")], CASE: [line("SHEET", "2 KGM"), line("RIVET", "4")] });
    const scenario = { ...PUMP, ebom: twoLevels, rules: sourcing({ make: ["CASE"], buy: ["SHEET", "RIVET"] }) };
    expect(items(scenario, held).filter((sentence) => /RIVET|SHEET/.test(sentence))).toEqual([]);
  });
});
